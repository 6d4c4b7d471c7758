//! `changed-in-merge`: a merge brings in what its sides did, and nothing else.

use super::{Class, Doubt};
use crate::domain::Deed;

pub(super) fn rule(deed: &Deed) -> Vec<Doubt> {
    let message = "the merge holds neither what its sides hold nor what follows from them";
    deed.not_derived.iter().map(|path| Doubt::about(Class::ChangedInMerge, path, message)).collect()
}
