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
mod marks;
mod mouse;
mod moving;
mod row;
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
use crate::ui::widget::text::saying;
use arrangement::{Arrangement, Columns};
use grid::Grid;
use mouse::Drag;
use row::{HEAD_HEIGHT, Row};
use spots::Spots;

#[derive(Default)]
pub struct Matrix {
    at: Option<Row>,
    company: Option<CompanyId>,
    folded: HashSet<CommitmentRef>,
    folded_chapters: HashSet<Chapter>,
    filter: Filter,
    columns: Columns,
    /// What the view is called that was shown or saved last.
    named: String,
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
        self.touch_at(place, view)
    }

    fn drag(&mut self, place: Position, view: &View) -> Touched {
        self.drag_to(place, view)
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
        self.named.clone_from(&saved.name);
    }

    fn name_view(&mut self, name: &str) {
        name.clone_into(&mut self.named);
    }

    fn arranged(&self) -> Option<SavedView> {
        let sorted =
            |ids: &HashSet<CompanyId>| ids.iter().cloned().collect::<BTreeSet<_>>().into_iter().collect();
        let Columns { order, hidden, pinned } = &self.columns;
        Some(SavedView {
            name: self.named.clone(),
            filter: self.filter.text().to_owned(),
            sort: *order,
            hidden: sorted(hidden),
            pinned: sorted(pinned),
        })
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
    fn arrangement(&self, view: &View) -> Rc<Arrangement> {
        let mut kept = self.arrangement.borrow_mut();
        let fitting = kept.take().filter(|kept| kept.is_of(view, &self.filter, &self.columns));
        let fitting = fitting.unwrap_or_else(|| Rc::new(Arrangement::new(view, &self.filter, &self.columns)));
        kept.insert(fitting).clone()
    }

    /// How many companies there are columns for.
    fn shown(&self, view: &View) -> usize {
        self.arrangement(view).blocks(Chapter::AiAct).iter().map(Vec::len).sum()
    }

    /// Orders the companies, and says so.
    fn order(&mut self, order: Order) -> String {
        self.columns.order = order;
        format!("Companies are ordered by {}.", order.words())
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
}

fn toggle<T: Eq + std::hash::Hash>(set: &mut HashSet<T>, value: T) {
    if !set.remove(&value) {
        set.insert(value);
    }
}

fn empty(frame: &mut Frame, area: Rect, view: &View, filter: &str) {
    let text = match filter {
        "" => {
            "This register has no measures yet: commitments/ is empty. `countersign init` makes one that has."
        }
        _ => "No measure matches the filter. Esc clears it.",
    };
    frame.render_widget(saying(text, area.width, view.theme.hint()), area);
}
