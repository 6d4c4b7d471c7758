//! Repositories that are broken, lead elsewhere, or say what cannot be.

use std::fs;
use std::path::Path;

use super::{countersign, countersign_with, look_around, look_at};
use crate::audit::Case;
use crate::ledger::world::{Kind, World, command, git_in, in_every_kind, on_both_stores};

on_both_stores! {
    a_repository_of_somebody_elses
    own_files_that_are_something_else
    attributes_that_cannot_be_read_while_writing
    more_branches_than_anybody_has
}

in_every_kind! {
    heads_that_lead_nowhere
    objects_missing_or_damaged
    histories_replaced_or_grafted
    branches_like_options
    times_that_cannot_be
}

fn heads_that_lead_nowhere(kind: Kind) {
    let case = Case::of(kind);
    look_around(&World::empty(kind).path);
    let head = case.world.path.join(".git/HEAD");
    if fs::read_to_string(&head).is_ok() && !case.world.kind.ref_format().contains("reftable") {
        for text in [
            "",
            "ref: ",
            "ref: refs/heads/none\n",
            "ref: refs/heads/../../../etc/passwd\n",
            "ref: refs/heads/-x\n",
            "ref: HEAD\n",
            "1234567890123456789012345678901234567890\n",
            "\u{1b}[31m\n",
            "garbage\n",
        ] {
            fs::write(&head, text).unwrap();
            look_around(&case.world.path);
        }
        fs::write(&head, "ref: refs/heads/main\n").unwrap();
        let branch = case.world.path.join(".git/refs/heads/main");
        for text in ["", "ref: refs/heads/main\n", "ref: HEAD\n", "zz\n", "\u{1b}[31m\u{202e}"] {
            fs::write(&branch, text).unwrap();
            look_around(&case.world.path);
        }
    } else {
        for target in ["refs/heads/none", "refs/heads/-x"] {
            case.git(["symbolic-ref", "HEAD", target]);
            look_around(&case.world.path);
        }
    }
}

/// No audit needs to know what it says.
const PROFILE: &str = "HEAD:companies/halyard/company.toml";

fn objects_missing_or_damaged(kind: Kind) {
    for object in ["HEAD", "HEAD^{tree}", "HEAD:companies", PROFILE, "HEAD:countersign.toml"] {
        let case = Case::of(kind);
        let id = case.git(["rev-parse", object]);
        let file = case.world.path.join(".git/objects").join(&id[..2]).join(&id[2..]);
        let bytes = fs::read(&file).unwrap();
        fs::remove_file(&file).unwrap();
        let cut_short = [&bytes[..1], &bytes[..bytes.len() / 2], &bytes[..bytes.len() - 5]];
        let whole = [flipped(&bytes), with_another_checksum(&bytes)];
        let all = [&b""[..], b"garbage"].into_iter().chain(whole.iter().map(Vec::as_slice)).chain(cut_short);
        for damage in all {
            fs::write(&file, damage).unwrap();
            for view in [&["show"][..], &["check"], &["log"], &["audit"], &["show", "--at", "HEAD~0"]] {
                let run = countersign(&case.world.path, view);
                // Nothing is there without the commit and its folder. All else is a finding, but where it is audited.
                if !object.starts_with("HEAD:") || (view == ["audit"] && object != PROFILE) {
                    assert!(run.code == 2 || damage == whole[0] || damage == whole[1], "{object} {view:?}");
                } else if view != ["check"] {
                    assert_eq!(run.code, 0, "{object} {view:?}: {}", run.stderr);
                } else if damage.len() < bytes.len() / 2 {
                    assert_eq!(run.code, 1, "{object}: {}", run.stderr);
                    assert!(run.stdout.contains("[unreadable]"), "{object}: {}", run.stdout);
                } else {
                    assert!(run.code < 2, "{object}: {}", run.stderr);
                }
            }
            fs::remove_file(&file).unwrap();
        }
        look_around(&case.world.path);
    }
    // The same in a pack, cut anywhere or with its index gone.
    let case = Case::of(kind);
    case.git(["repack", "-adq"]);
    for extension in ["pack", "idx"] {
        let folder = case.world.path.join(".git/objects/pack");
        let mut files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
        let file = files.find(|file| file.extension().is_some_and(|found| found == extension)).unwrap();
        let bytes = fs::read(&file).unwrap();
        fs::remove_file(&file).unwrap();
        for damage in
            [&[][..], &bytes[..20], &bytes[..bytes.len() / 2], &bytes[..bytes.len() - 1], &flipped(&bytes)]
        {
            fs::write(&file, damage).unwrap();
            for view in [&["show"][..], &["check"], &["log"], &["audit"], &["verify", "halyard"]] {
                countersign(&case.world.path, view);
            }
            fs::remove_file(&file).unwrap();
        }
        fs::write(&file, &bytes).unwrap();
    }
    assert_eq!(countersign(&case.world.path, &["check"]).code, 0);
}

