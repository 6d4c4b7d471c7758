//! `countersign redo`

use clap::Args;

use super::undo::TakingBack;
use crate::error::Result;
use crate::register::{Range, Way};

/// Take an undo back: restore what it took away, as a new commit
///
/// Works as `undo` does, on what was undone.
#[derive(Debug, Args)]
pub struct Redo {
    /// An undo or what it undid, or A..B: all undos after A, up to B [default: the last undo]
    #[arg(value_name = "REV | A..B")]
    which: Option<Range>,
    #[command(flatten)]
    taking_back: TakingBack,
}

impl Redo {
    pub fn run(&self) -> Result<()> {
        self.taking_back.run(Way::Redo, self.which.clone())
    }
}
