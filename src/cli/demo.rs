//! `countersign demo`

use clap::Args;

use super::personal::Configuration;
use super::reading::today;
use super::{output, screen};
use crate::demo;
use crate::domain::{Day, visible};
use crate::error::Result;
use crate::register::{At, Register};

/// Make a register to play with in a temporary folder, and open it
///
/// It holds the public record and two invented companies with some months of decisions. The folder stays, and is named
/// at the end; without a terminal, naming it is all.
#[derive(Debug, Args)]
pub struct Demo {
    /// The day it is made for; the same day gives the same register, to the last commit id [default: today]
    #[arg(long, value_name = "DAY")]
    on: Option<Day>,
    /// Make it and say where it is, without opening it
    #[arg(long)]
    no_screen: bool,
    #[command(flatten)]
    configuration: Configuration,
}

impl Demo {
    pub fn run(&self) -> Result<()> {
        let day = self.on.unwrap_or_else(today);
        let folder = demo::make(day)?;
        let named = demo::introduce(&folder)?;
        if !self.no_screen && screen::is_possible() {
            let personal = self.configuration.read().into();
            screen::open(Register::open(&folder)?, At::Head, day, personal)?;
        }
        let folder = folder.display().to_string();
        let folder = visible::line(&folder);
        output::print(format!("{folder}\n"))?;
        output::say(
            "hint",
            &format!(
                "The demo stays there: `countersign {folder}` opens it, `git -C {folder} log` shows its commits."
            ),
        );
        if named {
            output::say(
                "note",
                "git knows no name for you, so what you decide in this demo is by `Demo user`.",
            );
        }
        Ok(())
    }
}
