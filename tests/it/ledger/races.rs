//! Others write, too: between two looks, between two commits, at the same time.

use std::fs;
use std::thread;

use countersign::error::{Error, Result};
use countersign::ledger::{Ground, Proposed};

use super::world::{Kind, ONE, TWO, World, in_every_kind};
use super::writing::{GAP, MET, assert_sound, assert_sound_elsewhere, hook, one_is_met, proposed};

in_every_kind! {
    what_changes_between_two_commits_counts
    a_commit_that_lost_the_race_is_made_on_the_new_head
    a_race_for_the_same_file_or_without_end_is_refused
    an_edit_or_a_checkout_in_between_is_refused
    a_lock_of_somebody_else_is_left_alone
    writers_take_turns_and_lose_nothing
}

/// Also to who has asked before.
fn what_changes_between_two_commits_counts(kind: Kind) {
    let world = World::new(kind);
    let ledger = world.ledger();
    let mut now = GAP;
    let mut commit = || {
        let next = if now == GAP { MET } else { GAP };
        let committed = ledger.commit(&proposed([kind.edit(ONE, Some(now), Some(next))]));
        now = if committed.is_ok() { next } else { now };
        committed
    };
    let author = || world.git(["log", "-1", "--format=%an"]);
    for _ in 0..3 {
        commit().unwrap();
        assert_eq!(author(), "First Desk");
    }
    world.git(["config", "user.name", "Second Desk"]);
    commit().unwrap();
    assert_eq!(author(), "Second Desk");

    // Files that are included, there or not, on whatever condition.
    let (included, other) = (world.beside("included"), world.beside("other"));
    world.git(["config", "include.path", included.to_str().unwrap()]);
    let condition = format!("includeIf.gitdir:{}.path", world.beside("").display());
    world.git(["config", &condition, other.to_str().unwrap()]);
    for _ in 0..3 {
        commit().unwrap();
        assert_eq!(author(), "Second Desk");
    }
    fs::write(&included, "[user]\n\tname = Third Desk\n").unwrap();
    commit().unwrap();
    assert_eq!(author(), "Third Desk");
    fs::write(&other, "[user]\n\tname = Fourth Desk\n").unwrap();
    commit().unwrap();
    assert_eq!(author(), "Fourth Desk");
    commit().unwrap();
    fs::write(&other, "[commit]\n\tgpgSign\n[gpg]\n\tformat = ssh\n[user]\n\tsigningKey = /none\n").unwrap();
    assert!(matches!(commit().unwrap_err(), Error::NotSigned { .. }));
    fs::remove_file(&other).unwrap();
    commit().unwrap();
    assert_eq!(author(), "Third Desk");

    hook(&world, "pre-commit", "exit 1");
    assert!(matches!(commit().unwrap_err(), Error::HookRefused { .. }));
    fs::remove_file(world.path.join(".git/hooks/pre-commit")).unwrap();
    commit().unwrap();
    world.git(["config", "--unset", "user.email"]);
    assert!(matches!(commit().unwrap_err(), Error::NoIdentity { .. }));
    assert_sound(&world);
}

/// What git's own t7516-commit-races does with an editor: the hook is somebody else who commits `file` first.
fn race(world: &World, file: &str, times: usize) {
    let body = format!(
        "test -e .git/raced && test $(wc -l < .git/raced) -ge {times} && exit 0
        echo x >> .git/raced; unset GIT_INDEX_FILE
        wc -l < .git/raced > {file}; git add {file}; git commit -q --no-verify -m race"
    );
    hook(world, "pre-commit", &body);
}

fn a_commit_that_lost_the_race_is_made_on_the_new_head(kind: Kind) {
    let world = World::new(kind);
    race(&world, TWO, 2);
    let committed = world.ledger().commit(&one_is_met(kind)).unwrap();
    assert_eq!(world.git(["log", "--format=%s"]).lines().count(), 4);
    assert_eq!(committed.parent.unwrap().to_string(), world.git(["rev-parse", "HEAD^"]));
    assert_eq!(world.git(["show", "--format=", "--name-only", "HEAD"]), ONE);
    assert_eq!(world.git(["status", "--porcelain"]), "");
    assert_sound(&world);

    // Alone, without a file: the other is `git update-ref`.
    let world = World::new(kind);
    let moved = "test -e .git/raced && exit 0; touch .git/raced
        new=$(git commit-tree -p HEAD -m race HEAD^{tree}) && git update-ref refs/heads/main $new";
    hook(&world, "pre-commit", moved);
    world.ledger().commit(&one_is_met(kind)).unwrap();
    assert_eq!(world.git(["log", "--format=%s", "--skip=1"]), "race\ninit");
    assert_sound(&world);
}

