//! Opening, naming, and reading without a work tree.

use std::fs;
use std::time::SystemTime;

use countersign::error::Error;
use countersign::ledger::replay::Step;
use countersign::ledger::{
    Blob, Caching, CommitId, CommitInfo, Filter, Head, Kind as EntryKind, Ledger, REGISTER_PATHS, Scope, Walk,
};

use super::world::{Kind, ONE, TWO, World, command, git_in, in_every_kind, person};
use crate::hostile::forge::{self, Entry};

in_every_kind! {
    what_leads_to_what_is_what_git_says
    a_repository_is_found_from_a_folder_inside_it
    what_cannot_be_opened_says_why
    a_repository_of_another_user_is_refused
    head_is_a_branch_an_unborn_branch_or_a_commit
    revisions_are_named_as_git_names_them
    a_mistyped_revision_is_answered_with_a_near_name
    folders_are_read_as_git_lists_them
    names_that_could_do_harm_are_refused_not_followed
    a_blob_is_measured_before_it_is_read
    an_audit_notices_content_that_is_not_what_its_id_says
    history_is_what_git_log_says
    a_shallow_history_ends_where_it_was_cut
    a_commit_in_another_encoding_is_read
    uncommitted_paths_are_those_git_status_shows
    uncommitted_is_what_git_status_says_of_unusual_files
    the_work_tree_is_read_without_following_anything
    the_same_script_gives_the_same_history
}

fn a_repository_is_found_from_a_folder_inside_it(kind: Kind) {
    let world = World::new(kind);
    let ledger = kind.open(&world.path.join("companies/acme")).unwrap();
    assert_eq!(ledger.workdir().unwrap(), world.path);
    assert!(!ledger.is_bare());

    assert_eq!(kind.open(&world.path.join(".git")).unwrap().workdir().unwrap(), world.path);

    let bare = world.clone("bare.git", &["--bare"]);
    let ledger = kind.open(&bare).unwrap();
    assert!(ledger.is_bare() && ledger.workdir().is_none());

    let linked = world.beside("linked");
    world.git(["worktree", "add", "-q", linked.to_str().unwrap(), "-b", "side"]);
    let ledger = kind.open(&linked.join("companies")).unwrap();
    assert_eq!(ledger.workdir().unwrap(), linked);
    assert_ne!(ledger.git_dir(), ledger.common_dir());
    assert_eq!(ledger.reopen().unwrap().workdir().unwrap(), linked);
}

fn what_cannot_be_opened_says_why(kind: Kind) {
    let world = World::new(kind);
    let nowhere = world.beside("nowhere");
    fs::create_dir(&nowhere).unwrap();
    assert!(matches!(kind.open(&nowhere), Err(Error::NoRepository { .. })));

    let world = World::empty(kind);
    world.git(["config", "core.repositoryFormatVersion", "1"]);
    world.git(["config", "extensions.fancy", "true"]);
    // Not even git opens it, and what libgit2 says names the reason.
    let error = Ledger::discover(&world.path).unwrap_err();
    let named = if kind == Kind::Libgit2 || kind == Kind::Git { "extensions.fancy" } else { "extensions." };
    assert!(matches!(error, Error::UnsupportedRepository { .. }), "{error:?}");
    assert!(error.to_string().contains(named), "{error}");
}

fn a_repository_of_another_user_is_refused(kind: Kind) {
    let world = World::new(kind);
    let nobody = Some(65534);
    let given_away = std::os::unix::fs::chown(&world.path, nobody, nobody)
        .and_then(|()| std::os::unix::fs::chown(world.path.join(".git"), nobody, nobody));
    if given_away.is_err() {
        eprintln!("skipped: only root can give a folder away");
        return;
    }
    let error = kind.open(&world.path).unwrap_err();
    assert!(matches!(error, Error::NotOwned { .. }), "{error:?}");
    assert!(error.hint().contains("safe.directory"));
}

fn head_is_a_branch_an_unborn_branch_or_a_commit(kind: Kind) {
    let world = World::empty(kind);
    assert_eq!(world.ledger().head().unwrap(), Head::Branch { name: "main".into(), commit: None });
    world.git(["commit", "-q", "--allow-empty", "-m", "first"]);
    let id = world.git(["rev-parse", "HEAD"]).parse().unwrap();
    assert_eq!(world.ledger().head().unwrap(), Head::Branch { name: "main".into(), commit: Some(id) });
    world.git(["checkout", "-q", "--detach"]);
    assert_eq!(world.ledger().head().unwrap(), Head::Detached(id));
}

