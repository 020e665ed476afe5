//! The part of XML Schema that the schemas of `tests/data/schemas` use. What it does not know fails the test.

use roxmltree::{Document, Node};

/// Why a document is not valid; empty when it is.
pub(crate) fn errors(schema: &str, document: &str) -> Vec<String> {
    let (schema, document) = (Document::parse(schema).unwrap(), Document::parse(document).unwrap());
    let mut errors = Vec::new();
    let root = document.root_element();
    check(schema.root_element(), root, declaration(schema.root_element(), root.tag_name().name()), &mut errors);
    errors
}

fn elements<'a>(node: Node<'a, 'a>) -> impl Iterator<Item = Node<'a, 'a>> {
    node.children().filter(Node::is_element)
}

fn named<'a>(schema: Node<'a, 'a>, kind: &str, name: &str) -> Option<Node<'a, 'a>> {
    elements(schema).find(|node| node.tag_name().name() == kind && node.attribute("name") == Some(name))
}

fn declaration<'a>(schema: Node<'a, 'a>, name: &str) -> Option<Node<'a, 'a>> {
    named(schema, "element", name)
}

fn check<'a>(schema: Node<'a, 'a>, node: Node<'_, '_>, declared: Option<Node<'a, 'a>>, errors: &mut Vec<String>) {
    let name = node.tag_name().name();
    let Some(declared) = declared else { return errors.push(format!("no element `{name}`")) };
    let kind = match declared.attribute("type") {
        Some("xs:string") => None,
        Some(kind) => Some(named(schema, "complexType", kind).unwrap_or_else(|| panic!("no type `{kind}`"))),
        None => elements(declared).find(|node| node.tag_name().name() == "complexType"),
    };
    let text = node.children().filter(Node::is_text).any(|text| !text.text().unwrap_or_default().trim().is_empty());
    let Some(kind) = kind else {
        if node.children().any(|child| child.is_element()) || node.attributes().len() > 0 {
            errors.push(format!("`{name}` is text alone"));
        }
        return;
    };
    if text && kind.attribute("mixed") != Some("true") {
        errors.push(format!("text in `{name}`"));
    }
    attributes(schema, node, kind, errors);
    let children: Vec<_> = node.children().filter(Node::is_element).collect();
    let names: Vec<&str> = children.iter().map(|child| child.tag_name().name()).collect();
    let content = elements(kind).find(|node| ["sequence", "choice"].contains(&node.tag_name().name()));
    let taken = content.map_or(0, |content| longest(content, &names));
    if taken < names.len() {
        errors.push(format!("`{}` is not expected in `{name}`", names[taken]));
    }
    children.into_iter().for_each(|child| check(schema, child, declaration(schema, child.tag_name().name()), errors));
}

/// How many of the names a particle takes. It takes as many as it can, which is right for these schemas.
fn longest(particle: Node, names: &[&str]) -> usize {
    let most = match particle.attribute("maxOccurs") {
        Some("unbounded") => usize::MAX,
        Some(number) => number.parse().unwrap(),
        None => 1,
    };
    let mut taken = 0;
    for _ in 0..most {
        let rest = &names[taken..];
        let more = match particle.tag_name().name() {
            "element" => usize::from(rest.first().is_some_and(|name| particle.attribute("ref") == Some(name))),
            "sequence" => elements_of(particle).fold(0, |taken, part| taken + longest(part, &rest[taken..])),
            "choice" => elements_of(particle).map(|part| longest(part, rest)).max().unwrap_or(0),
            other => panic!("`{other}` is not known here"),
        };
        if more == 0 {
            break;
        }
        taken += more;
    }
    taken
}

fn elements_of<'a, 'b>(node: Node<'a, 'b>) -> impl Iterator<Item = Node<'a, 'b>> {
    node.children().filter(|child| child.is_element())
}

fn attributes(schema: Node, node: Node, kind: Node, errors: &mut Vec<String>) {
    let name = node.tag_name().name();
    let declared: Vec<_> = elements_of(kind).filter(|child| child.tag_name().name() == "attribute").collect();
    for attribute in &declared {
        let own = attribute.attribute("name").unwrap();
        match node.attribute(own) {
            None if attribute.attribute("use") == Some("required") => errors.push(format!("`{name}` has no `{own}`")),
            Some(value) if !fits(schema, attribute.attribute("type").unwrap(), value) => {
                errors.push(format!("`{own}` of `{name}` is `{value}`"));
            }
            _ => {}
        }
    }
    for attribute in node.attributes() {
        if !declared.iter().any(|declared| declared.attribute("name") == Some(attribute.name())) {
            errors.push(format!("`{name}` may not have `{}`", attribute.name()));
        }
    }
}

fn fits(schema: Node, kind: &str, value: &str) -> bool {
    match kind {
        "xs:string" => true,
        "xs:positiveInteger" => value.parse::<u64>().is_ok_and(|number| number > 0),
        kind => {
            let own = elements_of(schema).find(|node| node.attribute("name") == Some(kind)).unwrap();
            own.descendants().any(|node| node.attribute("value") == Some(value))
        }
    }
}
