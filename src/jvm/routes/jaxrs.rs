//! JAX-RS resources, below the path of their application.

use crate::{
    facts::{Facts, Method},
    jvm::{
        ir::{Annotation, Class, Unit, Value},
        project::Project,
    },
    source::{Label, Sources, Spanned},
};

use super::{Deployments, Registration, compose, reach, texts};

/// The registrations of every resource class.
pub(super) fn read<'project>(
    project: &'project Project,
    sources: &Sources,
    deployments: &Deployments,
    facts: &mut Facts,
) -> Vec<Registration<'project>> {
    let applications = applications(project, sources, facts);
    let mut found = Vec::new();
    for (unit, class) in project.classes().filter(|(_, class)| class.methods.iter().any(|own| own.body.is_some())) {
        let lineage = project.lineage(unit, class);
        let mut paths =
            lineage.iter().filter_map(|(unit, class)| Some((*unit, *class, path(unit, &class.annotations)?)));
        let Some((path_unit, path_class, path)) = paths.next() else { continue };
        let prefixes = texts(project, path_unit, path_class, path, facts);
        if !prefixes.is_empty() {
            let base = Base::of(deployments, &applications, &sources.file(unit.file).path);
            found.extend(resource(project, &lineage, &base, &prefixes, facts));
        }
    }
    found
}

/// The registrations of the resource class that a lineage begins with.
fn resource<'project>(
    project: &'project Project,
    lineage: &[(&'project Unit, &'project Class)],
    base: &Base,
    prefixes: &[Spanned<String>],
    facts: &mut Facts,
) -> Vec<Registration<'project>> {
    let mut found: Vec<Registration<'project>> = Vec::new();
    let Some((_, class)) = lineage.first().copied() else { return found };
    for (unit, owner) in lineage.iter().copied() {
        for function in &owner.methods {
            let Some(post) = function.annotations.iter().find(|annotation| annotation.name == "POST") else { continue };
            let handler = class.methods.iter().find(|own| own.name.value == function.name.value && own.body.is_some());
            let handler = handler.unwrap_or(function);
            let own = path(unit, &function.annotations);
            let written = own.map_or(Vec::new(), |path| texts(project, unit, owner, path, facts));
            if own.is_some() && written.is_empty() {
                continue;
            }
            let site = function.annotations.iter().find(|annotation| annotation.name == "Path").unwrap_or(post);
            let paths = compose(&compose(&base.paths, prefixes, site.span), &written, site.span);
            found.extend(paths.into_iter().map(|path| Registration {
                method: Method::Post,
                reach: reach(&path.value, 1),
                path,
                span: site.span,
                class,
                handler,
                trace: base.trace.clone(),
            }));
        }
    }
    found
}

/// The path of a `@Path`, if it is JAX-RS's.
fn path<'a>(unit: &Unit, annotations: &'a [Annotation]) -> Option<&'a Value> {
    let is_imported =
        unit.imports.iter().any(|import| import.starts_with("javax.ws.rs.") || import.starts_with("jakarta.ws.rs."));
    annotations.iter().find(|annotation| annotation.name == "Path" && is_imported)?.argument("value")
}

/// What stands before every path of an application's resources.
struct Base {
    paths: Vec<Spanned<String>>,
    trace: Vec<Label>,
}

impl Base {
    /// What the deployment descriptor says, else what the module's application class does.
    fn of(deployments: &Deployments, applications: &[(String, Spanned<String>)], file: &str) -> Base {
        let mapped: Vec<_> = deployments.of_resources(file).map(|mapping| &mapping.pattern).collect();
        if !mapped.is_empty() {
            let bare = |pattern: &&Spanned<String>| Spanned {
                value: pattern.value.trim_end_matches('*').to_owned(),
                span: pattern.span,
            };
            let message = |pattern: &&Spanned<String>| format!("the resources are mapped to `{}` here", pattern.value);
            let trace = mapped.iter().map(|pattern| Label::new(pattern.span, message(pattern))).take(1).collect();
            return Base { paths: mapped.iter().map(bare).collect(), trace };
        }
        let own = applications.iter().filter(|(module, _)| module == module_of(file));
        let paths: Vec<_> = own.map(|(_, path)| path.clone()).collect();
        let message = |path: &Spanned<String>| format!("the application's resources are below `{}`", path.value);
        let trace = paths.iter().map(|path| Label::new(path.span, message(path))).take(1).collect();
        Base { paths, trace }
    }
}

/// The paths of the application classes, each with its module.
fn applications(project: &Project, sources: &Sources, facts: &mut Facts) -> Vec<(String, Spanned<String>)> {
    let mut found = Vec::new();
    for (unit, class) in project.classes() {
        let annotation = class.annotations.iter().find(|annotation| annotation.name == "ApplicationPath");
        let Some(path) = annotation.and_then(|annotation| annotation.argument("value")) else { continue };
        let module = module_of(&sources.file(unit.file).path).to_owned();
        let paths = texts(project, unit, class, path, facts);
        found.extend(paths.into_iter().map(|path| (module.clone(), path)));
    }
    found
}

/// The folder of the module that a source file belongs to.
fn module_of(file: &str) -> &str {
    file.split_once("src/").map_or("", |(module, _)| module)
}
