//! `countersign position`

use clap::Args;

use super::reading::today;
use super::recording::Recording;
use super::{resolve, words};
use crate::analysis::position::{self, Draft, Refusal};
use crate::domain::{Chapter, Day, Stance};
use crate::error::{Error, Result};

/// Record a company's position on chapters as one commit
///
/// Shows the exact commit message and file diff, asks, and commits; without a terminal it needs --yes. Another stance on
/// the same chapter from the same day on gives way to it. What was judged before is stale where the stance moved.
#[derive(Debug, Args)]
pub struct Position {
    /// The company, by id or name
    company: String,
    /// A chapter it is about; may be repeated
    #[arg(long = "chapter", value_name = "CHAPTER", value_delimiter = ',', value_parser = words::chapter())]
    chapters: Vec<Chapter>,
    /// What the company's position is; absence from the list is no refusal
    #[arg(long, value_parser = words::stance())]
    stance: Option<Stance>,
    /// First day on which that is certain
    #[arg(long, value_name = "DAY")]
    since: Option<Day>,
    /// Earliest day it can have begun, where the day itself is not known
    #[arg(long, value_name = "DAY")]
    not_before: Option<Day>,
    /// Where it was read
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
    /// Anything else
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    #[command(flatten)]
    recording: Recording,
}

impl Position {
    pub fn run(&self) -> Result<()> {
        let (register, snapshot) = self.recording.open(Some(&self.company), "position")?;
        let company = resolve::company(&snapshot, &self.company)?;
        let draft = Draft {
            chapters: self.chapters.clone(),
            stance: self.stance,
            since: self.since,
            not_before: self.not_before,
            source: self.source.clone().unwrap_or_default(),
            note: self.note.clone(),
            reason: self.recording.reason()?,
        };
        let change = position::take(&snapshot, today(), &company.id, &draft)
            .map_err(|refusals| Error::NotRecorded {
                what: format!("the position of {}", company.id),
                refusals: refusals.iter().map(Refusal::words).collect(),
                command: "position",
            })?
            .into();
        self.recording.carry_out((&register, &snapshot), &change, Some(company), ("position", None))
    }
}
