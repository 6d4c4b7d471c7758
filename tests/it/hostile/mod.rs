//! Repositories made by somebody who means harm: opened by the real program, which must end by itself, in time, within
//! its memory, without a byte that a terminal would obey, and without starting anything.
//!
//! Time is that of the processor, which a busy machine hardly changes; what hangs without using it runs into
//! [`PATIENCE`]. What each case takes above an ordinary register is printed, so that this is a table of all of them:
//!
//! ```sh
//! COUNTERSIGN_TEST_FULL_SIZE=1 cargo test --release --test it hostile:: -- --nocapture | grep 'above the ordinary'
//! ```

mod contents;
mod damage;
pub mod forge;
mod multiplied;
mod parts;
mod programs;
#[cfg(unix)]
mod shown;
#[cfg(unix)]
mod strange;
pub mod text;
mod trees;
pub mod trust;

use std::fs::{self, File};
use std::io::{Read, Seek};
use std::panic::Location;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::LazyLock;
use std::thread;
use std::time::{Duration, Instant};

use countersign::domain::visible;
use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

use crate::audit::Case;

/// How a run of the program ended.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
    pub cost: Cost,
}

/// What a run took, where the system tells; else nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// What somebody waits for it: by the clock, or the processors' in this process and those it waited for, whichever is
    /// less. A busy machine lengthens the one, several threads the other.
    seconds: f64,
    /// The most memory it had at any time.
    peak_bytes: u64,
}

impl Cost {
    fn or_more(self, other: Cost) -> Cost {
        Cost { seconds: self.seconds.max(other.seconds), peak_bytes: self.peak_bytes.max(other.peak_bytes) }
    }
}

/// Far more than a run takes, because the machine may be busy: only what hangs reaches it.
const PATIENCE: Duration = Duration::from_secs(300);

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
    let (status, cost) = wait(command.spawn().unwrap(), arguments);
    let code = status.code().unwrap_or(-1);
    let run = Run { code, stdout: text(&mut stdout), stderr: text(&mut stderr), cost };
    assert!((0..=2).contains(&run.code), "{arguments:?} died: {status}\n{}", run.stderr);
    for (stream, text) in [("stdout", &run.stdout), ("stderr", &run.stderr)] {
        assert_eq!(steering(text), None, "{arguments:?} to {stream}");
    }
    run
}

/// A line of what was printed or drawn that a terminal would obey, or in which a reader does not see all there is.
pub fn steering(text: &str) -> Option<String> {
    let steers = |line: &&str| {
        line.contains(visible::is_hidden) || text::SILENCED.iter().any(|left| line.contains(left))
    };
    text.split('\n').find(steers).map(|line| line.escape_debug().to_string())
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

/// How much longer a look may take than at an ordinary register, and how much more memory. Without optimisation all takes
/// several times as long.
const SECONDS_ABOVE: f64 = if cfg!(debug_assertions) { 40.0 } else { 1.0 };
const BYTES_ABOVE: u64 = 200 * 1000 * 1000;

/// The most that any look at an ordinary register takes.
static ORDINARY: LazyLock<Cost> = LazyLock::new(|| {
    let case = Case::new();
    let cost = |look: Vec<&str>| countersign(&case.world.path, &look).cost;
    looks().map(cost).fold(Cost::default(), Cost::or_more)
});

/// Every view and every screen.
fn looks() -> impl Iterator<Item = Vec<&'static str>> {
    let picture = |keys| vec!["picture", "--size", "100x40", "--on", "2026-11-20", "--keys", keys];
    VIEWS.into_iter().map(<[&str]>::to_vec).chain(KEYS.into_iter().map(picture))
}

/// Looks at a register in every way there is. Whether it can be shown is another question: that nothing dies, hangs,
/// steers or swells is what [`countersign`] and this see to.
#[track_caller]
pub fn look_around(register: &Path) {
    look_at(register, &looks().collect::<Vec<_>>());
}

