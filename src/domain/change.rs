//! What a commit records: a decision as a value, before it is one.

use super::{Assessment, CompanyId, Slot};

/// One decision. It becomes exactly one commit that touches only its own files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Assess(Decision),
}

/// A judgement to record, in place of the one on file if there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub company: CompanyId,
    pub slot: Slot,
    pub assessment: Assessment,
}
