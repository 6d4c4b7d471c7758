//! What a register demands of those who decide and approve: the tables `[review]` and `[signing]` of `countersign.toml`.
//!
//! A commit is held against the policy of its parent, never against its own: who loosens a rule must still have kept to
//! it. What was there before the first policy was nobody's to judge.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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

    pub fn lets_approve(&self, email: &str) -> bool {
        self.may_approve.is_empty() || lists(&self.may_approve, email)
    }
}

fn lists(people: &[String], email: &str) -> bool {
    people.iter().any(|person| same_person(person, email))
}

/// Addresses are compared as mail systems do: without case.
pub fn same_person(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}
