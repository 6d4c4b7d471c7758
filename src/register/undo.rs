//! Taking a change back, and putting it back again: a new commit each, that restores exactly what stood before.
//!
//! Nothing is ever taken out of the history. An undo touches the files of the register that the undone commit touched
//! and no other, and is refused where one of them changed since.

mod message;

use std::collections::{BTreeMap, HashSet};

use super::prepare::{FileEdit, Planned, Prepared, Version};
use super::reversal::{self, Standing};
use super::{Range, Register};
use crate::domain::{CompanyId, ContentId, Slot};
use crate::error::{Error, Result};
use crate::files::RegisterPath;
use crate::ledger::{CommitId, Filter, Head, Kind, PathChange, REGISTER_PATHS, Record, Settings, Walk};

/// What to take back, or to put back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undo {
    pub way: Way,
    pub which: Which,
    /// Why, in the person's words.
    pub reason: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Takes changes back.
    Undo,
    /// Takes undos back.
    Redo,
}

/// Which commits. Several are taken back one after the other, each with a commit of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// The last one that was not taken back yet.
    Last,
    /// The last one of a judgement.
    LastOf(CompanyId, Slot),
    /// These, newest first whatever their order.
    Commits(Vec<String>),
    /// All that changed the register and are on the one revision and not on the other, newest first.
    Between { since: String, until: String },
}

impl From<Option<Range>> for Which {
    fn from(range: Option<Range>) -> Which {
        match range.unwrap_or_default() {
            Range { since: None, until: None } => Which::Last,
            Range { since: None, until: Some(commit) } => Which::Commits(vec![commit]),
            Range { since: Some(since), until } => {
                Which::Between { since, until: until.unwrap_or_else(|| "HEAD".to_owned()) }
            }
        }
    }
}

impl Way {
    pub fn verb(self) -> &'static str {
        match self {
            Way::Undo => "undo",
            Way::Redo => "redo",
        }
    }
}

impl Register {
    /// The commits that would take changes back, on the branch HEAD is on. If one of them is refused, all are. Refused,
    /// too, where a filter would have to run that the user does not trust.
    pub fn undo(&self, undo: &Undo) -> Result<Prepared> {
        let settings = self.ledger.require_trust_to_convert()?;
        let Head::Branch { name: branch, commit } = self.head()? else {
            return Err(Error::DetachedHead);
        };
        let head = commit.ok_or_else(|| self.no_register())?;
        let now = BTreeMap::new();
        let mut undone = Undone { register: self, settings: &settings, head, now, commits: Vec::new() };
        let selected = self.selected(head, undo)?;
        if selected.is_empty() {
            return Err(Error::NothingToTakeBack { verb: undo.way.verb() });
        }
        self.pulse.expect(selected.len());
        let taken_back = selected.into_iter().map(|commit| {
            self.pulse.step()?;
            undone.take_back(commit, undo)
        });
        let commits = taken_back.collect::<Result<_>>()?;
        let signed = settings.sign_commits()?;
        let (grows_from, grounds) = (self.grows_from, Vec::new());
        Ok(Prepared { branch, grows_from, head: Some(head), commits, grounds, watched: None, signed })
    }

    fn selected(&self, head: CommitId, undo: &Undo) -> Result<Vec<CommitId>> {
        let way = undo.way;
        match &undo.which {
            Which::Last => self.standing(head, way, |_| true)?.take(1).collect(),
            Which::LastOf(company, slot) => {
                let path = RegisterPath::Assessment(company.clone(), slot.clone()).to_string();
                let touches = |standing: &Standing| {
                    reversal::changes(&standing.record).any(|change| change.path == path)
                };
                self.standing(head, way, touches)?.take(1).collect()
            }
            Which::Commits(named) => {
                let named = named.iter().map(|named| self.named(head, way, named));
                self.newest_first(head, named.collect::<Result<_>>()?)
            }
            Which::Between { since, until } => {
                let paths = REGISTER_PATHS.map(str::to_owned).to_vec();
                let since = Some(self.ledger.resolve(since)?);
                let filter = Filter { paths, since, walk: Walk::Everything };
                let records = self.ledger.history(self.ledger.resolve(until)?, &filter)?;
                let commits: Vec<CommitId> =
                    records.map(|record| Ok(record?.commit.id)).collect::<Result<_>>()?;
                match way {
                    Way::Undo => Ok(commits),
                    Way::Redo => {
                        let within = |standing: &Standing| commits.contains(&standing.record.commit.id);
                        self.standing(head, way, within)?.collect()
                    }
                }
            }
        }
    }

    /// The changes that stand and can be turned over this way, newest first.
    fn standing(
        &self,
        head: CommitId,
        way: Way,
        wanted: impl Fn(&Standing) -> bool,
    ) -> Result<impl Iterator<Item = Result<CommitId>>> {
        let fits = move |standing: Standing| {
            let id = standing.record.commit.id;
            let fits = wanted(&standing)
                && match way {
                    Way::Undo => standing.undoes.is_none(),
                    Way::Redo => standing.undoes.is_some() && self.is_undo(standing.record)?,
                };
            Ok(fits.then_some(id))
        };
        let all = reversal::standing(&self.ledger, head)?;
        Ok(all.filter_map(move |standing| standing.and_then(&fits).transpose()))
    }

    /// Whether a commit is an undo; a redo takes back another commit, too.
    fn is_undo(&self, record: Record) -> Result<bool> {
        Ok(reversal::origin(&self.ledger, record)?.turns % 2 == 1)
    }

