//! Other copies of the register: fetching, pushing, and bringing the branch up to what others committed.
//!
//! Commits that nobody else has are made anew on top of the others': the same message, record and files, signed and dated
//! as of now. That keeps the trail one line, in which each decision stands on what it was held against; a merge would make
//! its maker the one who approved. What others may have is never made anew: a commit of somebody else's, a merge, or one
//! that is marked as audited. A commit whose file, or what it rests on, others changed is refused with both versions.

use std::collections::BTreeSet;

use super::{At, Register};
use crate::domain::policy::same_person;
use crate::domain::{Change, Decision, Filing, NewModel, Snapshot};
use crate::error::{Error, Result};
use crate::files::RegisterPath;
use crate::ledger::commit::{Carry, Planned, Series};
use crate::ledger::{
    Blob, CommitId, Edit, Filter, Ground, Head, Kind, Outgoing, PathChange, Pushed, Record, Talk, Upstream,
    Walk,
};

/// How a branch comes up to the one it follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatchUp {
    pub upstream: Upstream,
    /// The commits of its own that are made anew, oldest first. None: it only goes forward.
    pub remade: Vec<Remade>,
    /// Whether making them may take a passphrase.
    pub signed: bool,
    carry: Carry,
}

/// A commit that is made anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remade {
    /// Its full id as it is now.
    pub commit: String,
    pub subject: String,
}

/// What a file may weigh to be committed anew.
const LARGEST: u64 = 64 * 1024 * 1024;

impl Register {
    /// How the branch stands to the one it follows, as it was last seen.
    pub fn upstream(&self) -> Result<Option<Upstream>> {
        match self.head()? {
            // By a handle of its own, as in `load::commit`.
            Head::Branch { name, commit: Some(_) } => self.ledger.reopen()?.upstream(&name),
            _ => Ok(None),
        }
    }

    /// The remote that is meant where `named` or nothing is.
    pub fn remote(&self, named: Option<&str>) -> Result<String> {
        let head = self.head()?;
        let branch = match &head {
            Head::Branch { name, .. } => Some(name.as_str()),
            Head::Detached(_) => None,
        };
        self.ledger.remote(named, branch)
    }

    /// Fetches; no branch of the user's moves. Refused where the repository names programs that the user does not trust.
    pub fn fetch(&self, remote: &str, talk: &mut Talk<'_>) -> Result<()> {
        self.ledger.require_trust()?;
        self.ledger.fetch(remote, talk)
    }

    /// A branch of this register on its way to a remote. Only a proposal may replace what is there.
    pub fn outgoing(&self, remote: &str, branch: &str, replaces: bool) -> Result<Outgoing> {
        if self.ledger.branch(branch)?.is_none() {
            return Err(self.ledger.no_branch(branch));
        }
        if replaces && self.snapshot(&At::Head)?.settings.review.proposals.read(branch).is_none() {
            return Err(Error::NotReplaceable { branch: branch.to_owned(), remote: remote.to_owned() });
        }
        Ok(Outgoing { branch: branch.to_owned(), replaces })
    }

    /// Pushes branches. Where one is behind, that is what comes back, and nothing was pushed.
    pub fn push(&self, remote: &str, branches: &[Outgoing], talk: &mut Talk<'_>) -> Result<Vec<Pushed>> {
        self.ledger.require_trust()?;
        self.ledger.push(remote, branches, talk)
    }

    /// The branch HEAD is on.
    pub fn branch(&self) -> Result<String> {
        match self.head()? {
            Head::Branch { name, .. } => Ok(name),
            Head::Detached(_) => Err(Error::DetachedHead),
        }
    }

    /// What it takes to bring the branch up to the one it follows, to be looked at; none where nothing came.
    ///
    /// # Errors
    /// Where a commit cannot be made anew: somebody else's, a merge, or one that others' commits overtook.
    pub fn catch_up(&self) -> Result<Option<CatchUp>> {
        let branch = self.branch()?;
        let none = || Error::NoUpstream { branch: branch.clone() };
        let (upstream, from) = match (self.ledger.upstream(&branch)?, self.ledger.branch(&branch)?) {
            (Some(upstream), Some(from)) => (upstream, from),
            _ => return Err(none()),
        };
        if upstream.behind == 0 {
            return Ok(None);
        }
        let onto = upstream.tip;
        let series = Series { branch: Some(branch), ..Series::default() };
        let mut carry = Carry { from, onto, series };
        let mut remade = Vec::new();
        if upstream.ahead > 0 {
            self.carry_own(&upstream, &mut carry, &mut remade)?;
        }
        let signed = !remade.is_empty() && self.ledger.settings()?.sign_commits()?;
        Ok(Some(CatchUp { upstream, remade, signed, carry }))
    }