fn revisions_are_named_as_git_names_them(kind: Kind) {
    let world = World::new(kind);
    for day in ["2026-01-10T23:30:00-05:00", "2026-01-12T00:30:00+09:00", "2026-03-01T12:00:00Z"] {
        let mut commit = super::world::command(&world.path, ["commit", "-q", "--allow-empty", "-m", day]);
        assert!(commit.env("GIT_COMMITTER_DATE", day).status().unwrap().success());
    }
    world.git(["tag", "-am", "release", "v1", "HEAD~1"]);
    let ledger = world.ledger();
    let full = world.git(["rev-parse", "HEAD~1"]);
    for text in ["v1", "HEAD~1", "main^", &full, &full[..7], "refs/tags/v1"] {
        assert_eq!(ledger.resolve(text).unwrap().to_string(), full, "{text}");
    }
    // Each commit's own calendar decides: 23:30 in New York is still the 10th, 00:30 in Tokyo already the 12th.
    for (day, revision) in [("2026-01-10", "HEAD~2"), ("2026-01-11", "HEAD~2"), ("2026-01-12", "HEAD~1")] {
        assert_eq!(ledger.resolve(day).unwrap().to_string(), world.git(["rev-parse", revision]), "{day}");
    }
    assert!(matches!(ledger.resolve("2025-01-01"), Err(Error::NothingThatEarly { .. })));
}

fn a_mistyped_revision_is_answered_with_a_near_name(kind: Kind) {
    let world = World::new(kind);
    world.git(["branch", "proposal/acme"]);
    let near = |text: &str| match world.ledger().resolve(text) {
        Err(Error::UnknownRevision { near, .. }) => near,
        other => panic!("{other:?}"),
    };
    assert_eq!(near("mian"), Some("main".into()));
    assert_eq!(near("proposal/acne"), Some("proposal/acme".into()));
    assert_eq!(near("something-else-entirely"), None);
    assert_eq!(near("--all"), None);
    assert_eq!(near(""), None);
    let not_a_commit = world.ledger().resolve(&format!("HEAD:{ONE}")).unwrap_err();
    assert_eq!(not_a_commit.to_string(), format!("`HEAD:{ONE}` names a blob, not a commit"));
}

fn folders_are_read_as_git_lists_them(kind: Kind) {
    let world = World::new(kind);
    world.write("companies/acme/run.sh", "#!/bin/sh\n");
    std::os::unix::fs::symlink("/etc/passwd", world.path.join("companies/acme/link")).unwrap();
    world.git(["add", "."]);
    world.git(["update-index", "--chmod=+x", "companies/acme/run.sh"]);
    world.git(["commit", "-qm", "more"]);
    let ledger = world.ledger();
    let head = ledger.resolve("HEAD").unwrap();
    let listing = ledger.entries(head, "companies/acme").unwrap();
    let seen: Vec<_> = listing.entries.iter().map(|entry| (entry.name.as_str(), entry.kind)).collect();
    assert_eq!(
        seen,
        [("assessments", EntryKind::Folder), ("link", EntryKind::Symlink), ("run.sh", EntryKind::Executable)]
    );

    let all = ledger.list_all(ledger.root(head).unwrap(), &mut |_, error| Err(error)).unwrap();
    let ours: Vec<String> = all.entries.iter().map(|entry| format!("{} {}", entry.id, entry.name)).collect();
    assert_eq!(ours.join("\n"), world.git(["ls-tree", "-r", "--format=%(objectname) %(path)", "HEAD"]));
    assert!(all.refused.is_empty());

    assert!(ledger.entries(head, "companies/nobody").unwrap().entries.is_empty());
    assert!(ledger.lookup(head, &format!("{ONE}/below")).unwrap().is_none());
    assert_eq!(
        ledger.lookup(head, ONE).unwrap().unwrap().id.content(),
        kind.content_id(b"status = \"gap\"\n")
    );
}

