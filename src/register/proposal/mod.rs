//! Proposals: branches that wait to be reviewed, held against the branch they are for.
//!
//! Policy, keys and the pattern of names are always those of the base, the branch this register is on: a proposal cannot
//! loosen what it is judged by. Looking at one writes nothing.

mod countersign;
mod remarks;

use std::collections::BTreeMap;
use std::iter;

use super::conflicts::points;
use super::merge::three_way;
use super::trail::diff;
use super::{At, Register, Trail};
use crate::domain::deed::Who;
use crate::domain::policy::RequiredCheck;
use crate::domain::proposal::{Behind, Clash, Fit, NamePattern, Place, Proposal, Slug};
use crate::domain::snapshot::Settings;
use crate::domain::{CompanyId, Deed, Entry, Finding, Snapshot};
use crate::error::{Error, Result};
use crate::files::merge::Point;
use crate::files::read::LARGEST_FILE;
use crate::ledger::{Blob, Caching, CommitId, Filter, Head, Keys, Merging, Record, Walk};

pub use remarks::Said;
pub(super) use remarks::weigh;

/// The reviewed branch as it is now, with everything of it that proposals are judged by.
struct Base {
    branch: String,
    commit: CommitId,
    snapshot: Snapshot,
    keys: Keys,
}

impl Base {
    fn settings(&self) -> &Settings {
        &self.snapshot.settings
    }

    fn pattern(&self) -> &NamePattern {
        &self.settings().review.proposals
    }
}

/// All proposals, and what they are judged by.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposals {
    pub proposals: Vec<Proposal>,
    /// The branch they are for, and the commit it ends in.
    pub branch: String,
    pub onto: String,
    /// `countersign.toml` as that commit has it.
    pub settings: Settings,
}

/// A proposal, what it is judged by, and who looks at it.
#[derive(Clone, Debug)]
pub struct UnderReview {
    pub proposal: Proposal,
    pub branch: String,
    pub onto: String,
    pub settings: Settings,
    /// Who would review here; nobody where git has no name for them.
    pub me: Option<Who>,
    /// Whether what they say and merge is signed.
    pub signs: bool,
    /// Where the branch is behind the one it follows, as far as that was fetched.
    pub behind: Option<Behind>,
    /// What its commits did, where the policy asks for an audit of them.
    pub deeds: Vec<Deed>,
}

/// What a check would find in the first of these and in none of the others. A register does not judge itself.
pub type NewFindings<'c> = &'c dyn Fn(&Snapshot, &[Snapshot]) -> Vec<Finding>;

/// A branch's commits in this repository and the remotes.
type Places = Vec<(Option<String>, CommitId)>;

impl Register {
    /// The same register on a proposal: read there, and decided there. A branch that is not there yet grows from the
    /// branch this register is on. What is checked out stays as it is.
    pub fn proposing(self, company: Option<&CompanyId>, slug: &Slug) -> Result<Register> {
        let base = self.base()?;
        let name = base.pattern().name(company, slug);
        let grown = self.places(base.pattern())?.remove(&name);
        let tip =
            grown.map(|places| self.newest(places)).transpose()?.map_or(base.commit, |places| places[0].1);
        let caching = self.caching.min(Caching::Look);
        Ok(Register { branch: Some(name), grows_from: Some(tip), caching, ..self })
    }

    /// Every proposal here and on the remotes, as they were last fetched; by name.
    pub fn proposals(&self, new_findings: NewFindings) -> Result<Proposals> {
        let base = self.base()?;
        let places = self.places(base.pattern())?;
        let proposals =
            places.into_iter().map(|(name, places)| self.look_at(&base, name, places, new_findings));
        Ok(Proposals {
            proposals: proposals.collect::<Result<_>>()?,
            branch: base.branch,
            onto: base.commit.to_string(),
            settings: base.snapshot.settings,
        })
    }

