//! What is asked: the Code's chapters, commitments and measures, and the Act's own obligations beside them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Chapter, CommitmentRef, Day, Letter, MeasureRef};

/// Everything below `commitments/`, in the order of the Code.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Catalogue {
    pub code: Option<Code>,
    pub chapters: Vec<ChapterText>,
    pub limits: Vec<Limit>,
    pub sources: BTreeMap<String, SourceEntry>,
    /// Digest of each measure's text, by ref: what an assessment keeps to notice that the text moved on.
    digests: BTreeMap<MeasureRef, String>,
}

impl Catalogue {
    pub fn new(
        code: Option<Code>,
        mut chapters: Vec<ChapterText>,
        limits: Vec<Limit>,
        sources: BTreeMap<String, SourceEntry>,
    ) -> Catalogue {
        chapters.sort_by_key(|chapter| chapter.chapter);
        let mut catalogue = Catalogue { code, chapters, limits, sources, digests: BTreeMap::new() };
        catalogue.digests =
            catalogue.measures().map(|measure| (measure.id, catalogue.digest_of(measure))).collect();
        catalogue
    }

    /// All measures, the Act's obligations last.
    pub fn measures(&self) -> impl Iterator<Item = &Measure> {
        self.commitments().flat_map(|commitment| &commitment.measures)
    }

    pub fn commitments(&self) -> impl Iterator<Item = &Commitment> {
        self.chapters.iter().flat_map(|chapter| &chapter.commitments)
    }

    pub fn chapter(&self, chapter: Chapter) -> Option<&ChapterText> {
        self.chapters.iter().find(|text| text.chapter == chapter)
    }

    pub fn commitment(&self, id: CommitmentRef) -> Option<&Commitment> {
        self.chapter(id.chapter)?.commitments.iter().find(|commitment| commitment.id == id)
    }

    pub fn measure(&self, id: MeasureRef) -> Option<&Measure> {
        self.commitment(id.commitment())?.measures.iter().find(|measure| measure.id == id)
    }

    pub fn limits_of(&self, id: MeasureRef) -> impl Iterator<Item = &Limit> {
        self.limits.iter().filter(move |limit| limit.measures.contains(&id))
    }

    /// The law's own days, from the chapter that carries them.
    pub fn law_days(&self) -> LawDays {
        self.chapter(Chapter::AiAct).map(|act| act.law_days).unwrap_or_default()
    }

    /// `sha256:…` over what the measure asks (title, summary, requirements, limits), not over its layout on disk.
    pub fn digest(&self, id: MeasureRef) -> Option<&str> {
        self.digests.get(&id).map(String::as_str)
    }

    fn digest_of(&self, measure: &Measure) -> String {
        let mut hash = Sha256::new();
        // Each part carries its length, so that no text can pass for two.
        let mut part = |text: &str| {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text);
        };
        part(&measure.title);
        part(&measure.summary);
        let mut requirements: Vec<&Requirement> = measure.requirements.iter().collect();
        requirements.sort_by_key(|requirement| requirement.letter);
        for requirement in requirements {
            part(&requirement.letter.to_string());
            part(&requirement.text);
            part(requirement.force.key());
        }
        let mut limits: Vec<&Limit> = self.limits_of(measure.id).collect();
        limits.sort_by_key(|limit| &limit.key);
        for limit in limits {
            part(&limit.key);
            part(&limit.trigger);
            part(&limit.value);
            part(&limit.unit);
        }
        format!("sha256:{}", hex(&hash.finalize()))
    }
}

/// Bytes as small hex digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The Code as a document (`commitments/code.toml`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Code {
    pub title: String,
    pub version: String,
    pub authority: String,
    pub published: Day,
    pub adequate_since: Day,
    #[serde(default)]
    pub note: Option<String>,
    #[serde(default, rename = "document")]
    pub documents: Vec<Document>,
}

/// One official PDF and the digest it is recognised by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Document {
    pub chapter: Chapter,
    pub title: String,
    pub url: String,
    pub pages: u32,
    pub sha256: String,
    #[serde(default)]
    pub bytes: Option<u64>,
}

/// One file of chapters: a chapter of the Code, or the Act's obligations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ChapterText {
    pub chapter: Chapter,
    pub title: String,
    pub note: Option<String>,
    pub law_days: LawDays,
    pub commitments: Vec<Commitment>,
    pub references: Vec<Reference>,
    pub form: Vec<FormGroup>,
}

/// From when the Act's duties apply; only `ai-act.toml` carries them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LawDays {
    /// Art. 113(b): Chapter V applies.
    pub applies_from: Option<Day>,
    /// Art. 101: fines.
    pub enforced_from: Option<Day>,
    /// Art. 111(3): models placed on the market before this day …
    pub legacy_before: Option<Day>,
    /// … must comply by this one.
    pub legacy_until: Option<Day>,
}

