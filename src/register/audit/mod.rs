//! The history as [`Deed`]s: every commit with what it did to the register, derived from the trees.
//!
//! Everything is read through a handle that hashes again what it reads. What cannot be read ends the audit with an
//! error: a history that was only partly looked at must never pass for a sound one.

mod arrival;
mod derived;
mod facts;
mod reviewed;
mod sides;
mod signed;
mod standing;
mod verify;

use std::collections::VecDeque;
use std::rc::Rc;
use std::str::FromStr;
use std::sync::Arc;

use super::{Register, reversal};
use crate::domain::deed::{Approval, Arrival, Continuity, Parent, Standing, Who};
use crate::domain::snapshot::Settings;
use crate::domain::{Claim, Deed};
use crate::error::{Error, Result};
use crate::files::RegisterPath;
use crate::files::layout::is_of_register;
use crate::ledger::{CommitId, Head, Link, Message, PathChange, Person, Record, Recorder, Verified, Walk};
use arrival::Arrivals;
use facts::Facts;
use sides::Sides;
use signed::Signatures;
use standing::is_policys;

/// Which commits: all that end in a revision, or only those that came after another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Range {
    pub since: Option<String>,
    /// HEAD where nothing is named.
    pub until: Option<String>,
}

impl FromStr for Range {
    type Err = String;

    /// `A..B`, `A..`, or one revision.
    fn from_str(text: &str) -> Result<Range, String> {
        let named = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        match text.split_once("..") {
            Some((_, until)) if until.starts_with('.') => {
                Err("write A..B: what is on B and not on A".to_owned())
            }
            Some((since, until)) => Ok(Range { since: named(since), until: named(until) }),
            None => Ok(Range { since: None, until: named(text) }),
        }
    }
}

/// An audit that is about to begin: which commits, and how the branch stands to where its last audit ended.
pub struct Audit {
    ledger: Verified,
    head: CommitId,
    /// The branch that ends in `head`, where the range names one.
    branch: Option<String>,
    whole: bool,
    /// The commit whose policy judges all others, on a branch that is not merged yet.
    base: Option<CommitId>,
    continuity: Continuity,
    /// Newest first, children before parents.
    commits: Vec<Link>,
}

impl Register {
    /// Reads which commits there are. The history must be whole; a shallow clone has only part of it.
    pub fn audit(&self, range: &Range) -> Result<Audit> {
        if self.ledger.is_shallow() {
            return Err(Error::Shallow);
        }
        let ledger = self.ledger.verified()?;
        let (branch, head) = self.end_of(range)?;
        let since = range.since.as_deref().map(|since| ledger.resolve(since)).transpose()?;
        let continuity = match &branch {
            Some(branch) => ledger.continuity(branch, head)?,
            None => Continuity::Unknown,
        };
        let commits = ledger.lineage(head, since)?;
        Ok(Audit { ledger, head, branch, whole: since.is_none(), base: None, continuity, commits })
    }

    /// The same for a branch before it is merged: what is on `head` and not on `base`, all of it judged by the policy and
    /// the keys of the base. Who approves it is not asked yet.
    pub fn audit_branch(&self, base: &str, head: &str) -> Result<Audit> {
        let range = Range { since: Some(base.to_owned()), until: Some(head.to_owned()) };
        let audit = self.audit(&range)?;
        let base = audit.ledger.resolve(base)?;
        Ok(Audit { base: Some(base), ..audit })
    }

    /// Where a branch began: the commits it shares with its base, by their full ids.
    ///
    /// # Errors
    /// Where they share none, so that nothing can be compared.
    pub fn fork_points(&self, base: &str, head: &str) -> Result<Vec<String>> {
        let shared = self.ledger.merge_bases(self.ledger.resolve(base)?, self.ledger.resolve(head)?)?;
        if shared.is_empty() {
            return Err(Error::NothingShared { base: base.to_owned(), head: head.to_owned() });
        }
        Ok(shared.iter().map(CommitId::to_string).collect())
    }

    /// The commit a range ends in, and the branch that ends there: the one that is named, else the one HEAD is on.
    fn end_of(&self, range: &Range) -> Result<(Option<String>, CommitId)> {
        let head = self.ledger.head()?;
        let end = match range.until.as_deref() {
            None => head.commit().ok_or_else(|| self.no_register())?,
            Some(named) => self.ledger.resolve(named)?,
        };
        if let Some(named) = &range.until
            && self.ledger.branch(named)? == Some(end)
        {
            return Ok((Some(named.clone()), end));
        }
        let branch = match head {
            Head::Branch { name, commit } if commit == Some(end) => Some(name),
            _ => None,
        };
        Ok((branch, end))
    }
}

impl Audit {
    pub fn commits(&self) -> usize {
        self.commits.len()
    }

    /// The commit the audit ends in.
    pub fn head(&self) -> String {
        self.head.to_string()
    }

    /// Whether git shows others in place of some of the objects. What is audited is what they replace.
    pub fn is_replaced(&self) -> Result<bool> {
        self.ledger.is_replaced()
    }

