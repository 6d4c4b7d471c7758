//! What the two stores have to keep to, each in its own way.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use countersign::analysis::decision::{self, Cited, Draft};
use countersign::domain::{Change, EntryKind, Status};
use countersign::error::Error;
use countersign::ledger::{Backend, Blob, Filter, Ledger, Walk};
use countersign::register::{At, Register, Trail};
use countersign::shipped;

use super::world::{Kind, ONE, TWO, World, command, in_every_kind};
use super::writing::{assert_sound, make_a_mess, one_is_met};

in_every_kind! {
    opening_and_reading_runs_nothing
    an_object_that_cannot_be_read_is_named_and_the_others_stay
    an_id_of_the_other_hash_function_names_nothing
    the_beginning_of_several_ids_is_ambiguous
    refs_that_lead_nowhere_are_told_from_no_refs
    what_lies_in_the_work_tree_has_the_id_git_would_give_it
    objects_may_move_while_they_are_read
    a_register_is_made_read_and_decided_in
}

/// Settings that make git start a program, and attributes that ask for it.
fn plant(world: &World, trap: &str) {
    let hooks = world.beside("hooks");
    fs::create_dir(&hooks).unwrap();
    for hook in
        ["pre-commit", "post-index-change", "reference-transaction", "post-checkout", "fsmonitor-watchman"]
    {
        fs::copy(trap, hooks.join(hook)).unwrap();
    }
    for name in [
        "alias.status",
        "core.alternateRefsCommand",
        "core.askPass",
        "core.editor",
        "core.fsmonitor",
        "core.gitProxy",
        "core.pager",
        "core.sshCommand",
        "credential.helper",
        "diff.external",
        "diff.trap.command",
        "diff.trap.textconv",
        "filter.a=b.clean",
        "filter.a=b.process",
        "filter.trap.clean",
        "filter.trap.smudge",
        "filter.Ünïcode name.clean",
        "gpg.program",
        "gpg.ssh.program",
        "hook.trap.command",
        "merge.trap.driver",
        "pager.status",
        "remote.origin.uploadpack",
        "sequence.editor",
        "uploadpack.packObjectsHook",
    ] {
        world.git(["config", name, trap]);
    }
    let origin = world.clone("origin", &["--bare"]);
    for (name, value) in [
        ("core.hooksPath", hooks.to_str().unwrap()),
        ("filter.a=b.required", "true"),
        ("filter.trap.required", "true"),
        ("log.showSignature", "true"),
        ("remote.origin.url", origin.to_str().unwrap()),
        ("remote.origin.promisor", "true"),
        ("remote.origin.partialclonefilter", "blob:none"),
    ] {
        world.git(["config", name, value]);
    }
    world.write(
        ".gitattributes",
        "companies/acme/** filter=trap diff=trap merge=trap\ncompanies/other/** filter=a=b\n",
    );
}