/// Objects that are borrowed from another repository, cut short there.
#[test]
fn borrowed_objects_cut_short() {
    let lender = Case::new();
    let borrower = lender.world.clone("borrower", &["--shared"]);
    let whole = countersign(&borrower, &["show"]);
    assert_eq!(whole.code, 0, "{}", whole.stderr);
    for object in ["HEAD", "HEAD^{tree}", "HEAD:companies/halyard/company.toml"] {
        let id = lender.git(["rev-parse", object]);
        let file = lender.world.path.join(".git/objects").join(&id[..2]).join(&id[2..]);
        let bytes = fs::read(&file).unwrap();
        fs::remove_file(&file).unwrap();
        fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
        look_around(&borrower);
        fs::remove_file(&file).unwrap();
        fs::write(&file, &bytes).unwrap();
    }
    assert_eq!(countersign(&borrower, &["show"]).stdout, whole.stdout);
}

/// What zlib has behind the compressed bytes.
fn with_another_checksum(bytes: &[u8]) -> Vec<u8> {
    let (rest, checksum) = bytes.split_at(bytes.len() - 4);
    [rest, &checksum.iter().map(|byte| !byte).collect::<Vec<_>>()].concat()
}

fn flipped(bytes: &[u8]) -> Vec<u8> {
    let middle = bytes.len() / 2;
    bytes.iter().enumerate().map(|(at, byte)| if at == middle { byte ^ 0x55 } else { *byte }).collect()
}

const REPLACED: &str = "note: git shows other objects in place of some of these";

fn histories_replaced_or_grafted(kind: Kind) {
    let case = Case::of(kind);
    case.edit("companies/halyard/company.toml", "name = \"", "name = \"Second ");
    case.commit("register: second");
    case.edit("companies/halyard/company.toml", "name = \"", "name = \"Third ");
    case.commit("register: third");
    let log = countersign(&case.world.path, &["log"]).stdout;
    let third = countersign(&case.world.path, &["show"]).stdout;
    assert!(!countersign(&case.world.path, &["audit"]).stderr.contains(REPLACED));
    case.git(["replace", "HEAD", "HEAD~2"]);
    case.git(["replace", "HEAD~1:companies/halyard/company.toml", "HEAD~1:companies/lodestar/company.toml"]);
    let grafts = format!("{} {}\n", case.git(["rev-parse", "main"]), case.git(["rev-parse", "main"]));
    fs::create_dir_all(case.world.path.join(".git/info")).unwrap();
    fs::write(case.world.path.join(".git/info/grafts"), grafts).unwrap();
    assert_eq!(countersign(&case.world.path, &["log"]).stdout, log);
    assert_eq!(countersign(&case.world.path, &["show"]).stdout, third);
    assert!(countersign(&case.world.path, &["audit"]).stderr.contains(REPLACED));
    look_around(&case.world.path);
}

/// Where a git was started for each of them, the second store took a minute.
fn more_branches_than_anybody_has(kind: Kind) {
    let case = Case::of(kind);
    let head = case.git(["rev-parse", "HEAD"]);
    let branches = (0..20_000).map(|at| format!("create refs/heads/side/{at} {head}\n"));
    let orders = case.world.beside("orders");
    fs::write(&orders, branches.collect::<String>()).unwrap();
    let mut update = command(&case.world.path, ["update-ref", "--stdin"]);
    assert!(update.stdin(fs::File::open(orders).unwrap()).status().unwrap().success());
    look_at(
        &case.world.path,
        &[
            &["show"][..],
            &["proposals"],
            &["show", "--at", "none"],
            &["picture", "--size", "100x40", "--on", "2026-11-20", "--keys", "r"],
            &["picture", "--size", "100x40", "--on", "2026-11-20", "--keys", "@none<enter>"],
        ],
    );
    let proposals = countersign(&case.world.path, &["proposals"]);
    assert!(proposals.stdout.starts_with("0 open proposals"), "{}", proposals.stdout);
}

fn branches_like_options(kind: Kind) {
    let case = Case::of(kind);
    case.git(["update-ref", "refs/heads/--output=planted", "HEAD"]);
    case.git(["update-ref", "refs/tags/-n", "HEAD"]);
    for name in [
        "--output=planted",
        "-n",
        "--help",
        "-",
        "--upload-pack=touch planted",
        "HEAD --output=planted",
        "@{-1}",
        ":/x",
        "..",
        "^HEAD",
        "HEAD^{/x}",
    ] {
        let at = format!("--at={name}");
        countersign(&case.world.path, &["show", &at]);
        countersign(&case.world.path, &["audit", "--", name]);
        countersign(&case.world.path, &["picture", &format!("--at={name}")]);
    }
    case.git(["symbolic-ref", "HEAD", "refs/heads/--output=planted"]);
    look_around(&case.world.path);
    countersign(
        &case.world.path,
        &["assess", "halyard", "S-1.1", "--status", "gap", "--reason", "So far.", "--yes"],
    );
    assert!(!case.world.path.join("planted").exists() && !case.world.beside("planted").exists());
}

