//! Committing: the one path moves, everything else stays, and what cannot be honoured is refused.

use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::thread;
use std::time::{Duration, SystemTime};

use countersign::error::{Error, Result};
use countersign::ledger::{Committed, Edit, Ground, Proposed, Recovery};

use super::world::{Kind, ONE, TWO, World, git_in, in_every_kind};

in_every_kind! {
    only_the_one_path_moves
    files_are_added_changed_and_removed_in_one_commit
    staged_or_unsaved_work_on_the_same_path_is_refused
    nothing_is_written_through_a_symlink
    a_new_file_does_not_overwrite_an_untracked_one
    a_decision_on_old_ground_is_refused
    what_says_nothing_or_leads_elsewhere_is_refused
    the_first_commit_of_an_unborn_branch
    a_detached_head_is_refused_unless_a_branch_is_named
    a_branch_that_is_not_checked_out_moves_alone
    a_linked_work_tree_commits_to_its_own_branch_only
    a_bare_repository_moves_its_branch
    what_a_sparse_checkout_leaves_out_stays_out
    the_index_keeps_what_else_it_holds
    a_file_edited_as_the_index_was_written_stays_edited
    a_commit_is_the_one_git_makes
    what_changes_between_two_commits_counts
    line_endings_are_the_work_trees_own
    filters_of_the_user_are_applied
    hooks_see_the_one_change_and_may_reword
    hooks_may_refuse_but_not_change
    hooks_elsewhere_are_found
    a_commit_that_lost_the_race_is_made_on_the_new_head
    a_race_for_the_same_file_or_without_end_is_refused
    an_edit_or_a_checkout_in_between_is_refused
    signing_is_honoured_or_the_commit_refused
    nobody_is_made_up
    people_are_who_git_says_they_are
    what_is_included_on_a_condition_counts
    a_merge_a_rebase_and_a_pick_are_finished_first
    a_lock_of_somebody_else_is_left_alone
    the_environment_cannot_point_git_elsewhere
    git_and_libgit2_must_mean_the_same_repository
    a_hook_after_the_commit_may_commit_itself
    writers_take_turns_and_lose_nothing
}

const GAP: &str = "status = \"gap\"\n";
const MET: &str = "status = \"met\"\n";

pub fn proposed(edits: impl IntoIterator<Item = Edit>) -> Proposed {
    let message = "assess acme S-1.1: gap → met\n\nBecause.\n\nCountersign-Change: assess acme S-1.1\n";
    Proposed { edits: edits.into_iter().collect(), message: message.into(), ..Proposed::default() }
}

/// The change most tests make.
pub fn one_is_met(kind: Kind) -> Proposed {
    proposed([kind.edit(ONE, Some(GAP), Some(MET))])
}

/// Staged, edited, deleted, untracked and intended files beside the one to commit.
pub fn make_a_mess(world: &World) {
    world.write("notes.txt", "staged\n");
    world.git(["add", "notes.txt"]);
    world.write("notes.txt", "staged\nand edited\n");
    world.write("plan.txt", "edited\n");
    fs::remove_file(world.path.join("countersign.toml")).unwrap();
    world.write("untracked.txt", "untracked\n");
    world.write("intended.txt", "intended\n");
    world.git(["add", "-N", "intended.txt"]);
    world.write("companies/acme/evidence/staged.toml", "title = \"staged\"\n");
    world.git(["add", "companies/acme/evidence/staged.toml"]);
}

/// Everything git knows and the work tree holds, but for the path that is committed.
pub fn rest(world: &World) -> String {
    let exclude = format!(":(exclude){ONE}");
    [
        world.git(["status", "--porcelain", "--untracked-files=all", "--", ".", &exclude]),
        world.git(["ls-files", "--stage", "-t", "-v", "--", ".", &exclude]),
        world.git(["diff", "--", ".", &exclude]),
        world.git(["diff", "--cached", "--", ".", &exclude]),
    ]
    .join("\n--\n")
}

/// What must hold after every write, whether it was refused or not.
#[track_caller]
pub fn assert_sound(world: &World) {
    assert_eq!(world.git(["status", "--porcelain", "--", ONE]), "");
    assert_sound_elsewhere(world);
}

