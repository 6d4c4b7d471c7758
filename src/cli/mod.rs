//! The command line: one file per subcommand, and the screen when there is none.
//!
//! A command reads a snapshot, makes a report or a change of it, prints, and says how it went with its exit code.
//! Results go to stdout, everything else to stderr. A reader that hangs up, such as `head`, is no failure.

use std::env;
use std::path::Path;
use std::process::{self, ExitCode};

use clap::error::ErrorKind;
use clap::{Parser, Subcommand};

use crate::domain::visible;
use crate::error::{Error, Result};

mod assess;
mod audit;
mod board;
mod chart;
mod check;
mod columns;
mod compare;
mod completions;
mod conflicts;
mod demo;
mod diff;
mod drafts;
mod drawing;
mod entry;
mod evidence;
mod fetch;
mod gaps;
mod init;
mod keys;
mod log;
mod look;
mod man;
mod merge;
mod merge_driver;
mod model;
mod offer;
mod output;
mod parts;
mod personal;
mod picture;
mod position;
mod proposals;
mod push;
mod reading;
mod recording;
mod redo;
mod resolve;
mod review;
mod screen;
mod settle;
mod setup;
mod show;
mod textconv;
mod transfer;
mod trust;
mod undo;
mod verify;
mod view;
mod withdraw;
mod words;

/// A terminal register of AI obligations kept in git: what binds, what is on file, who decided what.
///
/// Without a command, opens the screen.
#[derive(Debug, Parser)]
#[command(name = "countersign", version, args_conflicts_with_subcommands = true, after_help = AFTER_HELP)]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    screen: screen::Screen,
}

const AFTER_HELP: &str = "\
Every view of the screen has a command that prints it, with --json and --csv for programs.

Exit codes: 0 fine; 1 `check`, `audit` or `verify` found something; 2 could not run, or a decision was refused.";

#[derive(Debug, Subcommand)]
enum Command {
    Board(board::Board),
    Gaps(gaps::Gaps),
    Show(show::Show),
    Compare(compare::Compare),
    Log(log::Log),
    Entry(entry::Entry),
    Diff(diff::Diff),
    Chart(chart::Chart),
    Assess(assess::Assess),
    Evidence(evidence::Evidence),
    Position(position::Position),
    Model(model::Model),
    View(view::View),
    Drafts(drafts::Drafts),
    Undo(undo::Undo),
    Redo(redo::Redo),
    Proposals(proposals::Proposals),
    Review(review::Review),
    Merge(merge::Merge),
    Withdraw(withdraw::Withdraw),
    Fetch(fetch::Fetch),
    Push(push::Push),
    Check(check::Check),
    Audit(audit::Audit),
    Verify(verify::Verify),
    Trust(trust::Trust),
    Init(init::Init),
    Demo(demo::Demo),
    Keys(keys::Keys),
    Picture(picture::Picture),
    Completions(completions::Completions),
    Man(man::Man),
    Setup(setup::Setup),
    Conflicts(conflicts::ListConflicts),
    Settle(settle::Settle),
    #[command(hide = true)]
    MergeDriver(merge_driver::MergeDriver),
    #[command(hide = true)]
    Textconv(textconv::Textconv),
}

/// How a command that could run went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Fine,
    Findings,
    /// To git, a merge driver that crashed.
    NotMerged,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> ExitCode {
        match outcome {
            Outcome::Fine => ExitCode::SUCCESS,
            Outcome::Findings => ExitCode::from(1),
            Outcome::NotMerged => ExitCode::from(129),
        }
    }
}

/// Reads the command line. A mistake ends the program; what was typed is repeated with hidden characters shown.
pub fn arguments() -> Arguments {
    Arguments::try_parse().unwrap_or_else(|error| {
        // What stands behind a mistyped command is no option of the screen.
        let first = env::args_os().nth(1).filter(|_| error.kind() == ErrorKind::UnknownArgument);
        if let Some(mistyped) = first.and_then(|first| screen::mistyped_command(Path::new(&first))) {
            refuse(&mistyped);
            process::exit(2);
        }
        let said = error.render().to_string();
        if said.contains(|letter| letter != '\n' && visible::is_hidden(letter)) {
            eprint!("{}", visible::text(&said));
            process::exit(error.exit_code());
        }
        error.exit()
    })
}

pub fn run(arguments: Arguments) -> Result<Outcome> {
    let fine = |()| Outcome::Fine;
    match arguments.command {
        None => arguments.screen.run().map(fine),
        Some(Command::Board(board)) => board.run().map(fine),
        Some(Command::Entry(entry)) => entry.run().map(fine),
        Some(Command::Diff(diff)) => diff.run().map(fine),
        Some(Command::Gaps(gaps)) => gaps.run().map(fine),
        Some(Command::Show(show)) => show.run().map(fine),
        Some(Command::Compare(compare)) => compare.run().map(fine),
        Some(Command::Log(log)) => log.run().map(fine),
        Some(Command::Chart(chart)) => chart.run().map(fine),
        Some(Command::Assess(assess)) => assess.run().map(fine),
        Some(Command::Evidence(evidence)) => evidence.run().map(fine),
        Some(Command::Position(position)) => position.run().map(fine),
        Some(Command::Model(model)) => model.run().map(fine),
        Some(Command::View(view)) => view.run().map(fine),
        Some(Command::Drafts(drafts)) => drafts.run().map(fine),
        Some(Command::Undo(undo)) => undo.run().map(fine),
        Some(Command::Redo(redo)) => redo.run().map(fine),
        Some(Command::Proposals(proposals)) => proposals.run().map(fine),
        Some(Command::Review(review)) => review.run().map(fine),
        Some(Command::Merge(merge)) => merge.run().map(fine),
        Some(Command::Withdraw(withdraw)) => withdraw.run().map(fine),
        Some(Command::Fetch(fetch)) => fetch.run().map(fine),
        Some(Command::Push(push)) => push.run().map(fine),
        Some(Command::Check(check)) => check.run(),
        Some(Command::Audit(audit)) => audit.run(),
        Some(Command::Verify(verify)) => verify.run(),
        Some(Command::Trust(trust)) => trust.run().map(fine),
        Some(Command::Init(init)) => init.run().map(fine),
        Some(Command::Demo(demo)) => demo.run().map(fine),
        Some(Command::Keys(keys)) => keys.run(),
        Some(Command::Picture(picture)) => picture.run().map(fine),
        Some(Command::Completions(completions)) => completions.run().map(fine),
        Some(Command::Man(man)) => man.run().map(fine),
        Some(Command::Setup(setup)) => setup.run().map(fine),
        Some(Command::Conflicts(conflicts)) => conflicts.run().map(fine),
        Some(Command::Settle(settle)) => settle.run().map(fine),
        Some(Command::MergeDriver(merge)) => Ok(merge.run()),
        Some(Command::Textconv(textconv)) => textconv.run().map(fine),
    }
}

/// Says why a command could not run, and what to do next.
pub fn refuse(error: &Error) -> ExitCode {
    output::say("error", &error.to_string());
    output::say("hint", &error.hint());
    ExitCode::from(2)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_definitions_hold_together() {
        super::Arguments::command().debug_assert();
    }
}
