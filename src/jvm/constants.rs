//! The texts that expressions of annotations stand for.

use crate::{
    jvm::{
        ir::{Class, Unit, Value},
        project::Project,
    },
    source::{Span, Spanned},
};

/// How many constants may refer to constants.
const DEPTH: usize = 12;

/// The text of an expression in a class, and where the expression stands; `None` if the tree does not say.
pub fn text(project: &Project, unit: &Unit, class: &Class, value: &Value) -> Option<Spanned<String>> {
    let span: Span = value.span()?;
    Some(Spanned { value: resolve(project, unit, class, value, DEPTH)?, span })
}

fn resolve(project: &Project, unit: &Unit, class: &Class, value: &Value, depth: usize) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    match value {
        Value::Text(text) => Some(text.value.clone()),
        Value::Concatenation(parts, _) => {
            parts.iter().map(|part| resolve(project, unit, class, part, depth)).collect::<Option<String>>()
        }
        Value::Name(name) => {
            let candidates = candidates(project, unit, class, &name.value);
            let mut texts =
                candidates.into_iter().filter_map(|(unit, class, value)| resolve(project, unit, class, value, depth));
            let first = texts.next()?;
            texts.all(|other| other == first).then_some(first)
        }
        Value::List(_) | Value::Number(_) | Value::Unknown(_) => None,
    }
}

/// The constants that a name may be, nearest first: of the class named, else of the class itself and those above,
/// else of what the file imports, else of the top level of a file.
fn candidates<'a>(
    project: &'a Project,
    unit: &'a Unit,
    class: &'a Class,
    name: &str,
) -> Vec<(&'a Unit, &'a Class, &'a Value)> {
    let constant =
        |class: &'a Class, name: &str| class.constants.iter().find(|(own, _)| own == name).map(|(_, value)| value);
    let mut parts = name.rsplit('.');
    let last = parts.next().unwrap_or(name);
    let owner = parts.find(|part| *part != "Companion" && *part != "this");
    let within = |owner: &str| {
        let lineages = project.named(owner).flat_map(|(unit, class)| project.lineage(unit, class));
        lineages.filter_map(|(unit, class)| Some((unit, class, constant(class, last)?))).take(8).collect::<Vec<_>>()
    };
    if let Some(owner) = owner {
        return within(owner);
    }
    let own = project.lineage(unit, class).into_iter().chain(unit.classes.iter().map(|class| (unit, class)));
    if let Some(found) = own.filter_map(|(unit, class)| Some((unit, class, constant(class, last)?))).next() {
        return vec![found];
    }
    for import in &unit.imports {
        let (owner, imported) = import.rsplit_once('.').unwrap_or(("", import));
        if imported == last || imported == "*" {
            let found = within(owner.rsplit('.').next().unwrap_or(owner));
            if !found.is_empty() {
                return found;
            }
        }
    }
    let top = project.units.iter().filter_map(|unit| Some((unit, unit.classes.first()?)));
    top.filter_map(|(unit, class)| Some((unit, class, constant(class, last)?))).take(8).collect()
}
