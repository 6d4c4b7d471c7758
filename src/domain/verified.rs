//! Documents recomputed: whether each is what its evidence file says, now and at the time of every judgement.

use super::{Day, EvidenceId, Slot};

/// One piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    pub evidence: EvidenceId,
    /// As it stands; nothing where it is no longer on file.
    pub now: Option<Comparison>,
    /// Newest first.
    pub judgements: Vec<Then>,
}

/// Evidence as a judgement pinned it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Then {
    /// Full commit id, and the committer's day.
    pub commit: String,
    pub day: Day,
    pub slot: Slot,
    pub comparison: Comparison,
}

/// What the evidence file says of its document, and what the document has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// SHA-256 in hex; nothing where the evidence file gives none.
    pub recorded: Option<String>,
    /// SHA-256 in hex; nothing where no copy is kept.
    pub digest: Option<String>,
    pub outcome: Outcome,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The document is the one on record.
    Same,
    /// It is another one.
    Differs,
    /// The evidence file names a copy that is not there.
    Missing,
    /// What was pinned never stood in the register.
    NotOnFile,
    /// A copy without a digest on record: there is nothing to hold it against but its pin.
    NoDigest,
    /// No copy is kept.
    NoDocument,
}

impl Outcome {
    pub fn key(self) -> &'static str {
        match self {
            Outcome::Same => "same",
            Outcome::Differs => "differs",
            Outcome::Missing => "missing",
            Outcome::NotOnFile => "not-on-file",
            Outcome::NoDigest => "no-digest",
            Outcome::NoDocument => "no-document",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Outcome::Same => "the document on record",
            Outcome::Differs => "NOT the document on record",
            Outcome::Missing => "the copy is MISSING",
            Outcome::NotOnFile => "pinned to what was NOT on file",
            Outcome::NoDigest => "no digest on record",
            Outcome::NoDocument => "no copy is kept",
        }
    }

    /// Whether something is wrong; that nothing is kept is not.
    pub fn is_wrong(self) -> bool {
        matches!(self, Outcome::Differs | Outcome::Missing | Outcome::NotOnFile)
    }
}

impl Comparison {
    /// Of a copy the evidence file may name, its digest on record, and the digest it has.
    pub fn of(named: bool, recorded: Option<String>, digest: Option<String>) -> Comparison {
        let outcome = match (&recorded, &digest) {
            (_, None) if named => Outcome::Missing,
            (_, None) => Outcome::NoDocument,
            (None, Some(_)) => Outcome::NoDigest,
            (Some(recorded), Some(digest)) if recorded.eq_ignore_ascii_case(digest) => Outcome::Same,
            _ => Outcome::Differs,
        };
        Comparison { recorded, digest, outcome }
    }
}

impl Verified {
    pub fn comparisons(&self) -> impl Iterator<Item = &Comparison> {
        self.now.iter().chain(self.judgements.iter().map(|then| &then.comparison))
    }
}
