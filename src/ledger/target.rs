//! The branch a commit goes to.

use git2::{Reference, ReferenceFormat};

use crate::error::{Error, Result};

/// The full ref name of a branch, from its short or its full name.
pub(super) fn branch_reference(name: &str) -> Result<String> {
    let full = format!("refs/heads/{}", name.strip_prefix("refs/heads/").unwrap_or(name));
    let normal = Reference::normalize_name(&full, ReferenceFormat::NORMAL);
    if name.starts_with('-') || normal.as_deref() != Ok(&full) {
        return Err(Error::BadBranchName { name: name.to_owned() });
    }
    Ok(full)
}
