//! What the commits did to the register, derived from the trees: messages are claims.

use std::fmt::Write;

use super::prepare::unified;
use super::{At, Register, Trail};
use crate::domain::entry::Touch;
use crate::domain::{Assessment, ContentId, Day, Entry, EntryKind, Moment};
use crate::error::Result;
use crate::files::RegisterPath;
use crate::files::read::{self, LARGEST_FILE};
use crate::ledger::{Blob, CommitInfo, Filter, Ledger, PathChange, Person, REGISTER_PATHS, Record};

/// A trail's entries, newest first, read while it is iterated.
pub struct History<'a> {
    ledger: &'a Ledger,
    records: Box<dyn Iterator<Item = Result<Record>> + 'a>,
    trail: Trail,
    ready: std::vec::IntoIter<Entry>,
}

impl Register {
    /// The history that ends in a state of the register. Uncommitted edits have none: for the work tree it is HEAD's.
    pub fn history(&self, at: &At, trail: &Trail) -> Result<History<'_>> {
        let paths = match trail {
            Trail::Register => REGISTER_PATHS.map(str::to_owned).to_vec(),
            Trail::Company(company) => vec![format!("companies/{company}")],
            Trail::Cell(company, _) => vec![format!("companies/{company}/assessments")],
        };
        let records = self.ledger.line(self.commit_at(at)?, &paths, self.caching)?;
        Ok(self.entries(records, trail.clone()))
    }

    /// What the commits after one revision, up to another, did to the register.
    pub fn history_between(&self, after: &str, until: &str) -> Result<History<'_>> {
        let paths = REGISTER_PATHS.map(str::to_owned).to_vec();
        let filter = Filter { paths, since: Some(self.ledger.resolve(after)?), ..Filter::default() };
        let records = self.ledger.history(self.ledger.resolve(until)?, &filter)?;
        Ok(self.entries(records, Trail::Register))
    }

    pub(super) fn entries<'a>(
        &'a self,
        records: impl Iterator<Item = Result<Record>> + 'a,
        trail: Trail,
    ) -> History<'a> {
        History { ledger: &self.ledger, records: Box::new(records), trail, ready: Vec::new().into_iter() }
    }

    /// The commits that touched the register and led to a state of it, newest first; no file is read for it.
    pub fn moments(&self, at: &At) -> Result<impl Iterator<Item = Result<Moment>>> {
        let paths = REGISTER_PATHS.map(str::to_owned).to_vec();
        let records = self.ledger.line(self.commit_at(at)?, &paths, self.caching)?;
        Ok(records.map(|record| record.map(moment)))
    }

    /// The day a revision was committed on.
    pub fn day_of(&self, revision: &str) -> Result<Day> {
        Ok(day_of(&self.ledger.commit_info(self.ledger.resolve(revision)?)?.committer))
    }

    /// A commit's author, message and exact diff of the register's files, as text.
    pub fn show(&self, commit: &str) -> Result<String> {
        let id = self.ledger.resolve(commit)?;
        let filter = Filter::default();
        let record = self.ledger.history(id, &filter)?.next().transpose()?;
        let mut text = String::new();
        if let Some(Record { commit, changes }) = record {
            head(&mut text, &commit);
            for change in &changes {
                text.push('\n');
                text.push_str(&diff(&self.ledger, change));
            }
        }
        Ok(text)
    }
}

fn moment(Record { commit, changes }: Record) -> Moment {
    let about = |change: PathChange| match RegisterPath::of(&change.path).ok()?? {
        RegisterPath::Assessment(company, slot) => Some((company, Some(slot.measure))),
        RegisterPath::Profile(company)
        | RegisterPath::Model(company, _)
        | RegisterPath::Evidence(company, _)
        | RegisterPath::Document(company, _) => Some((company, None)),
        _ => None,
    };
    let mut touched: Vec<_> = changes.into_iter().filter_map(about).collect();
    touched.dedup();
    Moment {
        commit: commit.id.to_string(),
        day: day_of(&commit.committer),
        author: commit.author.name,
        subject: commit.subject,
        touched,
    }
}

