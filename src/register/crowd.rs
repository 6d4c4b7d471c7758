//! Folders with more files than a register's ever hold: the first of them are read, and how many are not is a finding.
//! A register with more files in all than anybody keeps is not read.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::domain::{Finding, Rule};
use crate::error::{Error, Result};

/// A file for each judgement of a hundred models is half of that.
const MOST_FILES: usize = 5_000;

/// Each of them is a column of the board.
const MOST_COMPANIES: usize = 4_000;

/// More than anybody reads, mends one by one or wants in a report.
const MOST_FINDINGS: usize = 10_000;

/// Twice what three thousand companies have. A few folders can hold each other so often that they make billions.
const MOST_FILES_IN_ALL: usize = 300_000;

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
            rule: Rule::TooMany,
            message: format!("{} files are too many: the last {count} are not read", MOST_FILES + count),
            hint: Some(format!("keep at most {MOST_FILES} files in a folder of the register")),
        })
    }
}

/// All files of a register, however many read them.
#[derive(Default)]
pub struct InAll(AtomicUsize);

impl InAll {
    pub fn add(&self, files: usize) -> Result<()> {
        match self.0.fetch_add(files, Ordering::Relaxed) + files > MOST_FILES_IN_ALL {
            true => Err(Error::RegisterTooLarge { limit: MOST_FILES_IN_ALL }),
            false => Ok(()),
        }
    }
}

/// Leaves out the findings that are too many, which is one more.
pub fn of_findings(findings: &mut Vec<Finding>) {
    let Some(count) = findings.len().checked_sub(MOST_FINDINGS).filter(|count| *count > 0) else { return };
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
