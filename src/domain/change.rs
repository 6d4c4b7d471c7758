//! What a commit records: a decision as a value, before it is one.

use std::sync::Arc;

use super::company::Profile;
use super::{Assessment, CompanyId, Evidence, EvidenceId, Model, ModelId, Position, Slot};

/// One decision. It becomes exactly one commit that touches only its own files.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    Assess(Decision),
    File(Filing),
    Position(NewPosition),
    Model(NewModel),
}

impl Change {
    pub fn company(&self) -> &CompanyId {
        match self {
            Change::Assess(decision) => &decision.company,
            Change::File(filing) => &filing.company,
            Change::Position(new) => &new.company,
            Change::Model(new) => &new.company,
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

/// A company's stance on chapters to record.
#[derive(Clone, Debug, PartialEq)]
pub struct NewPosition {
    pub company: CompanyId,
    pub position: Position,
    /// Whether another stance on a chapter from the same day on gives way to it.
    pub corrects: bool,
    /// The company's profile with it.
    pub profile: Box<Profile>,
    /// Why, for the commit's message. May be empty.
    pub reason: String,
}

/// What is known of a model, in place of what is on file by this id.
#[derive(Clone, Debug, PartialEq)]
pub struct NewModel {
    pub company: CompanyId,
    pub id: ModelId,
    pub model: Model,
    /// Why, for the commit's message; the file has no place for it. May be empty.
    pub reason: String,
}

impl From<Filing> for Change {
    fn from(filing: Filing) -> Change {
        Change::File(filing)
    }
}

impl From<NewPosition> for Change {
    fn from(new: NewPosition) -> Change {
        Change::Position(new)
    }
}

impl From<NewModel> for Change {
    fn from(new: NewModel) -> Change {
        Change::Model(new)
    }
}
