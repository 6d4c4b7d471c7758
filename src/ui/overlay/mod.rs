//! Small windows over a screen. They hear the keys first, give back what came of it, and change nothing themselves.

mod copy;
mod exchange;
mod filter;
mod help;
mod palette;
mod picker;
mod prompt;
mod trust;
pub mod which_key;

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::{Position, Rect};

use super::action::{Action, Argument, Scope};
use super::exchange::Exchange;
use super::keymap::Keymap;
use super::mouse::Touched;
use super::theme::Theme;
use super::view::View;
use super::widget::input::Input;
use super::widget::list::Selection;
use super::worker::Request;
use crate::analysis::Filter;
use crate::register::Program;
use copy::Copy;
pub use copy::Copyable;
pub use exchange::Exchanging;
use filter::FilterLine;
use help::Help;
#[cfg(test)]
pub use help::KEYS_WIDTH;
use palette::Palette;
use picker::Picker;
use prompt::Words;
use trust::Trust;

/// What lies over the screen.
pub enum Overlay {
    Help(Help),
    Palette(Palette),
    Picker(Picker),
    Filter(FilterLine),
    Words(Words),
    Copy(Copy),
    Trust(Trust),
    Exchange(Exchanging),
}

/// What an overlay looks at: the screen below it, and what can be done there.
pub struct Around<'a> {
    pub view: Option<&'a View>,
    pub keymap: &'a Keymap,
    pub theme: Theme,
    /// Of the screen below.
    pub scope: Scope,
    /// Why an action cannot run now.
    pub why_not: &'a dyn Fn(Action) -> Option<String>,
}

/// An action, and what it is to be done to where the selection is not meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    pub action: Action,
    pub argument: Option<String>,
}

impl From<Action> for Command {
    fn from(action: Action) -> Command {
        Command { action, argument: None }
    }
}

/// What came of a key.
pub enum Outcome {
    /// It goes on.
    Open,
    Closed,
    /// It goes on, and the screen is to show this filter meanwhile.
    Narrowed(Filter),
    /// Close it, and show this filter.
    Filter(Filter),
    /// Close it, and do this.
    Run(Command),
    /// Close it, and copy this.
    Copy(&'static str, String),
    /// Close it: these programs may run, and this was waiting for it.
    Trust(Vec<Program>, Box<Request>),
    /// Close it: they may not run.
    Declined,
    /// Close it, and ask for this.
    Ask(Box<Request>),
}

impl Overlay {
    pub fn help() -> Overlay {
        Overlay::Help(Help::default())
    }

    pub fn palette() -> Overlay {
        Overlay::Palette(Palette::default())
    }

    /// A choice of what an action is done to.
    pub fn picker(action: Action, of: Argument, title: String) -> Overlay {
        Overlay::Picker(Picker::new(action, of, title))
    }

    pub fn filter(before: &str) -> Overlay {
        Overlay::Filter(FilterLine::new(before))
    }

    pub fn as_of(begun: &str) -> Overlay {
        Overlay::Words(Words::as_of(begun))
    }

    /// The words that go with an action.
    pub fn words(action: Action, label: &'static str, begun: &str) -> Overlay {
        Overlay::Words(Words::of(action, label, begun))
    }

    /// A choice of what is copied.
    pub fn copy(found: Vec<Copyable>) -> Overlay {
        Overlay::Copy(Copy::new(found))
    }

    /// What a repository would run, in the way of a request.
    pub fn trust(programs: Vec<Program>, then: Box<Request>) -> Overlay {
        Overlay::Trust(Trust::new(programs, then))
    }

    /// A fetch or a push that goes on.
    pub fn exchange(exchange: Exchange) -> Overlay {
        Overlay::Exchange(Exchanging::new(exchange))
    }

    /// Answers an action of [`Scope::Window`].
    pub fn act(&mut self, action: Action, around: &Around) -> Outcome {
        match self {
            Overlay::Help(help) => help.act(action, around),
            Overlay::Palette(palette) => palette.act(action, around),
            Overlay::Picker(picker) => picker.act(action, around),
            Overlay::Filter(line) => line.act(action, around),
            Overlay::Words(line) => line.act(action),
            Overlay::Copy(copy) => copy.act(action),
            Overlay::Trust(trust) => trust.act(action),
            Overlay::Exchange(exchange) => exchange.act(action),
        }
    }

