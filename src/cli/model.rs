//! `countersign model`

use clap::Args;

use super::recording::Recording;
use super::{resolve, words};
use crate::analysis::model::{self, Draft, Refusal};
use crate::domain::company::ComputeKind;
use crate::domain::{Known, ModelId, PartialDay};
use crate::error::{Error, Result};

/// Record a model of a company as one commit
///
/// Shows the exact commit message and file diff, asks, and commits; without a terminal it needs --yes. Of a model on
/// file, options that are left out keep what is there.
#[derive(Debug, Args)]
pub struct Model {
    /// The company, by id or name
    company: String,
    /// What it is called here; small letters, digits and hyphens
    #[arg(value_name = "ID", value_parser = id)]
    id: ModelId,
    /// What its provider calls it
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// When it was placed on the Union market; 2026-04 or 2026 where no more is known
    #[arg(long, value_name = "DAY")]
    placed_on_market: Option<PartialDay>,
    /// When it was released anywhere
    #[arg(long, value_name = "DAY")]
    released: Option<PartialDay>,
    /// Whether it carries systemic risk; what is not stated is unknown
    #[arg(long, value_name = "KNOWN", value_parser = words::known())]
    systemic_risk: Option<Known>,
    /// Where that was read
    #[arg(long, value_name = "TEXT")]
    systemic_risk_source: Option<String>,
    /// Whether it is free and open source
    #[arg(long, value_name = "KNOWN", value_parser = words::known())]
    open_source: Option<Known>,
    /// Where that was read
    #[arg(long, value_name = "TEXT")]
    open_source_source: Option<String>,
    /// Its licence's name
    #[arg(long, value_name = "TEXT")]
    licence: Option<String>,
    /// How many, in words
    #[arg(long, value_name = "TEXT")]
    parameters: Option<String>,
    /// Training compute in floating-point operations, such as 5e25, beside what is on file
    #[arg(long, value_name = "FLOP", requires_all = ["compute_kind", "compute_source"])]
    compute: Option<String>,
    /// Whether the provider stated the amount, or somebody estimated it
    #[arg(long, value_name = "KIND", value_parser = words::compute_kind(), requires = "compute")]
    compute_kind: Option<ComputeKind>,
    /// Where the amount was read
    #[arg(long, value_name = "TEXT", requires = "compute")]
    compute_source: Option<String>,
    /// Where it was read that there is such a model
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
    /// Anything else
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    #[command(flatten)]
    recording: Recording,
}

impl Model {
    pub fn run(&self) -> Result<()> {
        let (register, snapshot) = self.recording.open(Some(&self.company), self.id.as_str())?;
        let company = resolve::company(&snapshot, &self.company)?;
        let refused = |refusals| Error::NotRecorded {
            what: format!("model {} {}", company.id, self.id),
            refusals,
            command: "model",
        };
        let there = company.models.get(&self.id).map(Draft::from_model).unwrap_or_default();
        let mut draft = self.draft(there)?;
        let compute = self.compute.as_deref().unwrap_or_default();
        let source = self.compute_source.as_deref().unwrap_or_default();
        let added = model::compute(compute, self.compute_kind, source).map_err(|why| refused(vec![why]))?;
        draft.compute.extend(added.filter(|added| !draft.compute.contains(added)));
        let change = model::describe(&snapshot, &company.id, &self.id, &draft)
            .map_err(|refusals| refused(refusals.iter().map(Refusal::words).collect()))?
            .into();
        let about = ("model", Some(self.id.as_str()));
        self.recording.carry_out((&register, &snapshot), &change, Some(company), about)
    }

    /// What was there, with what was said on top.
    fn draft(&self, there: Draft) -> Result<Draft> {
        let or = |given: &Option<String>, there: Option<String>| given.clone().or(there);
        Ok(Draft {
            name: self.name.clone().unwrap_or(there.name),
            placed_on_market: self.placed_on_market.or(there.placed_on_market),
            released: self.released.or(there.released),
            systemic_risk: self.systemic_risk.or(there.systemic_risk),
            systemic_risk_source: or(&self.systemic_risk_source, there.systemic_risk_source),
            open_source: self.open_source.or(there.open_source),
            open_source_source: or(&self.open_source_source, there.open_source_source),
            licence: or(&self.licence, there.licence),
            parameters: or(&self.parameters, there.parameters),
            compute: there.compute,
            source: self.source.clone().unwrap_or(there.source),
            note: or(&self.note, there.note),
            reason: self.recording.reason()?,
        })
    }
}

fn id(text: &str) -> Result<ModelId, String> {
    text.parse()
}
