//! What the screen is told.

use std::path::PathBuf;
use std::sync::Arc;

use super::Request;
use super::{Going, Uncommitted};
use crate::analysis::audit::{self, Grades, Summary};
use crate::analysis::decision::Refused;
use crate::analysis::filing::Document;
use crate::analysis::{Meaning, Refusal, Timeline};
use crate::domain::{CompanyId, Day, Entry, Finding, Moment, Slot};
use crate::error::Error;
use crate::register::{At, Completed, Prepared, Program, Trail, Way};
use crate::ui::draft::Kept;
use crate::ui::exchange::News;
use crate::ui::reviewing::Reviewed;
use crate::ui::settling::Settled;
use crate::ui::view::View;

/// What it is told.
pub enum Response {
    Loaded(Box<View>),
    /// The register as it is now, because another program changed it.
    Changed(Box<View>),
    /// How many files have edits that are not committed.
    Uncommitted(Uncommitted),
    /// The register as of the revision that was asked for.
    LoadedAsOf {
        revision: String,
        view: Box<View>,
    },
    /// Newest first; `of` is the commit they lead to.
    Moments {
        of: At,
        moments: Vec<Moment>,
        complete: bool,
    },
    /// How many days of the history are read.
    TimelineGoing {
        going: Going,
        done: usize,
        of: usize,
    },
    Timeline {
        going: Going,
        timeline: Arc<Timeline>,
    },
    Between {
        from: (String, Day),
        to: (String, Day),
        meaning: Arc<Meaning>,
    },
    History {
        trail: Trail,
        entries: Vec<Entry>,
        complete: bool,
    },
    Shown {
        commit: String,
        text: String,
    },
    /// What the name of a file is, as far as it can be completed.
    PathCompleted {
        typed: String,
        found: Completed,
    },
    Documents(Vec<Finding>),
    Reviewed(Reviewed),
    Settled(Settled),
    Drafts(Kept),
    /// Many were kept, or forgotten.
    DraftsKept,
    Prepared(Box<Prepared>),
    /// Why a judgement cannot be made as it is.
    Refused {
        company: CompanyId,
        slot: Slot,
        refusals: Vec<Refusal>,
    },
    /// The same of several cells.
    RefusedAll(Vec<Refused>),
    /// A document that was named, or why it cannot be read.
    Document {
        path: PathBuf,
        document: std::result::Result<Document, String>,
    },
    /// What was left by a program that died, and how it is now.
    PutRight(&'static str),
    Committed {
        /// One line for each commit.
        commits: Vec<String>,
        replayed_on: Option<String>,
        warnings: Vec<String>,
        /// Where changes were taken back or put back.
        way: Option<Way>,
    },
    /// The repository names programs that would run, and nobody has said yes to them.
    Untrusted {
        programs: Vec<Program>,
        request: Box<Request>,
    },
    /// They said no.
    Declined,
    /// What git says while it fetches or pushes.
    Heard {
        going: Going,
        line: String,
    },
    Exchanged {
        going: Going,
        news: Box<News>,
    },
    /// The branch came up; in words.
    BroughtUp(String),
    /// What was found since the last time, and what was looked at in all.
    Audited {
        going: Going,
        findings: Vec<audit::Finding>,
        grades: Grades,
        summary: Summary,
        commits: usize,
        complete: bool,
    },
    Failed {
        while_doing: &'static str,
        error: Error,
    },
}
