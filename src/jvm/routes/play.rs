//! Play's route tables, `conf/routes`, where they name methods of the tree.

use std::collections::BTreeMap;

use crate::{
    facts::{Method, route::route_path},
    jvm::{
        ir::{Class, Function},
        project::Project,
    },
    source::{FileId, Label, SourceFile, Sources, Span, Spanned},
};

use super::{Registration, reach};

/// How deep tables may include tables.
const DEPTH: usize = 4;

/// Whether a file is a route table.
pub fn is_table(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    (folder == "conf" || folder.ends_with("/conf")) && (name == "routes" || name.ends_with(".routes"))
}

/// A line of a table.
enum Row<'text> {
    /// `POST /installed controllers.Lifecycle.installed()`.
    Route { path: &'text str, target: &'text str, span: Span },
    /// `-> /connect connect.Routes`.
    Include { path: &'text str, table: &'text str },
}

/// The registrations of every table, those that others include at their place.
pub(super) fn read<'project>(project: &'project Project, sources: &Sources) -> Vec<Registration<'project>> {
    let tables: BTreeMap<&str, Vec<Row<'_>>> = sources
        .iter()
        .filter(|(_, file)| is_table(&file.path))
        .map(|(id, file)| (&*file.path, rows(id, file)))
        .collect();
    let mut found = Vec::new();
    for path in tables.keys().filter(|path| path.ends_with("/routes")) {
        table(project, &tables, path, "", DEPTH, &mut found);
    }
    found
}

fn rows<'text>(id: FileId, file: &'text SourceFile) -> Vec<Row<'text>> {
    let mut at = 0;
    let lines = file.text.split_inclusive('\n').map(|line| {
        at += line.len();
        (at - line.len(), line.trim_end())
    });
    lines.filter_map(|(start, line)| row(Span { file: id, start, end: start + line.len() }, line)).collect()
}

fn row(span: Span, line: &str) -> Option<Row<'_>> {
    let (verb, rest) = line.split_once(char::is_whitespace)?;
    let (path, target) = rest.trim_start().split_once(char::is_whitespace)?;
    let target = target.split('(').next()?.trim();
    match verb {
        "POST" => Some(Row::Route { path, target: target.trim_start_matches('@'), span }),
        "->" => Some(Row::Include { path, table: target.strip_suffix(".Routes")? }),
        _ => None,
    }
}

/// Adds the registrations of one table below a prefix.
fn table<'project>(
    project: &'project Project,
    tables: &BTreeMap<&str, Vec<Row<'_>>>,
    path: &str,
    prefix: &str,
    depth: usize,
    found: &mut Vec<Registration<'project>>,
) {
    for row in tables.get(path).filter(|_| depth > 0).into_iter().flatten() {
        match row {
            Row::Route { path, target, span } => {
                let path = route_path(&format!("{prefix}/{path}"));
                found.extend(method(project, target).map(|(class, handler)| Registration {
                    method: Method::Post,
                    reach: reach(&path, 1),
                    trace: vec![Label::new(*span, format!("the routes table maps `{path}` here"))],
                    path: Spanned { value: path, span: handler.name.span },
                    span: handler.name.span,
                    class,
                    handler,
                }));
            }
            Row::Include { path: inner, table: name } => {
                let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                table(
                    project,
                    tables,
                    &format!("{folder}/{name}.routes"),
                    &format!("{prefix}/{inner}"),
                    depth - 1,
                    found,
                );
            }
        }
    }
}

/// The method of the tree that a table names: `controllers.Lifecycle.installed`.
fn method<'project>(project: &'project Project, target: &str) -> Option<(&'project Class, &'project Function)> {
    let (owner, name) = target.rsplit_once('.')?;
    let (package, class) = owner.rsplit_once('.').unwrap_or(("", owner));
    let mut classes = project.named(class).filter(|(unit, _)| unit.package == package).map(|(_, class)| class);
    classes.find_map(|class| Some((class, class.methods.iter().find(|own| own.name.value == name)?)))
}
