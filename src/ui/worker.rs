//! Everything that takes time, done behind the screen: reading, history, committing.

mod preparing;
mod reading;
mod request;
mod response;
mod trails;

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::draft;
use super::theme::Theme;
use crate::analysis::Board;
use crate::analysis::filing::Document;
use crate::domain::{Day, Snapshot};
use crate::error::{Error, Result};
use crate::register::{At, Committed, Register, complete_path, read_document};

use reading::Seen;
pub use request::Request;
pub use response::Response;

/// Whether somebody still waits for an audit. Clones are one and the same; every new one is another.
#[derive(Clone, Debug, Default)]
pub struct Going(Arc<AtomicBool>);

impl Going {
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl PartialEq for Going {
    fn eq(&self, other: &Going) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// What of the register is not in a commit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Uncommitted {
    /// Files with edits.
    pub edits: usize,
    /// Files that git did not merge, those of the register and others.
    pub conflicts: usize,
    /// What git is in the middle of.
    pub operation: Option<&'static str>,
}

impl Uncommitted {
    fn of(register: &Register) -> Result<Uncommitted> {
        let edits = register.uncommitted()?.len();
        let operation = register.operation()?;
        // What is in conflict differs from what is committed.
        let may_conflict = edits > 0 || operation.is_some();
        let conflicts = if may_conflict { register.unsettled()? } else { 0 };
        Ok(Uncommitted { edits, conflicts, operation })
    }
}

/// What a run works on.
pub struct Worker {
    pub register: Register,
    at: At,
    day: Day,
    theme: Theme,
    /// Whether somebody sees what is told, and not only a picture is made of it.
    has_reader: bool,
    /// What was loaded last.
    seen: RefCell<Option<Seen>>,
    shown: RefCell<Option<(Arc<Snapshot>, Arc<Board>)>>,
}

impl Worker {
    pub fn new(register: Register, at: At, day: Day, theme: Theme) -> Worker {
        let (seen, shown) = (RefCell::default(), RefCell::default());
        Worker { register, at, day, theme, has_reader: false, seen, shown }
    }

    /// For somebody at a terminal.
    pub fn with_reader(self) -> Worker {
        Worker { has_reader: true, ..self }
    }

    /// Does one request; `tell` may be called several times.
    pub fn perform(&self, request: Request, tell: &mut dyn FnMut(Response)) {
        let while_doing = request.words();
        let again = request.clone();
        let result = match request {
            Request::Recover => self.register.recover().map(|words| {
                words.into_iter().for_each(|words| tell(Response::PutRight(words)));
            }),
            Request::Trust { programs, then } => {
                self.register.trust(&programs).map(|()| self.perform(*then, tell))
            }
            Request::Load => self.load().map(|view| tell(Response::Loaded(Box::new(view)))),
            Request::Look => self.look(tell),
            Request::CountUncommitted => {
                let uncommitted = Uncommitted::of(&self.register);
                // The register is read and looked through: nothing more is wanted now.
                self.register.rest();
                uncommitted.map(|uncommitted| tell(Response::Uncommitted(uncommitted)))
            }
            Request::LoadAsOf(revision) => self
                .load_as_of(&revision)
                .map(|view| tell(Response::LoadedAsOf { revision, view: Box::new(view) })),
            Request::History(trail, at) => self.history(&trail, &at, tell),
            Request::Show { commit } => {
                self.register.show(&commit).map(|text| tell(Response::Shown { commit, text }))
            }
            Request::FindDrafts => draft::kept(&self.register).map(|kept| tell(Response::Drafts(kept))),
            Request::KeepDraft { name, text } => self.register.keep_draft(&name, &text),
            Request::ForgetDraft { name } => self.register.forget_draft(&name).map(drop),
            Request::KeepDrafts(files) => {
                self.register.pulse().expect(files.len());
                let kept = files.iter().try_for_each(|(name, text)| {
                    self.register.pulse().step()?;
                    match text {
                        Some(text) => self.register.keep_draft(name, text),
                        None => self.register.forget_draft(name).map(drop),
                    }
                });
                kept.map(|()| tell(Response::DraftsKept))
            }
            Request::CheckDocuments { snapshot } => {
                self.register.check_documents(&snapshot).map(|findings| tell(Response::Documents(findings)))
            }
            request @ (Request::Prepare { .. } | Request::Undo(..)) => request
                .prepare(&self.register, self.day)
                .map(|prepared| tell(Response::Prepared(Box::new(prepared)))),
            Request::DecideAll { snapshot, wanted } => self.decide_all(&snapshot, &wanted).map(&mut *tell),
            Request::Review(reviewing) => reviewing.perform(&self.register, self.day, tell),
            Request::Settle(settling) => {
                settling.perform(&self.register).map(|settled| tell(Response::Settled(settled)))
            }
            Request::PrepareFiled { snapshot, filings, company, slot, draft } => {
                self.prepare_filed(&snapshot, filings, (company, slot), &draft).map(&mut *tell)
            }
            Request::ReadDocument(path) => {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let document =
                    read_document(&path, self.register.pulse()).map(|bytes| Document::new(name, bytes));
                match document {
                    Err(Error::Stopped) => Err(Error::Stopped),
                    document => {
                        let document = document.map_err(|error| error.to_string());
                        tell(Response::Document { path, document });
                        Ok(())
                    }
                }
            }
            Request::CompletePath(typed) => {
                let found = complete_path(&typed);
                tell(Response::PathCompleted { typed, found });
                Ok(())
            }
            Request::Audit(at, going) => self.audit(&at, &going, self.has_reader, tell),
            Request::Reviews(at, going) => self.audit(&at, &going, false, tell),
            Request::Timeline(at, going) => self.timeline(&at, &going, tell),
            Request::Exchange(exchange) => self.exchange(&exchange, tell),
            Request::BringUp(catch_up) => {
                self.bring_up(&catch_up).map(|words| tell(Response::BroughtUp(words)))
            }
            Request::Moments(at) => self.moments(&at, tell),
            Request::Between { from, to } => self.between(&from, &to).map(|meaning| {
                tell(Response::Between { from, to, meaning: Arc::new(meaning) });
            }),
            Request::Commit(prepared) => {
                let planned = prepared.commits();
                let subjects: Vec<String> =
                    planned.iter().map(|commit| commit.subject().to_owned()).collect();
                let way = planned.last().and_then(|commit| commit.way());
                let branch =
                    if prepared.is_proposal() { format!(" on {}", prepared.branch()) } else { String::new() };
                self.register.commit(*prepared).map(|Committed { ids, replayed_on, warnings }| {
                    let line = |(id, subject): (&String, String)| {
                        format!("{}{branch}: {subject}", id.get(..10).unwrap_or(id))
                    };
                    let commits = ids.iter().zip(subjects).map(line).collect();
                    tell(Response::Committed { commits, replayed_on, warnings, way });
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

    /// A second one, for another thread.
    pub fn beside(&self) -> Result<Worker> {
        let register = self.register.reopen()?;
        let beside = Worker::new(register, self.at.clone(), self.day, self.theme);
        Ok(Worker { has_reader: self.has_reader, ..beside })
    }
}
