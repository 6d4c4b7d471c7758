//! What share of what binds is met, partial, a gap and so on: both sides, company by company, a chapter or all.

use std::iter;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{Place, Screen};
use crate::analysis::coverage::{self, SHARES};
use crate::analysis::{Counts, Group, Target};
use crate::domain::visible::line as visible;
use crate::domain::{Chapter, CompanyId};
use crate::report::coverage::CoverageOfAll;
use crate::report::{Report, Table};
use crate::ui::action::{Action, Scope};
use crate::ui::intent::Intent;
use crate::ui::mouse::Touched;
use crate::ui::theme;
use crate::ui::view::{INVENTED, View};
use crate::ui::widget::list::Selection;
use crate::ui::widget::text::{cut_line, fit};

#[derive(Default)]
pub struct CoverageScreen {
    /// All of them where none is chosen.
    chapter: Option<Chapter>,
    selection: Selection<Row>,
    /// Where the chapters to choose from were drawn.
    tabs: Vec<(Rect, Option<Chapter>)>,
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

    fn turn(&mut self, by: isize, view: &View) {
        let company = self.company(view);
        let chapters: Vec<Option<Chapter>> =
            std::iter::once(None).chain(Chapter::ALL.into_iter().map(Some)).collect();
        let at = chapters.iter().position(|chapter| *chapter == self.chapter).unwrap_or(0);
        self.choose(chapters[at.saturating_add_signed(by).min(chapters.len() - 1)], company, view);
    }

    /// A company that is not on a side of this chapter is looked for on the other.
    fn choose(&mut self, chapter: Option<Chapter>, company: Option<CompanyId>, view: &View) {
        self.chapter = chapter;
        let there = company.and_then(|company| {
            self.rows(view).into_iter().map(|(row, _)| row).find(|row| row.1.as_ref() == Some(&company))
        });
        there.into_iter().for_each(|row| self.selection.select(row));
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
        if self.selection.act(action, &keys(&rows)) {
            return Intent::Nothing;
        }
        match action {
            Action::Left => self.turn(-1, view),
            Action::Right => self.turn(1, view),
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

    fn sheet(&self, view: &View) -> Option<Table> {
        CoverageOfAll { snapshot: &view.snapshot, board: &view.board }.sheet()
    }

    fn touch(&mut self, place: Position, view: &View) -> Touched {
        let tab = self.tabs.iter().find(|(area, _)| area.contains(place)).map(|(_, chapter)| *chapter);
        match tab {
            Some(chapter) => {
                self.choose(chapter, self.company(view), view);
                Touched::Selected
            }
            None => self.selection.touch(place),
        }
    }

    fn scroll(&mut self, place: Position, lines: isize) {
        self.selection.scroll(place, lines);
    }

    fn company(&self, view: &View) -> Option<CompanyId> {
        let rows = self.rows(view);
        let at = self.selection.at(&keys(&rows))?;
        rows.get(at).and_then(|((_, company), _)| company.clone())
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
        self.draw_tabs(frame, tabs, view);
        let rows = self.rows(view);
        let keys = keys(&rows);
        let window = self.selection.window(list, &keys);
        let selected = self.selection.at(&keys);
        let lines = window.clone().map(|at| {
            let line = row(&rows[at], view, usize::from(list.width), Some(at) == selected);
            if Some(at) == selected { line.patch_style(view.theme.crosshair()) } else { line }
        });
        frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()), list);
        self.selection.rest(frame);
        if let Some((row, counts)) = selected.and_then(|at| rows.get(at)) {
            let width = usize::from(about.width);
            let lines = exactly(row, counts, view).into_iter().map(|line| cut_line(line, width));
            frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()), about);
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
    fn draw_tabs(&mut self, frame: &mut Frame, area: Rect, view: &View) {
        let names = |is_whole: bool| {
            let title = move |chapter: Chapter| match is_whole {
                true => format!("{chapter} {}", chapter.title()),
                false => chapter.to_string(),
            };
            iter::once((None, "All".to_owned()))
                .chain(Chapter::ALL.map(|chapter| (Some(chapter), title(chapter))))
        };
        let width = |is_whole| names(is_whole).map(|(_, name)| name.len() + 3).sum::<usize>();
        let names = names(width(true) <= usize::from(area.width));
        self.tabs.clear();
        let mut spans = Vec::new();
        let mut x = area.x;
        for (chapter, name) in names {
            let chosen = chapter == self.chapter;
            let style =
                if chosen { view.theme.section().patch(view.theme.selected()) } else { view.theme.hint() };
            let tab = Span::styled(format!(" {name} "), style);
            let width = tab.width() as u16;
            self.tabs.push((Rect::new(x, area.y, width, 1), chapter));
            x += width + 1;
            spans.extend([tab, Span::raw(" ")]);
        }
        spans.push(Span::styled("← →", view.theme.hint()));
        frame.render_widget(Line::from(spans), area);
    }
}

fn keys(rows: &[(Row, Counts)]) -> Vec<Row> {
    rows.iter().map(|(row, _)| row.clone()).collect()
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
        let share = match (counts[state] * 100 + total / 2) / total.max(1) {
            0 => "<1".to_owned(),
            percent => percent.to_string(),
        };
        parts.push(Span::styled(theme::glyph(state), view.theme.state(state)));
        parts.push(Span::raw(format!(" {} ({share}%)  ", counts[state])));
    }
    vec![Line::styled(head, view.theme.title()), Line::from(parts)]
}