    /// One of them, by its name, its company and slug (`meta/copyright`) or its slug alone, with all that decides whether it may be merged here.
    pub fn under_review(&self, named: &str, new_findings: NewFindings) -> Result<UnderReview> {
        let base = self.base()?;
        let (name, places) = self.find(&base, named)?;
        let proposal = self.look_at(&base, name, places, new_findings)?;
        let asked = base.settings().review.required_checks.contains(&RequiredCheck::Audit);
        let deeds = if asked { self.deeds_of(&base.commit.to_string(), &proposal)? } else { Vec::new() };
        Ok(UnderReview {
            proposal,
            deeds,
            me: self.ledger.identity().ok().map(|person| super::audit::who(&person)),
            signs: self.ledger.settings()?.sign_commits()?,
            behind: self
                .upstream()?
                .filter(|upstream| upstream.behind > 0)
                .map(|upstream| Behind { upstream: upstream.name, commits: upstream.behind }),
            branch: base.branch,
            onto: base.commit.to_string(),
            settings: base.snapshot.settings,
        })
    }

    /// Whether a revision is called as proposals are, here or on a remote.
    pub fn is_proposal(&self, revision: &str) -> Result<bool> {
        let pattern = self.snapshot(&At::Head)?.settings.review.proposals;
        let rests = revision.match_indices('/').map(|(at, _)| &revision[at + 1..]);
        Ok(iter::once(revision).chain(rests).any(|name| pattern.read(name).is_some()))
    }

    /// Its files line by line against what they were when it grew.
    pub fn diff_of(&self, proposal: &Proposal) -> Result<String> {
        Ok(self.diffs_of(proposal)?.join("\n"))
    }

    /// The same for each of its changes.
    pub fn diffs_of(&self, proposal: &Proposal) -> Result<Vec<String>> {
        let Some(base) = &proposal.base else { return Ok(Vec::new()) };
        let (from, to) = (self.ledger.resolve(base)?, self.ledger.resolve(&proposal.head)?);
        let changes = self.ledger.diff_of_contents(from, to)?;
        Ok(changes.iter().map(|change| diff(&self.ledger, change)).collect())
    }

    /// What a proposal's own commits did, as the policy of the base judges it.
    fn deeds_of(&self, onto: &str, proposal: &Proposal) -> Result<Vec<Deed>> {
        self.audit_branch(onto, &proposal.head)?.deeds().collect()
    }

    /// Deletes a proposal's branch in this repository, for one of its authors.
    pub fn withdraw(&self, named: &str) -> Result<Proposal> {
        self.ledger.require_trust()?;
        let proposal = self.under_review(named, &|_, _| Vec::new())?.proposal;
        let me = self.ledger.identity()?.email;
        let is_mine = proposal.authors.iter().any(|author| author.email.eq_ignore_ascii_case(&me));
        if !is_mine && !proposal.authors.is_empty() && proposal.fit != Fit::Merged {
            let author = proposal.authors.first().map(|author| author.email.clone()).unwrap_or_default();
            return Err(Error::NotYourProposal { name: proposal.name, author });
        }
        let here = proposal.places.iter().find(|place| place.remote.is_none());
        let here = here.ok_or_else(|| Error::ProposalElsewhere {
            name: proposal.name.clone(),
            remote: proposal.places.first().and_then(|place| place.remote.clone()).unwrap_or_default(),
        })?;
        self.ledger.delete_branch(&proposal.name, self.ledger.resolve(&here.head)?)?;
        Ok(proposal)
    }

    fn base(&self) -> Result<Base> {
        let Head::Branch { name: branch, commit } = self.head()? else { return Err(Error::DetachedHead) };
        let commit = commit.ok_or_else(|| self.no_register())?;
        let snapshot = self.snapshot(&At::Revision(commit.to_string()))?;
        if snapshot.settings.review.proposals.read(&branch).is_some() {
            return Err(Error::OnProposal { branch });
        }
        let signing = &snapshot.settings.signing;
        let allowed_signers = self.bytes_of(commit, &signing.allowed_signers)?.unwrap_or_default();
        let revoked = match &signing.revoked_keys {
            Some(path) => self.bytes_of(commit, path)?,
            None => None,
        };
        Ok(Base { branch, commit, keys: Keys { allowed_signers, revoked }, snapshot })
    }

    fn bytes_of(&self, commit: CommitId, path: &str) -> Result<Option<Vec<u8>>> {
        let Some(id) = self.content_at(commit, path)? else { return Ok(None) };
        match self.ledger.blob(&id, LARGEST_FILE)? {
            Blob::Content(bytes) => Ok(Some(bytes)),
            Blob::TooLarge { .. } => Err(Error::FileUnreadable { path: path.to_owned() }),
        }
    }

