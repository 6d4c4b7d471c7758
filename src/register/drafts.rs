//! What was typed and is not committed, kept on this machine until it is: not in the repository, and by name.

use super::{Register, Shelf};
use crate::error::Result;

const DRAFTS: &str = "drafts";

impl Register {
    /// Where they are kept.
    pub fn draft_shelf(&self) -> Result<Shelf> {
        self.ledger.shelf(DRAFTS)
    }

    /// All drafts, by name; no text where one cannot be read.
    pub fn drafts(&self) -> Result<Vec<(String, Option<String>)>> {
        Ok(self.draft_shelf()?.all())
    }

    /// Keeps a draft in place of the one by its name, whole or not at all.
    pub fn keep_draft(&self, name: &str, text: &str) -> Result<()> {
        self.draft_shelf()?.keep(name, text)
    }

    /// Whether there was one to forget.
    pub fn forget_draft(&self, name: &str) -> Result<bool> {
        self.draft_shelf()?.forget(name)
    }
}
