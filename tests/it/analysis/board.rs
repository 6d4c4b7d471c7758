//! What must hold for every board, whatever is on file.

use std::collections::BTreeSet;
use std::sync::Arc;

use countersign::analysis::{Applies, Board, Cell, Group, State, scope, state};
use countersign::domain::catalogue::Only;
use countersign::domain::{
    Chapter, Company, CompanyId, Day, Known, Level, Measure, MeasureRef, ModelId, Scope, Snapshot, Stance,
};
use proptest::prelude::*;
use proptest::sample::Index;

use super::generated::{chapter, companies, day, evidence};
use super::world::{self, CATALOGUE, TODAY, With, company, company_id, judgement, measure, model};

/// A company of the snapshot, if there is one.
fn some_company(snapshot: &Snapshot, at: Index) -> Option<Company> {
    let companies: Vec<&Arc<Company>> = snapshot.companies.values().collect();
    (!companies.is_empty()).then(|| Company::clone(*at.get(&companies)))
}

/// The same register with one company as given.
fn with(snapshot: &Snapshot, company: Company) -> Snapshot {
    let mut changed = snapshot.clone();
    changed.companies.insert(company.id.clone(), Arc::new(company));
    changed
}

fn column(board: &Board, company: &CompanyId) -> Vec<Cell> {
    board.measures().iter().map(|measure| board.cell(company, *measure).unwrap()).collect()
}

/// Every cell before and after a change to the register.
fn before_and_after<'a>(
    before: &'a Board,
    after: &'a Board,
) -> impl Iterator<Item = (MeasureRef, &'a CompanyId, Cell, Cell)> {
    before.cells().map(|(measure, company, cell)| {
        (measure, company, cell, after.cell(company, measure).expect("no cell is lost"))
    })
}

fn first_position(snapshot: &Snapshot) -> Option<Day> {
    let positions = snapshot.companies.values().flat_map(|company| &company.profile.positions);
    positions.map(|position| position.since).min()
}

/// Whether not all is known that decides on a measure without relief for this model.
fn is_in_doubt(measure: &Measure, company: &Company, model: &ModelId) -> bool {
    let model = &company.models[model];
    let relieved = measure.open_source.is_some() && model.open_source == Known::Yes;
    model.systemic_risk == Known::Unknown && (measure.scope == Scope::SystemicRisk || relieved)
}

