//! From a change to a commit, with a stop in between to look at it.

use sha2::{Digest, Sha256};
use similar::TextDiff;

use super::plan::Planning;
use super::reversal::UNDOES;
use super::{Register, Way, documents, put_right};
use crate::domain::catalogue::hex;
use crate::domain::{Change, CompanyId, ContentId, Snapshot, Source};
use crate::error::{Error, Result};
use crate::files::read::LARGEST_FILE;
use crate::ledger::commit::{self, Edit, Series};
use crate::ledger::{Blob, CommitId, Ground, Head, Message, Person, Trailer};

/// Commits that are not made yet: exactly what they will say and do. They are made together or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "nothing is committed until it is handed to Register::commit"]
pub struct Prepared {
    pub(super) branch: String,
    /// Where the branch grows from, if it is made with them.
    pub(super) grows_from: Option<CommitId>,
    /// The head they were prepared on.
    pub(super) head: Option<CommitId>,
    /// In the order they will be made; at least one.
    pub(super) commits: Vec<Planned>,
    pub(super) grounds: Vec<Ground>,
    /// A proposal that must still end where it was seen to end.
    pub(super) watched: Option<(String, CommitId)>,
    pub(super) signed: bool,
}

/// One commit that is not made yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    pub(super) message: Message,
    /// Where it takes another commit back.
    pub(super) way: Option<Way>,
    /// The commit it merges.
    pub(super) merges: Option<CommitId>,
    pub(super) files: Vec<FileEdit>,
}

/// What becomes of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FileEdit {
    pub path: String,
    pub before: Option<Version>,
    pub after: Option<Version>,
    /// What the file is where it is made anew.
    pub executable: bool,
}

/// A file's content: text or a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Version {
    pub id: ContentId,
    pub bytes: Vec<u8>,
}

/// Commits that were made and read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// Full commit ids, in the order they were made.
    pub ids: Vec<String>,
    /// The head they were made on, where that is another one than they were prepared on: the branch moved meanwhile, but
    /// nothing they rest on.
    pub replayed_on: Option<String>,
    /// What a writer that died had left behind, and what went less than smoothly after the commits stood, such as a
    /// `post-commit` hook that failed.
    pub warnings: Vec<String>,
}

impl Committed {
    /// The last one: what the branch ends in.
    pub fn id(&self) -> &str {
        self.ids.last().map_or("", String::as_str)
    }
}

impl Prepared {
    /// The branch they go to.
    pub fn branch(&self) -> &str {
        &self.branch
    }

    /// Whether they go to a branch that waits for review, or has been waiting.
    pub fn is_proposal(&self) -> bool {
        self.grows_from.is_some()
    }

    /// What the first of them is about: the stem of its first file.
    pub fn topic(&self) -> &str {
        let name = self.first().paths().next().and_then(|path| path.rsplit('/').next()).unwrap_or_default();
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }

    /// The company whose files come first in them.
    pub fn company(&self) -> Option<CompanyId> {
        let mut paths = self.commits.iter().flat_map(Planned::paths);
        paths.find_map(|path| path.strip_prefix("companies/")?.split_once('/')?.0.parse().ok())
    }

    /// The first of them; a decision has no other.
    pub fn first(&self) -> &Planned {
        &self.commits[0]
    }

    /// Whether they will be signed, so that a program may ask for a passphrase.
    pub fn is_signed(&self) -> bool {
        self.signed
    }

    /// In the order they will be made; at least one.
    pub fn commits(&self) -> &[Planned] {
        &self.commits
    }
}

impl Planned {
    /// The files it touches.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|file| file.path.as_str())
    }

    pub fn subject(&self) -> &str {
        &self.message.subject
    }

    /// Whether it merges a proposal.
    pub fn is_merge(&self) -> bool {
        self.merges.is_some()
    }

    /// Whether it takes a change back, or puts one back again.
    pub fn way(&self) -> Option<Way> {
        self.way
    }

    /// The commit it takes back, by its full id.
    pub fn undoes(&self) -> Option<&str> {
        self.message.values(UNDOES).next()
    }

    /// The whole message, as it will be committed unless a hook rewords it.
    pub fn message(&self) -> String {
        self.message.to_string()
    }

    /// The exact difference of every file, as a unified diff; of what is no text, sizes and digests.
    pub fn diff(&self) -> String {
        self.files.iter().map(FileEdit::diff).collect()
    }
}

impl FileEdit {
    fn diff(&self) -> String {
        let sides = [&self.before, &self.after].map(Option::as_ref);
        match sides.map(|side| side.map_or(Some(""), Version::text)) {
            [Some(before), Some(after)] => {
                unified(&self.path, sides[0].map(|_| before), sides[1].map(|_| after))
            }
            _ => {
                let [before, after] = sides.map(|side| side.map_or("no file".to_owned(), Version::digest));
                format!("Binary file {}\n-{before}\n+{after}\n", self.path)
            }
        }
    }

    fn edit(self) -> Edit {
        let FileEdit { path, before, after, executable } = self;
        let (before, after) = (before.map(|before| before.id), after.map(|after| after.bytes));
        Edit { path, before, after, executable }
    }
}

