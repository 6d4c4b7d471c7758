//! `countersign entry`

use clap::Args;

use super::reading::{Form, Reading, Reviews};
use crate::domain::Source;
use crate::error::Result;
use crate::register::At;
use crate::report::entry::EntryReport;

/// Show one commit: who made it, its message, and what it changed in the register, line by line
#[derive(Debug, Args)]
pub struct Entry {
    /// A commit, branch or tag, or a day: the last commit of that day
    #[arg(default_value = "HEAD")]
    commit: String,
    #[command(flatten)]
    reviews: Reviews,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    form: Form,
}

impl Entry {
    pub fn run(&self) -> Result<()> {
        let opened = self.reading.open()?;
        let text = opened.register.show(&self.commit)?;
        let review =
            match (self.reviews.of(&opened)?, opened.register.source(&At::Revision(self.commit.clone()))?) {
                (Some(grades), Source::Commit(commit)) => Some(grades.of(&commit)),
                _ => None,
            };
        self.form.print(&opened, &EntryReport { text: &text, review })
    }
}