#[track_caller]
pub fn assert_sound_elsewhere(world: &World) {
    world.git(["fsck", "--strict", "--no-dangling"]);
    let git_dir = world.ledger().git_dir().to_owned();
    let locks = |folder: &Path| {
        let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
        names.filter(|name| name.to_string_lossy().ends_with(".lock")).count()
    };
    assert_eq!(locks(&git_dir), 0);
    let desk: Vec<_> = fs::read_dir(git_dir.join("countersign/commit"))
        .map(|entries| entries.map(|entry| entry.unwrap().file_name()).collect())
        .unwrap_or_default();
    assert!(desk.len() <= 1, "left on the desk: {desk:?}");
    let temporary = world.git(["ls-files", "--others", "*countersign~"]);
    assert_eq!(temporary, "");
}

/// Everything a commit could change.
pub fn state(world: &World) -> impl PartialEq + use<> {
    let head = world.git(["for-each-ref"]);
    let index = fs::read(world.ledger().git_dir().join("index")).ok();
    let files: Vec<_> = world.git(["ls-files", "--cached", "--others"]).lines().map(str::to_owned).collect();
    let content = files.iter().map(|file| fs::read(world.path.join(file)).ok()).collect::<Vec<_>>();
    (head, index, files, content)
}

/// The commit is refused, and nothing at all has changed.
#[track_caller]
fn refused(world: &World, proposed: &Proposed) -> Error {
    let before = state(world);
    let error = world.ledger().commit(proposed).unwrap_err();
    assert!(state(world) == before, "a refused commit changed something: {error}");
    assert_sound_elsewhere(world);
    error
}

pub fn hook(world: &World, name: &str, body: &str) {
    let file = world.path.join(".git/hooks").join(name);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, format!("#!/bin/sh\n{body}\n")).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
}

fn only_the_one_path_moves(kind: Kind) {
    let world = World::new(kind);
    make_a_mess(&world);
    let before = rest(&world);
    let Committed { id, ids: _, parent: _, branch, files, recovery, warnings } =
        world.ledger().commit(&one_is_met(kind)).unwrap();

    assert_eq!(id.to_string(), world.git(["rev-parse", "HEAD"]));
    assert_eq!(branch, "main");
    assert_eq!(files, [(ONE.to_owned(), Some(kind.content_id(MET.as_bytes())))]);
    assert_eq!((recovery, warnings), (Recovery::NothingToDo, vec![]));
    assert_eq!(world.git(["show", "--format=", "--name-status", "HEAD"]), format!("M\t{ONE}"));
    assert_eq!(world.git(["show", "--format=%B", "-s", "HEAD"]), one_is_met(kind).message.trim_end());
    assert_eq!(
        world.git(["log", "-1", "--format=%an <%ae> %cn"]),
        "First Desk <first@example.org> First Desk"
    );
    assert_eq!(world.read(ONE), MET);
    assert_eq!(rest(&world), before);
    assert_sound(&world);
    for name in ["HEAD", "main"] {
        assert!(world.git(["reflog", "-1", name]).contains("countersign: assess acme S-1.1"));
    }
}

fn files_are_added_changed_and_removed_in_one_commit(kind: Kind) {
    let world = World::new(kind);
    fs::set_permissions(world.path.join(TWO), fs::Permissions::from_mode(0o755)).unwrap();
    world.git(["commit", "-qam", "executable"]);
    let new = "companies/new-one/evidence/report.toml";
    let edits = [
        kind.edit(new, None, Some("title = \"Report\"\n")),
        kind.edit(ONE, Some(GAP), None),
        kind.edit(TWO, Some(GAP), Some(MET)),
        kind.edit("countersign.toml", Some("format = 1\n"), Some("format = 1\n")),
    ];
    let committed = world.ledger().commit(&proposed(edits)).unwrap();
    assert_eq!(committed.files.len(), 3, "what does not change is not part of the commit");
    let status = world.git(["show", "--format=", "--name-status", "--no-renames", "HEAD"]);
    assert_eq!(status, format!("D\t{ONE}\nA\t{new}\nM\t{TWO}"));
    assert_eq!(world.git(["status", "--porcelain"]), "");
    assert_eq!(world.git(["ls-files", "-s", TWO]).split(' ').next(), Some("100755"));
    assert!(!world.path.join("companies/acme").exists(), "no empty folder stays behind");
    assert_sound_elsewhere(&world);
}