impl Version {
    /// Its text, where it is one that a person would read as a diff.
    pub fn text(&self) -> Option<&str> {
        let is_text = self.bytes.len() as u64 <= LARGEST_FILE && !self.bytes.contains(&0);
        std::str::from_utf8(&self.bytes).ok().filter(|_| is_text)
    }

    fn digest(&self) -> String {
        format!("{} bytes, sha256:{}", self.bytes.len(), hex(&Sha256::digest(&self.bytes)))
    }
}

pub(super) fn signed_off(signer: Person) -> Trailer {
    Trailer::new("Signed-off-by", format!("{} <{}>", signer.name, signer.email))
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
    /// What committing a change would do. The snapshot must be a head of the branch, now or before. Refuses where a filter
    /// would have to run that the user does not trust.
    pub fn prepare(&self, snapshot: &Snapshot, change: &Change) -> Result<Prepared> {
        self.prepare_all(snapshot, std::slice::from_ref(change))
    }

    /// The same for several, one commit each, in their order: a later one may rest on an earlier one.
    pub fn prepare_all(&self, snapshot: &Snapshot, changes: &[Change]) -> Result<Prepared> {
        if changes.is_empty() {
            return Err(Error::NothingToCommit);
        }
        let (branch, head) = self.branch_of(snapshot)?;
        let Planning { commits, grounds, settings, .. } = self.plan(snapshot, head, changes)?;
        let (grows_from, signed) = (self.grows_from, settings.sign_commits()?);
        Ok(Prepared { branch, grows_from, head, commits, grounds, watched: None, signed })
    }

    /// Makes the commits, and reads them back. Where the branch moved since they were prepared they are made on the new
    /// head, and refused if a file, or something the decision rests on, is another one there. Refused, too, where the
    /// repository names programs that the user does not trust.
    pub fn commit(&self, prepared: Prepared) -> Result<Committed> {
        let settings = self.ledger.require_trust()?;
        let Prepared { branch, grows_from, head, commits, grounds, watched, signed: _ } = prepared;
        if let Some((name, seen)) = watched {
            self.refuse_moved(&name, seen)?;
        }
        let commits = commits.into_iter().map(|Planned { message, merges, files, .. }| commit::Planned {
            edits: files.into_iter().map(FileEdit::edit).collect(),
            message: message.to_string(),
            merges,
        });
        let commits = commits.collect();
        let series = Series { branch: Some(branch.clone()), grows_from, grounds, commits };
        let committed = match self.ledger.commit_all(&settings, &series, self.pulse.until()) {
            Err(Error::FileMoved { path }) => {
                let edits: Vec<Edit> = series.commits.into_iter().flat_map(|commit| commit.edits).collect();
                return Err(self.overtaken(path, &branch, head, &edits)?);
            }
            committed => committed?,
        };
        let replayed_on =
            committed.parent.filter(|parent| head != Some(*parent)).map(|parent| parent.to_string());
        let put_right = put_right(committed.recovery).map(str::to_owned);
        let warnings = put_right.into_iter().chain(committed.warnings).collect();
        let ids = committed.ids.iter().map(ToString::to_string).collect();
        Ok(Committed { ids, replayed_on, warnings })
    }

    /// The trailer that says who makes a commit.
    pub(super) fn signed_off(&self) -> Result<Trailer> {
        self.ledger.identity().map(signed_off)
    }

    /// The branch a decision on a snapshot goes to, and the head it was made on.
    fn branch_of(&self, snapshot: &Snapshot) -> Result<(String, Option<CommitId>)> {
        match self.head()? {
            Head::Detached(_) => Err(Error::DetachedHead),
            Head::Branch { name, commit } => {
                let decided_on = match &snapshot.source {
                    Source::Commit(id) => Some(self.ledger.resolve(id)?),
                    Source::Unborn | Source::WorkTree | Source::Staged => None,
                };
                let of_the_branch = match (decided_on, commit) {
                    (Some(decided_on), Some(head)) => self.ledger.is_ancestor(decided_on, head)?,
                    (None, None) => snapshot.source == Source::Unborn,
                    _ => false,
                };
                if of_the_branch { Ok((name, decided_on)) } else { Err(Error::BranchMoved { branch: name }) }
            }
        }
    }

    pub(super) fn text_at(&self, commit: CommitId, path: &str) -> Result<Option<Version>> {
        let Some(id) = self.content_at(commit, path)? else { return Ok(None) };
        let unreadable = || Error::FileUnreadable { path: path.to_owned() };
        let bytes = match self.ledger.blob(&id, LARGEST_FILE)? {
            Blob::Content(bytes) => bytes,
            Blob::TooLarge { .. } => return Err(unreadable()),
        };
        let version = Version { id, bytes };
        if version.text().is_some() { Ok(Some(version)) } else { Err(unreadable()) }
    }

    /// The content of a file at a commit; none where there is no file.
    pub(super) fn content_at(&self, commit: CommitId, path: &str) -> Result<Option<ContentId>> {
        match self.ledger.lookup(commit, path)? {
            Some(entry) if !entry.kind.is_file() => Err(Error::NotAFile { path: path.to_owned() }),
            entry => Ok(entry.map(|entry| entry.id.content())),
        }
    }

    /// A content with its bytes, a document's included.
    pub(super) fn version(&self, id: &ContentId) -> Result<Version> {
        Ok(Version { id: id.clone(), bytes: documents::bytes(&self.ledger, id)? })
    }
}
