//! What one commit did to the register, as the trees tell it, and beside it what its message claims.
//!
//! Everything an audit judges by is in here: nothing of it was taken from a message but the [`Claim`]s.

use std::sync::Arc;

use super::policy::Subject;
use super::remark::Weighed;
use super::snapshot::Settings;
use super::{Assessment, Catalogue, Claim, CompanyId, ContentId, Evidence, EvidenceId, Pinned, Slot};

#[derive(Clone, Debug)]
pub struct Deed {
    /// Full commit id.
    pub commit: String,
    pub subject: String,
    pub author: Who,
    pub committer: Who,
    pub parents: Vec<Parent>,
    pub claims: Vec<Claim>,
    /// The commit it says it takes back.
    pub undoing: Option<Undoing>,
    /// Judgements that are not the same before and after. None in a merge: it brings in what others did.
    pub judgements: Vec<Judgement>,
    /// Other files of the register that are not the same before and after. None in a merge.
    pub files: Vec<Touched>,
    /// What became of `countersign.toml`, where it touched it. None in a merge.
    pub settings: Option<Resettled>,
    /// Evidence whose file or kept document it touched, where both are there afterwards.
    pub documents: Vec<Kept>,
    /// Files of companies that stand elsewhere afterwards, with the same content.
    pub moved: Vec<Moved>,
    /// In a merge: files of the register whose content does not follow from its parents.
    pub not_derived: Vec<String>,
    /// Whether any file of the register is not the same as in the first parent.
    pub touches_register: bool,
    /// Whether it touched the waivers, the lists of keys, or more of `countersign.toml` than views of the board; a merge:
    /// whether it holds of these another than a side that changed them.
    pub touches_policy: bool,
    /// `countersign.toml` as it stood before; its default before there was one.
    pub policy: Arc<Settings>,
    pub signature: Signature,
    pub arrival: Arrival,
    /// The review that is on file with what it brought, if there is one.
    pub brought: Option<Brought>,
    /// How it stands under the policies of other sides that a merge brought it to.
    pub elsewhere: Vec<Standing>,
    /// What was asked before the commit.
    pub catalogue: Arc<Catalogue>,
}

/// A commit under another policy than the one it was made under.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The end of a side that has the policy: a full commit id.
    pub side: String,
    pub policy: Arc<Settings>,
    pub touches_policy: bool,
    pub signature: Signature,
    pub brought: Option<Brought>,
}

impl Deed {
    pub fn is_merge(&self) -> bool {
        self.parents.len() > 1
    }

    /// Who is behind it as far as anybody can tell: the holder of the key, else the author by his own word.
    pub fn doer(&self) -> &str {
        let person = self.signature.signer().filter(|signer| !self.policy.review.is_platform(signer));
        person.unwrap_or(&self.author.email)
    }

    /// The same commit under each other policy that it or the merge that brought it stands under.
    pub fn under_others(&self) -> impl Iterator<Item = (&str, Deed)> {
        let own = self.elsewhere.iter().map(|standing| (standing.side.as_str(), self.under(standing)));
        let merged = match &self.arrival {
            Arrival::Merged(approval) => &approval.elsewhere[..],
            _ => &[],
        };
        let merged = merged.iter().map(|(side, approval)| {
            (side.as_str(), Deed { arrival: Arrival::Merged(Arc::clone(approval)), ..self.clone() })
        });
        own.chain(merged)
    }

    pub fn under(&self, standing: &Standing) -> Deed {
        let Standing { side, policy, touches_policy, signature, brought } = standing.clone();
        let arrival = match &self.arrival {
            // What was approved by keys of one side is not approved by those of another.
            Arrival::Replayed(approval) => approval.under(&side).map_or(Arrival::Direct, Arrival::Replayed),
            arrival => arrival.clone(),
        };
        Deed { policy, touches_policy, signature, brought, arrival, elsewhere: Vec::new(), ..self.clone() }
    }

    /// Whether it restores exactly what stood before another commit, and says so. It decides nothing new.
    pub fn restores(&self) -> bool {
        self.undoing.as_ref().is_some_and(|undoing| undoing.reversal == Reversal::Exact)
    }
}

/// A commit that another says it takes back, and what the trees say to that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undoing {
    /// As claimed.
    pub commit: String,
    pub reversal: Reversal,
    /// What the commit itself did to files of the register that are no judgements.
    pub others: Vec<Contents>,
}

