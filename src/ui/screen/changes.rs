//! Two moments held against each other: each cell that stands differently, from what to what, and by whom.

use std::sync::Arc;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{Place, Screen};
use crate::analysis::{Difference, State};
use crate::domain::visible::line as visible;
use crate::domain::{CompanyId, Day, MeasureRef};
use crate::ui::action::{Action, Scope};
use crate::ui::intent::Intent;
use crate::ui::mouse::Touched;
use crate::ui::theme;
use crate::ui::view::View;
use crate::ui::widget::document::Document;
use crate::ui::widget::list::Selection;
use crate::ui::widget::text::fit;
use crate::ui::worker::{Request, Response};

/// A commit, and the day it is judged on.
type Moment = (String, Day);

pub struct Changes {
    from: Moment,
    to: Moment,
    differences: Option<Arc<Vec<Difference>>>,
    selection: Selection<(CompanyId, MeasureRef)>,
}

impl Changes {
    pub fn new(from: Moment, to: Moment) -> Changes {
        Changes { from, to, differences: None, selection: Selection::default() }
    }

    fn keys(&self) -> Vec<(CompanyId, MeasureRef)> {
        let differences = self.differences.iter().flat_map(|differences| differences.iter());
        differences.map(|difference| (difference.company.clone(), difference.measure)).collect()
    }

    fn selected(&self) -> Option<&Difference> {
        self.differences.as_ref()?.get(self.selection.at(&self.keys())?)
    }
}

impl Screen for Changes {
    fn scope(&self) -> Scope {
        Scope::Changes
    }

    fn title(&self, _view: &View) -> String {
        let short = |(commit, day): &Moment| format!("{day} ({})", commit.get(..7).unwrap_or(commit));
        format!("Changed from {} to {}", short(&self.from), short(&self.to))
    }

    fn begin(&mut self, _view: &View) -> Intent {
        Intent::Ask(Request::Between { from: self.from.clone(), to: self.to.clone() })
    }

    fn hear(&mut self, response: &Response, _view: &View) -> Intent {
        if let Response::Between { from, to, differences } = response
            && (from, to) == (&self.from, &self.to)
        {
            self.differences = Some(differences.clone());
        }
        Intent::Nothing
    }

    fn act(&mut self, action: Action, _view: &View) -> Intent {
        let keys = self.keys();
        if self.selection.act(action, &keys) {
            return Intent::Nothing;
        }
        match (action, self.selected()) {
            (Action::Open, Some(Difference { company, measure, .. })) => {
                Intent::Open(Place::Detail { company: company.clone(), measure: *measure })
            }
            (Action::AsOf, Some(Difference { by, .. })) => {
                by.first().map_or(Intent::Nothing, |entry| Intent::AsOf(entry.commit.clone()))
            }
            (Action::Back, _) => Intent::Back,
            _ => Intent::Nothing,
        }
    }

    fn cell(&self, _view: &View) -> Option<(CompanyId, MeasureRef)> {
        self.selected().map(|difference| (difference.company.clone(), difference.measure))
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, view: &View) {
        let Some(differences) = &self.differences else {
            return frame.render_widget(Line::styled("Comparing …", view.theme.hint()), area);
        };
        if differences.is_empty() {
            let text = "Every cell stands as it did.";
            return frame.render_widget(Line::styled(text, view.theme.hint()), area);
        }
        let [list, about] = area
            .layout(&Layout::vertical([Constraint::Min(6), Constraint::Length((area.height / 3).min(8))]));
        let keys = self.keys();
        let window = self.selection.window(list, &keys);
        let selected = self.selection.at(&keys);
        let rows = window.map(|at| {
            let row = row(&differences[at], view, usize::from(list.width));
            if Some(at) == selected { row.patch_style(view.theme.selected()) } else { row }
        });
        frame.render_widget(Paragraph::new(rows.collect::<Vec<_>>()), list);
        self.selection.rest(frame);
        if let Some(difference) = selected.and_then(|at| differences.get(at)) {
            let lines = by_whom(difference, view).lines(about.width, view.theme);
            frame.render_widget(Paragraph::new(lines), about);
        }
    }

    fn touch(&mut self, place: Position, _view: &View) -> Touched {
        self.selection.touch(place)
    }

    fn scroll(&mut self, place: Position, lines: isize) {
        self.selection.scroll(place, lines);
    }

    fn legend(&self, view: &View) -> Vec<Line<'static>> {
        let count = self.differences.as_ref().map(|differences| differences.len());
        let words = count.map(|count| format!("{count} cells stand differently; Enter opens one"));
        words.into_iter().map(|words| Line::styled(words, view.theme.hint())).collect()
    }
}

/// Wide enough for every state with its glyph.
const STATE_WIDTH: usize = 18;

fn row(difference: &Difference, view: &View, width: usize) -> Line<'static> {
    let side = |state: Option<State>| match state {
        Some(state) => Span::styled(
            fit(&format!("{} {}", theme::glyph(state), state.words()), STATE_WIDTH),
            view.theme.state(state),
        ),
        None => Span::styled(fit("not there", STATE_WIDTH), view.theme.hint()),
    };
    let by = difference.by.first().map_or("by the calendar", |entry| &entry.author);
    let measure = fit(&difference.measure.to_string(), 12);
    let name = fit(&visible(&view.marked(&difference.company)), (width / 4).clamp(14, 40));
    let taken = 12 + (width / 4).clamp(14, 40) + 2 * STATE_WIDTH + 4;
    Line::from(vec![
        Span::raw(measure),
        Span::raw(name),
        Span::raw(" "),
        side(difference.from),
        Span::raw("→ "),
        side(difference.to),
        Span::raw(fit(&visible(by), width.saturating_sub(taken))),
    ])
}

fn by_whom(difference: &Difference, view: &View) -> Document {
    let mut page = Document::default();
    page.blank();
    if difference.by.is_empty() {
        page.text("No commit bears on it: a day passed on which a review, a document or a position ends, or a rule begins.");
    }
    for entry in &difference.by {
        let day = format!("{}  ", entry.day());
        page.item(day, view.theme.hint(), format!("{}, {}", entry.author, entry.subject));
    }
    page
}
