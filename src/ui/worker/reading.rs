//! Reading the register: as it is now, as another program left it, and as of another time.

use std::sync::Arc;

use super::{Response, Worker};
use crate::analysis::{Board, saved};
use crate::domain::{Day, Snapshot, Source};
use crate::error::Result;
use crate::register::At;
use crate::ui::view::View;

/// What of a view can change without being read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    source: Source,
    origin: String,
    upstream: Option<(usize, usize)>,
}

impl Worker {
    pub(super) fn load(&self) -> Result<View> {
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
    pub(super) fn upstream(&self) -> Option<(usize, usize)> {
        let upstream = self.register.upstream().ok().flatten()?;
        (self.at == At::Head).then_some((upstream.ahead, upstream.behind))
    }

    /// Loads again what another program changed. What is not committed is not told apart from what was read before.
    pub(super) fn look(&self, tell: &mut dyn FnMut(Response)) -> Result<()> {
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
    pub(super) fn load_as_of(&self, revision: &str) -> Result<View> {
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

    pub(super) fn view(&self, snapshot: Snapshot, day: Day) -> View {
        let of_views = saved::findings(&snapshot);
        let snapshot = snapshot.with_findings(of_views);
        let board = Arc::new(match &*self.shown.borrow() {
            Some((before, board)) => Board::after((before, board), &snapshot, day),
            None => Board::new(&snapshot, day),
        });
        let origin = self.register.origin(&snapshot.source);
        View::new(Arc::new(snapshot), board, self.theme, origin)
    }
}
