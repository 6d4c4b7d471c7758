//! Countersigning: the merge of a proposal, prepared to be looked at like any other commit.

use std::iter;

use super::Register;
use crate::domain::proposal::Cleared;
use crate::error::{Error, Result};
use crate::files::RegisterPath;
use crate::ledger::{CommitId, Ground, Merged, MergedFile, Message, Settings, Trailer};
use crate::register::overtaken;
use crate::register::prepare::{FileEdit, Planned, Prepared, Version};

/// The trailers of a countersigned merge: which proposal, and the exact commit and content that were reviewed.
pub const MERGES: &str = "Countersign-Merges";
pub const REVIEWED: &str = "Countersign-Reviewed";

impl Register {
    /// The merge commit of a proposal that was cleared. Refused where the proposal ends elsewhere than when it was looked
    /// at; and when it is made, where the policy changed since.
    pub fn countersign(&self, cleared: &Cleared, reason: &str) -> Result<Prepared> {
        let settings = self.ledger.require_trust_to_convert()?;
        let base = self.base()?;
        overtaken::refuse_unread(&base.snapshot, iter::once(RegisterPath::Settings))?;
        let Cleared { name, head, onto, reviewers, changes } = cleared;
        let (name, places) = self.find(&base, name)?;
        let tip = self.newest(places)?[0].1;
        if tip.to_string() != *head {
            return Err(Error::ProposalMoved { name });
        }
        if base.commit.to_string() != *onto {
            return Err(Error::BranchMoved { branch: base.branch });
        }
        let merging = self.merging(&base, tip)?;
        let merging = merging.filter(|merging| merging.conflicts.is_empty() && merging.not_files.is_empty());
        let Some(merging) = merging else {
            return Err(Error::ProposalUnrelated { name, base: base.branch });
        };
        let files = merging
            .changes
            .into_iter()
            .map(|file| self.merged_edit(&settings, file))
            .collect::<Result<_>>()?;
        let list: Vec<String> = changes.iter().map(|change| format!("- {change}")).collect();
        let reason = [reason.trim().to_owned(), list.join("\n")];
        let reason = reason.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n");
        let mut trailers = vec![
            Trailer::new(MERGES, &name),
            Trailer::new(REVIEWED, format!("{tip} {}", self.ledger.contents(tip)?)),
        ];
        trailers.extend(reviewers.iter().map(|reviewer| Trailer::new("Reviewed-by", reviewer)));
        trailers.push(self.signed_off()?);
        let message = Message { subject: format!("countersign {name}"), reason, trailers };
        let signing = &base.settings().signing;
        let mut rests_on = vec!["countersign.toml".to_owned(), signing.allowed_signers.clone()];
        rests_on.extend(signing.revoked_keys.clone());
        Ok(Prepared {
            grounds: rests_on
                .into_iter()
                .map(|path| self.ground(base.commit, path))
                .collect::<Result<_>>()?,
            branch: base.branch,
            grows_from: None,
            head: Some(base.commit),
            commits: vec![Planned { message, way: None, merges: Some(tip), files }],
            watched: Some((name, tip)),
            signed: settings.sign_commits()?,
        })
    }

    /// Refuses where a proposal ends elsewhere than when it was looked at.
    pub(in crate::register) fn refuse_moved(&self, name: &str, seen: CommitId) -> Result<()> {
        let base = self.base()?;
        let (name, places) = self.find(&base, name)?;
        if self.newest(places)?[0].1 == seen { Ok(()) } else { Err(Error::ProposalMoved { name }) }
    }

    pub(in crate::register) fn ground(&self, commit: CommitId, path: String) -> Result<Ground> {
        Ok(Ground { content: self.content_at(commit, &path)?, path })
    }

    /// The blob itself goes into the merge: where a filter would make another one of it, it is refused.
    fn merged_edit(
        &self,
        settings: &Settings,
        Merged { path, before, after, executable }: Merged,
    ) -> Result<FileEdit> {
        let before = before.map(|id| self.version(&id)).transpose()?;
        let after = match after {
            None => None,
            Some(MergedFile::Theirs(id)) => Some(self.version(&id)?),
            Some(MergedFile::Text(bytes)) => Some(Version { id: self.ledger.content_id(&bytes), bytes }),
        };
        if let Some(Version { id, bytes }) = &after
            && self.ledger.stored_id(settings, &path, bytes)? != *id
        {
            return Err(Error::NotMergeable { path });
        }
        Ok(FileEdit { path, before, after, executable })
    }
}
