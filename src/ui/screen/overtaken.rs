//! Somebody else's commit came first: who, and both versions. The form it came from waits behind.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::Line;

use super::Screen;
use super::preview::diff_lines;
use crate::domain::visible::line as visible;
use crate::error::Overtaken;
use crate::ui::action::{Action, Scope};
use crate::ui::intent::Intent;
use crate::ui::view::View;
use crate::ui::widget::document::Scroll;
use crate::ui::widget::text::wrap;

pub struct TwoVersions {
    overtaken: Overtaken,
    scroll: Scroll,
}

impl TwoVersions {
    pub fn new(overtaken: Overtaken) -> TwoVersions {
        TwoVersions { overtaken, scroll: Scroll::default() }
    }
}

impl Screen for TwoVersions {
    fn scope(&self) -> Scope {
        Scope::Entry
    }

    fn title(&self, _view: &View) -> String {
        "Overtaken: nothing was committed".into()
    }

    fn act(&mut self, action: Action, _view: &View) -> Intent {
        match action {
            Action::Back | Action::Open => return Intent::Back,
            action => {
                self.scroll.act(action);
            }
        }
        Intent::Nothing
    }

    fn scroll(&mut self, _place: Position, lines: isize) {
        self.scroll.by(lines);
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, view: &View) {
        let Overtaken { diff, .. } = &self.overtaken;
        let next = "What you typed is kept: Esc goes back to it, on the register as it is now.";
        let mut lines = Vec::new();
        for (text, style) in [(self.overtaken.to_string().as_str(), view.theme.error()), (next, Style::new())]
        {
            let wrapped = wrap(&visible(text), area.width.saturating_sub(1));
            lines.extend(wrapped.into_iter().map(|line| Line::styled(line, style)));
        }
        lines.push(Line::default());
        lines.extend(diff_lines(diff, area.width, view.theme));
        self.scroll.draw(frame, area, lines);
    }
}
