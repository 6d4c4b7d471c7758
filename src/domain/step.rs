//! The history as steps: what the commits of one day made different.

use std::sync::Arc;

use super::{Catalogue, Company, CompanyId, Day};

/// A day on which something was committed, as what it left different at its end.
///
/// Steps that follow one another, each laid over what stood before, are the register at the end of each of these days.
#[derive(Clone, Debug)]
pub struct Step {
    /// By the committers' own calendar, and never before the step before it.
    pub day: Day,
    /// How many commits the day had, whether they touched the register or not.
    pub commits: u32,
    /// The day's last commit, by its full id.
    pub commit: String,
    /// What is asked, where that changed.
    pub catalogue: Option<Arc<Catalogue>>,
    /// The companies that changed; without a value where one is gone.
    pub companies: Vec<(CompanyId, Option<Arc<Company>>)>,
}
