//! Something else in the place of git's own files, as an archive that is unpacked can bring it: what waits for a
//! writer, never ends, or is gigabytes long.

use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

use super::{countersign, look_at};
use crate::audit::{CELL, Case};
use crate::ledger::world::{Kind, command, git_in, on_both_stores};

on_both_stores! {
    own_files_of_git
    objects
    rules_of_a_work_tree
    repositories_inside_and_around
    links_without_end
    files_that_settings_name
    settings_that_include_each_other
    a_split_index
    a_rebase_under_way
}

const LOOKS: [&[&str]; 6] = [
    &["show"],
    &["show", "--at", "HEAD~0"],
    &["log"],
    &["check", "--worktree"],
    &["audit"],
    &["picture", "--size", "80x24", "--on", "2026-11-20", "--keys", "/halyard S-1.1<enter>t"],
];

const PLANTS: [&str; 5] = ["pipe", "socket", "device", "folder", "large"];

/// Puts something in the place of a file, for as long as `look` takes.
fn plant(plant: &str, file: &Path, look: impl FnOnce()) {
    let was = fs::read(file).ok();
    let _ = fs::remove_file(file);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let mut listens = None;
    match plant {
        "pipe" => assert!(Command::new("mkfifo").arg(file).status().unwrap().success()),
        "socket" => listens = Some(UnixListener::bind(file).unwrap()),
        "device" => symlink("/dev/zero", file).unwrap(),
        "folder" => fs::create_dir(file).unwrap(),
        _ => fs::File::create(file).unwrap().set_len(2 << 30).unwrap(),
    }
    look();
    drop(listens);
    if plant == "folder" {
        fs::remove_dir(file).unwrap()
    } else {
        fs::remove_file(file).unwrap()
    }
    if let Some(bytes) = was {
        fs::write(file, bytes).unwrap();
    }
}

fn assess(case: &Case) -> i32 {
    let arguments = ["assess", "halyard", "S-1.1", "--status", "gap", "--reason", "So far."];
    countersign(&case.world.path, &[&arguments[..], &["--on", "2026-11-20", "--yes"]].concat()).code
}

fn own_files_of_git(kind: Kind) {
    let case = Case::decided(kind);
    case.git(["gc", "-q"]);
    let git = case.world.path.join(".git");
    let reftable: Vec<String> = fs::read_dir(git.join("reftable")).map_or(Vec::new(), |tables| {
        tables.map(|table| format!("reftable/{}", table.unwrap().file_name().to_str().unwrap())).collect()
    });
    let of_the_refs: &[&str] = if reftable.is_empty() { &["packed-refs", "refs/heads/main"] } else { &[] };
    let files = ["HEAD", "config", "index", "commondir", "info/attributes", "info/exclude", "logs/HEAD"];
    let objects = ["objects/info/alternates", "objects/info/commit-graph", "objects/pack/new.idx"];
    let all = files.iter().chain(&objects).chain(of_the_refs).copied();
    for name in all.chain(reftable.iter().map(String::as_str)) {
        let file = git.join(name);
        for what in PLANTS {
            plant(what, &file, || {
                look_at(&case.world.path, &LOOKS);
                if !["folder", "large"].contains(&what) {
                    let refused = countersign(&case.world.path, &["show"]);
                    assert_eq!(refused.code, 2, "{what} {name}: {}", refused.stdout);
                    assert!(refused.stderr.contains("is no file"), "{what} {name}: {}", refused.stderr);
                    assert_eq!(assess(&case), 2, "{what} {name}");
                }
            });
        }
    }
    assert_eq!(countersign(&case.world.path, &["show"]).code, 0);
    case.git(["fsck", "--strict"]);
}

fn objects(kind: Kind) {
    for object in ["HEAD", "HEAD^{tree}", "HEAD:companies", "HEAD:companies/halyard/company.toml"] {
        let case = Case::of(kind);
        let id = case.git(["rev-parse", object]);
        let file = case.world.path.join(".git/objects").join(&id[..2]).join(&id[2..]);
        for what in PLANTS {
            plant(what, &file, || look_at(&case.world.path, &LOOKS));
        }
        assert_eq!(countersign(&case.world.path, &["check"]).code, 0);
    }
}

fn rules_of_a_work_tree(kind: Kind) {
    let case = Case::of(kind);
    for name in [".gitattributes", ".gitignore", "companies/.gitattributes", "companies/halyard/.gitignore"] {
        for what in PLANTS {
            plant(what, &case.world.path.join(name), || {
                look_at(&case.world.path, &LOOKS);
                countersign(&case.world.path, &["trust"]);
                // A judgement that does not hang is one, or is refused.
                if assess(&case) == 0 {
                    case.git(["reset", "-q", "--hard", "HEAD^"]);
                }
            });
        }
    }
    assert_eq!(case.git(["status", "--porcelain"]), "");
}

