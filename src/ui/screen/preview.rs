//! The commit before it is made: message and diff as they will be, nothing else.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use super::Screen;
use crate::domain::visible::line as visible;
use crate::register::Prepared;
use crate::ui::action::{Action, Scope};
use crate::ui::intent::Intent;
use crate::ui::theme::Theme;
use crate::ui::view::View;
use crate::ui::widget::document::Scroll;
use crate::ui::widget::text::wrap;
use crate::ui::worker::{Request, Response};

pub struct Preview {
    prepared: Prepared,
    committing: bool,
    scroll: Scroll,
}

impl Preview {
    pub fn new(prepared: Prepared) -> Preview {
        Preview { prepared, committing: false, scroll: Scroll::default() }
    }
}

impl Screen for Preview {
    fn scope(&self) -> Scope {
        Scope::Preview
    }

    fn title(&self, _view: &View) -> String {
        "Preview: nothing is committed yet".into()
    }

    fn act(&mut self, action: Action, _view: &View) -> Intent {
        match action {
            Action::Commit if self.committing => return Intent::Nothing,
            Action::Commit => {
                self.committing = true;
                return Intent::Ask(Request::Commit(Box::new(self.prepared.clone())));
            }
            Action::Back => return Intent::Back,
            action => {
                self.scroll.act(action);
            }
        }
        Intent::Nothing
    }

    fn hear(&mut self, response: &Response, _view: &View) -> Intent {
        // After a refusal it can be tried again.
        if let Response::Failed { .. } | Response::Declined = response {
            self.committing = false;
        }
        Intent::Nothing
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, view: &View) {
        let mut lines = vec![
            Line::styled(
                format!("Enter makes this commit on {}.", visible(self.prepared.branch())),
                view.theme.title(),
            ),
            Line::default(),
        ];
        let indent = |line: &str| Line::raw(format!("    {line}"));
        lines.extend(
            self.prepared
                .message()
                .lines()
                .flat_map(|line| wrap(&visible(line), area.width.saturating_sub(5)))
                .map(|line| indent(&line)),
        );
        lines.push(Line::default());
        lines.extend(diff_lines(&self.prepared.diff(), area.width, view.theme));
        self.scroll.draw(frame, area, lines);
    }
}

/// A unified diff, or what `git show` prints, with its lines coloured by what they are and none cut off.
pub fn diff_lines(text: &str, width: u16, theme: Theme) -> Vec<Line<'static>> {
    let style = |line: &str| match line.as_bytes() {
        [b'+', b'+', b'+', ..] | [b'-', b'-', b'-', ..] => theme.title(),
        [b'+', ..] => theme.added(),
        [b'-', ..] => theme.removed(),
        [b'@', b'@', ..] => theme.section(),
        _ => Style::new(),
    };
    text.lines()
        .flat_map(|line| {
            let style = style(line);
            wrap(&visible(line), width.saturating_sub(1))
                .into_iter()
                .map(move |line| Line::styled(line, style))
        })
        .collect()
}
