//! The mouse: what it points at is what was drawn there last.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::App;
use crate::ui::action::Action;
use crate::ui::mouse::{NOTCH, Touched};

impl App {
    /// Answers the mouse; false where nothing came of it.
    pub fn mouse(&mut self, event: MouseEvent) -> bool {
        if !self.options.mouse {
            return false;
        }
        let place = Position { x: event.column, y: event.row };
        let sideways = event.modifiers.contains(KeyModifiers::SHIFT);
        match event.kind {
            MouseEventKind::Down(MouseButton::Left) => self.press(place),
            MouseEventKind::Drag(MouseButton::Left) => return self.drag(place),
            MouseEventKind::Up(MouseButton::Left) => return self.let_go(),
            MouseEventKind::ScrollLeft => self.scroll_sideways(Action::Left),
            MouseEventKind::ScrollRight => self.scroll_sideways(Action::Right),
            MouseEventKind::ScrollUp if sideways => self.scroll_sideways(Action::Left),
            MouseEventKind::ScrollDown if sideways => self.scroll_sideways(Action::Right),
            MouseEventKind::ScrollUp => self.scroll(place, -NOTCH),
            MouseEventKind::ScrollDown => self.scroll(place, NOTCH),
            _ => return false,
        }
        true
    }

    /// Selects what is there; what is selected already is opened once the button is let go, unless it is dragged.
    fn press(&mut self, place: Position) {
        self.note = None;
        self.typed.clear();
        self.pressed_again = false;
        if let Some(overlay) = self.overlay.take() {
            return self.with_overlay(overlay, |overlay, around| overlay.touch(place, around));
        }
        if let Some((_, action)) = self.hints.iter().find(|(area, _)| area.contains(place)) {
            return self.run((*action).into());
        }
        let (Some(view), Some(screen)) = (&self.view, self.screens.last_mut()) else { return };
        let touched = screen.touch(place, view);
        self.touched(touched);
        self.typed();
    }

    /// Whether something came of it.
    fn touched(&mut self, touched: Touched) -> bool {
        match touched {
            Touched::Nothing => return false,
            Touched::Selected => {}
            Touched::Again => self.pressed_again = true,
            Touched::Did(intent) => self.carry_out(intent),
        }
        true
    }

    fn drag(&mut self, place: Position) -> bool {
        let (Some(view), Some(screen), None) = (&self.view, self.screens.last_mut(), &self.overlay) else {
            return false;
        };
        let touched = screen.drag(place, view);
        let dragged = self.touched(touched);
        self.pressed_again &= !dragged;
        dragged
    }

    fn let_go(&mut self) -> bool {
        let opens = std::mem::take(&mut self.pressed_again) && self.overlay.is_none() && !self.unseen;
        if opens {
            self.run(Action::Open.into());
        }
        opens
    }

    fn scroll(&mut self, place: Position, lines: isize) {
        match &mut self.overlay {
            Some(overlay) => overlay.scroll(place, lines),
            None => self.screen_mut().scroll(place, lines),
        }
    }

    fn scroll_sideways(&mut self, action: Action) {
        if self.overlay.is_none() && !self.screen().scope().takes_text() {
            self.run(action.into());
        }
    }

    /// Switches the mouse off, so that text can be selected with it, or on again.
    pub(super) fn toggle_mouse(&mut self) {
        self.options.mouse = !self.options.mouse;
        let keys = self.options.keymap.keys(self.screen().scope(), Action::Mouse);
        let again = keys.first().map(|key| format!("; {key} takes it back")).unwrap_or_default();
        match self.options.mouse {
            true => self.say("The mouse is Countersign's: click, wheel and drag."),
            false => self.say(format!("The mouse is the terminal's, to select text with{again}.")),
        }
    }

    /// Whether the terminal is to tell what the mouse does.
    pub fn wants_mouse(&self) -> bool {
        self.options.mouse
    }
}
