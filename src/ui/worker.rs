//! Everything that takes time, done behind the screen: reading, history, committing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::theme::Theme;
use super::view::View;
use crate::analysis::Board;
use crate::analysis::audit::{self, Results, Summary};
use crate::domain::{Change, Day, Entry, Finding, Snapshot, Source};
use crate::error::{Error, Result};
use crate::register::{At, Prepared, Program, Range, Register, Trail};

/// What the screen asks for.
#[derive(Clone, Debug)]
pub enum Request {
    /// The register as it is now.
    Load,
    /// The register as of a revision or day, read-only.
    LoadAsOf(String),
    History(Trail, At),
    Show {
        commit: String,
    },
    CheckDocuments {
        snapshot: Arc<Snapshot>,
    },
    Prepare {
        snapshot: Arc<Snapshot>,
        change: Box<Change>,
    },
    Commit(Box<Prepared>),
    /// Remembers that these programs may run, and goes on with what they stood in the way of.
    Trust {
        programs: Vec<Program>,
        then: Box<Request>,
    },
    /// The audit of all that led to a state, until it is stopped.
    Audit(At, Going),
}

/// Whether somebody still waits for an audit. Clones are one and the same; every new one is another.
#[derive(Clone, Debug, Default)]
pub struct Going(Arc<AtomicBool>);

