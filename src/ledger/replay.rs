//! A history written from a script: the same script gives the same commit ids, everywhere and always.
//!
//! For the demo, whose commits are made up. Nothing of the user enters: no hooks, no signature, no filter, no identity,
//! no configuration. Decisions are never committed this way.

use git2::build::CheckoutBuilder;
use git2::{Config, ConfigLevel, FileMode, Oid, Repository, Signature, Time, Tree};

use super::object::CommitId;
use super::target::branch_reference;
use super::tree::check_path;
use super::{Ledger, Person, revision, store};
use crate::error::Result;

/// One commit of the script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub author: Person,
    pub committer: Person,
    pub message: String,
    /// Each file's path and its content after this commit; `None` removes it.
    pub files: Vec<(String, Option<Vec<u8>>)>,
}

impl Ledger {
    /// Appends the steps to `branch` and, in a repository with a work tree whose HEAD is that branch, checks the
    /// result out over whatever is there. Returns the last commit's id, or nothing if there is no commit at all.
    pub fn replay(&self, branch: &str, steps: impl IntoIterator<Item = Step>) -> Result<Option<CommitId>> {
        let reference = branch_reference(branch)?;
        let repository = without_user_configuration(self)?;
        let mut newest = revision::tip(&repository, &reference)?.map(|commit| commit.0);
        for step in steps {
            newest = Some(append(&repository, newest, &step)?);
        }
        let Some(newest) = newest else { return Ok(None) };
        repository.reference(&reference, newest, true, "countersign: replay")?;
        let head = repository.find_reference("HEAD")?;
        if !repository.is_bare() && head.symbolic_target_bytes() == Some(reference.as_bytes()) {
            repository.checkout_head(Some(CheckoutBuilder::new().force().disable_filters(true)))?;
        }
        Ok(Some(CommitId(newest)))
    }
}

/// A handle that reads the repository's own configuration only.
fn without_user_configuration(ledger: &Ledger) -> Result<Repository> {
    let Ledger { repository } = ledger.reopen()?;
    let mut config = Config::new()?;
    config.add_file(&ledger.common_dir().join("config"), ConfigLevel::Local, false)?;
    repository.set_config(&config)?;
    Ok(repository)
}

fn append(repository: &Repository, parent: Option<Oid>, step: &Step) -> Result<Oid> {
    let parent = parent.map(|parent| repository.find_commit(parent)).transpose()?;
    let baseline = parent.as_ref().map(|parent| parent.tree()).transpose()?;
    let tree = tree_after(repository, baseline, step)?;
    let author = signature(&step.author)?;
    let committer = signature(&step.committer)?;
    let parents: Vec<_> = parent.iter().collect();
    Ok(repository.commit(None, &author, &committer, &step.message, &tree, &parents)?)
}

fn tree_after<'r>(repository: &'r Repository, baseline: Option<Tree<'r>>, step: &Step) -> Result<Tree<'r>> {
    let changes: Result<Vec<_>> = step
        .files
        .iter()
        .map(|(path, content)| {
            check_path(path)?;
            let blob = content.as_ref().map(|content| repository.blob(content)).transpose()?;
            Ok((path.as_str(), blob.map(|blob| (blob, FileMode::Blob))))
        })
        .collect();
    store::write_tree(repository, baseline, &changes?)
}

fn signature(person: &Person) -> Result<Signature<'static>> {
    Ok(Signature::new(&person.name, &person.email, &Time::new(person.time_seconds, person.offset_minutes))?)
}
