//! What goes through the history: audits, the timeline, moments, trails, and what is different between two states.

use std::sync::Arc;

use super::{Going, Request, Response, Worker};
use crate::analysis::Meaning;
use crate::analysis::audit::Results;
use crate::analysis::meaning::{self, Side};
use crate::analysis::timeline::Recorder;
use crate::domain::{Day, Entry};
use crate::error::Result;
use crate::register::{At, Compared, Range, Trail};

/// Entries handed over at a time, so that a long history shows as it comes.
const HISTORY_CHUNK: usize = 200;

/// Days between two reports of how far a timeline is.
const TIMELINE_CHUNK: usize = 20;

/// Commits between two reports of an audit.
const AUDIT_CHUNK: usize = 100;

impl Worker {
    /// Where somebody sees it, it is remembered where it ended, as by `countersign audit`.
    pub(super) fn audit(
        &self,
        at: &At,
        going: &Going,
        has_reader: bool,
        tell: &mut dyn FnMut(Response),
    ) -> Result<()> {
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
        let remembered = if has_reader && results.is_continuous() { audit.remember() } else { Ok(()) };
        report(&mut results, true);
        // What was found stands even where this machine cannot keep it.
        if let Err(error) = remembered {
            tell(Response::Failed { while_doing: Request::REMEMBERING, error });
        }
        Ok(())
    }

    pub(super) fn timeline(&self, at: &At, going: &Going, tell: &mut dyn FnMut(Response)) -> Result<()> {
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

    pub(super) fn moments(&self, at: &At, tell: &mut dyn FnMut(Response)) -> Result<()> {
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

    pub(super) fn between(&self, from: &(String, Day), to: &(String, Day)) -> Result<Meaning> {
        let at = |(revision, _): &(String, Day)| At::Revision(revision.clone());
        let entries = self.register.history_between(&from.0, &to.0)?.collect::<Result<Vec<Entry>>>()?;
        let Compared { before, after, touched } = self.register.compare(&at(from), &at(to))?;
        let sides = (Side { snapshot: &before, day: from.1 }, Side { snapshot: &after, day: to.1 });
        Ok(meaning::between(sides.0, sides.1, &touched, &entries))
    }

    pub(super) fn history(&self, trail: &Trail, at: &At, tell: &mut dyn FnMut(Response)) -> Result<()> {
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
