//! `countersign settle`

use clap::Args;

use super::conflicts::next_step;
use super::reading::Where;
use super::{output, trust};
use crate::domain::visible;
use crate::error::Result;
use crate::register::conflicts::Choice;

/// Settle a file that git's merge, rebase or pull left in conflict
///
/// Writes the chosen version into the work tree and stages it. What git is in the middle of is never ended here: the
/// command says how to go on.
#[derive(Debug, Args)]
pub struct Settle {
    #[arg(value_name = "PATH")]
    /// The file, as `countersign conflicts` names it
    file: String,
    /// Take our version
    #[arg(long, required_unless_present_any = ["theirs", "cautious"])]
    ours: bool,
    /// Take their version
    #[arg(long, conflicts_with = "ours")]
    theirs: bool,
    /// Take both as one: the more cautious status, both reasons, and a mark that makes it stale until it is decided again
    #[arg(long, conflicts_with_all = ["ours", "theirs"])]
    cautious: bool,
    #[command(flatten)]
    register: Where,
}

impl Settle {
    pub fn run(&self) -> Result<()> {
        let register = self.register.open()?;
        let choice = match (self.ours, self.theirs) {
            (true, _) => Choice::Ours,
            (_, true) => Choice::Theirs,
            _ => Choice::Cautious,
        };
        trust::asking(&register, || register.settle(&self.file, choice))?;
        output::print(format!("Settled {} and staged it.\n", visible::line(&self.file)))?;
        if let Some(next) = next_step(&register.conflicts()?) {
            output::say("hint", &next);
        }
        Ok(())
    }
}