    /// Takes a key that is no command here.
    pub fn type_key(&mut self, key: KeyEvent, around: &Around) -> Outcome {
        if let Overlay::Trust(trust) = self {
            return trust.type_key(key);
        }
        if let Overlay::Exchange(exchange) = self {
            return exchange.type_key(key);
        }
        if let Some(input) = self.input() {
            input.key(key);
        }
        self.typed(around)
    }

    pub fn paste(&mut self, text: &str, around: &Around) -> Outcome {
        if let Some(input) = self.input() {
            input.paste(text);
        }
        self.typed(around)
    }

    /// Where letters go.
    fn input(&mut self) -> Option<&mut Input> {
        Some(match self {
            Overlay::Help(help) => &mut help.search.input,
            Overlay::Palette(palette) => &mut palette.search.input,
            Overlay::Picker(picker) => &mut picker.search.input,
            Overlay::Filter(line) => &mut line.input,
            Overlay::Words(line) => &mut line.input,
            Overlay::Copy(copy) => &mut copy.search.input,
            Overlay::Trust(_) | Overlay::Exchange(_) => return None,
        })
    }

    fn typed(&mut self, around: &Around) -> Outcome {
        match self {
            Overlay::Help(Help { search })
            | Overlay::Palette(Palette { search })
            | Overlay::Picker(Picker { search, .. })
            | Overlay::Copy(Copy { search, .. }) => search.selection = Selection::default(),
            Overlay::Filter(line) => {
                line.selection = Selection::default();
                return line.typed(around);
            }
            Overlay::Words(_) | Overlay::Trust(_) | Overlay::Exchange(_) => {}
        }
        Outcome::Open
    }

    /// A click goes into the text, or selects, and on what is selected chooses; beside the window it closes it. Trust is
    /// given with a key alone.
    pub fn touch(&mut self, place: Position, around: &Around) -> Outcome {
        if self.input().is_some_and(|input| input.touch(place)) {
            return Outcome::Open;
        }
        if let Overlay::Exchange(exchange) = self {
            return exchange.touch(place);
        }
        if let Overlay::Filter(line) = self {
            return match line.selection.touch(place) {
                Touched::Again => line.act(Action::Complete, around),
                _ => Outcome::Open,
            };
        }
        let Some(search) = self.search() else { return Outcome::Open };
        match (search.selection.touch(place), search.window.contains(place)) {
            (Touched::Again, _) => self.act(Action::Accept, around),
            (Touched::Nothing, false) => self.act(Action::Back, around),
            _ => Outcome::Open,
        }
    }

    pub fn scroll(&mut self, place: Position, lines: isize) {
        match self {
            Overlay::Filter(line) => line.selection.scroll(place, lines),
            Overlay::Trust(trust) => trust.scroll.by(lines),
            Overlay::Exchange(exchange) => exchange.scroll.by(lines),
            overlay => {
                overlay.search().into_iter().for_each(|search| search.selection.scroll(place, lines));
            }
        }
    }

    fn search(&mut self) -> Option<&mut Search> {
        Some(match self {
            Overlay::Help(Help { search })
            | Overlay::Palette(Palette { search })
            | Overlay::Picker(Picker { search, .. })
            | Overlay::Copy(Copy { search, .. }) => search,
            Overlay::Filter(_) | Overlay::Words(_) | Overlay::Trust(_) | Overlay::Exchange(_) => return None,
        })
    }

    pub fn draw(&mut self, frame: &mut Frame, area: Rect, around: &Around) {
        match self {
            Overlay::Help(help) => help.draw(frame, area, around),
            Overlay::Palette(palette) => palette.draw(frame, area, around),
            Overlay::Picker(picker) => picker.draw(frame, area, around),
            Overlay::Filter(line) => line.draw(frame, area, around),
            Overlay::Words(line) => line.draw(frame, area, around),
            Overlay::Copy(copy) => copy.draw(frame, area, around),
            Overlay::Trust(trust) => trust.draw(frame, area, around),
            Overlay::Exchange(exchange) => exchange.draw(frame, area, around),
        }
    }
}

/// What is searched for in a list, and which line is selected.
struct Search {
    input: Input,
    selection: Selection<String>,
    /// Where it was drawn.
    window: Rect,
}

impl Default for Search {
    fn default() -> Search {
        Search { input: Input::new(""), selection: Selection::default(), window: Rect::ZERO }
    }
}
