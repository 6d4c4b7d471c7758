//! What the screen asks for, and what there is to know of it before it is done: what it is called, whether it can be ended,
//! who must not wait for it.

use std::path::PathBuf;
use std::sync::Arc;

use super::Going;
use crate::analysis::decision;
use crate::domain::{Change, CompanyId, Day, Filing, Slot, Snapshot};
use crate::register::{At, CatchUp, Prepared, Program, Trail, Way, Which};
use crate::ui::exchange::Exchange;
use crate::ui::reviewing::Reviewing;
use crate::ui::settling::Settling;

/// What the screen asks for.
#[derive(Clone, Debug)]
pub enum Request {
    /// What a writer that died left behind is put right.
    Recover,
    /// The register as it is now.
    Load,
    /// The same, if it is no longer what was loaded last.
    Look,
    /// How many of its files have edits that are not committed. It looks at every file, so it is asked for behind.
    CountUncommitted,
    /// The register as of a revision or day, read-only.
    LoadAsOf(String),
    History(Trail, At),
    Show {
        commit: String,
    },
    /// What was typed before, here or in another run.
    FindDrafts,
    KeepDraft {
        name: String,
        text: String,
    },
    ForgetDraft {
        name: String,
    },
    /// The same of many: files with their texts, or without where they go.
    KeepDrafts(Vec<(String, Option<String>)>),
    CheckDocuments {
        snapshot: Arc<Snapshot>,
    },
    Prepare {
        snapshot: Arc<Snapshot>,
        changes: Vec<Change>,
    },
    /// The judgements of several cells, all or none.
    DecideAll {
        snapshot: Arc<Snapshot>,
        wanted: Arc<Vec<(CompanyId, Slot, decision::Draft)>>,
    },
    /// A judgement that rests on evidence which is put on file before it, in the same go.
    PrepareFiled {
        snapshot: Arc<Snapshot>,
        filings: Vec<Filing>,
        company: CompanyId,
        slot: Slot,
        draft: Box<decision::Draft>,
    },
    ReadDocument(PathBuf),
    /// What the name of a file can be completed to.
    CompletePath(String),
    /// Which commits would take these changes back.
    Undo(Way, Which),
    Commit(Box<Prepared>),
    /// About proposals.
    Review(Reviewing),
    /// About what git's merge left.
    Settle(Settling),
    /// Remembers that these programs may run, and goes on with what they stood in the way of.
    Trust {
        programs: Vec<Program>,
        then: Box<Request>,
    },
    /// The audit of all that led to a state, until it is stopped.
    Audit(At, Going),
    /// How well the reviews of all that led to a state are proved, until it is stopped.
    Reviews(At, Going),
    /// How gaps came and went, until it is stopped.
    Timeline(At, Going),
    /// The commits one can go back to.
    Moments(At),
    /// What is different between two commits, each judged on a day.
    Between {
        from: (String, Day),
        to: (String, Day),
    },
    /// Fetches or pushes, until it is given up.
    Exchange(Exchange),
    /// The branch comes up to what was fetched.
    BringUp(Box<CatchUp>),
}