    pub fn continuity(&self) -> &Continuity {
        &self.continuity
    }

    /// `countersign.toml` as the head has it.
    pub fn settings(&self) -> Result<Arc<Settings>> {
        Facts::new(&self.ledger).settings(Some(self.head))
    }

    /// What each commit did, newest first, read while it is iterated.
    pub fn deeds(&self) -> Deeds<'_> {
        let facts = Facts::over(&self.ledger, &self.commits);
        Deeds {
            audit: self,
            recorder: self.ledger.recorder(Rc::clone(&facts.trees), Walk::Everything),
            facts,
            signatures: Signatures::open(&self.ledger),
            sides: Sides::default(),
            arrivals: Arrivals::default(),
            next: 0,
            ready: VecDeque::new(),
        }
    }

    /// Remembers where this audit ended, so that the next one notices what vanishes. Part of a history, or one that ends
    /// in no branch, is not remembered.
    pub fn remember(&self) -> Result<()> {
        self.whole_branch().map_or(Ok(()), |branch| self.ledger.keep_audited(branch, self.head))
    }

    /// Marks the same by a ref, and says which: none where there is nothing to remember.
    pub fn mark(&self) -> Result<Option<String>> {
        self.whole_branch().map(|branch| self.ledger.mark_audited(branch, self.head)).transpose()
    }

    /// Only of one can it be told later that something vanished.
    pub fn is_of_a_whole_branch(&self) -> bool {
        self.whole_branch().is_some()
    }

    fn whole_branch(&self) -> Option<&str> {
        self.branch.as_deref().filter(|_| self.whole)
    }
}

/// Commits looked at together, so that their signatures are checked beside each other.
const WINDOW: usize = 256;

/// Fewer where they are large: once they take about this much, no other is added.
const WINDOW_BYTES: usize = 16 * 1024 * 1024;

/// See [`Audit::deeds`]. After an error there is nothing more.
pub struct Deeds<'a> {
    audit: &'a Audit,
    recorder: Recorder<'a>,
    facts: Facts<'a>,
    signatures: Signatures<'a>,
    sides: Sides,
    arrivals: Arrivals,
    next: usize,
    ready: VecDeque<Deed>,
}

impl Iterator for Deeds<'_> {
    type Item = Result<Deed>;

    fn next(&mut self) -> Option<Result<Deed>> {
        if self.ready.is_empty()
            && let Err(error) = self.look_at_the_next()
        {
            self.next = self.audit.commits.len();
            self.ready.clear();
            return Some(Err(error));
        }
        self.ready.pop_front().map(Ok)
    }
}

