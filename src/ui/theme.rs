//! Styles by meaning. Each state has a glyph and a word besides its colour; without colour everything still reads.

use ratatui::style::{Color, Modifier, Style};

use crate::analysis::State;
use crate::domain::{Basis, Status};

/// The styles of one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    colour: bool,
}

impl Theme {
    /// With the terminal's own sixteen colours, so that light and dark both work; without any where `NO_COLOR` is set.
    pub fn new(colour: bool) -> Theme {
        Theme { colour }
    }

    fn coloured(self, colour: Color) -> Style {
        if self.colour { Style::new().fg(colour) } else { Style::new() }
    }

    pub fn state(self, state: State) -> Style {
        match state {
            State::Gap => self.coloured(Color::Red).add_modifier(Modifier::BOLD),
            State::Partial => self.coloured(Color::Yellow),
            State::Stale => self.coloured(Color::Magenta),
            State::ToAssess => self.coloured(Color::Cyan),
            State::Met => self.coloured(Color::Green),
            State::NothingOnFile | State::Unknown | State::NotApplicable | State::Exempt | State::NotYet => {
                self.hint()
            }
        }
    }

    pub fn status(self, status: Status) -> Style {
        self.state(of_status(status))
    }

    /// Text that explains rather than says.
    pub fn hint(self) -> Style {
        if self.colour { Style::new().fg(Color::DarkGray) } else { Style::new().add_modifier(Modifier::DIM) }
    }

    pub fn title(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// A chapter's or block's head.
    pub fn section(self) -> Style {
        self.coloured(Color::Blue).add_modifier(Modifier::BOLD)
    }

    pub fn key(self) -> Style {
        self.coloured(Color::Blue).add_modifier(Modifier::BOLD)
    }

    /// Where the cursor is.
    pub fn selected(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    /// The selected cell's row and column heads.
    pub fn crosshair(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD | Modifier::UNDERLINED)
    }

    /// The register is shown as of another day, or a company is invented: nobody may overlook it.
    pub fn warning(self) -> Style {
        self.coloured(Color::Yellow).add_modifier(Modifier::BOLD | Modifier::REVERSED)
    }

    pub fn error(self) -> Style {
        self.coloured(Color::Red).add_modifier(Modifier::BOLD)
    }

    pub fn added(self) -> Style {
        self.coloured(Color::Green)
    }

    pub fn removed(self) -> Style {
        self.coloured(Color::Red)
    }
}

/// The state a status on its own would be.
pub fn of_status(status: Status) -> State {
    match status {
        Status::Gap => State::Gap,
        Status::Partial => State::Partial,
        Status::Met => State::Met,
        Status::NotApplicable => State::NotApplicable,
    }
}

/// A state's mark.
pub fn glyph(state: State) -> &'static str {
    state.glyph()
}

/// The mark of a cell's basis.
pub fn basis_mark(basis: Basis) -> &'static str {
    match basis {
        Basis::Adherence => "a",
        Basis::Alternative => "m",
        Basis::Law => "§",
    }
}
