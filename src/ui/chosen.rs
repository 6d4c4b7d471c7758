//! What was chosen and typed for a file in conflict, kept until the file is settled.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::domain::catalogue::hex;
use crate::register::conflicts::{Conflict, Taken};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Chosen {
    pub path: String,
    /// By what the conflict is known again: another one in the same file is another question.
    pub conflict: String,
    pub whole: Option<Whole>,
    pub answers: BTreeMap<String, Taken>,
    /// Where somebody wrote it anew.
    pub reason: Option<String>,
}

/// What all of a file becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Whole {
    Together,
    Ours,
    Theirs,
}

impl Chosen {
    pub fn is_of(&self, conflict: &Conflict) -> bool {
        self.path == conflict.path && self.conflict == conflict.id()
    }

    /// What it is called among drafts.
    pub fn title(&self) -> String {
        format!("conflict {}", self.path)
    }

    /// Its file's name, however long the path. Neither a slot nor anything that is recorded is called like this.
    pub fn name(&self) -> String {
        format!("conflict+{}.json", hex(&Sha256::digest(&self.path)[..16]))
    }

    /// Its file's text.
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Reads a file back; nothing where it is damaged, or something else.
    pub fn read(name: &str, text: &str) -> Option<Chosen> {
        let chosen: Chosen = serde_json::from_str(text).ok()?;
        (chosen.name() == name).then_some(chosen)
    }

    /// In a line: the answers, and the reason.
    pub fn words(&self) -> String {
        let answers = self.answers.iter().map(|(key, taken)| format!("{key}: {}", taken.word()));
        answers.chain(self.reason.clone()).collect::<Vec<_>>().join(", ")
    }
}
