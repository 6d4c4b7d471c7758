//! Which branch a commit goes to, and what it leaves where it is.

use std::fs::{self, File};
use std::process::Command;
use std::time::{Duration, SystemTime};

use countersign::error::Error;
use countersign::ledger::Proposed;

use super::world::{Kind, ONE, TWO, World, command, git_in, in_every_kind};
use super::writing::{GAP, MET, assert_sound, hook, make_a_mess, one_is_met, proposed, refused, rest};
use crate::audit::Case;
use crate::hostile::countersign_with;

in_every_kind! {
    the_first_commit_of_an_unborn_branch
    a_detached_head_is_refused_unless_a_branch_is_named
    a_branch_that_is_not_checked_out_moves_alone
    a_linked_work_tree_commits_to_its_own_branch_only
    a_bare_repository_moves_its_branch
    a_bare_repository_is_opened_by_name
    what_a_sparse_checkout_leaves_out_stays_out
    the_index_keeps_what_else_it_holds
    a_file_edited_as_the_index_was_written_stays_edited
    a_merge_a_rebase_and_a_pick_are_finished_first
}

fn the_first_commit_of_an_unborn_branch(kind: Kind) {
    let world = World::empty(kind);
    world.write("unrelated.txt", "x\n");
    let committed = world.ledger().commit(&proposed([kind.edit(ONE, None, Some(GAP))])).unwrap();
    assert_eq!(world.git(["rev-parse", "main"]), committed.id.to_string());
    assert_eq!(world.git(["status", "--porcelain"]), "?? unrelated.txt");
    assert_sound(&world);
}

fn a_detached_head_is_refused_unless_a_branch_is_named(kind: Kind) {
    let world = World::new(kind);
    world.git(["checkout", "-q", "--detach"]);
    assert!(matches!(refused(&world, &one_is_met(kind)), Error::DetachedHead));
    let named = Proposed { branch: Some("main".into()), ..one_is_met(kind) };
    let committed = world.ledger().commit(&named).unwrap();
    assert_eq!(world.git(["rev-parse", "main"]), committed.id.to_string());
    assert_eq!(world.git(["status", "--porcelain"]), "");
    assert_eq!(world.read(ONE), GAP);
    for name in ["", "-x", "a..b", "a b", "@{-1}"] {
        let named = Proposed { branch: Some(name.into()), ..one_is_met(kind) };
        assert!(matches!(refused(&world, &named), Error::BadBranchName { .. }), "{name}");
    }
}

fn a_branch_that_is_not_checked_out_moves_alone(kind: Kind) {
    let world = World::new(kind);
    make_a_mess(&world);
    world.git(["branch", "proposal/acme"]);
    let status = world.git(["status", "--porcelain"]);
    let named = Proposed { branch: Some("refs/heads/proposal/acme".into()), ..one_is_met(kind) };
    let committed = world.ledger().commit(&named).unwrap();
    assert_eq!(committed.branch, "proposal/acme");
    assert_eq!(world.git(["show", &format!("proposal/acme:{ONE}")]), MET.trim_end());
    assert_eq!(world.git(["status", "--porcelain"]), status);
    assert_eq!(world.read(ONE), GAP);

    let mistyped = Proposed {
        branch: Some("proposal/acne".into()),
        ..proposed([kind.edit("new.toml", None, Some(MET))])
    };
    match refused(&world, &mistyped) {
        Error::UnknownRevision { near, .. } => assert_eq!(near.as_deref(), Some("proposal/acme")),
        other => panic!("{other:?}"),
    }
}

fn a_linked_work_tree_commits_to_its_own_branch_only(kind: Kind) {
    let world = World::new(kind);
    let linked = world.linked("side");
    make_a_mess(&linked);
    let before = rest(&linked);
    linked.ledger().commit(&one_is_met(kind)).unwrap();
    assert_sound(&linked);
    assert_eq!(rest(&linked), before);
    assert_eq!(world.git(["status", "--porcelain"]), "");
    assert_eq!(world.git(["log", "-1", "--format=%s", "main"]), "init");

    let elsewhere = Proposed { branch: Some("main".into()), ..one_is_met(kind) };
    let error = linked.ledger().commit(&elsewhere).unwrap_err();
    assert!(matches!(error, Error::CheckedOutElsewhere { path, .. } if path == world.path));

    // It has no hooks of its own: those of the repository run.
    hook(&world, "pre-commit", "echo 'not on a Friday'; exit 1");
    let back = proposed([kind.edit(ONE, Some(MET), Some(GAP))]);
    assert!(matches!(refused(&linked, &back), Error::HookRefused { hook: "pre-commit", .. }));
}

