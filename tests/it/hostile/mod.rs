//! Repositories made by somebody who means harm: opened by the real program, which must end by itself, in time, within
//! its memory, without a byte that a terminal would obey, and without starting anything.

mod contents;
mod damage;
mod programs;
mod text;
mod trees;
mod trust;

use std::fs::{self, File};
use std::io::{Read, Seek};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use countersign::domain::visible;

/// How a run of the program ended.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
    /// The most memory it had at any time, where the system tells.
    pub peak_bytes: u64,
}

/// Far more than a run takes, because the machine may be busy: only what hangs reaches it.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs the program on a register away from the machine's settings, and sees that it neither died nor hung nor printed
/// anything that a terminal would obey or a reader not see.
#[track_caller]
pub fn countersign(register: &Path, arguments: &[&str]) -> Run {
    countersign_with(register, arguments, |_| {})
}

#[track_caller]
pub fn countersign_with(register: &Path, arguments: &[&str], prepare: impl FnOnce(&mut Command)) -> Run {
    let beside = register.parent().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command
        .args(arguments)
        .current_dir(beside)
        .env("COUNTERSIGN_REGISTER", register)
        .env("HOME", beside.join("home"))
        .env("XDG_CONFIG_HOME", beside.join("home"))
        .env("XDG_STATE_HOME", beside.join("state"))
        .env("TZ", "UTC");
    prepare(&mut command);
    let (mut stdout, mut stderr) = (tempfile::tempfile().unwrap(), tempfile::tempfile().unwrap());
    command.stdin(Stdio::null()).stdout(stdout.try_clone().unwrap()).stderr(stderr.try_clone().unwrap());
    let (status, peak_bytes) = wait(command.spawn().unwrap(), arguments);
    let run = Run {
        code: status.code().unwrap_or(-1),
        stdout: text(&mut stdout),
        stderr: text(&mut stderr),
        peak_bytes,
    };
    assert!((0..=2).contains(&run.code), "{arguments:?} died: {status}\n{}", run.stderr);
    for (stream, text) in [("stdout", &run.stdout), ("stderr", &run.stderr)] {
        let steers = |line: &&str| line.contains(visible::is_hidden);
        let found = text.split('\n').find(steers);
        assert_eq!(
            found.map(str::escape_debug).map(|line| line.to_string()),
            None,
            "{arguments:?} to {stream}"
        );
    }
    run
}

/// Every view, as text and as values.
const VIEWS: [&[&str]; 27] = [
    &["show"],
    &["show", "--csv"],
    &["show", "--json"],
    &["show", "halyard"],
    &["show", "S-1.1"],
    &["show", "halyard", "S-1.1"],
    &["show", "halyard", "S-1.1", "--csv"],
    &["show", "--worktree"],
    &["gaps"],
    &["gaps", "--csv"],
    &["compare"],
    &["compare", "halyard", "lodestar"],
    &["compare", "halyard", "lodestar", "--csv"],
    &["log"],
    &["log", "--csv"],
    &["check"],
    &["check", "--csv"],
    &["check", "--worktree"],
    &["check", "--base", "HEAD~1"],
    &["check", "--format", "sarif"],
    &["check", "--format", "junit"],
    &["check", "--format", "github"],
    &["check", "--format", "gitlab"],
    &["audit"],
    &["audit", "--csv"],
    &["verify", "halyard"],
    &["trust"],
];

/// Keys that lead to every screen: the board, one company, one cell, its trail and a commit, a measure, two blocks, two
/// companies, findings, audit, the form, help, and another revision.
const KEYS: [&str; 13] = [
    "",
    "/halyard<enter>p",
    "/halyard S-1.1<enter><enter>",
    "/halyard S-1.1<enter>t",
    "/halyard S-1.1<enter>t<enter>",
    "m",
    "s",
    "/halyard<enter>clode<enter>",
    "!",
    "a",
    "/halyard S-1.1<enter>d<tab><tab>x<ctrl-s>",
    "?",
    "@HEAD<enter>",
];

/// The most memory a look may take: what an ordinary register takes is a tenth of it.
const MEMORY_BYTES: u64 = 200 * 1024 * 1024;

/// Looks at a register in every way there is. Whether it can be shown is another question: that nothing dies, hangs,
/// steers or swells is what [`countersign`] and this see to.
#[track_caller]
pub fn look_around(register: &Path) {
    for view in VIEWS {
        look(register, view);
    }
    for keys in KEYS {
        look(register, &["picture", "--size", "100x40", "--on", "2026-11-20", "--keys", keys]);
    }
}

#[track_caller]
fn look(register: &Path, arguments: &[&str]) {
    let Run { peak_bytes, .. } = countersign(register, arguments);
    assert!(peak_bytes < MEMORY_BYTES, "{arguments:?} took {peak_bytes} bytes");
}

#[track_caller]
fn wait(mut child: Child, arguments: &[&str]) -> (ExitStatus, u64) {
    let start = Instant::now();
    let mut peak_bytes = 0;
    loop {
        peak_bytes = peak(&child).unwrap_or(0).max(peak_bytes);
        if let Some(status) = child.try_wait().unwrap() {
            return (status, peak_bytes);
        }
        if start.elapsed() > PATIENCE {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("{arguments:?} did not end within {PATIENCE:?}");
        }
        thread::sleep(Duration::from_millis(2));
    }
}

/// The system's own high-water mark: proc_pid_status(5).
///
/// A child that is only about to become the program still has this process's memory, so it has to be the program first.
fn peak(child: &Child) -> Option<u64> {
    let program = fs::read_link(format!("/proc/{}/exe", child.id())).ok()?;
    if program != fs::canonicalize(env!("CARGO_BIN_EXE_countersign")).ok()? {
        return None;
    }
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

/// What was printed. That it is UTF-8 is part of the promise.
fn text(file: &mut File) -> String {
    file.rewind().unwrap();
    let mut text = String::new();
    file.read_to_string(&mut text).unwrap();
    text
}
