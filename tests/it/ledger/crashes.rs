//! A writer that dies between two steps, and the next one that finds what it left.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use countersign::error::Error;
use countersign::ledger::Recovery;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::world::{Kind, ONE, TWO, World, git_in, in_every_kind, on_both_stores};
use super::writing::{assert_sound, hook, make_a_mess, one_is_met, proposed, rest};
use crate::fuzz;

/// Places in the order a commit passes them.
const PLACES: [&str; 11] =
    ["desk", "blobs", "trees", "commit", "draft", "journal", "lock", "beside", "file", "branch", "index"];

/// From this one on there is something to undo, and from that one on the commit is in the history.
const UNDONE_FROM: usize = 5;
const FINISHED_FROM: usize = 9;

in_every_kind! {
    the_next_writer_finishes_or_undoes
    what_somebody_did_after_the_crash_is_theirs
    a_journal_nobody_can_read_is_not_guessed_at
    without_hard_links_the_lock_is_a_copy
    a_removed_file_comes_back_executable
    a_git_that_outlives_its_writer_is_waited_for
    a_journal_cannot_lead_out_of_the_work_tree
}

on_both_stores! {
    a_writer_that_is_killed_with_its_git_leaves_no_lock_behind
    a_bent_journal_is_refused_and_one_made_to_measure_does_no_harm
}

/// Release builds have no places to die in.
const CAN_DIE: bool = cfg!(debug_assertions);

/// Commits the usual change in another process, which inherits the fixed environment.
pub fn child(world: &World, environment: &[(&str, &str)]) -> Output {
    let output = child_command(world).envs(environment.iter().copied()).output().unwrap();
    wait_for_orphans(&world.path);
    output
}

/// A git that a dead program had started lives on for a moment, and holds the program's lock as long.
pub fn wait_for_orphans(register: &Path) {
    if let Ok(lock) = fs::File::open(register.join(".git/countersign/commit/lock")) {
        lock.lock().unwrap();
    }
}

pub fn child_command(world: &World) -> Command {
    let kind = Kind::ALL.iter().position(|kind| *kind == world.kind).unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "ledger::crashes::in_a_child", "--nocapture"])
        .env("COUNTERSIGN_TEST_CHILD", &world.path)
        .env("COUNTERSIGN_TEST_KIND", kind.to_string());
    command
}

/// Not a test of its own: what [`child`] runs.
#[test]
fn in_a_child() {
    let Some(path) = std::env::var_os("COUNTERSIGN_TEST_CHILD") else { return };
    let kind: usize = std::env::var("COUNTERSIGN_TEST_KIND").unwrap().parse().unwrap();
    let kind = Kind::ALL[kind];
    let edit = match std::env::var("COUNTERSIGN_TEST_CHANGE").as_deref() {
        Ok("remove") => kind.edit(ONE, Some("status = \"gap\"\n"), None),
        _ => one_is_met(kind).edits.remove(0),
    };
    kind.open(path.as_ref()).unwrap().commit(&proposed([edit])).unwrap();
}

fn crashed(kind: Kind, place: &str) -> (World, String) {
    crashed_under(kind, place, &[])
}

fn crashed_under(kind: Kind, place: &str, environment: &[(&str, &str)]) -> (World, String) {
    let world = World::new(kind);
    make_a_mess(&world);
    let before = rest(&world);
    let output = child(&world, &[&[("COUNTERSIGN_TEST_CRASH", place)], environment].concat());
    assert_eq!(output.status.code(), Some(77), "{place}: {}", String::from_utf8_lossy(&output.stdout));
    (world, before)
}

fn the_next_writer_finishes_or_undoes(kind: Kind) {
    if !CAN_DIE {
        return;
    }
    for place in PLACES {
        let (world, before) = crashed(kind, place);
        assert_put_right(&world, &before, place);
    }
}

/// That recovery does what the place asks for, and that a writer can go on.
#[track_caller]
fn assert_put_right(world: &World, before: &str, place: &str) {
    let at = PLACES.iter().position(|known| *known == place).unwrap();
    let in_history = at >= FINISHED_FROM;
    assert_eq!(world.git(["rev-list", "--count", "HEAD"]), if in_history { "2" } else { "1" }, "{place}");
    let expected = match at {
        0..UNDONE_FROM => Recovery::NothingToDo,
        UNDONE_FROM..FINISHED_FROM => Recovery::Undone,
        _ => Recovery::Finished,
    };
    assert_eq!(world.ledger().recover().unwrap(), expected, "{place}");
    assert_eq!(rest(world), before, "{place}");
    if !in_history {
        world.ledger().commit(&one_is_met(world.kind)).unwrap();
        assert_eq!(rest(world), before, "{place}");
    }
    assert_eq!(world.read(ONE), "status = \"met\"\n");
    assert_sound(world);
    assert_eq!(world.ledger().recover().unwrap(), Recovery::NothingToDo);
}

