//! `countersign check`

use clap::Args;

use super::reading::{Form, Reading};
use super::{Outcome, output};
use crate::error::Result;
use crate::report::findings::{self, Findings};

/// Check the register's files, for CI
///
/// Prints a line `path:line:column: message [rule]` for each finding, and exits with 1 when there is one.
#[derive(Debug, Args)]
pub struct Check {
    /// List the rules with their reasons, and check nothing
    #[arg(long, conflicts_with_all = ["csv", "at", "worktree"])]
    rules: bool,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    form: Form,
}

impl Check {
    pub fn run(&self) -> Result<Outcome> {
        if self.rules {
            let rules =
                if self.form.json { findings::rules_as_json() } else { findings::rules(output::width()) };
            return output::print(rules).map(|()| Outcome::Fine);
        }
        let opened = self.reading.open()?;
        let mut findings = opened.snapshot.findings.clone();
        findings.extend(opened.register.check_documents(&opened.snapshot)?);
        findings.sort();
        self.form.print(&opened, &Findings { findings: &findings })?;
        Ok(if findings.is_empty() { Outcome::Fine } else { Outcome::Findings })
    }
}
