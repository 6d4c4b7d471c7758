//! The home screen: measures down, companies across in two blocks, every cell a state.
//!
//! ```text
//!                                  │ Signatories 22              │ Non-signatories 21     block
//! ▾ S Safety and Security      412 │ OpenAI  Google  Anthrop. xAI│ Meta    NVIDIA         names
//!   open cells                     │ 3       4       4        2  │ 1       –              open
//!   ▾ S-1 Safety and Security F… 9 │ ?       ?       ?        ?  │ ?       ?              commitment
//!     S-1.1 Creating the Framew… 4 │ ? a 2   ? a 1   ? a 3    …  │ ? m 1   ? m            measure
//! ```
//!
//! The head belongs to one chapter, because a partial signatory stands left in the chapters it signed and right in the
//! others: each chapter brings its own, and the one of the topmost row in view stays at the top while scrolling.

mod arrangement;
mod grid;
mod spots;

use std::cell::RefCell;
use std::collections::{BTreeSet, HashSet};
use std::rc::Rc;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

use super::{Goal, Place, Screen};
use crate::analysis::{Filter, State, Target};
use crate::domain::view::{Order, SavedView};
use crate::domain::{Basis, Chapter, CommitmentRef, CompanyId, MeasureRef};
use crate::report::board::BoardReport;
use crate::report::{Report, Table};
use crate::ui::action::{Action, Scope};
use crate::ui::intent::Intent;
use crate::ui::mouse::Touched;
use crate::ui::theme;
use crate::ui::view::{DRAFT, INVENTED, View};
use arrangement::{Arrangement, Columns};
use grid::Grid;
use spots::{Spot, Spots};

/// Lines of a chapter's head.
const HEAD_HEIGHT: u16 = 3;

#[derive(Default)]
pub struct Matrix {
    at: Option<Row>,
    company: Option<CompanyId>,
    folded: HashSet<CommitmentRef>,
    folded_chapters: HashSet<Chapter>,
    filter: Filter,
    columns: Columns,
    marked: BTreeSet<(CompanyId, MeasureRef)>,
    drag: Option<Drag>,
    top: Option<Row>,
    /// First column in view of either block.
    left: [usize; 2],
    page: usize,
    /// Lines scrolled since the last draw.
    scrolled_by: isize,
    /// What was drawn where.
    spots: Spots,
    /// The last one that was asked for.
    arrangement: RefCell<Option<Rc<Arrangement>>>,
}

/// Where the mouse was pressed, and what was marked by then.
struct Drag {
    from: (Row, CompanyId),
    marked: BTreeSet<(CompanyId, MeasureRef)>,
}

/// One line, or for a chapter its head. Rows are identities: they survive a register that changes underneath.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Row {
    Chapter(Chapter),
    Commitment(CommitmentRef),
    Measure(MeasureRef),
}

impl Row {
    fn chapter(self) -> Chapter {
        match self {
            Row::Chapter(chapter) => chapter,
            Row::Commitment(commitment) => commitment.chapter,
            Row::Measure(measure) => measure.chapter,
        }
    }

    fn target(self) -> Target {
        match self {
            Row::Chapter(chapter) => Target::Chapter(chapter),
            Row::Commitment(commitment) => Target::Commitment(commitment),
            Row::Measure(measure) => Target::Measure(measure),
        }
    }

    fn height(self) -> u16 {
        match self {
            Row::Chapter(_) => HEAD_HEIGHT,
            _ => 1,
        }
    }
}

impl Screen for Matrix {
    fn scope(&self) -> Scope {
        Scope::Matrix
    }

    fn title(&self, _view: &View) -> String {
        let mut title = match self.filter.text() {
            "" => "Board".to_owned(),
            filter => format!("Board, only /{filter}"),
        };
        let Columns { order, hidden, .. } = &self.columns;
        if *order != Order::default() {
            title.push_str(&format!(", by {}", order.words()));
        }
        if !hidden.is_empty() {
            title.push_str(&format!(", {} hidden", hidden.len()));
        }
        title
    }