    /// Where each proposal is.
    fn places(&self, pattern: &NamePattern) -> Result<BTreeMap<String, Places>> {
        let mut found: BTreeMap<String, Places> = BTreeMap::new();
        for branch in self.ledger.branches()? {
            if !branch.is_remote {
                if pattern.read(&branch.name).is_some() {
                    found.entry(branch.name).or_default().push((None, branch.tip));
                }
                continue;
            }
            let splits = branch.name.match_indices('/').map(|(at, _)| branch.name.split_at(at));
            let mut named = splits.map(|(remote, rest)| (remote, &rest[1..]));
            if let Some((remote, name)) = named.find(|(_, name)| pattern.read(name).is_some()) {
                found.entry(name.to_owned()).or_default().push((Some(remote.to_owned()), branch.tip));
            }
        }
        Ok(found)
    }

    /// The same places, the one to look at first: this repository's own, unless a remote's builds on it.
    fn newest(&self, mut places: Places) -> Result<Places> {
        places.sort_by_key(|(remote, _)| remote.clone());
        let mut newest = 0;
        for at in 1..places.len() {
            let (known, other) = (places[newest].1, places[at].1);
            if known != other && self.ledger.is_ancestor(known, other)? {
                newest = at;
            }
        }
        places[..=newest].rotate_right(1);
        Ok(places)
    }

    fn find(&self, base: &Base, named: &str) -> Result<(String, Places)> {
        let mut places = self.places(base.pattern())?;
        if let Some(found) = places.remove_entry(named) {
            return Ok(found);
        }
        let short_for = |name: &&String| match base.pattern().read(name) {
            Some((Some(company), slug)) => slug.to_string() == named || format!("{company}/{slug}") == named,
            Some((None, slug)) => slug.to_string() == named,
            None => false,
        };
        let mut names = places.keys().filter(short_for).cloned().collect::<Vec<_>>();
        match (names.pop(), &names[..]) {
            (Some(only), []) => Ok(places.remove_entry(&only).expect("it was just listed")),
            (Some(one), _) => {
                Err(Error::SeveralProposals { typed: named.to_owned(), names: [names, vec![one]].concat() })
            }
            (None, _) => {
                Err(Error::UnknownProposal { typed: named.to_owned(), known: places.into_keys().collect() })
            }
        }
    }

    fn look_at(
        &self,
        base: &Base,
        name: String,
        places: Places,
        new_findings: NewFindings,
    ) -> Result<Proposal> {
        let places = self.newest(places)?;
        let head = places[0].1;
        let grown = self.grown_from(base, head)?;
        let records = self.records_since(grown, head)?;
        let content = self.ledger.contents(head)?;
        let authors = authors(&records);
        let place = |(remote, tip): (Option<String>, CommitId)| Place { remote, head: tip.to_string() };
        Ok(Proposal {
            company: base.pattern().read(&name).and_then(|(company, _)| company),
            head: head.to_string(),
            content: content.to_string(),
            base: grown.map(|grown| grown.to_string()),
            subjects: records
                .iter()
                .filter(|record| is_work(record))
                .map(|record| record.commit.subject.clone())
                .collect(),
            authors,
            changes: grown.map(|grown| self.changes_of(grown, head)).transpose()?.unwrap_or_default(),
            fit: self.fit(base, head)?,
            findings: new_findings(
                &self.snapshot(&At::Revision(head.to_string()))?,
                &self.bases(base, head)?,
            ),
            remarks: self.remarks(base, &name, &records, content)?,
            places: places.into_iter().map(place).collect(),
            name,
        })
    }

    /// The commit of the base that a proposal grew from; of a merged one, as it was before the merge.
    fn grown_from(&self, base: &Base, head: CommitId) -> Result<Option<CommitId>> {
        let mut before = base.commit;
        if self.ledger.is_ancestor(head, base.commit)? {
            let filter = Filter { since: Some(head), ..Filter::default() };
            for record in self.ledger.history(base.commit, &filter)? {
                let parents = record?.commit.parents;
                if parents.len() > 1 && parents[1..].contains(&head) {
                    before = parents[0];
                }
            }
        }
        match self.ledger.merge_bases(before, head)?[..] {
            [one] => Ok(Some(one)),
            _ => Ok(None),
        }
    }

