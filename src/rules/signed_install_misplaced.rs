use crate::{
    app::App,
    edit::{Edit, Fix},
    facts::{Descriptor, Origin},
    finding::Finding,
    rule::Rule,
    syntax::json,
    tree::{Member, Node, Value},
};

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    let mut findings = Vec::new();
    for descriptor in app.affected_descriptors() {
        for place in misplaced(descriptor) {
            let key = &place.member.key;
            let message = format!(
                "`{}` in {} does nothing: the flag is read from `apiMigrations.signed-install` alone, so install callbacks \
                 may come with a secret a stranger can choose",
                key.value, place.holder.1
            );
            let finding = rule.finding(app, key.span, format!("{}/{}", place.holder.0, key.value), message);
            let edits = edits(app, descriptor, &place);
            findings.push(match edits {
                Some(edits) => {
                    let title = "write it as `apiMigrations.signed-install`";
                    finding.fix(Fix::new(super::opt_in::applicability(app), title, edits).opting_in())
                }
                None => finding.help("write it as `apiMigrations.signed-install`"),
            });
        }
    }
    findings
}

/// A flag in the wrong place: its member, and the object it is in, as a pointer and in words.
pub(super) struct Misplaced<'tree> {
    member: &'tree Member,
    object: &'tree Node,
    holder: (&'static str, &'static str),
}

/// The flags of a descriptor that stand in the wrong place or under a wrong name; none where the right one exists.
pub(super) fn misplaced(descriptor: &Descriptor) -> Vec<Misplaced<'_>> {
    if descriptor.migration("signed-install").is_some() {
        return Vec::new();
    }
    let top = (Some(&descriptor.tree), ("", "the top level"));
    let modules = (descriptor.tree.at(&["modules"]), ("/modules", "`modules`"));
    let migrations = (descriptor.tree.at(&["apiMigrations"]), ("/apiMigrations", "`apiMigrations`"));
    let mut found = Vec::new();
    for (object, holder) in [top, modules, migrations] {
        let Some(object) = object else { continue };
        let flags = object.members().iter().filter(|member| is_flag(&member.key.value));
        found.extend(flags.map(|member| Misplaced { member, object, holder }));
    }
    found
}

/// Whether a key means the flag: `signedInstall`, `signed_install`, `sign-install`.
fn is_flag(key: &str) -> bool {
    let letters: String = key.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase()).collect();
    ["signedinstall", "signedinstalls", "signinstall", "signedinstallation", "signedinstalled"]
        .contains(&letters.as_str())
}

fn edits(app: &App, descriptor: &Descriptor, place: &Misplaced) -> Option<Vec<Edit>> {
    if descriptor.origin != Origin::File {
        return None;
    }
    let file = app.sources.file(descriptor.file);
    let literal = (place.member.value.as_bool() != Some(true)).then(|| json::set_value(&place.member.value, "true"));
    if place.holder.0 == "/apiMigrations" {
        let rename = json::rename_key(place.member, "signed-install");
        return Some(std::iter::once(rename).chain(literal).collect());
    }
    if descriptor.tree.member("apiMigrations").is_none() && place.holder.0.is_empty() {
        let members = [("signed-install", "true")];
        let object = &descriptor.tree;
        return Some(vec![json::replace_with_object_member(file, object, place.member, "apiMigrations", &members)]);
    }
    let migrations = descriptor.tree.at(&["apiMigrations"]);
    if migrations.is_some_and(|node| !matches!(node.value, Value::Object(_))) {
        return None;
    }
    let removal = json::remove_member(file, place.object, &place.member.key.value)?;
    let insertion = descriptor.migrate(&app.sources, "signed-install")?;
    (!removal.span.conflicts(insertion.span)).then(|| vec![removal, insertion])
}
