//! `countersign audit`

use clap::Args;

use super::reading::{Form, Where, today};
use super::{Outcome, output};
use crate::analysis::audit::Results;
use crate::domain::{Day, Source};
use crate::error::Result;
use crate::register::Range;
use crate::report::{Origin, audit};

/// Hold every commit against what it says, for reviewers and CI
///
/// Derives what each commit did to the register from its files, and holds that against the commit's own record, the
/// rules of a decision, and the policy in countersign.toml as it stood before. Prints a line
/// `commit path: message [class]` for each finding, and exits with 1 when there is one, with 2 when not everything could
/// be looked at.
#[derive(Debug, Args)]
pub struct Audit {
    /// A..B: what came to B after A; or a revision: all that led to it [default: HEAD]
    range: Option<Range>,
    /// Take a rewritten history as the one to go by from now on
    #[arg(long)]
    accept: bool,
    /// Also mark where this audit ended by a ref, refs/countersign/audited/BRANCH, to be pushed with the branch
    #[arg(long)]
    mark: bool,
    /// List the classes of findings with their meaning, and audit nothing
    #[arg(long, conflicts_with_all = ["csv", "range", "accept", "mark"])]
    classes: bool,
    /// The day after which no commit can have been made [default: today]
    #[arg(long, value_name = "DAY")]
    on: Option<Day>,
    #[command(flatten)]
    register: Where,
    #[command(flatten)]
    form: Form,
}

impl Audit {
    pub fn run(&self) -> Result<Outcome> {
        if self.classes {
            let classes =
                if self.form.json { audit::classes_as_json() } else { audit::classes(output::width()) };
            return output::print(classes).map(|()| Outcome::Fine);
        }
        let register = self.register.open()?;
        let begun = register.audit(&self.range.clone().unwrap_or_default())?;
        let day = self.on.unwrap_or_else(today);
        let mut results = Results::new(begun.continuity(), &begun.head(), day);
        for deed in begun.deeds() {
            results.add(&deed?);
        }
        let (settings, source) = (begun.settings()?, Source::Commit(begun.head()));
        let origin = Origin { register: settings.title.as_deref(), source: &source, day };
        let continuity = begun.continuity();
        self.form.print_from(&origin, &audit::Audit { results: &results, continuity })?;
        // The other forms say it themselves.
        if self.form.csv
            && let Some(words) = audit::left_out(&results.summary)
        {
            output::say("note", &words);
        }
        // Where that cannot be told, there is nothing to note.
        if begun.is_replaced().unwrap_or(false) {
            output::say("note", "git shows other objects in place of some of these (`git replace --list`)");
        }
        if results.is_continuous() || self.accept {
            // What was found stands even where this machine cannot keep it.
            if let Err(error) = begun.remember() {
                output::say("note", &format!("the next audit will not know of this one: {error}"));
            }
            if self.accept && !begun.is_of_a_whole_branch() {
                output::say("note", "nothing is accepted: only the audit of a whole branch is remembered");
            }
            if self.mark {
                match begun.mark()? {
                    Some(reference) => output::say("note", &format!("marked by {reference}")),
                    None => output::say("note", "nothing is marked: only the audit of a whole branch is"),
                }
            }
        }
        Ok(if results.findings.is_empty() { Outcome::Fine } else { Outcome::Findings })
    }
}
