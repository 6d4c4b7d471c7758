//! A commit that is stopped while something waits: nothing of it is left, and nothing runs on. Once the branch moves it
//! is brought to its end.

use std::fs::{self, File};
use std::thread::{self, JoinHandle};

use countersign::error::{Error, Result};
use countersign::ledger::commit::{Planned, Series};
use countersign::ledger::{Committed, Stop};

use super::waiting::Waiting;
use super::world::{Kind, World, in_every_kind, on_both_stores};
use super::writing::{assert_sound, hook, one_is_met, state};

in_every_kind! {
    hooks_that_wait_end_with_all_they_started
    once_the_branch_moved_it_is_too_late
}

on_both_stores! {
    a_hook_that_will_not_end_is_killed
    a_signature_that_waits_is_stopped
    who_waits_for_another_writer_is_stopped
}

/// Makes the change most tests make, beside this thread.
fn committing(world: &World, stop: &Stop) -> JoinHandle<Result<Committed>> {
    let (kind, path, stop) = (world.kind, world.path.clone(), stop.clone());
    stop.begin(true);
    thread::spawn(move || {
        let ledger = kind.open(&path).unwrap();
        let proposed = one_is_met(kind);
        let commits = vec![Planned { edits: proposed.edits, message: proposed.message, merges: None }];
        ledger.commit_all(&ledger.settings().unwrap(), &Series { commits, ..Series::default() }, &stop)
    })
}

/// It is stopped while the program waits, and everything is as before.
#[track_caller]
fn assert_stops(world: &World, waiting: &Waiting) {
    let before = state(world);
    let stop = Stop::default();
    let committing = committing(world, &stop);
    waiting.is_here();
    assert!(stop.stop());
    waiting.is_gone();
    assert!(matches!(committing.join().unwrap(), Err(Error::Stopped)));
    assert!(state(world) == before, "something changed");
    assert_sound(world);
}

fn hooks_that_wait_end_with_all_they_started(kind: Kind) {
    let world = World::new(kind);
    for name in ["pre-commit", "prepare-commit-msg", "commit-msg"] {
        let waiting = Waiting::new(&world.beside(name), "");
        hook(&world, name, &waiting.script);
        assert_stops(&world, &waiting);
        hook(&world, name, "");
    }
    let committed = committing(&world, &Stop::default()).join().unwrap().unwrap();
    assert_eq!(world.git(["rev-parse", "HEAD"]), committed.id.to_string());
    assert_sound(&world);
}

fn once_the_branch_moved_it_is_too_late(kind: Kind) {
    let world = World::new(kind);
    let waiting = Waiting::new(&world.beside("after"), "");
    hook(&world, "post-commit", &waiting.script);
    let stop = Stop::default();
    let committing = committing(&world, &stop);
    waiting.is_here();
    assert!(!stop.stop() && stop.is_too_late());
    waiting.let_go();
    waiting.is_gone();
    let committed = committing.join().unwrap().unwrap();
    assert_eq!(committed.warnings, [""; 0]);
    assert_eq!(world.git(["rev-parse", "HEAD"]), committed.id.to_string());
    assert_sound(&world);
}

fn a_hook_that_will_not_end_is_killed(kind: Kind) {
    let world = World::new(kind);
    let waiting = Waiting::new(&world.beside("stubborn"), "trap '' TERM");
    hook(&world, "pre-commit", &waiting.script);
    assert_stops(&world, &waiting);
}

fn a_signature_that_waits_is_stopped(kind: Kind) {
    let world = World::new(kind);
    let waiting = Waiting::new(&world.beside("signer"), "");
    let signer = world.beside("sign");
    waiting.plant(&signer);
    world.git(["config", "gpg.program", signer.to_str().unwrap()]);
    world.git(["config", "commit.gpgSign", "true"]);
    assert_stops(&world, &waiting);
}

fn who_waits_for_another_writer_is_stopped(kind: Kind) {
    let world = World::new(kind);
    let desk = world.ledger().git_dir().join("countersign/commit");
    fs::create_dir_all(&desk).unwrap();
    let other = File::create(desk.join("lock")).unwrap();
    other.lock().unwrap();
    let stop = Stop::default();
    let committing = committing(&world, &stop);
    assert!(stop.stop());
    assert!(matches!(committing.join().unwrap(), Err(Error::Stopped)));
    drop(other);
    assert_sound(&world);
}