fn opening_and_reading_runs_nothing(kind: Kind) {
    // libgit2 leaves a split index to git.
    for index in ["--no-split-index", "--split-index"] {
        let world = World::new(kind);
        world.git(["update-index", index]);
        let (trap, sprung) = (world.beside("trap"), world.beside("sprung"));
        fs::write(&trap, format!("#!/bin/sh\necho \"$0 $*\" >> {}\ncat\n", sprung.display())).unwrap();
        fs::set_permissions(&trap, fs::Permissions::from_mode(0o755)).unwrap();
        plant(&world, trap.to_str().unwrap());
        // Same size and another time: only the content tells, and a filter would be asked for it.
        world.write(ONE, "status = \"met\"\n");
        world.write(TWO, "status = \"gap\"\n");

        let ledger = kind.open(&world.path).unwrap();
        let head = ledger.head().unwrap().commit().unwrap();
        for text in ["HEAD", "main", "refs/heads/main", "2026-11-21", &head.to_string()[..8]] {
            assert_eq!(ledger.resolve(text).unwrap(), head);
        }
        assert!(ledger.resolve("mian").is_err());
        let files = ledger.list_all(ledger.root(head).unwrap(), &mut |_, error| Err(error)).unwrap().entries;
        assert!(files.iter().all(|file| ledger.blob(file.id, 100).is_ok()));
        assert!(matches!(ledger.blob(&kind.content_id(b"elsewhere"), 100), Err(Error::MissingObject { .. })));
        for walk in [Walk::FirstParents, Walk::Everything] {
            let filter = Filter { walk, ..Filter::default() };
            assert_eq!(ledger.history(head, &filter).unwrap().count(), 1);
        }
        assert!(ledger.is_ancestor(head, head).unwrap());
        assert!(ledger.diff(head, head).unwrap().is_empty());
        assert!(ledger.verified().unwrap().commit_info(head).is_ok());
        assert!(ledger.uncommitted().unwrap().contains(&ONE.to_owned()));
        assert_eq!(ledger.worktree_files().unwrap().files.len(), 3);
        ledger.recover().unwrap();
        assert_eq!(fs::read_to_string(&sprung).unwrap_or_default(), "", "something was run");

        // The trap does spring where nobody is careful.
        let _ = command(&world.path, ["status"]).output().unwrap();
        assert!(sprung.exists());
    }
}

fn an_object_that_cannot_be_read_is_named_and_the_others_stay(kind: Kind) {
    let world = World::new(kind);
    let id = world.git(["rev-parse", "HEAD:notes.txt"]);
    let object = world.path.join(format!(".git/objects/{}/{}", &id[..2], &id[2..]));
    fs::remove_file(&object).unwrap();
    fs::write(&object, "not an object").unwrap();
    let ledger = world.ledger();
    let (id, head) = (id.parse::<countersign::ledger::ObjectId>().unwrap(), ledger.resolve("HEAD").unwrap());
    let error = ledger.blob(id, 100).unwrap_err();
    assert!(matches!(error, Error::DamagedObject { .. } | Error::MissingObject { .. }), "{error:?}");
    assert!(error.to_string().contains(&id.to_string()));
    let one = ledger.lookup(head, ONE).unwrap().unwrap();
    assert!(matches!(ledger.blob(one.id, 100).unwrap(), Blob::Content(_)));
}

fn an_id_of_the_other_hash_function_names_nothing(kind: Kind) {
    let world = World::new(kind);
    let other = if kind.is_sha256() { Kind::Libgit2 } else { Kind::Sha256 };
    let ledger = world.ledger();
    let here = kind.content_id(b"status = \"gap\"\n");
    assert!(ledger.blob(&here, 100).is_ok());
    assert_eq!(ledger.content_id(b"status = \"gap\"\n"), here);
    for id in [other.content_id(b"status = \"gap\"\n").to_string(), "0".repeat(40), "0".repeat(64)] {
        let id = id.parse::<countersign::domain::ContentId>().unwrap();
        assert!(matches!(ledger.blob(&id, 100), Err(Error::MissingObject { .. })), "{id}");
    }
}

fn the_beginning_of_several_ids_is_ambiguous(kind: Kind) {
    let world = World::new(kind);
    // Among 900 ids two begin with the same four digits all but certainly, and always the same two.
    let files: Vec<String> = (0..900).map(|at| format!("many/{at}")).collect();
    files.iter().for_each(|file| world.write(file, file));
    world.git(["add", "many"]);
    let mut ids: Vec<String> =
        files.iter().map(|file| kind.content_id(file.as_bytes()).to_string()[..4].to_owned()).collect();
    ids.sort();
    let doubled = ids.windows(2).find(|pair| pair[0] == pair[1]).unwrap()[0].clone();
    assert!(matches!(world.ledger().resolve(&doubled), Err(Error::AmbiguousRevision { .. })));
}

