//! A person's signed word on the content of a commit.
//!
//! It is a commit object of git's own: its tree is the content, its parent the commit that was looked at, its message the
//! word. The user's git signs it as it signs commits, whatever the format. No ref ever points to it: its bytes are kept
//! in a review's file, so that the signature travels with the branch, and stays when a platform squashes or rebases it.

use git2::ObjectType;

use super::commit::commit_tree;
use super::git::Git;
use super::raw::RawCommit;
use super::signature::{Asked, Check, Keys, Verdict};
use super::{CommitId, Ledger, ObjectId};
use crate::error::{Error, Result};

/// What a signed word says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attested {
    /// The content.
    pub contents: ObjectId,
    pub message: String,
}

impl Ledger {
    /// Signs a message about the content of a commit.
    pub fn attest(&self, commit: CommitId, message: &str) -> Result<String> {
        let git = Git::of(self)?;
        git.refuse_other_repository(self)?;
        let tree = self.write_contents(commit)?;
        // Without a name it could not even be signed.
        self.identity()?;
        let word = commit_tree(&git, true, &[commit], tree, message.as_bytes())?;
        let bytes = self.object(word.0, ObjectType::Commit)?;
        String::from_utf8(bytes)
            .map_err(|_| Error::NotSigned { output: "The signature is no text.".to_owned() })
    }

    /// Whose keys signed these words, judged by git in a repository of their own: this one is not written to.
    pub fn attestations(&self, words: &[&str], keys: &Keys) -> Result<Vec<Verdict>> {
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let in_temp = |error| Error::io("make a folder in", std::env::temp_dir())(error);
        let (folder, own) = (tempfile::tempdir().map_err(in_temp)?, tempfile::tempdir().map_err(in_temp)?);
        let git = Git::at(own.path())?;
        let format = format!("--object-format={}", self.store.format().name());
        git.plumbing("init", ["--quiet", "--bare", "--template=", &format]).output()?;
        // git looks at what it stores: what is no commit gets no id.
        let store = |word: &&str| {
            let call = git.plumbing("hash-object", ["-w", "-t", "commit", "--stdin"]);
            let answer = call.input(word.as_bytes()).ask()?;
            Ok(String::from_utf8_lossy(&answer.output).trim_end().parse().ok())
        };
        let ids = words.iter().map(store).collect::<Result<Vec<Option<CommitId>>>>()?;
        let sound = words.iter().zip(&ids).filter_map(|(word, id)| Some(Asked::of((*id)?, word.as_bytes())));
        let sound: Vec<Asked> = sound.collect();
        let mut verdicts = Check::new(&git, folder.path(), keys)?.verdicts(&sound)?.into_iter();
        let unreadable =
            || Verdict::Refused { why: "the signed word is no commit".to_owned(), lasting: true };
        Ok(ids.iter().map(|id| id.and_then(|_| verdicts.next()).unwrap_or_else(unreadable)).collect())
    }
}

/// What a signed word says; whether anybody signed it is another question.
pub fn attested(word: &str) -> Option<Attested> {
    let commit = RawCommit::parse(word.as_bytes())?;
    Some(Attested { contents: ObjectId(commit.tree), message: commit.text() })
}
