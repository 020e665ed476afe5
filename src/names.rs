//! Names of files as reports write them, whatever bytes they are made of.

use std::path::Path;

/// A name as text: each byte that is not UTF-8 becomes `%` and two digits, so that two names stay two.
pub fn legible(name: &[u8]) -> String {
    let mut text = String::with_capacity(name.len());
    for chunk in name.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|byte| format!("%{byte:02X}")));
    }
    text
}

/// A relative path as text, with `/` between its parts on every platform.
pub fn relative(path: &Path) -> String {
    let parts: Vec<_> = path.components().map(|part| legible(part.as_os_str().as_encoded_bytes())).collect();
    parts.join("/")
}

#[cfg(all(test, unix))]
mod tests {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};

    use super::*;

    #[test]
    fn names_stay_apart() {
        let path = |bytes: &[u8]| relative(Path::new(OsStr::from_bytes(bytes)));
        assert_eq!(path(b"caf\xe9/app.js"), "caf%E9/app.js");
        assert_eq!(path(b"caf\xe8/\xff\xfe.js"), "caf%E8/%FF%FE.js");
        assert_eq!(path("café/a b%.js".as_bytes()), "café/a b%.js");
    }
}
