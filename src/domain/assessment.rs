//! A recorded judgement: one company (or one of its models) held against one measure.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use super::text::{self, Text};
use super::{Basis, ContentId, Day, EvidenceId, Letter, MeasureRef, ModelId, Status};

/// Which judgement within a company: a measure, and for measures judged per model, the model. Written `S-3.2@grok-4`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub struct Slot {
    pub measure: MeasureRef,
    pub model: Option<ModelId>,
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.model {
            None => self.measure.fmt(f),
            Some(model) => f.pad(&format!("{}@{model}", self.measure)),
        }
    }
}

impl FromStr for Slot {
    type Err = String;

    fn from_str(text: &str) -> Result<Slot, String> {
        match text.split_once('@') {
            None => Ok(Slot { measure: text.parse()?, model: None }),
            Some((measure, model)) => Ok(Slot { measure: measure.parse()?, model: Some(model.parse()?) }),
        }
    }
}

impl<'de> Deserialize<'de> for Slot {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Slot, D::Error> {
        text::deserialize(deserializer)
    }
}

impl From<Slot> for String {
    fn from(slot: Slot) -> String {
        slot.to_string()
    }
}

/// `assessments/<REF>.toml` or `assessments/<REF>@<model>.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Assessment {
    pub status: Status,
    pub reason: String,
    /// The basis at the time.
    pub means: Basis,
    pub assessed: Day,
    #[serde(default)]
    pub owner: Option<Text>,
    #[serde(default)]
    pub review_by: Option<Day>,
    /// Digest of the measure's text at the time, see [`super::Catalogue::digest`].
    #[serde(default)]
    pub measure: Option<Text>,
    /// Two sides of a merge judged otherwise, and this is what they come to: somebody has to decide again.
    #[serde(default)]
    pub contested: bool,
    #[serde(default)]
    pub requirements: BTreeMap<Letter, Status>,
    #[serde(default)]
    pub evidence: Vec<Pinned>,
}

/// What a judgement rests on, as it was at the time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Pinned {
    pub id: EvidenceId,
    /// Blob id of the evidence file at the time.
    pub pin: ContentId,
    /// Blob id of the document kept beside it, if one was.
    #[serde(default)]
    pub document: Option<ContentId>,
    /// Where in the document.
    #[serde(default)]
    pub at: Option<String>,
    /// Its exact words.
    #[serde(default)]
    pub quote: Option<String>,
}
