//! One measure for all companies: both blocks, worst first within each.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{Place, Screen};
use crate::analysis::{Cell, Group, Target, coverage, scope};
use crate::domain::view::Order;
use crate::domain::visible::line as visible;
use crate::domain::{CompanyId, MeasureRef};
use crate::report::measure::MeasureReport;
use crate::report::{Report, Table};
use crate::ui::action::{Action, Scope};
use crate::ui::intent::Intent;
use crate::ui::mouse::Touched;
use crate::ui::theme;
use crate::ui::view::View;
use crate::ui::widget::document::Document;
use crate::ui::widget::list::Selection;
use crate::ui::widget::text::fit;

use super::sides::counts_line;

pub struct MeasureScreen {
    measure: MeasureRef,
    selection: Selection<Key>,
}

/// A row by what it is.
type Key = Result<CompanyId, Group>;

/// A line of the list: a block's head, or a company.
enum Row {
    Head(Group, usize),
    Company(CompanyId, Cell),
}

impl Row {
    fn key(&self) -> Key {
        match self {
            Row::Head(group, _) => Err(*group),
            Row::Company(company, _) => Ok(company.clone()),
        }
    }
}

fn keys(rows: &[Row]) -> Vec<Key> {
    rows.iter().map(Row::key).collect()
}

impl MeasureScreen {
    pub fn new(measure: MeasureRef) -> MeasureScreen {
        MeasureScreen { measure, selection: Selection::starting_at(1) }
    }

    fn rows(&self, view: &View) -> Vec<Row> {
        let blocks = view.blocks(&view.board, self.measure.chapter, Order::Name);
        let mut rows = Vec::new();
        for (group, companies) in Group::ALL.into_iter().zip(blocks) {
            rows.push(Row::Head(group, companies.len()));
            let cell = |id: CompanyId| view.board.cell(&id, self.measure).map(|cell| (id, cell));
            let mut cells: Vec<(CompanyId, Cell)> = companies.into_iter().filter_map(cell).collect();
            cells.sort_by_key(|(_, cell)| (cell.state, std::cmp::Reverse(cell.evidence)));
            rows.extend(cells.into_iter().map(|(id, cell)| Row::Company(id, cell)));
        }
        rows
    }
}

impl Screen for MeasureScreen {
    fn scope(&self) -> Scope {
        Scope::Measure
    }

    fn title(&self, _view: &View) -> String {
        format!("Measure {}", self.measure)
    }

    fn act(&mut self, action: Action, view: &View) -> Intent {
        if self.selection.act(action, &keys(&self.rows(view))) {
            return Intent::Nothing;
        }
        match action {
            Action::Open => match self.cell(view) {
                Some((company, measure)) => Intent::Open(Place::Detail { company, measure }),
                None => Intent::Nothing,
            },
            Action::Back => Intent::Back,
            _ => Intent::Nothing,
        }
    }

    fn sheet(&self, view: &View) -> Option<Table> {
        let measure = view.measure(self.measure)?;
        MeasureReport { snapshot: &view.snapshot, board: &view.board, measure }.sheet()
    }

    fn touch(&mut self, place: Position, _view: &View) -> Touched {
        self.selection.touch(place)
    }

    fn scroll(&mut self, place: Position, lines: isize) {
        self.selection.scroll(place, lines);
    }

    fn cell(&self, view: &View) -> Option<(CompanyId, MeasureRef)> {
        let rows = self.rows(view);
        match rows.get(self.selection.at(&keys(&rows))?)? {
            Row::Company(company, _) => Some((company.clone(), self.measure)),
            Row::Head(..) => None,
        }
    }

    fn target(&self, _view: &View) -> Option<Target> {
        Some(Target::Measure(self.measure))
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, view: &View) {
        let lines = self.head(view).lines(area.width, view.theme);
        let height = (lines.len() as u16).min(area.height / 3);
        let [head, counts, list] = area.layout(&Layout::vertical([
            Constraint::Length(height),
            Constraint::Length(2),
            Constraint::Min(1),
        ]));
        frame.render_widget(Paragraph::new(lines), head);
        let all = coverage::of_target(&view.board, Target::Measure(self.measure), view.board.companies());
        frame.render_widget(counts_line(&all, view), counts);
        let rows = self.rows(view);
        let keys = keys(&rows);
        let window = self.selection.window(list, &keys);
        let selected = self.selection.at(&keys);
        let lines = window.map(|at| {
            let line = self.row(&rows[at], view, usize::from(list.width));
            if Some(at) == selected { line.patch_style(view.theme.selected()) } else { line }
        });
        frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()), list);
        self.selection.rest(frame);
    }
}

impl MeasureScreen {
    fn head(&self, view: &View) -> Document {
        let mut page = Document::default();
        match view.measure(self.measure) {
            Some(measure) => {
                page.heading(format!("{} {}", measure.id, measure.title));
                page.text(measure.summary.clone());
            }
            None => page.text("This measure is not in the register at this revision."),
        }
        page
    }

    fn row(&self, row: &Row, view: &View, width: usize) -> Line<'static> {
        match row {
            Row::Head(group, number) => {
                Line::styled(format!("{} ({number})", group.words()), view.theme.section())
            }
            Row::Company(id, cell) => {
                let stance = view
                    .company(id)
                    .map_or("", |company| scope::stance_words(company, self.measure.chapter, view.day()));
                let evidence = match cell.evidence {
                    0 => String::new(),
                    number => format!("{number} on file"),
                };
                let state = fit(cell.state.words(), 16);
                Line::from(vec![
                    Span::styled(format!("  {} ", theme::glyph(cell.state)), view.theme.state(cell.state)),
                    Span::raw(fit(&visible(&view.name(id)), (width / 3).clamp(20, 40))),
                    Span::styled(format!(" {state}"), view.theme.state(cell.state)),
                    Span::styled(format!(" {:<15}", cell.applies.words()), Style::new()),
                    Span::styled(format!(" {stance:<18} {evidence}"), view.theme.hint()),
                ])
            }
        }
    }
}
