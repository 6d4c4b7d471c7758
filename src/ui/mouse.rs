//! What the mouse does: it selects what was drawn where it points, and never a line by its number.

/// What came of a click.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Touched {
    /// There is nothing to select.
    Nothing,
    Selected,
    /// It was selected already: now it is opened.
    Again,
    /// Something else happened, as these words say.
    Said(String),
}

/// Lines a notch of the wheel scrolls.
pub const NOTCH: isize = 3;
