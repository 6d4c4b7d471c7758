//! Addresses of other repositories, where git would start a program for them.
//!
//! For `<helper>::<address>`, and for `<scheme>://` where the scheme is not one of its own, git starts `git-remote-<helper>`
//! (gitremote-helpers(7)): one that is installed, an alias of that name, or `ext`, which runs what the address says.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Program, digest_of_file};
use crate::error::Result;
use crate::ledger::places::Places;

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

/// The folders that come with a repository. What is pushed to one within them meets hooks that came along, too.
pub struct Inside {
    /// What git takes a relative path from.
    from: PathBuf,
    folders: Vec<PathBuf>,
}

impl Inside {
    pub fn of(places: &Places) -> Inside {
        let Places { common_dir, workdir, .. } = places;
        // All work trees share what lies beside it.
        let shared = common_dir.parent().filter(|_| common_dir.ends_with(".git")).unwrap_or(common_dir);
        let folders = [Some(shared), workdir.as_deref()].into_iter().flatten();
        Inside {
            from: workdir.as_ref().unwrap_or(common_dir).clone(),
            folders: folders.filter_map(|folder| folder.canonicalize().ok()).collect(),
        }
    }

    /// Whether an address leads there; of one that is not `whole` more comes behind.
    pub fn holds(&self, address: &str, whole: bool) -> bool {
        let in_url =
            address.strip_prefix("file://").map(|rest| rest.trim_start_matches(|letter| letter != '/'));
        let path = in_url.unwrap_or(address);
        // `<host>:<path>` and `<scheme>://`, as git tells them from a path.
        if path.split('/').next().is_some_and(|first| first.contains(':')) {
            return false;
        }
        // Escaped letters could be any.
        let plain = in_url.and_then(|path| path.find('%')).map_or(path, |at| &path[..at]);
        let whole = whole && plain == path;
        // git tries several endings, so the last folder that is there counts.
        let path = self.from.join(plain);
        let near = path.ancestors().find_map(|folder| folder.canonicalize().ok()).unwrap_or_default();
        self.folders.iter().any(|folder| near.starts_with(folder) || !whole && folder.starts_with(&near))
    }
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

    #[test]
    fn folders_that_come_along() {
        let outside = tempfile::tempdir().unwrap();
        let workdir = outside.path().join("register");
        let common_dir = workdir.join(".git");
        for folder in [&common_dir, &workdir.join("evil"), &outside.path().join("hub.git")] {
            fs::create_dir_all(folder).unwrap();
        }
        let [top, around] = [&workdir, outside.path()].map(|path| path.to_str().unwrap().to_owned());
        let places = Places { git_dir: common_dir.clone(), common_dir, workdir: Some(workdir) };
        let inside = Inside::of(&places);
        for address in [
            "evil",
            "./evil",
            "no/such",
            "../register/evil",
            "evil/../.git",
            &format!("{top}/evil"),
            &format!("file://{top}/evil"),
            &format!("file://localhost{top}/evil"),
            &format!("file://{around}/r%65gister/evil"),
        ] {
            assert!(inside.holds(address, true), "{address}");
        }
        for address in [
            "../hub.git",
            "evil/../../hub.git",
            "example.org:evil",
            "https://example.org/evil",
            &format!("{around}/hub.git"),
            &format!("file://{around}/hub.git"),
        ] {
            assert!(!inside.holds(address, true), "{address}");
        }
        for beginning in ["e", "..", "/", &format!("{around}/reg")] {
            assert!(inside.holds(beginning, false), "{beginning}");
        }
        for beginning in ["https://", "git@example.org:", &format!("{around}/hub.git/")] {
            assert!(!inside.holds(beginning, false), "{beginning}");
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
