//! Folders with more files than a register's ever hold: the first of them are read, and how many are not is a finding.

use crate::domain::{Finding, Rule};

/// A file for each judgement of a hundred models is half of that.
const MOST_FILES: usize = 5_000;

/// Files on their way to be read, folder after folder.
#[derive(Default)]
pub struct Crowd {
    folder: String,
    files: usize,
    left_out: Vec<(String, usize)>,
}

impl Crowd {
    /// Whether the next file is read. Documents beside evidence are not, so they do not count.
    pub fn lets_in(&mut self, path: &str) -> bool {
        let (folder, name) = path.rsplit_once('/').unwrap_or_default();
        if folder.ends_with("/evidence") && !name.ends_with(".toml") {
            return true;
        }
        if folder != self.folder {
            folder.clone_into(&mut self.folder);
            self.files = 0;
        }
        self.files += 1;
        if self.files <= MOST_FILES {
            return true;
        }
        match self.left_out.last_mut() {
            Some((last, count)) if last == folder => *count += 1,
            _ => self.left_out.push((folder.to_owned(), 1)),
        }
        false
    }

    pub fn findings(self) -> impl Iterator<Item = Finding> {
        self.left_out.into_iter().map(|(folder, count)| Finding {
            path: folder,
            place: None,
            rule: Rule::TooLarge,
            message: format!("{} files are too many: the last {count} are not read", MOST_FILES + count),
            hint: Some(format!("keep at most {MOST_FILES} files in a folder of the register")),
        })
    }
}
