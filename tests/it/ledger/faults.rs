//! The real program killed at any moment and at every system call, and on a disk that fails: a decision is in the
//! history whole or not at all, and the next writer finds nothing of the one that died.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::Instant;

use countersign::register::Register;

use super::crashes::wait_for_orphans;
use super::world::{Kind, in_every_kind};
use super::writing::assert_sound_elsewhere;
use crate::audit::{CELL, Case};
use crate::full_size;

in_every_kind! { killed_at_random }

/// A register that is decided on again and again, by programs that may not live to tell.
struct Struck {
    case: Case,
    /// Decisions that are known to be in the history.
    commits: usize,
    round: usize,
}

/// How a run of the program ended, and what it had said.
struct Ended {
    status: ExitStatus,
    said: String,
}

impl Struck {
    fn new(kind: Kind) -> Struck {
        Struck { case: Case::of(kind), commits: 1, round: 0 }
    }

    fn path(&self) -> &Path {
        &self.case.world.path
    }

    /// The next decision, by the program or by another one that runs it.
    fn assess(&mut self, wrapper: &[&str]) -> Command {
        self.round += 1;
        let program = env!("CARGO_BIN_EXE_countersign");
        let words = [wrapper, &[program, "assess", "halyard", "S-1.1", "--status", "gap", "--yes"]].concat();
        let mut command = Command::new(words[0]);
        command
            .args(&words[1..])
            .args(["--on", "2026-11-20", &format!("--reason=Round {}.", self.round)])
            .env("COUNTERSIGN_REGISTER", self.path())
            .stdin(Stdio::null());
        command
    }

    fn run(&mut self, wrapper: &[&str]) -> Ended {
        let output = self.assess(wrapper).output().unwrap();
        Ended { status: output.status, said: String::from_utf8_lossy(&output.stderr).into_owned() }
    }

    /// Opens the register as the next program does, and holds everything against what was acknowledged.
    #[track_caller]
    fn look(&mut self, acknowledged: bool, what: &str) {
        wait_for_orphans(self.path());
        Register::open(self.path()).unwrap().recover().unwrap();
        let commits: usize = self.case.git(["rev-list", "--count", "HEAD"]).parse().unwrap();
        let made = commits - self.commits;
        assert!(made == 1 || made == 0 && !acknowledged, "{what}: {made} commits, told: {acknowledged}");
        self.commits = commits;
        assert_eq!(self.case.git(["status", "--porcelain"]), "", "{what}");
        let text = self.case.git(["show", &format!("HEAD:{CELL}")]);
        assert_eq!(text.contains(&format!("Round {}.", self.round)), made == 1, "{what}");
        let git_dir = self.path().join(".git");
        for left in ["index.lock", "HEAD.lock", "refs/heads/main.lock", "countersign/commit/journal"] {
            assert!(!git_dir.join(left).exists(), "{what}: {left} is left");
        }
        let beside = self.path().join(CELL).with_file_name(".S-1.1.toml.countersign~");
        assert!(!beside.exists(), "{what}: a half-written file is left");
    }

    /// At the end: sound down to the last object, and the next decision is made as if nothing had been.
    #[track_caller]
    fn finish(mut self) {
        let ended = self.run(&[]);
        assert!(ended.status.success(), "{}", ended.said);
        self.look(true, "at the end");
        assert_sound_elsewhere(&self.case.world);
        self.case.assert_found(&[]);
    }
}

