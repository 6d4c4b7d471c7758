//! What a decision rests on, and what is told when somebody else's commit came first.
//!
//! A decision that was made on one head may be committed on a later one as long as everything it was held against is
//! the same there: then it would have been made alike. Where it is not, the person gets to see both versions.

use std::collections::BTreeSet;

use similar::TextDiff;

use super::{Register, trail};
use crate::domain::{Change, Chapter, Decision, Filing, Finding, Rule, Snapshot};
use crate::error::{Error, Overtaken, Result};
use crate::files::{RegisterPath, write};
use crate::ledger::{CommitId, Edit, Filter, Ground, Record};

impl Register {
    /// What a decision rests on besides its own file: the policy, the measure with its limits, the company's positions,
    /// the model, and the evidence with its documents.
    pub(super) fn grounds(
        &self,
        snapshot: &Snapshot,
        change: &Change,
        head: Option<CommitId>,
    ) -> Result<Vec<Ground>> {
        let ground = |path: RegisterPath| {
            let path = path.to_string();
            let entry = head.map(|head| self.ledger.lookup(head, &path)).transpose()?.flatten();
            Ok(Ground { path, content: entry.map(|entry| entry.id.content()) })
        };
        let paths = rests_on(snapshot, change);
        refuse_unread(snapshot, paths.iter().cloned().chain([write::path(change)]))?;
        paths.into_iter().map(ground).collect()
    }

    /// Says who changed `path` on the branch since `head`, with both versions: the branch's and that of the decision.
    pub(super) fn overtaken(
        &self,
        path: String,
        branch: &str,
        head: Option<CommitId>,
        edits: &[Edit],
    ) -> Result<Error> {
        self.overtaken_by(path, branch, self.ledger.branch(branch)?, head, edits)
    }

    /// The same where the other commits end in `tip`, whatever it is called.
    pub(super) fn overtaken_by(
        &self,
        path: String,
        branch: &str,
        tip: Option<CommitId>,
        head: Option<CommitId>,
        edits: &[Edit],
    ) -> Result<Error> {
        let filter = Filter { paths: vec![path.clone()], since: head, ..Filter::default() };
        let mut changes = tip.map(|tip| self.ledger.history(tip, &filter)).transpose()?.into_iter().flatten();
        let last = changes.next().transpose()?.filter(|record| !record.is_cut);
        let by = last.map(|Record { commit, .. }| {
            let day = trail::day_of(&commit.committer);
            format!("{} by {} on {day}, {}", commit.id.short(), commit.author.name, commit.subject)
        });
        let now = Version { whose: format!("{branch} now"), text: self.shown(tip, &path)? };
        let diff = match edits.iter().find(|edit| edit.path == path) {
            Some(edit) => {
                let text = edit.after.as_ref().map(|bytes| String::from_utf8_lossy(bytes).into_owned());
                between(&path, &now, &Version { whose: "yours".to_owned(), text: text.unwrap_or_default() })
            }
            None => {
                let then = Version { whose: "when you decided".to_owned(), text: self.shown(head, &path)? };
                between(&path, &then, &now)
            }
        };
        Ok(Error::Overtaken { overtaken: Box::new(Overtaken { path, branch: branch.to_owned(), by, diff }) })
    }

    /// A file as far as it can be shown. No file is an empty text.
    fn shown(&self, commit: Option<CommitId>, path: &str) -> Result<String> {
        let Some(commit) = commit else { return Ok(String::new()) };
        match self.text_at(commit, path) {
            Ok(found) => Ok(found.and_then(|found| found.text().map(str::to_owned)).unwrap_or_default()),
            Err(Error::FileUnreadable { .. } | Error::NotAFile { .. }) => {
                let entry = self.ledger.lookup(commit, path)?;
                Ok(entry.map(|entry| format!("(no text: {})\n", entry.id)).unwrap_or_default())
            }
            Err(error) => Err(error),
        }
    }
}

/// What cannot be read may say anything: nothing is decided on it.
pub(super) fn refuse_unread(snapshot: &Snapshot, paths: impl Iterator<Item = RegisterPath>) -> Result<()> {
    let unread: Vec<&Finding> =
        snapshot.findings.iter().filter(|finding| finding.rule == Rule::Unreadable).collect();
    for path in paths.filter(|_| !unread.is_empty()).map(|path| path.to_string()) {
        let covers = |finding: &&&Finding| path == finding.path || is_below(&path, &finding.path);
        if let Some(Finding { message, hint, .. }) = unread.iter().find(covers) {
            let (problem, hint) = (message.clone(), hint.clone().unwrap_or_default());
            return Err(Error::RestsOnUnread { path, problem, hint });
        }
    }
    Ok(())
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// One of two texts of a file.
struct Version {
    whose: String,
    text: String,
}

fn between(path: &str, left: &Version, right: &Version) -> String {
    let header = |version: &Version| format!("{path}  ({})", version.whose);
    let diff = TextDiff::from_lines(&left.text, &right.text);
    diff.unified_diff().header(&header(left), &header(right)).to_string()
}

fn rests_on(snapshot: &Snapshot, change: &Change) -> Vec<RegisterPath> {
    let mut paths = vec![RegisterPath::Settings];
    paths.extend(change.company().cloned().map(RegisterPath::Profile));
    match change {
        Change::Assess(decision) => judgement_rests_on(snapshot, decision, &mut paths),
        Change::File(Filing { company, evidence, .. }) => {
            let chapters: BTreeSet<Chapter> = evidence.bears_on.iter().map(|part| part.chapter()).collect();
            paths.extend(chapters.into_iter().map(RegisterPath::Chapter));
            let models = evidence.models.iter();
            paths.extend(models.map(|model| RegisterPath::Model(company.clone(), model.clone())));
        }
        Change::Position(_) | Change::Model(_) | Change::View(_) => {}
    }
    paths
}

fn judgement_rests_on(snapshot: &Snapshot, decision: &Decision, paths: &mut Vec<RegisterPath>) {
    let Decision { company, slot, assessment } = decision;
    paths.extend([RegisterPath::Chapter(slot.measure.chapter), RegisterPath::Limits]);
    paths.extend(slot.model.clone().map(|model| RegisterPath::Model(company.clone(), model)));
    let filed = snapshot.companies.get(company).map(|company| &company.evidence);
    for id in assessment.evidence.iter().map(|pinned| &pinned.id) {
        paths.push(RegisterPath::Evidence(company.clone(), id.clone()));
        let document = filed.and_then(|filed| filed.get(id)?.evidence.file.clone());
        paths.extend(document.map(|name| RegisterPath::Document(company.clone(), name)));
    }
}