fn names_that_could_do_harm_are_refused_not_followed(kind: Kind) {
    let world = World::new(kind);
    let blob = world.git(["rev-parse", "HEAD:notes.txt"]);
    let tree = world.git(["rev-parse", "HEAD:companies"]);
    // git mktree would refuse these; hash-object --literally writes what it is given.
    let raw = |entries: &[Entry<'_>]| {
        let file = world.beside("raw");
        fs::write(&file, forge::bytes(entries)).unwrap();
        world.git(["hash-object", "-w", "-t", "tree", "--literally", file.to_str().unwrap()])
    };
    let hostile = raw(&[
        ("100644", b"z-unsorted", &blob),
        ("100644", b"", &blob),
        ("40000", b"..", &tree),
        ("40000", b".git", &tree),
        ("100644", b".GIT ", &blob),
        ("100644", b"a/b", &blob),
        ("100644", b"doubled", &blob),
        ("100644", b"doubled", &blob),
        ("100644", b"latin-\xe9", &blob),
        ("177777", b"odd-mode", &blob),
        ("40000", b"fine", &tree),
    ]);
    let ledger = world.ledger();
    let listing = ledger.list(hostile.parse().unwrap()).unwrap();
    let names: Vec<_> = listing.entries.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["doubled", "fine", "z-unsorted"]);
    assert_eq!(listing.refused.len(), 8, "{:?}", listing.refused);

    let commit = world.git(["commit-tree", &hostile, "-p", "HEAD", "-m", "hostile"]);
    let changed: Vec<_> = ledger
        .diff(ledger.resolve("HEAD").unwrap(), commit.parse().unwrap())
        .unwrap()
        .into_iter()
        .map(|change| change.path)
        .collect();
    assert!(changed.iter().all(|path| !path.contains("..") && !path.contains(".git") && path != "a/b"));
    assert!(changed.contains(&format!("fine/{}", &ONE["companies/".len()..])));

    let deep = (0..100).fold(tree, |below, _| raw(&[("40000", b"d", &below)]));
    let all = ledger.list_all(deep.parse().unwrap(), &mut |_, error| Err(error)).unwrap();
    assert!(all.entries.is_empty() && all.refused[0].reason.contains("too deep"));
}

fn a_blob_is_measured_before_it_is_read(kind: Kind) {
    let world = World::new(kind);
    let ledger = world.ledger();
    let id = ledger.lookup(ledger.resolve("HEAD").unwrap(), ONE).unwrap().unwrap().id;
    assert_eq!(ledger.blob(id, 15).unwrap(), Blob::Content(b"status = \"gap\"\n".to_vec()));
    assert_eq!(ledger.blob(id, 14).unwrap(), Blob::TooLarge { size_bytes: 15 });
    assert_eq!(ledger.blob(&id.content(), 15).unwrap(), Blob::Content(b"status = \"gap\"\n".to_vec()));
    // In a pack it stands as a difference to something else, which may be the larger one.
    let large: String = (0..40_000).map(|number| format!("{number}\n")).collect();
    let texts = [&large[..], &large[..large.len() / 2], &large[..100]];
    for (number, text) in texts.iter().enumerate() {
        world.write(&format!("{number}.txt"), text);
    }
    world.git(["add", "."]);
    world.git(["commit", "-qm", "large"]);
    world.git(["repack", "-adfq"]);
    let packed = world.ledger();
    for text in texts {
        let (id, size_bytes) = (kind.content_id(text.as_bytes()), text.len() as u64);
        for limit_bytes in [0, 99, 100_000, size_bytes - 1] {
            let expected = match size_bytes > limit_bytes {
                true => Blob::TooLarge { size_bytes },
                false => Blob::Content(text.into()),
            };
            assert_eq!(packed.blob(&id, limit_bytes).unwrap(), expected);
        }
        assert_eq!(packed.blob(&id, size_bytes).unwrap(), Blob::Content(text.into()));
    }
    let missing = kind.content_id(b"never stored");
    assert!(matches!(ledger.blob(&missing, 15), Err(Error::MissingObject { .. })));
}

