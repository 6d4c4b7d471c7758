//! The register at one revision: whole, and never changed.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::policy::{Review, Signing};
use super::view::SavedView;
use super::{Catalogue, Company, CompanyId, Finding, Waiver};

#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    pub source: Source,
    pub settings: Settings,
    pub catalogue: Arc<Catalogue>,
    pub companies: BTreeMap<CompanyId, Arc<Company>>,
    pub waivers: Vec<Waiver>,
    /// Everything wrong in the files, sorted by path and place.
    pub findings: Vec<Finding>,
}

/// What a snapshot was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A commit, by its full id.
    Commit(String),
    /// The files in the work tree, committed or not.
    WorkTree,
    /// The index: what the next commit would hold.
    Staged,
    /// A branch on which nothing is committed yet.
    Unborn,
}

/// `countersign.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    pub format: u32,
    #[serde(default)]
    pub title: Option<String>,
    #[serde(default)]
    pub review: Review,
    #[serde(default)]
    pub signing: Signing,
    #[serde(default, rename = "view")]
    pub views: Vec<SavedView>,
}

impl Settings {
    pub fn view(&self, name: &str) -> Option<&SavedView> {
        self.views.iter().find(|view| view.name == name)
    }

    /// Whether both say the same of everything but views.
    pub fn agrees_but_for_views(&self, other: &Settings) -> bool {
        let Settings { format, title, review, signing, views: _ } = self;
        (format, title, review, signing) == (&other.format, &other.title, &other.review, &other.signing)
    }
}

impl Snapshot {
    /// With what was found out about it since.
    pub fn with_findings(mut self, more: Vec<Finding>) -> Snapshot {
        self.findings.extend(more);
        self.findings.sort();
        self
    }
}