/// Kills the program after a part of the time it takes: another part each time, spread evenly over all of it.
fn killed_at_any_moment(kind: Kind, times: usize) {
    const GOLDEN_RATIO: f64 = 0.618_033_988_749_895;
    let mut register = Struck::new(kind);
    // The first decision makes more than those after it.
    assert!(register.run(&[]).status.success());
    register.look(true, "unharmed");
    let begin = Instant::now();
    assert!(register.run(&[]).status.success());
    register.look(true, "unharmed");
    let usual = begin.elapsed();
    let mut killed = 0;
    for time in 0..times {
        let moment = usual.mul_f64((time as f64 * GOLDEN_RATIO).fract());
        let mut program = register.assess(&[]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(moment);
        program.kill().unwrap();
        let status = program.wait().unwrap();
        killed += usize::from(status.code().is_none());
        register.look(status.success(), &format!("killed after {moment:?}"));
    }
    println!("{kind:?}: killed {killed} of {times} times");
    assert!(killed > 0);
    register.finish();
}

fn killed_at_random(kind: Kind) {
    let times = match kind {
        _ if !full_size() => 4,
        Kind::Libgit2 => 1000,
        _ => 250,
    };
    killed_at_any_moment(kind, times);
}

/// System calls that change files. Where the system does not know one, strace leaves it out.
const FILE_CHANGING: &str = "trace=?creat,?link,linkat,?rename,renameat,?renameat2,?unlink,unlinkat,?rmdir,?mkdir,\
                             mkdirat,ftruncate,write,pwrite64,writev,fsync,fdatasync,?chmod,fchmod,fchmodat,utimensat";

const FAULTS: [&str; 6] =
    ["signal=KILL", "error=ENOSPC", "error=EIO", "error=EACCES", "error=EXDEV", "error=EINTR"];

/// Runs the program with a fault at each of its file-changing calls, or at every `step`th, other ones for each fault.
fn struck_at_system_calls(kind: Kind, step: usize) {
    let can_trace = Command::new("strace").args(["-qq", "-e", "trace=none", "true"]).output();
    if !can_trace.is_ok_and(|output| output.status.success()) {
        println!("skipped: strace is not there, or may not trace");
        return;
    }
    let mut register = Struck::new(kind);
    assert!(register.run(&[]).status.success());
    register.look(true, "unharmed");
    let calls = register.calls();
    for (at, fault) in FAULTS.into_iter().enumerate() {
        let struck: usize = calls
            .iter()
            .skip(at % step)
            .step_by(step)
            .map(|call| usize::from(register.strike(call, fault)))
            .sum();
        println!("{kind:?}: {fault} at {struck} of {} calls", calls.len());
        assert!(struck > 0);
    }
    register.finish();
}

/// One of the program's system calls: the how-manieth of its name, as strace counts.
struct Call {
    name: String,
    nth: usize,
}

impl Struck {
    fn trace(&self) -> PathBuf {
        self.case.world.beside("trace")
    }

    /// The file-changing calls of a run nothing happens to, in order.
    fn calls(&mut self) -> Vec<Call> {
        let trace = self.trace();
        let ended = self.run(&["strace", "-o", trace.to_str().unwrap(), "-e", FILE_CHANGING, "--"]);
        assert!(ended.status.success(), "{}", ended.said);
        self.look(true, "traced");
        let mut calls: Vec<Call> = Vec::new();
        for line in fs::read_to_string(trace).unwrap().lines() {
            let Some((name, _)) = line.split_once('(') else { continue };
            let nth = calls.iter().filter(|call| call.name == name).count() + 1;
            calls.push(Call { name: name.to_owned(), nth });
        }
        calls
    }

    /// Runs the program with a fault at this call; whether it met it.
    fn strike(&mut self, Call { name, nth }: &Call, fault: &str) -> bool {
        let trace = self.trace();
        let inject = format!("inject={name}:{fault}:when={nth}");
        let strace = ["strace", "-o", trace.to_str().unwrap(), "-e", FILE_CHANGING, "-e", &inject, "--"];
        let Ended { status, said } = self.run(&strace);
        let what = format!("{fault} at {name} {nth}\n{said}");
        if status.code().is_some() {
            assert!(matches!(status.code(), Some(0 | 2)), "{what}");
            assert!(!said.contains("panicked"), "{what}");
            assert!(status.success() || said.contains("error: ") && said.contains("hint: "), "{what}");
        }
        self.look(status.success(), &what);
        status.code().is_none() || fs::read_to_string(trace).unwrap().contains("(INJECTED)")
    }
}

#[test]
fn struck_at_system_calls_of_both_stores() {
    for (kind, few) in [(Kind::Libgit2, 17), (Kind::ReftableSha256, 61)] {
        struck_at_system_calls(kind, if full_size() { 1 } else { few });
    }
}
