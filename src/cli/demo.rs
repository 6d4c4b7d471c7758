//! `countersign demo`

use std::path::Path;

use clap::Args;

use super::{output, reading, screen};
use crate::demo;
use crate::error::{Error, Result};
use crate::ledger::Ledger;
use crate::register::{At, Register};

/// Make a register to play with in a fresh temporary folder, and open it
///
/// The public record as it grew, and two invented companies with some months of decisions.
#[derive(Debug, Args)]
pub struct Demo {
    /// Make it and print where it is, without opening the screen
    #[arg(long)]
    no_open: bool,
}

impl Demo {
    pub fn run(&self) -> Result<()> {
        let today = reading::today();
        let folder = demo::make(today)?;
        if self.no_open || !screen::has_terminal() {
            return output::print(format!("{}\n", folder.display()));
        }
        let named = introduce(&folder)?;
        screen::open(Register::open(&folder)?, At::Head, today)?;
        output::print(format!(
            "The demo register stays in {}; delete it when you are done.\n",
            folder.display()
        ))?;
        output::say("next", &format!("git -C {} log --stat -3", folder.display()));
        output::say("next", &format!("countersign {}", folder.display()));
        if named {
            output::say(
                "note",
                "git knows no name for you here, so commits of this demo are by `Demo user`.",
            );
        }
        Ok(())
    }
}

/// On a machine where git does not know the user, the demo's own configuration names one, so that a first decision can
/// be committed. True if it had to.
fn introduce(folder: &Path) -> Result<bool> {
    let ledger = Ledger::discover(folder)?;
    match ledger.identity() {
        Err(Error::NoIdentity { .. }) => ledger.introduce("Demo user", "demo@example.org").map(|()| true),
        identity => identity.map(|_| false),
    }
}
