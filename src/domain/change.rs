//! What a commit records: a decision as a value, before it is one.

use std::sync::Arc;

use super::{Assessment, CompanyId, Evidence, EvidenceId, Slot};

/// One decision. It becomes exactly one commit that touches only its own files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Assess(Decision),
    File(Filing),
}

impl Change {
    pub fn company(&self) -> &CompanyId {
        match self {
            Change::Assess(decision) => &decision.company,
            Change::File(filing) => &filing.company,
        }
    }
}

/// A judgement to record, in place of the one on file if there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub company: CompanyId,
    pub slot: Slot,
    pub assessment: Assessment,
}

/// Evidence to put on file, in place of what is there by this id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filing {
    pub company: CompanyId,
    pub id: EvidenceId,
    pub evidence: Evidence,
    /// What is to be kept beside it under the name it gives; where nothing is, the document of that name stays. A
    /// document it no longer names goes.
    pub document: Option<Arc<[u8]>>,
    /// Why, for the commit's message; the file has no place for it. May be empty.
    pub reason: String,
}

impl From<Filing> for Change {
    fn from(filing: Filing) -> Change {
        Change::File(filing)
    }
}
