//! What the commits did to the register, derived from the trees: messages are claims.

use std::fmt::Write;

use super::prepare::unified;
use super::{At, Register, Trail};
use crate::domain::entry::Touch;
use crate::domain::{Assessment, ContentId, Day, Entry, EntryKind, Judged, Moment};
use crate::error::{Error, Result};
use crate::files::RegisterPath;
use crate::files::read::{self, LARGEST_FILE};
use crate::ledger::{Blob, CommitInfo, Filter, Ledger, PathChange, Person, REGISTER_PATHS, Record, Scope};

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
        let asked = match trail {
            Trail::Register => Scope::register(),
            Trail::Company(company) => Scope::of(&[format!("companies/{company}")]),
            // Of each level, and of no other measure but one whose name goes on.
            Trail::Cell(company, measure) => {
                Scope::beginning(&format!("companies/{company}/assessments/{measure}"))
            }
        };
        let records = self.ledger.line(self.commit_at(&self.ledger, at)?, asked, self.caching)?;
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
        let records = self.ledger.line(self.commit_at(&self.ledger, at)?, Scope::register(), self.caching)?;
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
        if let Some(Record { commit, changes, is_cut, .. }) = record {
            head(&mut text, &commit);
            if is_cut {
                let _ = writeln!(text, "\n{}\n{}", Error::Shallow, Error::Shallow.hint());
            }
            for change in &changes {
                text.push('\n');
                text.push_str(&diff(&self.ledger, change));
            }
        }
        Ok(text)
    }
}

fn moment(Record { commit, changes, .. }: Record) -> Moment {
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
    let side = |id: &Option<ContentId>| id.as_ref().map(|id| read_text(ledger, id)).transpose();
    match side(&change.before).and_then(|before| Ok((before, side(&change.after)?))) {
        Err(error) => format!("{}: {error}\n{}\n", change.path, error.hint()),
        Ok((Some(None), _) | (_, Some(None))) => {
            format!("{}: not text, or too large to show\n", change.path)
        }
        Ok((before, after)) => unified(&change.path, before.flatten().as_deref(), after.flatten().as_deref()),
    }
}

/// A file's text, where it is one of a size that can be read.
pub(super) fn text_of(ledger: &Ledger, id: &ContentId) -> Option<String> {
    read_text(ledger, id).ok()?
}

/// The same, with why git cannot give it.
pub(super) fn read_text(ledger: &Ledger, id: &ContentId) -> Result<Option<String>> {
    Ok(match ledger.blob(id, LARGEST_FILE)? {
        Blob::Content(bytes) => String::from_utf8(bytes).ok(),
        Blob::TooLarge { .. } => None,
    })
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
            let changes = record.changes.iter().filter_map(|change| self.entry(&record.commit, change));
            let unread = record.unread.iter().map(|folder| unread(&record.commit, folder));
            let cut = record.is_cut.then(|| cut(&record.commit));
            self.ready = changes.chain(unread).chain(cut).collect::<Vec<_>>().into_iter();
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
                let (from, _) = self.judged(&change.path, &change.before);
                let (to, reason) = self.judged(&change.path, &change.after);
                EntryKind::Assessment { company, slot, from, to, reason }
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
        Some(entry(commit, &change.path, kind))
    }

    /// What a judgement's file said on one side of a commit, and why.
    fn judged(&self, path: &str, id: &Option<ContentId>) -> (Judged, Option<String>) {
        let Some(id) = id else { return (Judged::Not, None) };
        match read_text(self.ledger, id) {
            Err(_) => (Judged::NotHere, None),
            Ok(text) => match text.and_then(|text| read::assessment(path, &text).0) {
                Some(Assessment { status, reason, .. }) => (Judged::As(status), Some(bounded(reason))),
                None => (Judged::Not, None),
            },
        }
    }
}

/// A trail holds a reason for each of its entries. What is longer than anybody reads there ends in `…`; the commit has
/// all of it.
fn bounded(mut reason: String) -> String {
    const LONGEST: usize = 16 * 1024;
    if reason.len() > LONGEST {
        let end = (0..=LONGEST).rfind(|at| reason.is_char_boundary(*at)).unwrap_or_default();
        reason.truncate(end);
        reason.push('…');
        // What was cut off would go on taking its room.
        reason.shrink_to_fit();
    }
    reason
}

fn entry(commit: &CommitInfo, path: &str, kind: EntryKind) -> Entry {
    Entry {
        commit: commit.id.to_string(),
        author: commit.author.name.clone(),
        email: commit.author.email.clone(),
        time: commit.author.time_seconds,
        offset_minutes: commit.author.offset_minutes,
        subject: commit.subject.clone(),
        path: path.to_owned(),
        kind,
    }
}

fn unread(commit: &CommitInfo, folder: &str) -> Entry {
    entry(commit, folder, EntryKind::Unread)
}

/// Where a shallow clone ends. Nobody's: what the commit holds may be anybody's.
fn cut(commit: &CommitInfo) -> Entry {
    let (author, email, subject) = Default::default();
    Entry { author, email, subject, ..entry(commit, "", EntryKind::Cut) }
}
