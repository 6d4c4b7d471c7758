//! `countersign settle`

use std::str::FromStr;

use clap::Args;
use serde_json::json;

use super::conflicts::next_step;
use super::reading::Where;
use super::{offer, output, trust};
use crate::domain::visible;
use crate::error::{Error, Result};
use crate::register::Register;
use crate::register::conflicts::{Answers, Choice, Taken};
use crate::report;

/// Settle a file that git's merge, rebase or pull left in conflict, or let git go on
///
/// Writes what was chosen into the work tree and stages it. When everything is settled `--continue` lets git go on with
/// what it is in the middle of, as `git merge --continue` does, with the message git has. A judgement that is put
/// together from two sides is marked, which makes it stale until somebody decides again. `git checkout --merge PATH`
/// brings a conflict back.
#[derive(Debug, Args)]
pub struct Settle {
    /// The file, as `countersign conflicts` names it
    #[arg(value_name = "PATH", required_unless_present = "go_on")]
    file: Option<String>,
    /// Let git go on with its merge, rebase, cherry-pick, revert or patches
    #[arg(long = "continue", conflicts_with_all = ["file", "ours", "theirs", "cautious", "take", "reason", "dry_run"])]
    go_on: bool,
    /// Take our version
    #[arg(long, required_unless_present_any = ["theirs", "cautious", "take", "go_on"])]
    ours: bool,
    /// Take their version
    #[arg(long, conflicts_with = "ours")]
    theirs: bool,
    /// Put both together: the more cautious status, and both reasons
    #[arg(long, conflicts_with_all = ["ours", "theirs"])]
    cautious: bool,
    /// Put both together, with this side's answer where they contradict each other: `status=theirs`, `reason=both`
    #[arg(long, value_name = "KEY=SIDE", conflicts_with_all = ["ours", "theirs"])]
    take: Vec<Take>,
    /// The reason of the judgement that is put together; `@FILE` reads a file, `-` reads stdin
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, conflicts_with_all = ["ours", "theirs"])]
    reason: Option<String>,
    /// Show what would be staged, and stage nothing
    #[arg(long)]
    dry_run: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    register: Where,
}

/// An answer to one contradiction.
#[derive(Clone, Debug)]
struct Take {
    name: String,
    taken: Taken,
}

impl FromStr for Take {
    type Err = String;

    fn from_str(text: &str) -> Result<Take, String> {
        let (name, side) = text.rsplit_once('=').ok_or("write it as KEY=SIDE")?;
        let taken = [Taken::Ours, Taken::Theirs, Taken::Both].into_iter().find(|taken| taken.word() == side);
        let taken = taken.ok_or_else(|| format!("`{side}` is no side: write ours, theirs or both"))?;
        Ok(Take { name: name.to_owned(), taken })
    }
}

impl Settle {
    pub fn run(&self) -> Result<()> {
        let register = self.register.open()?;
        let Some(file) = &self.file else { return self.go_on(&register) };
        let conflicts = register.conflicts()?;
        let conflict = conflicts.files.iter().find(|conflict| conflict.path == *file);
        let conflict = conflict.ok_or_else(|| Error::NoConflict { path: file.clone() })?;
        let choice = self.choice()?;
        if let Choice::Together(answers) = &choice {
            let points = conflict.together(answers).map(|weighed| weighed.points).unwrap_or_default();
            for (name, taken) in &answers.sides {
                let point = points.iter().find(|point| point.name == *name);
                if point.is_none_or(|point| *taken == Taken::Both && !point.both) {
                    let known = points.iter().map(|point| point.name.clone()).collect();
                    return Err(Error::NoContradiction { name: name.clone(), taken: taken.word(), known });
                }
            }
        }
        let diff = conflict.diff(&choice)?;
        if !self.dry_run {
            trust::asking(&register, || register.settle(conflict, &choice))?;
        }
        let left = register.conflicts()?;
        if self.json {
            return output::print(report::json::text(&json!({
                "format": 1,
                "view": "settle",
                "path": file,
                "staged": !self.dry_run,
                "left": left.files.len(),
                "diff": diff,
            })));
        }
        match self.dry_run {
            true => output::print(visible::text(&diff).as_bytes()),
            false => {
                output::print(format!("Settled {} and staged it.\n", visible::line(file)))?;
                let committed = conflict.is_marked() && left.operation.is_none();
                let commit = committed.then(|| "Commit it: git commit".to_owned());
                if let Some(next) = next_step(&left).or(commit) {
                    output::say("hint", &next);
                }
                Ok(())
            }
        }
    }

    fn go_on(&self, register: &Register) -> Result<()> {
        let operation = register.operation()?;
        let is_over = trust::asking(register, || register.go_on())?;
        let left = register.conflicts()?;
        if self.json {
            return output::print(report::json::text(&json!({
                "format": 1,
                "view": "settle",
                "operation": operation,
                "over": is_over,
                "left": left.files.len(),
            })));
        }
        let operation = operation.unwrap_or_default();
        if is_over {
            return output::print(format!("git has ended the {operation}.\n"));
        }
        output::print(format!("git went on with the {operation}, and stopped again.\n"))?;
        output::say("hint", "`countersign conflicts` shows what it waits for.");
        Ok(())
    }

    fn choice(&self) -> Result<Choice> {
        let sides = self.take.iter().map(|Take { name, taken }| (name.clone(), *taken)).collect();
        let reason = self.reason.as_deref().map(offer::reason).transpose()?;
        Ok(match (self.ours, self.theirs) {
            (true, _) => Choice::Ours,
            (_, true) => Choice::Theirs,
            _ => Choice::Together(Answers { sides, reason }),
        })
    }
}
