//! Taking a member out of JSON5 text.

use std::ops::Range;

use super::{
    place::{Tail, line_start},
    scan::{Kind, Token, Tokens},
};
use crate::{
    edit::Edit,
    source::{SourceFile, Span},
    tree::Node,
};

/// Takes a member out, with its comma, its line and the comment behind it; other comments stay.
///
/// `None` when the object has no such member, or more than one, for another would come into its place.
pub fn remove_member(file: &SourceFile, object: &Node, key: &str) -> Option<Edit> {
    let members = object.members();
    let mut matching = members.iter().enumerate().filter(|(_, member)| member.key.value == key);
    let (index, _) = matching.next()?;
    if matching.next().is_some() {
        return None;
    }
    Some(Removal::new(&file.text, object, index).edit())
}

/// A member on its way out, and what lies around it.
struct Removal<'text> {
    text: &'text str,
    object: Span,
    /// The member.
    member: Range<usize>,
    /// From the member before, or the opening bracket, to this one.
    before: Range<usize>,
    /// From this member to the next one, or the closing bracket.
    after: Range<usize>,
    /// Whether it is the only one.
    alone: bool,
}

impl<'text> Removal<'text> {
    fn new(text: &'text str, object: &Node, index: usize) -> Removal<'text> {
        let members = object.members();
        let member = members[index].span().range();
        let start = index.checked_sub(1).map_or(object.span.start + 1, |before| members[before].value.span.end);
        let end = members.get(index + 1).map_or(object.span.end - 1, |next| next.key.span.start);
        Removal {
            text,
            object: object.span,
            before: start..member.start,
            after: member.end..end,
            member,
            alone: members.len() == 1,
        }
    }

    fn edit(&self) -> Edit {
        let (range, text) = self.whole_object().or_else(|| self.whole_line()).unwrap_or_else(|| self.part_of_line());
        Edit { span: Span { start: range.start, end: range.end, ..self.object }, text: text.to_owned() }
    }

    fn tokens(&self, range: &Range<usize>, kind: Kind) -> Option<Token> {
        Tokens::new(self.text, range.clone()).find(|token| token.kind == kind)
    }

    /// Leaves `{}`, if nothing else is in the object.
    fn whole_object(&self) -> Option<(Range<usize>, &'text str)> {
        let tail = Tail::new(self.text, self.after.clone());
        let rest = tail.line_end..self.after.end;
        let comment = self.tokens(&self.before, Kind::Comment).or(self.tokens(&rest, Kind::Comment));
        (self.alone && comment.is_none()).then_some((self.before.start..self.after.end, ""))
    }

    /// Takes the line, if the member has it for itself.
    fn whole_line(&self) -> Option<(Range<usize>, &'text str)> {
        let tail = Tail::new(self.text, self.after.clone());
        let line = line_start(self.text, self.member.start);
        let lead = self.text[line..self.member.start].trim_matches([' ', '\t']);
        let behind = &self.text[tail.line_end..self.after.end];
        if line <= self.before.start || !behind.contains(['\n', '\r']) || !matches!(lead, "" | ",") {
            return None;
        }
        let line_break = self.text[..line].trim_end_matches('\n').trim_end_matches('\r').len().max(self.before.start);
        let own_comma = tail.comma.is_some_and(|comma| comma < tail.line_end);
        if own_comma != (lead == ",") || self.alone && tail.comma.is_none() {
            return Some((line_break..tail.line_end, ""));
        }
        let comma = self.tokens(&self.before, Kind::Comma).filter(|_| lead.is_empty() && tail.comma.is_none())?;
        Some((comma.range.start..tail.line_end, &self.text[comma.range.end..line_break.max(comma.range.end)]))
    }

    fn part_of_line(&self) -> (Range<usize>, &'text str) {
        let tail = Tail::new(self.text, self.after.clone());
        if let Some(comma) = tail.comma {
            let space = self.text[comma + 1..self.after.end].trim_start_matches([' ', '\t']).len();
            let between = tail.line_end.min(comma)..comma;
            let kept = self.tokens(&between, Kind::Comment).map_or("", |_| &self.text[between]);
            return (self.member.start..self.after.end - space, kept);
        }
        let Some(comma) = self.tokens(&self.before, Kind::Comma) else {
            return (self.member.clone(), "");
        };
        let between = comma.range.end..self.member.start;
        let kept = self.tokens(&between, Kind::Comment).map_or("", |_| &self.text[between]);
        (comma.range.start..self.member.end, kept)
    }
}