/// A file's content before and after; none where there was or is no file.
pub type Contents = (Option<ContentId>, Option<ContentId>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reversal {
    /// Of the register, every file that commit touched and no other goes from what it left to what it found.
    Exact,
    /// No such commit stands before this one.
    NotBefore,
    /// It is a merge, which has no one state before it.
    Merge,
    /// This file does not go from what that commit left to what it found.
    Differs { path: String },
    /// More than one commit is named.
    Several,
}

/// A person and a time, as a commit claims them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    pub name: String,
    pub email: String,
    /// Since 1970, in UTC.
    pub time_seconds: i64,
    pub offset_minutes: i32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parent {
    pub commit: String,
    /// The committer's.
    pub time_seconds: i64,
}

/// A judgement before and after a commit.
#[derive(Clone, Debug)]
pub struct Judgement {
    pub path: String,
    pub company: CompanyId,
    pub slot: Slot,
    pub before: Option<Filed>,
    pub after: Option<Filed>,
    /// What the judgement after the commit rests on.
    pub rests_on: Vec<Ground>,
}

/// A file that holds no judgement, before and after a commit.
#[derive(Clone, Debug)]
pub struct Touched {
    pub path: String,
    /// As a record names it: `evidence meta framework`.
    pub name: String,
    pub contents: Contents,
    /// Of an evidence file: what it says afterwards.
    pub evidence: Option<Arc<Evidence>>,
}

/// `countersign.toml` before and after a commit.
#[derive(Clone, Debug)]
pub struct Resettled {
    pub path: String,
    pub contents: Contents,
    /// What it said and says; nothing where there is no file, or not all of it can be read.
    pub before: Option<Arc<Settings>>,
    pub after: Option<Arc<Settings>>,
}

impl Resettled {
    /// Whether it is known that nothing but views of the board changed.
    pub fn is_of_views_alone(&self) -> bool {
        let both = self.before.as_ref().zip(self.after.as_ref());
        both.is_some_and(|(before, after)| before.agrees_but_for_views(after) && before.views != after.views)
    }
}

impl Judgement {
    pub fn subject(&self) -> Subject {
        Subject { company: Some(self.company.clone()), chapter: Some(self.slot.measure.chapter) }
    }
}

/// A judgement's file.
#[derive(Clone, Debug)]
pub struct Filed {
    pub id: ContentId,
    /// What it says; nothing where it cannot be read.
    pub assessment: Option<Arc<Assessment>>,
}

/// Evidence a judgement names, as the repository has it.
#[derive(Clone, Debug)]
pub struct Ground {
    pub pinned: Pinned,
    /// Whether evidence of this name was on file when it was judged.
    pub on_file: bool,
    /// Whether the pinned file and document stood in the register then or before.
    pub pin_known: bool,
    /// The pinned evidence file.
    pub evidence: Option<Arc<Evidence>>,
    /// SHA-256 of the pinned document, where the evidence file names one.
    pub digest: Option<String>,
}

/// Evidence with its kept document, as they stand after a commit.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The document's.
    pub path: String,
    pub company: CompanyId,
    pub evidence: EvidenceId,
    /// What the evidence file says, and what the document has: SHA-256 in hex.
    pub recorded: String,
    pub digest: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    pub from: String,
    pub to: String,
}

/// What became of a commit's signature under the policy before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Signature {
    /// The policy asks for none.
    #[default]
    NotAsked,
    Missing,
    /// Made by a key of this person that counted then.
    Good {
        signer: String,
    },
    /// There is one, and it does not count: why.
    Refused {
        why: String,
    },
}

impl Signature {
    pub fn signer(&self) -> Option<&str> {
        match self {
            Signature::Good { signer } => Some(signer),
            _ => None,
        }
    }
}

impl Brought {
    /// Whether somebody signed for exactly this.
    pub fn is_approved(&self) -> bool {
        self.approvals.iter().any(|word| word.signature.signer().is_some())
    }
}

/// How a commit reached the audited branch.
#[derive(Clone, Debug, Default)]
pub enum Arrival {
    /// Made on the branch itself.
    #[default]
    Direct,
    /// On a branch that is not merged yet: whoever merges it approves.
    Pending,
    /// Brought in by a merge.
    Merged(Arc<Approval>),
    /// Made again on the branch by a platform that squashed or rebased it, with a review on file of just this.
    Replayed(Arc<Approval>),
}

/// The merge that brought something in, as an act of its own.
#[derive(Clone, Debug)]
pub struct Approval {
    pub commit: String,
    /// The holder of the key; where a platform signed, whom it names as author; else the committer by his own word.
    pub by: String,
    pub signature: Signature,
    /// On file with it, of exactly what it brought: each person's last word.
    pub approvals: Vec<Weighed>,
    /// As it stood on the branch before the merge.
    pub policy: Arc<Settings>,
    /// The same act under the policies of other sides, by the ends of those.
    pub elsewhere: Vec<(String, Arc<Approval>)>,
}

impl Approval {
    fn under(&self, side: &str) -> Option<Arc<Approval>> {
        self.elsewhere.iter().find(|(end, _)| end == side).map(|(_, approval)| Arc::clone(approval))
    }
}

/// What a commit brought to the branch after a review.
#[derive(Clone, Debug)]
pub struct Brought {
    /// Of exactly what it brought: each person's last word.
    pub approvals: Vec<Weighed>,
    /// The commits that a platform made anew of what was approved, this one among them; none for a merge.
    pub commits: Vec<String>,
}

/// Where the last audit ended, against where the branch is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Continuity {
    /// This branch was never audited here, or a commit was audited that is no branch's end.
    Unknown,
    Same,
    /// Only new commits came.
    Forward {
        last: String,
    },
    /// Commits were taken off the end.
    Cut {
        last: String,
        vanished: Vec<Vanished>,
    },
    /// The branch goes another way than it did.
    Rewritten {
        last: String,
        vanished: Vec<Vanished>,
    },
    /// The last head is not even in this repository any more.
    Gone {
        last: String,
    },
}

impl Continuity {
    /// Whether the branch lost commits that were audited before.
    pub fn is_broken(&self) -> bool {
        !matches!(self, Continuity::Unknown | Continuity::Same | Continuity::Forward { .. })
    }
}

/// A commit that was audited and is no longer on the branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vanished {
    pub commit: String,
    pub author: String,
    pub subject: String,
}