fn a_race_for_the_same_file_or_without_end_is_refused(kind: Kind) {
    let world = World::new(kind);
    race(&world, ONE, 1);
    assert!(
        matches!(world.ledger().commit(&one_is_met(kind)), Err(Error::FileMoved { path }) if path == ONE)
    );
    assert_eq!(world.git(["log", "-1", "--format=%s"]), "race");
    assert_sound(&world);

    let world = World::new(kind);
    race(&world, TWO, 1);
    let content = Some(kind.content_id(GAP.as_bytes()));
    let rests_on_two = vec![Ground { path: TWO.into(), content }];
    let proposed = Proposed { grounds: rests_on_two, ..one_is_met(kind) };
    assert!(matches!(world.ledger().commit(&proposed), Err(Error::FileMoved { path }) if path == TWO));
    assert_sound(&world);

    let world = World::new(kind);
    race(&world, TWO, 1000);
    assert!(matches!(world.ledger().commit(&one_is_met(kind)), Err(Error::BranchMoved { .. })));
    assert_eq!((world.read(ONE), world.git(["status", "--porcelain"])), (GAP.into(), String::new()));
    assert_sound(&world);
}

fn an_edit_or_a_checkout_in_between_is_refused(kind: Kind) {
    let world = World::new(kind);
    hook(&world, "pre-commit", &format!("echo typing >> {ONE}"));
    assert!(matches!(world.ledger().commit(&one_is_met(kind)), Err(Error::EditedMeanwhile { .. })));
    assert_eq!(world.read(ONE), format!("{GAP}typing\n"));
    assert_eq!(world.git(["status", "--porcelain"]), format!(" M {ONE}"));
    assert_sound_elsewhere(&world);

    let world = World::new(kind);
    hook(&world, "pre-commit", &format!("unset GIT_INDEX_FILE; echo x >> {ONE}; git add {ONE}"));
    assert!(matches!(world.ledger().commit(&one_is_met(kind)), Err(Error::Staged { .. })));
    assert_sound_elsewhere(&world);

    let world = World::new(kind);
    hook(&world, "pre-commit", "unset GIT_INDEX_FILE; git checkout -q -b elsewhere");
    assert!(matches!(world.ledger().commit(&one_is_met(kind)), Err(Error::HeadMoved { .. })));
    assert_eq!(world.git(["status", "--porcelain"]), "");
    assert_sound_elsewhere(&world);

    // Somebody stages something else while the hooks run: it is kept.
    let world = World::new(kind);
    hook(&world, "pre-commit", "unset GIT_INDEX_FILE; echo x >> plan.txt; git add plan.txt");
    world.ledger().commit(&one_is_met(kind)).unwrap();
    assert_eq!(world.git(["status", "--porcelain"]), "M  plan.txt");
    assert_sound(&world);
}

fn a_lock_of_somebody_else_is_left_alone(kind: Kind) {
    let world = World::new(kind);
    let lock = world.path.join(".git/index.lock");
    fs::write(&lock, "theirs").unwrap();
    let head = world.git(["rev-parse", "HEAD"]);
    let error = world.ledger().commit(&one_is_met(kind)).unwrap_err();
    assert!(matches!(&error, Error::IndexLocked { path } if *path == lock), "{error}");
    assert_eq!(fs::read_to_string(&lock).unwrap(), "theirs");
    assert_eq!((world.git(["rev-parse", "HEAD"]), world.read(ONE)), (head, GAP.to_owned()));
    fs::remove_file(&lock).unwrap();
    world.ledger().commit(&one_is_met(kind)).unwrap();
    assert_sound(&world);
}

fn writers_take_turns_and_lose_nothing(kind: Kind) {
    let world = World::new(kind);
    let paths: Vec<String> = (0..3).map(|at| format!("companies/c{at}/company.toml")).collect();
    let root = &world.path;
    let write_five = |path: String| -> Result<()> {
        let ledger = kind.open(root)?;
        let mut before = None;
        for round in 0..5 {
            let after = format!("round = {round}\n");
            ledger.commit(&proposed([kind.edit(&path, before.as_deref(), Some(&after))]))?;
            before = Some(after);
        }
        Ok(())
    };
    thread::scope(|scope| {
        let writers: Vec<_> =
            paths.iter().map(|path| scope.spawn(move || write_five(path.clone()))).collect();
        writers.into_iter().for_each(|writer| writer.join().unwrap().unwrap());
    });
    assert_eq!(world.git(["rev-list", "--count", "HEAD"]), "16");
    assert_eq!(world.git(["status", "--porcelain"]), "");
    assert!(paths.iter().all(|path| world.read(path) == "round = 4\n"));
    assert_sound(&world);
}
