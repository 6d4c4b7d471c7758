//! Conflicts of git's own merges, settled in the register's words: those that git waits for, and those that a file's marks
//! still tell of when somebody has committed it as it was.

use std::borrow::Cow;

use sha2::{Digest, Sha256};

use super::prepare::unified;
use super::{At, Register, audit, trail};
use crate::domain::catalogue::hex;
use crate::domain::deed::Who;
use crate::domain::{CompanyId, Finding, Rule, Slot};
use crate::error::{Error, Result};
use crate::files::RegisterPath;
use crate::files::merge::{Versions, mark, three, weigh};
use crate::files::write::with_ends_of;
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
    /// Whether git signs what it commits when it goes on, so that a program may ask for a passphrase.
    pub signs: bool,
    /// Other judgements in the work tree that a merge put together from two.
    pub contested: Vec<(CompanyId, Slot)>,
}

/// A file that git did not merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    pub path: String,
    /// The judgement it holds, where it is one.
    pub cell: Option<(CompanyId, Slot)>,
    /// What the sides are called, ours first.
    pub names: [String; 2],
    /// The keys in which the sides differ; none where a side is missing or cannot be read.
    pub fields: Vec<Three>,
    pub base: Version,
    pub ours: Version,
    pub theirs: Version,
    file: Option<RegisterPath>,
    left: Left,
}

/// What git left of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Left {
    Unmerged(Unmerged),
    /// Nothing to git: it is marked, and this is its text in the work tree.
    Marked(String),
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
        let mut files = files.collect::<Result<Vec<Conflict>>>()?;
        let snapshot = self.snapshot(&At::WorkTree)?;
        let marked = snapshot.findings.iter().filter(|finding| finding.rule == Rule::Unsettled);
        for Finding { path, .. } in marked {
            if files.iter().all(|file| file.path != *path) {
                files.extend(self.marked(path)?);
            }
        }
        let mut contested = Vec::new();
        for (id, company) in &snapshot.companies {
            let slots = company.assessments.iter().filter(|(_, recorded)| recorded.assessment.contested);
            let cells = slots.map(|(slot, _)| (id.clone(), slot.clone()));
            contested.extend(cells.filter(|cell| files.iter().all(|file| file.cell.as_ref() != Some(cell))));
        }
        let operation = self.ledger.operation()?;
        Ok(Conflicts {
            ours: ours.name,
            theirs: theirs.name,
            files,
            signs: operation.is_some() && self.ledger.settings()?.sign_commits()?,
            operation,
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
        match &conflict.left {
            Left::Unmerged(unmerged) => self.ledger.settle(unmerged, becomes),
            Left::Marked(was) => {
                self.ledger.replace(&conflict.path, was, text.as_deref().unwrap_or_default())
            }
        }
    }

    /// Lets git go on with what it is in the middle of, once everything in it is settled. Whether that is over; else it
    /// stopped at the next conflict.
    pub fn go_on(&self) -> Result<bool> {
        let Conflicts { files, elsewhere, .. } = self.conflicts()?;
        let touched = self.uncommitted()?;
        let waits = |file: &Conflict| !file.is_marked() || touched.contains(&file.path);
        let mut paths: Vec<String> = files.into_iter().filter(waits).map(|file| file.path).collect();
        paths.extend(elsewhere);
        if paths.is_empty() { self.ledger.go_on() } else { Err(Error::NotSettled { paths }) }
    }

    fn marked(&self, path: &str) -> Result<Option<Conflict>> {
        let Some(text) = self.ledger.text_in_work_tree(path)? else { return Ok(None) };
        let Some(texts) = mark::apart(&text) else { return Ok(None) };
        let [base, ours, theirs] = texts.map(|text| Version { is_there: true, text: Some(text), by: None });
        let names = ["in the file", "on the other side"].map(str::to_owned);
        Ok(Some(Conflict::new(path.to_owned(), names, [base, ours, theirs], Left::Marked(text))))
    }

    fn conflict(&self, unmerged: Unmerged, ours: &Side, theirs: &Side) -> Result<Conflict> {
        let names = [ours, theirs].map(|side| side.name.clone());
        let version = |stage: &Option<Stage>, by| Version {
            is_there: stage.is_some(),
            text: stage.as_ref().and_then(|stage| trail::text_of(&self.ledger, &stage.id)),
            by,
        };
        let path = unmerged.path.clone();
        let base = version(&unmerged.base, None);
        let ours = version(&unmerged.ours, self.last(ours.commit, &path)?);
        let theirs = version(&unmerged.theirs, self.last(theirs.commit, &path)?);
        Ok(Conflict::new(path, names, [base, ours, theirs], Left::Unmerged(unmerged)))
    }

    /// Who touched a file last on the way to a commit.
    fn last(&self, commit: Option<CommitId>, path: &str) -> Result<Option<(Who, String)>> {
        let Some(commit) = commit else { return Ok(None) };
        let filter = Filter { paths: vec![path.to_owned()], ..Filter::default() };
        let record = self.ledger.history(commit, &filter)?.next().transpose()?;
        Ok(record
            .filter(|record| !record.is_cut)
            .map(|record| (audit::who(&record.commit.author), record.commit.subject)))
    }
}

