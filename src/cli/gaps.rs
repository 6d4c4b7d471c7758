//! `countersign gaps`

use clap::Args;

use super::parts::Parts;
use super::reading::{Form, Narrowing, Reading};
use super::{resolve, words};
use crate::analysis::{Cell, Filter, Gap, State, Target, gaps};
use crate::domain::{Basis, CompanyId};
use crate::error::Result;
use crate::report;

/// List what is still owed, worst first
///
/// A cell is open while it is a gap, partial, stale, to assess, or nothing is on file for it.
#[derive(Debug, Args)]
pub struct Gaps {
    /// Only this company, by id or name; may be repeated
    #[arg(long = "company", value_name = "COMPANY")]
    companies: Vec<String>,
    #[command(flatten)]
    parts: Parts,
    /// Cells in this state instead of the open ones; may be repeated
    #[arg(long = "state", value_name = "STATE", value_parser = words::state())]
    states: Vec<State>,
    /// Only on this basis; may be repeated
    #[arg(long = "basis", value_name = "BASIS", value_parser = words::basis())]
    bases: Vec<Basis>,
    #[command(flatten)]
    narrowing: Narrowing,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    form: Form,
}

impl Gaps {
    pub fn run(&self) -> Result<()> {
        let opened = self.reading.open()?;
        let companies = self.companies.iter().map(|typed| resolve::company(&opened.snapshot, typed));
        let companies = companies
            .map(|found| found.map(|company| company.id.clone()))
            .collect::<Result<Vec<CompanyId>>>()?;
        let measures = self.parts.measures(&opened.snapshot)?;
        let filter = self.narrowing.filter(&opened.snapshot)?;
        let board = filter.board(&opened.snapshot, &opened.board());
        let cells = gaps::gaps(&board, Target::Everything, |cell| self.is_on_basis(cell));
        let chosen = |gap: &Gap| {
            measures.contains(&gap.measure) && (companies.is_empty() || companies.contains(&gap.company))
        };
        let (gaps, others): (Vec<Gap>, Vec<Gap>) =
            cells.into_iter().filter(chosen).partition(|gap| self.lists(&filter, gap.cell.state));
        let not_listed = others.iter().map(|gap| gap.cell.state).collect();
        opened.mention_findings();
        self.form.print(&opened, &report::gaps::Gaps { snapshot: &opened.snapshot, gaps, not_listed })
    }

    fn is_on_basis(&self, cell: &Cell) -> bool {
        self.bases.is_empty() || self.bases.contains(&cell.basis)
    }

    fn lists(&self, filter: &Filter, state: State) -> bool {
        match self.states.is_empty() {
            true => state.is_open() || filter.names_states(),
            false => self.states.contains(&state),
        }
    }
}
