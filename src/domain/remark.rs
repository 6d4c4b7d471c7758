//! What a person said about a proposal: one file below `reviews/`, on the proposal's own branch.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::deed::Signature;

/// A remark as its file has it. Ids are written in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Remark {
    pub verdict: Verdict,
    /// The branch's name: what the remark is about, wherever the file lies later.
    pub proposal: String,
    /// `First Desk <first@example.org>`
    pub by: String,
    /// When, as `2026-11-28T05:00:00Z`.
    pub at: String,
    /// The commit that was looked at.
    pub head: String,
    /// Its content: the id of its tree without `reviews/`. A later one needs a new look.
    pub content: String,
    /// The commit of the reviewed branch that the proposal grew from.
    pub base: String,
    /// The file it is about, where it is about one of the changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// The same as a signed commit object of git, whose tree is the content. It needs no ref to be checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<String>,
}

/// What a remark comes to.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Verdict {
    Note,
    Approve,
    AskForChanges,
    Decline,
}

impl Verdict {
    pub fn key(self) -> &'static str {
        self.into()
    }

    /// What somebody did.
    pub fn words(self) -> &'static str {
        match self {
            Verdict::Note => "noted",
            Verdict::Approve => "approved",
            Verdict::AskForChanges => "asked for changes",
            Verdict::Decline => "declined",
        }
    }

    /// Whether it stands in the way of a merge.
    pub fn objects(self) -> bool {
        matches!(self, Verdict::AskForChanges | Verdict::Decline)
    }
}

/// A remark, and what it is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weighed {
    pub remark: Remark,
    pub path: String,
    /// Of the signed word in it; [`Signature::Missing`] where there is none.
    pub signature: Signature,
    /// Whether it is about the content as it is now.
    pub is_current: bool,
}

impl Weighed {
    /// The holder of the key, else the address in the file, a claim.
    pub fn who(&self) -> &str {
        self.signature.signer().unwrap_or_else(|| address(&self.remark.by))
    }
}

/// `First Desk <first@example.org>`
pub fn address(person: &str) -> &str {
    let inside = person.rsplit_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map_or(person, |(address, _)| address)
}