fn staged_or_unsaved_work_on_the_same_path_is_refused(kind: Kind) {
    let world = World::new(kind);
    world.write(ONE, "status = \"partial\"\n");
    assert!(matches!(refused(&world, &one_is_met(kind)), Error::Unstaged { .. }));
    world.git(["add", ONE]);
    assert!(matches!(refused(&world, &one_is_met(kind)), Error::Staged { .. }));
    world.git(["restore", "--staged", "--worktree", ONE]);
    world.git(["rm", "-q", "--cached", ONE]);
    assert!(matches!(refused(&world, &one_is_met(kind)), Error::Staged { .. }));
    world.git(["reset", "-q"]);
    fs::remove_file(world.path.join(ONE)).unwrap();
    assert!(matches!(refused(&world, &one_is_met(kind)), Error::Unstaged { .. }));
    world.git(["restore", ONE]);
    world.ledger().commit(&one_is_met(kind)).unwrap();
}

fn nothing_is_written_through_a_symlink(kind: Kind) {
    let world = World::new(kind);
    let outside = world.beside("outside");
    fs::create_dir_all(outside.join("assessments")).unwrap();
    fs::write(outside.join("assessments/S-1.1.toml"), GAP).unwrap();
    fs::remove_file(world.path.join(ONE)).unwrap();
    symlink(outside.join("assessments/S-1.1.toml"), world.path.join(ONE)).unwrap();
    assert!(matches!(refused(&world, &one_is_met(kind)), Error::NotAFile { .. }));

    fs::remove_dir_all(world.path.join("companies/acme")).unwrap();
    symlink(&outside, world.path.join("companies/acme")).unwrap();
    assert!(matches!(world.ledger().commit(&one_is_met(kind)), Err(Error::NotAFile { .. })));
    assert_eq!(fs::read_to_string(outside.join("assessments/S-1.1.toml")).unwrap(), GAP);

    let world = World::new(kind);
    symlink("S-1.1.toml", world.path.join("companies/acme/assessments/S-1.2.toml")).unwrap();
    world.git(["add", "."]);
    world.git(["commit", "-qm", "a symlink"]);
    let through = kind.edit("companies/acme/assessments/S-1.2.toml", Some("S-1.1.toml"), Some(MET));
    assert!(matches!(refused(&world, &proposed([through])), Error::NotAFile { .. }));
}

fn a_new_file_does_not_overwrite_an_untracked_one(kind: Kind) {
    let world = World::new(kind);
    let new = "companies/acme/evidence/report.pdf";
    world.write(new, "mine\n");
    let add = |text| proposed([kind.edit(new, None, Some(text))]);
    assert!(matches!(refused(&world, &add("theirs\n")), Error::InTheWay { .. }));
    world.ledger().commit(&add("mine\n")).unwrap();
    assert_eq!(world.git(["status", "--porcelain"]), "");
}

fn a_decision_on_old_ground_is_refused(kind: Kind) {
    let world = World::new(kind);
    let ledger = world.ledger();
    let head = ledger.head().unwrap().commit();
    world.write(TWO, MET);
    world.git(["commit", "-qam", "somebody else"]);
    let on = |path: &str, content: Option<&str>| {
        let content = content.map(|text| kind.content_id(text.as_bytes()));
        let ground = Ground { path: path.into(), content };
        Proposed { grounds: vec![ground], ..one_is_met(kind) }
    };
    for ground in [on(TWO, Some(GAP)), on(TWO, None), on("new.toml", Some(MET)), on("companies/other", None)]
    {
        match refused(&world, &ground) {
            Error::FileMoved { path } => assert_eq!(path, ground.grounds[0].path),
            other => panic!("{other:?}"),
        }
    }
    let two = proposed([kind.edit(TWO, Some(GAP), Some("status = \"partial\"\n"))]);
    assert!(matches!(refused(&world, &two), Error::FileMoved { .. }));
    let new = proposed([kind.edit(TWO, None, Some(MET))]);
    assert!(matches!(refused(&world, &new), Error::FileMoved { .. }));
    let committed = ledger.commit(&on(TWO, Some(MET))).unwrap();
    assert!(committed.parent.is_some() && committed.parent != head);
}

