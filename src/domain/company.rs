//! What is known of one provider: its positions, its models, and everything filed below its folder.

use litemap::LiteMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::{
    Assessment, Chapter, CompanyId, ContentId, Day, Evidence, EvidenceId, MeasureRef, ModelId, PartialDay,
    Slot,
};

/// One folder below `companies/`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Company {
    pub id: CompanyId,
    pub profile: Profile,
    pub models: LiteMap<ModelId, Model>,
    pub evidence: LiteMap<EvidenceId, Filed>,
    pub assessments: LiteMap<Slot, Recorded>,
}

impl Company {
    /// The name for column heads: at most 9 columns when the file keeps to its own rule.
    pub fn short(&self) -> &str {
        self.profile.short.as_deref().unwrap_or(&self.profile.name)
    }

    /// The position on a chapter that is in force on a day; none before the first one on record.
    pub fn position(&self, chapter: Chapter, on: Day) -> Option<&Position> {
        let known =
            self.profile.positions.iter().filter(|position| position.covers(chapter) && position.since <= on);
        known.max_by_key(|position| position.since)
    }

    pub fn has_signed(&self, chapter: Chapter, on: Day) -> bool {
        self.position(chapter, on).is_some_and(|position| position.stance == Stance::Signed)
    }

    /// Evidence that bears on a measure and, where a model is named, on that model.
    pub fn evidence_for<'a>(
        &'a self,
        measure: MeasureRef,
        model: Option<&'a ModelId>,
    ) -> impl Iterator<Item = (&'a EvidenceId, &'a Filed)> {
        self.evidence.iter().filter(move |(_, filed)| filed.evidence.bears_on(measure, model))
    }
}

/// An evidence file with the content ids a judgement pins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Filed {
    pub evidence: Evidence,
    /// Blob id of the evidence file.
    pub id: ContentId,
    /// Blob id of the document kept beside it.
    pub document: Option<ContentId>,
}

/// An assessment file with its own content id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    pub assessment: Assessment,
    /// Blob id of the assessment file.
    pub id: ContentId,
}

/// `company.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Profile {
    pub name: String,
    #[serde(default)]
    pub short: Option<String>,
    /// Made up for trying things out; marked so on every screen and in every report.
    #[serde(default)]
    pub invented: bool,
    #[serde(default)]
    pub legal_name: Option<String>,
    #[serde(default)]
    pub legal_name_source: Option<String>,
    #[serde(default)]
    pub seat: Option<String>,
    #[serde(default)]
    pub seat_source: Option<String>,
    #[serde(default)]
    pub established: Option<Established>,
    #[serde(default)]
    pub representative: Option<String>,
    #[serde(default, rename = "note")]
    pub notes: Vec<Note>,
    #[serde(default, rename = "position")]
    pub positions: Vec<Position>,
    #[serde(default)]
    pub compute: Vec<Compute>,
}

/// Where a provider is established, for Art. 54.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Established {
    Union,
    OutsideUnion,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Note {
    pub text: String,
    #[serde(default)]
    pub source: Option<String>,
}

/// A company's stance on one or more chapters, from a day on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Position {
    pub chapters: Vec<Chapter>,
    pub stance: Stance,
    /// First day on which the record is certain.
    pub since: Day,
    /// Earliest day it can have begun, when the day itself is not known.
    #[serde(default)]
    pub not_before: Option<Day>,
    pub source: String,
    #[serde(default)]
    pub note: Option<String>,
}

impl Position {
    pub fn covers(&self, chapter: Chapter) -> bool {
        self.chapters.contains(&chapter)
    }
}

/// Absence from the list is no refusal, and a name that left the list is not said to have withdrawn.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Stance {
    Signed,
    Declined,
    NotListed,
    NoLongerListed,
}

impl Stance {
    pub fn key(self) -> &'static str {
        self.into()
    }

    pub fn words(self) -> &'static str {
        match self {
            Stance::Signed => "signed",
            Stance::Declined => "declined",
            Stance::NotListed => "not listed",
            Stance::NoLongerListed => "no longer listed",
        }
    }
}

/// Yes, no, or not known: what is not stated must never read as no.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    JsonSchema,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Known {
    Yes,
    No,
    #[default]
    Unknown,
}

impl Known {
    pub fn key(self) -> &'static str {
        self.into()
    }
}

/// `models/<model>.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Model {
    pub name: String,
    #[serde(default)]
    pub placed_on_market: Option<PartialDay>,
    #[serde(default)]
    pub released: Option<PartialDay>,
    pub systemic_risk: Known,
    #[serde(default)]
    pub systemic_risk_source: Option<String>,
    #[serde(default)]
    pub open_source: Known,
    #[serde(default)]
    pub open_source_source: Option<String>,
    #[serde(default)]
    pub licence: Option<String>,
    #[serde(default)]
    pub parameters: Option<String>,
    #[serde(default)]
    pub compute: Vec<Compute>,
    pub source: String,
    #[serde(default)]
    pub note: Option<String>,
}

/// Cumulative training compute as somebody gives it. An estimate stays an estimate; it decides nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Compute {
    pub flop: f64,
    pub kind: ComputeKind,
    pub source: String,
    #[serde(default)]
    pub model: Option<String>,
}

#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    JsonSchema,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum ComputeKind {
    Estimate,
    Stated,
}

impl ComputeKind {
    pub fn key(self) -> &'static str {
        self.into()
    }
}
