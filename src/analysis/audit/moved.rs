//! `file-moved`: a fact's trail is its path's history, so a file that is moved leaves it behind.

use super::{Class, Doubt};
use crate::domain::Deed;

pub(super) fn rule(deed: &Deed) -> Vec<Doubt> {
    // An undo puts files back where their trails are.
    if deed.restores() {
        return Vec::new();
    }
    let doubt = |moved: &crate::domain::deed::Moved| {
        Doubt::about(Class::FileMoved, &moved.to, format!("it stood at {}", moved.from))
    };
    deed.moved.iter().map(doubt).collect()
}
