//! A writer that dies between two steps, and the next one that finds what it left.

use std::fs;
use std::process::{Command, Output};

use countersign::error::Error;
use countersign::ledger::Recovery;

use super::world::{Kind, ONE, World, in_every_kind};
use super::writing::{assert_sound, make_a_mess, one_is_met, rest};

/// Places in the order a commit passes them; the branch moves before the last two.
const PLACES: [&str; 8] = ["blobs", "trees", "commit", "journal", "lock", "file", "branch", "index"];

in_every_kind! {
    the_next_writer_finishes_or_undoes
    what_somebody_did_after_the_crash_is_theirs
    a_journal_nobody_can_read_is_not_guessed_at
}

/// Release builds have no places to die in.
const CAN_DIE: bool = cfg!(debug_assertions);

/// Commits the usual change in another process, which inherits the fixed environment.
pub fn child(world: &World, environment: &[(&str, &str)]) -> Output {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "ledger::crashes::in_a_child", "--nocapture"])
        .env("COUNTERSIGN_TEST_CHILD", &world.path)
        .env(
            "COUNTERSIGN_TEST_KIND",
            Kind::ALL.iter().position(|kind| *kind == world.kind).unwrap().to_string(),
        )
        .envs(environment.iter().copied())
        .output()
        .unwrap()
}

/// Not a test of its own: what [`child`] runs.
#[test]
fn in_a_child() {
    let Some(path) = std::env::var_os("COUNTERSIGN_TEST_CHILD") else { return };
    let kind: usize = std::env::var("COUNTERSIGN_TEST_KIND").unwrap().parse().unwrap();
    let kind = Kind::ALL[kind];
    kind.open(path.as_ref()).unwrap().commit(&one_is_met(kind)).unwrap();
}

fn crashed(kind: Kind, place: &str) -> (World, String) {
    let world = World::new(kind);
    make_a_mess(&world);
    let before = rest(&world);
    let output = child(&world, &[("COUNTERSIGN_TEST_CRASH", place)]);
    assert_eq!(output.status.code(), Some(77), "{place}: {}", String::from_utf8_lossy(&output.stdout));
    (world, before)
}

fn the_next_writer_finishes_or_undoes(kind: Kind) {
    if !CAN_DIE {
        return;
    }
    for (at, place) in PLACES.into_iter().enumerate() {
        let (world, before) = crashed(kind, place);
        let in_history = at >= 6;
        assert_eq!(world.git(["rev-list", "--count", "HEAD"]), if in_history { "2" } else { "1" }, "{place}");
        let expected = match at {
            0..3 => Recovery::NothingToDo,
            3..6 => Recovery::Undone,
            _ => Recovery::Finished,
        };
        assert_eq!(world.ledger().recover().unwrap(), expected, "{place}");
        assert_eq!(rest(&world), before, "{place}");
        if !in_history {
            world.ledger().commit(&one_is_met(kind)).unwrap();
            assert_eq!(rest(&world), before, "{place}");
        }
        assert_eq!(world.read(ONE), "status = \"met\"\n");
        assert_sound(&world);
        assert_eq!(world.ledger().recover().unwrap(), Recovery::NothingToDo);
    }
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
