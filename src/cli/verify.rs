//! `countersign verify`

use clap::Args;

use super::reading::{Form, Reading};
use super::{Outcome, resolve};
use crate::domain::EvidenceId;
use crate::error::{Error, Result};
use crate::report::verify::Verify as VerifyReport;

/// Recompute the digests of kept documents, now and as each judgement pinned them
///
/// Reads every document anew, holds it against the digest in its evidence file, and does the same for what each
/// judgement rested on when it was made. Exits with 1 when something differs.
#[derive(Debug, Args)]
pub struct Verify {
    /// A company, or one piece of its evidence as COMPANY/EVIDENCE
    what: String,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    form: Form,
}

impl Verify {
    pub fn run(&self) -> Result<Outcome> {
        let opened = self.reading.open()?;
        let (company, evidence) = match self.what.split_once('/') {
            Some((company, evidence)) => (company, Some(evidence)),
            None => (self.what.as_str(), None),
        };
        let company = resolve::company(&opened.snapshot, company)?;
        let unknown = |typed: &str| {
            let known = company.evidence.keys().map(|id| (id.as_str(), id.as_str()));
            Error::UnknownEvidence { typed: typed.to_owned(), near: resolve::nearest(typed, known) }
        };
        let only = match evidence {
            Some(typed) => Some(typed.parse::<EvidenceId>().map_err(|_| unknown(typed))?),
            None => None,
        };
        let verified = opened.register.verify(&opened.at, company, only.as_ref())?;
        if let (Some(typed), []) = (evidence, &verified[..]) {
            return Err(unknown(typed));
        }
        let report = VerifyReport { company, verified: &verified };
        self.form.print(&opened, &report)?;
        Ok(if report.wrong() == 0 { Outcome::Fine } else { Outcome::Findings })
    }
}
