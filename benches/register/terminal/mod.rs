//! The program itself in a pseudo-terminal of 200x50, as a person starts it: what comes back after a start and after a
//! key, when, how much of it, and what that costs.
//!
//! A frame is complete when its synchronized update ends. The times are those of the arrival on the other side of the
//! terminal. Starting is held against git, which does next to nothing (`× git`); keys against a program that only gives
//! back what it gets (`× cat`); a commit against `git commit` on the same path.

mod process;
mod session;

use std::fs;
use std::time::Duration;

use crate::clock::{milliseconds, quantile};
use crate::generator::{Generated, Size};
use crate::table::{Row, Table, Target};
use session::{COLUMNS, LINES, Session};

/// What is asked for at a size.
struct Asked {
    companies: usize,
    /// Milliseconds to the whole board.
    first: f64,
    again: f64,
    /// Megabytes at rest.
    resident: f64,
}

const ASKED: [Asked; 2] = [
    Asked { companies: 300, first: 250.0, again: 80.0, resident: 25.0 },
    Asked { companies: 1000, first: 700.0, again: 150.0, resident: 60.0 },
];

/// How long nothing is typed.
const IDLE: Duration = Duration::from_secs(10);

/// Keys sent at once.
const BURST: usize = 200;

const QUIET: Duration = Duration::from_millis(150);

/// After which nothing more is done behind the screen.
const SETTLED: Duration = Duration::from_secs(5);

pub fn terminal(measures: usize, changes: usize, rounds: usize, quick: bool, table: &mut Table) {
    for (number, asked) in ASKED.iter().enumerate() {
        let companies = if quick { 30 << number } else { asked.companies };
        let size = Size { companies, measures };
        let title = format!("{companies} companies, {COLUMNS}x{LINES}");
        measure(&title, &Generated::new(size), asked, rounds, table);
        if number == 0 && changes > 0 {
            let register = Generated::with_history(size, changes);
            starting(&format!("{companies} companies, {changes} commits"), &register, asked, rounds, table);
        }
    }
}

fn measure(title: &str, register: &Generated, asked: &Asked, rounds: usize, table: &mut Table) {
    starting(title, register, asked, rounds, table);
    moving(register, rounds, table);
    deciding(register, rounds, table);
    resting(register, asked, table);
}