fn refs_that_lead_nowhere_are_told_from_no_refs(kind: Kind) {
    let world = World::new(kind);
    let ledger = world.ledger();
    let head = ledger.resolve("HEAD").unwrap();
    world.git(["branch", "topic/one"]);
    world.git(["symbolic-ref", "refs/heads/alias", "refs/heads/main"]);
    world.git(["tag", "-am", "first", "v1"]);
    world.git(["tag", "-am", "again", "v2", "v1"]);
    for text in ["alias", "topic/one", "v1", "v2"] {
        assert_eq!(ledger.resolve(text).unwrap(), head, "{text}");
    }
    for text in ["topic", "topic/two", "alias/x", "a..b", "^HEAD", "HEAD^2", "HEAD~9", "nul\0", "@{u}"] {
        assert!(matches!(ledger.resolve(text), Err(Error::UnknownRevision { .. })), "{text}");
    }
    world.git(["symbolic-ref", "HEAD", "refs/heads/topic"]);
    assert_eq!(ledger.head().unwrap().commit(), None, "a folder of branches is no branch");

    if !kind.ref_format().ends_with("reftable") {
        fs::write(world.path.join(".git/refs/heads/main"), "").unwrap();
        world.git(["symbolic-ref", "HEAD", "refs/heads/main"]);
        assert!(ledger.head().is_err(), "a broken branch is not an unborn one");
    }
}

/// Another program packs what lay loose, and packs it again another way.
fn objects_may_move_while_they_are_read(kind: Kind) {
    let world = World::new(kind);
    world.ledger().commit(&one_is_met(kind)).unwrap();
    let ledger = world.ledger();
    let [head, first] = ["HEAD", "HEAD~1"].map(|name| ledger.resolve(name).unwrap());
    let content = |commit, path| {
        let file = ledger.lookup(commit, path).unwrap().unwrap();
        ledger.blob(file.id, 100).unwrap()
    };
    let gap = Blob::Content(b"status = \"gap\"\n".to_vec());
    assert_ne!(content(head, ONE), gap);
    world.git(["gc", "-q", "--prune=now"]);
    assert_eq!(content(first, ONE), gap);
    world.write(TWO, "status = \"met\"\n");
    world.git(["commit", "-qam", "another pack"]);
    world.git(["repack", "-adfq", "--depth=1"]);
    world.git(["prune-packed", "-q"]);
    assert_eq!(content(head, TWO), gap);
    assert_ne!(content(ledger.resolve("HEAD").unwrap(), TWO), gap);
}

fn what_lies_in_the_work_tree_has_the_id_git_would_give_it(kind: Kind) {
    let world = World::new(kind);
    world.write(".gitattributes", "companies/acme/** text eol=crlf\n");
    world.git(["add", "."]);
    world.git(["commit", "-qm", "attributes"]);
    fs::remove_file(world.path.join(ONE)).unwrap();
    world.git(["checkout", "--", ONE]);
    assert!(world.read(ONE).ends_with("\r\n"));
    // As if some time had passed since: what was written a moment ago is always hashed.
    let touched =
        std::process::Command::new("touch").args(["-d", "1 hour ago"]).arg(world.path.join(ONE)).status();
    assert!(touched.unwrap().success());
    world.git(["update-index", "--refresh"]);
    world.write(TWO, "status = \"met\"\n");

    for options in [["update-index", "--no-split-index"], ["update-index", "--split-index"]] {
        world.git(options);
        let files = world.ledger().worktree_files().unwrap().files;
        let id = |path: &str| files.iter().find(|file| file.path == path).unwrap().id.clone();
        assert_eq!(id(ONE), kind.content_id(b"status = \"gap\"\n"), "{options:?}");
        assert_eq!(id(TWO), kind.content_id(b"status = \"met\"\n"), "{options:?}");
        assert_eq!(world.ledger().uncommitted().unwrap(), [TWO], "{options:?}");
    }
}