fn repositories_inside_and_around(kind: Kind) {
    let case = Case::of(kind);
    let inside = case.world.path.join("companies/halyard/evidence/inside");
    git_in(&case.world.path, ["init", "-q", inside.to_str().unwrap()]);
    let linked = case.world.linked("linked");
    let of_the_linked = case.world.path.join(".git/worktrees/linked");
    for (register, file) in [
        (&case.world.path, inside.join(".git/HEAD")),
        (&case.world.path, inside.join(".git/config")),
        (&case.world.path, inside.join(".git")),
        (&case.world.path, of_the_linked.join("HEAD")),
        (&linked.path, of_the_linked.join("HEAD")),
        (&linked.path, of_the_linked.join("commondir")),
        (&linked.path, of_the_linked.join("gitdir")),
        (&linked.path, linked.path.join(".git")),
        (&linked.path, case.world.path.join(".git/config")),
    ] {
        if file.is_dir() {
            fs::remove_dir_all(&file).unwrap();
        }
        for what in PLANTS {
            plant(what, &file, || look_at(register, &LOOKS));
        }
    }
}

/// Two links make folders without end of one.
fn links_without_end(kind: Kind) {
    for place in ["refs/heads", "worktrees", "info", "objects/info", "objects/ab", "logs/refs"] {
        let case = Case::of(kind);
        let folder = case.world.path.join(".git").join(place);
        if folder.is_file() || fs::create_dir_all(&folder).is_err() {
            continue;
        }
        for name in ["a", "b"] {
            symlink(".", folder.join(name)).unwrap();
        }
        look_at(&case.world.path, &LOOKS);
    }
}

/// Refs nobody asked for are no reason to refuse a register; where they are listed or wanted, they are looked at first.
fn refs_that_are_not_wanted(kind: Kind) {
    let case = Case::decided(kind);
    let git = case.world.path.join(".git");
    let head = case.git(["rev-parse", "HEAD"]);
    let (by_id, hooks) = (format!("refs/heads/{head}"), git.join("hooks/here"));
    fs::create_dir_all(git.join("hooks")).unwrap();
    assert!(Command::new("mkfifo").arg(&hooks).status().unwrap().success());
    for name in ["refs/tags/new", "refs/heads/new", "refs/remotes/origin/new", "logs/refs/heads/new", &by_id]
    {
        for what in ["pipe", "device", "large"] {
            plant(what, &git.join(name), || look_at_refs(&case, what != "large"));
        }
    }
    fs::write(git.join("refs/heads/new"), "ref: hooks/here\n").unwrap();
    look_at_refs(&case, true);
    fs::remove_file(git.join("refs/heads/new")).unwrap();
    assert_eq!(countersign(&case.world.path, &["proposals"]).code, 0);
}

fn look_at_refs(case: &Case, is_refused: bool) {
    let looks: [&[&str]; 6] = [
        &["show"],
        &["show", "--at", "HEAD~1"],
        &["show", "--at", "new"],
        &["proposals"],
        &["audit"],
        &["picture", "--size", "80x24", "--on", "2026-11-20"],
    ];
    look_at(&case.world.path, &looks);
    if is_refused {
        let refused = countersign(&case.world.path, &["proposals"]);
        assert_eq!(refused.code, 2, "{}", refused.stdout);
        assert!(refused.stderr.contains("is no file"), "{}", refused.stderr);
    }
    if case.world.kind == Kind::Libgit2 {
        assert_eq!(countersign(&case.world.path, &["show"]).code, 0);
    }
}

#[test]
fn refs_that_are_not_wanted_libgit2() {
    refs_that_are_not_wanted(Kind::Libgit2);
}

#[test]
fn refs_that_are_not_wanted_sha256() {
    refs_that_are_not_wanted(Kind::Sha256);
}

/// It is not what the file begins with that says how much of it is read.
fn more_refs_than_memory(kind: Kind) {
    let case = Case::decided(kind);
    case.git(["pack-refs", "--all"]);
    let refs = case.world.path.join(".git/packed-refs");
    let sound = fs::metadata(&refs).unwrap().len();
    let opened = fs::File::options().write(true).open(&refs).unwrap();
    opened.set_len(2 << 30).unwrap();
    look_at(&case.world.path, &LOOKS);
    let refused = countersign(&case.world.path, &["show"]);
    assert_eq!(refused.code, 2, "{}", refused.stdout);
    assert!(refused.stderr.contains("packed-refs is far too large"), "{}", refused.stderr);
    assert_eq!(assess(&case), 2);
    opened.set_len(sound).unwrap();
    assert_eq!(countersign(&case.world.path, &["show"]).code, 0);
}

#[test]
fn more_refs_than_memory_libgit2() {
    more_refs_than_memory(Kind::Libgit2);
}

