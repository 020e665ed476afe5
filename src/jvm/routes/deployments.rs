//! Deployment descriptors, `WEB-INF/web.xml`: which servlet or filter answers which paths.

use crate::{
    jvm::ir::{Class, Unit},
    source::{FileId, SourceFile, Sources, Spanned},
    syntax::xml::{self, Element},
};

/// Every deployment descriptor of a tree.
#[derive(Debug, Default)]
pub(in crate::jvm) struct Deployments {
    mappings: Vec<Mapping>,
}

/// A pattern of paths, and the class that answers them.
#[derive(Clone, Debug)]
pub(in crate::jvm) struct Mapping {
    /// The folder of the module that is deployed; empty for the root.
    module: String,
    /// The class, dotted. The servlet's name stands in where no class is given, as JAX-RS allows.
    class: String,
    /// The pattern: `/installed`, `/rest/*`.
    pub(in crate::jvm) pattern: Spanned<String>,
}

/// Whether a file is a deployment descriptor of the app.
pub fn is_descriptor(path: &str) -> bool {
    (path == "WEB-INF/web.xml" || path.ends_with("/WEB-INF/web.xml"))
        && !path.split('/').any(|folder| matches!(folder, "test" | "tests"))
}

impl Deployments {
    pub(in crate::jvm) fn read(sources: &Sources) -> Deployments {
        let descriptors = sources.iter().filter(|(_, file)| is_descriptor(&file.path));
        Deployments { mappings: descriptors.flat_map(|(id, file)| mappings(id, file)).collect() }
    }

    /// The mappings of one class.
    pub(in crate::jvm) fn of<'a>(
        &'a self,
        unit: &Unit,
        class: &Class,
        file: &str,
    ) -> impl Iterator<Item = &'a Mapping> {
        let name =
            if unit.package.is_empty() { class.name.clone() } else { format!("{}.{}", unit.package, class.name) };
        self.around(file).filter(move |mapping| mapping.class == name)
    }

    /// The mappings of what runs the JAX-RS resources in a file.
    pub(super) fn of_resources<'a>(&'a self, file: &str) -> impl Iterator<Item = &'a Mapping> {
        const CLASSES: [&str; 8] = [
            "ServletContainer",
            "SpringServlet",
            "GuiceContainer",
            "HttpServletDispatcher",
            "HttpServlet30Dispatcher",
            "FilterDispatcher",
            "CXFNonSpringJaxrsServlet",
            "Application",
        ];
        self.around(file).filter(|mapping| CLASSES.contains(&mapping.class.rsplit('.').next().unwrap_or_default()))
    }

    fn around<'a>(&'a self, file: &str) -> impl Iterator<Item = &'a Mapping> {
        let nearest = self.mappings.iter().filter(|mapping| is_below(file, &mapping.module));
        let module = nearest.map(|mapping| mapping.module.as_str()).max_by_key(|module| module.len());
        self.mappings.iter().filter(move |mapping| Some(mapping.module.as_str()) == module)
    }
}

fn is_below(file: &str, folder: &str) -> bool {
    folder.is_empty() || file.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

fn mappings(id: FileId, file: &SourceFile) -> Vec<Mapping> {
    let Ok(root) = xml::parse(id, &without_prologue(&file.text)) else { return Vec::new() };
    let module = module(&file.path);
    let kinds = [("servlet", "servlet-mapping"), ("filter", "filter-mapping")];
    let all = kinds.iter().flat_map(|(kind, mapping)| {
        let name = format!("{kind}-name");
        let named = root.children(mapping).filter_map(move |mapping| Some((mapping.text_of(&name)?, mapping)));
        named.flat_map(|(name, mapping)| patterns(&root, kind, &name.value, mapping)).collect::<Vec<_>>()
    });
    all.map(|(class, pattern)| Mapping { module: module.clone(), class, pattern }).collect()
}

/// The patterns of one mapping, each with the class behind its name.
fn patterns(root: &Element, kind: &str, name: &str, mapping: &Element) -> Vec<(String, Spanned<String>)> {
    let is_named = |declared: &&Element| declared.text_of(&format!("{kind}-name")).is_some_and(|own| own.value == name);
    let declared = root.children(kind).find(is_named);
    let class = declared.and_then(|declared| declared.text_of(&format!("{kind}-class"))).map(|class| &class.value);
    let class = class.map_or(name, String::as_str);
    let texts = mapping.children("url-pattern").filter_map(|pattern| pattern.text.clone());
    texts.map(|pattern| (class.to_owned(), pattern)).collect()
}

/// The folder of the module that a descriptor deploys: what is above `src/main/webapp`, `war`, `WebContent`.
fn module(path: &str) -> String {
    let webapp = path.strip_suffix("WEB-INF/web.xml").unwrap_or(path).trim_end_matches('/');
    let sources = webapp.strip_suffix("src/main/webapp").map(|module| module.trim_end_matches('/'));
    sources.or_else(|| Some(webapp.rsplit_once('/')?.0)).unwrap_or_default().to_owned()
}

/// The text with its XML declaration and document type blanked: containers take them in places where a parser does not.
fn without_prologue(text: &str) -> String {
    let mut text = text.to_owned();
    for (open, close) in [("<?xml ", "?>"), ("<!DOCTYPE", ">")] {
        let Some(start) = text.find(open) else { continue };
        let Some(length) = text[start..].find(close) else { continue };
        let end = start + length + close.len();
        if !text[start..end].contains('[') {
            text.replace_range(start..end, &" ".repeat(end - start));
        }
    }
    text
}