fn what_says_nothing_or_leads_elsewhere_is_refused(kind: Kind) {
    let world = World::new(kind);
    assert!(matches!(refused(&world, &proposed([])), Error::NothingToCommit));
    let same = proposed([kind.edit(ONE, Some(GAP), Some(GAP))]);
    assert!(matches!(refused(&world, &same), Error::NothingToCommit));
    let twice = proposed([kind.edit(ONE, Some(GAP), Some(MET)), kind.edit(ONE, Some(GAP), None)]);
    assert!(matches!(refused(&world, &twice), Error::BadPath { .. }));
    for path in ["", "/etc/passwd", "../x", "a//b", "a/../b", ".git/config", "a/.GIT/x", "nul\0", "a/"] {
        let error = refused(&world, &proposed([kind.edit(path, None, Some(MET))]));
        assert!(matches!(error, Error::BadPath { .. }), "{path:?}: {error}");
    }
    let below_a_file = proposed([kind.edit("notes.txt/x", None, Some(MET))]);
    refused(&world, &below_a_file);
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
    let uncommitted = ["companies/acme/evidence/staged.toml", "countersign.toml"];
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

fn a_commit_is_the_one_git_makes(kind: Kind) {
    let world = World::new(kind);
    for (settings, message) in [
        (&[][..], "assess acme S-1.1\n\nBecause: \u{e4}\u{20ac}.\n"),
        (&[("author.name", " Second <Desk>. "), ("committer.email", "third@example.org")], "no end"),
        (&[("i18n.commitEncoding", "ISO-8859-1")], "in another encoding\n"),
        (&[("user.name", "Trois \u{e9}")], "in two lines\nof one paragraph\n"),
    ] {
        settings.iter().for_each(|(name, value)| drop(world.git(["config", name, value])));
        let parent = world.git(["rev-parse", "HEAD"]);
        let [before, after] = if world.read(ONE) == GAP { [GAP, MET] } else { [MET, GAP] };
        let edit = kind.edit(ONE, Some(before), Some(after));
        let proposed = Proposed { message: message.into(), ..proposed([edit]) };
        let committed = world.ledger().commit(&proposed).unwrap();
        let file = world.beside("message");
        fs::write(&file, message).unwrap();
        let ours = world.git(["rev-parse", "HEAD^{tree}"]);
        let gits = world.git(["commit-tree", &ours, "-p", &parent, "-F", file.to_str().unwrap()]);
        assert_eq!(committed.id.to_string(), gits);
    }
    assert_sound(&world);
}

/// Also to who has asked before.
fn what_changes_between_two_commits_counts(kind: Kind) {
    let world = World::new(kind);
    let ledger = world.ledger();
    let mut now = GAP;
    let mut commit = || {
        let next = if now == GAP { MET } else { GAP };
        let committed = ledger.commit(&proposed([kind.edit(ONE, Some(now), Some(next))]));
        now = if committed.is_ok() { next } else { now };
        committed
    };
    let author = || world.git(["log", "-1", "--format=%an"]);
    for _ in 0..3 {
        commit().unwrap();
        assert_eq!(author(), "First Desk");
    }
    world.git(["config", "user.name", "Second Desk"]);
    commit().unwrap();
    assert_eq!(author(), "Second Desk");

    // Files that are included, there or not, on whatever condition.
    let (included, other) = (world.beside("included"), world.beside("other"));
    world.git(["config", "include.path", included.to_str().unwrap()]);
    let condition = format!("includeIf.gitdir:{}.path", world.beside("").display());
    world.git(["config", &condition, other.to_str().unwrap()]);
    for _ in 0..3 {
        commit().unwrap();
        assert_eq!(author(), "Second Desk");
    }
    fs::write(&included, "[user]\n\tname = Third Desk\n").unwrap();
    commit().unwrap();
    assert_eq!(author(), "Third Desk");
    fs::write(&other, "[user]\n\tname = Fourth Desk\n").unwrap();
    commit().unwrap();
    assert_eq!(author(), "Fourth Desk");
    commit().unwrap();
    fs::write(&other, "[commit]\n\tgpgSign\n[gpg]\n\tformat = ssh\n[user]\n\tsigningKey = /none\n").unwrap();
    assert!(matches!(commit().unwrap_err(), Error::NotSigned { .. }));
    fs::remove_file(&other).unwrap();
    commit().unwrap();
    assert_eq!(author(), "Third Desk");

    hook(&world, "pre-commit", "exit 1");
    assert!(matches!(commit().unwrap_err(), Error::HookRefused { .. }));
    fs::remove_file(world.path.join(".git/hooks/pre-commit")).unwrap();
    commit().unwrap();
    world.git(["config", "--unset", "user.email"]);
    assert!(matches!(commit().unwrap_err(), Error::NoIdentity { .. }));
    assert_sound(&world);
}

fn line_endings_are_the_work_trees_own(kind: Kind) {
    for (attributes, autocrlf) in [("*.toml text eol=crlf\n", "false"), ("", "true")] {
        let world = World::new(kind);
        world.git(["config", "core.autocrlf", autocrlf]);
        world.write(".gitattributes", attributes);
        world.git(["add", "."]);
        world.git(["commit", "-qm", "attributes"]);
        fs::remove_file(world.path.join(ONE)).unwrap();
        world.git(["checkout", "--", ONE]);
        assert_eq!(world.read(ONE), "status = \"gap\"\r\n");
        world.ledger().commit(&one_is_met(kind)).unwrap();
        assert_eq!(world.read(ONE), "status = \"met\"\r\n");
        assert_eq!(world.git(["cat-file", "-s", &format!("HEAD:{ONE}")]), MET.len().to_string());
        assert_sound(&world);
        assert_eq!(world.ledger().worktree_files(100).unwrap().files.len(), 3);
    }
}

fn filters_of_the_user_are_applied(kind: Kind) {
    let world = World::new(kind);
    world.git(["config", "filter.up.clean", "tr a-z A-Z"]);
    world.git(["config", "filter.up.smudge", "tr A-Z a-z"]);
    world.write(".gitattributes", "*.toml filter=up\n");
    world.git(["add", "--renormalize", "."]);
    world.git(["add", "."]);
    world.git(["commit", "-qm", "filter"]);
    let ledger = world.ledger();
    let stored = ledger.stored_id(&ledger.settings().unwrap(), ONE, MET.as_bytes()).unwrap();
    assert_eq!(stored, kind.content_id(b"STATUS = \"MET\"\n"));
    let upper = kind.edit(ONE, Some("STATUS = \"GAP\"\n"), Some(MET));
    ledger.commit(&proposed([upper])).unwrap();
    assert_eq!(world.git(["show", &format!("HEAD:{ONE}")]), "STATUS = \"MET\"");
    assert_eq!(world.read(ONE), MET);
    assert_sound(&world);
}

fn hooks_see_the_one_change_and_may_reword(kind: Kind) {
    let world = World::new(kind);
    make_a_mess(&world);
    let before = rest(&world);
    let seen = world.beside("seen");
    let seen = seen.display();
    hook(&world, "pre-commit", &format!("git diff --cached --name-only HEAD -- '*.toml' > {seen}"));
    hook(&world, "prepare-commit-msg", &format!("echo \"prepare $2\" >> {seen}"));
    hook(&world, "commit-msg", "echo 'Change-Id: I1' >> \"$1\"");
    hook(&world, "post-commit", &format!("echo post >> {seen}; exit 3"));
    hook(&world, "reference-transaction", &format!("test \"$1\" = committed && cat >> {seen}; true"));
    let committed = world.ledger().commit(&one_is_met(kind)).unwrap();
    let seen = fs::read_to_string(world.beside("seen")).unwrap();
    assert!(seen.starts_with(&format!("{ONE}\nprepare message\n")), "{seen}");
    assert!(seen.contains("refs/heads/main") && seen.ends_with("post\n"), "{seen}");
    assert!(world.git(["log", "-1", "--format=%B"]).ends_with("Change-Id: I1"));
    assert_eq!(committed.warnings.len(), 1, "a failing post-commit is told, and undoes nothing");
    assert_eq!(rest(&world), before);
    assert_sound(&world);
}

fn hooks_may_refuse_but_not_change(kind: Kind) {
    let world = World::new(kind);
    hook(&world, "pre-commit", "echo 'not on a Friday'; exit 1");
    match refused(&world, &one_is_met(kind)) {
        Error::HookRefused { hook: "pre-commit", output } => assert_eq!(output, "not on a Friday"),
        other => panic!("{other:?}"),
    }
    hook(&world, "pre-commit", "git rm -q --cached plan.txt");
    assert!(matches!(refused(&world, &one_is_met(kind)), Error::HookChangedTree { .. }));
    hook(&world, "pre-commit", "true");
    hook(&world, "commit-msg", "exit 1");
    assert!(matches!(refused(&world, &one_is_met(kind)), Error::HookRefused { hook: "commit-msg", .. }));
    hook(&world, "commit-msg", "true > \"$1\"");
    assert!(matches!(refused(&world, &one_is_met(kind)), Error::HookRefused { hook: "commit-msg", .. }));
    hook(&world, "commit-msg", "true");
    hook(&world, "reference-transaction", "test \"$1\" != prepared");
    assert!(matches!(refused(&world, &one_is_met(kind)), Error::Git { .. }));
    assert_eq!(world.read(ONE), GAP, "the file was put back");
}

fn hooks_elsewhere_are_found(kind: Kind) {
    let world = World::new(kind);
    let folder = world.beside("hooks");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("pre-commit"), "#!/bin/sh\nexit 1\n").unwrap();
    fs::set_permissions(folder.join("pre-commit"), fs::Permissions::from_mode(0o755)).unwrap();
    world.git(["config", "core.hooksPath", folder.to_str().unwrap()]);
    assert!(matches!(refused(&world, &one_is_met(kind)), Error::HookRefused { .. }));
}

