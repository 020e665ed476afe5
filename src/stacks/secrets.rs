//! What code says of the app as a whole: the hosts of Atlassian's keys.

use crate::{facts::Facts, stacks::project::Project};

/// Adds the places that name a host of Atlassian's keys.
pub fn read(project: &Project<'_>, facts: &mut Facts) {
    for code in &project.files {
        let hosts =
            code.ids().filter(|node| code.is_string(*node) && code.text(*node).contains("connect-install-keys"));
        facts.mentions.extend(hosts.map(|node| code.span(node)));
    }
}
