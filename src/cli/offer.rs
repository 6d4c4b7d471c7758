//! What a command would commit: shown exactly, asked about, and committed.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use clap::Args;
use serde_json::Value;

use super::{output, trust};
use crate::domain::visible;
use crate::error::{Error, Result};
use crate::register::{Committed, Planned, Prepared, Register};
use crate::report;

#[derive(Debug, Args)]
pub struct Offer {
    /// The branch to read and to commit to; what is checked out stays as it is [default: HEAD's]
    #[arg(long, value_name = "NAME")]
    branch: Option<String>,
    /// Show what would be committed, and commit nothing
    #[arg(long, group = "unasked")]
    dry_run: bool,
    /// Commit without asking
    #[arg(long, group = "unasked")]
    yes: bool,
    /// Print the commit, path, message and diff as JSON; with --yes or --dry-run
    #[arg(long, requires = "unasked")]
    json: bool,
}

impl Offer {
    pub fn branch(&self) -> Option<&str> {
        self.branch.as_deref()
    }

    /// Shows the text, asks where that is wanted, and commits; or does so in silence and prints the document, after
    /// `note` has put into it what was committed.
    pub fn carry_out(
        &self,
        register: &Register,
        prepared: &Prepared,
        text: &str,
        mut document: Value,
        note: impl FnOnce(&mut Value, &Committed),
    ) -> Result<()> {
        if !self.json {
            output::print(text)?;
        }
        if !self.dry_run {
            if !self.yes {
                ask(prepared.commits().len())?;
            }
            let branch = visible::line(prepared.branch()).into_owned();
            let committed = trust::asking(register, || register.commit(prepared.clone()))?;
            committed.warnings.iter().for_each(|warning| output::say("warning", warning));
            if !self.json {
                let mut lines: String = committed.ids.iter().map(|id| format!("Committed {id}\n")).collect();
                if let Some(head) = &committed.replayed_on {
                    lines.push_str(&format!("Replayed on {head}, as {branch} moved meanwhile\n"));
                }
                return output::print(format!("\n{lines}"));
            }
            document["replayed-on"] = committed.replayed_on.clone().into();
            note(&mut document, &committed);
        }
        if self.json { output::print(report::json::text(&document)) } else { Ok(()) }
    }
}

/// Exactly what will be committed, but for hidden characters, which are shown.
pub fn preview(commit: &Planned) -> String {
    let (message, diff) = (commit.message(), commit.diff());
    format!("{}\n\n{}", visible::text(message.trim_end()), visible::text(&diff))
}

/// A reason as typed: `@FILE` reads a file, `-` reads stdin.
pub fn reason(given: &str) -> Result<String> {
    if given == "-" {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).map_err(Error::io("read", "standard input"))?;
        return Ok(text);
    }
    match given.strip_prefix('@') {
        Some(path) => fs::read_to_string(path).map_err(Error::io("read", Path::new(path))),
        None => Ok(given.to_owned()),
    }
}

fn ask(commits: usize) -> Result<()> {
    if !output::is_interactive() {
        return Err(Error::NeedsYes);
    }
    let question = if commits == 1 { "Commit this?" } else { "Make all of these commits?" };
    if output::confirm(question) { Ok(()) } else { Err(Error::NotConfirmed) }
}
