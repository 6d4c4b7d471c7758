//! A document that may show something: what it is, where it is, and how it was checked.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::{Day, MeasureRef, ModelId, PartialDay, Ref};

/// `evidence/<id>.toml`. It says that a document exists and what it bears on, never whether a measure is met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Evidence {
    pub title: String,
    pub kind: EvidenceKind,
    #[serde(default)]
    pub version: Option<String>,
    #[serde(default)]
    pub published: Option<PartialDay>,
    #[serde(default)]
    pub url: Option<String>,
    #[serde(default)]
    pub also_at: Vec<String>,
    /// Name of the copy kept beside the file.
    #[serde(default)]
    pub file: Option<String>,
    /// SHA-256 of the document, in hex: of the copy, or of what was looked at where none is kept.
    #[serde(default)]
    pub sha256: Option<String>,
    pub bears_on: Vec<Ref>,
    /// The models it is about; empty: all of the company's.
    #[serde(default)]
    pub models: Vec<ModelId>,
    pub access: Access,
    pub checked: Checked,
    pub source: String,
    #[serde(default)]
    pub expires: Option<Day>,
    #[serde(default)]
    pub earlier: Vec<Earlier>,
    #[serde(default)]
    pub note: Option<String>,
}

impl Evidence {
    pub fn bears_on(&self, measure: MeasureRef, model: Option<&ModelId>) -> bool {
        let about = |model| self.models.is_empty() || self.models.contains(model);
        self.bears_on.iter().any(|target| target.covers(measure)) && model.is_none_or(about)
    }

    pub fn expired(&self, on: Day) -> bool {
        self.expires.is_some_and(|expires| expires < on)
    }

    /// Whether this is another version of the document than that, and no correction of what is said about it.
    pub fn is_another_version_than(&self, other: &Evidence) -> bool {
        let same_document = match (&self.sha256, &other.sha256) {
            (Some(digest), Some(other)) => digest.eq_ignore_ascii_case(other),
            _ => true,
        };
        !same_document || self.version != other.version || self.published != other.published
    }

    /// What a later version remembers of this one.
    pub fn as_earlier_than(&self, later: &Evidence) -> Earlier {
        let Evidence { title, version, published, url, .. } = self;
        Earlier {
            title: (*title != later.title).then(|| title.clone()),
            version: version.clone(),
            published: *published,
            url: url.clone().filter(|url| later.url.as_ref() != Some(url)),
        }
    }
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
pub enum EvidenceKind {
    Framework,
    Governance,
    ModelReport,
    ModelCard,
    SystemCard,
    TrainingSummary,
    Documentation,
    Policy,
    RiskReport,
    Evaluation,
    Security,
    Incident,
    Mandate,
    GapAnalysis,
    Announcement,
    Other,
}

impl EvidenceKind {
    /// As written in files and on the command line.
    pub fn key(self) -> &'static str {
        self.into()
    }

    pub fn words(self) -> &'static str {
        match self {
            EvidenceKind::Framework => "framework",
            EvidenceKind::Governance => "governance",
            EvidenceKind::ModelReport => "model report",
            EvidenceKind::ModelCard => "model card",
            EvidenceKind::SystemCard => "system card",
            EvidenceKind::TrainingSummary => "training summary",
            EvidenceKind::Documentation => "documentation",
            EvidenceKind::Policy => "policy",
            EvidenceKind::RiskReport => "risk report",
            EvidenceKind::Evaluation => "evaluation",
            EvidenceKind::Security => "security",
            EvidenceKind::Incident => "incident",
            EvidenceKind::Mandate => "mandate",
            EvidenceKind::GapAnalysis => "gap analysis",
            EvidenceKind::Announcement => "announcement",
            EvidenceKind::Other => "other",
        }
    }
}

/// Where a document can be seen.
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
pub enum Access {
    Public,
    ToAiOffice,
    Internal,
}

impl Access {
    /// As written in files and on the command line.
    pub fn key(self) -> &'static str {
        self.into()
    }

    pub fn words(self) -> &'static str {
        match self {
            Access::Public => "public",
            Access::ToAiOffice => "to AI Office",
            Access::Internal => "internal",
        }
    }
}

/// How its existence was checked.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[strum(ascii_case_insensitive)]
pub enum Checked {
    /// The text itself was read.
    A,
    /// Recorded by a careful secondary source.
    B,
    /// Mentioned only.
    C,
}

impl Checked {
    pub fn key(self) -> &'static str {
        self.into()
    }

    pub fn words(self) -> &'static str {
        match self {
            Checked::A => "A, read",
            Checked::B => "B, recorded by a careful secondary source",
            Checked::C => "C, mentioned only",
        }
    }
}

/// A superseded version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Earlier {
    #[serde(default)]
    pub title: Option<String>,
    #[serde(default)]
    pub version: Option<String>,
    #[serde(default)]
    pub published: Option<PartialDay>,
    #[serde(default)]
    pub url: Option<String>,
}
