//! Several commits that are made together or not at all.
//!
//! Each is written on top of the one before, with hooks, signature and read-back. Until the last of them stands none is
//! in the history; then the branch, the index and the work tree move once.

use std::collections::BTreeMap;

use super::{Committed, Edit, FileChange, Ground, Made, Publishing, Writer};
use crate::error::{Error, Result};
use crate::ledger::desk::Desk;
use crate::ledger::git::Git;
use crate::ledger::hooks::{self, Occasion};
use crate::ledger::object::content;
use crate::ledger::stop::Stop;
use crate::ledger::store::Settling;
use crate::ledger::target::Target;
use crate::ledger::{CommitId, Ledger, Settings, fault};

/// Commits to be made, in this order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Series {
    /// The branch, by its short or full name; HEAD's when none is named.
    pub branch: Option<String>,
    /// The commit the branch grows from if it is not there yet, and is brought up to if it is behind. Nothing: it has to
    /// be there, and stays where it is.
    pub grows_from: Option<CommitId>,
    /// What the decision rests on besides.
    pub grounds: Vec<Ground>,
    pub commits: Vec<Planned>,
}

/// One of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Planned {
    /// What becomes of its files, each from what the commits before it leave.
    pub edits: Vec<Edit>,
    /// As [`super::Message`](crate::ledger::Message) writes it. A hook of the repository may reword it.
    pub message: String,
    /// The commit it merges, as its second parent. The edits are what that brings in.
    pub merges: Option<CommitId>,
}

impl Ledger {
    /// Makes all the commits as the settings say, or changes nothing and says why.
    pub fn commit_all(&self, settings: &Settings, series: &Series, stop: &Stop) -> Result<Committed> {
        let git = Git::of(self)?.until(stop);
        git.refuse_other_repository(self)?;
        let (desk, recovery) = Desk::sit(self, &git)?;
        let held = desk.held_by(git.clone())?;
        let writer = Writer { ledger: self, settings, git: &held, desk: &desk };
        let is_merge = series.commits.last().is_some_and(|last| last.merges.is_some());
        let occasion = if is_merge { Occasion::Merge } else { Occasion::Commit };
        if writer.has_hooks(&occasion.before()) {
            // Without a name git would refuse the commit at the end.
            self.identity()?;
        }
        let made = writer.commit(series)?;
        let has_more = writer.has_hooks(&[occasion.after()]);
        // The hook may well commit itself.
        drop((held, desk));
        let (target, Made { ids, changes, mut warnings }) = made;
        warnings.extend(has_more.then(|| hooks::after_commit(&git, occasion)).flatten());
        Ok(Committed {
            id: *ids.last().ok_or(Error::NothingToCommit)?,
            ids,
            parent: target.tip,
            branch: target.branch(),
            files: changes.into_iter().map(|change| (change.path, change.after.map(content))).collect(),
            recovery,
            warnings,
        })
    }
}

impl Writer<'_> {
    pub(super) fn commit_to(&self, target: &Target, series: &Series) -> Result<Made> {
        self.refuse_other_grounds(target, &series.grounds)?;
        let changes = self.store_all(target, series)?;
        let checkout = if target.checked_out { Some(self.prepare_checkout(&changes)?) } else { None };
        fault::point("blobs");

        let (ids, objects) = self.write_all(target, series)?;
        let last = *ids.last().ok_or(Error::NothingToCommit)?;
        let moving = self.begin_move(last)?;
        self.git.stop().close()?;
        let warnings = match checkout {
            Some(checkout) => {
                let publishing = Publishing { commit: last, objects, moving };
                self.publish_with_checkout(target, publishing, &changes, checkout)?
            }
            None => {
                objects.wait()?;
                self.move_branch(target, last, moving)?;
                Vec::new()
            }
        };
        Ok(Made { ids, changes, warnings })
    }

    /// What all the commits together change: nothing, where one takes back another.
    fn store_all(&self, target: &Target, series: &Series) -> Result<Vec<FileChange>> {
        let [one] = &series.commits[..] else {
            let mut whole: BTreeMap<&str, Edit> = BTreeMap::new();
            for edit in series.commits.iter().flat_map(|commit| &commit.edits) {
                whole.entry(&edit.path).or_insert_with(|| edit.clone()).after.clone_from(&edit.after);
            }
            return match self.store(target, &whole.into_values().collect::<Vec<_>>()) {
                Err(Error::NothingToCommit) => Ok(Vec::new()),
                stored => stored,
            };
        };
        self.store(target, &one.edits)
    }

    /// The commits, and their objects on their way to the disk.
    pub(super) fn write_all(&self, target: &Target, series: &Series) -> Result<(Vec<CommitId>, Settling)> {
        let (mut ids, mut objects) = (Vec::with_capacity(series.commits.len()), Settling::default());
        for planned in &series.commits {
            let tip = ids.last().copied().or(target.tip);
            let target = Target { tip, reference: target.reference.clone(), ..*target };
            let changes = self.store(&target, &planned.edits)?;
            let (id, written) = self.write_commit(&target, &changes, planned)?;
            ids.push(id);
            objects = objects.and(written);
        }
        Ok((ids, objects))
    }
}
