//! `/`: what the board is narrowed to, while it is typed: what is wrong stands under its place, and the last word can be
//! completed.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};
use unicode_width::UnicodeWidthStr;

use super::{Around, Outcome};
use crate::analysis::Filter;
use crate::analysis::filter::{Completion, Mistake, complete};
use crate::domain::visible::line as visible;
use crate::ui::action::Action;
use crate::ui::widget::input::Input;
use crate::ui::widget::list::Selection;
use crate::ui::widget::text::{cut, cut_line, fit, wrap};
use crate::ui::widget::window;

pub struct FilterLine {
    pub(super) input: Input,
    pub(super) selection: Selection<String>,
    /// What was there when it began.
    before: String,
}

/// Lines of the list of completions, and of what is wrong where it is long.
const LISTED: usize = 9;
const WRAPPED: usize = 3;

const HINT: &str = "words, or field:value; ! excludes; Tab completes, Enter keeps it, Esc goes back";

impl FilterLine {
    pub fn new(before: &str) -> FilterLine {
        FilterLine { input: Input::new(before), selection: Selection::default(), before: before.to_owned() }
    }

    pub fn act(&mut self, action: Action, around: &Around) -> Outcome {
        let completions = self.completions(around);
        match action {
            Action::Back => return read(&self.before, around).map_or(Outcome::Closed, Outcome::Filter),
            Action::Accept => {
                return read(self.input.text(), around).map_or(Outcome::Open, Outcome::Filter);
            }
            Action::Complete => {
                let at = self.selection.at(&keys(&completions));
                if let Some(completion) = at.and_then(|at| completions.get(at)) {
                    let mut text = self.input.text().to_owned();
                    text.replace_range(completion.span.clone(), &completion.text);
                    self.input = Input::new(&text);
                    self.selection = Selection::default();
                    return self.typed(around);
                }
            }
            action => {
                self.selection.act(action, &keys(&completions));
            }
        }
        Outcome::Open
    }

    /// As far as it can be read, it is shown at once.
    pub fn typed(&self, around: &Around) -> Outcome {
        around.view.map_or(Outcome::Open, |view| {
            Outcome::Narrowed(Filter::read_anyway(self.input.text(), &view.snapshot).0)
        })
    }

    fn completions(&self, around: &Around) -> Vec<Completion> {
        around.view.map(|view| complete(self.input.text(), &view.snapshot)).unwrap_or_default()
    }

    pub fn draw(&mut self, frame: &mut Frame, area: Rect, around: &Around) {
        let theme = around.theme;
        let (said, style) = match read(self.input.text(), around) {
            Ok(_) => (vec![cut(HINT, usize::from(area.width)).into_owned()], theme.hint()),
            Err(mistakes) => {
                let mistake = mistakes.first();
                let lines = mistake.map(|mistake| self.pointer(mistake, area.width)).unwrap_or_default();
                (lines, theme.error())
            }
        };
        let height = (said.len() as u16 + 1).min(area.height);
        let [_, typed] = area.layout(&Layout::vertical([Constraint::Min(0), Constraint::Length(height)]));
        let [field, below] = typed.layout(&Layout::vertical([Constraint::Length(1), Constraint::Min(0)]));
        frame.render_widget(Clear, typed);
        frame.render_widget(Span::styled("/", theme.key()), field);
        self.input.draw(frame, Rect { x: field.x + 1, width: field.width.saturating_sub(1), ..field });
        let said: Vec<Line> = said.into_iter().map(|line| Line::styled(line, style)).collect();
        frame.render_widget(Paragraph::new(said), below);
        self.draw_completions(frame, Rect { height: area.height - height, ..area }, around);
    }

    /// What is wrong, with a mark under its place: behind the mark where there is room, else below it.
    fn pointer(&self, mistake: &Mistake, width: u16) -> Vec<String> {
        let before = self.input.text().get(..mistake.span.start).unwrap_or_default().width() + 1;
        let words = visible(&mistake.words()).into_owned();
        let mark = format!("{}^", " ".repeat(before));
        match before + 2 + words.width() <= usize::from(width) {
            true => vec![format!("{mark} {words}")],
            false => std::iter::once(mark).chain(wrap(&words, width)).take(1 + WRAPPED).collect(),
        }
    }

    fn draw_completions(&mut self, frame: &mut Frame, area: Rect, around: &Around) {
        let completions = self.completions(around);
        let room = usize::from(area.height.saturating_sub(3)).min(LISTED);
        if completions.is_empty() || room == 0 {
            return;
        }
        let row = |completion: &Completion| {
            let text = visible(&completion.text);
            let text = if completion.words.is_empty() { text.into_owned() } else { fit(&text, 22) };
            let text = Span::styled(text, around.theme.key());
            Line::from(vec![text, Span::raw(format!(" {}", visible(&completion.words)))])
        };
        let mut rows: Vec<Line> = completions.iter().map(row).collect();
        let height = rows.len().min(room) as u16 + 2;
        let place = Rect::new(area.x, area.bottom().saturating_sub(height), area.width.min(72), height);
        let inside = window::frame_off(frame, place, "Tab completes");
        let keys = keys(&completions);
        let shown = self.selection.window(inside, &keys);
        if let Some(row) = self.selection.at(&keys).and_then(|at| rows.get_mut(at)) {
            row.style = around.theme.selected();
        }
        let rows = rows.drain(shown).map(|row| cut_line(row, usize::from(inside.width)));
        frame.render_widget(Paragraph::new(rows.collect::<Vec<_>>()), inside);
    }
}

fn keys(completions: &[Completion]) -> Vec<String> {
    completions.iter().map(|completion| completion.text.clone()).collect()
}

/// Before the register is there, nothing can be named.
fn read(text: &str, around: &Around) -> Result<Filter, Vec<Mistake>> {
    around.view.map_or(Ok(Filter::default()), |view| Filter::read(text, &view.snapshot))
}
