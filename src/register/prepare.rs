//! From a change to a commit, with a stop in between to look at it.

use similar::TextDiff;

use super::Register;
use crate::domain::{Assessment, Change, ContentId, Decision, Snapshot, Source, Status};
use crate::error::{Error, Result};
use crate::files::read::LARGEST_FILE;
use crate::files::write;
use crate::ledger::commit::{Edit, Proposed};
use crate::ledger::{Blob, CommitId, Head, Message, Trailer};

/// A commit that is not made yet: exactly what it will say and do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "nothing is committed until it is handed to Register::commit"]
pub struct Prepared {
    path: String,
    before: Option<(ContentId, String)>,
    after: String,
    message: Message,
    branch: String,
    head: Option<CommitId>,
}

/// A commit that was made and read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// Full commit id.
    pub id: String,
    /// What went less than smoothly after the commit stood, such as a `post-commit` hook that failed.
    pub warnings: Vec<String>,
}

impl Prepared {
    /// The file it touches.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The branch it goes to.
    pub fn branch(&self) -> &str {
        &self.branch
    }

    pub fn subject(&self) -> &str {
        &self.message.subject
    }

    /// The whole message, as it will be committed unless a hook rewords it.
    pub fn message(&self) -> String {
        self.message.to_string()
    }

    /// The exact difference, as a unified diff.
    pub fn diff(&self) -> String {
        unified(&self.path, self.before.as_ref().map(|(_, text)| text.as_str()), Some(&self.after))
    }
}

/// A unified diff as git prints it; a side that is not there is `/dev/null`.
pub(super) fn unified(path: &str, before: Option<&str>, after: Option<&str>) -> String {
    let side = |prefix: &str, text: Option<&str>| match text {
        Some(_) => format!("{prefix}/{path}"),
        None => "/dev/null".to_owned(),
    };
    let diff = TextDiff::from_lines(before.unwrap_or_default(), after.unwrap_or_default());
    diff.unified_diff().header(&side("a", before), &side("b", after)).to_string()
}

impl Register {
    /// What committing a change would do. The snapshot must be the head of the branch. Refuses where a filter would
    /// have to run that the user does not trust.
    pub fn prepare(&self, snapshot: &Snapshot, change: &Change) -> Result<Prepared> {
        let Change::Assess(decision) = change;
        self.ledger.require_trust_to_convert()?;
        let (branch, head) = self.branch_of(snapshot)?;
        let path = write::path(change).to_string();
        let before = self.text_at(head, &path)?;
        let after = write::text(change, before.as_ref().map(|(_, text)| text.as_str()))
            .map_err(|refused| Error::NotWritten { path: path.clone(), reason: refused.to_string() })?;
        let old = snapshot
            .companies
            .get(&decision.company)
            .and_then(|company| company.assessments.get(&decision.slot));
        let blobs = (before.as_ref().map(|(id, _)| id), self.ledger.stored_id(&path, after.as_bytes())?);
        let mut message = message(snapshot, decision, old.map(|old| &old.assessment), blobs);
        let signer = self.ledger.identity()?;
        message.trailers.push(Trailer::new("Signed-off-by", format!("{} <{}>", signer.name, signer.email)));
        Ok(Prepared { path, before, after, message, branch, head })
    }

    /// Makes the commit, and reads it back. Refuses where the branch or the file moved since it was prepared, and where
    /// the repository names programs that the user does not trust.
    pub fn commit(&self, prepared: Prepared) -> Result<Committed> {
        self.ledger.require_trust()?;
        let Prepared { path, before, after, message, branch, head } = prepared;
        let edit = Edit { path, before: before.map(|(id, _)| id), after: Some(after.into_bytes()) };
        let proposed = Proposed {
            branch: Some(branch),
            edits: vec![edit],
            message: message.to_string(),
            expected_head: head,
        };
        let committed = self.ledger.commit(&proposed)?;
        Ok(Committed { id: committed.id.to_string(), warnings: committed.warnings })
    }

    fn branch_of(&self, snapshot: &Snapshot) -> Result<(String, Option<CommitId>)> {
        match self.ledger.head()? {
            Head::Detached(_) => Err(Error::DetachedHead),
            Head::Branch { name, commit } => {
                let same = match &snapshot.source {
                    Source::Commit(id) => commit.is_some_and(|commit| commit.to_string() == *id),
                    Source::Unborn => commit.is_none(),
                    Source::WorkTree => false,
                };
                if same { Ok((name, commit)) } else { Err(Error::BranchMoved { branch: name }) }
            }
        }
    }

    fn text_at(&self, commit: Option<CommitId>, path: &str) -> Result<Option<(ContentId, String)>> {
        let Some(commit) = commit else { return Ok(None) };
        let Some(entry) = self.ledger.lookup(commit, path)? else { return Ok(None) };
        if !entry.kind.is_file() {
            return Err(Error::NotAFile { path: path.to_owned() });
        }
        let unreadable = || Error::FileUnreadable { path: path.to_owned() };
        match self.ledger.blob(entry.id, LARGEST_FILE)? {
            Blob::Content(bytes) => {
                let text = String::from_utf8(bytes).map_err(|_| unreadable())?;
                Ok(Some((entry.id.content(), text)))
            }
            Blob::TooLarge { .. } => Err(unreadable()),
        }
    }
}

/// The message of a decision, for people and to be parsed back.
pub(crate) fn message(
    snapshot: &Snapshot,
    decision: &Decision,
    old: Option<&Assessment>,
    (before, after): (Option<&ContentId>, ContentId),
) -> Message {
    let Decision { company, slot, assessment } = decision;
    let words = |status: Option<Status>| status.map_or("unassessed", Status::key);
    let (from, to) = (words(old.map(|old| old.status)), words(Some(assessment.status)));
    let none = "0".repeat(after.as_str().len());
    let before = before.map_or(none.as_str(), ContentId::as_str);
    let mut trailers = vec![
        Trailer::new("Countersign-Change", format!("assess {company} {slot}")),
        Trailer::new("Countersign-Status", format!("{from} -> {to}")),
        Trailer::new("Countersign-Record", format!("{before} -> {after}")),
    ];
    let filed = |id| snapshot.companies.get(company).and_then(|company| company.evidence.get(id));
    for pinned in &assessment.evidence {
        let digest = filed(&pinned.id).and_then(|filed| filed.evidence.sha256.as_ref());
        let digest = digest.map(|digest| format!(" sha256:{digest}")).unwrap_or_default();
        trailers.push(Trailer::new("Countersign-Evidence", format!("{} {}{digest}", pinned.id, pinned.pin)));
    }
    Message {
        subject: format!("assess {company} {slot}: {from} → {to}"),
        reason: assessment.reason.clone(),
        trailers,
    }
}
