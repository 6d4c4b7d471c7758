//! `countersign diff`

use clap::Args;

use super::reading::{Form, Opened, Where, today};
use crate::analysis::{Board, difference};
use crate::domain::Day;
use crate::error::Result;
use crate::register::At;
use crate::report::difference::DifferenceReport;

/// List which cells stand differently at two revisions, from what to what, and by whom
///
/// Each revision is judged as of its own day: the day that was named, or on which it was committed.
#[derive(Debug, Args)]
pub struct Diff {
    /// The earlier branch, tag, commit or day
    from: String,
    /// The later one
    #[arg(default_value = "HEAD")]
    to: String,
    /// The day that the later one is judged by
    #[arg(long, value_name = "DAY")]
    on: Option<Day>,
    #[command(flatten)]
    register: Where,
    #[command(flatten)]
    form: Form,
}

impl Diff {
    pub fn run(&self) -> Result<()> {
        let register = self.register.open()?;
        let day = |revision: &str| match revision.parse() {
            Ok(day) => Ok(day),
            Err(_) if revision == "HEAD" => Ok(today()),
            Err(_) => register.day_of(revision),
        };
        let at = |revision: &str| At::Revision(revision.to_owned());
        let before = register.snapshot(&at(&self.from))?;
        let before_day = day(&self.from)?;
        let (snapshot, day) = (register.snapshot(&at(&self.to))?, self.on.map_or_else(|| day(&self.to), Ok)?);
        let entries = register.history_between(&self.from, &self.to)?.collect::<Result<Vec<_>>>()?;
        let boards = (Board::new(&before, before_day), Board::new(&snapshot, day));
        let differences = difference::between(&boards.0, &boards.1, &entries);
        let from = register.describe(&self.from)?;
        let opened = Opened { register, at: at(&self.to), snapshot, day };
        let report = DifferenceReport {
            snapshot: &opened.snapshot,
            from,
            from_day: before_day,
            differences: &differences,
        };
        self.form.print(&opened, &report)
    }
}
