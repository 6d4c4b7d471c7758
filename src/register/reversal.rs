//! Which commits take back which others, told by the trees: a message only says where to look.
//!
//! What is undone and what can be redone is nowhere kept. It follows from the history each time it is asked.

use std::collections::{BTreeMap, HashSet};

use crate::domain::deed::{Reversal, Undoing};
use crate::error::{Error, Result};
use crate::files::{RegisterPath, layout};
use crate::ledger::{CommitId, Filter, Ledger, Message, PathChange, REGISTER_PATHS, Record, Walk};

/// The trailer that names the commit that is taken back.
pub const UNDOES: &str = "Countersign-Undoes";

/// A commit and what it changed against its first parent. Refused where a shallow clone does not know.
pub fn record(ledger: &Ledger, commit: CommitId) -> Result<Record> {
    let missing = || Error::MissingObject { id: commit.to_string() };
    known(ledger.history(commit, &Filter::default())?.next().ok_or_else(missing)??)
}

/// A record, but not the one a shallow clone was cut off at: what that commit changed is not known.
pub fn known(record: Record) -> Result<Record> {
    if record.is_cut { Err(Error::Shallow) } else { Ok(record) }
}

/// The register's files among those that a commit changed.
pub fn changes(record: &Record) -> impl Iterator<Item = &PathChange> {
    record.changes.iter().filter(|change| layout::is_of_register(&change.path))
}

/// What a commit says it takes back, held against the trees. A merge takes nothing back.
pub fn undoing(ledger: &Ledger, record: &Record) -> Result<Option<Undoing>> {
    let message = Message::parse(&record.commit.message);
    let named: Vec<&str> = message.values(UNDOES).collect();
    if named.is_empty() || record.commit.parents.len() > 1 {
        return Ok(None);
    }
    let reversal = match named[..] {
        [named] => reversal(ledger, record, named)?,
        _ => Reversal::Several,
    };
    let is_judgement = |path: &str| matches!(RegisterPath::of(path), Ok(Some(RegisterPath::Assessment(..))));
    let others = changes(record).filter(|change| !is_judgement(&change.path));
    let others = others.map(|change| (change.before.clone(), change.after.clone())).collect();
    Ok(Some(Undoing { commit: named.join(", "), reversal, others }))
}

/// The commit that this one takes back, where it truly does.
pub fn undone_by(ledger: &Ledger, record: &Record) -> Result<Option<CommitId>> {
    match undoing(ledger, record)? {
        Some(Undoing { commit, reversal: Reversal::Exact, .. }) => Ok(commit.parse().ok()),
        _ => Ok(None),
    }
}

fn reversal(ledger: &Ledger, record: &Record, named: &str) -> Result<Reversal> {
    let Ok(id) = named.parse::<CommitId>() else { return Ok(Reversal::NotBefore) };
    // It may be before the end of a shallow clone.
    let not_before = || if ledger.is_shallow() { Err(Error::Shallow) } else { Ok(Reversal::NotBefore) };
    match ledger.resolve(named) {
        Err(Error::UnknownRevision { .. } | Error::NotACommit { .. }) => return not_before(),
        found => found?,
    };
    if id == record.commit.id || !ledger.is_ancestor(id, record.commit.id)? {
        return not_before();
    }
    let undone = self::record(ledger, id)?;
    if undone.commit.parents.len() > 1 {
        return Ok(Reversal::Merge);
    }
    let back: BTreeMap<_, _> =
        changes(&undone).map(|change| (&change.path, (&change.after, &change.before))).collect();
    let done: BTreeMap<_, _> =
        changes(record).map(|change| (&change.path, (&change.before, &change.after))).collect();
    let differs = |path: &&&String| back.get(*path) != done.get(*path);
    Ok(match back.keys().chain(done.keys()).find(differs) {
        Some(path) => Reversal::Differs { path: (*path).to_owned() },
        None => Reversal::Exact,
    })
}

/// A change of the register, as it stands to what was taken back since.
pub struct Standing {
    pub record: Record,
    /// The commit it takes back.
    pub undoes: Option<CommitId>,
}

/// The changes that nobody took back, newest first, undos and redos among them.
pub fn standing(ledger: &Ledger, head: CommitId) -> Result<impl Iterator<Item = Result<Standing>>> {
    let paths = REGISTER_PATHS.map(str::to_owned).to_vec();
    let history = ledger.history(head, &Filter { paths, walk: Walk::Everything, ..Filter::default() })?;
    let mut taken_back = HashSet::new();
    Ok(history.filter_map(move |record| {
        let stands = record.and_then(known).and_then(|record| {
            if taken_back.contains(&record.commit.id) {
                return Ok(None);
            }
            let undoes = undone_by(ledger, &record)?;
            taken_back.extend(undoes);
            Ok(Some(Standing { record, undoes }))
        });
        stands.transpose()
    }))
}

/// A change at the bottom of undos and redos of it.
pub struct Origin {
    pub record: Record,
    /// How often it was turned over: an undo is odd, a redo is even, the change itself is 0.
    pub turns: usize,
}

pub fn origin(ledger: &Ledger, mut record: Record) -> Result<Origin> {
    let mut turns = 0;
    while let Some(undone) = undone_by(ledger, &record)? {
        record = self::record(ledger, undone)?;
        turns += 1;
    }
    Ok(Origin { record, turns })
}
