//! Trees that lead out of the register, or that no program wants to walk.

use std::fs;

use super::forge::{Entry, FILE, FOLDER, Forge, bytes, each};
use super::{countersign, look_around, look_at};
use crate::audit::{Case, minutes};
use crate::full_size;
use crate::ledger::world::{Kind, on_both_stores};

on_both_stores! {
    names_that_lead_elsewhere
    entries_out_of_order_doubled_or_of_no_mode
    names_that_collide_or_are_very_long
    folders_without_end
    more_files_in_a_folder_than_a_register_has
    more_companies_than_a_register_has
    folders_that_hold_each_other
    blobs_of_a_size_nobody_reads
    commits_and_trees_of_a_size_nobody_reads
    links_in_the_work_tree
}

#[track_caller]
fn check(case: &Case, expected: &[&str]) {
    let check = countersign(&case.world.path, &["check"]);
    for words in expected {
        assert!(check.stdout.contains(words), "{words} is missing:\n{}", check.stdout);
    }
}

/// At full size a hundred thousand, which takes minutes to look at from everywhere; what is left out is left out the same.
fn many(enough: usize) -> usize {
    if full_size() { 100_000 } else { enough }
}

/// At full size from everywhere, else once for each way to read a register.
fn views() -> &'static [&'static [&'static str]] {
    const FEW: [&[&str]; 6] = [
        &["show"],
        &["show", "--worktree"],
        &["log"],
        &["audit"],
        &["check", "--base", "HEAD~1"],
        &["check", "--format", "sarif"],
    ];
    if full_size() { &VIEWS } else { &FEW }
}

fn names_that_lead_elsewhere(kind: Kind) {
    let case = Case::of(kind);
    let forge = Forge::new(&case);
    let evil = forge.blob("name = \"Evil\"\n");
    let folder = forge.tree(&[(FILE, b"company.toml", &evil)]);
    let names: [&[u8]; 12] = [
        b"..",
        b".",
        b".git",
        b".GIT",
        b"git~1",
        b"a/b",
        b"a\\b",
        b"../../outside",
        b"/etc",
        b"C:",
        b"\xff\xfe",
        b".git ",
    ];
    let mut entries = Vec::new();
    for name in names {
        entries.push((FOLDER, name, &*folder));
        entries.push((FILE, name, &*evil));
    }
    for place in [
        "companies",
        "companies/halyard",
        "companies/halyard/evidence",
        "companies/halyard/models",
        "commitments",
    ] {
        forge.commit(place, &forge.with(place, &entries));
    }
    forge.commit_root(&forge.with("", &entries));
    look_around(&case.world.path);
    check(
        &case,
        &["the name leads to another folder", "the name is git's own", "the name holds a path separator"],
    );
    // The rest stays usable, and nothing of it came into being.
    let show = countersign(&case.world.path, &["show", "halyard"]);
    assert!(show.stdout.contains("Halyard"), "{}", show.stdout);
    assert!(!case.world.beside("outside").exists());
}

