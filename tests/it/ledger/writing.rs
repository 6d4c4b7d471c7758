//! Committing: the one path moves, everything else stays, and what cannot be honoured is refused.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use countersign::error::Error;
use countersign::ledger::{Committed, Edit, Ground, Proposed, Recovery};

use super::world::{Kind, ONE, TWO, World, in_every_kind};

in_every_kind! {
    only_the_one_path_moves
    files_are_added_changed_and_removed_in_one_commit
    staged_or_unsaved_work_on_the_same_path_is_refused
    nothing_is_written_through_a_symlink
    a_new_file_does_not_overwrite_an_untracked_one
    a_decision_on_old_ground_is_refused
    what_says_nothing_or_leads_elsewhere_is_refused
    a_commit_is_the_one_git_makes
    the_environment_cannot_point_git_elsewhere
    git_and_libgit2_must_mean_the_same_repository
}

pub const GAP: &str = "status = \"gap\"\n";
pub const MET: &str = "status = \"met\"\n";

pub fn proposed(edits: impl IntoIterator<Item = Edit>) -> Proposed {
    let message = "assess acme S-1.1: gap → met\n\nBecause.\n\nCountersign-Change: assess acme S-1.1\n";
    Proposed { edits: edits.into_iter().collect(), message: message.into(), ..Proposed::default() }
}

/// The change most tests make.
pub fn one_is_met(kind: Kind) -> Proposed {
    proposed([kind.edit(ONE, Some(GAP), Some(MET))])
}

/// Staged, edited, deleted, removed, untracked and intended files beside the one to commit.
pub fn make_a_mess(world: &World) {
    world.write("notes.txt", "staged\n");
    world.git(["add", "notes.txt"]);
    world.write("notes.txt", "staged\nand edited\n");
    world.write("plan.txt", "edited\n");
    fs::remove_file(world.path.join("countersign.toml")).unwrap();
    world.git(["rm", "-q", TWO]);
    world.write("untracked.txt", "untracked\n");
    world.write("intended.txt", "intended\n");
    world.git(["add", "-N", "intended.txt"]);
    world.write("companies/acme/evidence/staged.toml", "title = \"staged\"\n");
    world.git(["add", "companies/acme/evidence/staged.toml"]);
}

/// Everything git knows and the work tree holds, byte for byte, but for the path that is committed.
pub fn rest(world: &World) -> String {
    let exclude = format!(":(exclude){ONE}");
    let files = world.git(["ls-files", "--cached", "--others", "--", ".", &exclude]);
    let content = |file: &str| format!("{file} {:?}", fs::read(world.path.join(file)).ok());
    [
        files.lines().map(content).collect::<Vec<_>>().join("\n"),
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
pub fn refused(world: &World, proposed: &Proposed) -> Error {
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
