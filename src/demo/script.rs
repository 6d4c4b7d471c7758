//! What happens at the two invented companies: `demo/script.toml` as values.

use std::collections::BTreeMap;

use jiff::civil::{DateTime, Time};
use serde::Deserialize;

use super::template::{self, days_before};
use super::{Author, Changes};
use crate::analysis::Draft;
use crate::analysis::decision::Cited;
use crate::domain::{CompanyId, Day, EvidenceId, Letter, Slot, Status};
use crate::shipped;

/// One commit to be.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Step {
    days_ago: i32,
    time: Time,
    pub by: Author,
    #[serde(flatten)]
    pub what: What,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    File(Filing),
    Assess(Assess),
}

/// Files put in place or taken away.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filing {
    subject: String,
    #[serde(default)]
    body: String,
    /// A folder below `demo/files/`, laid over `companies/`.
    put: Option<String>,
    #[serde(default)]
    remove: Vec<String>,
    /// Files of the catalogue that get the text they are shipped with.
    #[serde(default)]
    shipped: Vec<String>,
}

/// A decision, as a person would fill it in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Assess {
    pub cell: Cell,
    status: Status,
    reason: String,
    owner: Option<String>,
    review_in_days: Option<i32>,
    #[serde(default)]
    requirements: BTreeMap<Letter, Status>,
    #[serde(default)]
    evidence: Vec<Quoted>,
}

/// `fictive-labs S-2.1@fable-small`
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub struct Cell {
    pub company: CompanyId,
    pub slot: Slot,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Quoted {
    id: EvidenceId,
    at: Option<String>,
    quote: Option<String>,
}

/// The steps in the order of the script.
pub fn steps() -> Vec<Step> {
    #[derive(Deserialize)]
    struct File {
        step: Vec<Step>,
    }
    let File { step } = super::data("script.toml");
    step
}

impl Step {
    pub fn when(&self, today: Day) -> DateTime {
        days_before(today, self.days_ago).date().to_datetime(self.time)
    }
}

impl Filing {
    pub fn message(&self) -> String {
        match self.body.trim() {
            "" => format!("{}\n", self.subject),
            body => format!("{}\n\n{body}\n", self.subject),
        }
    }

    pub fn changes(&self, today: Day) -> Changes {
        let folder = self.put.iter().flat_map(|folder| template::fill(&super::files(folder), today));
        let put = folder.map(|(path, text)| (path, Some(text.into_bytes())));
        let removed = self.remove.iter().map(|path| (path.clone(), None));
        let shipped = shipped::catalogue().filter(|(path, _)| self.shipped.contains(path));
        put.chain(removed).chain(shipped.map(|file| super::whole(&file))).collect()
    }
}

impl Assess {
    pub fn draft(&self, on: Day) -> Draft {
        let cited = |quoted: Quoted| Cited { id: quoted.id, at: quoted.at, quote: quoted.quote };
        Draft {
            status: Some(self.status),
            reason: self.reason.clone(),
            requirements: self.requirements.clone(),
            evidence: self.evidence.iter().cloned().map(cited).collect(),
            owner: self.owner.clone(),
            review_by: self.review_in_days.map(|days| days_before(on, -days)),
        }
    }
}

impl TryFrom<String> for Cell {
    type Error = String;

    fn try_from(text: String) -> Result<Cell, String> {
        let (company, slot) =
            text.split_once(' ').ok_or_else(|| format!("`{text}` is not a company and a slot"))?;
        Ok(Cell { company: company.parse()?, slot: slot.parse()? })
    }
}
