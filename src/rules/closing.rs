//! How safe it is to stop accepting unsigned and HS256 installs: a matter of the phase.

use crate::{
    app::{App, Phase},
    edit::Applicability,
};

/// Safe once the change is enforced. In the transition only if every descriptor, as read, opts in already.
pub(super) fn applicability(app: &App) -> Applicability {
    let mut descriptors = app.opting_descriptors().peekable();
    let opted_in =
        descriptors.peek().is_some() && descriptors.all(|descriptor| descriptor.has_migrated("signed-install"));
    match app.phase {
        Phase::Enforced => Applicability::Safe,
        Phase::Transition if opted_in => Applicability::Safe,
        Phase::Transition => Applicability::Unsafe,
    }
}
