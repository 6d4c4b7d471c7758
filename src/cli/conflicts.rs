//! `countersign conflicts`

use clap::Args;
use serde_json::{Value, json};

use super::output;
use super::reading::Where;
use crate::domain::Day;
use crate::error::Result;
use crate::register::conflicts::{Answers, Choice, Conflict, Conflicts, Three, Version};
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
    /// Print lines without rules: for screen readers and braille
    #[arg(long, conflicts_with = "json")]
    plain: bool,
    #[command(flatten)]
    register: Where,
}

impl ListConflicts {
    pub fn run(&self) -> Result<()> {
        let conflicts = self.register.open()?.conflicts()?;
        match self.json {
            true => output::print(as_json(&conflicts)),
            false => {
                let page = if self.plain { Page::plain() } else { Page::new(output::width()) };
                output::print(in_words(&conflicts, page))
            }
        }
    }
}

/// How to go on once nothing is left to be settled; nothing where git is in the middle of nothing.
pub fn next_step(conflicts: &Conflicts) -> Option<String> {
    match conflicts.files.len() {
        0 => conflicts.way_on("`countersign settle --continue`"),
        _ => Some(
            "Settle each with `countersign settle PATH --ours`, `--theirs` or `--cautious`, or key by key with \
             `--take KEY=SIDE`."
                .to_owned(),
        ),
    }
}

fn in_words(conflicts: &Conflicts, mut page: Page) -> String {
    let Conflicts { operation, ours: our_name, theirs: their_name, files, contested, .. } = conflicts;
    match (files.len(), operation) {
        (0, _) => page.line("No file of the register is in conflict."),
        (1, operation) => page.line(format!("1 file of the register is in conflict{}", during(*operation))),
        (count, operation) => {
            page.line(format!("{count} files of the register are in conflict{}", during(*operation)))
        }
    }
    if !files.iter().all(Conflict::is_marked) {
        page.line(format!("Ours is as {our_name}, theirs is as {their_name}."));
    }
    for conflict in files {
        let Conflict { path, fields, ours, theirs, .. } = conflict;
        page.section(path);
        match conflict.is_marked() {
            true => page.prose("left by an earlier merge: ours is in the file, theirs in its [[unsettled]]"),
            false => {
                for (side, version) in [("ours", ours), ("theirs", theirs)] {
                    page.prose(format!("{side}: {}", touched(version)));
                }
            }
        }
        if fields.is_empty() && ours.is_there && theirs.is_there {
            page.prose("no keys to choose between: take one side, or edit it and `git add` it");
        }
        for Three { name, base, ours, theirs } in fields {
            let contradicts = contradictions(conflict).contains(name);
            page.prose(if contradicts { name.clone() } else { format!("{name}, from one side") });
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

/// The keys on which the sides contradict each other.
fn contradictions(conflict: &Conflict) -> Vec<String> {
    let weighed = conflict.together(&Answers::default());
    weighed.into_iter().flat_map(|weighed| weighed.points).map(|point| point.name).collect()
}

/// Whether a side has the file, and who touched it last.
fn touched(version: &Version) -> String {
    let by = version.by.as_ref().map(|(who, subject)| {
        format!("{} on {}: {subject}", who.name, Day::at(who.time_seconds, who.offset_minutes))
    });
    let by = by.unwrap_or_else(|| "not committed".to_owned());
    if version.is_there { by } else { format!("removed, {by}") }
}

fn during(operation: Option<&str>) -> String {
    operation.map(|operation| format!(" in a {operation}:")).unwrap_or_else(|| ":".to_owned())
}

fn as_json(conflicts: &Conflicts) -> String {
    let Conflicts { operation, ours, theirs, files, elsewhere, contested, .. } = conflicts;
    let field = |Three { name, base, ours, theirs }: &Three| json!({ "name": name, "base": base, "ours": ours, "theirs": theirs });
    let file = |conflict: &Conflict| {
        json!({
            "path": conflict.path,
            "marked": conflict.is_marked(),
            "ours": conflict.ours.is_there,
            "theirs": conflict.theirs.is_there,
            "cautious": conflict.settled(&Choice::Together(Answers::default())).is_ok(),
            "contradictions": contradictions(conflict),
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
        "ours": ours,
        "theirs": theirs,
        "elsewhere": elsewhere,
        "files": files.iter().map(file).collect::<Value>(),
        "contested": contested.collect::<Value>(),
    }))
}
