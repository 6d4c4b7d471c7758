//! What a screen wants to happen, as a value: the loop does it.

use super::screen::Place;
use super::sketch::What;
use super::worker::Request;
use crate::domain::{CompanyId, Slot};

#[derive(Debug)]
pub enum Intent {
    Nothing,
    Open(Place),
    /// Open in place of the current screen.
    Replace(Place),
    /// Open the form of a judgement, with what was typed there before.
    Decide(CompanyId, Slot),
    /// Open the form of something else than a judgement, with what was typed there before.
    Record(CompanyId, What),
    Back,
    Ask(Request),
    /// Leave this screen and show the register as of a commit.
    AsOf(String),
    /// A line for the person, until the next key.
    Say(String),
}