fn entries_out_of_order_doubled_or_of_no_mode(kind: Kind) {
    let case = Case::of(kind);
    let forge = Forge::new(&case);
    let (file, other) = (forge.blob("name = \"One\"\n"), forge.blob("name = \"Two\"\n"));
    let (passwd, above) = (forge.blob("/etc/passwd"), forge.blob("../../../../../etc/passwd"));
    let nowhere = kind.id_of('1');
    let entries: [Entry<'_>; 11] = [
        (FILE, b"zz.toml", &file),
        (FILE, b"aa.toml", &file),
        (FILE, b"aa.toml", &other),
        (FOLDER, b"aa.toml", &nowhere),
        ("120000", b"link.toml", &passwd),
        ("120000", b"up.toml", &above),
        ("160000", b"module.toml", &nowhere),
        ("0", b"zero.toml", &file),
        ("777777", b"odd.toml", &file),
        ("40000", b"file-as-folder", &file),
        (FILE, b"gone.toml", &nowhere),
    ];
    let sound = case.git(["rev-parse", "HEAD"]);
    let again = || drop(case.git(["update-ref", "refs/heads/main", &sound]));
    let folders = ["models", "evidence", "assessments"].map(|folder| format!("companies/halyard/{folder}"));
    for place in folders.iter().map(String::as_str).chain(["companies"]) {
        again();
        forge.commit(place, &forge.tree(&entries));
        look_around(&case.world.path);
    }
    again();
    let profile: [Entry<'_>; 3] =
        [("120000", b"company.toml", &passwd), ("160000", b"models", &nowhere), (FILE, b"evidence", &file)];
    forge.commit("companies/halyard", &forge.tree(&profile));
    look_around(&case.world.path);
    again();
    let root: [Entry<'_>; 4] = [
        ("120000", b"countersign.toml", &passwd),
        (FILE, b"companies", &file),
        ("160000", b"commitments", &nowhere),
        (FOLDER, b"sources.toml", &nowhere),
    ];
    forge.commit_root(&forge.tree(&root));
    look_around(&case.world.path);
}

fn names_that_collide_or_are_very_long(kind: Kind) {
    let case = Case::of(kind);
    let forge = Forge::new(&case);
    let file = forge.blob("name = \"One\"\n");
    let long = "x".repeat(255) + ".toml";
    let very_long = "y".repeat(100_000);
    for place in ["companies/halyard/models", "companies/halyard/evidence", "companies"] {
        let entries: [Entry<'_>; 5] = [
            (FILE, b"Model.toml", &file),
            (FILE, b"MODEL.toml", &file),
            (FILE, b"model.toml", &file),
            (FILE, long.as_bytes(), &file),
            (FILE, very_long.as_bytes(), &file),
        ];
        forge.commit(place, &forge.with(place, &entries));
    }
    look_around(&case.world.path);
}

fn folders_without_end(kind: Kind) {
    let case = Case::of(kind);
    let forge = Forge::new(&case);
    let mut tree = forge.tree(&[(FILE, b"end.toml", &forge.blob("name = 1\n"))]);
    let mut trees = Vec::new();
    for _ in 0..100_000 {
        trees.push(bytes(&[(FOLDER, b"d", &tree)]));
        tree = forge.id("tree", &trees[trees.len() - 1]);
    }
    forge.pack(&trees);
    for place in ["companies", "companies/halyard", "companies/halyard/evidence", "commitments"] {
        forge.commit(place, &forge.with(place, &[(FOLDER, b"deep", &tree)]));
    }
    forge.commit_root(&forge.with("", &[(FOLDER, b"deep", &tree)]));
    look_around(&case.world.path);
}

const VIEWS: [&[&str]; 7] = [
    &["show"],
    &["show", "halyard"],
    &["compare"],
    &["log"],
    &["check"],
    &["check", "--format", "sarif"],
    &["audit"],
];

fn more_files_in_a_folder_than_a_register_has(kind: Kind) {
    let count = many(10_000);
    // The more is wrong in a file, the longer it is looked at.
    let evidence = minutes("").replace("file = \"minutes.txt\"\n", "");
    for (place, text) in [
        ("companies/halyard/evidence", "not even TOML"),
        ("companies/halyard/evidence", &evidence),
        ("companies/halyard/models", &evidence),
        ("companies", "not even TOML"),
        ("commitments", "not even TOML"),
        ("", "not even TOML"),
    ] {
        let case = Case::of(kind);
        let forge = Forge::new(&case);
        let file = forge.blob(text);
        let names: Vec<String> = (0..count).map(|at| format!("f{at:06}.toml")).collect();
        let entries = each(&names, FILE, &file);
        forge.commit(place, &forge.with(place, &entries));
        look_at(&case.world.path, views());
        if place.starts_with("companies/") {
            // What was there before counts, too.
            let told = [format!("{place}: {}", count / 10), format!("the last {}", (count - 5_000) / 10)];
            check(&case, &told.each_ref().map(String::as_str));
        }
    }
}

/// A few folders that hold each other ten times, ten times over: billions of files out of a kilobyte.
fn folders_that_hold_each_other(kind: Kind) {
    for place in ["companies", "companies/halyard", "companies/halyard/evidence", "commitments", ""] {
        let case = Case::of(kind);
        let forge = Forge::new(&case);
        let file = forge.blob("not even TOML");
        let names: Vec<String> = (0..10).map(|at| format!("b{at}")).collect();
        let ten = |mode, id: &str| {
            forge.tree(&names.iter().map(|name| (mode, name.as_bytes(), id)).collect::<Vec<_>>())
        };
        let bomb = (0..9).fold(ten(FILE, &file), |inner, _| ten(FOLDER, &inner));
        let tree = forge.with(place, &[(FOLDER, b"bomb", &bomb)]);
        if place.is_empty() {
            forge.commit_root(&tree)
        } else {
            forge.commit(place, &tree)
        }
        look_at(&case.world.path, views());
        let show = countersign(&case.world.path, &["show", "lodestar"]);
        assert_eq!(show.code, 0, "{place}: {}", show.stderr);
    }
    // Companies that share their folders: then even what is read of each is too much.
    let case = Case::of(kind);
    let forge = Forge::new(&case);
    let file = forge.blob("a document");
    let names: Vec<String> = (0..1_000).map(|at| format!("document-{at}.txt")).collect();
    let evidence = forge.tree(&names.iter().map(|name| (FILE, name.as_bytes(), &*file)).collect::<Vec<_>>());
    let company = forge.tree(&[(FOLDER, b"evidence", &evidence)]);
    let names: Vec<String> = (0..3_000).map(|at| format!("c{at:04}")).collect();
    let companies = each(&names, FOLDER, &company);
    forge.commit("companies", &forge.tree(&companies));
    // Every view reads the same, and each as much as a register may hold.
    if full_size() {
        look_at(&case.world.path, views());
    }
    let show = countersign(&case.world.path, &["show"]);
    assert!(show.stderr.contains("the register holds more than 250000 files"), "{}", show.stderr);
}

/// Such as are nearly right, and such as hold nothing of a register's.
fn more_companies_than_a_register_has(kind: Kind) {
    let count = many(6_000);
    for file in ["company.toml", "nothing.txt"] {
        let case = Case::of(kind);
        let forge = Forge::new(&case);
        let company = forge.tree(&[(FILE, file.as_bytes(), &forge.blob("name = \"Another\"\n"))]);
        let names: Vec<String> = (0..count).map(|at| format!("c{at:06}")).collect();
        let entries = each(&names, FOLDER, &company);
        forge.commit("companies", &forge.with("companies", &entries));
        look_at(&case.world.path, views());
        // Those that were there before count, too.
        check(&case, &[&format!("companies: {}", count / 10), "companies are too many"]);
    }
}

fn blobs_of_a_size_nobody_reads(kind: Kind) {
    let case = Case::of(kind);
    let forge = Forge::new(&case);
    // The full size takes a while to hash; a tenth of it would be noticed just as well.
    let size_bytes: u64 = if full_size() { 2 << 30 } else { 256 << 20 };
    let file = case.world.beside("zeros");
    fs::File::create(&file).unwrap().set_len(size_bytes).unwrap();
    let id = case.git(["-c", "core.compression=1", "hash-object", "-w", file.to_str().unwrap()]);
    for (place, name) in [
        ("companies/halyard/evidence", "minutes.txt"),
        ("companies/halyard/evidence", "large.toml"),
        ("companies/halyard/models", "large.toml"),
        ("companies/halyard/assessments", "S-1.1.toml"),
        ("companies/lodestar", "company.toml"),
        ("commitments", "limits.toml"),
        ("policy", "allowed_signers"),
    ] {
        forge.commit(place, &forge.with(place, &[(FILE, name.as_bytes(), &id)]));
    }
    look_around(&case.world.path);
    forge.commit_root(&forge.with("", &[(FILE, b"countersign.toml", &id)]));
    look_around(&case.world.path);
}

fn commits_and_trees_of_a_size_nobody_reads(kind: Kind) {
    let case = Case::of(kind);
    let forge = Forge::new(&case);
    let tree = case.git(["rev-parse", "HEAD^{tree}"]);
    let header = |parent: &str| {
        let person = "A <a@example.org> 1790000000 +0000";
        format!("tree {tree}\n{parent}author {person}\ncommitter {person}\n\nforged\n")
    };
    for size_mebibytes in [5, 256] {
        let mut commit = header("").into_bytes();
        commit.resize(size_mebibytes << 20, b'x');
        let large = forge.write("commit", &commit);
        forge.set(&large);
        look_around(&case.world.path);
        let show = countersign(&case.world.path, &["show"]);
        assert!(show.stderr.contains(" a commit of more than 4 MiB"), "{size_mebibytes}: {}", show.stderr);
        // The same as a parent.
        forge.set(&forge.write("commit", header(&format!("parent {large}\n")).as_bytes()));
        look_around(&case.world.path);
    }
    // And trees, by a name of that size.
    for place in ["companies", "companies/halyard", ""] {
        let case = Case::of(kind);
        let forge = Forge::new(&case);
        let name = vec![b'x'; 256 << 20];
        let tree = forge.with(place, &[(FILE, &name, &forge.blob(""))]);
        if place.is_empty() {
            forge.commit_root(&tree);
        } else {
            forge.commit(place, &tree);
        }
        look_around(&case.world.path);
    }
}

#[cfg(unix)]
fn links_in_the_work_tree(kind: Kind) {
    use std::os::unix::fs::symlink;
    let case = Case::of(kind);
    let outside = case.world.beside("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("secret.toml"), "name = \"Secret of the machine\"\n").unwrap();
    fs::write(outside.join("company.toml"), "name = \"Secret of the machine\"\n").unwrap();
    let companies = case.world.path.join("companies");
    symlink(&outside, companies.join("linked")).unwrap();
    symlink(outside.join("secret.toml"), companies.join("halyard/models/secret.toml")).unwrap();
    symlink("/dev/zero", companies.join("halyard/models/zero.toml")).unwrap();
    symlink(&companies, companies.join("halyard/evidence/round")).unwrap();
    assert!(
        std::process::Command::new("mkfifo")
            .arg(companies.join("halyard/models/pipe.toml"))
            .status()
            .unwrap()
            .success()
    );
    look_around(&case.world.path);
    let check = countersign(&case.world.path, &["show", "--worktree", "--json"]);
    assert!(!check.stdout.contains("Secret"), "{}", check.stdout);

    // A decision is not written through one either.
    fs::remove_dir_all(companies.join("halyard/assessments")).ok();
    symlink(&outside, companies.join("halyard/assessments")).unwrap();
    let arguments = ["assess", "halyard", "S-1.1", "--status", "gap", "--reason", "So far.", "--yes"];
    let refused = countersign(&case.world.path, &arguments);
    assert_eq!(refused.code, 2, "{}", refused.stdout);
    assert!(!outside.join("S-1.1.toml").exists());
}
