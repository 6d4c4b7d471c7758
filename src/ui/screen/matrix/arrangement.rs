//! Which companies and measures the board shows, in which order, and how many of their cells are open.
//!
//! It follows from the board, the filter and the order alone. Whole blocks are sorted and whole rows counted for it,
//! which takes longer than a frame may at some hundred companies; so it is made once for each of them and kept while
//! the cursor moves.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::analysis::{Board, Filter, Target};
use crate::domain::view::Order;
use crate::domain::{Chapter, CompanyId, MeasureRef};
use crate::ui::view::View;

pub struct Arrangement {
    whole: Arc<Board>,
    /// What the filter leaves of it.
    board: Board,
    filter: String,
    columns: Columns,
    /// Chapter by chapter.
    blocks: [Blocks; Chapter::ALL.len()],
    cells: HashMap<Chapter, u32>,
    open: HashMap<Target, u32>,
    open_of: HashMap<(Chapter, CompanyId), u32>,
}

/// The companies on either side.
pub type Blocks = [Vec<CompanyId>; 2];

/// What a person made of the columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    pub order: Order,
    pub hidden: HashSet<CompanyId>,
    pub pinned: HashSet<CompanyId>,
}

impl Columns {
    /// Pinned ones first, else in the order they have.
    fn of(&self, view: &View, board: &Board, chapter: Chapter) -> Blocks {
        let mut blocks = view.blocks(board, chapter, self.order);
        blocks.iter_mut().for_each(|block| block.sort_by_key(|company| !self.pinned.contains(company)));
        blocks
    }
}

impl Arrangement {
    pub fn new(view: &View, filter: &Filter, columns: &Columns) -> Arrangement {
        let board = filter.board(&view.snapshot, &view.board).without(&columns.hidden);
        let (mut cells, mut open, mut open_of) = (HashMap::new(), HashMap::new(), HashMap::new());
        let mut open_rows: HashMap<MeasureRef, u32> = HashMap::new();
        for (company, column) in board.by_company() {
            let (mut all, mut own) = ([0; Chapter::ALL.len()], [0; Chapter::ALL.len()]);
            for (measure, cell) in column {
                all[measure.chapter as usize] += 1;
                if cell.state.is_open() {
                    own[measure.chapter as usize] += 1;
                    *open_rows.entry(measure).or_default() += 1;
                }
            }
            for chapter in Chapter::ALL {
                *cells.entry(chapter).or_default() += all[chapter as usize];
                open_of.insert((chapter, company.clone()), own[chapter as usize]);
            }
        }
        for (measure, count) in open_rows {
            let chapter = Target::Chapter(measure.chapter);
            for target in [chapter, Target::Commitment(measure.commitment()), Target::Measure(measure)] {
                *open.entry(target).or_default() += count;
            }
        }
        Arrangement {
            whole: view.board.clone(),
            filter: filter.text().to_owned(),
            columns: columns.clone(),
            blocks: Chapter::ALL.map(|chapter| columns.of(view, &board, chapter)),
            board,
            cells,
            open,
            open_of,
        }
    }

    /// Whether a new one would be the same.
    pub fn is_of(&self, view: &View, filter: &Filter, columns: &Columns) -> bool {
        Arc::ptr_eq(&self.whole, &view.board) && self.filter == filter.text() && self.columns == *columns
    }

    /// What is shown.
    pub fn board(&self) -> &Board {
        &self.board
    }

    /// Whether the filter keeps a measure.
    pub fn keeps(&self, measure: MeasureRef) -> bool {
        self.board.has_measure(measure)
    }

    pub fn blocks(&self, chapter: Chapter) -> &Blocks {
        &self.blocks[chapter as usize]
    }

    /// The companies of both blocks, from left to right.
    pub fn columns(&self, chapter: Chapter) -> impl Iterator<Item = &CompanyId> + Clone {
        self.blocks(chapter).iter().flatten()
    }

    /// The cells of a chapter, open or not.
    pub fn cells(&self, chapter: Chapter) -> u32 {
        self.cells.get(&chapter).copied().unwrap_or(0)
    }

    /// The open cells of a row or of more, for all companies shown.
    pub fn open(&self, target: Target) -> u32 {
        self.open.get(&target).copied().unwrap_or(0)
    }

    /// The open cells of one company in a chapter.
    pub fn open_of(&self, chapter: Chapter, company: &CompanyId) -> u32 {
        self.open_of.get(&(chapter, company.clone())).copied().unwrap_or(0)
    }
}
