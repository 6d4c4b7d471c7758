//! What the commands that record something beside judgements have in common: why, on which branch, in which register.

use clap::Args;
use serde_json::{Value, json};

use super::offer::{self, Offer};
use super::reading::Where;
use super::trust;
use crate::domain::{Change, Company, Snapshot, visible};
use crate::error::Result;
use crate::register::{At, Register};
use crate::report;

#[derive(Debug, Args)]
pub struct Recording {
    /// Why, for the commit's message; `@FILE` reads a file, `-` reads stdin
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    reason: Option<String>,
    #[command(flatten)]
    offer: Offer,
    #[command(flatten)]
    register: Where,
}

impl Recording {
    /// The register to commit to, and what is in it.
    pub fn open(&self, company: Option<&str>, about: &str) -> Result<(Register, Snapshot)> {
        let register = self.offer.open(&self.register, company, about)?;
        let snapshot = register.snapshot(&At::Head)?;
        Ok((register, snapshot))
    }

    /// Empty where none is given.
    pub fn reason(&self) -> Result<String> {
        Ok(self.reason.as_deref().map(offer::reason).transpose()?.unwrap_or_default())
    }

    /// Shows the one commit, asks about it and makes it. `view` and `about` say what it records.
    pub fn carry_out(
        &self,
        (register, snapshot): (&Register, &Snapshot),
        change: &Change,
        company: Option<&Company>,
        (view, about): (&str, Option<&str>),
    ) -> Result<()> {
        let prepared = trust::asking(register, || register.prepare(snapshot, change))?;
        let commit = prepared.first();
        let what = [Some(view), about].map(Option::unwrap_or_default).join(" ");
        let whose = company.map(|company| format!("{} · ", report::name(company))).unwrap_or_default();
        let heading = format!("{whose}{}", what.trim_end());
        let text = format!("{}\n\n{}", visible::line(&heading), offer::preview(commit));
        let mut document = json!({ "format": 1, "view": view });
        if let Some(company) = company {
            document["company"] = report::json::company(company);
        }
        if let Some(about) = about {
            document[view] = about.into();
        }
        for (key, value) in [
            ("commit", Value::Null),
            ("replayed-on", Value::Null),
            ("paths", commit.paths().collect()),
            ("message", commit.message().into()),
            ("diff", commit.diff().into()),
        ] {
            document[key] = value;
        }
        self.offer.carry_out(register, &prepared, &text, document, |document, committed| {
            document["commit"] = committed.id().into();
        })
    }
}