    fn act(&mut self, action: Action, view: &View) -> Intent {
        let rows = self.rows(view);
        let at = self.position(&rows);
        let last = rows.len().saturating_sub(1);
        match action {
            Action::Up => self.at = rows.get(at.saturating_sub(1)).copied(),
            Action::Down => self.at = rows.get((at + 1).min(last)).copied(),
            Action::PageUp => self.at = rows.get(at.saturating_sub(self.page)).copied(),
            Action::PageDown => self.at = rows.get((at + self.page).min(last)).copied(),
            Action::First => self.at = rows.first().copied(),
            Action::Last => self.at = rows.last().copied(),
            Action::Left => self.step(view, &rows, -1),
            Action::Right => self.step(view, &rows, 1),
            Action::NextBlock => self.other_block(view, &rows),
            Action::Fold => self.fold(rows.get(at).copied()),
            Action::FoldAll => self.fold_all(view),
            Action::Sort => {
                return Intent::Say(self.order(self.columns.order.next()));
            }
            Action::Pin => {
                if let Some(company) = self.company(view) {
                    toggle(&mut self.columns.pinned, company);
                }
            }
            Action::Hide => return self.hide(view, &rows),
            Action::ShowAll => self.columns.hidden.clear(),
            Action::Open => {
                return match (rows.get(at), self.cell(view)) {
                    (Some(Row::Measure(_)), Some((company, measure))) => {
                        Intent::Open(Place::Detail { company, measure })
                    }
                    (Some(row), _) => {
                        self.fold(Some(*row));
                        Intent::Nothing
                    }
                    _ => Intent::Nothing,
                };
            }
            Action::Mark => return self.mark(rows.get(at).copied(), view),
            Action::Back if !self.marked.is_empty() => self.marked.clear(),
            Action::Back if !self.filter.is_empty() => self.filter = Filter::default(),
            Action::Back => return Intent::Back,
            _ => return Intent::Nothing,
        }
        Intent::Nothing
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, view: &View) {
        let rows = self.rows(view);
        if rows.is_empty() {
            return empty(frame, area, view, self.filter.text());
        }
        // What was selected stays remembered while a filter hides it.
        if self.scrolled_by != 0 {
            self.follow(&rows, area.height);
        }
        let at = rows[self.position(&rows)];
        self.left = Grid::new(self, view, area, at).leftmost();
        self.page = usize::from(area.height.saturating_sub(HEAD_HEIGHT)).max(1);
        let top = self.topmost(&rows, area.height);
        self.top = Some(rows[top]);
        let grid = Grid::new(self, view, area, at);
        grid.draw(frame.buffer_mut(), &rows[top..]);
        if let Some(place) = grid.selection.get() {
            frame.set_cursor_position(place);
        }
        self.spots = grid.spots(&rows[top..]);
    }

    fn sheet(&self, view: &View) -> Option<Table> {
        let arrangement = self.arrangement(view);
        let chapter = view.snapshot.catalogue.chapters.first()?.chapter;
        let companies = arrangement.columns(chapter).cloned().collect();
        let measures = self.rows(view).into_iter().filter_map(|row| match row {
            Row::Measure(measure) => Some(measure),
            Row::Chapter(_) | Row::Commitment(_) => None,
        });
        let (snapshot, board) = (&*view.snapshot, arrangement.board());
        BoardReport { snapshot, board, companies, measures: measures.collect() }.sheet()
    }

    fn touch(&mut self, place: Position, view: &View) -> Touched {
        let before = (self.selected_row(view), self.company(view));
        self.drag = None;
        match self.spots.at(place) {
            None => return Touched::Nothing,
            Some(Spot::Order) => return Touched::Did(Intent::Say(self.order(self.columns.order.next()))),
            Some(Spot::Open) => return Touched::Did(Intent::Say(self.order(Order::Gaps))),
            Some(Spot::Fold(row)) => {
                self.fold(Some(row));
                return Touched::Selected;
            }
            Some(Spot::Row(row)) => self.at = Some(row),
            Some(Spot::Cell(row, company) | Spot::Company(row, company)) => {
                self.at = Some(row);
                self.company = Some(company.clone());
                self.drag = Some(Drag { from: (row, company), marked: self.marked.clone() });
            }
        }
        match before == (self.selected_row(view), self.company(view)) {
            true => Touched::Again,
            false => Touched::Selected,
        }
    }

