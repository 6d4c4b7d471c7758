//! The repository's own hooks, run by git as `git commit` would (githooks(5)).
//!
//! They see an index that holds HEAD and the one change, nothing the user has staged. They may refuse, and they may
//! reword the message, as long as what it says of the change is still read back; what would be committed they may not
//! change, because it is what the user was shown.

use std::fs;

use super::desk::Desk;
use super::git::Git;
use super::oid::Oid;
use super::settings::Setting;
use super::swap::{Mode, remove_if_there, write_synced};
use super::{Ledger, Message, Settings};
use crate::error::{Error, Result};

/// Which of git's own commands the hooks are to think of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Occasion {
    Commit,
    Merge,
}

impl Occasion {
    /// The hooks before a commit, in the order in which git runs them.
    pub fn before(self) -> [&'static str; 3] {
        let first = if self == Occasion::Merge { "pre-merge-commit" } else { "pre-commit" };
        [first, "prepare-commit-msg", "commit-msg"]
    }

    pub fn after(self) -> &'static str {
        if self == Occasion::Merge { "post-merge" } else { "post-commit" }
    }
}

/// Runs what `git commit` or `git merge` runs before a commit and returns the message, perhaps reworded.
pub(super) fn before_commit(
    git: &Git,
    settings: &Settings,
    desk: &Desk,
    tree: Oid,
    message: &str,
    occasion: Occasion,
) -> Result<Vec<u8>> {
    let [check, prepare, last] = occasion.before();
    let index = desk.file("hooks-index");
    remove_if_there(&index)?;
    let file = desk.file("MESSAGE");
    remove_if_there(&file)?;
    write_synced(&file, message.as_bytes(), Mode::New { executable: false })?;
    let run = |hook: &'static str, arguments: &[&str]| -> Result<()> {
        let arguments = [&["run", "--ignore-missing", hook, "--"], arguments].concat();
        let answer =
            git.command("hook", arguments).env("GIT_INDEX_FILE", &index).env("GIT_EDITOR", ":").ask()?;
        match answer.code {
            Some(0) => Ok(()),
            Some(_) => Err(Error::HookRefused { hook, output: answer.said }),
            None => Err(Error::Stopped),
        }
    };
    let plumbing = |name: &str, argument: Option<String>| {
        git.plumbing(name, argument).env("GIT_INDEX_FILE", &index).line()
    };
    let message_file = file.to_string_lossy();
    plumbing("read-tree", Some(tree.to_string()))?;
    run(check, &[])?;
    if plumbing("write-tree", None)? != tree.to_string() {
        return Err(Error::HookChangedTree { hook: check });
    }
    let source = if occasion == Occasion::Merge { "merge" } else { "message" };
    run(prepare, &[&message_file, source])?;
    run(last, &[&message_file])?;
    let reworded = cleaned(git, fs::read(&file).map_err(Error::io("read", file))?, settings)?;
    if reworded.trim_ascii().is_empty() {
        return Err(Error::HookRefused { hook: last, output: "It left an empty message.".to_owned() });
    }
    if keeps_trailers(message, &reworded) { Ok(reworded) } else { Err(Error::HookSpoiledRecord) }
}

/// As git cleans what hooks leave when nobody edits it (`commit.cleanup` in git-config(1)).
fn cleaned(git: &Git, message: Vec<u8>, settings: &Settings) -> Result<Vec<u8>> {
    let comments = match settings.get("commit.cleanup").map(Setting::text) {
        Some("verbatim") => return Ok(message),
        _ if message.is_empty() => return Ok(message),
        Some("strip") => Some("--strip-comments"),
        _ => None,
    };
    git.plumbing("stripspace", comments).input(message).output()
}

/// Whether every trailer is still read back, in the order there was; a hook may add some.
fn keeps_trailers(message: &str, reworded: &[u8]) -> bool {
    let reworded = Message::parse(&String::from_utf8_lossy(reworded)).trailers;
    let mut left = reworded.iter();
    Message::parse(message).trailers.iter().all(|trailer| left.any(|other| other == trailer))
}

/// Runs `post-commit` or `post-merge`. The commit stands whatever it says; what it says when it fails is returned.
pub(super) fn after_commit(git: &Git, occasion: Occasion) -> Option<String> {
    let hook = occasion.after();
    // A merge is told that it was no squash.
    let arguments: &[&str] = if occasion == Occasion::Merge { &["--", "0"] } else { &[] };
    let arguments = [&["run", "--ignore-missing", hook], arguments].concat();
    match git.command("hook", arguments).env("GIT_EDITOR", ":").ask() {
        Ok(answer) if answer.success => None,
        Ok(answer) => Some(format!("the {hook} hook failed: {}", answer.said)),
        Err(error) => Some(format!("the {hook} hook could not be run: {error}")),
    }
}

/// Whether it is worth asking git to run hooks. Which ones there are only git knows (since 2.54 the settings can define
/// some too), so anything out of the ordinary counts as yes.
pub(super) fn may_exist(ledger: &Ledger, settings: &Settings, names: &[&str]) -> bool {
    let folder = ledger.common_dir().join("hooks");
    let is_hooks = |name: &str| name == "core.hookspath" || name.starts_with("hook.");
    names.iter().any(|name| folder.join(name).exists())
        || settings.all().iter().any(|setting| is_hooks(&setting.name))
}
