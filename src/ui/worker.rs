//! Everything that takes time, done behind the screen: reading, history, committing.

mod request;

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::draft::{self, Kept};
use super::exchange::{Exchange, News};
use super::reviewing::{Reviewed, Reviewing};
use super::settling::{Settled, Settling};
use super::theme::Theme;
use super::view::View;
use crate::analysis::audit::{self, Grades, Results, Summary};
use crate::analysis::filing::Document;
use crate::analysis::meaning::{self, Side};
use crate::analysis::timeline::Recorder;
use crate::analysis::{Board, Meaning, Refusal, Timeline, decision, saved};
use crate::domain::{Change, CompanyId, Day, Entry, Filing, Finding, Moment, Slot, Snapshot, Source};
use crate::error::{Error, Result};
use crate::register::{
    At, CatchUp, Committed, Compared, Completed, Prepared, Program, Range, Register, Trail, Undo, Way, Which,
    complete_path, read_document,
};

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
    CheckDocuments {
        snapshot: Arc<Snapshot>,
    },
    Prepare {
        snapshot: Arc<Snapshot>,
        changes: Vec<Change>,
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
    Prepared(Box<Prepared>),
    /// Why a judgement cannot be made as it is.
    Refused {
        company: CompanyId,
        slot: Slot,
        refusals: Vec<Refusal>,
    },
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

/// Entries handed over at a time, so that a long history shows as it comes.
const HISTORY_CHUNK: usize = 200;

/// Days between two reports of how far a timeline is.
const TIMELINE_CHUNK: usize = 20;

/// Commits between two reports of an audit.
const AUDIT_CHUNK: usize = 100;

/// What a run works on.
pub struct Worker {
    pub register: Register,
    at: At,
    day: Day,
    theme: Theme,
    /// What was loaded last.
    seen: RefCell<Option<Seen>>,
    shown: RefCell<Option<(Arc<Snapshot>, Arc<Board>)>>,
}

/// What of a view can change without being read.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Seen {
    source: Source,
    origin: String,
    upstream: Option<(usize, usize)>,
}

