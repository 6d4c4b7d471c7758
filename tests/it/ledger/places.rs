//! Committing in odd places: parts of a history, operations under way, repositories several people share.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use countersign::error::Error;
use countersign::ledger::Proposed;

use super::world::{Kind, ONE, TWO, World, command, git_in, in_every_kind};
use super::writing::{assert_sound, hook, one_is_met, proposed, refused};
use crate::audit::copy_all;

in_every_kind! {
    a_shallow_clone_is_committed_to
    a_partial_clone_is_committed_to_without_fetching
    a_submodule_beside_stays_what_it_is
    an_operation_of_gits_is_finished_first
    a_branch_that_is_rebased_is_left_alone
    a_bisection_is_no_obstacle
    what_is_shared_stays_shared
    a_branch_by_another_name_is_that_branch
    a_work_tree_that_was_moved_or_copied
    a_file_that_should_be_absent_and_is_there
}

const GAP: &str = "status = \"gap\"\n";
const MET: &str = "status = \"met\"\n";

fn two_is_met(kind: Kind) -> Proposed {
    proposed([kind.edit(TWO, Some(GAP), Some(MET))])
}

fn introduce(folder: &Path) {
    git_in(folder, ["config", "user.name", "First Desk"]);
    git_in(folder, ["config", "user.email", "first@example.org"]);
}

fn a_shallow_clone_is_committed_to(kind: Kind) {
    let world = World::new(kind);
    world.ledger().commit(&two_is_met(kind)).unwrap();
    let clone = world.clone("shallow", &["--depth=1"]);
    introduce(&clone);
    kind.open(&clone).unwrap().commit(&one_is_met(kind)).unwrap();
    assert_eq!(git_in(&clone, ["rev-list", "--count", "HEAD"]), "2");
    assert_eq!(git_in(&clone, ["status", "--porcelain"]), "");
    git_in(&clone, ["fsck", "--strict", "--no-dangling"]);
    git_in(&clone, ["push", "-q", "origin", "HEAD:refs/heads/side"]);
    assert_eq!(world.git(["rev-list", "--count", "side"]), "3");
}

fn a_partial_clone_is_committed_to_without_fetching(kind: Kind) {
    let world = World::new(kind);
    world.git(["config", "uploadpack.allowFilter", "true"]);
    world.write(TWO, "status = \"partial\"\n");
    world.git(["commit", "-qam", "a blob of its own"]);
    let clone = world.clone("partial", &["--filter=blob:none", "--no-checkout"]);
    introduce(&clone);
    git_in(&clone, ["sparse-checkout", "set", "--cone", "companies/acme"]);
    git_in(&clone, ["checkout", "-q", "main"]);
    let missing =
        || git_in(&clone, ["rev-list", "--objects", "--missing=print", "HEAD"]).matches('?').count();
    let before = missing();
    assert!(before > 0, "nothing is missing, so nothing is shown");
    // The remote is out of reach.
    fs::rename(&world.path, world.beside("away")).unwrap();
    kind.open(&clone).unwrap().commit(&one_is_met(kind)).unwrap();
    assert_eq!(missing(), before);
    assert_eq!(fs::read_to_string(clone.join(ONE)).unwrap(), MET);
    assert_eq!(git_in(&clone, ["diff", "--cached", "--name-only"]), "");
    // A file outside the sparse checkout, whose blob is not here either.
    let two = proposed([kind.edit(TWO, Some("status = \"partial\"\n"), Some(GAP))]);
    kind.open(&clone).unwrap().commit(&two).unwrap();
    assert_eq!(git_in(&clone, ["rev-list", "--count", "HEAD"]), "4");
    assert!(!clone.join(TWO).exists());
}

fn a_submodule_beside_stays_what_it_is(kind: Kind) {
    let world = World::new(kind);
    let other = World::new(kind);
    let url = other.path.to_str().unwrap();
    world.git(["-c", "protocol.file.allow=always", "submodule", "add", "-q", url, "vendor"]);
    world.git(["commit", "-qm", "a submodule"]);
    world.write("vendor/plan.txt", "edited inside\n");
    let status = world.git(["status", "--porcelain"]);
    let link = world.git(["ls-files", "-s", "vendor"]);
    world.ledger().commit(&one_is_met(kind)).unwrap();
    assert_eq!(world.git(["status", "--porcelain"]), status);
    assert_eq!(world.git(["ls-files", "-s", "vendor"]), link);
    assert_sound(&world);
    let into_it = proposed([kind.edit("vendor/new.toml", None, Some(MET))]);
    assert!(world.ledger().commit(&into_it).is_err());
    assert_sound(&world);
}

