//! `countersign check`

use clap::{Args, ValueEnum};

use super::reading::{Form, Opened, Reading};
use super::{Outcome, output};
use crate::analysis::audit::Results;
use crate::analysis::check::{Concern, State, Verdict};
use crate::domain::{Day, Snapshot};
use crate::error::{Error, Result};
use crate::register::{At, Register};
use crate::report::check;
use crate::report::ci::{github, gitlab, junit, sarif};

/// Check the register's files, or a branch against its base, for CI
///
/// Prints a line `path:line:column: message [rule]` for each finding, and exits with 1 when there is one, with 2 when
/// not everything could be looked at. With --base, only what the branch brings counts: findings that the base does not
/// have, and what an audit finds in the branch's own commits under the policy of the base.
#[derive(Debug, Args)]
pub struct Check {
    /// List the rules with their reasons, and check nothing
    #[arg(long, conflicts_with_all = ["csv", "at", "worktree", "staged", "base", "format", "waived"])]
    rules: bool,
    /// The index: what the next commit would hold, as a pre-commit hook checks it
    #[arg(long, conflicts_with_all = ["at", "worktree"])]
    staged: bool,
    /// Count only what is new against this revision: the branch to be merged into
    #[arg(long, value_name = "REV")]
    base: Option<String>,
    /// The end of the branch whose commits are audited, where the files are those of a trial merge [default: the revision that is checked]
    #[arg(long, value_name = "REV", requires = "base")]
    head: Option<String>,
    /// List waived findings too
    #[arg(long)]
    waived: bool,
    /// Print for a person, a program, or a hosting platform
    #[arg(long, value_name = "FORMAT", conflicts_with_all = ["json", "csv", "markdown", "plain"])]
    format: Option<Format>,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    form: Form,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A page
    Human,
    /// The same as --json
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// JUnit XML, for test reports
    Junit,
    /// Workflow commands of GitHub, Gitea and Forgejo
    Github,
    /// The code-quality report of GitLab
    Gitlab,
}

impl Check {
    pub fn run(&self) -> Result<Outcome> {
        if self.rules {
            let rules = if self.form.json { check::rules_as_json() } else { check::rules(output::width()) };
            return output::print(rules).map(|()| Outcome::Fine);
        }
        let opened = if self.staged { self.reading.open_at(At::Staged) } else { self.reading.open() }?;
        let verdict = match &self.base {
            Some(base) => self.of_branch(&opened, base)?,
            None => Verdict::of(state(&opened.register, &opened.snapshot, opened.day)?),
        };
        self.print(&opened, &verdict)?;
        Ok(if verdict.findings.is_empty() { Outcome::Fine } else { Outcome::Findings })
    }

    fn of_branch(&self, opened: &Opened, base: &str) -> Result<Verdict> {
        let Opened { register, at, snapshot, day } = opened;
        let head = match (&self.head, at) {
            (Some(head), _) | (None, At::Revision(head)) => head.as_str(),
            (None, At::Head | At::WorkTree | At::Staged) => "HEAD",
        };
        let audit = register.audit_branch(base, head)?;
        let mut results = Results::new(audit.continuity(), &audit.head(), *day);
        for deed in audit.deeds() {
            results.add(&deed?);
        }
        let mut bases = Vec::new();
        for side in [vec![base.to_owned()], register.fork_points(base, head)?].concat() {
            match register.snapshot(&At::Revision(side)) {
                Ok(snapshot) => bases.push(state(register, &snapshot, *day)?),
                // The branch makes the register.
                Err(Error::NoRegister { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Verdict::of_branch(state(register, snapshot, *day)?, Concern::of_trail(results), &bases))
    }

    fn print(&self, opened: &Opened, verdict: &Verdict) -> Result<()> {
        let report = check::Check { verdict, base: self.base.as_deref(), waived: self.waived };
        match self.format {
            None | Some(Format::Human) => self.form.print(opened, &report),
            Some(Format::Json) => Form::json().print(opened, &report),
            Some(Format::Sarif) => output::print(sarif::text(&report)),
            Some(Format::Junit) => output::print(junit::text(&report)),
            Some(Format::Github) => output::print(github::text(&report)),
            Some(Format::Gitlab) => output::print(gitlab::text(&report)),
        }
    }
}

fn state(register: &Register, snapshot: &Snapshot, day: Day) -> Result<State> {
    Ok(State::new(snapshot, register.check_documents(snapshot)?, day))
}
