//! Styles by meaning: `state.gap`, `hint`, `selected`. No screen names a colour.
//!
//! Each state has a glyph and a word besides its colour, so that without colour everything still reads.

mod read;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::letters::{self, Letters};

use crate::analysis::State;
use crate::domain::{Basis, Status};

pub use read::{Mistake, built_in, built_in_names, read};

/// How the screen of one run looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    styles: [Style; MEANINGS.len()],
    letters: Letters,
    /// Whether what is selected has a mark before it.
    marks: bool,
}

/// Everything that has a style of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    Gap,
    Partial,
    Stale,
    ToAssess,
    Met,
    NothingOnFile,
    Unknown,
    NotApplicable,
    Exempt,
    NotYet,
    Title,
    Section,
    Hint,
    Key,
    Warning,
    Error,
    Added,
    Removed,
    Selected,
    Crosshair,
}

/// Every meaning with its name in a theme's file, in the order of the enum.
pub const MEANINGS: [(Meaning, &str); 20] = [
    (Meaning::Gap, "state.gap"),
    (Meaning::Partial, "state.partial"),
    (Meaning::Stale, "state.stale"),
    (Meaning::ToAssess, "state.to-assess"),
    (Meaning::Met, "state.met"),
    (Meaning::NothingOnFile, "state.nothing-on-file"),
    (Meaning::Unknown, "state.unknown"),
    (Meaning::NotApplicable, "state.not-applicable"),
    (Meaning::Exempt, "state.exempt"),
    (Meaning::NotYet, "state.not-yet"),
    (Meaning::Title, "title"),
    (Meaning::Section, "section"),
    (Meaning::Hint, "hint"),
    (Meaning::Key, "key"),
    (Meaning::Warning, "warning"),
    (Meaning::Error, "error"),
    (Meaning::Added, "added"),
    (Meaning::Removed, "removed"),
    (Meaning::Selected, "selected"),
    (Meaning::Crosshair, "crosshair"),
];

impl Theme {
    /// For a dark background; what is taken where nothing is known.
    pub fn dark() -> Theme {
        read::shipped("dark")
    }

    /// For a light background.
    pub fn light() -> Theme {
        read::shipped("light")
    }

    /// Without a colour: weight, underlines and reversal are left. A warning is underlined, because what is reversed
    /// is selected.
    pub fn colourless(self) -> Theme {
        let mut theme = self;
        for style in &mut theme.styles {
            *style = Style { fg: None, bg: None, underline_color: None, ..*style };
        }
        theme.set(Meaning::Warning, Style::new().add_modifier(Modifier::BOLD | Modifier::UNDERLINED));
        theme.set(Meaning::Selected, Style::new().add_modifier(Modifier::REVERSED));
        theme
    }

    /// In the letters that the terminal can draw.
    pub fn with_letters(self, letters: Letters) -> Theme {
        Theme { letters, ..self }
    }

    /// With a `>` before what is selected, for terminals that may not show styles at all.
    pub fn with_marks(self) -> Theme {
        Theme { marks: true, ..self }
    }

    /// What of the screen is there to draw on.
    pub fn room(self, screen: Rect) -> Rect {
        let margin = if self.marks { letters::MARGIN.min(screen.width) } else { 0 };
        Rect { x: screen.x + margin, width: screen.width - margin, ..screen }
    }

    /// Does to a drawn screen what the terminal needs.
    pub fn finish(self, buffer: &mut Buffer) {
        if self.marks {
            letters::mark_selected(buffer);
        }
        self.letters.replace(buffer);
    }

    pub fn of(self, meaning: Meaning) -> Style {
        self.styles[meaning as usize]
    }

    fn set(&mut self, meaning: Meaning, style: Style) {
        self.styles[meaning as usize] = style;
    }

    const EMPTY: Theme =
        Theme { styles: [Style::new(); MEANINGS.len()], letters: Letters::Unicode, marks: false };

    pub fn state(self, state: State) -> Style {
        self.of(match state {
            State::Gap => Meaning::Gap,
            State::Partial => Meaning::Partial,
            State::Stale => Meaning::Stale,
            State::ToAssess => Meaning::ToAssess,
            State::Met => Meaning::Met,
            State::NothingOnFile => Meaning::NothingOnFile,
            State::Unknown => Meaning::Unknown,
            State::NotApplicable => Meaning::NotApplicable,
            State::Exempt => Meaning::Exempt,
            State::NotYet => Meaning::NotYet,
        })
    }

    pub fn status(self, status: Status) -> Style {
        self.state(of_status(status))
    }

    /// Text that explains rather than says.
    pub fn hint(self) -> Style {
        self.of(Meaning::Hint)
    }

    pub fn title(self) -> Style {
        self.of(Meaning::Title)
    }

    /// A chapter's or block's head.
    pub fn section(self) -> Style {
        self.of(Meaning::Section)
    }

    pub fn key(self) -> Style {
        self.of(Meaning::Key)
    }

    /// Where the cursor is.
    pub fn selected(self) -> Style {
        self.of(Meaning::Selected)
    }

    /// The selected cell's row and column heads.
    pub fn crosshair(self) -> Style {
        self.of(Meaning::Crosshair)
    }

    /// The register is shown as of another day, or a company is invented: nobody may overlook it.
    pub fn warning(self) -> Style {
        self.of(Meaning::Warning)
    }

    pub fn error(self) -> Style {
        self.of(Meaning::Error)
    }

    pub fn added(self) -> Style {
        self.of(Meaning::Added)
    }

    pub fn removed(self) -> Style {
        self.of(Meaning::Removed)
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

#[cfg(test)]
mod tests;
