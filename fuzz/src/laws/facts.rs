//! Code and build files: what is read out of a tree.

use connect_lint::{
    comments::comments,
    ecosystem,
    facts::Facts,
    source::{Sources, Span},
};

use super::spans_are_sound;
use crate::tree;

/// A tree is read, and whatever is read out of it has a place in it.
pub fn facts(input: &[u8]) {
    let sources = tree::read(input);
    for (id, file) in sources.iter() {
        let mut end = 0;
        for comment in comments(id, file) {
            assert!(end <= comment.start && file.text.get(comment.clone()).is_some(), "{comment:?} of {}", file.path);
            end = comment.end;
        }
    }
    let follow = ecosystem::follow(&sources);
    for named in sources.iter().flat_map(|(_, file)| follow(file)) {
        for path in named.paths() {
            assert!(!path.starts_with('/') && !path.split('/').any(|part| part == ".."), "{path} is outside the tree");
        }
    }
    hold(&sources, &ecosystem::read(&sources));
}

fn hold(sources: &Sources, facts: &Facts) {
    let sound = |span: Span| {
        let file = sources.file(span.file);
        assert!(file.text.get(span.range()).is_some(), "{span:?} is not within {}", file.path);
    };
    let tree = |node: &connect_lint::tree::Node| spans_are_sound(&sources.file(node.span.file).text, node);
    for route in &facts.routes {
        [route.span, route.path.span, route.handler.span, route.anchor()].into_iter().for_each(sound);
        [route.handler.acts, route.handler.stores].into_iter().flatten().for_each(sound);
        route.trace.iter().chain(&route.handler.evidence).for_each(|label| sound(label.span));
        for guard in &route.guards {
            sound(guard.span);
            guard.stores.into_iter().for_each(sound);
            guard.evidence.iter().for_each(|label| sound(label.span));
            guard.ace_call.iter().flat_map(|call| [Some(call.name), call.arguments]).flatten().for_each(sound);
        }
    }
    for dependency in &facts.dependencies {
        sound(dependency.declared);
        dependency.requirement.iter().for_each(|text| sound(text.span));
        for version in dependency.version.iter().chain(&dependency.locked) {
            sound(version.span);
        }
    }
    facts
        .descriptors
        .iter()
        .filter(|one| one.origin == connect_lint::facts::Origin::File)
        .for_each(|one| tree(&one.tree));
    facts.ace_configs.iter().for_each(|config| tree(&config.tree));
    for variable in &facts.variables {
        [variable.span, variable.value.span].into_iter().for_each(sound);
    }
    for weakness in &facts.weaknesses {
        [weakness.span, weakness.route.span].into_iter().for_each(sound);
        weakness.labels.iter().for_each(|label| sound(label.span));
    }
    facts.opaque_routes.iter().for_each(|label| sound(label.span));
    facts.put_aside.iter().for_each(|label| sound(label.span));
    let places = [&facts.unread_code, &facts.transformers, &facts.mentions, &facts.secret_reads];
    places.into_iter().flatten().copied().for_each(sound);
    facts.syntax_errors.iter().for_each(|error| sound(error.span));
}
