//! `countersign log`

use clap::Args;

use super::reading::{Form, Reading, Reviews};
use super::{output, resolve};
use crate::error::Result;
use crate::register::Trail;
use crate::report;

/// List who changed what, newest first
///
/// What changed is read from the files of each commit, not from what its message says.
#[derive(Debug, Args)]
pub struct Log {
    /// Only this company, by id or name
    company: Option<String>,
    /// Only this measure of the company
    measure: Option<String>,
    /// At most this many entries
    #[arg(short = 'n', long, value_name = "NUMBER")]
    limit: Option<usize>,
    #[command(flatten)]
    reviews: Reviews,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    form: Form,
}

impl Log {
    pub fn run(&self) -> Result<()> {
        let opened = self.reading.open()?;
        let snapshot = &opened.snapshot;
        let company = self.company.as_deref().map(|typed| resolve::company(snapshot, typed)).transpose()?;
        let measure = self.measure.as_deref().map(|typed| resolve::measure(snapshot, typed)).transpose()?;
        let trail = match (company, measure) {
            (Some(company), Some(measure)) => Trail::Cell(company.id.clone(), measure.id),
            (Some(company), None) => Trail::Company(company.id.clone()),
            (None, _) => Trail::Register,
        };
        let entries = opened.register.history(&opened.at, &trail)?.take(self.limit.unwrap_or(usize::MAX));
        let entries = &entries.collect::<Result<Vec<_>>>()?;
        let measure = measure.map(|measure| measure.id);
        let grades = self.reviews.of(&opened)?;
        let report = report::log::Log { snapshot, company, measure, entries, grades: grades.as_ref() };
        output::mention(&report::log::lacking(entries));
        self.form.print(&opened, &report)
    }
}