fn open(register: &Generated) -> Session {
    let path = register.path();
    Session::start(PROGRAM, &["--on", "2026-11-23"], path)
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_countersign");

/// Stands on the board when it is whole.
const BOARD: &str = "T-1.1 ";

fn starting(title: &str, register: &Generated, asked: &Asked, rounds: usize, table: &mut Table) {
    let [mut git, mut frame, mut first, mut again, mut busy] = [const { Vec::new() }; 5];
    for _ in 0..rounds {
        git.push(milliseconds(Session::start("git", &["rev-parse", "HEAD"], register.path()).end()));
        let whole = |times: &mut Vec<f64>| {
            let mut session = open(register);
            let drawn = session.frame();
            let whole = session.frame_with(BOARD);
            times.push(milliseconds(session.since_start(whole)));
            let busy = session.process().busy();
            session.send("q");
            (milliseconds(session.since_start(drawn)), busy)
        };
        register.forget_cache();
        whole(&mut first);
        let (drawn, spent) = whole(&mut again);
        frame.push(drawn);
        busy.extend(spent);
    }
    let row = |what, times: &[f64], most: f64| {
        Row::time(what, times, Some(Target::Milliseconds(most))).beside(times, &git)
    };
    table.section_beside(title, "git");
    table.push(Row::time("git rev-parse HEAD", &git, None));
    table.push(row("opened: a frame", &frame, 30.0));
    table.push(row("opened for the first time: the whole board", &first, asked.first));
    table.push(row("opened again: the whole board", &again, asked.again));
    table.push(Row::time("opened again: on processors till then", &busy, None));
}

/// Keys that lead around on the board, so that nothing scrolls.
const WALK: [&str; 4] = ["\x1b[B", "\x1b[C", "\x1b[A", "\x1b[D"];

/// Every letter narrows the board anew.
const FILTER: &str = "state:gap,partial due:900d !chapter:T";

fn moving(register: &Generated, rounds: usize, table: &mut Table) {
    let [mut cat, mut keys, mut burst, mut typing] = [const { Vec::new() }; 4];
    let mut most_bytes = 0;
    let mut echo = Session::start("sh", &["-c", "stty raw -echo; echo; exec cat"], register.path());
    echo.quiet(QUIET);
    let mut session = open(register);
    session.frame_with(BOARD);
    session.quiet(QUIET);
    for _ in 0..rounds.div_ceil(2) {
        for key in WALK.iter().flat_map(|key| [key; 4]) {
            let sent = echo.send(key);
            cat.push(milliseconds(echo.answer() - sent));
            let before = session.bytes;
            let sent = session.send(key);
            keys.push(milliseconds(session.frame() - sent));
            most_bytes = most_bytes.max(session.bytes - before);
        }
        for key in ["\x1b[C", "\x1b[D"] {
            let sent = session.send(&key.repeat(BURST));
            burst.push(milliseconds(session.quiet(QUIET) - sent));
        }
        session.send("/");
        session.quiet(QUIET);
        for letter in FILTER.split_inclusive(|_| true) {
            let sent = session.send(letter);
            typing.push(milliseconds(session.frame() - sent));
        }
        // Out of the prompt, out of the filter, and away with what was said about it.
        for keys in ["\x1b", "\x1b", "\x1b[B\x1b[A"] {
            session.send(keys);
            session.quiet(QUIET);
        }
    }
    session.send("q");
    let at_most = |most| Some(Target::Milliseconds(most));
    table.section_beside("  Keys", "cat");
    table.push(Row::time("a key that comes back from cat", &cat, None));
    table.push(Row::time("cursor key to frame, median", &keys, at_most(2.0)).beside(&keys, &cat));
    let slow = |times| [quantile(times, 0.95)];
    let (slow_key, slow_cat) = (slow(&keys), slow(&cat));
    table.push(
        Row::time("cursor key to frame, 95th percentile", &slow_key, at_most(8.0))
            .beside(&slow_key, &slow_cat),
    );
    table.push(Row::bytes("cursor key, the most that is written", most_bytes, 700.0));
    table.push(Row::time("200 cursor keys at once", &burst, at_most(20.0)));
    table.push(Row::time("filter key to frame, median", &typing, at_most(5.0)));
}

fn deciding(register: &Generated, rounds: usize, table: &mut Table) {
    let (clone, by_git) = (register.throw_away_clone(), register.throw_away_clone());
    let [mut git, mut shown] = [const { Vec::new() }; 2];
    let mut session = Session::start(PROGRAM, &["--on", "2026-11-23"], clone.path());
    session.frame_with(BOARD);
    for round in 0..rounds.min(21) {
        let company = format!("company-{round:03}");
        let path = format!("companies/{company}/assessments/S-1.1.toml");
        fs::write(by_git.path().join(&path), "reason = \"None.\"\n".repeat(15)).expect("a file");
        let commit = Session::start("git", &["commit", "-qm", "assess", "-o", "--", &path], by_git.path());
        git.push(milliseconds(commit.end()));
        session.send(&format!("/{company} S-1.1\r"));
        session.frame_with(&format!("only /{company}"));
        session.send("d");
        session.frame_with("Decide");
        session.send("\t\t\tStill. \x13");
        session.frame_with("Enter makes this commit");
        session.quiet(QUIET);
        let sent = session.send("\r");
        shown.push(milliseconds(session.frame_with("Committed") - sent));
        session.quiet(QUIET);
        session.send("\x1b");
        session.quiet(QUIET);
    }
    session.send("q");
    table.section_beside("  Deciding", "git");
    table.push(Row::time("git commit -o PATH", &git, None));
    table.push(
        Row::time("Enter in the preview to the commit shown", &shown, Some(Target::Milliseconds(50.0)))
            .beside(&shown, &git),
    );
}

fn resting(register: &Generated, asked: &Asked, table: &mut Table) {
    table.section("  Resting");
    let most = Target::Megabytes(asked.resident);
    for first in [true, false] {
        if first {
            register.forget_cache();
        }
        let mut session = open(register);
        session.frame_with(BOARD);
        // The work tree is looked through behind the board.
        session.quiet(SETTLED);
        let process = session.process();
        let what = if first { "memory, opened for the first time" } else { "memory, opened again" };
        table.push(Row::memory(what, process.resident(), most));
        table.push(Row::size("its peak", process.peak()));
        if !first {
            let (bytes, busy) = (session.bytes, process.busy());
            session.quiet(IDLE);
            let spent = process.busy().zip(busy).map_or(f64::NAN, |(after, before)| after - before);
            table.push(Row::time(
                "10 s without a key: on processors",
                &[spent],
                Some(Target::Milliseconds(0.0)),
            ));
            table.push(Row::bytes("10 s without a key: written", session.bytes - bytes, 0.0));
        }
        session.send("q");
    }
}