/// Real operations that stopped half-way, and each as git itself ends it.
fn an_operation_of_gits_is_finished_first(kind: Kind) {
    for (operation, arguments) in [
        ("merge", &["merge", "side"][..]),
        ("rebase", &["rebase", "side"]),
        ("cherry-pick", &["cherry-pick", "side"]),
        ("revert", &["revert", "--no-edit", "HEAD~1"]),
        ("am", &["am", "-q", "../0001-theirs.patch"]),
    ] {
        let world = World::new(kind);
        world.git(["switch", "-qc", "side"]);
        for (branch, text) in [("side", "theirs\n"), ("main", "ours\n"), ("main", "ours again\n")] {
            world.git(["switch", "-q", branch]);
            world.write("plan.txt", text);
            world.git(["commit", "-qam", text]);
        }
        world.git(["format-patch", "-q", "-1", "-o", "..", "side"]);
        let stopped = command(&world.path, arguments).env("GIT_EDITOR", ":").output().unwrap();
        assert!(!stopped.status.success(), "{operation}");
        let head = world.git(["rev-parse", "main"]);
        match world.ledger().commit(&one_is_met(kind)) {
            Err(Error::OperationInProgress { operation: named }) => assert_eq!(named, operation),
            other => panic!("{operation}: {other:?}"),
        }
        assert_eq!((world.git(["rev-parse", "main"]), world.read(ONE)), (head, GAP.to_owned()));
        world.git([operation, "--abort"]);
        world.ledger().commit(&one_is_met(kind)).unwrap();
        assert_sound(&world);
    }
}

/// `--abort` puts the branches back where they were, and `--continue` where the rebase wants them.
fn a_branch_that_is_rebased_is_left_alone(kind: Kind) {
    let world = World::new(kind);
    world.git(["branch", "other"]);
    for (branch, text) in [("lower", "lower\n"), ("upper", "upper\n"), ("other", "other\n")] {
        world.git(if branch == "other" {
            vec!["switch", "-q", branch]
        } else {
            vec!["switch", "-qc", branch]
        });
        world.write("plan.txt", text);
        world.git(["commit", "-qam", text]);
    }
    let linked = world.linked("linked");
    let to = |branch: &str| Proposed { branch: Some(branch.into()), ..one_is_met(kind) };
    for rebased in [&world, &linked] {
        rebased.git(["switch", "-q", "upper"]);
        let rebase = ["rebase", "--update-refs", "other"];
        assert!(!command(&rebased.path, rebase).output().unwrap().status.success());
        for (branch, world) in [("upper", &world), ("lower", &world), ("upper", &linked), ("lower", &linked)]
        {
            match world.ledger().commit(&to(branch)) {
                Err(Error::Rebased { path, .. }) => assert_eq!(path, rebased.path),
                other => panic!("{other:?}"),
            }
        }
        world.ledger().commit(&to("main")).unwrap();
        rebased.git(["rebase", "--abort"]);
        rebased.git(["switch", "-q", "--detach"]);
        world.git(["update-ref", "refs/heads/main", "main~1"]);
    }
    world.ledger().commit(&to("upper")).unwrap();
    assert_sound(&world);
}

fn a_bisection_is_no_obstacle(kind: Kind) {
    let world = World::new(kind);
    for text in ["two\n", "three\n", "four\n"] {
        world.write("notes.txt", text);
        world.git(["commit", "-qam", text]);
    }
    world.git(["bisect", "start"]);
    world.ledger().commit(&one_is_met(kind)).unwrap();
    world.git(["bisect", "bad"]);
    world.git(["bisect", "good", "HEAD~4"]);
    let refused = world.ledger().commit(&two_is_met(kind));
    assert!(matches!(refused, Err(Error::OperationInProgress { operation: "bisect" })));
    world.git(["bisect", "reset"]);
    world.ledger().commit(&two_is_met(kind)).unwrap();
    assert_sound(&world);
}

