//! The audit on real repositories: what each kind of tampering leaves behind is named, and honest work is not.

mod cases;
mod filed;
mod honest;
mod left_out;
#[cfg(unix)]
mod once;
mod recorded;
mod sides;
pub mod signatures;
mod tampering;
mod undone;
mod verify;
mod witness;

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use countersign::analysis::Draft;
use countersign::analysis::audit::{Finding, Results};
use countersign::analysis::decision::{self, Cited};
use countersign::domain::catalogue::hex;
use countersign::domain::{Day, Slot, Status};
use countersign::register::{At, Range, Register};
use sha2::{Digest, Sha256};

use crate::fixture;
use crate::ledger::world::{Kind, World, command};

/// Halyard's judgement on S-1.1, the one most cases are about.
pub const CELL: &str = "companies/halyard/assessments/S-1.1.toml";
pub const DOCUMENT: &str = "companies/halyard/evidence/minutes.txt";
pub const MINUTES: &str = "Trigger points were adopted.\n";
/// Later than every commit of the fixed world.
pub const LATER: &str = "2026-11-20T12:00:00+01:00";

/// The small register with a document and no judgement yet, in a repository of the first desk's.
pub struct Case {
    pub world: World,
}

impl Case {
    pub fn new() -> Case {
        Case::of(Kind::Libgit2)
    }

    pub fn of(kind: Kind) -> Case {
        let case = Case { world: World::empty(kind) };
        copy(&fixture::tests().join("register"), &case.world.path);
        case.world.write(DOCUMENT, MINUTES);
        case.world.write("companies/halyard/evidence/minutes.toml", minutes(MINUTES));
        case.commit("register: begin");
        case
    }

    /// With Halyard's S-1.1 judged a gap, the ordinary way.
    pub fn decided(kind: Kind) -> Case {
        let case = Case::of(kind);
        case.decide("halyard S-1.1", Status::Gap);
        case
    }

    /// Records a judgement as the screen and the command line do; one that is not a gap rests on the minutes.
    pub fn decide(&self, cell: &str, status: Status) {
        self.decide_because(cell, status, "So far.");
    }

    pub fn decide_because(&self, cell: &str, status: Status, reason: &str) {
        let (company, slot) = cell.split_once(' ').unwrap();
        let slot: Slot = slot.parse().unwrap();
        let register = self.register();
        let snapshot = register.snapshot(&At::Head).unwrap();
        let minutes = Cited { id: "minutes".parse().unwrap(), at: None, quote: None };
        let draft = Draft {
            status: Some(status),
            reason: reason.to_owned(),
            evidence: if status == Status::Gap { Vec::new() } else { vec![minutes] },
            ..Draft::default()
        };
        let change = decision::decide(&snapshot, today(), &company.parse().unwrap(), &slot, &draft).unwrap();
        let prepared = register.prepare(&snapshot, &change).unwrap();
        register.commit(prepared).unwrap();
    }

    pub fn register(&self) -> Register {
        Register::open(&self.world.path).unwrap()
    }

    /// Commits everything in the work tree, past Countersign.
    pub fn commit(&self, message: &str) {
        self.world.git(["add", "--all"]);
        self.world.git(["commit", "-qm", message]);
    }

    /// Replaces a part of a file that must be there.
    pub fn edit(&self, path: &str, now: &str, then: &str) {
        let text = self.world.read(path);
        assert!(text.contains(now), "{path} has no {now}");
        self.world.write(path, text.replace(now, then));
    }

    pub fn git<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> String {
        self.world.git(arguments)
    }

    /// git at another time than the world's.
    pub fn git_at<S: AsRef<OsStr>>(&self, time: &str, arguments: impl IntoIterator<Item = S>) {
        let dated = |key| (key, time);
        let output = command(&self.world.path, arguments)
            .envs(["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"].map(dated))
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    pub fn message(&self) -> String {
        self.git(["log", "-1", "--format=%B"])
    }

    pub fn results(&self) -> Results {
        audit(&self.register(), &Range::default())
    }

    /// The classes that were found, with the subject of the commit and the file or nothing.
    pub fn found(&self) -> Vec<(&'static str, String)> {
        let about = |finding: &Finding| (finding.class.key(), finding.path.clone().unwrap_or_default());
        self.results().findings.iter().map(about).collect()
    }

    /// That the audit finds exactly these classes, the newest commit's first.
    #[track_caller]
    pub fn assert_found(&self, classes: &[&str]) {
        let results = self.results();
        let found: Vec<&str> = results.findings.iter().map(|finding| finding.class.key()).collect();
        assert_eq!(found, classes, "{:#?}", results.findings);
    }
}

pub fn audit(register: &Register, range: &Range) -> Results {
    let audit = register.audit(range).unwrap();
    let mut results = Results::new(audit.continuity(), &audit.head(), today());
    for deed in audit.deeds() {
        results.add(&deed.unwrap());
    }
    results
}

pub fn today() -> Day {
    "2026-11-20".parse().unwrap()
}

/// The evidence file of a document with this text.
pub fn minutes(text: &str) -> String {
    let digest = hex(&Sha256::digest(text));
    format!(
        "title = \"Minutes of the board\"\nkind = \"governance\"\nfile = \"minutes.txt\"\nsha256 = \"{digest}\"\n\
         bears-on = [\"S-1\"]\naccess = \"internal\"\nchecked = \"A\"\nsource = \"made up\"\n"
    )
}

/// Copies a folder, but no judgement.
fn copy(from: &Path, to: &Path) {
    copy_but(Some("assessments"), from, to);
}

/// Copies a folder with all that is in it.
pub fn copy_all(from: &Path, to: &Path) {
    copy_but(None, from, to);
}

fn copy_but(left_out: Option<&str>, from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_file() {
            fs::copy(&source, &target).unwrap();
        } else if left_out.is_none_or(|name| entry.file_name() != name) {
            copy_but(left_out, &source, &target);
        }
    }
}