fn an_audit_notices_content_that_is_not_what_its_id_says(kind: Kind) {
    let world = World::new(kind);
    let id = world.git(["rev-parse", &format!("HEAD:{ONE}")]);
    let other = world.git(["rev-parse", "HEAD:notes.txt"]);
    let object = |id: &str| world.path.join(format!(".git/objects/{}/{}", &id[..2], &id[2..]));
    fs::remove_file(object(&id)).unwrap();
    fs::copy(object(&other), object(&id)).unwrap();
    let verified = world.ledger().verified().unwrap();
    let id: countersign::ledger::ObjectId = id.parse().unwrap();
    assert!(matches!(verified.blob(id, 100), Err(Error::DamagedObject { .. })));
}

fn history_is_what_git_log_says(kind: Kind) {
    let world = World::new(kind);
    let commit = |files: &[(&str, &str)], message: &str| {
        files.iter().for_each(|(path, content)| world.write(path, content));
        world.git(["add", "-A"]);
        world.git(["commit", "-qm", message]);
    };
    commit(&[(ONE, "status = \"partial\"\n"), ("notes.txt", "two\n")], "one moves");
    world.git(["checkout", "-qb", "side"]);
    commit(&[(TWO, "status = \"met\"\n")], "two moves aside");
    commit(&[("companies/acme/company.toml", "name = \"Acme\"\n")], "acme gets a name");
    world.git(["checkout", "-q", "main"]);
    commit(&[("plan.txt", "two\n")], "not the register's business");
    world.git(["merge", "-q", "--no-ff", "--no-commit", "side"]);
    commit(&[(ONE, "status = \"met\"\n")], "merge side, and more");
    fs::remove_dir_all(world.path.join("companies/other")).unwrap();
    commit(&[("companies/other", "now a file\n")], "a folder becomes a file");

    let ledger = world.ledger();
    let head = ledger.resolve("HEAD").unwrap();
    let digits = head.to_string().len();
    let raw = |walk: Walk, paths: &[&str]| {
        let paths: Vec<String> = paths.iter().map(ToString::to_string).collect();
        let filter = Filter { paths, walk, ..Filter::default() };
        let records = ledger.history(head, &filter).unwrap().map(Result::unwrap);
        let lines = records.flat_map(|record| {
            let ids = |id: Option<_>| {
                id.map_or("0".repeat(digits), |id: countersign::domain::ContentId| id.to_string())
            };
            let changes = record
                .changes
                .into_iter()
                .map(move |change| format!("{} {} {}", ids(change.before), ids(change.after), change.path));
            std::iter::once(record.commit.id.to_string()).chain(changes)
        });
        lines.collect::<Vec<_>>()
    };
    // git's own: `:oldmode newmode old new letter<TAB>path`.
    let git = |arguments: &[&str]| {
        let format = ["log", "--raw", "--no-abbrev", "--no-renames", "--root", "--format=%H"];
        let output = world.git([&format[..], arguments].concat());
        let line = |line: &str| match line.strip_prefix(':') {
            None => line.to_owned(),
            Some(raw) => {
                let (raw, path) = raw.split_once('\t').unwrap();
                let fields: Vec<_> = raw.split(' ').collect();
                format!("{} {} {path}", fields[2], fields[3])
            }
        };
        output.lines().filter(|line| !line.is_empty()).map(line).collect::<Vec<_>>()
    };
    assert_eq!(raw(Walk::FirstParents, &[]), git(&["--first-parent", "-m"]));
    let below = ["companies/acme", "notes.txt"];
    assert_eq!(
        raw(Walk::FirstParents, &below),
        git(&["--first-parent", "-m", "--", "companies/acme", "notes.txt"])
    );
    let everything = raw(Walk::Everything, &["companies"]);
    let merge = world.git(["rev-parse", "HEAD~1"]);
    let at = everything.iter().position(|line| *line == merge).unwrap();
    assert!(everything[at + 1].ends_with(ONE), "the merge itself changed only one file: {everything:#?}");
    assert_eq!(everything[at + 2].len(), digits);
    assert!(everything.contains(&world.git(["rev-parse", "side"])));

    let since = Filter { since: Some(ledger.resolve("HEAD~1").unwrap()), ..Filter::default() };
    assert_eq!(ledger.history(head, &since).unwrap().count(), 1);
    let first = ledger.resolve("main~4").unwrap();
    let paths: Vec<_> = ledger.diff(first, head).unwrap().into_iter().map(|change| change.path).collect();
    assert_eq!(paths.join("\n"), world.git(["diff", "--name-only", "--no-renames", "main~4", "HEAD"]));
}