fn without_hard_links_the_lock_is_a_copy(kind: Kind) {
    if !CAN_DIE {
        return;
    }
    let refused = [("COUNTERSIGN_TEST_REFUSE", "link")];
    for place in ["draft", "journal", "lock", "file", "branch", "index"] {
        let (world, before) = crashed_under(kind, place, &refused);
        assert_put_right(&world, &before, place);
    }
    let world = World::new(kind);
    assert!(child(&world, &refused).status.success());
    assert_sound(&world);

    // Another git's lock is in the way as before, and another git's index is no proof that the lock is ours.
    let (world, _) = crashed_under(kind, "lock", &refused);
    let lock = world.path.join(".git/index.lock");
    fs::copy(world.path.join(".git/index"), &lock).unwrap();
    assert_eq!(world.ledger().recover().unwrap(), Recovery::Undone);
    assert!(lock.exists());
    assert!(!child(&world, &refused).status.success());
}

fn a_removed_file_comes_back_executable(kind: Kind) {
    if !CAN_DIE {
        return;
    }
    for place in ["lock", "file"] {
        let world = World::new(kind);
        fs::set_permissions(world.path.join(ONE), fs::Permissions::from_mode(0o755)).unwrap();
        world.git(["commit", "-qam", "executable"]);
        let environment = [("COUNTERSIGN_TEST_CRASH", place), ("COUNTERSIGN_TEST_CHANGE", "remove")];
        assert_eq!(child(&world, &environment).status.code(), Some(77));
        assert_eq!(world.path.join(ONE).exists(), place == "lock");
        assert_eq!(world.ledger().recover().unwrap(), Recovery::Undone);
        assert_eq!(world.git(["status", "--porcelain"]), "");
        let mode = fs::metadata(world.path.join(ONE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o111, 0o111);
    }
}

/// Of a reftable nobody can tell whose lock it is: it is named.
fn a_writer_that_is_killed_with_its_git_leaves_no_lock_behind(kind: Kind) {
    let world = World::new(kind);
    make_a_mess(&world);
    let before = rest(&world);
    hook(
        &world,
        "reference-transaction",
        "test \"$1\" = prepared || exit 0\nread -r _ _ _ writer _ < /proc/$PPID/stat\nkill -9 $writer $PPID",
    );
    assert_eq!(child(&world, &[]).status.code(), None);
    fs::remove_file(world.path.join(".git/hooks/reference-transaction")).unwrap();
    let locks = || {
        let found =
            Command::new("find").arg(world.path.join(".git")).args(["-name", "*.lock"]).output().unwrap();
        String::from_utf8(found.stdout).unwrap().lines().map(PathBuf::from).collect::<Vec<_>>()
    };
    assert!(locks().len() > 1, "{:?}", locks());
    assert_eq!(world.ledger().recover().unwrap(), Recovery::Undone);
    if kind.ref_format().contains("reftable") {
        let Err(Error::RefsLocked { path }) = world.ledger().commit(&one_is_met(kind)) else { panic!() };
        assert_eq!(locks(), std::slice::from_ref(&path));
        fs::remove_file(path).unwrap();
    }
    assert!(locks().is_empty(), "{:?}", locks());
    assert_eq!(rest(&world), before);
    world.ledger().commit(&one_is_met(kind)).unwrap();
    assert_eq!(world.git(["rev-list", "--count", "HEAD"]), "2");
    assert_sound(&world);
}

/// The git that moves the branch outlives whoever started it: until it ends, nobody may decide that the branch did not
/// move.
fn a_git_that_outlives_its_writer_is_waited_for(kind: Kind) {
    let world = World::new(kind);
    let [reached, go_on] = ["reached", "go-on"].map(|name| world.beside(name));
    let wait = format!(
        "test \"$1\" = prepared || exit 0; touch {}
        for i in $(seq 600); do test -e {} && exit 0; sleep 0.1; done",
        reached.display(),
        go_on.display()
    );
    hook(&world, "reference-transaction", &wait);
    let mut writer = child_command(&world).stdout(Stdio::null()).spawn().unwrap();
    while !reached.exists() {
        assert_eq!(writer.try_wait().unwrap(), None, "the writer ended without moving the branch");
        thread::sleep(Duration::from_millis(10));
    }
    writer.kill().unwrap();
    writer.wait().unwrap();
    // Not dead yet, all of it: whoever opens the register looks on without it, and whoever writes waits.
    assert_eq!(world.ledger().recover().unwrap(), Recovery::Unknown);
    let next = thread::scope(|scope| {
        let two = proposed([kind.edit(TWO, Some("status = \"gap\"\n"), Some("status = \"met\"\n"))]);
        let ledger = world.ledger();
        let next = scope.spawn(move || ledger.commit(&two).unwrap());
        thread::sleep(Duration::from_millis(300));
        fs::write(&go_on, "").unwrap();
        next.join().unwrap()
    });
    assert_eq!(next.recovery, Recovery::Finished);
    assert_eq!(world.git(["rev-list", "--count", "HEAD"]), "3");
    assert_eq!(world.git(["status", "--porcelain"]), "");
    assert_sound(&world);
}

/// A journal comes with a repository somebody sent, like everything in it.
fn a_journal_cannot_lead_out_of_the_work_tree(kind: Kind) {
    if !CAN_DIE {
        return;
    }
    let (world, _) = crashed(kind, "file");
    let journal = world.path.join(".git/countersign/commit/journal");
    let bytes = fs::read(&journal).unwrap();
    // As long as the path it replaces.
    let out = format!("../outside/{}", "x".repeat(ONE.len() - 11));
    let at = bytes.windows(ONE.len()).rposition(|window| window == ONE.as_bytes()).unwrap();
    let planted = [&bytes[..at], out.as_bytes(), &bytes[at + ONE.len()..]].concat();
    fs::write(&journal, checked(&planted[4..])).unwrap();
    assert!(matches!(world.ledger().recover(), Err(Error::ForeignJournal { .. })));
    assert!(!world.beside("outside").exists());
}

fn what_somebody_did_after_the_crash_is_theirs(kind: Kind) {
    if !CAN_DIE {
        return;
    }
    let (world, _) = crashed(kind, "file");
    world.write(ONE, "typed after the crash\n");
    assert_eq!(world.ledger().recover().unwrap(), Recovery::Undone);
    assert_eq!(world.read(ONE), "typed after the crash\n");

    // Another git's lock, put there after ours was removed by hand, is not ours to take away.
    let (world, _) = crashed(kind, "file");
    let lock = world.path.join(".git/index.lock");
    fs::remove_file(&lock).unwrap();
    fs::write(&lock, "theirs").unwrap();
    assert_eq!(world.ledger().recover().unwrap(), Recovery::Undone);
    assert_eq!(fs::read_to_string(&lock).unwrap(), "theirs");
    assert_eq!(world.read(ONE), "status = \"gap\"\n");

    // The lock removed by hand after the branch moved: the index would be a staged revert.
    let (world, before) = crashed(kind, "branch");
    fs::remove_file(world.path.join(".git/index.lock")).unwrap();
    assert_eq!(world.git(["status", "--porcelain", "--", ONE]), format!("MM {ONE}"));
    assert_eq!(world.ledger().recover().unwrap(), Recovery::Finished);
    assert_eq!(rest(&world), before);
    assert_sound(&world);
}

fn a_journal_nobody_can_read_is_not_guessed_at(kind: Kind) {
    if !CAN_DIE {
        return;
    }
    let (world, _) = crashed(kind, "file");
    let journal = world.path.join(".git/countersign/commit/journal");
    let mut bytes = fs::read(&journal).unwrap();
    bytes[0] += 1;
    fs::write(&journal, bytes).unwrap();
    assert!(matches!(world.ledger().recover(), Err(Error::ForeignJournal { .. })));
    assert!(matches!(world.ledger().commit(&one_is_met(kind)), Err(Error::ForeignJournal { .. })));
    assert!(journal.exists());
}

/// A journal as whoever plants one writes it: with the right checksum.
fn checked(body: &[u8]) -> Vec<u8> {
    [&crc32fast::hash(body).to_le_bytes()[..], body].concat()
}

fn a_bent_journal_is_refused_and_one_made_to_measure_does_no_harm(kind: Kind) {
    if !CAN_DIE {
        return;
    }
    let (world, _) = crashed(kind, "file");
    let journal = Path::new(".git/countersign/commit/journal");
    let sound = fs::read(world.path.join(journal)).unwrap();
    let bends = proptest::collection::vec(fuzz::bend(), 1..5);
    let config = |cases| Config { cases, failure_persistence: None, ..Config::default() };
    let bent = TestRunner::new(config(64)).run(&bends, |bends| {
        let bytes = fuzz::bent(&sound, &bends);
        fs::write(world.path.join(journal), &bytes).unwrap();
        let refused = matches!(world.ledger().recover(), Err(Error::ForeignJournal { .. }));
        prop_assert!(refused || bytes == sound);
        prop_assert_eq!(world.read(ONE), "status = \"met\"\n");
        prop_assert!(world.path.join(".git/index.lock").exists());
        Ok(())
    });
    bent.unwrap();

    fs::write(world.path.join(journal), &sound).unwrap();
    let (head, beside) = (world.git(["rev-parse", "HEAD"]), world.beside("copy"));
    let planted = TestRunner::new(config(24)).run(&bends, |bends| {
        assert!(Command::new("cp").arg("-a").args([&world.path, &beside]).status().unwrap().success());
        fs::write(beside.join(journal), checked(&fuzz::bent(&sound[4..], &bends))).unwrap();
        let _ = kind.open(&beside).unwrap().recover();
        prop_assert_eq!(&git_in(&beside, ["rev-parse", "HEAD"]), &head);
        for path in [TWO, "notes.txt", "plan.txt", "untracked.txt"] {
            prop_assert_eq!(fs::read(beside.join(path)).ok(), fs::read(world.path.join(path)).ok());
        }
        fs::remove_dir_all(&beside).unwrap();
        prop_assert_eq!(fs::read_dir(beside.parent().unwrap()).unwrap().count(), 1);
        Ok(())
    });
    planted.unwrap();
    assert_eq!(world.ledger().recover().unwrap(), Recovery::Undone);
}
