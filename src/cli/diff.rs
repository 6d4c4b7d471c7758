//! `countersign diff`

use clap::Args;

use super::output;
use super::reading::{Form, Where, today};
use crate::analysis::meaning::{self, Side};
use crate::domain::{Day, Entry};
use crate::error::Result;
use crate::register::{At, Compared, Register};
use crate::report::meaning::MeaningReport;
use crate::report::{Origin, markdown};

/// Say what changed in meaning between two states of the register, and what came of it
///
/// Positions, statuses with their reasons, requirements, evidence and its documents, pins, models, what is asked and
/// the policy; which judgements became stale; which gaps opened and closed among signatories and the others. Comments,
/// order and layout are never told. As Markdown it is made to be a comment on a pull request.
///
/// Two moments (`A B`, `A..B`, days) are each judged as of their own day: the day that was named, or on which it was
/// committed. A change (`A...B`, a proposal, --staged, --worktree) is judged on one day, so that time plays no part.
#[derive(Debug, Args)]
pub struct Diff {
    /// The earlier branch, tag, commit or day; `A..B`; `A...B`, what B did since it left A; or a proposal [default: HEAD]
    #[arg(value_name = "FROM")]
    from: Option<String>,
    /// The later one [default: HEAD, or the work tree where nothing is named]
    #[arg(value_name = "TO")]
    to: Option<String>,
    /// Up to the files in the work tree, committed or not
    #[arg(long, conflicts_with = "to")]
    worktree: bool,
    /// Up to the index: what the next commit would hold
    #[arg(long, conflicts_with_all = ["to", "worktree"])]
    staged: bool,
    /// The day that the later one is judged by, or both where a change is shown
    #[arg(long, value_name = "DAY")]
    on: Option<Day>,
    #[command(flatten)]
    register: Where,
    #[command(flatten)]
    form: Form,
}

/// What is compared.
#[derive(Debug, PartialEq, Eq)]
enum Ends {
    Moments(String, String),
    /// What the second did since it left the first.
    Change(String, String),
    /// From a revision to what is not committed yet.
    Uncommitted(String, At),
}

const HEAD: &str = "HEAD";

impl Diff {
    pub fn run(&self) -> Result<()> {
        let register = self.register.open()?;
        let on = || self.on.unwrap_or_else(today);
        let (before, after, days) = match self.ends(|revision| register.is_proposal(revision))? {
            Ends::Moments(from, to) => {
                let days = (day(&register, &from)?, self.on.map_or_else(|| day(&register, &to), Ok)?);
                (At::Revision(from), At::Revision(to), days)
            }
            Ends::Change(from, to) => (fork_point(&register, &from, &to)?, At::Revision(to), (on(), on())),
            Ends::Uncommitted(from, to) => (At::Revision(from), to, (on(), on())),
        };
        let entries = entries(&register, &before, &after)?;
        let Compared { before: earlier, after: snapshot, touched } = register.compare(&before, &after)?;
        let sides = (Side { snapshot: &earlier, day: days.0 }, Side { snapshot: &snapshot, day: days.1 });
        let meaning = meaning::between(sides.0, sides.1, &touched, &entries);
        let from = match &before {
            At::Revision(revision) => register.describe(revision)?,
            _ => register.origin(&earlier.source),
        };
        let report = MeaningReport { snapshot: &snapshot, from, from_day: days.0, meaning: &meaning };
        let origin = Origin::new(&snapshot, days.1);
        match self.form.markdown {
            true => output::print(markdown::comment(&origin, &report)),
            false => self.form.print_from(&origin, &report),
        }
    }

    fn ends(&self, is_proposal: impl Fn(&str) -> Result<bool>) -> Result<Ends> {
        let named = |text: &str| if text.is_empty() { HEAD.to_owned() } else { text.to_owned() };
        Ok(match (self.from.as_deref(), self.to.as_deref()) {
            (from, _) if self.worktree => Ends::Uncommitted(named(from.unwrap_or_default()), At::WorkTree),
            (from, _) if self.staged => Ends::Uncommitted(named(from.unwrap_or_default()), At::Staged),
            (None, _) => Ends::Uncommitted(HEAD.to_owned(), At::WorkTree),
            (Some(from), Some(to)) => Ends::Moments(named(from), named(to)),
            (Some(from), None) => match (from.split_once("..."), from.split_once("..")) {
                (Some((from, to)), _) => Ends::Change(named(from), named(to)),
                (None, Some((from, to))) => Ends::Moments(named(from), named(to)),
                (None, None) if is_proposal(from)? => Ends::Change(HEAD.to_owned(), named(from)),
                (None, None) => Ends::Moments(named(from), HEAD.to_owned()),
            },
        })
    }
}

/// The commit at which a branch left another; of several, where they were merged crosswise, git's first.
fn fork_point(register: &Register, from: &str, to: &str) -> Result<At> {
    Ok(At::Revision(register.fork_points(from, to)?.swap_remove(0)))
}

fn day(register: &Register, revision: &str) -> Result<Day> {
    match revision.parse() {
        Ok(day) => Ok(day),
        Err(_) if revision == HEAD => Ok(today()),
        Err(_) => register.day_of(revision),
    }
}

/// The commits between; what is not committed has none.
fn entries(register: &Register, before: &At, after: &At) -> Result<Vec<Entry>> {
    match (before, after) {
        (At::Revision(before), At::Revision(after)) => register.history_between(before, after)?.collect(),
        _ => Ok(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        diff: Diff,
    }

    #[test]
    fn what_is_compared() {
        let moments = |from: &str, to: &str| Ends::Moments(from.into(), to.into());
        let change = |from: &str, to: &str| Ends::Change(from.into(), to.into());
        let uncommitted = |from: &str, to: At| Ends::Uncommitted(from.into(), to);
        for (words, expected) in [
            (&["main"][..], moments("main", "HEAD")),
            (&["main", "other"], moments("main", "other")),
            (&["2026-01-01..2026-06-01"], moments("2026-01-01", "2026-06-01")),
            (&["main.."], moments("main", "HEAD")),
            (&["main...topic"], change("main", "topic")),
            (&["...topic"], change("HEAD", "topic")),
            (&["proposal/meta/trigger-points"], change("HEAD", "proposal/meta/trigger-points")),
            (&["origin/proposal/meta/trigger-points"], change("HEAD", "origin/proposal/meta/trigger-points")),
            (&[], uncommitted("HEAD", At::WorkTree)),
            (&["main", "--worktree"], uncommitted("main", At::WorkTree)),
            (&["--staged"], uncommitted("HEAD", At::Staged)),
        ] {
            let line = Line::parse_from(["diff"].iter().chain(words));
            let ends = line.diff.ends(|revision| Ok(revision.contains("proposal/")));
            assert_eq!(ends.unwrap(), expected, "{words:?}");
        }
    }
}
