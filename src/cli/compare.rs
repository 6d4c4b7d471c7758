//! `countersign compare`

use clap::Args;

use super::parts::Parts;
use super::reading::{Form, Narrowing, Reading};
use super::resolve;
use crate::analysis::{Pair, Target, comparison};
use crate::error::Result;
use crate::report::pair::PairReport;
use crate::report::sides::SidesReport;

/// Compare two companies, or signatories with non-signatories
///
/// Without companies, counts the states of both sides for each measure; with a single measure, names the companies.
#[derive(Debug, Args)]
pub struct Compare {
    /// A company, by id or name
    #[arg(requires = "right")]
    left: Option<String>,
    /// The company to hold against it
    right: Option<String>,
    #[command(flatten)]
    parts: Parts,
    /// Only measures on which the two companies differ
    #[arg(long, requires = "right")]
    only_differences: bool,
    #[command(flatten)]
    narrowing: Narrowing,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    form: Form,
}

impl Compare {
    pub fn run(&self) -> Result<()> {
        let opened = self.reading.open()?;
        let (snapshot, narrow) = (&opened.snapshot, self.narrowing.board(&opened)?);
        let mut measures = self.parts.measures(snapshot)?;
        measures.retain(|measure| narrow.measures().contains(measure));
        opened.mention_findings();
        let (Some(left), Some(right)) = (&self.left, &self.right) else {
            return self.form.print(&opened, &SidesReport { snapshot, board: &narrow, measures });
        };
        let (left, right) = (resolve::company(snapshot, left)?, resolve::company(snapshot, right)?);
        let mut pairs = comparison::pairs(&opened.board(), &left.id, &right.id, Target::Everything);
        // What matches for one of the two is held against the other, whatever stands there.
        let matches =
            |pair: &Pair| [left, right].iter().any(|side| narrow.cell(&side.id, pair.measure).is_some());
        pairs.retain(|pair: &Pair| measures.contains(&pair.measure) && matches(pair));
        pairs.retain(|pair: &Pair| !self.only_differences || pair.differs());
        self.form.print(&opened, &PairReport { snapshot, left, right, pairs })
    }
}
