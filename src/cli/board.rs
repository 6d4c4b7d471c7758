//! `countersign board`

use clap::Args;

use super::parts::Parts;
use super::reading::{Form, Opened, Reading};
use super::resolve;
use crate::domain::{CompanyId, Day};
use crate::error::Result;
use crate::register::{At, Register};
use crate::report::board::BoardReport;

/// Print the board: every company against every measure
///
/// Each cell has the glyph of its state and the mark of its basis, as on the screen: a adherence, m alternative means,
/// § law. Companies that do not fit beside one another follow below.
#[derive(Debug, Args)]
pub struct Board {
    /// Only this company, by id or name; may be repeated
    #[arg(long = "company", value_name = "COMPANY")]
    companies: Vec<String>,
    #[command(flatten)]
    parts: Parts,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    form: Form,
}

impl Board {
    pub fn run(&self) -> Result<()> {
        let opened = self.reading.open()?;
        let snapshot = &opened.snapshot;
        let measures = self.parts.measures(snapshot)?;
        let companies = self.companies.iter().map(|typed| resolve::company(snapshot, typed));
        let mut companies = companies
            .map(|found| found.map(|company| company.id.clone()))
            .collect::<Result<Vec<CompanyId>>>()?;
        if companies.is_empty() {
            companies = snapshot.companies.keys().cloned().collect();
        }
        opened.mention_findings();
        self.form.print(&opened, &BoardReport { snapshot, board: &opened.board(), companies, measures })
    }
}

/// The whole board as lines.
pub fn print_plain(register: Register, at: At, day: Day) -> Result<()> {
    let snapshot = register.snapshot(&at)?;
    let opened = Opened { register, at, snapshot, day };
    opened.mention_findings();
    let snapshot = &opened.snapshot;
    let companies = snapshot.companies.keys().cloned().collect();
    let measures = snapshot.catalogue.measures().map(|measure| measure.id).collect();
    Form::plain().print(&opened, &BoardReport { snapshot, board: &opened.board(), companies, measures })
}
