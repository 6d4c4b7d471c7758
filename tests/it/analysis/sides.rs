//! Lists, counts and comparisons: always the whole board, never a cell twice.

use std::collections::BTreeSet;

use countersign::analysis::{
    Board, Counts, Coverage, Group, Pair, State, Target, comparison, coverage, gaps,
};
use countersign::domain::{Basis, Chapter, CompanyId, Known, Stance, Status};
use proptest::prelude::*;
use proptest::sample::Index;

use super::generated::{companies, day, measure_at};
use super::world::{self, TODAY, With, company, company_id, judgement, model};

fn target() -> impl Strategy<Value = Target> {
    (any::<Index>(), 0..4).prop_map(|(measure, width)| {
        let measure = measure_at(measure).id;
        match width {
            0 => Target::Everything,
            1 => Target::Chapter(measure.chapter),
            2 => Target::Commitment(measure.commitment()),
            _ => Target::Measure(measure),
        }
    })
}

fn add(left: Coverage, right: Coverage) -> Vec<Counts> {
    let sum = |chapter| {
        let mut counts = left.chapter(chapter);
        counts += right.chapter(chapter);
        counts
    };
    Chapter::ALL.map(sum).to_vec()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn gaps_are_the_kept_cells_worst_first(companies in companies(), on in day(), target in target()) {
        let snapshot = world::snapshot(companies);
        let board = Board::new(&snapshot, on);
        let gaps = gaps::gaps(&board, target, |cell| cell.state.is_open());
        let kept = board.cells().filter(|(measure, _, cell)| target.covers(*measure) && cell.state.is_open());
        let expected: BTreeSet<_> = kept.map(|(measure, company, _)| (measure, company.clone())).collect();
        let found: BTreeSet<_> = gaps.iter().map(|gap| (gap.measure, gap.company.clone())).collect();
        prop_assert_eq!(gaps.len(), expected.len());
        prop_assert_eq!(found, expected);
        prop_assert!(gaps.is_sorted_by_key(|gap| (gap.cell.state, gap.measure, gap.company.clone())));
        for gap in &gaps {
            prop_assert_eq!(board.cell(&gap.company, gap.measure), Some(gap.cell));
            prop_assert_eq!(board.group(&gap.company, gap.measure.chapter), gap.group);
        }
    }

    #[test]
    fn the_two_sides_are_all_gaps_each_on_its_side(companies in companies(), on in day(), target in target()) {
        let snapshot = world::snapshot(companies);
        let board = Board::new(&snapshot, on);
        let sides = comparison::sides(&board, target, |cell| cell.state.is_open());
        prop_assert!(sides.signatories.iter().all(|gap| gap.group == Group::Signatory));
        prop_assert!(sides.non_signatories.iter().all(|gap| gap.group == Group::NonSignatory));
        let mut all = [sides.signatories, sides.non_signatories].concat();
        all.sort_by_key(|gap| (gap.cell.state, gap.measure, gap.company.clone()));
        prop_assert_eq!(all, gaps::gaps(&board, target, |cell| cell.state.is_open()));
    }

    #[test]
    fn both_groups_together_are_the_whole_board(companies in companies(), on in day()) {
        let snapshot = world::snapshot(companies);
        let board = Board::new(&snapshot, on);
        let groups =
            add(coverage::of_group(&board, Group::Signatory), coverage::of_group(&board, Group::NonSignatory));
        for (chapter, counts) in Chapter::ALL.into_iter().zip(groups) {
            let states = board.cells().filter(|(measure, ..)| measure.chapter == chapter);
            prop_assert_eq!(counts, states.map(|(.., cell)| cell.state).collect());
            prop_assert_eq!(counts, coverage::of_target(&board, Target::Chapter(chapter), board.companies()));
        }
    }

    #[test]
    fn all_companies_together_are_the_whole_board(companies in companies(), on in day()) {
        let snapshot = world::snapshot(companies);
        let board = Board::new(&snapshot, on);
        let mut total = Counts::default();
        for company in board.companies() {
            let own = coverage::of_company(&board, company).total();
            prop_assert_eq!(own.total() as usize, board.measures().len());
            total += own;
        }
        prop_assert_eq!(total, board.cells().map(|(.., cell)| cell.state).collect());
        prop_assert_eq!(total, coverage::of_target(&board, Target::Everything, board.companies()));
        let open = gaps::gaps(&board, Target::Everything, |cell| cell.state.is_open());
        prop_assert_eq!(total.open() as usize, open.len());
    }

    #[test]
    fn a_comparison_read_from_the_other_side_says_the_same(
        companies in companies(), on in day(), target in target(), left in any::<Index>(), right in any::<Index>(),
    ) {
        let snapshot = world::snapshot(companies);
        let ids: Vec<CompanyId> = snapshot.companies.keys().cloned().collect();
        if ids.is_empty() {
            return Ok(());
        }
        let (left, right) = (left.get(&ids), right.get(&ids));
        let board = Board::new(&snapshot, on);
        let pairs = comparison::pairs(&board, left, right, target);
        let mirrored = comparison::pairs(&board, right, left, target);
        let turned = |pair: &Pair| Pair { left: pair.right, right: pair.left, ..*pair };
        prop_assert_eq!(&mirrored, &pairs.iter().map(turned).collect::<Vec<_>>());
        let differences = |pairs: &[Pair]| pairs.iter().map(Pair::differs).collect::<Vec<_>>();
        prop_assert_eq!(differences(&mirrored), differences(&pairs));
        let covered = board.measures().iter().copied().filter(|measure| target.covers(*measure));
        prop_assert_eq!(pairs.iter().map(|pair| pair.measure).collect::<Vec<_>>(), covered.collect::<Vec<_>>());
        prop_assert!(left != right || pairs.iter().all(|pair| !pair.differs()));
    }
}

