//! What is left to do of a rebase, or of several picks, where that starts programs: git goes on with what its files say,
//! whoever wrote them.

use std::collections::BTreeSet;
use std::path::Path;

use super::Program;
use crate::error::Result;
use crate::ledger::git::Git;
use crate::ledger::{Ledger, strange};

const EXEC: &str = "exec";
const STRATEGY: &str = "merge strategy";

/// Those git knows by itself. For any other it starts `git merge-<strategy>`.
const OWN_STRATEGIES: [&str; 6] = ["ort", "recursive", "resolve", "octopus", "ours", "subtree"];

pub fn programs(ledger: &Ledger) -> Result<Vec<Program>> {
    let [todo, strategy, options] =
        ["rebase-merge/git-rebase-todo", "rebase-merge/strategy", "sequencer/opts"]
            .map(|name| ledger.git_dir().join(name));
    let program = |name: &str, value: &str, file: &Path| Program {
        name: name.to_owned(),
        value: value.to_owned(),
        file: file.display().to_string(),
    };
    let mut programs = Vec::new();
    let orders = strange::whole_text(&todo)?;
    // Behind each commit of `git rebase --exec` stands the same.
    let commands: BTreeSet<&str> = orders.lines().filter_map(command).collect();
    if !commands.is_empty() {
        programs.push(program(EXEC, &Vec::from_iter(commands).join("\n"), &todo));
    }
    for (chosen, file) in
        [(strange::whole_text(&strategy)?, &strategy), (strategy_of_picks(ledger, &options)?, &options)]
    {
        if !chosen.trim().is_empty() && !OWN_STRATEGIES.contains(&chosen.trim()) {
            programs.push(program(STRATEGY, chosen.trim(), file));
        }
    }
    Ok(programs)
}

/// What `exec <command>` runs.
fn command(order: &str) -> Option<&str> {
    let (word, command) = order.trim().split_once(char::is_whitespace)?;
    ["exec", "x"].contains(&word).then_some(command.trim())
}

fn strategy_of_picks(ledger: &Ledger, options: &Path) -> Result<String> {
    if strange::whole_text(options)?.is_empty() {
        return Ok(String::new());
    }
    let arguments = [Path::new("--file"), options, Path::new("--get"), Path::new("options.strategy")];
    let answer = Git::of(ledger)?.reading("config", arguments).ask()?;
    Ok(String::from_utf8_lossy(&answer.output).into_owned())
}

/// Whether it is one of these.
pub fn is_one(program: &Program) -> bool {
    [EXEC, STRATEGY].contains(&program.name.as_str())
}