/// What git's own t7516-commit-races does with an editor: the hook is somebody else who commits `file` first.
fn race(world: &World, file: &str, times: usize) {
    let body = format!(
        "test -e .git/raced && test $(wc -l < .git/raced) -ge {times} && exit 0
        echo x >> .git/raced; unset GIT_INDEX_FILE
        wc -l < .git/raced > {file}; git add {file}; git commit -q --no-verify -m race"
    );
    hook(world, "pre-commit", &body);
}

fn a_commit_that_lost_the_race_is_made_on_the_new_head(kind: Kind) {
    let world = World::new(kind);
    race(&world, TWO, 2);
    let committed = world.ledger().commit(&one_is_met(kind)).unwrap();
    assert_eq!(world.git(["log", "--format=%s"]).lines().count(), 4);
    assert_eq!(committed.parent.unwrap().to_string(), world.git(["rev-parse", "HEAD^"]));
    assert_eq!(world.git(["show", "--format=", "--name-only", "HEAD"]), ONE);
    assert_eq!(world.git(["status", "--porcelain"]), "");
    assert_sound(&world);

    // Alone, without a file: the other is `git update-ref`.
    let world = World::new(kind);
    let moved = "test -e .git/raced && exit 0; touch .git/raced
        new=$(git commit-tree -p HEAD -m race HEAD^{tree}) && git update-ref refs/heads/main $new";
    hook(&world, "pre-commit", moved);
    world.ledger().commit(&one_is_met(kind)).unwrap();
    assert_eq!(world.git(["log", "--format=%s", "--skip=1"]), "race\ninit");
    assert_sound(&world);
}