/// A top-level promise of the Code; for the Act, one article.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Commitment {
    #[serde(rename = "ref")]
    pub id: CommitmentRef,
    pub title: String,
    #[serde(default)]
    pub aim: Option<String>,
    #[serde(default)]
    pub articles: Vec<String>,
    #[serde(default)]
    pub recitals: Vec<String>,
    #[serde(default)]
    pub sme: Option<String>,
    #[serde(default)]
    pub note: Option<String>,
    #[serde(default, rename = "measure")]
    pub measures: Vec<Measure>,
}

/// A concrete undertaking under a commitment; for the Act, one obligation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Measure {
    #[serde(rename = "ref")]
    pub id: MeasureRef,
    pub title: String,
    pub summary: String,
    pub scope: Scope,
    #[serde(default)]
    pub only: Option<Only>,
    pub level: Level,
    #[serde(default)]
    pub open_source: Option<OpenSourceRelief>,
    #[serde(default)]
    pub articles: Vec<String>,
    #[serde(default)]
    pub inferred_articles: Vec<String>,
    #[serde(default)]
    pub counterparts: Vec<super::Ref>,
    #[serde(default)]
    pub inferred_counterparts: Vec<super::Ref>,
    #[serde(default)]
    pub evidence: Vec<NaturalEvidence>,
    #[serde(default)]
    pub sme: Option<String>,
    #[serde(default)]
    pub note: Option<String>,
    #[serde(default, rename = "requirement")]
    pub requirements: Vec<Requirement>,
}

/// Whom a measure addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Every provider of a general-purpose AI model.
    All,
    /// Only providers of a model with systemic risk (Art. 51).
    SystemicRisk,
}

/// A narrower circle than the scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Only {
    /// Providers established outside the Union (Art. 54).
    OutsideUnion,
    /// Providers that follow neither an adequate code nor a harmonised standard (Art. 53(4), 55(2)).
    NotAdhering,
}

/// Whether a measure is judged once for the provider or once for each model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    Provider,
    Model,
}

/// Lifted for free and open-source models under Art. 53(2), never with systemic risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OpenSourceRelief {
    Exempt,
}

/// An artefact that would naturally show a measure, and who normally sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NaturalEvidence {
    pub what: String,
    #[serde(default)]
    pub seen: Vec<super::Access>,
}

/// One checklist line of a measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Requirement {
    pub letter: Letter,
    pub text: String,
    /// The point in the official measure, such as `(1)(a)`.
    #[serde(default)]
    pub point: Option<String>,
    #[serde(default)]
    pub force: Force,
}

/// How strongly the Code asks for a requirement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Force {
    #[default]
    Required,
    /// The Code invites, it does not commit.
    Encouraged,
    Optional,
}

impl Force {
    pub fn key(self) -> &'static str {
        match self {
            Force::Required => "required",
            Force::Encouraged => "encouraged",
            Force::Optional => "optional",
        }
    }
}

/// A numeric deadline, cadence, retention or minimum.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Limit {
    pub key: String,
    #[serde(default)]
    pub measures: Vec<MeasureRef>,
    #[serde(default)]
    pub appendix: Option<String>,
    pub trigger: String,
    pub value: String,
    pub unit: String,
    pub kind: LimitKind,
    pub clock: Clock,
    #[serde(default)]
    pub what: Option<String>,
    #[serde(default)]
    pub note: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LimitKind {
    Retention,
    Deadline,
    Cadence,
    Outlook,
    Minimum,
    Ceiling,
    Exception,
    Indicative,
    Example,
    Definition,
}

impl LimitKind {
    pub fn key(self) -> &'static str {
        match self {
            LimitKind::Retention => "retention",
            LimitKind::Deadline => "deadline",
            LimitKind::Cadence => "cadence",
            LimitKind::Outlook => "outlook",
            LimitKind::Minimum => "minimum",
            LimitKind::Ceiling => "ceiling",
            LimitKind::Exception => "exception",
            LimitKind::Indicative => "indicative",
            LimitKind::Example => "example",
            LimitKind::Definition => "definition",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Clock {
    Calendar,
    Business,
    None,
}

/// A list from the Code's appendices.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Reference {
    pub key: String,
    pub title: String,
    pub items: Vec<String>,
    #[serde(default)]
    pub note: Option<String>,
}

/// A group of items of the Model Documentation Form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FormGroup {
    pub group: String,
    pub items: Vec<String>,
    #[serde(default)]
    pub note: Option<String>,
}

/// One entry of `sources.toml`: what a `[KEY]` in a `source` text stands for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SourceEntry {
    pub what: String,
    #[serde(default)]
    pub date: Option<String>,
    #[serde(default)]
    pub address: Option<String>,
    #[serde(default)]
    pub via: Option<String>,
    #[serde(default)]
    pub reliability: Option<Reliability>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Reliability {
    #[serde(rename = "P")]
    Primary,
    #[serde(rename = "S1")]
    CarefulSecondary,
    #[serde(rename = "S1/S2")]
    MixedSecondary,
    #[serde(rename = "S2")]
    Secondary,
}