/// Whether a measure leaves a company out for another reason than its models.
fn is_outside(measure: &Measure, company: &Company, on: Day) -> bool {
    let no_models = Company { models: Default::default(), ..company.clone() };
    measure.only.is_some()
        && scope::applicability(CATALOGUE.law_days(), &no_models, measure, None, on).applies
            == Applies::NotApplicable
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_company_has_the_same_cells_whoever_stands_beside_it(companies in companies(), on in day()) {
        let snapshot = world::snapshot(companies);
        let board = Board::new(&snapshot, on);
        for (id, company) in &snapshot.companies {
            let alone = Board::new(&world::snapshot([Company::clone(company)]), on);
            prop_assert_eq!(column(&board, id), column(&alone, id));
        }
    }

    #[test]
    fn the_order_of_companies_does_not_matter(companies in companies(), on in day()) {
        let snapshot = world::snapshot(companies);
        let companies = snapshot.companies.values().map(|company| Company::clone(company));
        let read_backwards = world::snapshot(companies.clone().rev());
        prop_assert_eq!(Board::new(&read_backwards, on), Board::new(&snapshot, on));

        let renamed = |id: &CompanyId| match id.as_str() {
            "heron-a" => company_id("wren-z"),
            "heron-b" => company_id("wren-y"),
            other => company_id(&format!("a-{other}")),
        };
        let moved = companies.map(|company| Company { id: renamed(&company.id), ..company });
        let (board, moved) = (Board::new(&snapshot, on), Board::new(&world::snapshot(moved), on));
        for (measure, company, cell) in board.cells() {
            prop_assert_eq!(moved.cell(&renamed(company), measure), Some(cell));
            let group = board.group(company, measure.chapter);
            prop_assert_eq!(moved.group(&renamed(company), measure.chapter), group);
        }
    }

    #[test]
    fn every_cell_is_on_the_board_once_and_row_by_row(companies in companies(), on in day()) {
        let snapshot = world::snapshot(companies);
        let board = Board::new(&snapshot, on);
        let places: Vec<_> = board.cells().map(|(measure, company, _)| (measure, company.clone())).collect();
        let expected: Vec<_> = CATALOGUE
            .measures()
            .flat_map(|measure| snapshot.companies.keys().map(|company| (measure.id, company.clone())))
            .collect();
        prop_assert_eq!(&places, &expected);
        prop_assert_eq!(places.iter().collect::<BTreeSet<_>>().len(), expected.len());
        for (measure, company, cell) in board.cells() {
            prop_assert_eq!(board.cell(company, measure), Some(cell));
        }
    }

    /// The board takes a shorter way than the detail; both must come to the same.
    #[test]
    fn a_cell_is_the_worst_of_its_grounds(companies in companies(), on in day()) {
        let snapshot = world::snapshot(companies);
        let board = Board::new(&snapshot, on);
        for measure in CATALOGUE.measures() {
            for (id, company) in &snapshot.companies {
                let grounds = state::grounds(&CATALOGUE, company, measure, on);
                let cell = board.cell(id, measure.id).unwrap();
                let named = grounds.iter().filter(|ground| ground.slot.model.is_some()).count();
                let per_model = if measure.level == Level::Model { company.models.len() } else { 0 };
                prop_assert_eq!(Some(cell.state), grounds.iter().map(|ground| ground.state).min());
                prop_assert_eq!(
                    Some(cell.applies),
                    grounds.iter().map(|ground| ground.applicability.applies).min()
                );
                prop_assert_eq!(cell.judged, grounds.iter().any(|ground| ground.recorded.is_some()));
                prop_assert_eq!((usize::from(cell.models), named), (per_model, per_model));
                prop_assert!(grounds.iter().all(|ground| ground.basis == cell.basis));
                prop_assert!(grounds.iter().all(|ground| ground.evidence.len() <= usize::from(cell.evidence)));
            }
        }
    }

    #[test]
    fn a_state_follows_from_what_its_ground_shows(companies in companies(), on in day()) {
        let snapshot = world::snapshot(companies);
        for measure in CATALOGUE.measures() {
            for company in snapshot.companies.values() {
                for ground in state::grounds(&CATALOGUE, company, measure, on) {
                    let applies = ground.applicability.applies;
                    let can_be = match ground.state {
                        State::Stale => !ground.stale.is_empty(),
                        State::Gap | State::Partial | State::Met => {
                            ground.recorded.is_some() && ground.stale.is_empty()
                        }
                        State::ToAssess => ground.recorded.is_none() && !ground.evidence.is_empty(),
                        State::NothingOnFile => ground.recorded.is_none() && ground.evidence.is_empty(),
                        State::Unknown => ground.recorded.is_none() && applies == Applies::Unknown,
                        State::NotApplicable => applies == Applies::NotApplicable || ground.recorded.is_some(),
                        State::Exempt => applies == Applies::Exempt,
                        State::NotYet => applies == Applies::NotYet,
                    };
                    prop_assert!(can_be, "{:?}", ground);
                    prop_assert!(ground.stale.is_empty() || ground.recorded.is_some());
                }
            }
        }
    }

    #[test]
    fn more_evidence_asks_for_a_judgement_at_most(
        companies in companies(), on in day(), at in any::<Index>(), added in evidence(),
    ) {
        let snapshot = world::snapshot(companies);
        let Some(company) = some_company(&snapshot, at) else { return Ok(()) };
        let before = Board::new(&snapshot, on);
        let after = Board::new(&with(&snapshot, company.clone().evidence("added", added)), on);
        for (measure, id, was, is) in before_and_after(&before, &after) {
            let asked = was.state == State::NothingOnFile && is.state == State::ToAssess;
            prop_assert!(is.state == was.state || asked, "{} {}: {} to {}", id, measure, was.state, is.state);
            prop_assert!(*id == company.id || is == was);
            prop_assert_eq!((is.applies, is.basis, is.judged), (was.applies, was.basis, was.judged));
            prop_assert!(is.evidence == was.evidence || is.evidence == was.evidence + 1);
        }
    }

    #[test]
    fn before_the_first_position_nobody_is_a_signatory(companies in companies()) {
        let snapshot = world::snapshot(companies);
        let Some(first) = first_position(&snapshot) else { return Ok(()) };
        let eve = Day::from(first.date().yesterday().unwrap());
        let board = Board::new(&snapshot, eve);
        for chapter in Chapter::ALL {
            prop_assert_eq!(board.members(Group::Signatory, chapter).count(), 0);
            prop_assert_eq!(board.members(Group::NonSignatory, chapter).count(), snapshot.companies.len());
        }
        prop_assert!(board.cells().all(|(_, _, cell)| cell.basis != countersign::domain::Basis::Adherence));
    }

    #[test]
    fn the_basis_says_on_which_side_a_company_stands(companies in companies(), on in day()) {
        let snapshot = world::snapshot(companies);
        use countersign::domain::Basis;
        let board = Board::new(&snapshot, on);
        for (measure, company, cell) in board.cells() {
            let expected = match (measure.chapter, board.group(company, measure.chapter)) {
                (Chapter::AiAct, _) => Basis::Law,
                (_, Group::Signatory) => Basis::Adherence,
                (_, Group::NonSignatory) => Basis::Alternative,
            };
            prop_assert_eq!(cell.basis, expected);
        }
    }

    #[test]
    fn unknown_systemic_risk_never_reads_as_no(companies in companies(), on in day()) {
        let snapshot = world::snapshot(companies);
        for measure in CATALOGUE.measures() {
            for company in snapshot.companies.values() {
                if is_outside(measure, company, on) {
                    continue;
                }
                for ground in state::grounds(&CATALOGUE, company, measure, on) {
                    let doubt = |model| is_in_doubt(measure, company, model);
                    let in_doubt = match &ground.slot.model {
                        Some(model) => doubt(model),
                        None if company.models.is_empty() => measure.scope == Scope::SystemicRisk,
                        None => company.models.keys().any(doubt),
                    };
                    if in_doubt {
                        let applies = ground.applicability.applies;
                        prop_assert!(applies <= Applies::NotYet, "{} is {:?}", ground.slot, applies);
                        let read_as_no = matches!(ground.state, State::NotApplicable | State::Exempt);
                        prop_assert!(!read_as_no || ground.recorded.is_some());
                    }
                }
            }
        }
    }

    #[test]
    fn a_judgement_is_nobody_elses(companies in companies(), on in day(), at in any::<Index>()) {
        let snapshot = world::snapshot(companies);
        let Some(company) = some_company(&snapshot, at) else { return Ok(()) };
        let bare = with(&snapshot, Company { assessments: Default::default(), ..company.clone() });
        let (before, after) = (Board::new(&snapshot, on), Board::new(&bare, on));
        for (measure, id, was, is) in before_and_after(&before, &after) {
            prop_assert!(*id == company.id || is == was);
            prop_assert!(was.judged || is == was, "{} without a judgement of its own", measure);
            prop_assert!(*id != company.id || !is.judged);
        }
    }

    #[test]
    fn a_signature_moves_its_company_and_its_chapter_only(
        companies in companies(), on in day(), at in any::<Index>(), chapter in chapter(),
    ) {
        let snapshot = world::snapshot(companies);
        let Some(company) = some_company(&snapshot, at) else { return Ok(()) };
        let signed = company.clone().position(&[chapter], Stance::Signed, &on.to_string());
        let (before, after) = (Board::new(&snapshot, on), Board::new(&with(&snapshot, signed), on));
        for (measure, id, was, is) in before_and_after(&before, &after) {
            let on_adhering = CATALOGUE.measure(measure).unwrap().only == Some(Only::NotAdhering);
            let may_move = *id == company.id && (measure.chapter == chapter || on_adhering);
            prop_assert!(may_move || is == was, "{} {}: {:?} to {:?}", id, measure, was, is);
            prop_assert!(measure.chapter == chapter || is.basis == was.basis);
        }
        prop_assert_eq!(after.group(&company.id, chapter), Group::Signatory);
        for other in Chapter::CODE.into_iter().filter(|other| *other != chapter) {
            prop_assert_eq!(after.group(&company.id, other), before.group(&company.id, other));
        }
        for id in snapshot.companies.keys().filter(|id| **id != company.id) {
            prop_assert!(Chapter::ALL.iter().all(|of| after.group(id, *of) == before.group(id, *of)));
        }
    }
}