    /// The proposal's own commits, newest first.
    fn records_since(&self, grown: Option<CommitId>, head: CommitId) -> Result<Vec<Record>> {
        let Some(grown) = grown else { return Ok(Vec::new()) };
        let filter = Filter { since: Some(grown), walk: Walk::Everything, ..Filter::default() };
        self.ledger.history(head, &filter)?.collect()
    }

    /// What it does to the register as a whole.
    fn changes_of(&self, grown: CommitId, head: CommitId) -> Result<Vec<Entry>> {
        let changes = self.ledger.diff_of_contents(grown, head)?;
        let record = Record::new(self.ledger.commit_info(head)?, changes);
        self.entries(iter::once(Ok(record)), Trail::Register).collect()
    }

    fn fit(&self, base: &Base, head: CommitId) -> Result<Fit> {
        if self.ledger.is_ancestor(head, base.commit)? {
            return Ok(Fit::Merged);
        }
        let Some(merging) = self.merging(base, head)? else { return Ok(Fit::Unrelated) };
        let is_work = |path: &str| !path.starts_with("reviews/");
        let nothing = !merging.changes.iter().any(|change| is_work(&change.path));
        Ok(match (merging.conflicts.is_empty(), merging.not_files.is_empty()) {
            (false, _) => Fit::Conflicts(self.clashes(base, head, merging.conflicts)?),
            (_, false) => Fit::NotFiles(merging.not_files),
            _ if nothing => Fit::Merged,
            _ => Fit::Applies,
        })
    }

    /// What merging it does, file by file as git's merge with the register's own driver would.
    fn merging(&self, base: &Base, head: CommitId) -> Result<Option<Merging>> {
        self.ledger.merging(base.commit, head, LARGEST_FILE, &three_way)
    }

    /// How the base and a proposal contradict each other in these files.
    fn clashes(&self, base: &Base, head: CommitId, paths: Vec<String>) -> Result<Vec<Clash>> {
        let grown = self.grown_from(base, head)?;
        let clash = |path: String| {
            let text = |commit: CommitId| -> Result<Option<String>> {
                let bytes = self.bytes_of(commit, &path)?;
                Ok(bytes.and_then(|bytes| String::from_utf8(bytes).ok()))
            };
            let before = grown.map(text).transpose()?.flatten();
            let points = points(&path, before, text(base.commit)?, text(head)?);
            Ok(Clash { points: points.iter().map(|point| clash_words(point, &base.branch)).collect(), path })
        };
        paths.into_iter().map(clash).collect()
    }

    /// What a proposal is checked against: the base as it is now, and as it was where the proposal grew.
    fn bases(&self, base: &Base, head: CommitId) -> Result<Vec<Snapshot>> {
        let grown =
            self.ledger.merge_bases(base.commit, head)?.into_iter().filter(|grown| *grown != base.commit);
        let grown = grown.map(|grown| self.snapshot(&At::Revision(grown.to_string())));
        // Where the proposal grew there may have been no register.
        let grown = grown.filter(|grown| !matches!(grown, Err(Error::NoRegister { .. })));
        grown.chain([Ok(base.snapshot.clone())]).collect()
    }
}

/// In one line; texts are left to whoever looks at both.
fn clash_words(Point { name, ours, theirs, .. }: &Point, branch: &str) -> String {
    const SHORT: usize = 60;
    let is_short =
        |text: &Option<String>| text.as_ref().is_none_or(|text| text.len() <= SHORT && !text.contains('\n'));
    let said = |text: &Option<String>| text.clone().unwrap_or_else(|| "not there".to_owned());
    match is_short(ours) && is_short(theirs) {
        true => format!("{name}: {} on {branch}, {} in the proposal", said(ours), said(theirs)),
        false => format!("{name}: another text on each side"),
    }
}

/// Whether a commit does more than say something.
fn is_work(record: &Record) -> bool {
    record.changes.iter().any(|change| !change.path.starts_with("reviews/"))
}

/// Who made them, the one that worked on it last first; each with the time of their last commit.
fn authors(records: &[Record]) -> Vec<Who> {
    let mut authors: Vec<Who> = Vec::new();
    for record in records.iter().filter(|record| is_work(record) && record.commit.parents.len() < 2) {
        let author = super::audit::who(&record.commit.author);
        if !authors.iter().any(|known| known.email.eq_ignore_ascii_case(&author.email)) {
            authors.push(author);
        }
    }
    authors
}