impl Worker {
    pub fn new(register: Register, at: At, day: Day, theme: Theme) -> Worker {
        Worker { register, at, day, theme, seen: RefCell::default(), shown: RefCell::default() }
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
            Request::CheckDocuments { snapshot } => {
                self.register.check_documents(&snapshot).map(|findings| tell(Response::Documents(findings)))
            }
            request @ (Request::Prepare { .. } | Request::Undo(..)) => request
                .prepare(&self.register, self.day)
                .map(|prepared| tell(Response::Prepared(Box::new(prepared)))),
            Request::Review(reviewing) => reviewing.perform(&self.register, self.day, tell),
            Request::Settle(settling) => {
                settling.perform(&self.register).map(|settled| tell(Response::Settled(settled)))
            }
            Request::PrepareFiled { snapshot, filings, company, slot, draft } => {
                self.prepare_filed(&snapshot, filings, (company, slot), &draft).map(&mut *tell)
            }
            Request::ReadDocument(path) => {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let document = read_document(&path).map(|bytes| Document { name, bytes });
                let document = document.map_err(|error| error.to_string());
                tell(Response::Document { path, document });
                Ok(())
            }
            Request::CompletePath(typed) => {
                let found = complete_path(&typed);
                tell(Response::PathCompleted { typed, found });
                Ok(())
            }
            Request::Audit(at, going) | Request::Reviews(at, going) => self.audit(&at, &going, tell),
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

    /// The evidence's commits and the judgement's, or why there is none.
    fn prepare_filed(
        &self,
        snapshot: &Snapshot,
        filings: Vec<Filing>,
        (company, slot): (CompanyId, Slot),
        draft: &decision::Draft,
    ) -> Result<Response> {
        match with_filings(&self.register, self.day, snapshot, &filings, (&company, &slot), draft)? {
            Ok(changes) => Ok(Response::Prepared(Box::new(self.register.prepare_all(snapshot, &changes)?))),
            Err(refusals) => Ok(Response::Refused { company, slot, refusals }),
        }
    }

    fn load(&self) -> Result<View> {
        let snapshot = self.register.snapshot(&self.at)?;
        let editable =
            match (&self.at, &snapshot.source) {
                (At::Head, Source::Commit(_) | Source::Unborn) => Ok(()),
                (At::WorkTree | At::Staged, _) | (_, Source::WorkTree | Source::Staged) => {
                    Err("These are the files of the work tree: commit them first, then decide.".to_owned())
                }
                _ => Err("This is another revision than the branch's head: decisions are made on the head."
                    .to_owned()),
            };
        let mut view = self.view(snapshot, self.day);
        view.editable = editable;
        if let At::Revision(revision) = &self.at {
            view.as_of = Some(revision.clone());
        }
        view.upstream = self.upstream();
        let (source, origin) = (view.snapshot.source.clone(), view.origin.clone());
        self.seen.replace(Some(Seen { source, origin, upstream: view.upstream }));
        self.shown.replace(Some((view.snapshot.clone(), view.board.clone())));
        Ok(view)
    }

    /// How many commits only this branch has, and only the one it follows. That it cannot be told is no trouble.
    fn upstream(&self) -> Option<(usize, usize)> {
        let upstream = self.register.upstream().ok().flatten()?;
        (self.at == At::Head).then_some((upstream.ahead, upstream.behind))
    }

    /// Loads again what another program changed. What is not committed is not told apart from what was read before.
    fn look(&self, tell: &mut dyn FnMut(Response)) -> Result<()> {
        let Some(before) = self.seen.borrow().clone() else { return Ok(()) };
        let source = self.register.source(&self.at)?;
        if matches!(source, Source::WorkTree | Source::Staged)
            || source != before.source
            || self.register.origin(&source) != before.origin
            || self.upstream() != before.upstream
        {
            return self.load().map(|view| tell(Response::Changed(Box::new(view))));
        }
        Ok(())
    }

    /// As it stood then: judged by the day that was asked for, or on which the commit was made.
    fn load_as_of(&self, revision: &str) -> Result<View> {
        let snapshot = self.register.snapshot(&At::Revision(revision.to_owned()))?;
        let day = match revision.parse() {
            Ok(day) => day,
            Err(_) => self.register.day_of(revision)?,
        };
        let mut view = self.view(snapshot, day);
        view.as_of = Some(self.register.describe(revision)?);
        view.editable =
            Err("This is the register as of another time, read-only: Esc goes back to today.".to_owned());
        Ok(view)
    }

    fn view(&self, snapshot: Snapshot, day: Day) -> View {
        let of_views = saved::findings(&snapshot);
        let snapshot = snapshot.with_findings(of_views);
        let board = Arc::new(match &*self.shown.borrow() {
            Some((before, board)) => Board::after((before, board), &snapshot, day),
            None => Board::new(&snapshot, day),
        });
        let origin = self.register.origin(&snapshot.source);
        View::new(Arc::new(snapshot), board, self.theme, origin)
    }

    /// A second one, for another thread.
    pub fn beside(&self) -> Result<Worker> {
        let register = self.register.reopen()?;
        Ok(Worker::new(register, self.at.clone(), self.day, self.theme))
    }

    fn audit(&self, at: &At, going: &Going, tell: &mut dyn FnMut(Response)) -> Result<()> {
        let until = match at {
            At::Revision(revision) => Some(revision.clone()),
            At::Head | At::WorkTree | At::Staged => None,
        };
        let audit = self.register.audit(&Range { since: None, until })?;
        let mut results = Results::new(audit.continuity(), &audit.head(), self.day);
        let mut told = 0;
        let mut report = |results: &mut Results, complete| {
            let findings = results.findings[told..].to_vec();
            told = results.findings.len();
            let grades = std::mem::take(&mut results.grades);
            let (summary, commits) = (results.summary.clone(), audit.commits());
            tell(Response::Audited { going: going.clone(), findings, grades, summary, commits, complete });
        };
        report(&mut results, false);
        for deed in audit.deeds() {
            if going.is_stopped() {
                return Ok(());
            }
            results.add(&deed?);
            if results.summary.commits.is_multiple_of(AUDIT_CHUNK) {
                report(&mut results, false);
            }
        }
        report(&mut results, true);
        Ok(())
    }

    fn timeline(&self, at: &At, going: &Going, tell: &mut dyn FnMut(Response)) -> Result<()> {
        let steps = self.register.steps(at)?;
        let (of, mut recorder) = (steps.len(), Recorder::until(self.day));
        for (done, step) in steps.enumerate() {
            if going.is_stopped() {
                return Ok(());
            }
            if done.is_multiple_of(TIMELINE_CHUNK) {
                tell(Response::TimelineGoing { going: going.clone(), done, of });
            }
            recorder.add(step?);
        }
        tell(Response::Timeline { going: going.clone(), timeline: Arc::new(recorder.finish()) });
        Ok(())
    }

    fn moments(&self, at: &At, tell: &mut dyn FnMut(Response)) -> Result<()> {
        let mut moments = Vec::new();
        for moment in self.register.moments(at)? {
            moments.push(moment?);
            if moments.len() == HISTORY_CHUNK {
                let moments = std::mem::take(&mut moments);
                tell(Response::Moments { of: at.clone(), moments, complete: false });
            }
        }
        tell(Response::Moments { of: at.clone(), moments, complete: true });
        Ok(())
    }

    fn between(&self, from: &(String, Day), to: &(String, Day)) -> Result<Meaning> {
        let at = |(revision, _): &(String, Day)| At::Revision(revision.clone());
        let entries = self.register.history_between(&from.0, &to.0)?.collect::<Result<Vec<Entry>>>()?;
        let Compared { before, after, touched } = self.register.compare(&at(from), &at(to))?;
        let sides = (Side { snapshot: &before, day: from.1 }, Side { snapshot: &after, day: to.1 });
        Ok(meaning::between(sides.0, sides.1, &touched, &entries))
    }

    fn history(&self, trail: &Trail, at: &At, tell: &mut dyn FnMut(Response)) -> Result<()> {
        let mut entries = Vec::new();
        for entry in self.register.history(at, trail)? {
            self.register.pulse().step()?;
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

/// The evidence's changes and the judgement's, or why there is none.
fn with_filings(
    register: &Register,
    day: Day,
    snapshot: &Snapshot,
    filings: &[Filing],
    (company, slot): (&CompanyId, &Slot),
    draft: &decision::Draft,
) -> Result<Result<Vec<Change>, Vec<Refusal>>> {
    let filed = register.with_filed(snapshot, filings)?;
    let decided = decision::decide(&filed, day, company, slot, draft);
    Ok(decided.map(|decided| filings.iter().cloned().map(Change::File).chain([decided]).collect()))
}

impl Request {
    /// The commits that it asks for; nothing else prepares any.
    pub fn prepare(&self, register: &Register, day: Day) -> Result<Prepared> {
        match self {
            Request::PrepareFiled { snapshot, filings, company, slot, draft } => {
                let changes = with_filings(register, day, snapshot, filings, (company, slot), draft)?;
                let changes = changes.map_err(|refusals| Error::Refused {
                    cell: format!("{company} {slot}"),
                    refusals: refusals.iter().map(Refusal::words).collect(),
                })?;
                register.prepare_all(snapshot, &changes)
            }
            Request::Prepare { snapshot, changes } => register.prepare_all(snapshot, changes),
            Request::Undo(way, which) => {
                register.undo(&Undo { way: *way, which: which.clone(), reason: None })
            }
            _ => Err(Error::NothingToCommit),
        }
    }
}