fn a_register_is_made_read_and_decided_in(kind: Kind) {
    let world = World::empty(kind);
    shipped::init(&world.path, true).unwrap();
    let register = Register::open(&world.path).unwrap();
    let snapshot = register.snapshot(&At::Head).unwrap();
    assert_eq!(snapshot.findings, []);
    assert_eq!(register.snapshot(&At::WorkTree).unwrap().companies, snapshot.companies);

    let (company, slot) = ("meta".parse().unwrap(), "S-1.1".parse().unwrap());
    let cited = Cited { id: "advanced-ai-scaling-framework".parse().unwrap(), at: None, quote: None };
    let draft = Draft {
        status: Some(Status::Partial),
        reason: "No stated trigger points.".into(),
        evidence: vec![cited],
        ..Draft::default()
    };
    let change = decision::decide(&snapshot, "2026-11-20".parse().unwrap(), &company, &slot, &draft).unwrap();
    let Change::Assess(decided) = &change else { panic!("a judgement was decided on") };
    let pin = decided.assessment.evidence[0].pin.to_string();
    let framework = "companies/meta/evidence/advanced-ai-scaling-framework.toml";
    assert_eq!(pin, world.git(["rev-parse", &format!("HEAD:{framework}")]));

    let prepared = register.prepare(&snapshot, &change).unwrap();
    let path = prepared.first().paths().next().unwrap().to_owned();
    let committed = register.commit(prepared).unwrap();
    assert_eq!(world.git(["log", "--format=%H", "-1", "main"]), committed.id());
    let record = world.git(["log", "-1", "--format=%(trailers:key=Countersign-Record,valueonly)"]);
    let none = "0".repeat(committed.id().len());
    assert_eq!(record.trim(), format!("{none} -> {}", world.git(["rev-parse", &format!("HEAD:{path}")])));
    assert_eq!(world.git(["status", "--porcelain"]), "");
    world.git(["fsck", "--strict"]);

    let after = register.snapshot(&At::Head).unwrap();
    assert_eq!(after.findings, []);
    assert_eq!(after.companies[&company].assessments[&slot].assessment, decided.assessment);
    let trail = Trail::Cell(company, slot.measure);
    let history: Vec<_> = register.history(&At::Head, &trail).unwrap().map(Result::unwrap).collect();
    assert!(matches!(&history[..], [entry] if matches!(entry.kind, EntryKind::Assessment { .. })));
    assert!(register.show(committed.id()).unwrap().contains("+status = \"partial\""));
}

#[test]
fn both_stores_make_the_same_commit() {
    let (one, other) = (World::new(Kind::Libgit2), World::new(Kind::Git));
    let commit = |world: &World| {
        make_a_mess(world);
        let committed = world.ledger().commit(&one_is_met(world.kind)).unwrap();
        assert_sound(world);
        committed
    };
    assert_eq!(commit(&one), commit(&other));
}

#[test]
fn libgit2_is_used_where_it_can_be() {
    let world = World::new(Kind::Libgit2);
    assert!(Ledger::discover_with(&world.path, Backend::Libgit2).is_ok());
    let without_git = |path: &Path| {
        std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "ledger::stores::in_a_child", "--nocapture"])
            .env("COUNTERSIGN_TEST_OPEN", path)
            .env("PATH", "")
            .output()
            .unwrap()
            .status
            .success()
    };
    assert!(without_git(&world.path));
    assert!(!without_git(&World::new(Kind::Reftable).path));
}

/// Not a test of its own: what [`libgit2_is_used_where_it_can_be`] runs.
#[test]
fn in_a_child() {
    let Some(path) = std::env::var_os("COUNTERSIGN_TEST_OPEN") else { return };
    match Ledger::discover(path.as_ref()) {
        Ok(ledger) => assert!(ledger.head().unwrap().commit().is_some()),
        Err(error) => panic!("{error}"),
    }
}