fn a_race_for_the_same_file_or_without_end_is_refused(kind: Kind) {
    let world = World::new(kind);
    race(&world, ONE, 1);
    assert!(
        matches!(world.ledger().commit(&one_is_met(kind)), Err(Error::FileMoved { path }) if path == ONE)
    );
    assert_eq!(world.git(["log", "-1", "--format=%s"]), "race");
    assert_sound(&world);

    let world = World::new(kind);
    race(&world, TWO, 1);
    let content = Some(kind.content_id(GAP.as_bytes()));
    let rests_on_two = vec![Ground { path: TWO.into(), content }];
    let proposed = Proposed { grounds: rests_on_two, ..one_is_met(kind) };
    assert!(matches!(world.ledger().commit(&proposed), Err(Error::FileMoved { path }) if path == TWO));
    assert_sound(&world);

    let world = World::new(kind);
    race(&world, TWO, 1000);
    assert!(matches!(world.ledger().commit(&one_is_met(kind)), Err(Error::BranchMoved { .. })));
    assert_eq!((world.read(ONE), world.git(["status", "--porcelain"])), (GAP.into(), String::new()));
    assert_sound(&world);
}

fn an_edit_or_a_checkout_in_between_is_refused(kind: Kind) {
    let world = World::new(kind);
    hook(&world, "pre-commit", &format!("echo typing >> {ONE}"));
    assert!(matches!(world.ledger().commit(&one_is_met(kind)), Err(Error::EditedMeanwhile { .. })));
    assert_eq!(world.read(ONE), format!("{GAP}typing\n"));
    assert_eq!(world.git(["status", "--porcelain"]), format!(" M {ONE}"));
    assert_sound_elsewhere(&world);

    let world = World::new(kind);
    hook(&world, "pre-commit", &format!("unset GIT_INDEX_FILE; echo x >> {ONE}; git add {ONE}"));
    assert!(matches!(world.ledger().commit(&one_is_met(kind)), Err(Error::Staged { .. })));
    assert_sound_elsewhere(&world);

    let world = World::new(kind);
    hook(&world, "pre-commit", "unset GIT_INDEX_FILE; git checkout -q -b elsewhere");
    assert!(matches!(world.ledger().commit(&one_is_met(kind)), Err(Error::HeadMoved { .. })));
    assert_eq!(world.git(["status", "--porcelain"]), "");
    assert_sound_elsewhere(&world);

    // Somebody stages something else while the hooks run: it is kept.
    let world = World::new(kind);
    hook(&world, "pre-commit", "unset GIT_INDEX_FILE; echo x >> plan.txt; git add plan.txt");
    world.ledger().commit(&one_is_met(kind)).unwrap();
    assert_eq!(world.git(["status", "--porcelain"]), "M  plan.txt");
    assert_sound(&world);
}