/// Who, when and what they said. Writing to a string cannot fail.
fn head(text: &mut String, commit: &CommitInfo) {
    let _ = writeln!(text, "commit {}", commit.id);
    let _ = writeln!(text, "Author: {} <{}>", commit.author.name, commit.author.email);
    let _ = writeln!(text, "Date:   {}\n", day_of(&commit.author));
    for line in commit.message.lines() {
        let _ = writeln!(text, "    {line}");
    }
}

pub(super) fn diff(ledger: &Ledger, change: &PathChange) -> String {
    let side = |id: &Option<ContentId>| id.as_ref().map(|id| text_of(ledger, id));
    let (before, after) = (side(&change.before), side(&change.after));
    match (before, after) {
        (Some(None), _) | (_, Some(None)) => {
            format!("{}: not text, or too large to show\n", change.path)
        }
        (before, after) => unified(&change.path, before.flatten().as_deref(), after.flatten().as_deref()),
    }
}

/// A file's text, where it is one of a size that can be read.
pub(super) fn text_of(ledger: &Ledger, id: &ContentId) -> Option<String> {
    match ledger.blob(id, LARGEST_FILE).ok()? {
        Blob::Content(bytes) => String::from_utf8(bytes).ok(),
        Blob::TooLarge { .. } => None,
    }
}

/// The day a person's own clock showed.
pub(super) fn day_of(person: &Person) -> Day {
    Day::at(person.time_seconds, person.offset_minutes)
}

impl Iterator for History<'_> {
    type Item = Result<Entry>;

    fn next(&mut self) -> Option<Result<Entry>> {
        loop {
            if let Some(entry) = self.ready.next() {
                return Some(Ok(entry));
            }
            let record = match self.records.next()? {
                Ok(record) => record,
                Err(error) => return Some(Err(error)),
            };
            let entries = record.changes.iter().filter_map(|change| self.entry(&record.commit, change));
            self.ready = entries.collect::<Vec<_>>().into_iter();
        }
    }
}

impl History<'_> {
    /// What a commit did to one file, if it belongs to the trail.
    fn entry(&self, commit: &CommitInfo, change: &PathChange) -> Option<Entry> {
        let how = match (&change.before, &change.after) {
            (None, _) => Touch::Added,
            (_, None) => Touch::Removed,
            _ => Touch::Changed,
        };
        let kind = match RegisterPath::of(&change.path) {
            Ok(Some(RegisterPath::Assessment(company, slot))) => {
                if matches!(&self.trail, Trail::Cell(_, measure) if *measure != slot.measure) {
                    return None;
                }
                let before = self.assessment(&change.path, &change.before);
                let after = self.assessment(&change.path, &change.after);
                let (from, to) =
                    (before.map(|before| before.status), after.as_ref().map(|after| after.status));
                EntryKind::Assessment { company, slot, from, to, reason: after.map(|after| after.reason) }
            }
            Ok(Some(RegisterPath::Evidence(company, id))) => {
                EntryKind::Evidence { company, id: id.to_string(), how }
            }
            Ok(Some(RegisterPath::Document(company, name))) => EntryKind::Evidence { company, id: name, how },
            Ok(Some(RegisterPath::Model(company, id))) => {
                EntryKind::Model { company, id: id.to_string(), how }
            }
            Ok(Some(RegisterPath::Profile(company))) => EntryKind::Company { company, how },
            Ok(Some(RegisterPath::Code | RegisterPath::Chapter(_) | RegisterPath::Limits)) => {
                EntryKind::Catalogue { how }
            }
            _ => EntryKind::Other { how },
        };
        Some(Entry {
            commit: commit.id.to_string(),
            author: commit.author.name.clone(),
            email: commit.author.email.clone(),
            time: commit.author.time_seconds,
            offset_minutes: commit.author.offset_minutes,
            subject: commit.subject.clone(),
            path: change.path.clone(),
            kind,
        })
    }

    fn assessment(&self, path: &str, id: &Option<ContentId>) -> Option<Assessment> {
        read::assessment(path, &text_of(self.ledger, id.as_ref()?)?).0
    }
}