/// One model stands for each state; the cell shows them worst first and is told apart by nothing else.
#[test]
fn a_model_level_cell_shows_its_worst_model() {
    use countersign::domain::{Basis, Status};
    let risky = || model(Known::Yes, Known::No, Some("2026-01-15"));
    let judged = |status| judgement(status, Basis::Alternative, TODAY);
    let on = world::day(TODAY);
    let mut company = company("heron")
        .model("exempt-from-s", model(Known::No, Known::No, None))
        .model("legacy", model(Known::Yes, Known::No, Some("2024")));
    let mut seen = Vec::new();
    let mut look = |company: &Company| {
        let board = Board::new(&world::snapshot([company.clone()]), on);
        seen.push(board.cell(&company.id, measure("S-3.2")).unwrap().state);
    };
    look(&company);
    company = company.model("met", risky()).judged("S-3.2@met", judged(Status::Met));
    look(&company);
    company = company.model("in-doubt", model(Known::Unknown, Known::No, None));
    look(&company);
    company = company.model("bare", risky());
    look(&company);
    company = company.evidence("report", world::about(&["bare"], world::filed(10, &["S-3.2"])));
    look(&company);
    company = company.model("partial", risky()).judged("S-3.2@partial", judged(Status::Partial));
    look(&company);
    company = company.model("gap", risky()).judged("S-3.2@gap", judged(Status::Gap));
    look(&company);
    let expected = [
        State::NotApplicable,
        State::Met,
        State::Unknown,
        State::NothingOnFile,
        State::ToAssess,
        State::Partial,
        State::Gap,
    ];
    assert_eq!(seen, expected);
}