    /// A commit by its name. Redoing a change that was undone means redoing what undid it.
    fn named(&self, head: CommitId, way: Way, named: &str) -> Result<CommitId> {
        let id = self.ledger.resolve(named)?;
        if way == Way::Undo || self.is_undo(reversal::record(&self.ledger, id)?)? {
            return Ok(id);
        }
        let undid = self.standing(head, way, |standing| standing.undoes == Some(id))?.next().transpose()?;
        undid.ok_or_else(|| Error::NotUndone { commit: id.short() })
    }

    fn newest_first(&self, head: CommitId, mut commits: HashSet<CommitId>) -> Result<Vec<CommitId>> {
        let mut sorted = Vec::with_capacity(commits.len());
        if commits.len() > 1 {
            for record in
                self.ledger.history(head, &Filter { walk: Walk::Everything, ..Filter::default() })?
            {
                sorted.extend(commits.take(&record?.commit.id));
                if commits.is_empty() {
                    break;
                }
            }
        }
        // What was not met is refused by its name later.
        sorted.extend(commits);
        Ok(sorted)
    }
}

/// Taking back one commit after the other, as if each were made already.
struct Undone<'a> {
    register: &'a Register,
    settings: &'a Settings,
    head: CommitId,
    /// What files hold after the commits so far.
    now: BTreeMap<String, Option<ContentId>>,
    commits: Vec<CommitId>,
}

impl Undone<'_> {
    fn take_back(&mut self, commit: CommitId, undo: &Undo) -> Result<Planned> {
        let ledger = &self.register.ledger;
        let record = reversal::record(ledger, commit)?;
        let short = || commit.short();
        if !ledger.is_ancestor(commit, self.head)? {
            return Err(Error::NotOnBranch { commit: short() });
        }
        if record.commit.parents.len() > 1 {
            return Err(Error::UndoMerge { commit: short() });
        }
        let changes: Vec<&PathChange> = reversal::changes(&record).collect();
        if changes.is_empty() {
            return Err(Error::UndoNothing { commit: short() });
        }
        let begins = |change: &&PathChange| change.path == "countersign.toml" && change.before.is_none();
        if record.commit.parents.is_empty() || changes.iter().any(begins) {
            return Err(Error::UndoBeginning { commit: short() });
        }
        let files = changes.iter().map(|change| self.restore(commit, change)).collect::<Result<Vec<_>>>()?;
        self.now.extend(changes.iter().map(|change| (change.path.clone(), change.before.clone())));
        self.commits.push(commit);
        let others_stay = record.changes.len() > changes.len();
        let (way, message) = message::of(self.register, record, &files, undo.reason.as_deref(), others_stay)?;
        Ok(Planned { message, way: Some(way), merges: None, files })
    }

    /// From what a commit left, which must still be there, to what it found.
    fn restore(&self, commit: CommitId, change: &PathChange) -> Result<FileEdit> {
        let PathChange { path, before, after } = change;
        let now = match self.now.get(path) {
            Some(now) => now.clone(),
            None => self.register.content_at(self.head, path)?,
        };
        if now != *after {
            return Err(self.changed_since(commit, change, now.as_ref())?);
        }
        let version = |id: &Option<ContentId>| id.as_ref().map(|id| self.register.version(id)).transpose();
        let executable = after.is_none() && self.was_executable(commit, path)?;
        let edit =
            FileEdit { path: path.clone(), before: version(after)?, after: version(before)?, executable };
        if let Some(Version { id, bytes }) = &edit.after
            && self.register.ledger.stored_id(self.settings, path, bytes)? != *id
        {
            return Err(Error::NotRestorable { path: path.clone() });
        }
        Ok(edit)
    }

    fn was_executable(&self, commit: CommitId, path: &str) -> Result<bool> {
        let ledger = &self.register.ledger;
        let Some(parent) = ledger.commit_info(commit)?.parents.first().copied() else { return Ok(false) };
        Ok(ledger.lookup(parent, path)?.is_some_and(|entry| entry.kind == Kind::Executable))
    }

    fn changed_since(&self, commit: CommitId, change: &PathChange, now: Option<&ContentId>) -> Result<Error> {
        let ledger = &self.register.ledger;
        let filter = Filter { paths: vec![change.path.clone()], walk: Walk::Everything, ..Filter::default() };
        let mut later = None;
        for record in ledger.history(self.head, &filter)? {
            let record = reversal::known(record?)?;
            if !self.commits.contains(&record.commit.id) {
                later = Some(record);
                break;
            }
        }
        let Some(later) = later else { return Ok(Error::FileMoved { path: change.path.clone() }) };
        let by = later.commit.id.short();
        if reversal::undone_by(ledger, &later)? == Some(commit) {
            return Ok(Error::AlreadyUndone { commit: commit.short(), by });
        }
        let (left, now) = (self.words(&change.path, change.after.as_ref())?, self.words(&change.path, now)?);
        Ok(Error::ChangedSince {
            path: change.path.clone(),
            commit: commit.short(),
            versions: format!("that left {left}, now it is {now}"),
            by: format!("{by} ({})", later.commit.subject),
        })
    }

    /// What a file says, for an error.
    fn words(&self, path: &str, id: Option<&ContentId>) -> Result<String> {
        let Some(id) = id else { return Ok("no file".to_owned()) };
        let Ok(Some(RegisterPath::Assessment(..))) = RegisterPath::of(path) else {
            return Ok(id.short().to_owned());
        };
        Ok(format!("{} ({})", message::status(path, Some(&self.register.version(id)?)), id.short()))
    }
}
