//! Addresses of other repositories, where git would start a program for them.
//!
//! For `<helper>::<address>`, and for `<scheme>://` where the scheme is not one of its own, git starts `git-remote-<helper>`
//! (gitremote-helpers(7)): one that is installed, an alias of that name, or `ext`, which runs what the address says.

use std::fs;
use std::path::Path;

use super::{Program, digest_of_file};
use crate::error::Result;

/// Those git knows by itself. It tells capitals from small letters.
const OWN_SCHEMES: [&str; 9] = ["file", "git", "ssh", "git+ssh", "ssh+git", "http", "https", "ftp", "ftps"];

pub fn starts_a_helper(address: &str) -> bool {
    let is_in_schemes = |letter: char| letter.is_ascii_alphanumeric() || "+-.".contains(letter);
    let rest = address.trim_start_matches(is_in_schemes);
    let scheme = &address[..address.len() - rest.len()];
    rest.starts_with("::") || rest.starts_with("://") && !OWN_SCHEMES.contains(&scheme)
}

/// Whether it could be the beginning of such an address.
pub fn begins_a_helper(beginning: &str) -> bool {
    ["::", ":", "/"].iter().any(|more| starts_a_helper(&format!("{beginning}{more}")))
}

/// Files of old from which git takes the address of a remote that has none in the settings (git-fetch(1)). What they say is
/// told by its digest.
pub fn files(common_dir: &Path) -> Result<Vec<Program>> {
    let mut programs = Vec::new();
    for folder in ["branches", "remotes"] {
        let entries = fs::read_dir(common_dir.join(folder)).into_iter().flatten().flatten();
        for path in entries.map(|entry| entry.path()).filter(|path| path.is_file()) {
            let file = path.display().to_string();
            programs.push(Program { name: format!("{folder} file"), value: digest_of_file(&path)?, file });
        }
    }
    programs.sort_by(|one, other| one.file.cmp(&other.file));
    Ok(programs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_git_needs_no_helper_for() {
        for address in [
            "https://example.org/register",
            "http://[::1]/register",
            "ssh://[::1]:22/register",
            "git@example.org:register",
            "example.org:register",
            "user@[::1]:register",
            "file:///srv/register.git",
            "/srv/a::b",
            "../hub.git",
            "./x://y",
            "C:\\register",
            "git+ssh://example.org/x::y",
            "",
        ] {
            assert!(!starts_a_helper(address), "{address}");
        }
    }

    #[test]
    fn addresses_git_starts_a_helper_for() {
        for address in [
            "ext::sh -c x",
            "a-b+c.d::x",
            "9::x",
            "::x",
            "xyz://h",
            "HTTPS://example.org",
            "ext://x",
            "rsync://x",
        ] {
            assert!(starts_a_helper(address), "{address}");
        }
    }

    /// Of an address that is put together only the beginning is known.
    #[test]
    fn beginnings() {
        for beginning in ["", "e", "ext", "ext:", "xyz:/", "xyz://", "ext::sh", "https:"] {
            assert!(begins_a_helper(beginning), "{beginning}");
        }
        for beginning in ["https://", "https:/", "ssh://git@example.org/", "git@example.org:", "/srv/", "../"]
        {
            assert!(!begins_a_helper(beginning), "{beginning}");
        }
    }
}