fn times_that_cannot_be(kind: Kind) {
    let case = Case::of(kind);
    let tree = case.git(["rev-parse", "HEAD^{tree}"]);
    for time in [
        "99999999999999 +0000",
        "9223372036854775807 +0000",
        "-9223372036854775808 +0000",
        "-1 +0000",
        "99999999999999999999999999 +0000",
        "1790000000 +9999",
        "1790000000 -9999",
        "1790000000 +99999999999",
        "1790000000",
        "yesterday",
        "",
    ] {
        let parent = case.git(["rev-parse", "HEAD"]);
        let text = format!(
            "tree {tree}\nparent {parent}\nauthor A <a@example.org> {time}\ncommitter <<>> {time}\n\nregister: then\n"
        );
        let file = case.world.beside("commit");
        fs::write(&file, text).unwrap();
        let id = case.git(["hash-object", "-t", "commit", "-w", "--literally", file.to_str().unwrap()]);
        let moved = command(&case.world.path, ["update-ref", "refs/heads/main", &id]).output().unwrap();
        assert!(moved.status.success());
        countersign(&case.world.path, &["log"]);
        countersign(&case.world.path, &["audit"]);
        countersign(&case.world.path, &["show", "--at", "2026-01-01"]);
    }
    look_around(&case.world.path);
}

#[test]
fn folders_that_lead_elsewhere() {
    let case = Case::new();
    let other = Case::new();
    other.edit("companies/halyard/company.toml", "name = \"", "name = \"Other ");
    other.commit("register: other");
    // core.worktree
    case.git(["config", "core.worktree", other.world.path.to_str().unwrap()]);
    look_around(&case.world.path);
    let refused = countersign(&case.world.path, &[&ASSESS[..], &["--yes"]].concat());
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("git works on another repository"), "{}", refused.stderr);
    assert_eq!(other.git(["status", "--porcelain"]), "");
    assert_eq!(other.git(["rev-list", "--count", "HEAD"]), "2");
    assert_eq!(case.git(["rev-list", "--count", "HEAD"]), "1");
    case.git(["config", "--unset", "core.worktree"]);
    // Objects from elsewhere, in a circle.
    let alternates = |world: &World, to: &Path| {
        let text = format!("{}\n../../../nowhere\n\u{1b}[31m\n", to.join(".git/objects").display());
        fs::write(world.path.join(".git/objects/info/alternates"), text).unwrap();
    };
    alternates(&case.world, &other.world.path);
    alternates(&other.world, &case.world.path);
    look_around(&case.world.path);
    // A `.git` file, to another repository, to nothing, and to itself.
    let folder = case.world.beside("folder");
    fs::create_dir(&folder).unwrap();
    for target in [
        format!("gitdir: {}\n", other.world.path.join(".git").display()),
        "gitdir: /nowhere\n".to_owned(),
        "gitdir: .git\n".to_owned(),
        "gitdir: \u{1b}[31m\n".to_owned(),
        "garbage \u{1b}[31m\n".to_owned(),
        String::new(),
    ] {
        fs::write(folder.join(".git"), target).unwrap();
        look_around(&folder);
    }
}

#[test]
fn a_bare_repository_embedded_in_the_register() {
    let case = Case::new();
    let embedded = case.world.path.join("companies/halyard/evidence/bare");
    git_in(&case.world.path, ["init", "-q", "--bare", embedded.to_str().unwrap()]);
    let mark = case.world.beside("planted");
    let plant = format!("touch '{}'", mark.display());
    git_in(&embedded, ["config", "core.fsmonitor", &plant]);
    git_in(&embedded, ["config", "core.pager", &plant]);
    look_around(&case.world.path);
    countersign(&embedded, &["trust"]);
    for arguments in [&["show"][..], &["log"], &[&ASSESS[..], &["--yes"]].concat()] {
        let refused = countersign(&embedded, arguments);
        assert_eq!(refused.code, 2, "{arguments:?}: {}", refused.stdout);
    }
    assert!(!mark.exists());
}

