//! The repository's own hooks, run by git as `git commit` would (githooks(5)).
//!
//! They see an index that holds HEAD and the one change, nothing the user has staged. They may refuse, and they may
//! reword the message; what would be committed they may not change, because it is what the user was shown.

use std::fs;

use super::desk::Desk;
use super::git::Git;
use super::oid::Oid;
use super::swap::{Mode, remove_if_there, write_synced};
use super::{Ledger, Settings};
use crate::error::{Error, Result};

/// Runs what `git commit` runs before a commit and returns the message, perhaps reworded.
pub(super) fn before_commit(git: &Git, desk: &Desk, tree: Oid, message: &str) -> Result<Vec<u8>> {
    let index = desk.file("hooks-index");
    remove_if_there(&index)?;
    let file = desk.file("MESSAGE");
    remove_if_there(&file)?;
    write_synced(&file, message.as_bytes(), Mode::New { executable: false })?;
    let run = |hook: &'static str, arguments: &[&str]| -> Result<()> {
        let arguments = [&["run", "--ignore-missing", hook, "--"], arguments].concat();
        let answer =
            git.command("hook", arguments).env("GIT_INDEX_FILE", &index).env("GIT_EDITOR", ":").ask()?;
        if answer.success { Ok(()) } else { Err(Error::HookRefused { hook, output: answer.said }) }
    };
    let plumbing = |name: &str, argument: Option<String>| {
        git.plumbing(name, argument).env("GIT_INDEX_FILE", &index).line()
    };
    let message_file = file.to_string_lossy();
    plumbing("read-tree", Some(tree.to_string()))?;
    run("pre-commit", &[])?;
    if plumbing("write-tree", None)? != tree.to_string() {
        return Err(Error::HookChangedTree { hook: "pre-commit" });
    }
    run("prepare-commit-msg", &[&message_file, "message"])?;
    run("commit-msg", &[&message_file])?;
    let message = fs::read(&file).map_err(Error::io("read", file))?;
    if message.trim_ascii().is_empty() {
        return Err(Error::HookRefused {
            hook: "commit-msg",
            output: "It left an empty message.".to_owned(),
        });
    }
    Ok(message)
}

/// Runs `post-commit`. The commit stands whatever it says; what it says when it fails is returned.
pub(super) fn after_commit(git: &Git) -> Option<String> {
    let call = git.command("hook", ["run", "--ignore-missing", "post-commit"]).env("GIT_EDITOR", ":");
    match call.ask() {
        Ok(answer) if answer.success => None,
        Ok(answer) => Some(format!("the post-commit hook failed: {}", answer.said)),
        Err(error) => Some(format!("the post-commit hook could not be run: {error}")),
    }
}

/// The hooks before a commit, in the order in which git runs them.
pub(super) const BEFORE: [&str; 3] = ["pre-commit", "prepare-commit-msg", "commit-msg"];
pub(super) const AFTER: [&str; 1] = ["post-commit"];

/// Whether it is worth asking git to run hooks. Which ones there are only git knows (since 2.54 the settings can define
/// some too), so anything out of the ordinary counts as yes.
pub(super) fn may_exist(ledger: &Ledger, settings: &Settings, names: &[&str]) -> bool {
    let folder = ledger.common_dir().join("hooks");
    let is_hooks = |name: &str| name == "core.hookspath" || name.starts_with("hook.");
    names.iter().any(|name| folder.join(name).exists())
        || settings.all().iter().any(|setting| is_hooks(&setting.name))
}
