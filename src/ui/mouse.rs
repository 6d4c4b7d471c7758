//! What the mouse does: it selects what was drawn where it points, and never a line by its number.

use super::intent::Intent;

/// What came of a click.
#[derive(Debug)]
pub enum Touched {
    /// There is nothing to select.
    Nothing,
    Selected,
    /// It was selected already: it is opened once the button is let go.
    Again,
    /// Something else is to happen.
    Did(Intent),
}

impl Touched {
    pub fn is_nothing(&self) -> bool {
        matches!(self, Touched::Nothing)
    }

    pub fn is_again(&self) -> bool {
        matches!(self, Touched::Again)
    }
}

/// Lines a notch of the wheel scrolls.
pub const NOTCH: isize = 3;