fn signing_is_honoured_or_the_commit_refused(kind: Kind) {
    let world = World::new(kind);
    let key = world.beside("key");
    let key = key.to_str().unwrap();
    let made = std::process::Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key])
        .status();
    if !made.is_ok_and(|status| status.success()) {
        eprintln!("skipped: no ssh-keygen");
        return;
    }
    let public = fs::read_to_string(format!("{key}.pub")).unwrap();
    let allowed = world.beside("allowed");
    fs::write(&allowed, format!("first@example.org {public}")).unwrap();
    for (name, value) in [
        ("gpg.format", "ssh"),
        ("user.signingKey", key),
        ("commit.gpgSign", "true"),
        ("gpg.ssh.allowedSignersFile", allowed.to_str().unwrap()),
    ] {
        world.git(["config", name, value]);
    }
    world.ledger().commit(&one_is_met(kind)).unwrap();
    assert_eq!(world.git(["log", "-1", "--format=%G? %GS"]), "G first@example.org");
    assert_sound(&world);
    world.git(["config", "user.signingKey", "/nonexistent"]);
    let again = proposed([kind.edit(TWO, Some(GAP), Some(MET))]);
    assert!(matches!(refused(&world, &again), Error::NotSigned { .. }));
}

fn nobody_is_made_up(kind: Kind) {
    let world = World::new(kind);
    assert_eq!(world.ledger().identity().unwrap().name, "First Desk");
    assert_eq!(world.ledger().identity().unwrap().offset_minutes, 60);
    world.git(["config", "--unset", "user.email"]);
    assert!(matches!(refused(&world, &one_is_met(kind)), Error::NoIdentity { .. }));
    assert!(world.ledger().identity().unwrap_err().hint().contains("user.email"));
}

fn people_are_who_git_says_they_are(kind: Kind) {
    let world = World::new(kind);
    let people = |world: &World| world.git(["log", "-1", "--format=%an <%ae> / %cn <%ce>"]);
    // A child process, because the environment belongs to all tests of this one.
    let environment = [("GIT_AUTHOR_NAME", "Second Desk"), ("GIT_COMMITTER_EMAIL", "second@example.org")];
    assert!(super::crashes::child(&world, &environment).status.success());
    assert_eq!(people(&world), "Second Desk <first@example.org> / First Desk <second@example.org>");

    let world = World::new(kind);
    world.git(["config", "committer.name", "Third Desk"]);
    world.git(["config", "author.email", "third@example.org"]);
    world.ledger().commit(&one_is_met(kind)).unwrap();
    assert_eq!(people(&world), "First Desk <third@example.org> / Third Desk <first@example.org>");

    // An address alone is not enough, and the machine's own names do not count.
    let world = World::new(kind);
    for setting in ["user.name", "user.email"] {
        world.git(["config", "--unset", setting]);
    }
    let nobody = super::crashes::child(&world, &[("EMAIL", "desk@example.org"), ("GIT_AUTHOR_NAME", "Desk")]);
    assert!(String::from_utf8_lossy(&nobody.stderr).contains("NoIdentity"), "{nobody:?}");
    assert_eq!(world.git(["rev-list", "--count", "HEAD"]), "1");
    assert_sound(&world);
}

