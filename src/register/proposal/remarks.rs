//! What people said about a proposal: read from its branch, weighed, and added to it.

use jiff::Timestamp;

use super::{Base, Register};
use crate::domain::deed::Signature;
use crate::domain::remark::Weighed;
use crate::domain::{ContentId, Remark, Verdict};
use crate::error::{Error, Result};
use crate::files::read::LARGEST_FILE;
use crate::files::remark;
use crate::ledger::{Blob, Message, ObjectId, REVIEWS, Record, Trailer, Verdict as Signed, attested};
use crate::register::prepare::{FileEdit, Planned, Prepared, Version};

/// What a person says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub verdict: Verdict,
    pub text: String,
    /// The file it is about, where it is about one of the changes.
    pub about: Option<String>,
}

impl Register {
    /// The commit that would add a remark to a proposal's branch, on what was seen of it. Where commits are signed here the
    /// remark itself is, now.
    pub fn say(&self, named: &str, seen: &str, said: Said) -> Result<Prepared> {
        let settings = self.ledger.require_trust()?;
        let base = self.base()?;
        let (name, places) = self.find(&base, named)?;
        let places = self.newest(places)?;
        let head = places[0].1;
        if head.to_string() != seen {
            return Err(Error::ProposalMoved { name });
        }
        let Some(grown) = self.grown_from(&base, head)? else {
            return Err(Error::ProposalUnrelated { name, base: base.branch });
        };
        let who = self.ledger.identity()?;
        let at = Timestamp::from_second(who.time_seconds).unwrap_or_default();
        let mut remark = Remark {
            verdict: said.verdict,
            proposal: name.clone(),
            by: format!("{} <{}>", who.name, who.email),
            at: at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            head: head.to_string(),
            content: self.ledger.contents(head)?.to_string(),
            base: grown.to_string(),
            about: said.about,
            text: said.text.trim().to_owned(),
            signed: None,
        };
        let message = word(&remark);
        let signed = settings.sign_commits()?;
        if signed {
            remark.signed = Some(self.ledger.attest(head, &message.to_string())?);
        }
        let failed = |reason| Error::NotWritten { path: REVIEWS.to_owned(), reason };
        let (path, text) = remark::write(REVIEWS, &remark).map_err(failed)?;
        let mut message = Message { trailers: Vec::new(), ..message };
        message.trailers.push(self.signed_off()?);
        let after = Version {
            id: self.ledger.stored_id(&settings, &path, text.as_bytes())?,
            bytes: text.into_bytes(),
        };
        let file = FileEdit { path, before: None, after: Some(after), executable: false };
        Ok(Prepared {
            branch: name,
            grows_from: Some(head),
            head: Some(head),
            commits: vec![Planned { message, way: None, merges: None, files: vec![file] }],
            grounds: Vec::new(),
            watched: None,
            signed,
        })
    }

    /// What was said on a proposal's branch since it grew, in the order of its commits. A remark that a later commit took away counts all
    /// the same.
    pub(super) fn remarks(
        &self,
        base: &Base,
        name: &str,
        records: &[Record],
        content: ObjectId,
    ) -> Result<Vec<Weighed>> {
        let folder = format!("{REVIEWS}/{name}/");
        let said = records.iter().rev().flat_map(|record| &record.changes);
        let mut files: Vec<(String, ContentId)> = Vec::new();
        for change in said.filter(|change| change.path.starts_with(&folder)) {
            let file = change.after.clone().map(|id| (change.path.clone(), id));
            files.extend(file.filter(|file| !files.contains(file)));
        }
        let mut remarks = Vec::new();
        for (path, id) in files {
            if let Some(remark) = self.text_of(&id)?.as_deref().and_then(remark::read)
                && remark.proposal == name
            {
                remarks.push((path, remark));
            }
        }
        weigh(remarks, &content.to_string(), |words| self.ledger.attestations(words, &base.keys))
    }

    fn text_of(&self, id: &ContentId) -> Result<Option<String>> {
        Ok(match self.ledger.blob(id, LARGEST_FILE)? {
            Blob::Content(bytes) => String::from_utf8(bytes).ok(),
            Blob::TooLarge { .. } => None,
        })
    }
}

/// Remarks with what their signatures are worth, in the order given.
pub fn weigh(
    remarks: Vec<(String, Remark)>,
    content: &str,
    judge: impl FnOnce(&[&str]) -> Result<Vec<Signed>>,
) -> Result<Vec<Weighed>> {
    let words: Vec<&str> = remarks.iter().filter_map(|(_, remark)| remark.signed.as_deref()).collect();
    let mut verdicts = judge(&words)?.into_iter();
    let weighed = remarks
        .into_iter()
        .map(|(path, remark)| {
            let verdict = remark.signed.as_ref().and_then(|_| verdicts.next());
            let signature = match verdict {
                Some(Signed::Good { .. }) if !says_the_same(&remark) => {
                    Signature::Refused { why: "what is signed is not what the file says".to_owned() }
                }
                Some(Signed::Good { signer, .. }) => Signature::Good { signer },
                Some(Signed::Refused { why, .. }) => Signature::Refused { why },
                Some(Signed::Unsigned) | None => Signature::Missing,
            };
            let is_current = remark.content == content;
            Weighed { remark, path, signature, is_current }
        })
        .collect();
    Ok(weighed)
}

/// A remark as it is signed.
fn word(remark: &Remark) -> Message {
    let Remark { verdict, proposal, text, at, head, base, about, .. } = remark;
    let mut trailers = vec![
        Trailer::new("Countersign-Review", verdict.key()),
        Trailer::new("Countersign-Proposal", proposal),
        Trailer::new("Countersign-Head", head),
        Trailer::new("Countersign-Base", base),
        Trailer::new("Countersign-At", at),
    ];
    trailers.extend(about.iter().map(|about| Trailer::new("Countersign-About", about)));
    Message { subject: format!("{} {proposal}", verdict.words()), reason: text.clone(), trailers }
}

fn says_the_same(remark: &Remark) -> bool {
    let signed = remark.signed.as_deref().and_then(attested);
    signed.is_some_and(|signed| {
        signed.contents.to_string() == remark.content
            && signed.message.trim_end() == word(remark).to_string().trim_end()
    })
}
