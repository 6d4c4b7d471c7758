//! `countersign trust`

use clap::Args;
use serde_json::json;

use super::output;
use super::reading::Where;
use crate::domain::visible;
use crate::error::{Error, Result};
use crate::register::{Program, Register};
use crate::report;

/// List the programs a repository brings along, and say whether they may run
///
/// Reading a register runs nothing. A commit runs what the user's own git would: where the repository's own
/// configuration or hooks name programs, it is refused until they are trusted. Trust is kept on this machine, for this
/// repository and exactly this list.
#[derive(Debug, Args)]
pub struct Trust {
    /// Trust what is listed
    #[arg(long, conflicts_with = "revoke")]
    yes: bool,
    /// Trust nothing here any longer
    #[arg(long)]
    revoke: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    register: Where,
}

impl Trust {
    pub fn run(&self) -> Result<()> {
        let register = self.register.open()?;
        let programs = register.programs()?;
        if self.yes {
            register.trust(&programs)?;
        }
        if self.revoke {
            register.distrust()?;
        }
        let trusted = register.trusts(&programs);
        if self.json {
            return output::print(as_json(&programs, trusted));
        }
        output::print(in_words(&programs, trusted))
    }
}

/// Does something that a repository's programs may stand in the way of. Where a person is there, they are shown the
/// programs and asked; if they trust them, it is done once more.
pub fn asking<T>(register: &Register, act: impl Fn() -> Result<T>) -> Result<T> {
    match act() {
        Err(Error::Untrusted { .. }) if output::is_interactive() => {
            let programs = register.programs()?;
            output::say("trust", &in_words(&programs, false));
            if !output::confirm("Trust these programs in this repository?") {
                return Err(Error::NotConfirmed);
            }
            register.trust(&programs)?;
            act()
        }
        done => done,
    }
}

fn in_words(programs: &[Program], trusted: bool) -> String {
    let heading = match (programs, trusted) {
        ([], _) => return "This repository names no program that a commit would run.\n".to_owned(),
        (_, true) => "These programs of the repository are trusted and may run:",
        (_, false) => "These programs of the repository are not trusted; a commit would run them:",
    };
    let rows = programs.iter().map(|Program { name, value, file }| {
        let [name, value, file] = [name, value, file].map(|text| visible::line(text));
        format!("\n  {name}\n    {value}\n    in {file}\n")
    });
    format!("{heading}\n{}", rows.collect::<String>())
}

fn as_json(programs: &[Program], trusted: bool) -> String {
    let programs: Vec<_> = programs
        .iter()
        .map(|Program { name, value, file }| json!({ "name": name, "value": value, "file": file }))
        .collect();
    report::json::text(&json!({ "format": 1, "view": "trust", "trusted": trusted, "programs": programs }))
}
