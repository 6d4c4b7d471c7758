//! What changed in meaning between two states of a register.
//!
//! Comments, the order of keys and entries, and the way a value is written say nothing, and nothing is said of them: a
//! register whose files were only laid out anew gives an empty [`Meaning`]. What could not be read on a side is named,
//! so that nothing passes for unchanged. The order is fixed: that of the Code, then by company.

mod asked;
mod cells;
mod company;
mod evidence;
pub mod field;
mod judgement;
mod line;
mod outline;
pub mod text;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;

use super::board::Board;
use super::difference::{self, Difference};
use super::scope::Group;
use crate::domain::compared::{Document, Touched};
use crate::domain::{Company, CompanyId, ContentId, Day, Entry, Finding, Rule, Snapshot};

pub use asked::{AskedChange, Part};
pub use cells::{BecameStale, Gaps, Turned};
pub use company::{CompanyChange, ModelChange, PositionChange};
pub use evidence::{DocumentChange, EvidenceChange, Kept};
pub use field::Field;
pub use judgement::{JudgementChange, PinChange, RequirementChange};
pub use line::Line;
pub use outline::{About, Item, Section};
pub use text::{Run, Stays};

/// One of the two states, and the day it is judged on.
#[derive(Clone, Copy, Debug)]
pub struct Side<'s> {
    pub snapshot: &'s Snapshot,
    pub day: Day,
}

type Documents = BTreeMap<ContentId, Document>;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Meaning {
    /// Files of which at least one side could not be read as a whole: what is said of them may be less than there is.
    pub unread: Vec<Unread>,
    /// Settings and policy of `countersign.toml`.
    pub settings: Vec<Field>,
    /// Of `waivers.toml`.
    pub waivers: Vec<Field>,
    pub asked: Vec<AskedChange>,
    pub companies: Vec<CompanyChange>,
    pub positions: Vec<PositionChange>,
    pub models: Vec<ModelChange>,
    pub evidence: Vec<EvidenceChange>,
    pub judgements: Vec<JudgementChange>,
    pub stale: Vec<BecameStale>,
    /// Signatories, then the others.
    pub gaps: [Gaps; 2],
    /// Every cell that stands differently.
    pub cells: Vec<Difference>,
    /// How many of the register's files differ at all, if only in form.
    pub files: usize,
    /// What the companies of both are called; the mark of an invented one is part of it.
    pub names: BTreeMap<CompanyId, String>,
}

/// A file that differs, and cannot be read as a whole on at least one side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    pub path: String,
    /// What is wrong with it; nothing where that side can be read.
    pub before: Option<Finding>,
    pub after: Option<Finding>,
}

/// What became of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    Added,
    Removed,
    Changed,
}

impl How {
    fn of<T>(before: &Option<T>, after: &Option<T>) -> How {
        match (before, after) {
            (None, _) => How::Added,
            (_, None) => How::Removed,
            _ => How::Changed,
        }
    }

    pub fn key(self) -> &'static str {
        match self {
            How::Added => "added",
            How::Removed => "removed",
            How::Changed => "changed",
        }
    }

    /// What stands before it in a list.
    pub fn mark(self) -> &'static str {
        match self {
            How::Added => "+",
            How::Removed => "-",
            How::Changed => "~",
        }
    }
}

/// What is different, given the files that differ and the commits between.
pub fn between(before: Side, after: Side, touched: &Touched, entries: &[Entry]) -> Meaning {
    let boards = [&before, &after].map(|side| Board::new(side.snapshot, side.day));
    let (old, new) = (before.snapshot, after.snapshot);
    let meaning = Meaning {
        unread: unread(old, new, touched),
        settings: field::fields(Some(&old.settings), Some(&new.settings)),
        waivers: field::entries_of("waiver", &old.waivers, &new.waivers),
        asked: asked::asked(&old.catalogue, &new.catalogue),
        companies: company::companies(old, new),
        positions: company::positions(old, new),
        models: company::models(old, new),
        evidence: evidence::evidence(old, new, &touched.documents),
        judgements: judgement::judgements(old, new),
        stale: cells::stale(&before, &after),
        gaps: [Group::Signatory, Group::NonSignatory].map(|group| cells::gaps(&boards[0], &boards[1], group)),
        cells: difference::between(&boards[0], &boards[1], entries),
        files: touched.paths.len(),
        names: names(old, new),
    };
    meaning.without_guesses()
}

