//! `countersign man`

use clap::{Args, Command, CommandFactory};
use clap_mangen::roff::{Roff, bold, roman};

use super::{Arguments, keys, output, resolve};
use crate::error::{Error, Result};
use crate::ui::Keymap;

/// Print the man page, or that of one command
#[derive(Debug, Args)]
pub struct Man {
    /// The command whose page is wanted
    command: Option<String>,
}

impl Man {
    pub fn run(&self) -> Result<()> {
        let mut program = Arguments::command().disable_help_subcommand(true);
        // Subcommands learn their full names and what they inherit.
        program.build();
        let page = match &self.command {
            None => program,
            Some(typed) => subcommand(&program, typed)?,
        };
        let mut roff = Vec::new();
        let version = concat!("countersign ", env!("CARGO_PKG_VERSION"));
        clap_mangen::Man::new(page).source(version).render(&mut roff).map_err(Error::Output)?;
        if self.command.is_none() {
            keys().to_writer(&mut roff).map_err(Error::Output)?;
        }
        output::print(roff)
    }
}

/// The screen's keys, where nobody bound others.
fn keys() -> Roff {
    let mut section = Roff::new();
    section.control("SH", ["KEYS"]);
    for row in keys::rows(&Keymap::default()) {
        section.control("TP", []);
        section.text([bold(row.keys.join(" ")), roman("  "), roman(row.name)]);
        section.text([roman(row.description), roman(row.places())]);
    }
    section
}

fn subcommand(program: &Command, typed: &str) -> Result<Command> {
    let Some(found) = program.find_subcommand(typed) else {
        let names = program.get_subcommands().map(Command::get_name);
        let near = resolve::nearest(typed, names.map(|name| (name, name)));
        return Err(Error::UnknownCommand { typed: typed.to_owned(), near });
    };
    Ok(found.clone())
}
