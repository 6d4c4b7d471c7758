//! An audit goes through the history once, whatever it has to know of it.

use std::collections::HashMap;
use std::fs;
use std::process::Command;

use countersign::domain::Status;

use super::Case;
use super::signatures::make_executable;
use crate::ledger::world::Kind;

/// Each commit is read to list it and to look at it, the newest also to begin with, and nothing else more than twice: by
/// a git that notes what it is asked for.
#[test]
fn nothing_is_read_again_and_again() {
    let case = Case::of(Kind::ReftableSha256);
    // What is small is remembered for a while, and not asked for.
    let too_long = "So far, and for many reasons. ".repeat(1_000);
    for (at, status) in [Status::Gap, Status::Partial].into_iter().cycle().take(20).enumerate() {
        case.decide_because("halyard S-1.1", status, &too_long);
        match at {
            5 => drop(case.git(["branch", "side"])),
            10 => {
                // Where the sides of a merge parted is known from the list.
                case.git(["switch", "-q", "side"]);
                case.decide_because("halyard S-1.2", status, &too_long);
                case.git(["switch", "-q", "main"]);
                case.git(["merge", "-q", "--no-ff", "side"]);
            }
            _ => {}
        }
    }
    let (programs, asked) = (case.world.beside("programs"), case.world.beside("asked"));
    fs::create_dir(&programs).unwrap();
    let path = std::env::var("PATH").unwrap();
    let noting = format!(
        "#!/bin/sh\nPATH='{path}'\ncase \" $* \" in\n*' cat-file '*) tee -a '{}' | git \"$@\" ;;\n*) exec git \"$@\" ;;\nesac\n",
        asked.display()
    );
    fs::write(programs.join("git"), noting).unwrap();
    make_executable(&programs.join("git"));
    let audit = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(["audit", "--on", "2026-11-20"])
        .current_dir(&case.world.path)
        .env("PATH", format!("{}:{path}", programs.display()))
        .env("XDG_STATE_HOME", case.world.beside("state"))
        .output()
        .unwrap();
    assert!(audit.status.success(), "{}", String::from_utf8_lossy(&audit.stderr));

    let asked = fs::read_to_string(asked).unwrap();
    let mut times: HashMap<&str, usize> = HashMap::new();
    for id in asked.lines().filter_map(|line| line.strip_prefix("contents ")) {
        *times.entry(id).or_default() += 1;
    }
    let commits = case.git(["rev-list", "--min-parents=1", "HEAD"]);
    let (head, others) = commits.split_once('\n').unwrap();
    assert_eq!(others.lines().count(), 21);
    assert!(others.lines().all(|commit| (1..=2).contains(&times[commit])), "{times:?}");
    assert_eq!(times.remove(head), Some(3));
    assert_eq!(times.values().max(), Some(&2), "{times:?}");
}
