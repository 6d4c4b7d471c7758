//! A register to play with: the public record replayed as dated commits, and two invented companies beside it.
//!
//! The public record enters by the days it carries and ends as the files that are shipped, byte for byte. What happens
//! at the invented companies is told in `demo/script.toml`, in days before the day the demo is made, so that it never
//! looks out of date. Their judgements are held against the register as it stands at that moment and written like
//! every other decision; one that would be refused panics here, and a test sees to it that none is.
//!
//! Together they show every state a cell can have and every reason for which a judgement is stale (*not yet* only until
//! 2 August 2027, when the Act's last transition ends). Its one finding is the judgement whose evidence is gone.
//!
//! The same binary and the same day give the same commits, to the last hash.

mod catalogue;
mod decided;
mod public_record;
mod register;
mod script;
mod template;

use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};
use jiff::civil::DateTime;
use jiff::tz::Offset;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml_edit::DocumentMut;

use self::register::Register;
use self::script::{Step, What};
use crate::domain::Day;
use crate::error::{Error, Result};
use crate::ledger::{Ledger, Person, replay};
use crate::shipped::{self, ShippedFile};

static DATA: Dir = include_dir!("$CARGO_MANIFEST_DIR/demo");

/// One commit of the demo's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoCommit {
    /// In UTC.
    pub when: DateTime,
    pub author: Author,
    pub message: String,
    pub changes: Changes,
}

/// Each file's path and its content after a commit; `None` removes it.
pub type Changes = Vec<(String, Option<Vec<u8>>)>;

/// Who a commit is by: roles, not people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Author {
    #[serde(rename = "record")]
    PublicRecord,
    #[serde(rename = "desk")]
    ComplianceDesk,
    #[serde(rename = "reader")]
    SecondReader,
}

impl Author {
    pub fn name(self) -> &'static str {
        match self {
            Author::PublicRecord => "Public record",
            Author::ComplianceDesk => "Compliance desk",
            Author::SecondReader => "Second reader",
        }
    }

    pub fn email(self) -> &'static str {
        match self {
            Author::PublicRecord => "record@example.org",
            Author::ComplianceDesk => "desk@example.org",
            Author::SecondReader => "reader@example.org",
        }
    }
}

/// The whole history, oldest first.
///
/// A day before the public record ends counts as the day it ends: a clock that is behind must not put judgements
/// before the facts they rest on.
pub fn commits(today: Day) -> Vec<DemoCommit> {
    let public = public_record::commits();
    let today = public.last().map_or(today, |last| today.max(Day::from(last.when.date())));
    let mut planned: Vec<Planned> = public.into_iter().map(Planned::Commit).collect();
    planned.extend(script::steps().into_iter().map(|step| Planned::Step(step.when(today), step)));
    planned.sort_by_key(Planned::when);
    let mut register = Register::default();
    let commit = |planned| {
        let commit = match planned {
            Planned::Commit(commit) => commit,
            Planned::Step(when, step) => invented(&register, when, &step, today),
        };
        register.apply(&commit.changes);
        commit
    };
    planned.into_iter().map(commit).collect()
}

/// Writes the history into a fresh temporary folder, which stays, and returns it.
///
/// # Errors
/// Where the folder cannot be made or written. Nothing is left behind then.
pub fn make(today: Day) -> Result<PathBuf> {
    let parent = std::env::temp_dir();
    let folder = tempfile::Builder::new().prefix("countersign-demo-").tempdir_in(&parent);
    let folder = folder.map_err(Error::io("make a folder in", parent))?;
    let ledger = Ledger::init(folder.path(), BRANCH)?;
    ledger.replay(BRANCH, commits(today).into_iter().map(replayed))?;
    Ok(folder.keep())
}

/// Where git does not know the user, the demo's own configuration names one, so that a first decision can be committed.
/// True if it had to.
pub fn introduce(folder: &Path) -> Result<bool> {
    let ledger = Ledger::discover(folder)?;
    match ledger.identity() {
        Err(Error::NoIdentity { .. }) => ledger.introduce("Demo user", "demo@example.org").map(|()| true),
        identity => identity.map(|_| false),
    }
}

const BRANCH: &str = "main";

fn replayed(commit: DemoCommit) -> replay::Step {
    let time = Offset::UTC.to_timestamp(commit.when).expect("days before today are within the calendar");
    let (name, email) = (commit.author.name().to_owned(), commit.author.email().to_owned());
    let author = Person { name, email, time_seconds: time.as_second(), offset_minutes: 0 };
    replay::Step { committer: author.clone(), author, message: commit.message, files: commit.changes }
}

enum Planned {
    Commit(DemoCommit),
    Step(DateTime, Step),
}

impl Planned {
    fn when(&self) -> DateTime {
        match self {
            Planned::Commit(commit) => commit.when,
            Planned::Step(when, _) => *when,
        }
    }
}

/// A step of the script as the commit it becomes.
fn invented(register: &Register, when: DateTime, step: &Step, today: Day) -> DemoCommit {
    let (message, changes) = match &step.what {
        What::File(filing) => (filing.message(), filing.changes(today)),
        What::Assess(assess) => decided::decided(register, when, step.by, assess),
    };
    DemoCommit { when, author: step.by, message, changes }
}

/// The files of a folder below `demo/files/`, as paths of the register.
fn files(folder: &str) -> Vec<(String, &'static str)> {
    let found = DATA.get_dir(format!("files/{folder}"));
    let found = found.unwrap_or_else(|| panic!("demo/files/{folder} is missing"));
    let path = |path: &str| path.replacen(&format!("files/{folder}"), "companies", 1);
    let as_text = |bytes| std::str::from_utf8(bytes).expect("the demo's files are text");
    shipped::files_below(found).map(|(found, bytes)| (path(found), as_text(bytes))).collect()
}

/// A shipped file, put in place as it is.
fn whole((path, bytes): &ShippedFile) -> (String, Option<Vec<u8>>) {
    (path.clone(), Some(bytes.to_vec()))
}

/// A shipped TOML file, to be changed without touching the rest of it.
fn document(bytes: &[u8]) -> DocumentMut {
    std::str::from_utf8(bytes).ok().and_then(|text| text.parse().ok()).expect(READ_BY_A_TEST)
}

/// A data file of the demo as values.
fn data<T: DeserializeOwned>(name: &str) -> T {
    toml::from_str(text(name)).unwrap_or_else(|error| panic!("demo/{name}: {error}"))
}

fn text(name: &str) -> &'static str {
    let file = DATA.get_file(name).and_then(|file| file.contents_utf8());
    file.unwrap_or_else(|| panic!("demo/{name} is missing"))
}

/// Why embedded data can be relied on.
const READ_BY_A_TEST: &str = "the shipped data is read without a finding by a test";