/// Conditions that libgit2 does not know are git's to judge.
fn what_is_included_on_a_condition_counts(kind: Kind) {
    let world = World::new(kind);
    let included = world.beside("included");
    let url = "https://git.example.org/register";
    world.git(["remote", "add", "origin", url]);
    let condition = format!("includeIf.hasconfig:remote.*.url:{url}.path");
    world.git(["config", &condition, included.to_str().unwrap()]);

    let hooks = world.beside("hooks");
    fs::create_dir(&hooks).unwrap();
    fs::write(hooks.join("pre-commit"), "#!/bin/sh\nexit 1\n").unwrap();
    fs::set_permissions(hooks.join("pre-commit"), fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(&included, format!("[core]\n\thooksPath = {}\n", hooks.display())).unwrap();
    assert!(matches!(refused(&world, &one_is_met(kind)), Error::HookRefused { .. }));

    fs::write(&included, "[commit]\n\tgpgSign\n[gpg]\n\tformat = ssh\n[user]\n\tsigningKey = /none\n")
        .unwrap();
    assert!(matches!(refused(&world, &one_is_met(kind)), Error::NotSigned { .. }));

    fs::write(&included, "[commit]\n\tgpgSign = perhaps\n").unwrap();
    match refused(&world, &one_is_met(kind)) {
        Error::NeitherOnNorOff { value, file, .. } => {
            assert_eq!((value.as_str(), Path::new(&file)), ("perhaps", included.as_path()));
        }
        other => panic!("{other:?}"),
    }

    fs::write(&included, "[user]\n\tname = Included Desk\n[core]\n\tautocrlf = true\n").unwrap();
    world.write(ONE, "status = \"gap\"\r\n");
    world.ledger().commit(&one_is_met(kind)).unwrap();
    assert_eq!(world.git(["log", "-1", "--format=%an"]), "Included Desk");
    assert_eq!(world.read(ONE), "status = \"met\"\r\n");
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

fn a_lock_of_somebody_else_is_left_alone(kind: Kind) {
    let world = World::new(kind);
    let lock = world.path.join(".git/index.lock");
    fs::write(&lock, "theirs").unwrap();
    let head = world.git(["rev-parse", "HEAD"]);
    let error = world.ledger().commit(&one_is_met(kind)).unwrap_err();
    assert!(matches!(&error, Error::IndexLocked { path } if *path == lock), "{error}");
    assert_eq!(fs::read_to_string(&lock).unwrap(), "theirs");
    assert_eq!((world.git(["rev-parse", "HEAD"]), world.read(ONE)), (head, GAP.to_owned()));
    fs::remove_file(&lock).unwrap();
    world.ledger().commit(&one_is_met(kind)).unwrap();
    assert_sound(&world);
}

fn the_environment_cannot_point_git_elsewhere(kind: Kind) {
    // A child process, because the environment belongs to all tests of this one.
    let world = World::new(kind);
    let output =
        super::crashes::child(&world, &[("GIT_DIR", "/nonexistent"), ("GIT_INDEX_FILE", "/nonexistent")]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!(world.git(["rev-list", "--count", "HEAD"]), "2");
    assert_sound(&world);
}

fn git_and_libgit2_must_mean_the_same_repository(kind: Kind) {
    let world = World::new(kind);
    let elsewhere = World::new(kind);
    world.git(["config", "core.worktree", elsewhere.path.to_str().unwrap()]);
    let error = world.ledger().commit(&one_is_met(kind)).unwrap_err();
    assert!(matches!(error, Error::OtherRepository { .. }), "{error}");
    assert_eq!(elsewhere.read(ONE), GAP);
    assert_sound(&elsewhere);
}

fn a_hook_after_the_commit_may_commit_itself(kind: Kind) {
    let world = World::new(kind);
    let lock_is_free = "command -v flock > /dev/null || exit 0; flock -n .git/countersign/commit/lock true";
    hook(&world, "post-commit", lock_is_free);
    assert_eq!(world.ledger().commit(&one_is_met(kind)).unwrap().warnings, [""; 0]);
}

fn writers_take_turns_and_lose_nothing(kind: Kind) {
    let world = World::new(kind);
    let paths: Vec<String> = (0..3).map(|at| format!("companies/c{at}/company.toml")).collect();
    let root = &world.path;
    let write_five = |path: String| -> Result<()> {
        let ledger = kind.open(root)?;
        let mut before = None;
        for round in 0..5 {
            let after = format!("round = {round}\n");
            ledger.commit(&proposed([kind.edit(&path, before.as_deref(), Some(&after))]))?;
            before = Some(after);
        }
        Ok(())
    };
    thread::scope(|scope| {
        let writers: Vec<_> =
            paths.iter().map(|path| scope.spawn(move || write_five(path.clone()))).collect();
        writers.into_iter().for_each(|writer| writer.join().unwrap().unwrap());
    });
    assert_eq!(world.git(["rev-list", "--count", "HEAD"]), "16");
    assert_eq!(world.git(["status", "--porcelain"]), "");
    assert!(paths.iter().all(|path| world.read(path) == "round = 4\n"));
    assert_sound(&world);
}
