//! What a view is made from: which register, at which revision, judged on which day.

use std::path::PathBuf;

use clap::Args;

use super::output;
use crate::analysis::audit::Grades;
use crate::analysis::check::{State, Verdict};
use crate::analysis::filter::Mistake;
use crate::analysis::{Board, Filter, saved};
use crate::domain::{Day, Snapshot};
use crate::error::{Error, Result};
use crate::register::{At, Range, Register};
use crate::report::{self, Origin, Page, Report};

/// Which register.
#[derive(Debug, Args)]
pub struct Where {
    /// The register: a folder inside its git repository
    #[arg(
        short = 'C',
        long = "register",
        value_name = "PATH",
        default_value = ".",
        env = "COUNTERSIGN_REGISTER",
        hide_env_values = true
    )]
    path: PathBuf,
}

impl Where {
    pub fn open(&self) -> Result<Register> {
        Register::open(&self.path)
    }

    /// Opens it on a branch, if one is named.
    pub fn open_on(&self, branch: Option<&str>) -> Result<Register> {
        match branch {
            Some(branch) => self.open()?.on_branch(branch),
            None => self.open(),
        }
    }

    /// Opens it to commit to it: on a branch, if one is named. What a writer that died left is put right first.
    pub fn open_to_write(&self, branch: Option<&str>) -> Result<Register> {
        let register = self.open()?;
        register.recover()?.iter().for_each(|put_right| output::say("note", put_right));
        match branch {
            Some(branch) => register.on_branch(branch),
            None => Ok(register),
        }
    }
}

/// Which revision, and which day.
#[derive(Debug, Args)]
pub struct When {
    /// A branch, tag or commit, or a day: the last commit of that day [default: HEAD]
    #[arg(long, value_name = "REV")]
    at: Option<String>,
    /// The files in the work tree, committed or not
    #[arg(long, conflicts_with = "at")]
    worktree: bool,
    /// The day that staleness and deadlines are judged by [default: today]
    #[arg(long, value_name = "DAY")]
    on: Option<Day>,
}

impl When {
    pub fn at(&self) -> At {
        match &self.at {
            _ if self.worktree => At::WorkTree,
            Some(revision) => At::Revision(revision.clone()),
            None => At::Head,
        }
    }

    pub fn day(&self) -> Day {
        self.on.unwrap_or_else(today)
    }
}

/// Today where the user is.
pub fn today() -> Day {
    jiff::ZonedDateTime::now().date().into()
}

#[derive(Debug, Args)]
pub struct Reading {
    #[command(flatten)]
    register: Where,
    #[command(flatten)]
    when: When,
}

/// Which cells.
#[derive(Debug, Args)]
pub struct Narrowing {
    /// Only cells that match: words, and fields such as `state:gap !company:meta due:30d`
    #[arg(long, value_name = "FILTER", default_value = "", hide_default_value = true)]
    filter: String,
}

impl Narrowing {
    pub fn filter(&self, snapshot: &Snapshot) -> Result<Filter> {
        filter(&self.filter, snapshot)
    }

    /// The cells that match, and the companies and measures that have one.
    pub fn board(&self, opened: &Opened) -> Result<Board> {
        Ok(self.filter(&opened.snapshot)?.board(&opened.snapshot, &opened.board()))
    }
}

/// Whether decisions are shown with their reviews.
#[derive(Debug, Args)]
pub struct Reviews {
    /// Say of each decision how well its review is proved; this audits the history
    #[arg(long)]
    reviews: bool,
}

impl Reviews {
    /// The review that each commit went through which led to a state, where that is asked for.
    pub fn of(&self, opened: &Opened) -> Result<Option<Grades>> {
        let until = match &opened.at {
            At::Revision(revision) => Some(revision.clone()),
            _ => None,
        };
        let grades = || Grades::of_all(opened.register.audit(&Range { since: None, until })?.deeds());
        self.reviews.then(grades).transpose()
    }
}