/// The same in some ways only.
#[track_caller]
fn look_at(register: &Path, looks: &[impl AsRef<[&'static str]>]) {
    look_within(SECONDS_ABOVE, register, looks);
}

/// The same where every commit is looked into, which takes the longer the more there are, and tells how far it is.
#[track_caller]
fn look_through(register: &Path, looks: &[impl AsRef<[&'static str]>]) {
    look_within(f64::INFINITY, register, looks);
}

#[track_caller]
fn look_within(seconds_above: f64, register: &Path, looks: &[impl AsRef<[&'static str]>]) {
    let mut most = Cost::default();
    for arguments in looks.iter().map(AsRef::as_ref) {
        let cost = countersign(register, arguments).cost;
        let seconds = cost.seconds - ORDINARY.seconds;
        let bytes = cost.peak_bytes.saturating_sub(ORDINARY.peak_bytes);
        assert!(
            seconds < seconds_above,
            "{arguments:?} took {seconds:.1} s more than at an ordinary register"
        );
        assert!(bytes < BYTES_ABOVE, "{arguments:?} took {bytes} bytes more than at an ordinary register");
        most = most.or_more(Cost { seconds, peak_bytes: bytes });
    }
    println!(
        "{:5.2} s {:4} MB above the ordinary: {}, line {}",
        most.seconds,
        most.peak_bytes / 1_000_000,
        thread::current().name().unwrap_or_default(),
        Location::caller().line()
    );
}

#[track_caller]
fn wait(mut child: Child, arguments: &[&str]) -> (ExitStatus, Cost) {
    let start = Instant::now();
    let id = Pid::from_child(&child);
    // It stays to be asked what it took.
    let ended = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    let mut peak_bytes = 0;
    while waitid(WaitId::Pid(id), ended).unwrap().is_none() {
        peak_bytes = peak(&child).unwrap_or(0).max(peak_bytes);
        if start.elapsed() > PATIENCE {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("{arguments:?} did not end within {PATIENCE:?}");
        }
        thread::sleep(Duration::from_millis(2));
    }
    let by_the_clock = start.elapsed().as_secs_f64();
    let cost = Cost { seconds: seconds(&child).unwrap_or(0.0).min(by_the_clock), peak_bytes };
    (child.wait().unwrap(), cost)
}

/// The processor's time in itself and its children, of its own and the system's: proc_pid_stat(5).
fn seconds(child: &Child) -> Option<f64> {
    let stat = fs::read_to_string(format!("/proc/{}/stat", child.id())).ok()?;
    let (_, behind_the_name) = stat.rsplit_once(')')?;
    let ticks = behind_the_name.split_whitespace().skip(11).take(4).map(str::parse::<u64>);
    // Linux counts a hundred of them a second wherever it runs.
    Some(ticks.sum::<Result<u64, _>>().ok()? as f64 / 100.0)
}

/// The system's own high-water mark of the program and what it starts: proc_pid_status(5).
///
/// A child that is only about to become the program still has this process's memory, so it has to be the program first.
fn peak(child: &Child) -> Option<u64> {
    let program = fs::read_link(format!("/proc/{}/exe", child.id())).ok()?;
    if program != fs::canonicalize(env!("CARGO_BIN_EXE_countersign")).ok()? {
        return None;
    }
    peak_of(child.id())
}

/// The most that it or anything it started had.
fn peak_of(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    let threads = fs::read_dir(format!("/proc/{process}/task")).ok()?.flatten();
    let children = threads.filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    let children: String = children.collect();
    let peaks = children.split_whitespace().filter_map(|child| peak_of(child.parse().ok()?));
    Some(peaks.fold(kibibytes * 1024, u64::max))
}

/// What was printed. That it is UTF-8 is part of the promise.
fn text(file: &mut File) -> String {
    file.rewind().unwrap();
    let mut text = String::new();
    file.read_to_string(&mut text).unwrap();
    text
}
