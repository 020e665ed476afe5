//! Spans as SARIF's locations, in UTF-16 code units.

use super::{
    artifact,
    message::escaped,
    model::{Content, Location, Message, PhysicalLocation, Region},
};
use crate::{
    report::{places::Places, text::sentence},
    source::{Label, Span},
};

/// How many bytes of source a location quotes; longer ones are left to the file.
const LONGEST_SNIPPET: usize = 20_000;

/// How many lines around a result are quoted with it, and how many bytes of them on either side.
const CONTEXT: usize = 2;
const LONGEST_CONTEXT: usize = 200;

/// Where a finding is, with the lines around it.
pub(super) fn primary(places: &Places, span: Span) -> Location {
    let mut location = location(places, span);
    location.physical_location.context_region = Some(context(places, span));
    location
}

/// A place with a remark.
pub(super) fn labelled(places: &Places, label: &Label) -> Location {
    let message = Some(Message::plain(escaped(&sentence(&label.message))));
    Location { message, ..location(places, label.span) }
}

/// A place.
pub(super) fn location(places: &Places, span: Span) -> Location {
    let artifact_location = artifact(&places.path(span.file));
    let region = Some(Region { snippet: snippet(places, span), ..region(places, span) });
    let physical_location = PhysicalLocation { artifact_location, region, context_region: None };
    Location { id: None, physical_location, message: None }
}

/// A span in lines and columns.
pub(super) fn region(places: &Places, span: Span) -> Region {
    let (start, end) = places.utf16_positions(span);
    Region {
        start_line: start.line,
        start_column: Some(start.column),
        end_line: end.line,
        end_column: Some(end.column),
        snippet: None,
    }
}

/// The lines around a span, as far as they are short. It has to be more than the span: where the file is nothing else,
/// it is the whole of its lines, which is written without columns.
fn context(places: &Places, span: Span) -> Region {
    let (lines, text) = (places.lines(span.file), &places.file(span.file).text);
    let first = lines.line_of(span.start).saturating_sub(CONTEXT).max(1);
    let last = (lines.line_of(span.end) + CONTEXT).min(lines.count());
    let near = |at: usize| (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let start = lines.start(first).max(near(span.start.saturating_sub(LONGEST_CONTEXT))).min(span.start);
    let end = lines.start(last) + lines.line(last).len();
    let end = end.min(near((span.end + LONGEST_CONTEXT).min(text.len()))).max(span.end);
    let around = Span { start, end, ..span };
    let region = Region { snippet: snippet(places, around), ..region(places, around) };
    if places.utf16_positions(around) == places.utf16_positions(span) {
        return Region { start_column: None, end_column: None, ..region };
    }
    region
}

fn snippet(places: &Places, span: Span) -> Option<Content> {
    let text = places.file(span.file).text[span.range()].trim_start_matches('\u{feff}');
    (text.len() <= LONGEST_SNIPPET).then(|| Content { text: text.to_owned() })
}