fn a_shallow_history_ends_where_it_was_cut(kind: Kind) {
    let world = World::new(kind);
    world.git(["commit", "-q", "--allow-empty", "-m", "second"]);
    let shallow = world.clone("shallow", &["--depth=1"]);
    let ledger = kind.open(&shallow).unwrap();
    let records: Vec<_> =
        ledger.history(ledger.resolve("HEAD").unwrap(), &Filter::default()).unwrap().collect();
    assert_eq!(records.len(), 1);
    let cut = records[0].as_ref().unwrap();
    assert!(cut.is_cut && cut.changes.is_empty(), "what it holds is not what it changed");
    let line: Vec<_> =
        ledger.line(cut.commit.id, Scope::everything(), Caching::Keep).unwrap().map(Result::unwrap).collect();
    assert_eq!(line, std::slice::from_ref(cut));
}

fn a_commit_in_another_encoding_is_read(kind: Kind) {
    let world = World::new(kind);
    let tree = world.git(["rev-parse", "HEAD^{tree}"]);
    let file = world.beside("commit");
    let mut bytes = format!("tree {tree}\nauthor Ren").into_bytes();
    bytes.extend_from_slice(
        b"\xe9 <r\xe9@x> 99999999999999 +9999\ncommitter R <r@x> -5 -0030\n\nsubj\xe9ct\n\nbody\n",
    );
    fs::write(&file, bytes).unwrap();
    let id = world.git(["hash-object", "-w", "-t", "commit", "--literally", file.to_str().unwrap()]);
    let info = world.ledger().commit_info(id.parse().unwrap()).unwrap();
    assert_eq!(info.author.name, "Ren\u{fffd}");
    assert_eq!(info.subject, "subj\u{fffd}ct");
    world.git(["update-ref", "refs/heads/main", &id]);
    let _ = world.ledger().resolve("2026-01-01");
}

fn uncommitted_paths_are_those_git_status_shows(kind: Kind) {
    let world = World::new(kind);
    assert_eq!(uncommitted(&world), [""; 0]);
    world.write(ONE, "status = \"met\"\n");
    world.write("companies/new/company.toml", "name = \"New\"\n");
    world.write("notes.txt", "not the register's business\n");
    world.write("sources.toml", "[[source]]\n");
    world.git(["add", "sources.toml"]);
    fs::remove_file(world.path.join(TWO)).unwrap();
    assert_eq!(uncommitted(&world), [ONE, "companies/new/company.toml", TWO, "sources.toml"]);

    let sparse = World::new(kind);
    sparse.git(["sparse-checkout", "set", "--cone", "companies/other"]);
    assert!(!sparse.path.join(ONE).exists());
    assert_eq!(uncommitted(&sparse), [""; 0]);
    sparse.git(["sparse-checkout", "set", "--cone", "--sparse-index", "companies/other"]);
    sparse.write(TWO, "status = \"met\"\n");
    assert_eq!(uncommitted(&sparse), [TWO]);

    let unborn = World::empty(kind);
    unborn.write(ONE, "status = \"gap\"\n");
    unborn.write(TWO, "status = \"gap\"\n");
    unborn.git(["add", TWO]);
    assert_eq!(uncommitted(&unborn), [ONE, TWO]);
}

