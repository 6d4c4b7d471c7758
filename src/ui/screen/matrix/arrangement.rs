//! Which companies and measures the board shows, in which order, and how many of their cells are open.
//!
//! It follows from the board, the filter and the order alone. Whole blocks are sorted and whole rows counted for it,
//! which takes longer than a frame may at some hundred companies; so it is made once for each of them and kept while
//! the cursor moves.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::analysis::{Board, Target};
use crate::domain::{Chapter, CompanyId, MeasureRef};
use crate::ui::view::{Order, View};

pub struct Arrangement {
    board: Arc<Board>,
    filter: String,
    order: Order,
    wanted: Wanted,
    /// Chapter by chapter.
    blocks: [Blocks; Chapter::ALL.len()],
    open: HashMap<Target, u32>,
    open_of: HashMap<(Chapter, CompanyId), u32>,
}

/// The companies on either side.
pub type Blocks = [Vec<CompanyId>; 2];

impl Arrangement {
    pub fn new(view: &View, filter: &str, order: Order) -> Arrangement {
        let wanted = Wanted::new(filter, view);
        let (mut open, mut open_of) = (HashMap::new(), HashMap::new());
        let cells =
            view.board.cells().filter(|(_, company, cell)| cell.state.is_open() && wanted.company(company));
        for (measure, company, _) in cells {
            for target in [
                Target::Chapter(measure.chapter),
                Target::Commitment(measure.commitment()),
                Target::Measure(measure),
            ] {
                *open.entry(target).or_default() += 1;
            }
            *open_of.entry((measure.chapter, company.clone())).or_default() += 1;
        }
        Arrangement {
            board: view.board.clone(),
            filter: filter.to_owned(),
            order,
            blocks: Chapter::ALL
                .map(|chapter| view.blocks(chapter, order, |company| wanted.company(company))),
            wanted,
            open,
            open_of,
        }
    }

    /// Whether a new one would be the same.
    pub fn is_of(&self, view: &View, filter: &str, order: Order) -> bool {
        Arc::ptr_eq(&self.board, &view.board) && self.filter == filter && self.order == order
    }

    /// Whether the filter keeps a measure.
    pub fn keeps(&self, measure: MeasureRef) -> bool {
        self.wanted.measure(measure)
    }

    pub fn blocks(&self, chapter: Chapter) -> &Blocks {
        &self.blocks[chapter as usize]
    }

    /// The companies of both blocks, from left to right.
    pub fn columns(&self, chapter: Chapter) -> impl Iterator<Item = &CompanyId> + Clone {
        self.blocks(chapter).iter().flatten()
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

/// What a filter keeps: words that match companies keep those, words that match measures keep those.
struct Wanted {
    companies: Option<HashSet<CompanyId>>,
    measures: Option<HashSet<MeasureRef>>,
}

impl Wanted {
    fn new(filter: &str, view: &View) -> Wanted {
        let mut wanted = Wanted { companies: None, measures: None };
        for word in filter.to_lowercase().split_whitespace() {
            let companies = view.snapshot.companies.iter().filter(|(id, company)| {
                id.as_str().contains(word) || company.profile.name.to_lowercase().contains(word)
            });
            let companies: Vec<CompanyId> = companies.map(|(id, _)| id.clone()).collect();
            let measures = view.snapshot.catalogue.measures().filter(|measure| {
                measure.id.to_string().to_lowercase().starts_with(word)
                    || measure.title.to_lowercase().contains(word)
            });
            let measures: Vec<MeasureRef> = measures.map(|measure| measure.id).collect();
            if !companies.is_empty() || measures.is_empty() {
                wanted.companies.get_or_insert_default().extend(companies);
            }
            if !measures.is_empty() {
                wanted.measures.get_or_insert_default().extend(measures);
            }
        }
        wanted
    }

    fn company(&self, id: &CompanyId) -> bool {
        self.companies.as_ref().is_none_or(|companies| companies.contains(id))
    }

    fn measure(&self, id: MeasureRef) -> bool {
        self.measures.as_ref().is_none_or(|measures| measures.contains(&id))
    }
}
