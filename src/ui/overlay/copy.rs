//! A choice of what is copied.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{Around, Outcome, Search};
use crate::domain::visible::line as visible;
use crate::ui::action::Action;
use crate::ui::fuzzy;
use crate::ui::widget::text::{cut, fit};
use crate::ui::widget::window::{self, Choosing};

/// Something that can be copied, and what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copyable {
    what: &'static str,
    text: String,
}

impl Copyable {
    pub fn new(what: &'static str, text: String) -> Copyable {
        Copyable { what, text }
    }
}

pub struct Copy {
    found: Vec<Copyable>,
    pub(super) search: Search,
}

/// Columns of what it is.
const WHAT_WIDTH: usize = 19;

impl Copy {
    pub fn new(found: Vec<Copyable>) -> Copy {
        Copy { found, search: Search::default() }
    }

    fn matching(&self) -> Vec<&Copyable> {
        fuzzy::best(self.search.input.text(), self.found.iter(), |copyable| {
            format!("{} {}", copyable.what, copyable.text.lines().next().unwrap_or_default())
        })
    }

    pub fn act(&mut self, action: Action) -> Outcome {
        let keys = keys(&self.matching());
        match action {
            Action::Back => Outcome::Closed,
            Action::Accept => {
                let chosen = self.search.selection.at(&keys).map(|at| self.matching()[at].clone());
                chosen.map_or(Outcome::Open, |Copyable { what, text }| Outcome::Copy(what, text))
            }
            action => {
                self.search.selection.act(action, &keys);
                Outcome::Open
            }
        }
    }

    pub fn draw(&mut self, frame: &mut Frame, area: Rect, around: &Around) {
        let theme = around.theme;
        let matching = self.matching();
        let keys = keys(&matching);
        let room = window::inner_width(area).saturating_sub(WHAT_WIDTH + 1);
        let rows = matching.iter().map(|copyable| {
            let first = copyable.text.lines().next().unwrap_or_default();
            let lines = copyable.text.lines().count();
            let more = if lines > 1 { format!("{lines} lines: ") } else { String::new() };
            let text = cut(&visible(&format!("{more}{first}")), room).into_owned();
            Line::from(vec![Span::styled(fit(copyable.what, WHAT_WIDTH), theme.key()), Span::raw(text)])
        });
        let rows = rows.collect();
        let foot = Line::styled("Enter copies it to the terminal's clipboard", theme.hint());
        let height = self.found.len() as u16 + 4;
        let nothing = "There is nothing to copy here.";
        let Search { input, selection, window } = &mut self.search;
        let choosing = Choosing { title: "Copy", input, selection, keys, rows, nothing, foot };
        *window = choosing.draw(frame, area, height, theme);
    }
}

fn keys(matching: &[&Copyable]) -> Vec<String> {
    matching.iter().map(|copyable| format!("{} {}", copyable.what, copyable.text)).collect()
}
