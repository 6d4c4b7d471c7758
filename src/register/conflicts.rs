//! Conflicts of git's own merges, settled in the register's words.

use std::borrow::Cow;

use super::prepare::unified;
use super::{At, Register, audit, trail};
use crate::domain::deed::Who;
use crate::domain::{CompanyId, Slot};
use crate::error::{Error, Result};
use crate::files::RegisterPath;
use crate::files::merge::{Versions, three, weigh};
use crate::ledger::conflicts::{Becomes, Side, Stage, Unmerged};
use crate::ledger::{CommitId, Filter, REGISTER_PATHS};

pub use crate::files::merge::three::Three;
pub use crate::files::merge::{Answers, Point, Taken, Weighed};

/// What is to be settled here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflicts {
    /// What git is in the middle of: `merge`, `rebase`, …
    pub operation: Option<&'static str>,
    /// What the two sides are called here, in words that may follow "as": `on main`, `in your change`.
    pub ours: String,
    pub theirs: String,
    /// Files of the register.
    pub files: Vec<Conflict>,
    /// The paths of others, which git alone settles.
    pub elsewhere: Vec<String>,
    /// Other judgements in the work tree that a merge put together from two.
    pub contested: Vec<(CompanyId, Slot)>,
}

/// A file that git did not merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    pub path: String,
    /// The judgement it holds, where it is one.
    pub cell: Option<(CompanyId, Slot)>,
    /// The keys in which the sides differ; none where a side is missing or cannot be read.
    pub fields: Vec<Three>,
    pub base: Version,
    pub ours: Version,
    pub theirs: Version,
    file: Option<RegisterPath>,
    unmerged: Unmerged,
}

/// One side of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Version {
    /// Whether there is such a file.
    pub is_there: bool,
    /// What it says; nothing where it is no text, or too long.
    pub text: Option<String>,
    /// Who changed it last on that side, and with what words.
    pub by: Option<(Who, String)>,
}

/// What a file is settled with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    Ours,
    Theirs,
    /// Both as one; where they contradict each other, what was chosen, or the careful answer.
    Together(Answers),
}

impl Register {
    /// Runs nothing of the repository's.
    pub fn conflicts(&self) -> Result<Conflicts> {
        let [ours, theirs] = self.ledger.sides()?;
        let is_ours = |file: &Unmerged| {
            let mut roots = REGISTER_PATHS.iter();
            roots.any(|root| {
                file.path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        };
        let (files, others): (Vec<_>, Vec<_>) = self.ledger.unmerged()?.into_iter().partition(is_ours);
        let files = files.into_iter().map(|file| self.conflict(file, &ours, &theirs));
        let files = files.collect::<Result<Vec<Conflict>>>()?;
        let mut contested = Vec::new();
        for (id, company) in &self.snapshot(&At::WorkTree)?.companies {
            let slots = company.assessments.iter().filter(|(_, recorded)| recorded.assessment.contested);
            let cells = slots.map(|(slot, _)| (id.clone(), slot.clone()));
            contested.extend(cells.filter(|cell| files.iter().all(|file| file.cell.as_ref() != Some(cell))));
        }
        Ok(Conflicts {
            operation: self.ledger.operation()?,
            ours: ours.name,
            theirs: theirs.name,
            files,
            elsewhere: others.into_iter().map(|file| file.path).collect(),
            contested,
        })
    }

    /// What git is in the middle of.
    pub fn operation(&self) -> Result<Option<&'static str>> {
        self.ledger.operation()
    }

    /// How many files git left to people, those of the register and others.
    pub fn unsettled(&self) -> Result<usize> {
        Ok(self.ledger.unmerged()?.len())
    }

    /// Puts what was chosen in the work tree and tells the index. What git is in the middle of goes on only by git.
    pub fn settle(&self, conflict: &Conflict, choice: &Choice) -> Result<()> {
        let text = conflict.settled(choice)?;
        let becomes = match (choice, &text) {
            (Choice::Ours, _) if conflict.ours.is_there => Becomes::Ours,
            (Choice::Theirs, _) if conflict.theirs.is_there => Becomes::Theirs,
            (Choice::Together(_), Some(text)) => Becomes::Text(text),
            _ => Becomes::Gone,
        };
        self.ledger.settle(&conflict.unmerged, becomes)
    }

    fn conflict(&self, unmerged: Unmerged, ours: &Side, theirs: &Side) -> Result<Conflict> {
        let version = |stage: &Option<Stage>, by| Version {
            is_there: stage.is_some(),
            text: stage.as_ref().and_then(|stage| trail::text_of(&self.ledger, &stage.id)),
            by,
        };
        let path = unmerged.path.clone();
        let base = version(&unmerged.base, None);
        let ours = version(&unmerged.ours, self.last(ours.commit, &path)?);
        let theirs = version(&unmerged.theirs, self.last(theirs.commit, &path)?);
        let file = RegisterPath::of(&path).ok().flatten();
        let cell = match &file {
            Some(RegisterPath::Assessment(company, slot)) => Some((company.clone(), slot.clone())),
            _ => None,
        };
        let fields = versions(&base, &ours, &theirs).map(three::fields).unwrap_or_default();
        Ok(Conflict { path, cell, fields, base, ours, theirs, file, unmerged })
    }

    /// Who touched a file last on the way to a commit.
    fn last(&self, commit: Option<CommitId>, path: &str) -> Result<Option<(Who, String)>> {
        let Some(commit) = commit else { return Ok(None) };
        let filter = Filter { paths: vec![path.to_owned()], ..Filter::default() };
        let record = self.ledger.history(commit, &filter)?.next().transpose()?;
        Ok(record.map(|record| (audit::who(&record.commit.author), record.commit.subject)))
    }
}

impl Conflicts {
    /// What the sides are called, ours first.
    pub fn names(&self) -> [&str; 2] {
        [&self.ours, &self.theirs]
    }

