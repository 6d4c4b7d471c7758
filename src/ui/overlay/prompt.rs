//! A line to type at the bottom of the screen.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Span;
use ratatui::widgets::Clear;

use super::{Around, Command, Outcome};
use crate::ui::action::Action;
use crate::ui::theme::Theme;
use crate::ui::widget::input::Input;

/// What goes with an action: the revision the register is to be seen at, a view's name, or what a reviewer says.
pub struct Words {
    action: Action,
    label: &'static str,
    hint: &'static str,
    pub(super) input: Input,
}

impl Words {
    pub fn as_of(begun: &str) -> Words {
        let hint = "a day (2026-03-01), branch, tag or commit; Enter opens it read-only";
        Words { action: Action::AsOf, label: "as of", hint, input: Input::new(begun) }
    }

    pub fn of(action: Action, label: &'static str, begun: &str) -> Words {
        Words { action, label, hint: "Enter shows what would be committed", input: Input::new(begun) }
    }

    pub fn act(&mut self, action: Action) -> Outcome {
        match action {
            Action::Back => Outcome::Closed,
            Action::Accept => {
                let argument = Some(self.input.text().trim().to_owned());
                Outcome::Run(Command { action: self.action, argument })
            }
            _ => Outcome::Open,
        }
    }

    pub fn draw(&self, frame: &mut Frame, area: Rect, around: &Around) {
        draw_line(frame, area, around.theme, self.label, &self.input, self.hint);
    }
}

/// A label, what is typed, and a hint where all of it fits.
fn draw_line(frame: &mut Frame, area: Rect, theme: Theme, label: &str, input: &Input, hint: &str) {
    let line = Rect { y: area.bottom().saturating_sub(1), height: 1, ..area };
    frame.render_widget(Clear, line);
    let room = line.width.saturating_sub(label.len() as u16 + 1 + hint.len() as u16);
    let hint = if room >= 12 { hint } else { "" };
    let [at, field, help] = line.layout(&Layout::horizontal([
        Constraint::Length(label.len() as u16 + 1),
        Constraint::Min(12),
        Constraint::Length(hint.len() as u16),
    ]));
    frame.render_widget(Span::styled(label, theme.key()), at);
    input.draw(frame, field);
    frame.render_widget(Span::styled(hint, theme.hint()), help);
}
