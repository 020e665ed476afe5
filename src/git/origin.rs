//! The web address of a repository, from the name it has for its remote.

/// The address without account, password and `.git`; none where the remote is a folder or nothing of the web.
///
/// A remote may hold a password, and its text is the repository's own: only what is plainly a host and a path comes out.
pub(super) fn web_address(remote: &str) -> Option<String> {
    let (scheme, rest) = remote.split_once("://").unwrap_or(("", remote));
    let rest = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
    let (host, path) = match scheme {
        "http" | "https" | "ssh" | "git" => rest.split_once('/')?,
        "" => rest.split_once(':')?,
        _ => return None,
    };
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let is_host = host.contains('.') && host.chars().all(|c| c.is_ascii_alphanumeric() || "-.".contains(c));
    let is_path = !path.is_empty() && path.chars().all(|c| c.is_ascii_alphanumeric() || "-._~/".contains(c));
    (is_host && is_path).then(|| format!("https://{host}/{path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_name_a_remote_gives_one_address() {
        for remote in [
            "https://example.com/team/app.git",
            "https://somebody:secret@example.com/team/app",
            "git@example.com:team/app.git",
            "ssh://git@example.com/team/app.git/",
        ] {
            assert_eq!(web_address(remote).as_deref(), Some("https://example.com/team/app"), "{remote}");
        }
    }

    #[test]
    fn what_is_no_web_address_is_none() {
        for remote in
            ["/srv/app.git", "../app", "C:/app", "file:///srv/app", "https://example.com/a b", "x@y:\u{1b}[2J", ""]
        {
            assert_eq!(web_address(remote), None, "{remote}");
        }
    }
}
