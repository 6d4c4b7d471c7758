//! What share of what binds is met, partial, a gap and so on: both sides, company by company, a chapter or all.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{Place, Screen};
use crate::analysis::coverage::{self, SHARES};
use crate::analysis::{Counts, Group, Target};
use crate::domain::visible::line as visible;
use crate::domain::{Chapter, CompanyId};
use crate::ui::action::{Action, Scope};
use crate::ui::intent::Intent;
use crate::ui::theme;
use crate::ui::view::{INVENTED, View};
use crate::ui::widget::list::Cursor;
use crate::ui::widget::text::{cut, fit};

#[derive(Default)]
pub struct CoverageScreen {
    /// All of them where none is chosen.
    chapter: Option<Chapter>,
    at: Option<Row>,
    cursor: Cursor,
}

/// A side, or a company on it.
type Row = (Group, Option<CompanyId>);

impl CoverageScreen {
    fn part(&self) -> Target {
        self.chapter.map_or(Target::Everything, Target::Chapter)
    }

    fn rows(&self, view: &View) -> Vec<(Row, Counts)> {
        let mut rows = Vec::new();
        for side in coverage::of_sides(&view.board, self.part()) {
            rows.push(((side.group, None), side.counts));
            let companies = side.companies.into_iter();
            rows.extend(companies.map(|(company, counts)| ((side.group, Some(company)), counts)));
        }
        rows
    }

    /// Where the selection stands; a company that is not on a side is looked for on the other.
    fn position(&self, rows: &[(Row, Counts)]) -> usize {
        let find = |wanted: &dyn Fn(&Row) -> bool| rows.iter().position(|(row, _)| wanted(row));
        let Some(at) = &self.at else { return 0 };
        find(&|row| row == at).or_else(|| find(&|row| row.1 == at.1)).unwrap_or(0)
    }

    fn turn(&mut self, by: isize) {
        let chapters: Vec<Option<Chapter>> =
            std::iter::once(None).chain(Chapter::ALL.into_iter().map(Some)).collect();
        let at = chapters.iter().position(|chapter| *chapter == self.chapter).unwrap_or(0);
        self.chapter = chapters[at.saturating_add_signed(by).min(chapters.len() - 1)];
    }
}

impl Screen for CoverageScreen {
    fn scope(&self) -> Scope {
        Scope::Coverage
    }

    fn title(&self, _view: &View) -> String {
        format!("Coverage of {}", self.chapter.map_or("all chapters", Chapter::title))
    }

    fn act(&mut self, action: Action, view: &View) -> Intent {
        let rows = self.rows(view);
        self.cursor.at = self.position(&rows);
        if self.cursor.act(action, rows.len()) {
            self.at = rows.get(self.cursor.at).map(|(row, _)| row.clone());
            return Intent::Nothing;
        }
        match action {
            Action::Left => self.turn(-1),
            Action::Right => self.turn(1),
            Action::Open => {
                return match self.company(view) {
                    Some(company) => Intent::Open(Place::Company(company)),
                    None => Intent::Open(Place::Sides(self.part())),
                };
            }
            Action::Back => return Intent::Back,
            _ => {}
        }
        Intent::Nothing
    }

    fn company(&self, view: &View) -> Option<CompanyId> {
        let rows = self.rows(view);
        rows.get(self.position(&rows)).and_then(|((_, company), _)| company.clone())
    }

    fn target(&self, _view: &View) -> Option<Target> {
        Some(self.part())
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, view: &View) {
        let [tabs, list, about] = area.layout(&Layout::vertical([
            Constraint::Length(2),
            Constraint::Min(1),
            Constraint::Length(2),
        ]));
        frame.render_widget(self.tabs(view), tabs);
        let rows = self.rows(view);
        self.cursor.at = self.position(&rows);
        let window = self.cursor.window(usize::from(list.height), rows.len());
        let lines = window.clone().map(|at| {
            let line = row(&rows[at], view, usize::from(list.width), at == self.cursor.at);
            if at == self.cursor.at { line.patch_style(view.theme.crosshair()) } else { line }
        });
        frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()), list);
        self.cursor.rest(frame, list);
        if let Some((row, counts)) = rows.get(self.cursor.at) {
            frame.render_widget(Paragraph::new(exactly(row, counts, view)), about);
        }
    }

    fn legend(&self, view: &View) -> Vec<Line<'static>> {
        let state = |state| {
            Line::from(vec![
                Span::styled(theme::glyph(state), view.theme.state(state)),
                Span::raw(format!(" {}", state.words())),
            ])
        };
        let invented =
            view.has_invented().then(|| Line::styled(format!("{INVENTED} invented"), view.theme.warning()));
        invented.into_iter().chain(SHARES.into_iter().map(state)).collect()
    }
}

impl CoverageScreen {
    fn tabs(&self, view: &View) -> Line<'static> {
        let names = std::iter::once((None, "All".to_owned()))
            .chain(Chapter::ALL.map(|chapter| (Some(chapter), format!("{chapter} {}", chapter.title()))));
        let tabs = names.flat_map(|(chapter, name)| {
            let chosen = chapter == self.chapter;
            let style =
                if chosen { view.theme.section().patch(view.theme.selected()) } else { view.theme.hint() };
            [Span::styled(format!(" {name} "), style), Span::raw(" ")]
        });
        Line::from(tabs.chain([Span::styled("← →", view.theme.hint())]).collect::<Vec<_>>())
    }
}

fn name(row: &Row, view: &View) -> String {
    match row {
        (group, None) => group.words().to_owned(),
        (_, Some(company)) => view.name(company),
    }
}

/// A name, its bar of glyphs, and how many cells that is.
fn row((row, counts): &(Row, Counts), view: &View, width: usize, selected: bool) -> Line<'static> {
    let label = (width / 4).clamp(18, 40);
    let indent = if row.1.is_some() { "  " } else { "" };
    let style = if row.1.is_some() { ratatui::style::Style::new() } else { view.theme.section() };
    let style = if selected { style.patch(view.theme.selected()) } else { style };
    let name = match row {
        (group, None) => group.words().to_owned(),
        (_, Some(id)) => view.marked(id),
    };
    let name = fit(&format!("{indent}{}", visible(&name)), label);
    let mut spans = vec![Span::styled(name, style), Span::raw(" ")];
    let bar = counts.parts(width.saturating_sub(label + 7));
    spans.extend(
        bar.into_iter()
            .map(|(state, part)| Span::styled(theme::glyph(state).repeat(part), view.theme.state(state))),
    );
    spans.push(Span::styled(format!(" {:>5}", counts.binding()), view.theme.hint()));
    Line::from(spans)
}

/// The selected bar in numbers.
fn exactly(row: &Row, counts: &Counts, view: &View) -> Vec<Line<'static>> {
    let total = counts.binding();
    let head = format!("{}: {total} cells bind, or may; {} open", visible(&name(row, view)), counts.open());
    let mut parts = Vec::new();
    for state in SHARES.into_iter().filter(|state| counts[*state] > 0) {
        let share = f64::from(counts[state]) * 100.0 / f64::from(total.max(1));
        parts.push(Span::styled(theme::glyph(state), view.theme.state(state)));
        parts.push(Span::raw(format!(" {} ({share:.0}%)  ", counts[state])));
    }
    vec![Line::styled(cut(&head, 200).into_owned(), view.theme.title()), Line::from(parts)]
}
