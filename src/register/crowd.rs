//! Folders with more files than a register's ever hold: the first of them are read, and how many are not is a finding.

use super::amount::{Amount, MEBIBYTE, MOST_OF_ONE};
use crate::domain::{Finding, Rule};
use crate::files::check;
use crate::files::read::FileBytes;

/// A file for each judgement of a hundred models is half of that.
const MOST_FILES: usize = 5_000;

/// Each of them is a column of the board.
const MOST_COMPANIES: usize = 4_000;

/// More than anybody reads, mends one by one or wants in a report.
const MOST_FINDINGS: usize = check::MOST_IN_ALL;

/// Files on their way to be read, folder after folder.
#[derive(Default)]
pub struct Crowd {
    folder: String,
    files: usize,
    left_out: Vec<(String, usize)>,
    /// Of those that were taken.
    text: Amount,
    /// The first file for whose text there is no room, and how many come with and after it.
    no_room: Option<(String, usize)>,
}

impl Crowd {
    /// Whether the next file is read. Documents beside evidence are not, so they do not count.
    pub fn lets_in(&mut self, path: &str) -> bool {
        let (folder, name) = path.rsplit_once('/').unwrap_or_default();
        if folder.ends_with("/evidence") && !name.ends_with(".toml") {
            return true;
        }
        if let Some((_, count)) = &mut self.no_room {
            *count += 1;
            return false;
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

    /// Whether there is room for a file's text beside the others of a company, or of what is asked. Behind the first for
    /// which there is none, no other is let in.
    pub fn takes(&mut self, file: &FileBytes) -> bool {
        let text = self.text.and(Amount::of_text(file));
        if text.is_of_one() {
            self.text = text;
            return true;
        }
        self.no_room = Some((file.path.clone(), 1));
        false
    }

    pub fn text(&self) -> Amount {
        self.text
    }

    pub fn findings(self) -> impl Iterator<Item = Finding> {
        let finding = |path, message, hint| {
            let hint = Some(hint);
            Finding { path, place: None, rule: Rule::TooMany, message, hint }
        };
        let left_out = self.left_out.into_iter().map(move |(folder, count)| {
            let message = format!("{} files are too many: the last {count} are not read", MOST_FILES + count);
            finding(folder, message, format!("keep at most {MOST_FILES} files in a folder of the register"))
        });
        let no_room = self.no_room.map(move |(path, count)| {
            let Amount { bytes, values, .. } = MOST_OF_ONE;
            let most = format!("{} MiB of text, or {values} values", bytes / MEBIBYTE);
            let message =
                format!("from here on {count} files are not read: with them it would be more than {most}");
            finding(path, message, "keep long texts as documents beside evidence".to_owned())
        });
        left_out.chain(no_room)
    }
}

/// Leaves out the findings that are too many, which is one more.
pub fn of_findings(findings: &mut Vec<Finding>, left_out_before: usize) {
    let count = left_out_before + findings.len().saturating_sub(MOST_FINDINGS);
    if count == 0 {
        return;
    }
    findings.truncate(MOST_FINDINGS);
    findings.push(Finding {
        path: "countersign.toml".to_owned(),
        place: None,
        rule: Rule::TooMany,
        message: format!("{count} more findings of files are left out"),
        hint: Some("mend those that are shown first".to_owned()),
    });
}

/// Leaves out the companies that are too many, which is a finding.
pub fn of_companies<T>(companies: &mut Vec<T>) -> Option<Finding> {
    let (all, count) =
        (companies.len(), companies.len().checked_sub(MOST_COMPANIES).filter(|count| *count > 0)?);
    companies.truncate(MOST_COMPANIES);
    Some(Finding {
        path: "companies".to_owned(),
        place: None,
        rule: Rule::TooMany,
        message: format!("{all} companies are too many: the last {count} are not read"),
        hint: Some(format!("keep at most {MOST_COMPANIES} companies in a register")),
    })
}
