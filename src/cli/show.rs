//! `countersign show`

use clap::Args;

use super::reading::{Form, Narrowing, Opened, Reading, Reviews};
use super::{output, resolve};
use crate::analysis::state;
use crate::domain::{Company, Measure, Slot};
use crate::error::{Error, Result};
use crate::register::Trail;
use crate::report::cell::CellReport;
use crate::report::company::CompanyReport;
use crate::report::coverage::CoverageOfAll;
use crate::report::log;
use crate::report::measure::MeasureReport;

/// Show the register, a company, a measure, or one cell
///
/// `show` counts the whole register, `show meta` is one company, `show S-1.1` one measure for every company, and
/// `show meta S-1.1` the cell where they meet: what is asked, why it binds, what is on file, who decided what.
#[derive(Debug, Args)]
pub struct Show {
    /// A company, by id or name
    company: Option<String>,
    /// A measure; @MODEL narrows a measure judged per model to one
    #[arg(value_name = "MEASURE[@MODEL]")]
    measure: Option<String>,
    #[command(flatten)]
    narrowing: Narrowing,
    #[command(flatten)]
    reviews: Reviews,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    form: Form,
}

/// How many of a cell's decisions its detail shows; `log` has all.
const LAST_DECISIONS: usize = 5;

impl Show {
    pub fn run(&self) -> Result<()> {
        let opened = self.reading.open()?;
        opened.mention_findings();
        match (&self.company, &self.measure) {
            (None, _) => self.register(&opened),
            (Some(typed), None) => match resolve::company(&opened.snapshot, typed) {
                Ok(company) => self.company(&opened, company),
                // A ref alone stands where the company would.
                Err(_) if looks_like_a_ref(typed) => {
                    self.measure(&opened, resolve::measure(&opened.snapshot, typed)?)
                }
                Err(unknown) => Err(unknown),
            },
            (Some(company), Some(measure)) => {
                let company = resolve::company(&opened.snapshot, company)?;
                self.cell(&opened, company, resolve::slot(&opened.snapshot, measure)?)
            }
        }
    }

    fn register(&self, opened: &Opened) -> Result<()> {
        let report = CoverageOfAll { snapshot: &opened.snapshot, board: &self.narrowing.board(opened)? };
        self.form.print(opened, &report)
    }

    fn company(&self, opened: &Opened, company: &Company) -> Result<()> {
        let (snapshot, board, day) = (&opened.snapshot, &self.narrowing.board(opened)?, opened.day);
        self.form.print(opened, &CompanyReport { snapshot, board, company, day })
    }

    fn measure(&self, opened: &Opened, measure: &Measure) -> Result<()> {
        let (snapshot, board) = (&opened.snapshot, &self.narrowing.board(opened)?);
        self.form.print(opened, &MeasureReport { snapshot, board, measure })
    }

    fn cell(&self, opened: &Opened, company: &Company, slot: Slot) -> Result<()> {
        let (snapshot, day) = (&opened.snapshot, opened.day);
        let unknown = || Error::UnknownMeasure { typed: slot.measure.to_string(), near: None };
        let measure = snapshot.catalogue.measure(slot.measure).ok_or_else(unknown)?;
        let cell = opened.board().cell(&company.id, measure.id).ok_or_else(unknown)?;
        let mut grounds = state::grounds(&snapshot.catalogue, company, measure, day);
        if let Some(model) = &slot.model {
            grounds.retain(|ground| ground.slot == slot);
            if grounds.is_empty() {
                let known = company.models.keys().map(ToString::to_string).collect();
                return Err(Error::UnknownModel { typed: model.to_string(), known });
            }
        }
        let trail = Trail::Cell(company.id.clone(), measure.id);
        let decisions =
            opened.register.history(&opened.at, &trail)?.take(LAST_DECISIONS).collect::<Result<Vec<_>>>()?;
        output::mention(&log::lacking(&decisions));
        let (decisions, grades) = (&decisions, &self.reviews.of(opened)?);
        let grades = grades.as_ref();
        self.form
            .print(opened, &CellReport { snapshot, day, company, measure, cell, grounds, decisions, grades })
    }
}

/// Company ids hold no dot and no capital, refs hold one or the other.
fn looks_like_a_ref(typed: &str) -> bool {
    typed.contains('.') || (typed.contains('-') && typed.starts_with(|letter: char| letter.is_uppercase()))
}