/// A filter as it is typed.
pub fn filter(text: &str, snapshot: &Snapshot) -> Result<Filter> {
    Filter::read(text, snapshot).map_err(|mistakes| {
        let words = |mistake: &Mistake| mistake.pointed_at(text);
        Error::BadFilter { mistakes: mistakes.iter().map(words).collect() }
    })
}

/// A register opened at one revision, to be judged on one day.
pub struct Opened {
    pub register: Register,
    pub at: At,
    pub snapshot: Snapshot,
    pub day: Day,
}

impl Reading {
    /// Opens the register, and says on stderr what the view will not show.
    pub fn open(&self) -> Result<Opened> {
        self.open_at(self.when.at())
    }

    /// The same for another state than the options name.
    pub fn open_at(&self, at: At) -> Result<Opened> {
        let register = self.register.open()?;
        let snapshot = register.snapshot(&at)?;
        let of_views = saved::findings(&snapshot);
        let snapshot = snapshot.with_findings(of_views);
        let opened = Opened { register, at, snapshot, day: self.when.day() };
        opened.mention_uncommitted();
        Ok(opened)
    }
}

impl Opened {
    pub fn board(&self) -> Board {
        Board::new(&self.snapshot, self.day)
    }

    /// Files that cannot be read are missing from a view, and a view says so.
    pub fn mention_findings(&self) {
        let check = match &self.at {
            At::Head => "countersign check".to_owned(),
            At::Revision(revision) => format!("countersign check --at {revision}"),
            At::WorkTree => "countersign check --worktree".to_owned(),
            At::Staged => "countersign check --staged".to_owned(),
        };
        let verdict = Verdict::of(State::without_documents(&self.snapshot, self.day));
        match verdict.findings.len() {
            0 => {}
            1 => output::say("note", &format!("the register has 1 finding; `{check}` shows it")),
            count => output::say("note", &format!("the register has {count} findings; `{check}` lists them")),
        }
    }

    fn mention_uncommitted(&self) {
        if self.at != At::Head {
            return;
        }
        match self.register.uncommitted().map(|paths| paths.len()) {
            Err(error) => {
                output::say("note", &format!("whether anything is uncommitted cannot be seen: {error}"))
            }
            Ok(0) => {}
            Ok(1) => {
                output::say("note", "1 file has uncommitted edits, which are left out; --worktree reads them")
            }
            Ok(count) => output::say(
                "note",
                &format!("{count} files have uncommitted edits, which are left out; --worktree reads them"),
            ),
        }
    }
}

/// What a view is printed as.
#[derive(Debug, Args)]
pub struct Form {
    /// Print JSON, the same for the same commit and day
    #[arg(long)]
    pub json: bool,
    /// Print comma-separated values
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
    /// Print Markdown
    #[arg(long, conflicts_with_all = ["json", "csv"])]
    pub markdown: bool,
    /// Print lines instead of tables, each value with its name: for screen readers and braille
    #[arg(long, conflicts_with_all = ["json", "csv", "markdown"])]
    plain: bool,
}

impl Form {
    pub fn text() -> Form {
        Form { json: false, csv: false, markdown: false, plain: false }
    }

    pub fn json() -> Form {
        Form { json: true, ..Form::text() }
    }

    /// Lines instead of tables.
    pub fn plain() -> Form {
        Form { plain: true, ..Form::text() }
    }

    pub fn print(&self, opened: &Opened, report: &dyn Report) -> Result<()> {
        self.print_from(&Origin::new(&opened.snapshot, opened.day), report)
    }

    /// Prints what was not made from an opened snapshot.
    pub fn print_from(&self, origin: &Origin, report: &dyn Report) -> Result<()> {
        if self.json {
            return output::print(report::json(origin, report));
        }
        if self.csv {
            let sheet = report.sheet().ok_or(Error::NoTable { view: report.view() })?;
            return output::print(sheet.csv());
        }
        let page = match self.plain {
            _ if self.markdown => Page::markdown(),
            true => Page::plain(),
            false => Page::new(output::width()),
        };
        output::print(report::text(origin, report, page))
    }
}
