//! `countersign [PATH]`: the screen.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use clap::{Args, Command, CommandFactory};

use super::look::{Found, Look};
use super::personal::Configuration;
use super::reading::When;
use super::{Arguments, resolve};
use crate::domain::Day;
use crate::error::{Error, Result};
use crate::register::{At, Register};
use crate::ui::{self, Personal};

/// Whether there is a terminal to draw on and type into.
pub fn is_possible() -> bool {
    io::stdout().is_terminal() && io::stdin().is_terminal()
}

/// Opens the screen on a register.
pub fn open(register: Register, at: At, on: Day, mut personal: Personal, look: &Look) -> Result<()> {
    let Found { theme, notice } = look.find();
    personal.notice =
        [personal.notice, notice].into_iter().flatten().reduce(|one, other| one + "\n" + &other);
    personal.keeps_drafts = true;
    ui::run(register, ui::Options { at, on, theme, personal })
}

#[derive(Debug, Args)]
pub struct Screen {
    /// The register to open: a folder inside its git repository
    #[arg(default_value = ".", env = "COUNTERSIGN_REGISTER", hide_env_values = true)]
    path: PathBuf,
    #[command(flatten)]
    when: When,
    /// Print the board as lines instead of opening the screen, for screen readers and braille
    #[arg(long)]
    plain: bool,
    #[command(flatten)]
    configuration: Configuration,
    #[command(flatten)]
    look: Look,
}

impl Screen {
    pub fn run(&self) -> Result<()> {
        if let Some(mistyped) = mistyped_command(&self.path) {
            return Err(mistyped);
        }
        let register = Register::open(&self.path)?;
        if self.plain {
            return super::board::print_plain(register, self.when.at(), self.when.day());
        }
        if !is_possible() {
            // Where there is no register, that is the better answer.
            return register.snapshot(&self.when.at()).and(Err(Error::NoTerminal));
        }
        open(register, self.when.at(), self.when.day(), self.configuration.read().into(), &self.look)
    }
}

/// A word that is no folder may be meant as a command.
pub fn mistyped_command(path: &Path) -> Option<Error> {
    let typed = path.to_string_lossy();
    let program = Arguments::command();
    let names = || program.get_subcommands().map(Command::get_name);
    if path.exists() || names().any(|name| name == typed) {
        return None;
    }
    let near = resolve::nearest(&typed, names().map(|name| (name, name)))?;
    Some(Error::UnknownCommand { typed: typed.into_owned(), near: Some(near) })
}
