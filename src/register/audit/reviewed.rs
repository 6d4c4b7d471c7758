//! Signed approvals that a commit brought along, of exactly what it brought.
//!
//! A merge is held against the content of the branch it merged. A platform that squashes or rebases leaves no such
//! branch; but an approval names the commit the proposal grew from, so what was approved can be built again: that
//! commit's content with the changes of the squashed commit, or of the last few commits, done to it. Where its id is the
//! one that was signed, nothing else was merged than what was approved.

use super::facts::Facts;
use super::signed::Signatures;
use crate::domain::deed::Brought;
use crate::domain::policy::same_person;
use crate::domain::remark::Weighed;
use crate::domain::snapshot::Settings;
use crate::domain::{Remark, Verdict};
use crate::error::Result;
use crate::files::remark;
use crate::ledger::{CommitId, CommitInfo, PathChange, REVIEWS, Verified};
use crate::register::proposal::weigh;

/// More commits of one proposal are not looked through for where it began.
const LONGEST_SERIES: usize = 100;

/// More reviews that one commit brings are not read.
const MOST_REMARKS: usize = 1000;

/// What a commit brought to the branch after the review that is on file with it; nothing where there is none.
pub fn brought(
    ledger: &Verified,
    facts: &Facts<'_>,
    signatures: &mut Signatures<'_>,
    commit: &CommitInfo,
    changes: &[PathChange],
    (keys_at, policy): (Option<CommitId>, &Settings),
) -> Result<Option<Brought>> {
    let remarks = remarks(facts, commit, changes)?;
    let Some((_, first)) = remarks.iter().rfind(|(_, remark)| remark.verdict == Verdict::Approve) else {
        return Ok(None);
    };
    let (content, commits) = match commit.parents.get(1) {
        Some(merged) => (Some(ledger.contents(*merged)?.to_string()), Vec::new()),
        None => match series(ledger, commit, first)? {
            Some(commits) => (Some(first.content.clone()), commits),
            None => (None, Vec::new()),
        },
    };
    let Some(content) = content else { return Ok(None) };
    let keys = facts.keys(keys_at, policy)?;
    let weighed = weigh(remarks, &content, |words| signatures.of_words(words, &keys))?;
    Ok(Some(Brought { approvals: approvals(weighed), commits }))
}

/// The files of reviews that a commit adds, by name: they begin with the time.
fn remarks(facts: &Facts<'_>, commit: &CommitInfo, changes: &[PathChange]) -> Result<Vec<(String, Remark)>> {
    let added = |change: &&PathChange| {
        let below = change.path.strip_prefix(REVIEWS).is_some_and(|rest| rest.starts_with('/'));
        below && change.before.is_none() && change.after.is_some()
    };
    let mut remarks = Vec::new();
    for change in changes.iter().filter(added).take(MOST_REMARKS) {
        let text =
            facts.bytes_at(Some(commit.id), &change.path)?.and_then(|bytes| String::from_utf8(bytes).ok());
        if let Some(remark) = text.as_deref().and_then(remark::read) {
            remarks.push((change.path.clone(), remark));
        }
    }
    Ok(remarks)
}

/// The commits, the newest first, that together are what was approved.
fn series(ledger: &Verified, last: &CommitInfo, approved: &Remark) -> Result<Option<Vec<String>>> {
    let Ok(base) = approved.base.parse::<CommitId>() else { return Ok(None) };
    // The approval may be of a history that is not here.
    let is_here = |parent: CommitId| {
        ledger.commit_info(base).is_ok() && ledger.is_ancestor(base, parent).unwrap_or(false)
    };
    let mut commits = Vec::new();
    let mut at = last.clone();
    while let ([parent], true) = (&at.parents[..], commits.len() < LONGEST_SERIES) {
        let parent = *parent;
        commits.push(at.id.to_string());
        if !is_here(parent) {
            return Ok(None);
        }
        let content = ledger.contents_replayed(Some(parent), last.id, base)?;
        if content.is_some_and(|content| content.to_string() == approved.content) {
            return Ok(Some(commits));
        }
        at = ledger.commit_info(parent)?;
    }
    Ok(None)
}

/// Of each person the last word on this content, where it is an approval.
fn approvals(weighed: Vec<Weighed>) -> Vec<Weighed> {
    let mut last: Vec<Weighed> = Vec::new();
    for word in weighed.into_iter().filter(|word| word.is_current && word.remark.verdict != Verdict::Note) {
        last.retain(|earlier| !same_person(earlier.who(), word.who()));
        last.push(word);
    }
    last.retain(|word| word.remark.verdict == Verdict::Approve);
    last
}
