//! Findings that somebody answers for until a day: `waivers.toml`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Day, Place};

/// One waiver: which findings, why, who answers for it, and for how long. It always names what it is for: nothing
/// waives a rule everywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Waiver {
    /// The rule of `check`, or the class of `audit`.
    pub rule: String,
    /// Findings in this file.
    pub path: Option<String>,
    /// Findings in this judgement's file: `meta S-1.1`, `meta S-3.2@model`.
    pub cell: Option<String>,
    /// Findings about this commit, by its full id.
    pub commit: Option<String>,
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// The last day on which it counts.
    pub expires: Day,
    /// The file it is for, named as such or as a cell.
    #[serde(skip)]
    pub file: Option<String>,
    /// Where it stands in `waivers.toml`.
    #[serde(skip)]
    pub place: Option<Place>,
}

impl Waiver {
    /// Whether a finding of this rule, in this file, about this commit is one it is for.
    pub fn covers(&self, rule: &str, path: Option<&str>, commit: Option<&str>) -> bool {
        let same = |asked: &Option<String>, is: Option<&str>| asked.is_none() || asked.as_deref() == is;
        self.rule == rule && same(&self.file, path) && same(&self.commit, commit)
    }

    pub fn is_expired(&self, on: Day) -> bool {
        self.expires < on
    }

    /// Whether it says the same, wherever it stands.
    pub fn says_the_same(&self, other: &Waiver) -> bool {
        Waiver { place: None, ..self.clone() } == Waiver { place: None, ..other.clone() }
    }

    /// What it is for, in a few words: `missing-source in companies/meta/company.toml`.
    pub fn target(&self) -> String {
        let path = self.file.as_ref().map(|path| format!(" in {path}")).unwrap_or_default();
        let commit = self.commit.as_ref().map(|id| format!(" of {}", id.get(..10).unwrap_or(id)));
        format!("{}{path}{}", self.rule, commit.unwrap_or_default())
    }
}