impl Conflicts {
    /// How to go on, by git or by `here`, when nothing of the register is left to be settled; nothing where git is in the middle of nothing.
    pub fn way_on(&self, here: &str) -> Option<String> {
        let operation = self.operation?;
        let go_on = format!(
            "go on with `git {operation} --continue` or {here}, or give it up with `git {operation} --abort`."
        );
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
    fn new(path: String, names: [String; 2], [base, ours, theirs]: [Version; 3], left: Left) -> Conflict {
        let file = RegisterPath::of(&path).ok().flatten();
        let cell = match &file {
            Some(RegisterPath::Assessment(company, slot)) => Some((company.clone(), slot.clone())),
            _ => None,
        };
        let fields = versions(&base, &ours, &theirs).map(three::fields).unwrap_or_default();
        Conflict { path, cell, names, fields, base, ours, theirs, file, left }
    }

    /// By what it is known again: other versions are another conflict.
    pub fn id(&self) -> String {
        hex(&Sha256::digest(format!("{:?}", self.left)))
    }

    /// Whether git no longer waits for it: the file itself says that nobody has settled it.
    pub fn is_marked(&self) -> bool {
        matches!(self.left, Left::Marked(_))
    }

    /// Both sides as one; nothing where one of them is missing or cannot be read, or they are built otherwise.
    pub fn together(&self, answers: &Answers) -> Option<Weighed> {
        let file = self.file.as_ref().filter(|file| file.is_read())?;
        weigh(file, versions(&self.base, &self.ours, &self.theirs)?, answers)
    }

    /// The text it is settled with, where it is one; nothing where the file goes.
    pub fn settled(&self, choice: &Choice) -> Result<Option<Cow<'_, str>>> {
        let text = self.chosen(choice)?;
        Ok(match &self.left {
            Left::Unmerged(_) => text,
            Left::Marked(was) => text.map(|text| Cow::Owned(with_ends_of(was, text.into_owned()))),
        })
    }

    fn chosen(&self, choice: &Choice) -> Result<Option<Cow<'_, str>>> {
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

    /// What becomes of our side's file, or of the marked one, which is the one that is committed here, line by line.
    pub fn diff(&self, choice: &Choice) -> Result<String> {
        let after = self.settled(choice)?;
        let goes = match choice {
            Choice::Ours => !self.ours.is_there,
            Choice::Theirs => !self.theirs.is_there,
            Choice::Together(_) => false,
        };
        let before = match &self.left {
            Left::Unmerged(_) => self.ours.text.as_deref(),
            Left::Marked(text) => Some(text.as_str()),
        };
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
