//! `countersign proposals`

use clap::Args;

use super::reading::{Form, Where, today};
use super::review;
use crate::analysis::check::new_findings;
use crate::domain::{Day, Source};
use crate::error::Result;
use crate::report::{self, Origin};

/// List the proposals for a branch: who, how old, what they change, whether they still apply, and who has reviewed
///
/// Looks at branches of this repository and of its remotes, as they were last fetched. Those that are merged or declined
/// come last.
#[derive(Debug, Args)]
pub struct Proposals {
    /// Only this one, change by change: a branch, or the last part of its name
    name: Option<String>,
    /// The branch they are for [default: HEAD's]
    #[arg(long, value_name = "BRANCH")]
    branch: Option<String>,
    /// The day their age is counted to [default: today]
    #[arg(long, value_name = "DAY")]
    on: Option<Day>,
    #[command(flatten)]
    register: Where,
    #[command(flatten)]
    form: Form,
}

impl Proposals {
    pub fn run(&self) -> Result<()> {
        let register = self.register.open_on(self.branch.as_deref())?;
        let day = self.on.unwrap_or_else(today);
        if let Some(name) = &self.name {
            return review::print(&register, name, day, &self.form);
        }
        let found = register.proposals(&|head, bases| new_findings(head, bases, day))?;
        let source = Source::Commit(found.onto.clone());
        let origin = Origin { register: found.settings.title.as_deref(), source: &source, day };
        let report = report::proposals::Proposals {
            branch: &found.branch,
            settings: &found.settings,
            proposals: &found.proposals,
            day,
        };
        self.form.print_from(&origin, &report)
    }
}
