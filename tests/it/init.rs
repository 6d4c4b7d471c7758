//! `countersign init`: a new register is committed by its user, and nothing else of theirs is touched.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use countersign::domain::Day;
use countersign::error::Error;
use countersign::register::{At, Register};
use countersign::shipped;
use tempfile::TempDir;

use crate::ledger::world::{Kind, World, fix_environment, git_in, in_every_kind};

in_every_kind! {
    a_repository_gets_one_commit_of_the_registers_files
    a_bare_repository_gets_the_commit_too
}

/// Makes a register in a new repository, in another process that has an identity: the fixed environment has none.
fn init_in_a_child(folder: &Path) {
    let identity = ["GIT_AUTHOR", "GIT_COMMITTER"]
        .map(|who| [(format!("{who}_NAME"), "First Desk"), (format!("{who}_EMAIL"), "first@example.org")]);
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "init::in_a_child", "--nocapture"])
        .env("COUNTERSIGN_TEST_INIT", folder)
        .envs(identity.into_iter().flatten())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// Not a test of its own: what [`init_in_a_child`] runs.
#[test]
fn in_a_child() {
    let Some(folder) = std::env::var_os("COUNTERSIGN_TEST_INIT") else { return };
    shipped::init(folder.as_ref(), false).unwrap();
}

fn refused(folder: &Path) -> Error {
    shipped::init(folder, true).unwrap_err()
}

fn names(folder: &Path) -> Vec<OsString> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect()
}

fn a_place() -> (TempDir, PathBuf) {
    fix_environment();
    let place = TempDir::new().unwrap();
    let path = place.path().canonicalize().unwrap();
    (place, path)
}

#[test]
fn a_missing_or_empty_folder_becomes_a_register() {
    let (_place, path) = a_place();
    let (missing, empty) = (path.join("deep/missing"), path.join("empty"));
    fs::create_dir(&empty).unwrap();
    for folder in [missing, empty] {
        init_in_a_child(&folder);
        assert_eq!(
            git_in(&folder, ["log", "--format=%an %s", "main"]),
            "First Desk register: begin with the catalogue"
        );
        assert_eq!(git_in(&folder, ["status", "--porcelain"]), "");
        let snapshot = Register::open(&folder).unwrap().snapshot(&At::Head).unwrap();
        assert_eq!(snapshot.findings, []);
        assert_eq!((snapshot.catalogue.measures().count(), snapshot.companies.len()), (57, 0));
        assert!(matches!(refused(&folder), Error::AlreadyRegister { .. }));
    }
}

fn a_repository_gets_one_commit_of_the_registers_files(kind: Kind) {
    let world = World::empty(kind);
    world.write("notes.txt", "mine\n");
    world.git(["add", "."]);
    world.git(["commit", "-qm", "mine"]);
    world.write("notes.txt", "staged\n");
    world.git(["add", "."]);
    world.write("notes.txt", "edited\n");
    world.write("new.txt", "untracked\n");
    let status = world.git(["status", "--porcelain"]);

    let committed = shipped::init(&world.path, true).unwrap();

    assert_eq!(committed.branch, "main");
    assert_eq!(world.git(["status", "--porcelain"]), status);
    assert_eq!(world.read("notes.txt"), "edited\n");
    assert_eq!(world.git(["rev-list", "--count", "HEAD"]), "2");
    let changed = world.git(["diff", "--name-only", "HEAD~1", "HEAD"]);
    let shipped = shipped::catalogue().chain(shipped::public_record()).count();
    // And two of its own: the settings, and by what git merges and shows the files.
    assert_eq!(changed.lines().count(), shipped + 2);
    assert!(changed.lines().any(|path| path == ".gitattributes"), "{changed}");

    let snapshot = Register::open(&world.path).unwrap().snapshot(&At::Head).unwrap();
    let today: Day = "2026-11-23".parse().unwrap();
    let signed = |company: &&str| {
        let id = company.parse().unwrap();
        countersign::domain::Chapter::CODE.map(|chapter| snapshot.companies[&id].has_signed(chapter, today))
    };
    assert_eq!(snapshot.findings, []);
    assert_eq!(["openai", "meta"].iter().map(signed).collect::<Vec<_>>(), [[true; 3], [false; 3]]);
}

fn a_bare_repository_gets_the_commit_too(kind: Kind) {
    let world = World::empty(kind);
    let bare = world.beside("bare");
    git_in(
        &world.path,
        [
            "init",
            "-q",
            "--bare",
            "-b",
            "main",
            kind.object_format(),
            kind.ref_format(),
            bare.to_str().unwrap(),
        ],
    );
    git_in(&bare, ["config", "user.name", "First Desk"]);
    git_in(&bare, ["config", "user.email", "first@example.org"]);
    shipped::init(&bare, false).unwrap();
    assert_eq!(git_in(&bare, ["rev-list", "--count", "main"]), "1");
    assert!(matches!(refused(&bare), Error::AlreadyRegister { .. }));
}

#[test]
fn what_is_in_the_way_is_left_alone() {
    let world = World::empty(Kind::Libgit2);
    world.write("companies/meta/notes.txt", "mine\n");
    assert!(matches!(refused(&world.path), Error::PathTaken { .. }));
    world.git(["add", "."]);
    world.git(["commit", "-qm", "mine"]);
    fs::remove_dir_all(world.path.join("companies")).unwrap();
    assert!(matches!(refused(&world.path), Error::PathTaken { .. }));
    assert_eq!(world.git(["rev-list", "--count", "HEAD"]), "1");

    let (_place, filled) = a_place();
    fs::write(filled.join("notes.txt"), "mine\n").unwrap();
    assert!(matches!(refused(&filled), Error::NotEmpty { .. }));
    assert_eq!(names(&filled), ["notes.txt"]);
}

#[test]
fn a_register_stands_at_the_root_of_its_repository() {
    let world = World::empty(Kind::Libgit2);
    world.write("below/notes.txt", "mine\n");
    for folder in ["below", "missing", "missing/too"] {
        assert!(matches!(refused(&world.path.join(folder)), Error::InsideRepository { .. }), "{folder}");
    }
    assert!(!world.path.join("missing").exists());
}

#[test]
fn where_the_commit_is_refused_nothing_was_made() {
    let (_place, path) = a_place();
    let empty = path.join("empty");
    fs::create_dir(&empty).unwrap();
    for folder in [path.join("missing"), empty] {
        assert!(matches!(refused(&folder), Error::NoIdentity { .. }));
    }
    assert_eq!(names(&path), ["empty"]);
    assert!(names(&path.join("empty")).is_empty());
}
