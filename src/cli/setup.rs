//! `countersign setup`

use std::env;
use std::ffi::OsString;

use clap::Args;
use serde_json::json;

use super::reading::Where;
use super::{offer, output, trust};
use crate::error::{Error, Result};
use crate::register::Register;
use crate::register::drivers::DriverSetting;
use crate::report;

/// Let git merge and show the register's files by what they say, in this clone
///
/// Sets `merge.countersign.*` and `diff.countersign.textconv` in the clone's own git configuration, so that `git merge`,
/// `rebase` and `pull` merge register files key by key, and `git diff` and `git log -p` read well. Nothing else is
/// set, and doing it again changes nothing. Which files git asks it for is in `.gitattributes`, which
/// `countersign init` commits; where a register lacks it, the commit is offered here.
#[derive(Debug, Args)]
pub struct Setup {
    /// Show what would be set, and set nothing
    #[arg(long, conflicts_with = "undo")]
    dry_run: bool,
    /// Commit the `.gitattributes` that is lacking without asking
    #[arg(long, conflicts_with_all = ["dry_run", "undo"])]
    yes: bool,
    /// Take the settings out again
    #[arg(long)]
    undo: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    register: Where,
}

impl Setup {
    pub fn run(&self) -> Result<()> {
        let register = self.register.open()?;
        if self.undo {
            let was_there = register.unset_drivers()?;
            return match self.json {
                true => output::print(report::json::text(
                    &json!({ "format": 1, "view": "setup", "undone": was_there, "settings": [] }),
                )),
                false if was_there => {
                    output::print("git merges and shows this clone's files by lines again.\n")
                }
                false => output::print("There was nothing to take out.\n"),
            };
        }
        let settings = register.drivers(&program()?)?;
        if !self.dry_run {
            register.set_drivers(&settings)?;
        }
        if !self.json {
            output::print(in_words(&settings, self.dry_run))?;
        }
        let is_named = register.names_drivers()?;
        let commit = if is_named { None } else { self.name_drivers(&register)? };
        match self.json {
            true => output::print(as_json(&settings, is_named || commit.is_some(), commit.as_deref())),
            false => Ok(()),
        }
    }

    /// Commits what names the drivers, if whoever is there says yes; the commit's id.
    fn name_drivers(&self, register: &Register) -> Result<Option<String>> {
        let asks = output::is_interactive() && !self.json;
        if !self.yes && !self.dry_run && !asks {
            let hint = "No `.gitattributes` names these drivers yet: `countersign setup --yes` commits one.";
            output::say("hint", hint);
            return Ok(None);
        }
        let prepared = trust::asking(register, || register.name_drivers())?;
        if !self.json {
            let heading = "No `.gitattributes` names these drivers yet. This commit does, for every clone:";
            output::print(format!("\n{heading}\n\n{}", offer::preview(prepared.first())))?;
        }
        if self.dry_run || !(self.yes || output::confirm("Commit this?")) {
            return Ok(None);
        }
        let committed = trust::asking(register, || register.commit(prepared.clone()))?;
        committed.warnings.iter().for_each(|warning| output::say("warning", warning));
        if !self.json {
            output::print(format!("\nCommitted {}\n", committed.id()))?;
        }
        Ok(Some(committed.id().to_owned()))
    }
}

/// How git finds this program: by its name where that leads here, else by its path.
fn program() -> Result<OsString> {
    const NAME: &str = "countersign";
    let own = env::current_exe().map_err(Error::io("find", NAME))?;
    let folders = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&folders).map(|folder| folder.join(NAME)).find(|path| path.is_file());
    let is_own = found.is_some_and(|path| path.canonicalize().ok() == own.canonicalize().ok());
    Ok(if is_own { NAME.into() } else { own.into() })
}

fn in_words(settings: &[DriverSetting], is_dry_run: bool) -> String {
    let heading = match (settings.iter().any(DriverSetting::is_due), is_dry_run) {
        (false, _) => "This clone's git configuration says already:",
        (true, true) => "This would be set in this clone's git configuration:",
        (true, false) => "Set in this clone's git configuration:",
    };
    let line = |DriverSetting { name, value, was }: &DriverSetting| match was {
        Some(was) if was != value => format!("  {name} = {value}\n    before: {was}\n"),
        _ => format!("  {name} = {value}\n"),
    };
    let lines: String = settings.iter().map(line).collect();
    crate::domain::visible::text(&format!("{heading}\n\n{lines}")).into_owned()
}

fn as_json(settings: &[DriverSetting], is_named: bool, commit: Option<&str>) -> String {
    let setting = |DriverSetting { name, value, was }: &DriverSetting| json!({ "name": name, "value": value, "was": was });
    let settings: Vec<_> = settings.iter().map(setting).collect();
    report::json::text(&json!({
        "format": 1,
        "view": "setup",
        "undone": false,
        "settings": settings,
        "named": is_named,
        "commit": commit,
    }))
}