impl Going {
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl PartialEq for Going {
    fn eq(&self, other: &Going) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// What it is told.
pub enum Response {
    Loaded(Box<View>),
    History {
        trail: Trail,
        entries: Vec<Entry>,
        complete: bool,
    },
    Shown {
        commit: String,
        text: String,
    },
    Documents(Vec<Finding>),
    Prepared(Box<Prepared>),
    Committed {
        id: String,
        subject: String,
        warnings: Vec<String>,
    },
    /// The repository names programs that would run, and nobody has said yes to them.
    Untrusted {
        programs: Vec<Program>,
        request: Box<Request>,
    },
    /// They said no.
    Declined,
    /// What was found since the last time, and what was looked at in all.
    Audited {
        going: Going,
        findings: Vec<audit::Finding>,
        summary: Summary,
        commits: usize,
        complete: bool,
    },
    Failed {
        while_doing: &'static str,
        error: Error,
    },
}

/// Entries handed over at a time, so that a long history shows as it comes.
const HISTORY_CHUNK: usize = 200;

/// Commits between two reports of an audit.
const AUDIT_CHUNK: usize = 100;

/// What a run works on.
pub struct Worker {
    pub register: Register,
    pub at: At,
    pub day: Day,
    pub theme: Theme,
}

impl Worker {
    /// Does one request; `tell` may be called several times.
    pub fn perform(&self, request: Request, tell: &mut dyn FnMut(Response)) {
        let while_doing = request.words();
        let again = request.clone();
        let result = match request {
            Request::Trust { programs, then } => {
                self.register.trust(&programs).map(|()| self.perform(*then, tell))
            }
            Request::Load => self.load().map(|view| tell(Response::Loaded(Box::new(view)))),
            Request::LoadAsOf(revision) => {
                self.load_as_of(revision).map(|view| tell(Response::Loaded(Box::new(view))))
            }
            Request::History(trail, at) => self.history(&trail, &at, tell),
            Request::Show { commit } => {
                self.register.show(&commit).map(|text| tell(Response::Shown { commit, text }))
            }
            Request::CheckDocuments { snapshot } => {
                self.register.check_documents(&snapshot).map(|findings| tell(Response::Documents(findings)))
            }
            Request::Prepare { snapshot, change } => self
                .register
                .prepare(&snapshot, &change)
                .map(|prepared| tell(Response::Prepared(Box::new(prepared)))),
            Request::Audit(at, going) => self.audit(&at, &going, tell),
            Request::Commit(prepared) => {
                let subject = prepared.subject().to_owned();
                self.register.commit(*prepared).map(|committed| {
                    tell(Response::Committed { id: committed.id, subject, warnings: committed.warnings })
                })
            }
        };
        let result = match result {
            Err(Error::Untrusted { .. }) => self
                .register
                .programs()
                .map(|programs| tell(Response::Untrusted { programs, request: Box::new(again) })),
            result => result,
        };
        if let Err(error) = result {
            tell(Response::Failed { while_doing, error });
        }
    }

    fn load(&self) -> Result<View> {
        // First, because it takes and gives back what the snapshot can then use.
        let uncommitted = self.register.uncommitted()?.len();
        let snapshot = self.register.snapshot(&self.at)?;
        let editable =
            match (&self.at, &snapshot.source) {
                (At::Head, Source::Commit(_) | Source::Unborn) => Ok(()),
                (At::WorkTree, _) | (_, Source::WorkTree) => {
                    Err("These are the files of the work tree: commit them first, then decide.".to_owned())
                }
                _ => Err("This is another revision than the branch's head: decisions are made on the head."
                    .to_owned()),
            };
        let mut view = self.view(snapshot);
        view.uncommitted = uncommitted;
        view.editable = editable;
        if let At::Revision(revision) = &self.at {
            view.as_of = Some(revision.clone());
        }
        Ok(view)
    }

    fn load_as_of(&self, revision: String) -> Result<View> {
        let mut view = self.view(self.register.snapshot(&At::Revision(revision.clone()))?);
        view.as_of = Some(self.register.describe(&revision)?);
        view.editable =
            Err("This is the register as of another time, read-only: Esc goes back to today.".to_owned());
        Ok(view)
    }

    fn view(&self, snapshot: Snapshot) -> View {
        let board = Arc::new(Board::new(&snapshot, self.day));
        let origin = self.register.origin(&snapshot.source);
        View::new(Arc::new(snapshot), board, self.theme, origin)
    }

    /// A second one, for another thread.
    pub fn beside(&self) -> Result<Worker> {
        let register = self.register.reopen()?;
        Ok(Worker { register, at: self.at.clone(), day: self.day, theme: self.theme })
    }

    fn audit(&self, at: &At, going: &Going, tell: &mut dyn FnMut(Response)) -> Result<()> {
        let until = match at {
            At::Revision(revision) => Some(revision.clone()),
            At::Head | At::WorkTree => None,
        };
        let audit = self.register.audit(&Range { since: None, until })?;
        let mut results = Results::new(audit.continuity(), &audit.head(), self.day);
        let mut told = 0;
        let mut report = |results: &Results, complete| {
            let findings = results.findings[told..].to_vec();
            told = results.findings.len();
            let (summary, commits) = (results.summary.clone(), audit.commits());
            tell(Response::Audited { going: going.clone(), findings, summary, commits, complete });
        };
        report(&results, false);
        for deed in audit.deeds() {
            if going.is_stopped() {
                return Ok(());
            }
            results.add(&deed?);
            if results.summary.commits.is_multiple_of(AUDIT_CHUNK) {
                report(&results, false);
            }
        }
        report(&results, true);
        Ok(())
    }

    fn history(&self, trail: &Trail, at: &At, tell: &mut dyn FnMut(Response)) -> Result<()> {
        let mut entries = Vec::new();
        for entry in self.register.history(at, trail)? {
            entries.push(entry?);
            if entries.len() == HISTORY_CHUNK {
                let entries = std::mem::take(&mut entries);
                tell(Response::History { trail: trail.clone(), entries, complete: false });
            }
        }
        tell(Response::History { trail: trail.clone(), entries, complete: true });
        Ok(())
    }
}

impl Request {
    pub const AUDITING: &'static str = "auditing";

    /// Whether nobody should have to wait behind it.
    pub fn is_long(&self) -> bool {
        matches!(self, Request::Audit(..))
    }

    fn words(&self) -> &'static str {
        match self {
            Request::Load => "reading the register",
            Request::LoadAsOf(_) => "reading the register as of then",
            Request::History(..) => "reading the history",
            Request::Show { .. } => "reading the commit",
            Request::CheckDocuments { .. } => "reading the kept documents",
            Request::Prepare { .. } => "preparing the change",
            Request::Commit(_) => "committing",
            Request::Trust { .. } => "remembering what is trusted",
            Request::Audit(..) => Request::AUDITING,
        }
    }
}