/// What only seems to differ, what is ignored, and what is not yet or no longer one file.
fn uncommitted_is_what_git_status_says_of_unusual_files(kind: Kind) {
    let world = World::new(kind);
    let touch = |path: &str| fs::File::open(world.path.join(path)).unwrap().set_modified(SystemTime::now());
    world.write("companies/acme/evidence/minutes \"ä\".txt", "one\n");
    world.write(".gitignore", "*.orig\n");
    world.git(["add", "."]);
    world.git(["commit", "-qm", "more"]);
    touch(ONE).unwrap();
    world.write("companies/acme/company.toml.orig", "name = \"Old\"\n");
    let module = world.path.join("companies/acme/evidence/module");
    git_in(&world.path, ["init", "-q", kind.object_format(), module.to_str().unwrap()]);
    let commit = ["-c", "user.name=A", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "one"];
    git_in(&module, commit);
    world.git(["-c", "advice.addEmbeddedRepo=false", "add", "companies/acme/evidence/module"]);
    world.git(["commit", "-qm", "a repository inside"]);
    git_in(&module, commit);
    assert_eq!(uncommitted(&world), [""; 0]);

    world.write("companies/acme/evidence/minutes \"ä\".txt", "two\n");
    world.write("companies/meant/company.toml", "name = \"Meant\"\n");
    world.git(["add", "--intent-to-add", "companies/meant/company.toml"]);
    assert_eq!(
        uncommitted(&world),
        ["companies/acme/evidence/minutes \"ä\".txt", "companies/meant/company.toml"]
    );

    let divided = World::new(kind);
    for (branch, status) in [("other", "met"), ("main", "partial")] {
        divided.git(["switch", "-q", "-C", branch, "HEAD"]);
        divided.write(ONE, format!("status = \"{status}\"\n"));
        divided.git(["commit", "-qam", status]);
        divided.git(["switch", "-q", "--detach", "HEAD^"]);
    }
    divided.git(["switch", "-q", "main"]);
    assert!(!command(&divided.path, ["merge", "-q", "other"]).output().unwrap().status.success());
    assert_eq!(uncommitted(&divided), [ONE]);
}

/// As the ledger has it, which is what git has, and leaves the index as it is.
#[track_caller]
fn uncommitted(world: &World) -> Vec<String> {
    let index = || fs::read(world.path.join(".git/index")).ok();
    let before = index();
    let ledger = world.ledger();
    let seen = ledger.uncommitted().unwrap();
    ledger.worktree_files().unwrap();
    assert_eq!(index(), before, "the index was written");
    let asked = [
        "--no-optional-locks",
        "status",
        "--porcelain",
        "-z",
        "-uall",
        "--no-renames",
        "--ignore-submodules=all",
        "--",
    ];
    let status = world.git(asked.iter().chain(&REGISTER_PATHS));
    let mut expected: Vec<&str> = status.split_terminator('\0').map(|entry| &entry[3..]).collect();
    expected.sort_unstable();
    assert_eq!(seen, expected);
    seen
}

fn the_work_tree_is_read_without_following_anything(kind: Kind) {
    let world = World::new(kind);
    world.write("companies/acme/evidence/big.pdf", vec![b'x'; 2000]);
    std::os::unix::fs::symlink("/etc", world.path.join("companies/acme/etc")).unwrap();
    let ledger = world.ledger();
    let found = ledger.worktree_files().unwrap();
    let paths: Vec<_> = found.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, [ONE, "companies/acme/evidence/big.pdf", TWO, "countersign.toml"]);
    let read = |path: &str| ledger.worktree_content(path, 1000);
    assert_eq!(read(ONE).unwrap(), Blob::Content(b"status = \"gap\"\n".to_vec()));
    assert_eq!(read(&found.files[1].path).unwrap(), Blob::TooLarge { size_bytes: 2000 });
    assert!(matches!(read("companies/acme/etc/passwd"), Err(Error::NotAFile { .. })));
    assert!(matches!(read("companies/acme/etc"), Err(Error::NotAFile { .. })));
    assert!(matches!(read("companies/gone.toml"), Err(Error::Io { .. })));
    assert_eq!(found.files[1].id, kind.content_id(&[b'x'; 2000]));
    assert_eq!(found.refused.len(), 1);
    assert_eq!(found.refused[0].path, "companies/acme/etc");
}

