//! Forge manifests that carry a Connect app: they declare lifecycle events in the descriptor's place.

use crate::{
    ecosystem::{Ecosystem, Interest, connect::is_aside},
    facts::{Descriptor, Facts, Origin},
    source::{FileId, Sources, Spanned},
    syntax::yaml,
    tree::{Member, Node, Value},
};

/// The room.
pub(super) struct Forge;

impl Ecosystem for Forge {
    fn interest(&self, path: &str) -> Interest {
        let name = path.rsplit('/').next().unwrap_or(path);
        let is_manifest = matches!(name, "manifest.yml" | "manifest.yaml") && !is_aside(path);
        if is_manifest { Interest::Code } else { Interest::None }
    }

    fn read(&self, sources: &Sources, facts: &mut Facts) {
        for (id, file) in sources.iter().filter(|(_, file)| self.interest(&file.path) != Interest::None) {
            let documents = yaml::parse(id, &file.text).documents;
            facts.descriptors.extend(documents.iter().filter_map(|manifest| descriptor(id, manifest)));
        }
    }
}

/// What a manifest with lifecycle modules says, in the members of a descriptor: `key` and `authentication` from
/// `app.connect`, `baseUrl` from the remote it names, `lifecycle` from `connectModules.*:lifecycle`.
fn descriptor(file: FileId, manifest: &Node) -> Option<Descriptor> {
    let modules = manifest.at(&["connectModules"]).map_or(&[][..], Node::members);
    let tables: Vec<_> = modules.iter().filter(|module| module.key.value.ends_with(":lifecycle")).collect();
    let events = tables.iter().flat_map(|table| table.value.elements()).flat_map(Node::members);
    let events: Vec<_> = events.filter(|member| member.key.value != "key").cloned().collect();
    let first = tables.first().filter(|_| !events.is_empty())?;
    let lifecycle = Member { key: named("lifecycle", &first.key), value: object(events, &first.value) };
    let connect = manifest.at(&["app", "connect"]);
    let of_connect = |name: &str| connect.and_then(|connect| connect.member(name));
    let authentication = of_connect("authentication").map(|member| Member {
        key: member.key.clone(),
        value: object(vec![Member { key: named("type", &member.key), ..member.clone() }], &member.value),
    });
    let members = [of_connect("key").cloned(), base_url(manifest).cloned(), authentication, Some(lifecycle)];
    let tree = object(members.into_iter().flatten().collect(), manifest);
    Some(Descriptor { file, tree, origin: Origin::Manifest, not_strict: None })
}

/// The address of the remote that `app.connect.remote` names.
fn base_url(manifest: &Node) -> Option<&Member> {
    let name = manifest.at(&["app", "connect", "remote"])?.as_str()?;
    let remotes = manifest.at(&["remotes"])?.elements();
    remotes.iter().find(|remote| remote.at(&["key"]).and_then(Node::as_str) == Some(name))?.member("baseUrl")
}

fn named(name: &str, written: &Spanned<String>) -> Spanned<String> {
    Spanned { value: name.to_owned(), span: written.span }
}

fn object(members: Vec<Member>, written: &Node) -> Node {
    Node { span: written.span, value: Value::Object(members) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        facts::{Authentication, Event},
        source::SourceFile,
    };

    const MANIFEST: &str = "app:\n  connect:\n    key: calendar\n    remote: backend\n    authentication: jwt\nremotes:\n  - key: other\n    baseUrl: https://other.example.com\n  - key: backend\n    baseUrl: ${BASE_URL}\nconnectModules:\n  jira:lifecycle:\n    - key: lifecycle-events\n      installed: /installed\n  confluence:lifecycle:\n    - key: more\n      uninstalled: /uninstalled?version=2\n  jira:generalPages:\n    - key: page\n      url: /page\n";

    fn read(path: &str, text: &str) -> (Sources, Vec<Descriptor>) {
        let sources = Sources::new(vec![SourceFile::new(path, text)]);
        let mut facts = Facts::default();
        Forge.read(&sources, &mut facts);
        (sources, facts.descriptors)
    }

    #[test]
    fn a_lifecycle_table_is_a_descriptor_without_a_flag() {
        let (sources, found) = read("manifest.yml", MANIFEST);
        let [descriptor] = &found[..] else { panic!("{found:?}") };
        assert_eq!(descriptor.authentication(), Authentication::Jwt);
        assert_eq!(descriptor.base_url().map(|url| url.value).as_deref(), Some("${BASE_URL}"));
        let events: Vec<_> =
            descriptor.lifecycle().map(|(event, member)| (event, sources.text(member.value.span))).collect();
        assert_eq!(events, [(Event::Installed, "/installed"), (Event::Uninstalled, "/uninstalled?version=2")]);
        assert!(descriptor.is_affected() && !descriptor.can_opt_in());
    }

    #[test]
    fn authentication_may_be_none_or_unsaid() {
        let none = MANIFEST.replace("authentication: jwt", "authentication: none");
        assert!(!read("manifest.yml", &none).1[0].is_affected());
        let unsaid = MANIFEST.replace("    authentication: jwt\n", "");
        assert_eq!(read("manifest.yml", &unsaid).1[0].authentication(), Authentication::Absent);
    }

    #[test]
    fn other_manifests_are_none() {
        let without = MANIFEST.split("connectModules").next().unwrap();
        for (path, text) in
            [("manifest.yml", without), ("manifest.yml", "applications:\n- name: a\n"), ("test/manifest.yml", MANIFEST)]
        {
            assert!(read(path, text).1.is_empty(), "{path}");
        }
        let odd = "connectModules:\n  jira:lifecycle: /installed\n  confluence:lifecycle:\n  - []\n";
        assert!(read("manifest.yaml", odd).1.is_empty());
    }
}
