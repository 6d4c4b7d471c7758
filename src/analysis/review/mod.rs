//! What reviews are worth, and what still stands in a proposal's way.
//!
//! Trailers and addresses are claims, and so is everything that is not signed. The policy and the keys are those of the
//! base, never those of the branch under review.

mod arrived;
mod clearance;
pub mod words;

use crate::domain::deed::Signature;
use crate::domain::policy::{self, same_person};
use crate::domain::proposal::Fit;
use crate::domain::remark::Weighed;
use crate::domain::{Proposal, Verdict};

pub use arrived::{arrived, reviewers};
pub use clearance::{Merger, Shortfall, audited, clear, reviewed_by, shortfalls};

/// How well it is proved that somebody else looked, the least first. Text alone never passes for a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// Nobody but who decided it.
    None,
    TextOnly,
    Platform,
    SignedApproval,
    SignedMerge,
}

impl Grade {
    pub const ALL: [Grade; 5] =
        [Grade::None, Grade::TextOnly, Grade::Platform, Grade::SignedApproval, Grade::SignedMerge];

    pub fn key(self) -> &'static str {
        match self {
            Grade::None => "none",
            Grade::TextOnly => "text-only",
            Grade::Platform => "platform",
            Grade::SignedApproval => "signed-approval",
            Grade::SignedMerge => "signed-merge",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Grade::None => "not reviewed",
            Grade::TextOnly => "text only",
            Grade::Platform => "recorded by the platform",
            Grade::SignedApproval => "signed approval",
            Grade::SignedMerge => "signed by a second person",
        }
    }

    /// Its mark, one column wide: what stands for it where there is no room for words.
    pub fn glyph(self) -> &'static str {
        match self {
            Grade::None => "×",
            Grade::TextOnly => "≈",
            Grade::Platform => "□",
            Grade::SignedApproval => "◇",
            Grade::SignedMerge => "◆",
        }
    }

    /// `◆ signed by a second person`
    pub fn marked(self) -> String {
        format!("{} {}", self.glyph(), self.words())
    }

    /// Whether it counts as a review.
    pub fn counts(self) -> bool {
        self > Grade::TextOnly
    }
}

/// What one approval is worth.
pub fn grade(weighed: &Weighed, authors: &[&str], review: &policy::Review) -> Grade {
    let by_author = authors.iter().any(|author| same_person(author, weighed.who()));
    match &weighed.signature {
        _ if weighed.remark.verdict != Verdict::Approve || !weighed.is_current => Grade::None,
        _ if by_author && !review.author_may_approve => Grade::None,
        Signature::Good { signer } if review.is_platform(signer) => Grade::Platform,
        Signature::Good { .. } => Grade::SignedApproval,
        _ => Grade::TextOnly,
    }
}

/// The last word of each person on the content as it is now; notes are none.
pub fn last_words(proposal: &Proposal) -> Vec<&Weighed> {
    let mut last: Vec<&Weighed> = Vec::new();
    let words =
        proposal.remarks.iter().filter(|word| word.is_current && word.remark.verdict != Verdict::Note);
    for word in words {
        last.retain(|earlier| !same_person(earlier.who(), word.who()));
        last.push(word);
    }
    last
}

/// How a proposal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Open,
    ChangesAsked,
    Declined,
    Merged,
}

impl Standing {
    pub fn of(proposal: &Proposal, review: &policy::Review) -> Standing {
        let entitled = |word: &&&Weighed| {
            is_author(proposal, word.who())
                || proposal
                    .changes
                    .iter()
                    .any(|change| review.lets_approve(word.who(), &change.kind.subject()))
        };
        let words = last_words(proposal);
        let said = |verdict| words.iter().filter(entitled).any(|word| word.remark.verdict == verdict);
        match () {
            () if proposal.fit == Fit::Merged => Standing::Merged,
            () if said(Verdict::Decline) => Standing::Declined,
            () if said(Verdict::AskForChanges) => Standing::ChangesAsked,
            () => Standing::Open,
        }
    }

    pub fn key(self) -> &'static str {
        match self {
            Standing::Open => "open",
            Standing::ChangesAsked => "changes-asked",
            Standing::Declined => "declined",
            Standing::Merged => "merged",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Standing::Open => "open",
            Standing::ChangesAsked => "changes asked",
            Standing::Declined => "declined",
            Standing::Merged => "merged",
        }
    }

    /// Whether anybody still has to look at it.
    pub fn is_over(self) -> bool {
        matches!(self, Standing::Declined | Standing::Merged)
    }
}

pub(super) fn is_author(proposal: &Proposal, email: &str) -> bool {
    proposal.authors.iter().any(|author| same_person(&author.email, email))
}

/// Their addresses.
pub fn authors(proposal: &Proposal) -> Vec<&str> {
    proposal.authors.iter().map(|author| author.email.as_str()).collect()
}
