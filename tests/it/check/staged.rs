//! `check --staged`: what the next commit would hold, and nothing else.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::{check, checked, found, spoil, text};
use crate::audit::{CELL, Case, DOCUMENT};
use crate::ledger::world::{Kind, command, in_every_kind};

in_every_kind! {
    the_index_and_not_the_work_tree
}

fn the_index_and_not_the_work_tree(kind: Kind) {
    let case = Case::of(kind);
    spoil(&case, "colour");
    assert_eq!(found(&case, &["--staged"]), (0, vec![]), "it is not staged yet");
    case.git(["add", "."]);
    let (code, document) = checked(&case, &["--staged"]);
    assert_eq!((code, &document["findings"][0]["line"]), (1, &1.into()));
    assert_eq!(document["commit"], serde_json::Value::Null);
    case.edit(super::PROFILE, "colour = 1\n", "");
    assert_eq!(found(&case, &["--staged"]), (1, vec!["unknown-key".into()]), "mended in the work tree alone");
    assert_eq!(found(&case, &["--staged", "--base", "HEAD"]), (1, vec!["unknown-key".into()]));
    case.git(["commit", "-qm", "with its mistake"]);
    assert_eq!(found(&case, &["--staged", "--base", "HEAD"]), (0, vec![]), "it is no new one");
}

#[test]
fn documents_links_and_unsettled_merges() {
    let case = Case::decided(Kind::Libgit2);
    case.world.write(DOCUMENT, "Something else.\n");
    case.git(["add", "."]);
    assert_eq!(found(&case, &["--staged"]), (1, vec!["digest-mismatch".into()]));
    case.git(["restore", "--staged", "--worktree", "."]);
    fs::remove_file(case.world.path.join(CELL)).unwrap();
    std::os::unix::fs::symlink("S-1.2.toml", case.world.path.join(CELL)).unwrap();
    case.git(["add", "."]);
    assert_eq!(found(&case, &["--staged"]), (1, vec!["bad-id".into()]));
    case.git(["reset", "-q", "--hard"]);
    case.git(["switch", "-qc", "other"]);
    case.edit(CELL, "So far.", "Other.");
    case.commit("one side");
    case.git(["switch", "-q", "main"]);
    case.edit(CELL, "So far.", "Mine.");
    case.commit("the other side");
    let merge = command(&case.world.path, ["merge", "other"]).output().unwrap();
    assert!(!merge.status.success());
    let page = text(&check(&case, &["--staged"]).stdout);
    assert!(page.contains("its merge is not settled"), "{page}");
}

/// git gives its hook an index of its own for `git commit PATH`: that one is checked.
#[test]
fn as_a_hook_of_a_real_commit() {
    let case = Case::decided(Kind::Libgit2);
    let hook = case.world.path.join(".git/hooks/pre-commit");
    let program = env!("CARGO_BIN_EXE_countersign");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, format!("#!/bin/sh\nexec '{program}' check --staged\n")).unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    let commit = |arguments: &[&str]| command(&case.world.path, arguments).output().unwrap().status.success();
    spoil(&case, "colour");
    case.world.write("notes.txt", "one\n");
    case.git(["add", "notes.txt"]);
    assert!(commit(&["commit", "-qm", "only notes"]), "what is not committed does not count");
    assert!(!commit(&["commit", "-qm", "all", "-a"]));
    assert!(!commit(&["commit", "-qm", "one path", super::PROFILE]));
    case.git(["checkout", "-q", "--", "."]);
    assert_eq!(case.git(["log", "-1", "--format=%s"]), "only notes");
}

#[test]
fn nothing_is_staged_in_a_bare_repository() {
    let case = Case::decided(Kind::Libgit2);
    let bare = case.world.clone("bare.git", &["--bare"]);
    let output = check(&case, &["--staged", "-C", bare.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
}