/// Whoever tells git not to look for bare repositories (`safe.bareRepository` in git-config(1)) still opens one by name.
fn a_bare_repository_is_opened_by_name(kind: Kind) {
    let case = Case::of(kind);
    let bare = case.world.clone("bare.git", &["--bare"]);
    let explicit = |command: &mut Command| {
        command.envs([
            ("GIT_CONFIG_COUNT", "3"),
            ("GIT_CONFIG_KEY_0", "safe.bareRepository"),
            ("GIT_CONFIG_VALUE_0", "explicit"),
            ("GIT_CONFIG_KEY_1", "user.name"),
            ("GIT_CONFIG_VALUE_1", "First Desk"),
            ("GIT_CONFIG_KEY_2", "user.email"),
            ("GIT_CONFIG_VALUE_2", "first@example.org"),
        ]);
    };
    let mut looked_for = command(&bare, ["rev-parse", "HEAD"]);
    explicit(&mut looked_for);
    assert!(!looked_for.output().unwrap().status.success());
    for arguments in [
        &["show", "halyard"][..],
        &["assess", "halyard", "S-1.1", "--status", "partial", "--reason", "Some of it.", "--yes"],
        &["audit"],
    ] {
        let run = countersign_with(&bare, arguments, explicit);
        assert_eq!(run.code, 0, "{arguments:?}: {}", run.stderr);
    }
}

fn a_bare_repository_moves_its_branch(kind: Kind) {
    let world = World::new(kind);
    let bare = world.clone("bare.git", &["--bare"]);
    git_in(&bare, ["config", "user.name", "First Desk"]);
    git_in(&bare, ["config", "user.email", "first@example.org"]);
    let committed = kind.open(&bare).unwrap().commit(&one_is_met(kind)).unwrap();
    assert_eq!(git_in(&bare, ["rev-parse", "main"]), committed.id.to_string());
    git_in(&bare, ["fsck", "--strict", "--no-dangling"]);
    assert!(!bare.join("index").exists());
}

fn what_a_sparse_checkout_leaves_out_stays_out(kind: Kind) {
    for options in [&["--no-sparse-index"][..], &["--sparse-index"]] {
        let world = World::new(kind);
        world.git([&["sparse-checkout", "set", "--cone"], options, &["companies/other"]].concat());
        assert!(!world.path.join(ONE).exists());
        world.ledger().commit(&one_is_met(kind)).unwrap();
        assert!(!world.path.join(ONE).exists());
        assert_eq!(world.git(["status", "--porcelain"]), "");
        world.ledger().commit(&proposed([kind.edit(TWO, Some(GAP), Some(MET))])).unwrap();
        assert_eq!(world.read(TWO), MET);
        assert_eq!(world.git(["status", "--porcelain"]), "");
        assert_eq!(world.git(["show", &format!("HEAD:{ONE}")]), MET.trim_end());
        // A deletion somebody staged is not taken for what the sparse checkout leaves out.
        world.git(["rm", "-q", "--cached", "--sparse", ONE]);
        let again = proposed([kind.edit(ONE, Some(MET), Some(GAP))]);
        assert!(matches!(refused(&world, &again), Error::Staged { .. }));
    }
}

fn the_index_keeps_what_else_it_holds(kind: Kind) {
    let world = World::new(kind);
    world.git(["update-index", "--split-index"]);
    make_a_mess(&world);
    world.git(["update-index", "--assume-unchanged", "plan.txt"]);
    let before = rest(&world);
    let uncommitted = ["companies/acme/evidence/staged.toml", TWO, "countersign.toml"];
    assert_eq!(world.ledger().uncommitted().unwrap(), uncommitted);
    world.ledger().commit(&one_is_met(kind)).unwrap();
    assert_eq!(rest(&world), before);
    assert_sound(&world);
}

/// In the same second and of the same size: git looks at such a file again, but only as long as the index is no younger.
fn a_file_edited_as_the_index_was_written_stays_edited(kind: Kind) {
    let world = World::new(kind);
    world.git(["config", "core.trustctime", "false"]);
    let second = SystemTime::now() - Duration::from_secs(60);
    let written_then = |file: &str| {
        File::options().append(true).open(world.path.join(file)).unwrap().set_modified(second).unwrap();
    };
    world.write("notes.txt", "two\n");
    written_then("notes.txt");
    world.git(["add", "notes.txt"]);
    world.write("notes.txt", "six\n");
    written_then("notes.txt");
    written_then(".git/index");
    world.ledger().commit(&one_is_met(kind)).unwrap();
    assert_eq!(world.git(["diff", "--name-only"]), "notes.txt");
    assert_sound(&world);
}

fn a_merge_a_rebase_and_a_pick_are_finished_first(kind: Kind) {
    let world = World::new(kind);
    let head = world.git(["rev-parse", "HEAD"]);
    for (file, operation) in
        [("MERGE_HEAD", "merge"), ("CHERRY_PICK_HEAD", "cherry-pick"), ("REVERT_HEAD", "revert")]
    {
        // The only one of the three that is a file whatever refs are.
        let merge_head = world.path.join(".git/MERGE_HEAD");
        match operation {
            "merge" => fs::write(&merge_head, format!("{head}\n")).unwrap(),
            _ => drop(world.git(["update-ref", file, &head])),
        }
        match refused(&world, &one_is_met(kind)) {
            Error::OperationInProgress { operation: named } => assert_eq!(named, operation),
            other => panic!("{other:?}"),
        }
        match operation {
            "merge" => fs::remove_file(&merge_head).unwrap(),
            _ => drop(world.git(["update-ref", "-d", file])),
        }
    }
    fs::create_dir(world.path.join(".git/rebase-merge")).unwrap();
    assert!(matches!(refused(&world, &one_is_met(kind)), Error::OperationInProgress { .. }));
}