/// With an umask that keeps the group out, everything below the git folder is still the group's to write.
fn what_is_shared_stays_shared(kind: Kind) {
    let world = World::new(kind);
    world.git(["config", "core.sharedRepository", "group"]);
    let chmod = Command::new("chmod").args(["-R", "g+rwX"]).arg(world.path.join(".git")).status().unwrap();
    assert!(chmod.success());
    // The umask belongs to a process: the hook is run by one that has another.
    hook(&world, "post-commit", "umask > .git/umask-seen");
    let child = super::crashes::child_command(&world);
    let set = |(key, value): (&OsStr, Option<&OsStr>)| Some((key.to_owned(), value?.to_owned()));
    let output = Command::new("sh")
        .args(["-c", "umask 077; exec \"$@\"", "sh"])
        .arg(child.get_program())
        .args(child.get_args())
        .envs(child.get_envs().filter_map(set))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!(fs::read_to_string(world.path.join(".git/umask-seen")).unwrap(), "0077\n");
    fs::remove_file(world.path.join(".git/umask-seen")).unwrap();
    let mut shut = Vec::new();
    each_below(&world.path.join(".git"), &mut |path, mode| {
        // Objects are nobody's to write; the hook was made by the test.
        let needed = if path.is_dir() {
            0o070
        } else if mode & 0o200 == 0 {
            0o040
        } else {
            0o060
        };
        if mode & needed != needed && !path.ends_with("hooks/post-commit") {
            shut.push(format!("{:o} {}", mode, path.display()));
        }
    });
    assert_eq!(shut, [""; 0]);
    assert_sound(&world);
}

/// git-symbolic-ref(1): to move the one name is to move the other.
fn a_branch_by_another_name_is_that_branch(kind: Kind) {
    let world = World::new(kind);
    world.git(["symbolic-ref", "refs/heads/alias", "refs/heads/main"]);
    let on_alias = |proposed| Proposed { branch: Some("alias".to_owned()), ..proposed };
    world.ledger().commit(&on_alias(one_is_met(kind))).unwrap();
    assert_eq!(world.read(ONE), MET);
    assert_eq!(world.git(["status", "--porcelain"]), "");
    // HEAD by the other name.
    world.git(["symbolic-ref", "HEAD", "refs/heads/alias"]);
    world.ledger().commit(&two_is_met(kind)).unwrap();
    assert_eq!(world.read(TWO), MET);
    assert_eq!(world.git(["status", "--porcelain"]), "");
    assert_eq!(world.git(["rev-list", "--count", "main"]), "3");
    // Checked out elsewhere by the other name.
    world.git(["switch", "-qc", "side"]);
    let linked = world.beside("linked");
    world.git(["worktree", "add", "-q", linked.to_str().unwrap(), "main"]);
    let back = proposed([kind.edit(ONE, Some(MET), Some(GAP))]);
    assert!(matches!(refused(&world, &on_alias(back.clone())), Error::CheckedOutElsewhere { .. }));
    assert_eq!(git_in(&linked, ["status", "--porcelain"]), "");
    // Another name of what is no branch.
    world.git(["tag", "kept"]);
    world.git(["symbolic-ref", "refs/heads/alias", "refs/tags/kept"]);
    assert!(matches!(refused(&world, &on_alias(back)), Error::BadBranchName { .. }));
}

/// Like git, wherever git had put it; but two work trees do not share a branch.
fn a_work_tree_that_was_moved_or_copied(kind: Kind) {
    let world = World::new(kind);
    let (linked, copy) = (world.linked("side"), world.beside("copy"));
    copy_all(&linked.path, &copy);
    let both =
        || [fs::read_to_string(linked.path.join(ONE)), fs::read_to_string(copy.join(ONE))].map(Result::ok);
    let before = both();
    let error = kind.open(&copy).unwrap().commit(&one_is_met(kind)).unwrap_err();
    assert!(matches!(error, Error::CheckedOutElsewhere { .. }), "{error}");
    assert_eq!(both(), before);
    fs::remove_dir_all(&linked.path).unwrap();
    kind.open(&copy).unwrap().commit(&one_is_met(kind)).unwrap();
    assert_eq!(fs::read_to_string(copy.join(ONE)).unwrap(), MET);
    assert_eq!(git_in(&copy, ["status", "--porcelain"]), "");
    assert_eq!(git_in(&copy, ["rev-list", "--count", "side"]), "2");
    assert_eq!(world.git(["status", "--porcelain"]), "");
}

/// git-update-index(1), "Skip-worktree bit": git uses such a file when it finds one.
fn a_file_that_should_be_absent_and_is_there(kind: Kind) {
    let world = World::new(kind);
    world.git(["update-index", "--skip-worktree", ONE]);
    world.write(ONE, format!("{GAP}owner = \"me\"\n"));
    assert!(matches!(refused(&world, &one_is_met(kind)), Error::Unstaged { .. }));
    world.write(ONE, GAP);
    world.ledger().commit(&one_is_met(kind)).unwrap();
    assert_eq!(world.read(ONE), MET);
    world.git(["update-index", "--no-skip-worktree", ONE]);
    assert_sound(&world);
}

fn each_below(folder: &Path, look: &mut dyn FnMut(&Path, u32)) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        look(&path, fs::symlink_metadata(&path).unwrap().permissions().mode());
        if path.is_dir() {
            each_below(&path, look);
        }
    }
}
