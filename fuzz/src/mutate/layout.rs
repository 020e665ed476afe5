//! The same in another spelling.

use crate::random::Random;

/// Other line ends, indentations and white space.
pub(super) fn mutate(text: &[u8], random: &mut Random) -> Vec<u8> {
    match random.below(8) {
        0 => mapped(text, |byte| if byte == b'\n' { b"\r\n" } else { b"" }),
        1 => mapped(text, |byte| if byte == b'\n' { b"\r" } else { b"" }),
        2 => mapped(text, |byte| if byte == b'\n' { b" \n" } else { b"" }),
        3 => mapped(text, |byte| if byte == b'\n' { b" " } else { b"" }),
        4 => mapped(text, |byte| if byte == b'\t' { b"  " } else { b"" }),
        5 => mapped(text, |byte| if byte == b' ' { b"\t" } else { b"" }),
        6 => text.trim_ascii_end().to_vec(),
        _ => [b"\xef\xbb\xbf", text].concat(),
    }
}

/// Every byte with what stands for it; an empty piece stands for the byte itself.
fn mapped(text: &[u8], piece: impl Fn(u8) -> &'static [u8]) -> Vec<u8> {
    let mut mapped = Vec::with_capacity(text.len());
    for byte in text {
        match piece(*byte) {
            b"" => mapped.push(*byte),
            piece => mapped.extend(piece),
        }
    }
    mapped
}
