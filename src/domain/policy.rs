//! What a register demands of those who decide and approve: the tables `[review]` and `[signing]` of `countersign.toml`.
//!
//! A commit is held against the policy of its parent, never against its own: who loosens a rule must still have kept to
//! it. What was there before the first policy was nobody's to judge, until a merge brings it to a side that has one.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::proposal::NamePattern;
use super::{Chapter, CompanyId};

/// Who may decide and approve. People are named by e-mail address, the one their commits and keys carry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Review {
    /// A decision reaches the branch through a merge that somebody else made.
    pub second_person: bool,
    /// Who may record judgements; empty: everybody.
    pub may_decide: Vec<String>,
    /// Who may merge judgements and change the policy; empty: everybody.
    pub may_approve: Vec<String>,
    /// Who may approve what, in place of `may-approve`.
    #[serde(rename = "approver")]
    pub approvers: Vec<Approver>,
    /// How many people must have approved a proposal as it is, each with a signature. Whoever merges it, with a signature,
    /// is one of them.
    pub approvals: usize,
    /// Whether somebody may approve what they proposed themselves.
    pub author_may_approve: bool,
    /// What must have nothing to say against a proposal before it is merged.
    pub required_checks: Vec<RequiredCheck>,
    /// What a proposal's branch is called.
    pub proposals: NamePattern,
    /// Addresses whose signatures speak for a hosting platform, not for a person.
    pub platforms: Vec<String>,
}

/// People who may approve changes of some companies or chapters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Approver {
    pub people: Vec<String>,
    /// Left out: of every company.
    #[serde(default)]
    pub companies: Vec<CompanyId>,
    /// Left out: of every chapter, and what belongs to none.
    #[serde(default)]
    pub chapters: Vec<Chapter>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RequiredCheck {
    /// The files: `countersign check` finds nothing that the base does not have.
    Check,
    /// The commits: `countersign audit` finds nothing in them.
    Audit,
}

impl RequiredCheck {
    pub fn key(self) -> &'static str {
        match self {
            RequiredCheck::Check => "check",
            RequiredCheck::Audit => "audit",
        }
    }
}

/// What a change is about, as far as a policy tells changes apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    pub company: Option<CompanyId>,
    pub chapter: Option<Chapter>,
}

/// Whether commits are signed, and by which keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Signing {
    /// Every commit that touches the register, and every merge, carries a signature of its author.
    pub require_signatures: bool,
    /// Path of the SSH keys and whose they are, in the format of `ssh-keygen -Y verify`.
    pub allowed_signers: String,
    /// Path of the SSH keys that no longer count, in the format of `ssh-keygen -Y verify -r`.
    pub revoked_keys: Option<String>,
}

impl Default for Signing {
    fn default() -> Signing {
        Signing {
            require_signatures: false,
            allowed_signers: "policy/allowed_signers".to_owned(),
            revoked_keys: None,
        }
    }
}

impl Review {
    pub fn lets_decide(&self, email: &str) -> bool {
        self.may_decide.is_empty() || lists(&self.may_decide, email)
    }

    /// Whether somebody may approve a change: as one of those who are named for it; where nobody is, by `may-approve`.
    pub fn lets_approve(&self, email: &str, subject: &Subject) -> bool {
        let mut named = self.approvers.iter().filter(|approver| approver.is_for(subject)).peekable();
        match named.peek() {
            Some(_) => named.any(|approver| lists(&approver.people, email)),
            None => self.may_approve.is_empty() || lists(&self.may_approve, email),
        }
    }

    /// Whether an address speaks for a platform.
    pub fn is_platform(&self, email: &str) -> bool {
        lists(&self.platforms, email)
    }
}

impl Approver {
    fn is_for(&self, subject: &Subject) -> bool {
        let of_company = self.companies.is_empty()
            || subject.company.as_ref().is_some_and(|company| self.companies.contains(company));
        let of_chapter = self.chapters.is_empty()
            || subject.chapter.is_some_and(|chapter| self.chapters.contains(&chapter));
        of_company && of_chapter
    }
}

fn lists(people: &[String], email: &str) -> bool {
    people.iter().any(|person| same_person(person, email))
}

/// Addresses are compared as mail systems do: without case.
pub fn same_person(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}