impl Request {
    pub const AUDITING: &'static str = "auditing";
    pub const REMEMBERING: &'static str = "remembering where the audit ended";
    pub const REVIEWS: &'static str = "looking at the reviews";
    pub const KEEPING: &'static str = "keeping the draft";
    pub const AS_OF: &'static str = "reading the register as of then";
    pub const PREPARING: &'static str = "preparing the change";
    pub const TIMELINE: &'static str = "reading the timeline";
    pub const COMMITTING: &'static str = "committing";
    pub const BRINGING_UP: &'static str = "bringing the branch up";
    /// What makes commits.
    pub const COMMITS: [&'static str; 2] = [Request::COMMITTING, Request::BRINGING_UP];
    /// What goes on while the terminal is lent.
    pub const MAY_ASK: [&'static str; 5] =
        [Request::COMMITTING, Request::BRINGING_UP, Settling::GOING_ON, "fetching", "pushing"];

    /// What the terminal is lent for, where a program may want to talk to the person.
    pub fn may_ask(&self) -> Option<&'static str> {
        const SIGNS: &str =
            "git signs the commit. If it takes a passphrase, you are asked for it here; Ctrl-C cancels it.";
        match self {
            Request::Commit(prepared) if prepared.is_signed() => Some(SIGNS),
            Request::Review(reviewing) if reviewing.may_ask() => Some(SIGNS),
            Request::Settle(settling) if settling.may_ask() => Some(SIGNS),
            Request::BringUp(catch_up) if catch_up.signed => Some(SIGNS),
            Request::Exchange(exchange) if exchange.has_terminal => {
                Some("git has the terminal. If it wants a password, you are asked for it here.")
            }
            Request::Trust { then, .. } => then.may_ask(),
            _ => None,
        }
    }

    /// Whether something asked for later makes it useless: of several steps through time only the last one is shown.
    pub fn is_superseded_by(&self, later: &Request) -> bool {
        matches!(
            (self, later),
            (Request::LoadAsOf(_), Request::LoadAsOf(_))
                | (Request::Look, Request::Look | Request::Load)
                | (Request::CountUncommitted, Request::CountUncommitted)
        )
    }

    pub fn is_about_a_draft(&self) -> bool {
        matches!(self, Request::KeepDraft { .. } | Request::ForgetDraft { .. })
    }

    /// Whether nobody should have to wait behind it.
    pub fn is_long(&self) -> bool {
        matches!(
            self,
            Request::Audit(..)
                | Request::Reviews(..)
                | Request::Timeline(..)
                | Request::Moments(_)
                | Request::CountUncommitted
                | Request::Exchange(_)
        )
    }

    /// Whether nobody asked for it, so that nobody wants to hear of it.
    pub fn is_unasked(&self) -> bool {
        matches!(self, Request::Look | Request::CountUncommitted | Request::FindDrafts | Request::Reviews(..))
    }

    /// Whether it asks for commits that are shown before they are made.
    pub fn prepares(&self) -> bool {
        matches!(
            self,
            Request::Prepare { .. }
                | Request::DecideAll { .. }
                | Request::PrepareFiled { .. }
                | Request::Undo(..)
        )
    }

    /// Whether it makes commits.
    pub fn commits(&self) -> bool {
        match self {
            Request::Commit(_) | Request::BringUp(_) => true,
            Request::Trust { then, .. } => then.commits(),
            _ => false,
        }
    }

    /// Whether it can be ended before it is done.
    pub fn can_be_stopped(&self) -> bool {
        self.commits() || self.steps().is_some()
    }

    /// What its steps are, where they are counted and it can be ended between them.
    pub fn steps(&self) -> Option<&'static str> {
        match self {
            Request::Load
            | Request::LoadAsOf(_)
            | Request::CheckDocuments { .. }
            | Request::Between { .. } => Some("companies"),
            Request::History(..)
            | Request::Prepare { .. }
            | Request::DecideAll { .. }
            | Request::PrepareFiled { .. } => Some("changes"),
            Request::KeepDrafts(_) => Some("drafts"),
            Request::Undo(..) => Some("commits"),
            Request::ReadDocument(_) => Some("MB"),
            Request::Review(reviewing) => reviewing.steps(),
            _ => None,
        }
    }

    pub fn words(&self) -> &'static str {
        match self {
            Request::Recover => "putting right what a crash left",
            Request::Load | Request::Look => "reading the register",
            Request::CountUncommitted => "looking for edits",
            Request::LoadAsOf(_) => Request::AS_OF,
            Request::History(..) => "reading the history",
            Request::Show { .. } => "reading the commit",
            Request::FindDrafts => "reading the drafts",
            Request::KeepDraft { .. } | Request::ForgetDraft { .. } | Request::KeepDrafts(_) => {
                Request::KEEPING
            }
            Request::CheckDocuments { .. } => "reading the kept documents",
            Request::Prepare { .. } | Request::DecideAll { .. } | Request::PrepareFiled { .. } => {
                Request::PREPARING
            }
            Request::ReadDocument(_) => "reading the document",
            Request::CompletePath(_) => "looking at the folder",
            Request::Undo(Way::Undo, _) => "looking at what to undo",
            Request::Undo(Way::Redo, _) => "looking at what to redo",
            Request::Commit(_) => Request::COMMITTING,
            Request::Review(reviewing) => reviewing.words(),
            Request::Settle(settling) => settling.words(),
            Request::Trust { then, .. } => then.words(),
            Request::Audit(..) => Request::AUDITING,
            Request::Reviews(..) => Request::REVIEWS,
            Request::Timeline(..) => Request::TIMELINE,
            Request::Moments(_) => "reading the commits",
            Request::Between { .. } => "comparing two moments",
            Request::Exchange(exchange) => exchange.words(),
            Request::BringUp(_) => Request::BRINGING_UP,
        }
    }
}