#[test]
fn more_refs_than_memory_sha256() {
    more_refs_than_memory(Kind::Sha256);
}

/// What the repository's own configuration leads to is opened with it.
fn files_that_settings_name(kind: Kind) {
    let case = Case::of(kind);
    let config = case.world.path.join(".git/config");
    let before = fs::read_to_string(&config).unwrap();
    let planted = case.world.path.join("planted");
    let absolute = planted.to_str().unwrap();
    let further = case.world.beside("further");
    fs::write(&further, format!("[Include]\n\tPath = {absolute}\n")).unwrap();
    let named = [
        format!("[include]\n\tpath = {absolute}\n"),
        "[include]\n\tpath = ../planted\n".to_owned(),
        format!("[includeIf \"gitdir:{}/\"]\n\tpath = \"../pl\\\nanted\"\n", case.world.path.display()),
        format!("[INCLUDE]\n\tpath = {}\n", further.display()),
        format!("[core]\n\texcludesFile = {absolute}\n"),
        "[core]\n\tEXCLUDESFILE = planted\n".to_owned(),
        format!("[core]\n\tattributesFile = {absolute}\n"),
        "[core]\n\tattributesFile = planted\n".to_owned(),
    ];
    for settings in &named {
        fs::write(&config, format!("{before}{settings}")).unwrap();
        for what in ["pipe", "device", "large"] {
            plant(what, &planted, || {
                for look in [&["show"][..], &["show", "--worktree"]] {
                    let refused = countersign(&case.world.path, look);
                    assert_eq!(refused.code, 2, "{what} {settings}: {}", refused.stdout);
                    let why = if what == "large" { "is far too large" } else { "is no file" };
                    assert!(refused.stderr.contains(why), "{what} {settings}: {}", refused.stderr);
                }
                assert_eq!(assess(&case), 2, "{what} {settings}");
            });
        }
        // What is a file, or not there, or nothing on purpose, is in nobody's way.
        for honest in ["", "# nothing\n"] {
            assert_eq!(countersign(&case.world.path, &["show", "--worktree"]).code, 0, "{settings}");
            fs::write(&planted, honest).unwrap();
        }
        fs::remove_file(&planted).unwrap();
    }
    fs::write(
        &config,
        format!("{before}[core]\n\texcludesFile = /dev/null\n[include]\n\tpath = /dev/null\n"),
    )
    .unwrap();
    assert_eq!(countersign(&case.world.path, &["show", "--worktree"]).code, 0);
}

/// A file that includes itself, and a few that include each other so often that it would be billions.
fn settings_that_include_each_other(kind: Kind) {
    let case = Case::of(kind);
    let git = case.world.path.join(".git");
    let config = git.join("config");
    let before = fs::read_to_string(&config).unwrap();
    fs::write(&config, format!("{before}[include]\n\tpath = config\n")).unwrap();
    look_at(&case.world.path, &LOOKS);
    fs::write(&config, format!("{before}[include]\n\tpath = level-0\n")).unwrap();
    for level in 0..9 {
        let next = format!("[include]\n\tpath = level-{}\n", level + 1);
        fs::write(git.join(format!("level-{level}")), next.repeat(10)).unwrap();
    }
    look_at(&case.world.path, &LOOKS);
    let refused = countersign(&case.world.path, &["show"]);
    assert!(refused.stderr.contains("names far too many files"), "{}", refused.stderr);
}

fn a_split_index(kind: Kind) {
    let case = Case::of(kind);
    case.git(["update-index", "--split-index"]);
    let git = case.world.path.join(".git");
    let mut files = fs::read_dir(&git).unwrap().map(|entry| entry.unwrap().path());
    let shared = files.find(|file| file.to_string_lossy().contains("sharedindex.")).unwrap();
    assert_eq!(countersign(&case.world.path, &["show", "--worktree"]).code, 0);
    for what in PLANTS {
        plant(what, &shared, || look_at(&case.world.path, &LOOKS));
    }
}

fn a_rebase_under_way(kind: Kind) {
    let case = Case::decided(kind);
    case.git(["switch", "-qc", "other"]);
    case.edit(CELL, "\"gap\"", "\"partial\"");
    case.commit("another");
    case.git(["switch", "-q", "main"]);
    case.edit(CELL, "\"gap\"", "\"met\"");
    case.commit("and another");
    assert!(!command(&case.world.path, ["rebase", "-q", "other"]).output().unwrap().status.success());
    let looks: [&[&str]; 3] = [&["conflicts"], &["show"], &["show", "--worktree"]];
    for name in ["rebase-merge/onto", "REBASE_HEAD"] {
        for what in PLANTS {
            plant(what, &case.world.path.join(".git").join(name), || look_at(&case.world.path, &looks));
        }
    }
}