    /// Does it, and returns the new commits' ids, oldest first.
    pub fn bring_up(&self, catch_up: &CatchUp) -> Result<Vec<String>> {
        let settings = self.ledger.require_trust()?;
        let CatchUp { carry, .. } = catch_up;
        let own = Filter { since: Some(carry.onto), walk: Walk::Everything, ..Filter::default() };
        let gone: Vec<CommitId> = match &catch_up.remade[..] {
            [] => Vec::new(),
            _ => self
                .ledger
                .history(carry.from, &own)?
                .map(|record| Ok(record?.commit.id))
                .collect::<Result<_>>()?,
        };
        if let [before] = self.ledger.merge_bases(carry.from, carry.onto)?[..] {
            self.ledger.forget_audited(&self.branch()?, &gone, before)?;
        }
        let ids = self.ledger.carry(&settings, carry, self.pulse.until())?;
        Ok(ids.iter().map(CommitId::to_string).collect())
    }

    fn carry_own(&self, upstream: &Upstream, carry: &mut Carry, remade: &mut Vec<Remade>) -> Result<()> {
        let bases = self.ledger.merge_bases(carry.from, carry.onto)?;
        let [base] = bases[..] else {
            return Err(Error::NothingShared { base: upstream.name.clone(), head: carry.from.short() });
        };
        let only = Filter { since: Some(carry.onto), walk: Walk::Everything, ..Filter::default() };
        let mut records = self.ledger.history(carry.from, &only)?.collect::<Result<Vec<Record>>>()?;
        records.reverse();
        let who = self.ledger.identity()?;
        for record in &records {
            let commit = &record.commit;
            let why = match &commit.parents[..] {
                _ if record.is_cut => return Err(Error::Shallow),
                [_] if !same_person(&commit.author.email, &who.email) => {
                    format!("it is {}'s", commit.author.name)
                }
                [_] if record.changes.is_empty() => "it changes no file".to_owned(),
                [_] => {
                    carry.series.commits.push(Planned {
                        edits: self.edits(record)?,
                        message: commit.message.clone(),
                        merges: None,
                    });
                    remade.push(Remade { commit: commit.id.to_string(), subject: commit.subject.clone() });
                    continue;
                }
                _ => "it is a merge".to_owned(),
            };
            return Err(Error::NotMadeAnew { commit: commit.id.short(), why });
        }
        let own: BTreeSet<&str> =
            records.iter().flat_map(|record| &record.changes).map(|change| change.path.as_str()).collect();
        let snapshot = self.snapshot(&At::Revision(carry.from.to_string()))?;
        let grounds = self.grounds_of(&snapshot, &own, base)?;
        let edits: Vec<Edit> = carry.series.commits.iter().flat_map(|commit| commit.edits.clone()).collect();
        let of_files =
            own.iter().map(|path| self.ground(base, (*path).to_owned())).collect::<Result<Vec<_>>>()?;
        for ground in of_files.iter().chain(&grounds) {
            if self.ground(carry.onto, ground.path.clone())? != *ground {
                let path = ground.path.clone();
                return Err(self.overtaken_by(path, &upstream.name, Some(carry.onto), Some(base), &edits)?);
            }
        }
        carry.series.grounds = grounds;
        Ok(())
    }

    /// What the judgements and the evidence that were touched rest on, and that was not touched with them.
    fn grounds_of(&self, snapshot: &Snapshot, own: &BTreeSet<&str>, base: CommitId) -> Result<Vec<Ground>> {
        let mut grounds = Vec::new();
        for path in own {
            if let Some(change) =
                RegisterPath::of(path).ok().flatten().and_then(|path| change_of(snapshot, path))
            {
                grounds.extend(self.grounds(snapshot, &change, Some(base))?);
            }
        }
        grounds.retain(|ground| !own.contains(ground.path.as_str()));
        grounds.sort_by(|a, b| a.path.cmp(&b.path));
        grounds.dedup();
        Ok(grounds)
    }

    fn edits(&self, record: &Record) -> Result<Vec<Edit>> {
        let edit = |change: &PathChange| {
            let after = change.after.as_ref().map(|id| match self.ledger.blob(id, LARGEST)? {
                Blob::Content(bytes) => Ok(bytes),
                Blob::TooLarge { size_bytes } => {
                    Err(Error::DocumentTooLarge { id: id.to_string(), size_bytes })
                }
            });
            let kind = self.ledger.lookup(record.commit.id, &change.path)?.map(|entry| entry.kind);
            Ok(Edit {
                path: change.path.clone(),
                before: change.before.clone(),
                after: after.transpose()?,
                executable: kind == Some(Kind::Executable),
            })
        };
        record.changes.iter().map(edit).collect()
    }
}

/// What a file of the register says, as the change that would have made it.
fn change_of(snapshot: &Snapshot, path: RegisterPath) -> Option<Change> {
    match path {
        RegisterPath::Assessment(company, slot) => {
            let recorded = snapshot.companies.get(&company)?.assessments.get(&slot)?;
            Some(Change::Assess(Decision { assessment: recorded.assessment.clone(), company, slot }))
        }
        RegisterPath::Evidence(company, id) => {
            let evidence = snapshot.companies.get(&company)?.evidence.get(&id)?.evidence.clone();
            Some(Change::File(Filing { company, id, evidence, document: None, reason: String::new() }))
        }
        RegisterPath::Model(company, id) => {
            let model = snapshot.companies.get(&company)?.models.get(&id)?.clone();
            Some(Change::Model(NewModel { company, id, model, reason: String::new() }))
        }
        _ => None,
    }
}