fn the_same_script_gives_the_same_history(kind: Kind) {
    let script = || {
        (0..3i64).map(|at| Step {
            author: person("First", 1_764_000_000 + at * 3600),
            committer: person("Second", 1_764_000_100 + at * 3600),
            message: format!("step {at}\n"),
            files: vec![
                (format!("companies/c{at}/company.toml"), Some(format!("name = \"C{at}\"\r\n").into_bytes())),
                ("countersign.toml".to_owned(), (at < 2).then(|| b"format = 1\n".to_vec())),
            ],
        })
    };
    let replay = |autocrlf: bool| {
        let world = World::empty(kind);
        let path = world.beside("demo");
        if kind == Kind::Libgit2 {
            Ledger::init(&path, "trunk").unwrap();
        } else {
            let init = ["init", "-q", "-b", "trunk", kind.object_format(), kind.ref_format()];
            world.git([&init[..], &[path.to_str().unwrap()]].concat());
        }
        let ledger = kind.open(&path).unwrap();
        git_in(&path, ["config", "core.autocrlf", if autocrlf { "true" } else { "false" }]);
        let id = ledger.replay("trunk", script()).unwrap().unwrap();
        assert_eq!(git_in(&path, ["status", "--porcelain"]), "");
        assert_eq!(
            git_in(&path, ["log", "--format=%an %ae %cn %cI", "-1"]),
            "First first@example.org Second 2025-11-24T19:01:40+01:00"
        );
        assert_eq!(git_in(&path, ["ls-files"]).lines().count(), 3);
        git_in(&path, ["fsck", "--strict"]);
        id
    };
    assert_eq!(replay(false), replay(false));
    assert_eq!(replay(false), replay(true));
    let expected = match kind.is_sha256() {
        false => "a16056bd0ac333049bd5e8274e7a2ac66d1b3e66",
        true => "8abe49a022eae2bf094da6016d0c836832976ec53a826501c3335dfc7c03ba28",
    };
    assert_eq!(replay(false).to_string(), expected);
}

/// Forty commits that each build on up to three of those before them, some by a clock that went back.
fn what_leads_to_what_is_what_git_says(kind: Kind) {
    let world = World::new(kind);
    // Numbers that look random and are always the same.
    let mut state = 7_u64;
    let mut below = |limit: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % limit
    };
    let mut stream = String::new();
    for at in 1..=40 {
        let time = 1_700_000_000 + 60 * at - 600 * below(2);
        stream += &format!(
            "commit refs/heads/c{at}\nmark :{at}\ncommitter A <a@example.org> {time} +0000\ndata 0\n"
        );
        let mut parents: Vec<u64> =
            (0..below(4)).map(|_| 1 + below(at)).filter(|parent| *parent < at).collect();
        parents.sort_unstable();
        parents.dedup();
        for (nth, parent) in parents.iter().enumerate() {
            stream += &format!("{} :{parent}\n", if nth == 0 { "from" } else { "merge" });
        }
    }
    let input = world.beside("stream");
    fs::write(&input, stream).unwrap();
    let mut import = command(&world.path, ["fast-import", "--quiet"]);
    assert!(import.stdin(fs::File::open(input).unwrap()).status().unwrap().success());

    let ledger = world.ledger();
    for _ in 0..25 {
        let [one, other] = [below(40) + 1, below(40) + 1].map(|at| format!("c{at}"));
        let [a, b] = [&one, &other].map(|name| ledger.resolve(name).unwrap());
        let mut bases = ledger.merge_bases(a, b).unwrap();
        bases.sort();
        let said = command(&world.path, ["merge-base", "--all", &one, &other]).output().unwrap().stdout;
        let said = String::from_utf8(said).unwrap();
        let mut said: Vec<CommitId> = said.lines().map(|id| id.parse().unwrap()).collect();
        said.sort();
        assert_eq!(bases, said, "merge-base {one} {other}");
        let leads = command(&world.path, ["merge-base", "--is-ancestor", &one, &other]).status().unwrap();
        assert_eq!(ledger.is_ancestor(a, b).unwrap(), leads.success(), "{one} before {other}");

        let filter = Filter { since: Some(a), walk: Walk::Everything, ..Filter::default() };
        let records = ledger.history(b, &filter).unwrap().map(|record| record.unwrap().commit);
        let commits: Vec<CommitInfo> = records.collect();
        let mut ids: Vec<String> = commits.iter().map(|commit| commit.id.to_string()).collect();
        for (at, commit) in commits.iter().enumerate() {
            assert!(
                commits[..at].iter().all(|child| !commit.parents.contains(&child.id)),
                "a parent came first"
            );
        }
        ids.sort();
        let listed = world.git(["rev-list", &other, &format!("^{one}")]);
        let mut listed: Vec<&str> = listed.lines().collect();
        listed.sort_unstable();
        assert_eq!(ids, listed, "{one}..{other}");
    }
}
