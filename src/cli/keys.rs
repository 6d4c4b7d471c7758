//! `countersign keys`

use std::fmt::Write;

use clap::Args;
use serde_json::json;
use strum::VariantArray;

use super::personal::Configuration;
use super::{Outcome, output};
use crate::error::Result;
use crate::report;
use crate::ui::action::BINDINGS;
use crate::ui::{Keymap, Scope};

/// List the screen's keys and what they do, your own included
///
/// The names are those of the configuration and of the screen's `:` palette; where: the screens a key is heard on, none
/// named where it is heard on all. `[keys.everywhere]` and `[keys.board]`, `[keys.pair]` and so on in the configuration
/// bind keys, or several with spaces between, to names: `"g a" = "audit"`, `"z" = "unbind"`.
#[derive(Debug, Args)]
pub struct Keys {
    #[command(flatten)]
    configuration: Configuration,
    /// Print a Markdown table
    #[arg(long)]
    markdown: bool,
    /// Print JSON: each name with its keys, what it does, where it is heard, and the command that does the same
    #[arg(long, conflicts_with = "markdown")]
    json: bool,
}

impl Keys {
    pub fn run(&self) -> Result<Outcome> {
        let read = self.configuration.read();
        for mistake in &read.mistakes {
            output::say("warning", mistake);
        }
        let keymap = &read.settings.keymap;
        output::print(match (self.markdown, self.json) {
            (true, _) => markdown(keymap),
            (_, true) => json(keymap),
            _ => text(keymap),
        })?;
        Ok(if read.mistakes.is_empty() { Outcome::Fine } else { Outcome::Findings })
    }
}

/// One line of the table.
pub struct Row {
    pub keys: Vec<String>,
    pub name: &'static str,
    pub description: &'static str,
    command: Option<String>,
    places: Vec<&'static str>,
}

impl Row {
    /// The screens it is heard on, in brackets; nothing where it is heard on all.
    pub fn places(&self) -> String {
        if self.places.is_empty() { String::new() } else { format!("  ({})", self.places.join(", ")) }
    }
}

/// The whole table with the keys of a keymap.
pub fn rows(keymap: &Keymap) -> impl Iterator<Item = Row> + '_ {
    BINDINGS.iter().map(|binding| {
        let heard = Scope::VARIANTS.iter().filter(|scope| (binding.heard)(**scope));
        let mut keys: Vec<String> = Vec::new();
        // What differs from screen to screen is listed once.
        for key in heard.flat_map(|scope| keymap.keys(*scope, binding.action)) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        let (name, description) = (binding.action.name(), binding.description);
        Row { keys, name, description, command: binding.action.command(), places: binding.places() }
    })
}

fn text(keymap: &Keymap) -> String {
    let mut text = String::new();
    for row in rows(keymap) {
        let (keys, places) = (row.keys.join("  "), row.places());
        let _ = writeln!(text, "{keys:<18} {:<16} {}{places}", row.name, row.description);
    }
    text
}

fn json(keymap: &Keymap) -> String {
    let rows = rows(keymap).map(|Row { keys, name, description, command, places }| {
        json!({ "name": name, "keys": keys, "description": description, "screens": places, "command": command })
    });
    report::json::text(&json!({ "keys": rows.collect::<Vec<_>>() }))
}

fn markdown(keymap: &Keymap) -> String {
    let mut text = "| keys | name | what it does |\n|---|---|---|\n".to_owned();
    for row in rows(keymap) {
        let keys: Vec<String> = row.keys.iter().map(|key| format!("`{key}`")).collect();
        let _ =
            writeln!(text, "| {} | `{}` | {}{} |", keys.join(" "), row.name, row.description, row.places());
    }
    text
}
