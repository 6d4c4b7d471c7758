//! The programs a repository brings along, before any of them runs.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use super::{Around, Outcome};
use crate::domain::visible::line as visible;
use crate::register::Program;
use crate::ui::action::Action;
use crate::ui::theme::Theme;
use crate::ui::widget::document::{Document, Scroll};
use crate::ui::widget::window;
use crate::ui::worker::Request;

pub struct Trust {
    programs: Vec<Program>,
    /// What they are in the way of.
    then: Box<Request>,
    pub(super) scroll: Scroll,
}

impl Trust {
    pub fn new(programs: Vec<Program>, then: Box<Request>) -> Trust {
        Trust { programs, then, scroll: Scroll::default() }
    }

    /// Enter does nothing: the key that asked for the commit may still be held, or typed ahead.
    pub fn act(&mut self, action: Action) -> Outcome {
        if action == Action::Back {
            return Outcome::Declined;
        }
        self.scroll.act(action);
        Outcome::Open
    }

    pub fn type_key(&mut self, key: KeyEvent) -> Outcome {
        match key.code {
            KeyCode::Char('y') => Outcome::Trust(self.programs.clone(), self.then.clone()),
            _ => Outcome::Open,
        }
    }

    pub fn draw(&mut self, frame: &mut Frame, area: Rect, around: &Around) {
        let theme = around.theme;
        // A column stays free for the scrollbar.
        let lines = self.lines(window::inner_width(area).saturating_sub(1) as u16, theme);
        let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(3);
        let inside = window::frame_off(frame, window::centred(area, height), "Programs of this repository");
        let [list, keys] = inside.layout(&Layout::vertical([Constraint::Min(1), Constraint::Length(1)]));
        self.scroll.draw(frame, list, lines);
        let key = |key, words| [Span::styled(key, theme.key()), Span::raw(words)];
        let answers = [key("y", " trust them and go on  "), key("Esc", " run nothing")];
        frame.render_widget(Line::from_iter(answers.into_iter().flatten()), keys);
    }

    fn lines(&self, width: u16, theme: Theme) -> Vec<Line<'static>> {
        let mut document = Document::default();
        document.text(
            "A commit runs what your own git would. Here the repository itself names these programs; trust them only \
             if you trust whoever made it. A list that changes is asked about again.",
        );
        for Program { name, value, file } in &self.programs {
            document.heading(name);
            // A value of several lines must not look like several programs.
            document.text(visible(value));
            document.styled(format!("in {}", visible(file)), theme.hint());
        }
        document.lines(width, theme)
    }
}
