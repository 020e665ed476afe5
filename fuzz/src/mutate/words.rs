//! Words and signs, cut, doubled, exchanged and taken over.

use super::{replaced, tokens};
use crate::random::Random;

/// What parsers and scanners stumble over.
const ODD: &[&[u8]] = &[
    b"\xef\xbb\xbf",
    b"\0",
    b"\xc3\xa9",
    b"\xf0\x9d\x84\x9e",
    b"\xff",
    b"\xe2\x80\xa8",
    b"\xc2\xa0",
    b"\x1b[2J",
    b"\"",
    b"'",
    b"`",
    b"\\",
    b"\\\n",
    b"\\u00",
    b"//",
    b"/*",
    b"*/",
    b"#",
    b"<!--",
    b"-->",
    b"<![CDATA[",
    b"]]>",
    b"${",
    b"{{",
    b"}}",
    b"{%",
    b"<%=",
    b"%>",
    b"#{",
    b"$(",
    b"<<EOF\n",
    b"\nEOF\n",
    b"'''",
    b"\"\"\"",
    b"&a ",
    b"*a",
    b"<<: *a",
    b"? ",
    b"- ",
    b"|\n",
    b">-\n",
    b"---\n",
    b"...\n",
    b"!!str ",
    b"@x@",
    b"=",
    b"==",
    b"=>",
    b"->",
    b"::",
    b"?.",
    b"...",
    b";",
    b",",
    b":",
    b"\r",
    b"\r\n",
    b"\t",
    b"\x0c",
    b"0",
    b"-1",
    b"1e999",
    b"18446744073709551616",
    b"999999999999999999999999",
    b"0x",
    b"[,)",
    b"^",
    b"~>",
    b"||",
    b"*",
    b"<?php ",
    b"?>",
    b"connect-lint-disable-next-line",
    b"connect-lint-disable-line",
    b"connect-lint-disable-file",
    b" -- ",
    b"-- b/package.json --\n",
];

/// A change of one word or two.
pub(super) fn mutate(text: &[u8], words: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let all: Vec<_> = tokens(text).collect();
    let Some(range) = random.pick(&all).cloned() else { return text.to_vec() };
    let word = text[range.clone()].to_vec();
    let own = |random: &mut Random| random.pick(&all).map_or(Vec::new(), |other| text[other.clone()].to_vec());
    match random.below(8) {
        0 => replaced(text, range, b""),
        1 => replaced(text, range.end..range.end, &word),
        2 => replaced(text, range, &own(random)),
        3 => replaced(text, range.end..range.end, &own(random)),
        4 | 5 => replaced(text, range, random.pick(words).map_or(&[][..], Vec::as_slice)),
        6 => replaced(text, range.end..range.end, random.pick(ODD).copied().unwrap_or_default()),
        _ => exchanged(text, &all, random),
    }
}

/// Two words change places.
fn exchanged(text: &[u8], all: &[std::ops::Range<usize>], random: &mut Random) -> Vec<u8> {
    let (one, other) = (random.below(all.len()), random.below(all.len()));
    let (first, second) = (all[one.min(other)].clone(), all[one.max(other)].clone());
    if first == second {
        return text.to_vec();
    }
    let behind = replaced(text, second.clone(), &text[first.clone()]);
    replaced(&behind, first, &text[second])
}
