//! Fetching and pushing, between two desks and a copy of the register that both use.

mod screen;
mod servers;
mod sharing;
mod trusted;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::audit::Case;
use crate::ledger::world::{Kind, git_in};

/// A bare repository, and a clone of it for each of two desks.
pub struct Desks {
    pub case: Case,
    pub hub: PathBuf,
    pub first: PathBuf,
    pub second: PathBuf,
}

impl Desks {
    pub fn new(kind: Kind) -> Desks {
        let case = Case::of(kind);
        let hub = case.world.clone("hub.git", &["--bare"]);
        let desk = |name: &str| {
            let path = case.world.beside(name);
            let format = kind.ref_format();
            git_in(&case.world.path, ["clone", "-q", format, hub.to_str().unwrap(), path.to_str().unwrap()]);
            git_in(&path, ["config", "user.name", &format!("{name} desk")]);
            git_in(&path, ["config", "user.email", &format!("{name}@example.org")]);
            path
        };
        let (first, second) = (desk("first"), desk("second"));
        Desks { case, hub, first, second }
    }
}

/// The program on a clone, away from the machine's settings.
pub fn run(clone: &Path, arguments: &[&str]) -> Output {
    program(clone, arguments).output().unwrap()
}

pub fn program(clone: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command
        .args(arguments)
        .env("COUNTERSIGN_REGISTER", clone)
        .env("XDG_STATE_HOME", clone.parent().unwrap().join("state"))
        .stdin(std::process::Stdio::null());
    command
}

/// What it printed; it must have gone well.
#[track_caller]
pub fn done(clone: &Path, arguments: &[&str]) -> String {
    let output = run(clone, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", said(&output));
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
pub fn document(clone: &Path, arguments: &[&str]) -> Value {
    serde_json::from_str(&done(clone, &[arguments, &["--json"]].concat())).unwrap()
}

/// What it said when it refused.
#[track_caller]
pub fn refused(clone: &Path, arguments: &[&str]) -> String {
    let output = run(clone, arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", said(&output));
    said(&output)
}

pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Records a gap.
#[track_caller]
pub fn assess(clone: &Path, company: &str, measure: &str, reason: &str) {
    done(clone, &["assess", company, measure, "--status", "gap", "--reason", reason, "--yes"]);
}

pub fn head(repository: &Path) -> String {
    git_in(repository, ["rev-parse", "main"])
}
