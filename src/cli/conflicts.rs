//! `countersign conflicts`

use clap::Args;
use serde_json::{Value, json};

use super::output;
use super::reading::Where;
use crate::error::Result;
use crate::register::conflicts::{Conflict, Conflicts, Three};
use crate::report::{self, Page};

/// List what git's merge, rebase or pull left to be settled in the register, key by key
///
/// Also lists the judgements that a merge put together from two, which want to be decided again. `countersign settle`
/// settles a file.
#[derive(Debug, Args)]
pub struct ListConflicts {
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    register: Where,
}

impl ListConflicts {
    pub fn run(&self) -> Result<()> {
        let conflicts = self.register.open()?.conflicts()?;
        match self.json {
            true => output::print(as_json(&conflicts)),
            false => output::print(in_words(&conflicts)),
        }
    }
}

/// How to go on once nothing is left to be settled; nothing where git is in the middle of nothing.
pub fn next_step(Conflicts { operation, files, .. }: &Conflicts) -> Option<String> {
    match (operation, files.len()) {
        (None, _) => None,
        (Some(operation), 0) => Some(format!(
            "Everything in the register is settled. Go on with `git {operation} --continue`, or give it up with `git {operation} --abort`."
        )),
        (Some(_), _) => {
            Some("Settle each with `countersign settle PATH --ours`, `--theirs` or `--cautious`.".to_owned())
        }
    }
}

fn in_words(conflicts: &Conflicts) -> String {
    let Conflicts { operation, files, contested } = conflicts;
    let mut page = Page::new(output::width());
    match (files.len(), operation) {
        (0, _) => page.line("No file of the register is in conflict."),
        (1, operation) => page.line(format!("1 file of the register is in conflict{}", during(*operation))),
        (count, operation) => {
            page.line(format!("{count} files of the register are in conflict{}", during(*operation)))
        }
    }
    if *operation == Some("rebase") && !files.is_empty() {
        page.line("Ours is what it is rebased onto, theirs is the commit that is being moved.");
    }
    for Conflict { path, fields, ours, theirs, .. } in files {
        page.section(path);
        if ours.is_none() || theirs.is_none() {
            let side = if ours.is_none() { "our" } else { "their" };
            page.prose(format!("removed on {side} side, changed on the other"));
        } else if fields.is_empty() {
            page.prose("one of the sides cannot be read; settle it by hand");
        }
        for Three { name, base, ours, theirs } in fields {
            page.prose(name);
            for (side, text) in [("base", base), ("ours", ours), ("theirs", theirs)] {
                page.below(format!("{side}: {}", text.as_deref().unwrap_or("not there")));
            }
        }
    }
    if !contested.is_empty() {
        page.section("Judged otherwise on both sides of a merge, to be decided again:");
        contested.iter().for_each(|(company, slot)| page.prose(format!("{company} {slot}")));
    }
    if let Some(next) = next_step(conflicts) {
        page.blank();
        page.line(next);
    }
    page.into_text()
}

fn during(operation: Option<&str>) -> String {
    operation.map(|operation| format!(" in a {operation}:")).unwrap_or_else(|| ":".to_owned())
}

fn as_json(Conflicts { operation, files, contested }: &Conflicts) -> String {
    let field = |Three { name, base, ours, theirs }: &Three| json!({ "name": name, "base": base, "ours": ours, "theirs": theirs });
    let file = |conflict: &Conflict| {
        json!({
            "path": conflict.path,
            "ours": conflict.ours.is_some(),
            "theirs": conflict.theirs.is_some(),
            "cautious": conflict.cautious.is_some(),
            "fields": conflict.fields.iter().map(field).collect::<Value>(),
        })
    };
    let contested = contested
        .iter()
        .map(|(company, slot)| json!({ "company": company.as_str(), "slot": slot.to_string() }));
    report::json::text(&json!({
        "format": 1,
        "view": "conflicts",
        "operation": operation,
        "files": files.iter().map(file).collect::<Value>(),
        "contested": contested.collect::<Value>(),
    }))
}