/// A judgement filed for the provider where models are judged, or the other way round, is no cell's.
#[test]
fn a_judgement_in_a_slot_that_does_not_exist_is_in_no_cell() {
    use countersign::domain::{Basis, Status};
    let gap = || judgement(Status::Gap, Basis::Alternative, TODAY);
    let company = company("heron")
        .model("heron-1", model(Known::Yes, Known::No, None))
        .judged("S-3.2", gap())
        .judged("S-3.2@heron-2", gap())
        .judged("C-1.1@heron-1", gap());
    let board = Board::new(&world::snapshot([company]), world::day(TODAY));
    assert!(board.cells().all(|(_, _, cell)| !cell.judged && cell.state != State::Gap));
}

#[test]
fn who_is_not_on_the_board_has_no_cell_and_signed_nothing() {
    let board = Board::new(&world::snapshot([]), world::day(TODAY));
    assert_eq!(board.cells().count(), 0);
    assert_eq!(board.cell(&company_id("heron"), measure("S-3.2")), None);
    assert_eq!(board.group(&company_id("heron"), Chapter::Transparency), Group::NonSignatory);
    let mut empty = world::snapshot([company("heron")]);
    empty.catalogue = Arc::default();
    assert_eq!(Board::new(&empty, world::day(TODAY)).cells().count(), 0);
}
