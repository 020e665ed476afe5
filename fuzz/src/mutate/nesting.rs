//! Things in things, a thousand times.

use super::replaced;
use crate::random::Random;

/// What opens a level somewhere, and what closes it.
const LEVELS: &[(&str, &str)] = &[
    ("(", ")"),
    ("[", "]"),
    ("{", "}"),
    ("{\"a\":", "}"),
    ("[[", "]"),
    ("<a>", "</a>"),
    ("<a b='", "'>"),
    ("- ", ""),
    ("? ", ""),
    ("a: {", "}"),
    ("&a [", "]"),
    ("!", ""),
    ("-", ""),
    ("not ", ""),
    ("new ", ""),
    ("await ", ""),
    ("x ? ", " : y"),
    ("x + ", ""),
    ("x.", ""),
    (".x()", ""),
    ("x[", "]"),
    ("f(", ")"),
    ("(x) => ", ""),
    ("function () {", "}"),
    ("if (x) ", ""),
    ("if (x) {", "}"),
    ("else ", ""),
    ("class A {", "}"),
    ("`${", "}`"),
    ("\"#{", "}\""),
    ("$(", ")"),
    ("${", "}"),
    ("${a:", "}"),
    ("{{", "}}"),
    ("{{#a}}", "{{/a}}"),
    ("/*", "*/"),
    ("\"", ""),
    ("'", ""),
    ("\\", ""),
    ("<", ">"),
    ("List<", ">"),
    ("*", ""),
    ("@A(", ")"),
    ("a/", ""),
    ("1-", ""),
    ("1.", ""),
    (" ", ""),
    ("\n ", ""),
    ("\n", ""),
    ("try { ", " } catch (e) {}"),
    ("begin ", " end "),
    ("lambda x: ", ""),
    ("=", ""),
    ("<<A\n", "A\n"),
];

/// Some level, up to four thousand times, at some place; never more than `room` bytes.
pub(super) fn mutate(text: &[u8], random: &mut Random, room: usize) -> Vec<u8> {
    let Some((open, close)) = random.pick(LEVELS) else { return text.to_vec() };
    let most = room / (open.len() + close.len());
    let count = (1 << random.below(13)).min(most);
    let end = random.below(text.len() + 1);
    let start = if random.one_in(2) { end } else { random.below(end + 1) };
    let close = if random.one_in(4) { String::new() } else { close.repeat(count) };
    let piece = [open.repeat(count).as_bytes(), &text[start..end], close.as_bytes()].concat();
    replaced(text, start..end, &piece)
}