impl Deeds<'_> {
    fn look_at_the_next(&mut self) -> Result<()> {
        if self.next == 0 {
            let Audit { ledger, commits, head, .. } = self.audit;
            self.sides = Sides::of(ledger, &mut self.facts, commits)?;
            self.arrivals = Arrivals::of(commits, *head, &self.sides);
        }
        let (mut records, mut deeds) = (Vec::new(), Vec::new());
        let (read_before, mut bytes) = (self.facts.read_so_far(), 0);
        for link in self.audit.commits.iter().skip(self.next).take(WINDOW) {
            let record = self.recorder.record(link.id)?;
            deeds.push(self.deed(&record)?);
            bytes += size_bytes(&record);
            records.push(record);
            if bytes + self.facts.read_so_far() - read_before > WINDOW_BYTES {
                break;
            }
        }
        self.next += records.len();
        self.signatures.judge(&self.facts, self.audit.base, &records, &mut deeds)?;
        // A merge stands before what it brought in, so who approved is known in time.
        for mut deed in deeds {
            self.arrive(&mut deed);
            self.ready.push_back(deed);
        }
        Ok(())
    }

    /// Everything but the signature and what hangs on it.
    fn deed(&mut self, record: &Record) -> Result<Deed> {
        let commit = &record.commit;
        let before = commit.parents.first().copied();
        let policy = self.facts.settings(self.audit.base.or(before))?;
        let is_merge = commit.parents.len() > 1;
        let message = Message::parse(&commit.message);
        let against_first = match (is_merge, before) {
            (true, Some(before)) => self.facts.trees.diff(before, commit.id)?,
            _ => record.changes.clone(),
        };
        let mut deed = Deed {
            commit: commit.id.to_string(),
            subject: commit.subject.clone(),
            author: who(&commit.author),
            committer: who(&commit.committer),
            parents: self.parents(&commit.parents)?,
            claims: claims(&message),
            undoing: reversal::undoing(&self.audit.ledger, record)?,
            judgements: Vec::new(),
            files: Vec::new(),
            settings: None,
            documents: Vec::new(),
            moved: Vec::new(),
            not_derived: Vec::new(),
            touches_register: against_first.iter().any(|change| is_of_register(&change.path)),
            touches_policy: self.touches_policy(commit, &against_first, &policy)?,
            signature: Default::default(),
            arrival: Arrival::Direct,
            brought: None,
            elsewhere: self.elsewhere(commit, &against_first)?,
            catalogue: self.facts.catalogue(before)?,
            policy,
        };
        if self.audit.base.is_none() && self.arrivals.is_on_line(commit.id) {
            deed.brought = self.brought(commit, &against_first, (before, &deed.policy))?;
            if let Some(brought) = deed.brought.as_ref().filter(|brought| !brought.commits.is_empty()) {
                // A platform puts the messages of what it squashed one after the other.
                deed.claims = all_claims(&message, brought.commits.len());
            }
        }
        if is_merge {
            let policies = deed.elsewhere.iter().map(|standing| &standing.policy);
            let policies: Vec<&Arc<Settings>> = policies.chain([&deed.policy]).collect();
            let is_policys = |path: &str| policies.iter().any(|policy| is_policys(path, policy));
            let relevant = |path: &str| is_of_register(path) || is_policys(path);
            let bases = self.sides.of_merge(commit.id).first().map(|first| &first.bases[..]);
            let bases = bases.unwrap_or_default();
            deed.not_derived =
                derived::not_derived(&self.audit.ledger, &self.facts.trees, commit, bases, &relevant)?;
        } else {
            deed.judgements = self.facts.judgements(commit.id, &record.changes)?;
            deed.files = self.facts.files(&record.changes)?;
            deed.settings = self.facts.resettled(&record.changes)?;
            deed.documents = self.facts.documents(commit.id, &record.changes)?;
            deed.moved = derived::moved(&record.changes);
        }
        Ok(deed)
    }

    fn parents(&self, parents: &[CommitId]) -> Result<Vec<Parent>> {
        let parent = |id: &CommitId| {
            let time_seconds = match self.arrivals.time_of(*id) {
                Some(time) => time,
                None => self.audit.ledger.commit_info(*id)?.committer.time_seconds,
            };
            Ok(Parent { commit: id.to_string(), time_seconds })
        };
        parents.iter().map(parent).collect()
    }

    fn arrive(&mut self, deed: &mut Deed) {
        if self.audit.base.is_some() {
            deed.arrival = Arrival::Pending;
            return;
        }
        if let Some(merge) = self.arrivals.merge_of(&deed.commit) {
            deed.arrival = Arrival::Merged(merge);
        }
        if let Some(brought) = deed.brought.as_ref().filter(|brought| !brought.commits.is_empty()) {
            let approval = Arc::new(approval(deed));
            self.arrivals.replayed(&brought.commits, &approval);
        }
        if let Some(approval) = self.arrivals.replay_of(&deed.commit) {
            deed.arrival = Arrival::Replayed(approval);
        }
        if deed.is_merge() {
            self.arrivals.approved(approval(deed));
        }
    }
}

/// About how much memory a commit takes, and what is derived from it, beside what its files say.
fn size_bytes(record: &Record) -> usize {
    const OF_A_CHANGE: usize = 512;
    record.commit.message.len() + record.changes.len() * OF_A_CHANGE
}

/// A commit that brought something in, as an act of its own, under each policy it stands under.
fn approval(deed: &Deed) -> Approval {
    let under = |standing: &Standing| (standing.side.clone(), Arc::new(approval(&deed.under(standing))));
    let by_platform = deed.signature.signer().is_some_and(|signer| deed.policy.review.is_platform(signer));
    let by = match deed.signature.signer() {
        _ if by_platform => &deed.author.email,
        Some(signer) => signer,
        None => &deed.committer.email,
    };
    Approval {
        commit: deed.commit.clone(),
        by: by.to_owned(),
        signature: deed.signature.clone(),
        approvals: deed.brought.as_ref().map(|brought| brought.approvals.clone()).unwrap_or_default(),
        policy: Arc::clone(&deed.policy),
        elsewhere: deed.elsewhere.iter().map(under).collect(),
    }
}

/// The records of a commit that stands for several: wherever in its message they are, where its last lines have none.
fn all_claims(message: &Message, commits: usize) -> Vec<Claim> {
    let own = claims(message);
    if commits > 1 || own.iter().any(|claim| !claim.change.is_empty()) {
        return own;
    }
    let lines = message.reason.lines().filter_map(|line| line.trim().split_once(": "));
    Claim::read(lines)
}

pub(super) fn who(person: &Person) -> Who {
    Who {
        name: person.name.clone(),
        email: person.email.clone(),
        time_seconds: person.time_seconds,
        offset_minutes: person.offset_minutes,
    }
}

fn claims(message: &Message) -> Vec<Claim> {
    Claim::read(message.trailers.iter().map(|trailer| (trailer.key.as_str(), trailer.value.as_str())))
}

/// The paths of a commit's changes that pass a test.
fn changed<'a>(
    changes: &'a [PathChange],
    wanted: impl Fn(&RegisterPath) -> bool,
) -> Vec<(&'a PathChange, RegisterPath)> {
    let known = |change: &'a PathChange| Some((change, RegisterPath::of(&change.path).ok()??));
    changes.iter().filter_map(known).filter(|(_, path)| wanted(path)).collect()
}
