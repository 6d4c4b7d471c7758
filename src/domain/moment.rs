//! A point in the register's time: one commit, and whom it was about.

use super::{CompanyId, Day, MeasureRef};

/// A commit that touched the register, without what it made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Full commit id.
    pub commit: String,
    /// By the committer's own calendar.
    pub day: Day,
    pub author: String,
    pub subject: String,
    /// The companies whose files it changed, and the measures judged in them.
    pub touched: Vec<(CompanyId, Option<MeasureRef>)>,
}

impl Moment {
    pub fn touches(&self, company: &CompanyId, measure: Option<MeasureRef>) -> bool {
        let one = |(own, judged): &(CompanyId, Option<MeasureRef>)| {
            own == company && (measure.is_none() || *judged == measure)
        };
        self.touched.iter().any(one)
    }
}
