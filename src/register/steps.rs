//! The history as steps, oldest first: what each day's commits left different in the register.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::amount::{Amount, InAll};
use super::{At, Register, load, renewed, trail};
use crate::domain::{Catalogue, Company, CompanyId, Day, Step};
use crate::error::Result;
use crate::files::layout;
use crate::ledger::{CommitId, Kind, Ledger, ObjectId, TreeEntry};

/// See [`Register::steps`].
pub struct Steps {
    ledger: Ledger,
    /// What is still to come, the oldest day last.
    days: Vec<Committed>,
    commitments: Option<ObjectId>,
    companies: BTreeMap<CompanyId, Known>,
}

/// A company as the last step has it.
struct Known {
    folder: ObjectId,
    company: Arc<Company>,
    /// At least what its files hold: what was read of them since it was read as a whole.
    amount: Amount,
}

/// A day and its last commit.
struct Committed {
    day: Day,
    commits: u32,
    last: CommitId,
}

impl Register {
    /// The steps that lead to a state of the register, along first parents; read while they are iterated.
    ///
    /// A day is read once, as its last commit left it, and of that only the companies whose folder is another one than
    /// on the day before; of these, only the files that are.
    pub fn steps(&self, at: &At) -> Result<Steps> {
        let ledger = self.ledger.reopen()?;
        let mut days: Vec<Committed> = Vec::new();
        let mut next = Some(self.commit_at(&ledger, at)?);
        while let Some(id) = next {
            let commit = ledger.commit_info(id)?;
            // A day is no later than the one after it, whatever the clocks said.
            let day = trail::day_of(&commit.committer);
            match days.last_mut() {
                Some(later) if later.day <= day => later.commits += 1,
                _ => days.push(Committed { day, commits: 1, last: id }),
            }
            next = commit.parents.first().copied();
        }
        Ok(Steps { ledger, days, commitments: None, companies: BTreeMap::new() })
    }
}

impl Iterator for Steps {
    type Item = Result<Step>;

    fn next(&mut self) -> Option<Result<Step>> {
        let day = self.days.pop()?;
        Some(self.step(&day))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.days.len(), Some(self.days.len()))
    }
}

impl ExactSizeIterator for Steps {}

impl Steps {
    /// Whether a shallow clone ends before the history does: what its first day shows may be older.
    pub fn is_cut(&self) -> bool {
        self.ledger.is_shallow()
    }

    fn step(&mut self, Committed { day, commits, last }: &Committed) -> Result<Step> {
        let root = self.ledger.list(self.ledger.root(*last)?)?.entries;
        let folder = |name: &str| {
            root.iter().find(|entry| entry.name == name && entry.kind == Kind::Folder).map(|entry| entry.id)
        };
        Ok(Step {
            day: *day,
            commits: *commits,
            commit: last.to_string(),
            catalogue: self.catalogue(folder("commitments"))?,
            companies: self.companies(folder("companies"))?,
        })
    }

    fn catalogue(&mut self, folder: Option<ObjectId>) -> Result<Option<Arc<Catalogue>>> {
        if folder == self.commitments {
            return Ok(None);
        }
        self.commitments = folder;
        let catalogue = folder.map(|folder| load::catalogue(&self.ledger, folder)).transpose()?;
        let catalogue = catalogue.map(|(catalogue, _)| catalogue);
        Ok(Some(Arc::new(catalogue.unwrap_or_default())))
    }

    fn companies(&mut self, folder: Option<ObjectId>) -> Result<Vec<(CompanyId, Option<Arc<Company>>)>> {
        let entries = folder.map(|folder| self.ledger.list(folder)).transpose()?.unwrap_or_default().entries;
        let company = |TreeEntry { name, kind, id }: TreeEntry| {
            (kind == Kind::Folder).then(|| Some((layout::company_folder(&name).ok()?, id))).flatten()
        };
        let folders: BTreeMap<CompanyId, ObjectId> = entries.into_iter().filter_map(company).collect();
        let mut changed = Vec::new();
        self.companies.retain(|id, _| {
            let stays = folders.contains_key(id);
            if !stays {
                changed.push((id.clone(), None));
            }
            stays
        });
        let in_all = InAll::default();
        for (id, folder) in folders {
            let before = self.companies.get(&id);
            if before.is_some_and(|known| known.folder == folder) {
                continue;
            }
            let known = self.read(&id, folder, before, &in_all)?;
            changed.push((id.clone(), Some(known.company.clone())));
            self.companies.insert(id, known);
        }
        let in_all = InAll::default();
        if self.companies.values().any(|known| in_all.add(known.amount).is_err()) {
            self.weigh_anew()?;
        }
        Ok(changed)
    }

    fn read(
        &self,
        id: &CompanyId,
        folder: ObjectId,
        before: Option<&Known>,
        in_all: &InAll,
    ) -> Result<Known> {
        let known = before.map(|known| &*known.company);
        let (company, read) = renewed::company(&self.ledger, id, folder, known, in_all)?;
        let amount = before.map_or(read, |before| before.amount.and(read));
        if before.is_some() && !amount.is_of_one() {
            return self.read(id, folder, None, in_all);
        }
        Ok(Known { folder, company: Arc::new(company), amount })
    }

    /// Refused where it is in fact too much.
    fn weigh_anew(&mut self) -> Result<()> {
        let in_all = InAll::default();
        for (id, known) in &mut self.companies {
            known.amount = renewed::company(&self.ledger, id, known.folder, None, &in_all)?.1;
        }
        Ok(())
    }
}
