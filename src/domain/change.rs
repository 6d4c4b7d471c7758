//! What a commit records: a decision as a value, before it is one.

use std::sync::Arc;

use super::company::Profile;
use super::snapshot::Settings;
use super::{Assessment, CompanyId, Evidence, EvidenceId, Model, ModelId, Position, Slot};

/// One decision. It becomes exactly one commit that touches only its own files.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    Assess(Decision),
    File(Filing),
    Position(NewPosition),
    Model(NewModel),
    View(NewView),
}

impl Change {
    /// Whom it is about; a view is about nobody.
    pub fn company(&self) -> Option<&CompanyId> {
        match self {
            Change::Assess(decision) => Some(&decision.company),
            Change::File(filing) => Some(&filing.company),
            Change::Position(new) => Some(&new.company),
            Change::Model(new) => Some(&new.company),
            Change::View(_) => None,
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

/// A view of the board to be kept by its name, in place of the one of that name, or no longer.
#[derive(Clone, Debug, PartialEq)]
pub struct NewView {
    pub name: String,
    /// The settings as they are to be: only their views are written.
    pub settings: Box<Settings>,
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

impl From<NewView> for Change {
    fn from(new: NewView) -> Change {
        Change::View(new)
    }
}