impl Meaning {
    /// Whether nothing anybody recorded is another thing. Cells can still stand differently: time moves them too.
    pub fn is_empty(&self) -> bool {
        self.unread.is_empty() && self.changes() == 0
    }

    /// A company's name, an invented one marked so.
    pub fn name(&self, company: &CompanyId) -> String {
        self.names.get(company).cloned().unwrap_or_else(|| company.to_string())
    }

    /// What is missing on a side only because its file cannot be read there was neither added nor removed.
    fn without_guesses(mut self) -> Meaning {
        let unread = std::mem::take(&mut self.unread);
        let below = |folder: &str, name: &str, how: How| {
            unread.iter().any(|unread| {
                let lost = match how {
                    How::Added => unread.before.is_some(),
                    How::Removed => unread.after.is_some(),
                    How::Changed => false,
                };
                lost && unread.path.strip_prefix(folder).is_some_and(|path| path.ends_with(name))
            })
        };
        let lost = |company: &CompanyId, name: &str, how: How| {
            below(&format!("companies/{company}/"), &format!("/{name}.toml"), how)
        };
        let either = |name: &str| [How::Added, How::Removed].into_iter().any(|how| below("", name, how));
        let profile = |company: &CompanyId| either(&format!("companies/{company}/company.toml"));
        self.judgements.retain(|change| !lost(&change.company, &change.slot.to_string(), change.how()));
        self.evidence.retain(|change| !lost(&change.company, change.id.as_str(), change.how()));
        self.models.retain(|change| !lost(&change.company, change.model.as_str(), change.how));
        self.positions.retain(|change| !profile(&change.company));
        self.companies.retain(|change| !profile(&change.company));
        self.asked.retain(|change| !below("commitments/", ".toml", change.how));
        if either("countersign.toml") {
            self.settings.clear();
        }
        if either("waivers.toml") {
            self.waivers.clear();
        }
        Meaning { unread, ..self }
    }

    /// How many things were recorded otherwise.
    pub fn changes(&self) -> usize {
        self.settings.len()
            + self.waivers.len()
            + self.asked.len()
            + self.companies.len()
            + self.positions.len()
            + self.models.len()
            + self.evidence.len()
            + self.judgements.len()
    }
}

fn names(before: &Snapshot, after: &Snapshot) -> BTreeMap<CompanyId, String> {
    let companies = before.companies.values().chain(after.companies.values());
    let mark = |company: &Company| if company.profile.invented { " (invented)" } else { "" };
    companies
        .map(|company| (company.id.clone(), format!("{}{}", company.profile.name, mark(company))))
        .collect()
}

/// Rules a file cannot break and still be read for all it says.
const UNREAD: [Rule; 15] = [
    Rule::Syntax,
    Rule::ConflictMarker,
    Rule::Unsettled,
    Rule::NotUtf8,
    Rule::TooLarge,
    Rule::TooMany,
    Rule::Unreadable,
    Rule::NotAFile,
    Rule::UnknownKey,
    Rule::MissingKey,
    Rule::WrongValue,
    Rule::WrongDay,
    Rule::Duplicate,
    Rule::BadId,
    Rule::UnknownFormat,
];

/// The first finding of each path that says that not all of it was read.
fn broken(snapshot: &Snapshot) -> HashMap<&str, &Finding> {
    let findings = snapshot.findings.iter().rev().filter(|finding| UNREAD.contains(&finding.rule));
    findings.map(|finding| (finding.path.as_str(), finding)).collect()
}

fn unread(before: &Snapshot, after: &Snapshot, touched: &Touched) -> Vec<Unread> {
    let (before, after) = (broken(before), broken(after));
    let of = |broken: &HashMap<&str, &Finding>, path: &str| {
        let folders = path.match_indices('/').map(|(end, _)| &path[..end]);
        folders.chain([path]).find_map(|at| broken.get(at).copied()).cloned()
    };
    let paths: BTreeSet<&String> = touched.paths.iter().collect();
    paths
        .into_iter()
        .map(|path| Unread { path: path.clone(), before: of(&before, path), after: of(&after, path) })
        .filter(|unread| unread.before.is_some() || unread.after.is_some())
        .collect()
}
