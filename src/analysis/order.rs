//! The order of companies: what the columns of a board are sorted by.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::{Board, coverage};
use crate::domain::view::Order;
use crate::domain::{Chapter, Company, CompanyId, Day, Snapshot, Stance};

/// What is counted of each company once, so that an order can be changed at once.
pub struct Ranking(HashMap<CompanyId, Rank>);

struct Rank {
    on_file: usize,
    open: u32,
    /// Of a thousand cells that can be.
    judged: u32,
    name: String,
    /// Stance and day by chapter; who never took one comes last.
    positions: [(bool, Option<(Stance, Day)>); Chapter::ALL.len()],
}

impl Ranking {
    pub fn new(snapshot: &Snapshot, board: &Board) -> Ranking {
        let rank = |company: &Company| {
            let counts = coverage::of_company(board, &company.id).total();
            let (judged, all) = counts.judged();
            Rank {
                on_file: company.evidence.len() + company.assessments.len(),
                open: counts.open(),
                judged: judged * 1000 / all.max(1),
                name: company.profile.name.to_lowercase(),
                positions: Chapter::ALL.map(|chapter| position(company, chapter, board.day)),
            }
        };
        Ranking(snapshot.companies.iter().map(|(id, company)| (id.clone(), rank(company))).collect())
    }

    /// Puts companies in order; by position it is the one on these chapters, the first before the others.
    pub fn sort(&self, companies: &mut [CompanyId], order: Order, chapters: &[Chapter]) {
        companies.sort_by_cached_key(|id| {
            let rank = self.0.get(id);
            let most = |number: fn(&Rank) -> usize| Reverse(rank.map_or(0, number));
            let first = match order {
                Order::Name | Order::Position => Reverse(0),
                Order::OnFile => most(|rank| rank.on_file),
                Order::Gaps => most(|rank| rank.open as usize),
                Order::Coverage => most(|rank| rank.judged as usize),
            };
            let by_position = rank.filter(|_| order == Order::Position);
            let positions = by_position.map(|rank| {
                chapters.iter().map(|chapter| rank.positions[*chapter as usize]).collect::<Vec<_>>()
            });
            (first, positions, rank.map(|rank| rank.name.clone()))
        });
    }
}

fn position(company: &Company, chapter: Chapter, day: Day) -> (bool, Option<(Stance, Day)>) {
    let position = company.position(chapter, day);
    (position.is_none(), position.map(|position| (position.stance, position.since)))
}