fn a_repository_of_somebody_elses(kind: Kind) {
    let case = Case::of(kind);
    let chowned =
        std::process::Command::new("chown").args(["-R", "65534"]).arg(&case.world.path).output().unwrap();
    if !chowned.status.success() {
        println!("skipped: only root can give a file to somebody else");
        return;
    }
    for view in [&["show"][..], &["log"], &["check"], &["trust"]] {
        let run = countersign_with(&case.world.path, view, |command| {
            // root may act for whoever called sudo; nobody did here.
            command.env_remove("SUDO_UID");
        });
        assert_eq!(run.code, 2, "{}", run.stdout);
        assert!(run.stderr.contains("belongs to another user"), "{}", run.stderr);
    }
}

const ASSESS: [&str; 7] = ["assess", "halyard", "S-1.1", "--status", "gap", "--reason", "So far."];

#[track_caller]
fn assess(case: &Case) -> i32 {
    countersign(&case.world.path, &[&ASSESS[..], &["--on", "2026-11-20", "--yes"]].concat()).code
}

/// What Countersign keeps in the git folder comes with the repository, like everything in it.
#[cfg(unix)]
fn own_files_that_are_something_else(kind: Kind) {
    use std::os::unix::fs::symlink;
    let case = Case::of(kind);
    let own = case.world.path.join(".git/countersign");
    let outside = case.world.beside("outside");
    fs::create_dir_all(outside.join("commit")).unwrap();
    for name in ["precious", "commit/precious", "commit/journal"] {
        fs::write(outside.join(name), name).unwrap();
    }
    let run = format!("history-2/{}.run", "0".repeat(40));
    for name in ["commit/journal", "commit/lock", &run] {
        let file = own.join(name);
        for planted in ["pipe", "folder", "link", "large"] {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            let _ = fs::remove_file(&file);
            match planted {
                "pipe" => {
                    assert!(std::process::Command::new("mkfifo").arg(&file).status().unwrap().success())
                }
                "folder" => fs::create_dir(&file).unwrap(),
                "link" => symlink("/dev/zero", &file).unwrap(),
                _ => fs::File::create(&file).unwrap().set_len(4 << 30).unwrap(),
            }
            look_at(&case.world.path, &[&["log"][..], &["audit"]]);
            let refused = name.starts_with("commit/");
            assert_eq!(assess(&case), if refused { 2 } else { 0 }, "{planted} {name}");
            if !refused {
                case.git(["reset", "-q", "--hard", "HEAD^"]);
            }
            if planted == "folder" {
                fs::remove_dir(&file).unwrap();
            } else {
                let _ = fs::remove_file(&file);
            }
        }
    }
    // A folder that leads elsewhere.
    for folder in ["", "commit"] {
        fs::remove_dir_all(&own).unwrap();
        if !folder.is_empty() {
            fs::create_dir(&own).unwrap();
        }
        let link = if folder.is_empty() { own.clone() } else { own.join(folder) };
        symlink(outside.join(folder), &link).unwrap();
        look_at(&case.world.path, &[&["log"][..], &["audit"]]);
        assert_eq!(assess(&case), 2, "{folder}");
        fs::remove_file(&link).unwrap();
        fs::create_dir_all(&own).unwrap();
    }
    let left =
        fs::read_dir(&outside).unwrap().count() + fs::read_dir(outside.join("commit")).unwrap().count();
    assert_eq!(left, 4, "what lies elsewhere stays as it is");
    assert_eq!(assess(&case), 0);
}

/// Attributes decide what git stores, so that a commit without them may be another one.
fn attributes_that_cannot_be_read_while_writing(kind: Kind) {
    let case = Case::of(kind);
    case.world.write(".gitattributes", "companies/** text eol=lf\n");
    case.commit("register: attributes");
    let head = case.git(["rev-parse", "HEAD"]);
    let id = case.git(["rev-parse", "HEAD:.gitattributes"]);
    let file = case.world.path.join(".git/objects").join(&id[..2]).join(&id[2..]);
    let bytes = fs::read(&file).unwrap();
    for in_the_work_tree in [true, false] {
        for damage in [&bytes[..bytes.len() / 2], &with_another_checksum(&bytes), b""] {
            fs::remove_file(&file).unwrap();
            fs::write(&file, damage).unwrap();
            if !in_the_work_tree {
                let _ = fs::remove_file(case.world.path.join(".gitattributes"));
            }
            let code = assess(&case);
            // Whole, or not at all.
            let now = case.git(["rev-parse", "HEAD"]);
            assert_eq!(code == 0, now != head, "{code}");
            assert_eq!(case.world.path.join(crate::audit::CELL).exists(), code == 0);
            assert!(!case.world.path.join(".git/index.lock").exists());
            fs::remove_file(&file).unwrap();
            fs::write(&file, &bytes).unwrap();
            case.git(["reset", "-q", "--hard", &head]);
        }
    }
    assert_eq!(assess(&case), 0);
}