    /// Marks what lies between, over what was marked before.
    fn drag(&mut self, place: Position, view: &View) -> Touched {
        let (Some(drag), Some(Spot::Cell(row, company) | Spot::Company(row, company))) =
            (&self.drag, self.spots.at(place))
        else {
            return Touched::Nothing;
        };
        let to = (row, company);
        if (self.at, self.company.as_ref()) == (Some(to.0), Some(&to.1)) {
            return Touched::Nothing;
        }
        // From head to head whole chapters are meant, from commitment to commitment all of theirs.
        let is_meant = |row: &Row| match (drag.from.0, to.0) {
            (Row::Chapter(_), Row::Chapter(_)) => matches!(row, Row::Chapter(_)),
            (Row::Commitment(_), Row::Commitment(_)) => matches!(row, Row::Commitment(_)),
            _ => match row {
                Row::Chapter(_) => false,
                Row::Commitment(commitment) => self.folded.contains(commitment),
                Row::Measure(_) => true,
            },
        };
        let between = self.spots.between(&drag.from, &to).into_iter().filter(|(row, _)| is_meant(row));
        let cells: Vec<_> = between.flat_map(|(row, company)| self.cells(row, &company, view)).collect();
        self.marked = drag.marked.iter().cloned().chain(cells).collect();
        (self.at, self.company) = (Some(to.0), Some(to.1));
        Touched::Did(Intent::Say(self.marked_words()))
    }

    fn scroll(&mut self, _place: Position, lines: isize) {
        self.scrolled_by += lines;
    }

    fn cell(&self, view: &View) -> Option<(CompanyId, MeasureRef)> {
        let rows = self.rows(view);
        let Row::Measure(measure) = *rows.get(self.position(&rows))? else {
            return None;
        };
        Some((self.selected_company(view, measure.chapter)?, measure))
    }

    fn marked(&self) -> Vec<(CompanyId, MeasureRef)> {
        self.marked.iter().cloned().collect()
    }

    fn unmark(&mut self) {
        self.marked.clear();
    }

    fn target(&self, view: &View) -> Option<Target> {
        let rows = self.rows(view);
        rows.get(self.position(&rows)).map(|row| row.target())
    }

    fn company(&self, view: &View) -> Option<CompanyId> {
        let rows = self.rows(view);
        let row = rows.get(self.position(&rows))?;
        self.selected_company(view, row.chapter())
    }

    fn filter(&mut self, filter: Filter) {
        self.filter = filter;
    }

    fn filter_text(&self) -> &str {
        self.filter.text()
    }

    fn show_view(&mut self, saved: &SavedView, filter: Filter) {
        self.filter = filter;
        let [hidden, pinned] = [&saved.hidden, &saved.pinned].map(|ids| ids.iter().cloned().collect());
        self.columns = Columns { order: saved.sort, hidden, pinned };
    }

    fn sort(&mut self, order: Order) {
        self.columns.order = order;
    }

    fn why_not(&self, action: Action, view: &View) -> Option<String> {
        let why = match action {
            Action::ShowAll if self.columns.hidden.is_empty() => "No company is hidden.",
            Action::Pin | Action::Hide if self.company(view).is_none() => "Select a company first.",
            Action::Hide if self.shown(view) < 2 => "This is the only company that is shown.",
            _ => return None,
        };
        Some(why.to_owned())
    }

    fn go_to(&mut self, goal: Goal, view: &View) -> Intent {
        let arrangement = self.arrangement(view);
        let hidden = match &goal {
            Goal::Company(company) => {
                !Chapter::ALL.iter().any(|chapter| arrangement.columns(*chapter).any(|id| id == company))
            }
            Goal::Measure(measure) => !arrangement.keeps(*measure),
        };
        match goal {
            Goal::Company(company) => {
                self.columns.hidden.remove(&company);
                self.company = Some(company);
            }
            Goal::Measure(measure) => {
                self.folded_chapters.remove(&measure.chapter);
                self.folded.remove(&measure.commitment());
                self.at = Some(Row::Measure(measure));
            }
        }
        // What was hidden by hand is shown again without another word.
        let hidden = hidden && !self.filter.is_empty();
        if hidden {
            self.filter = Filter::default();
            return Intent::Say("The filter hid it, so the filter is gone.".to_owned());
        }
        Intent::Nothing
    }

    fn legend(&self, view: &View) -> Vec<Line<'static>> {
        let basis = |basis: Basis| Line::raw(format!("{} {}", theme::basis_mark(basis), basis.words()));
        let state = |state: State| {
            Line::from(vec![
                Span::styled(theme::glyph(state), view.theme.state(state)),
                Span::raw(format!(" {}", state.words())),
            ])
        };
        let mut items: Vec<Line> = State::ALL.into_iter().map(state).collect();
        items.extend(Basis::ALL.into_iter().map(basis));
        items.push(Line::styled("number: evidence on file", view.theme.hint()));
        if !view.drafts.is_empty() {
            items.insert(0, Line::raw(format!("{DRAFT} draft")));
        }
        if view.has_invented() {
            items.insert(0, Line::styled(format!("{INVENTED} invented"), view.theme.warning()));
        }
        items
    }
}