#[test]
fn a_measure_of_the_safety_chapter_has_the_partial_signatory_on_the_left_and_of_the_others_on_the_right() {
    let open = || company("xai").model("grok", model(Known::Yes, Known::No, Some("2026-01-15")));
    let xai = open().signed(&[Chapter::SafetySecurity], "2025-07-31").position(
        &[Chapter::Transparency, Chapter::Copyright],
        Stance::NotListed,
        "2025-08-01",
    );
    let board = Board::new(&world::snapshot([xai]), world::day(TODAY));
    for (target, left, right) in [("S-1.1", 1, 0), ("T-1.1", 0, 1), ("C-1.1", 0, 1)] {
        let target = Target::Measure(world::measure(target));
        let sides = comparison::sides(&board, target, |cell| cell.state.is_open());
        assert_eq!((sides.signatories.len(), sides.non_signatories.len()), (left, right), "{target:?}");
    }
}

#[test]
fn two_companies_differ_in_state_or_in_whether_it_binds_and_not_in_basis_alone() {
    let new = |id| company(id).model("one", model(Known::Yes, Known::No, Some("2026-01-15")));
    let differing = |other: countersign::domain::Company, measure: &str| {
        let board = Board::new(&world::snapshot([new("heron"), other]), world::day(TODAY));
        let target = Target::Measure(world::measure(measure));
        let pairs = comparison::pairs(&board, &company_id("heron"), &company_id("wren"), target);
        assert_eq!(pairs.len(), 1);
        pairs[0].differs()
    };
    assert!(!differing(new("wren"), "C-1.1"));
    assert!(!differing(new("wren").signed(&Chapter::CODE, "2025-08-01"), "C-1.1"));
    assert!(!differing(new("wren").signed(&Chapter::CODE, "2025-08-01"), "AIA-53-1-c"));
    assert!(differing(
        new("wren").judged("C-1.1", judgement(Status::Gap, Basis::Alternative, TODAY)),
        "C-1.1"
    ));
    assert!(differing(company("wren"), "S-1.1"));
    let board = Board::new(&world::snapshot([new("heron")]), world::day(TODAY));
    assert_eq!(comparison::pairs(&board, &company_id("heron"), &company_id("wren"), Target::Everything), []);
}

#[test]
fn counts_tell_what_is_open_and_what_is_judged() {
    let counts: Counts = State::ALL.into_iter().chain([State::Gap, State::Met]).collect();
    assert_eq!((counts.total(), counts.open(), counts.judged()), (12, 6, (5, 8)));
    let present: Vec<_> = counts.present().collect();
    assert_eq!(present.first(), Some(&(State::Gap, 2)));
    assert!(present.is_sorted_by_key(|(state, _)| *state));
    assert_eq!(Counts::default().present().count(), 0);
}
