//! A check in the formats of those who show it: code scanning, test reports, and the notes of hosting platforms.
//!
//! What comes from a repository is made visible before it goes into any of them, so that a message is one line of
//! readable text, and then escaped as the format asks. A finding keeps its fingerprint for as long as it is there,
//! whatever line it moves to.

pub mod github;
pub mod gitlab;
pub mod junit;
pub mod sarif;

use crate::analysis::audit::Class;
use crate::analysis::check::Concern;
use crate::domain::{Rule, Waiver, visible};

/// A rule as all formats know it: its name and its reason.
pub(super) struct Named {
    pub key: &'static str,
    pub reason: &'static str,
}

/// Under this name a reviewer sees that a branch brings a waiver along.
pub(super) const NEW_WAIVER: Named = Named {
    key: "new-waiver",
    reason: "The branch brings a waiver that its base does not have: who reviews the branch answers for it too.",
};

/// Everything a check can name.
pub(super) fn rules() -> impl Iterator<Item = Named> {
    let of_files = Rule::ALL.iter().map(|rule| Named { key: rule.key(), reason: rule.reason() });
    let of_trail = Class::ALL.iter().map(|class| Named { key: class.key(), reason: class.reason() });
    of_files.chain(of_trail).chain([NEW_WAIVER])
}

/// Where a finding is shown that is about a commit and no file.
pub(super) const REGISTER: &str = "countersign.toml";

/// The finding in one line: for a commit with its name, and what to do where that is known.
pub(super) fn words(concern: &Concern) -> String {
    let mut words = String::new();
    if let Concern::Trail(finding) = concern {
        let commit = finding.commit.get(..10).unwrap_or(&finding.commit);
        words.push_str(&format!("{commit} ({}): ", finding.subject));
    }
    words.push_str(concern.message());
    if let Some(hint) = concern.hint() {
        words.push_str(&format!("; {hint}"));
    }
    visible::line(&words).into_owned()
}

pub(super) fn words_of_waiver(waiver: &Waiver) -> String {
    let words = format!("new waiver of {}, {}", waiver.target(), super::check::terms(waiver));
    visible::line(&words).into_owned()
}