impl Matrix {
    /// The rows that are neither folded away nor filtered out.
    fn rows(&self, view: &View) -> Vec<Row> {
        let arrangement = self.arrangement(view);
        let mut rows = Vec::new();
        for chapter in &view.snapshot.catalogue.chapters {
            let start = rows.len();
            rows.push(Row::Chapter(chapter.chapter));
            for commitment in &chapter.commitments {
                let measures = commitment.measures.iter().map(|measure| measure.id);
                let measures: Vec<MeasureRef> = measures.filter(|id| arrangement.keeps(*id)).collect();
                if measures.is_empty() {
                    continue;
                }
                rows.push(Row::Commitment(commitment.id));
                if !self.folded.contains(&commitment.id) {
                    rows.extend(measures.into_iter().map(Row::Measure));
                }
            }
            if rows.len() == start + 1 {
                rows.truncate(start);
            } else if self.folded_chapters.contains(&chapter.chapter) {
                rows.truncate(start + 1);
            }
        }
        rows
    }

    /// Where the selection stands among the rows; a row that is gone falls back to its commitment or chapter.
    fn position(&self, rows: &[Row]) -> usize {
        let find = |row: Row| rows.iter().position(|own| *own == row);
        let here = self.at.and_then(|at| {
            let above = match at {
                Row::Measure(measure) => find(Row::Commitment(measure.commitment())),
                _ => None,
            };
            find(at).or(above).or_else(|| find(Row::Chapter(at.chapter())))
        });
        // On the first measure, so that a first Enter shows something.
        let first = || rows.iter().position(|row| matches!(row, Row::Measure(_)));
        here.or_else(first).unwrap_or(0)
    }

    fn arrangement(&self, view: &View) -> Rc<Arrangement> {
        let mut kept = self.arrangement.borrow_mut();
        let fitting = kept.take().filter(|kept| kept.is_of(view, &self.filter, &self.columns));
        let fitting = fitting.unwrap_or_else(|| Rc::new(Arrangement::new(view, &self.filter, &self.columns)));
        kept.insert(fitting).clone()
    }

    /// The selected company, or the first one where it is gone.
    fn selected_company(&self, view: &View, chapter: Chapter) -> Option<CompanyId> {
        let arrangement = self.arrangement(view);
        let mut columns = arrangement.columns(chapter);
        let selected = columns.clone().find(|company| Some(*company) == self.company.as_ref());
        selected.or(columns.next()).cloned()
    }

    /// How many companies there are columns for.
    fn shown(&self, view: &View) -> usize {
        self.arrangement(view).blocks(Chapter::AiAct).iter().map(Vec::len).sum()
    }

    fn selected_row(&self, view: &View) -> Option<Row> {
        let rows = self.rows(view);
        rows.get(self.position(&rows)).copied()
    }

    /// Orders the companies, and says so.
    fn order(&mut self, order: Order) -> String {
        self.columns.order = order;
        format!("Companies are ordered by {}.", order.words())
    }

    /// Scrolls the rows that are drawn, and takes the selection along at the edge.
    fn follow(&mut self, rows: &[Row], height: u16) {
        let place = |row: Option<Row>| row.and_then(|row| rows.iter().position(|own| *own == row));
        let last = (0..rows.len()).rev().take_while(|top| in_view(&rows[*top..], height)).last().unwrap_or(0);
        let top = place(self.top)
            .unwrap_or(0)
            .saturating_add_signed(std::mem::take(&mut self.scrolled_by))
            .min(last);
        let seen = (top..rows.len()).take_while(|at| in_view(&rows[top..=*at], height)).last().unwrap_or(top);
        self.top = rows.get(top).copied();
        self.at = rows.get(self.position(rows).clamp(top, seen)).copied();
    }

    fn step(&mut self, view: &View, rows: &[Row], by: isize) {
        let Some(row) = rows.get(self.position(rows)) else { return };
        let arrangement = self.arrangement(view);
        let columns: Vec<&CompanyId> = arrangement.columns(row.chapter()).collect();
        let selected = self.selected_company(view, row.chapter());
        let at = columns.iter().position(|company| Some(*company) == selected.as_ref()).unwrap_or(0);
        let next = at.saturating_add_signed(by).min(columns.len().saturating_sub(1));
        self.company = columns.get(next).copied().cloned();
    }

