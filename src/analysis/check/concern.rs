//! One thing that a check reports, whether it is wrong in a file or in the trail.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::analysis::audit;
use crate::domain::catalogue::hex;
use crate::domain::{Finding, Place, Rule};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Concern {
    /// In a file, by a rule of `check`.
    File(Finding),
    /// In a commit, by a class of `audit`.
    Trail(audit::Finding),
}

/// What makes a finding the same one somewhere else: its rule, file, commit and words.
pub type Identity<'a> = (&'static str, Option<&'a str>, Option<&'a str>, &'a str);

impl Concern {
    /// All that an audit found; what it left out is one concern more.
    pub fn of_trail(results: audit::Results) -> Vec<Concern> {
        let left_out = match results.summary.left_out() {
            0 => None,
            count => Some(Concern::File(Finding {
                path: "countersign.toml".to_owned(),
                place: None,
                rule: Rule::TooMany,
                message: format!("{count} more findings of commits are left out"),
                hint: Some("mend or waive those that are shown first".to_owned()),
            })),
        };
        results.findings.into_iter().map(Concern::Trail).chain(left_out).collect()
    }

    /// The stable name of the rule or class.
    pub fn rule(&self) -> &'static str {
        match self {
            Concern::File(finding) => finding.rule.key(),
            Concern::Trail(finding) => finding.class.key(),
        }
    }

    pub fn path(&self) -> Option<&str> {
        match self {
            Concern::File(finding) => Some(&finding.path),
            Concern::Trail(finding) => finding.path.as_deref(),
        }
    }

    pub fn place(&self) -> Option<Place> {
        match self {
            Concern::File(finding) => finding.place,
            Concern::Trail(_) => None,
        }
    }

    /// The full id of the commit it is about.
    pub fn commit(&self) -> Option<&str> {
        match self {
            Concern::File(_) => None,
            Concern::Trail(finding) => Some(&finding.commit),
        }
    }

    pub fn message(&self) -> &str {
        match self {
            Concern::File(finding) => &finding.message,
            Concern::Trail(finding) => &finding.message,
        }
    }

    pub fn hint(&self) -> Option<&str> {
        match self {
            Concern::File(finding) => finding.hint.as_deref(),
            Concern::Trail(_) => None,
        }
    }

    pub fn identity(&self) -> Identity<'_> {
        (self.rule(), self.path(), self.commit(), self.message())
    }

    /// A name that stays while the finding does, whatever line it is on. Of several that are the same, each has its
    /// number.
    pub fn fingerprint(&self, number: usize) -> String {
        let (rule, path, commit, message) = self.identity();
        let mut digest = Sha256::new();
        for part in [rule, path.unwrap_or_default(), commit.unwrap_or_default(), message] {
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part);
        }
        digest.update((number as u64).to_le_bytes());
        hex(&digest.finalize()[..16])
    }
}

/// `path:line:column: message [rule]`, or `commit path: message [class]`.
impl fmt::Display for Concern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Concern::File(finding) => finding.fmt(f),
            Concern::Trail(finding) => finding.fmt(f),
        }
    }
}