    /// How to go on when nothing of the register is left to be settled; nothing where git is in the middle of nothing.
    pub fn way_on(&self) -> Option<String> {
        let operation = self.operation?;
        let go_on =
            format!("go on with `git {operation} --continue`, or give it up with `git {operation} --abort`.");
        Some(match &self.elsewhere[..] {
            [] => format!("Everything is settled: {go_on}"),
            others => format!(
                "Everything in the register is settled. Settle {} with git, `git add` it, and {go_on}",
                others.join(", ")
            ),
        })
    }
}

impl Conflict {
    /// Both sides as one; nothing where one of them is missing or cannot be read, or they are built otherwise.
    pub fn together(&self, answers: &Answers) -> Option<Weighed> {
        let file = self.file.as_ref().filter(|file| file.is_read())?;
        weigh(file, versions(&self.base, &self.ours, &self.theirs)?, answers)
    }

    /// The text it is settled with, where it is one; nothing where the file goes.
    pub fn settled(&self, choice: &Choice) -> Result<Option<Cow<'_, str>>> {
        let answers = match choice {
            Choice::Ours => return Ok(self.ours.text.as_deref().map(Cow::Borrowed)),
            Choice::Theirs => return Ok(self.theirs.text.as_deref().map(Cow::Borrowed)),
            Choice::Together(answers) => answers,
        };
        let weighed = self.together(answers);
        let weighed = weighed.filter(|weighed| weighed.open().next().is_none());
        let weighed = weighed.ok_or_else(|| Error::NotWeighed { path: self.path.clone() })?;
        Ok(Some(Cow::Owned(weighed.text)))
    }

    /// What becomes of our side's file, which is the one that is committed here, line by line.
    pub fn diff(&self, choice: &Choice) -> Result<String> {
        let after = self.settled(choice)?;
        let goes = match choice {
            Choice::Ours => !self.ours.is_there,
            Choice::Theirs => !self.theirs.is_there,
            Choice::Together(_) => false,
        };
        let before = self.ours.text.as_deref();
        Ok(match (before.is_some() == self.ours.is_there, after) {
            (true, None) if goes => unified(&self.path, before, None),
            (true, Some(after)) => unified(&self.path, before, Some(&after)),
            _ => format!("{} is no text that could be shown\n", self.path),
        })
    }
}

/// The contradictions of three texts of one file; none where it has no keys.
pub(super) fn points(
    path: &str,
    base: Option<String>,
    ours: Option<String>,
    theirs: Option<String>,
) -> Vec<Point> {
    let file = RegisterPath::of(path).ok().flatten().filter(RegisterPath::is_read);
    let (Some(file), Some(ours), Some(theirs)) = (file, ours, theirs) else { return Vec::new() };
    let base = base.unwrap_or_default();
    let versions = Versions { base: &base, ours: &ours, theirs: &theirs };
    weigh(&file, versions, &Answers::default()).map(|weighed| weighed.points).unwrap_or_default()
}

fn versions<'t>(base: &'t Version, ours: &'t Version, theirs: &'t Version) -> Option<Versions<'t>> {
    let base = if base.is_there { base.text.as_deref()? } else { "" };
    Some(Versions { base, ours: ours.text.as_deref()?, theirs: theirs.text.as_deref()? })
}