    /// Marks the selected cell, or those of the commitment or chapter that are in view, or takes the marks away.
    fn mark(&mut self, row: Option<Row>, view: &View) -> Intent {
        let (Some(row), Some(company)) = (row, self.company(view)) else { return Intent::Nothing };
        let cells = self.cells(row, &company, view);
        if cells.iter().all(|cell| self.marked.contains(cell)) {
            self.marked.retain(|cell| !cells.contains(cell));
        } else {
            self.marked.extend(cells);
        }
        Intent::Say(self.marked_words())
    }

    /// The cells of a row that are in view.
    fn cells(&self, row: Row, company: &CompanyId, view: &View) -> Vec<(CompanyId, MeasureRef)> {
        let arrangement = self.arrangement(view);
        let is_of =
            |id: &MeasureRef| row.target().covers(*id) && arrangement.board().cell(company, *id).is_some();
        let measures = view.snapshot.catalogue.measures().map(|measure| measure.id).filter(is_of);
        measures.map(|measure| (company.clone(), measure)).collect()
    }

    fn marked_words(&self) -> String {
        match self.marked.len() {
            0 => "Nothing is marked.".to_owned(),
            1 => "1 cell is marked; deciding decides all that are.".to_owned(),
            count => format!("{count} cells are marked; deciding decides all of them."),
        }
    }

    /// The selection goes to the neighbour that takes its place.
    fn hide(&mut self, view: &View, rows: &[Row]) -> Intent {
        let Some(company) = self.company(view) else { return Intent::Nothing };
        self.step(view, rows, 1);
        if self.company.as_ref() == Some(&company) {
            self.step(view, rows, -1);
        }
        if self.company.as_ref() == Some(&company) {
            return Intent::Say("The last company stays in view.".to_owned());
        }
        let name = view.name(&company);
        self.columns.hidden.insert(company);
        Intent::Say(format!("{name} is hidden; = shows it again."))
    }

    fn other_block(&mut self, view: &View, rows: &[Row]) {
        let Some(row) = rows.get(self.position(rows)) else { return };
        let selected = self.selected_company(view, row.chapter());
        let arrangement = self.arrangement(view);
        let [left, right] = arrangement.blocks(row.chapter());
        let in_left = selected.is_some_and(|company| left.contains(&company));
        let other = if in_left { right.first() } else { left.first() };
        self.company = other.cloned().or(self.company.take());
    }

    fn fold(&mut self, row: Option<Row>) {
        match row {
            Some(Row::Chapter(chapter)) => toggle(&mut self.folded_chapters, chapter),
            Some(Row::Commitment(commitment)) => toggle(&mut self.folded, commitment),
            Some(Row::Measure(measure)) => {
                toggle(&mut self.folded, measure.commitment());
                self.at = Some(Row::Commitment(measure.commitment()));
            }
            None => {}
        }
    }

    fn fold_all(&mut self, view: &View) {
        let all: HashSet<CommitmentRef> =
            view.snapshot.catalogue.commitments().map(|commitment| commitment.id).collect();
        self.folded = if self.folded.is_superset(&all) { HashSet::new() } else { all };
    }

    /// The first row in view, such that the selected one is in view too.
    fn topmost(&self, rows: &[Row], height: u16) -> usize {
        let at = self.position(rows);
        let mut top = self.top.and_then(|top| rows.iter().position(|row| *row == top)).unwrap_or(0).min(at);
        while top < at && !in_view(&rows[top..=at], height) {
            top += 1;
        }
        // Empty lines at the end are put to use.
        while top > 0 && in_view(&rows[top - 1..], height) {
            top -= 1;
        }
        top
    }
}

fn toggle<T: Eq + std::hash::Hash>(set: &mut HashSet<T>, value: T) {
    if !set.remove(&value) {
        set.insert(value);
    }
}

/// Whether rows fit below one another when the first one's chapter head stands on top.
fn in_view(rows: &[Row], height: u16) -> bool {
    let head = if matches!(rows.first(), Some(Row::Chapter(_))) { 0 } else { HEAD_HEIGHT };
    head + rows.iter().map(|row| row.height()).sum::<u16>() <= height
}

fn empty(frame: &mut Frame, area: Rect, view: &View, filter: &str) {
    let text = match filter {
        "" => {
            "This register has no measures yet: commitments/ is empty. `countersign init` makes one that has."
        }
        _ => "No measure matches the filter. Esc clears it.",
    };
    frame.render_widget(Line::styled(text, view.theme.hint()), area);
}
