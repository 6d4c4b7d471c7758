//! What a command would commit: shown exactly, asked about, and committed.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use clap::Args;
use serde_json::Value;

use super::reading::Where;
use super::{output, resolve, trust};
use crate::domain::proposal::Slug;
use crate::domain::{CompanyId, visible};
use crate::error::{Error, Result};
use crate::register::{At, Committed, Planned, Prepared, Register};
use crate::report;

#[derive(Debug, Args)]
pub struct Offer {
    /// The branch to read and to commit to; what is checked out stays as it is [default: HEAD's]
    #[arg(long, value_name = "NAME")]
    branch: Option<String>,
    /// Commit to a proposal instead: a branch of its own that grows from this one, or the one of that name that is there
    /// [default name: what the change is about]
    #[arg(long, value_name = "SLUG", num_args = 0..=1)]
    propose: Option<Option<Slug>>,
    #[command(flatten)]
    consent: Consent,
}

/// Whether a commit is made, and who says so.
#[derive(Debug, Args)]
pub struct Consent {
    /// Show what would be committed, and commit nothing
    #[arg(long, group = "unasked")]
    dry_run: bool,
    /// Commit without asking
    #[arg(long, group = "unasked")]
    yes: bool,
    /// Print the commit, path, message and diff as JSON; with --yes or --dry-run
    #[arg(long)]
    json: bool,
}

impl Offer {
    pub fn branch(&self) -> Option<&str> {
        self.branch.as_deref()
    }

    /// Opens a register to commit to it: on the branch that is named, or on a proposal about something, of a company or
    /// of nobody.
    pub fn open(&self, register: &Where, company: Option<&str>, about: &str) -> Result<Register> {
        let register = register.open_to_write(self.branch())?;
        let Some(slug) = &self.propose else { return Ok(register) };
        let company = company.map(|typed| named(&register, typed)).transpose()?;
        self.on_proposal(register, slug.as_ref(), company.as_ref(), about)
    }

    /// The same for a change that shows only on the branch itself whose company and what it is about.
    pub fn redirect(&self, register: Register, prepared: &Prepared) -> Result<Option<Register>> {
        let Some(slug) = &self.propose else { return Ok(None) };
        let company = prepared.company();
        self.on_proposal(register, slug.as_ref(), company.as_ref(), prepared.topic()).map(Some)
    }

    fn on_proposal(
        &self,
        register: Register,
        slug: Option<&Slug>,
        company: Option<&CompanyId>,
        about: &str,
    ) -> Result<Register> {
        register.proposing(company, &slug.cloned().unwrap_or_else(|| Slug::about(about)))
    }

    /// As [`Consent::carry_out`].
    pub fn carry_out(
        &self,
        register: &Register,
        prepared: &Prepared,
        text: &str,
        document: Value,
        note: impl FnOnce(&mut Value, &Committed),
    ) -> Result<()> {
        assert!(
            self.propose.is_none() || prepared.is_proposal(),
            "what is to be proposed is prepared on the proposal"
        );
        self.consent.carry_out(register, prepared, text, document, note)
    }
}

impl Consent {
    /// Whether the result is for a program.
    pub fn json(&self) -> bool {
        self.json
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
        if self.json && !self.yes && !self.dry_run {
            return Err(Error::NeedsYes);
        }
        document["branch"] = prepared.branch().into();
        if !self.json {
            output::print(text)?;
        }
        if !self.dry_run {
            if !self.yes {
                ask(prepared.commits().len())?;
            }
            let branch = visible::line(prepared.branch()).into_owned();
            let where_to = if prepared.is_proposal() { format!(" on {branch}") } else { String::new() };
            let committed = trust::asking(register, || register.commit(prepared.clone()))?;
            committed.warnings.iter().for_each(|warning| output::say("warning", warning));
            if !self.json {
                let mut lines: String =
                    committed.ids.iter().map(|id| format!("Committed {id}{where_to}\n")).collect();
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

/// A company may be on file in the proposal only.
fn named(register: &Register, typed: &str) -> Result<CompanyId> {
    let on_file = resolve::company(&register.snapshot(&At::Head)?, typed).map(|found| found.id.clone());
    on_file.or_else(|unknown| typed.parse().map_err(|_| unknown))
}

/// Exactly what will be committed, but for hidden characters, which are shown.
pub fn preview(commit: &Planned) -> String {
    let (message, diff) = (commit.message(), commit.diff());
    format!("{}\n\n{}", visible::text(message.trim_end()), visible::text(&diff))
}

/// The same of all that is made together.
pub fn previews(prepared: &Prepared) -> String {
    let commits: Vec<String> = prepared.commits().iter().map(preview).collect();
    match &commits[..] {
        [one] => one.clone(),
        several => {
            let count = several.len();
            let numbered = (1..).zip(several).map(|(at, text)| format!("Commit {at} of {count}\n\n{text}"));
            numbered.collect::<Vec<_>>().join("\n")
        }
    }
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
