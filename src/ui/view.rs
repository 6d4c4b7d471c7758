//! What every screen looks at: one snapshot and its board, whole and never changed.

use std::sync::Arc;

use crate::analysis::audit::Grades;
use crate::analysis::check::{self, Verdict};
use crate::analysis::{Board, Group, Ranking};
use crate::domain::view::Order;
use crate::domain::{Chapter, Company, CompanyId, Day, Measure, MeasureRef, Snapshot};

use super::chosen::Chosen;
use super::draft::Draft;
use super::sketch::Sketch;
use super::theme::Theme;

/// Before the short name of a company that is made up.
pub const INVENTED: &str = "†";

/// Where something is typed that is not committed.
pub const DRAFT: &str = "✎";

/// A loaded register on a day.
#[derive(Clone)]
pub struct View {
    pub snapshot: Arc<Snapshot>,
    pub board: Arc<Board>,
    /// What is wrong in the files and counts, without the kept documents.
    pub verdict: Arc<Verdict>,
    pub theme: Theme,
    /// What the header says it was read from: `main @ 3f1c2a9e01`.
    pub origin: String,
    /// How many commits only the branch has, and only the one it follows.
    pub upstream: Option<(usize, usize)>,
    /// Whether decisions can be made: not on the past, not on the work tree's files.
    pub editable: Result<(), String>,
    /// Why this is not the register of today, for the mark nobody may overlook.
    pub as_of: Option<String>,
    /// What was typed and is not committed, by company and slot.
    pub drafts: Arc<Vec<Draft>>,
    /// The review that each commit went through, as far as it is known yet.
    pub grades: Arc<Grades>,
    /// The same of something else than judgements.
    pub sketches: Arc<Vec<Sketch>>,
    /// The same of files in conflict.
    pub chosen: Arc<Vec<Chosen>>,
    ranking: Arc<Ranking>,
}

impl View {
    pub fn new(snapshot: Arc<Snapshot>, board: Arc<Board>, theme: Theme, origin: String) -> View {
        let ranking = Arc::new(Ranking::new(&snapshot, &board));
        let verdict = Arc::new(Verdict::of(check::State::without_documents(&snapshot, board.day)));
        let (editable, drafts, grades) = (Ok(()), Arc::default(), Arc::default());
        View {
            snapshot,
            board,
            verdict,
            theme,
            origin,
            upstream: None,
            editable,
            as_of: None,
            drafts,
            grades,
            sketches: Arc::default(),
            chosen: Arc::default(),
            ranking,
        }
    }

    pub fn day(&self) -> Day {
        self.board.day
    }

    pub fn company(&self, id: &CompanyId) -> Option<&Arc<Company>> {
        self.snapshot.companies.get(id)
    }

    pub fn measure(&self, id: MeasureRef) -> Option<&Measure> {
        self.snapshot.catalogue.measure(id)
    }

    /// Whether something is typed in a cell that is not committed; drafts are in the order of their cells.
    pub fn has_draft(&self, company: &CompanyId, measure: MeasureRef) -> bool {
        let before = |draft: &Draft| (&draft.company, draft.slot.measure) < (company, measure);
        let at = self.drafts.partition_point(before);
        self.drafts.get(at).is_some_and(|draft| draft.is_in(company, measure))
    }

    /// A company's name, with the mark of an invented one; its id where it is not in this snapshot.
    pub fn name(&self, id: &CompanyId) -> String {
        match self.company(id) {
            Some(company) if company.profile.invented => format!("{} (invented)", company.profile.name),
            Some(company) => company.profile.name.clone(),
            None => id.to_string(),
        }
    }

    /// The name for a column that may be too narrow for it: the mark of an invented one stands first.
    pub fn marked(&self, id: &CompanyId) -> String {
        match self.company(id) {
            Some(company) if company.profile.invented => format!("{INVENTED}{}", company.profile.name),
            Some(company) => company.profile.name.clone(),
            None => id.to_string(),
        }
    }

    /// The short name for a column's head, with the mark of an invented one.
    pub fn short(&self, company: &Company) -> String {
        let mark = if company.profile.invented { INVENTED } else { "" };
        format!("{mark}{}", company.short())
    }

    /// Whether the legend has to explain the mark.
    pub fn has_invented(&self) -> bool {
        self.snapshot.companies.values().any(|company| company.profile.invented)
    }

    /// A board's companies of both blocks for a chapter, each in order: partial signatories stand where they stand there.
    pub fn blocks(&self, board: &Board, chapter: Chapter, order: Order) -> [Vec<CompanyId>; 2] {
        Group::ALL.map(|group| {
            let mut members: Vec<CompanyId> = board.members(group, chapter).cloned().collect();
            self.ranking.sort(&mut members, order, &[chapter]);
            members
        })
    }
}
