//! `countersign board`

use clap::Args;

use super::columns::Columns;
use super::parts::Parts;
use super::reading::{Form, Narrowing, Opened, Reading};
use super::{resolve, words};
use crate::analysis::Ranking;
use crate::domain::view::{Order, SavedView};
use crate::domain::{Chapter, CompanyId, Day};
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
    narrowing: Narrowing,
    /// The order of companies [default: that of the view, else their ids]
    #[arg(long, value_name = "ORDER", value_parser = words::order())]
    sort: Option<Order>,
    #[command(flatten)]
    columns: Columns,
    /// One of the views that the register keeps, by name; what else is said comes on top
    #[arg(long, value_name = "NAME")]
    view: Option<String>,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    form: Form,
}

impl Board {
    pub fn run(&self) -> Result<()> {
        let opened = self.reading.open()?;
        let snapshot = &opened.snapshot;
        let view = self.view.as_deref().map(|name| resolve::view(snapshot, name)).transpose()?;
        let view = view.cloned().unwrap_or_default();
        let whole = opened.board();
        let saved = super::reading::filter(&view.filter, snapshot)?.board(snapshot, &whole);
        let board = self.narrowing.filter(snapshot)?.board(snapshot, &saved);
        let mut measures = self.parts.measures(snapshot)?;
        measures.retain(|measure| board.has_measure(*measure));
        let companies = self.companies(&opened, &whole, &view, board.companies())?;
        opened.mention_findings();
        self.form.print(&opened, &BoardReport { snapshot, board: &board, companies, measures })
    }

    /// Those that are shown, in order; with no order they stay as they were named.
    fn companies(
        &self,
        opened: &Opened,
        whole: &crate::analysis::Board,
        view: &SavedView,
        with_cells: &[CompanyId],
    ) -> Result<Vec<CompanyId>> {
        let snapshot = &opened.snapshot;
        let mut companies = match &self.companies[..] {
            [] => with_cells.to_vec(),
            typed => resolve::companies(snapshot, typed)?,
        };
        let (hidden, pinned) = (self.columns.hidden(snapshot)?, self.columns.pinned(snapshot)?);
        let is_in =
            |own: &[CompanyId], saved: &[CompanyId], id: &CompanyId| own.contains(id) || saved.contains(id);
        companies.retain(|id| with_cells.contains(id) && !is_in(&hidden, &view.hidden, id));
        if let Some(order) = self.sort.or(self.view.is_some().then_some(view.sort)) {
            Ranking::new(snapshot, whole).sort(&mut companies, order, &Chapter::ALL);
        }
        companies.sort_by_key(|id| !is_in(&pinned, &view.pinned, id));
        Ok(companies)
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
