//! Every way in which a judgement loses its ground, with the days on which it does and does not.

use countersign::analysis::{StaleReason, State, state};
use countersign::domain::company::Filed;
use countersign::domain::{Assessment, Basis, Chapter, Company, Known, Stance, Status, Text};

use super::world::{CATALOGUE, TODAY, With, blob, company, day, filed, judgement, measure, model, pinned};

use Basis::{Adherence, Alternative, Law};

/// The state of a company's only ground for a measure, and why its judgement is stale.
fn standing(company: &Company, measure_ref: &str, on: &str) -> (State, Vec<StaleReason>) {
    let measure = CATALOGUE.measure(measure(measure_ref)).unwrap();
    let mut grounds = state::grounds(&CATALOGUE, company, measure, day(on));
    assert_eq!(grounds.len(), 1, "one slot");
    let ground = grounds.remove(0);
    (ground.state, ground.stale)
}

#[track_caller]
fn stands(company: &Company, measure_ref: &str, on: &str) {
    assert_eq!(standing(company, measure_ref, on), (State::Partial, Vec::new()), "{measure_ref} on {on}");
}

#[track_caller]
fn is_stale(company: &Company, measure_ref: &str, on: &str, reasons: &[StaleReason]) {
    assert_eq!(standing(company, measure_ref, on), (State::Stale, reasons.to_vec()), "{measure_ref} on {on}");
}

const ASSESSED: &str = "2026-03-01";

fn partial(means: Basis) -> Assessment {
    judgement(Status::Partial, means, ASSESSED)
}

/// A non-signatory whose judgement of C-1.1 rests on one policy, as it was pinned.
fn resting_on(policy: &Filed) -> Company {
    let assessment = Assessment { evidence: vec![pinned("policy", policy)], ..partial(Alternative) };
    company("heron").evidence("policy", policy.clone()).judged("C-1.1", assessment)
}

fn policy() -> Filed {
    filed(10, &["C-1"])
}

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

#[test]
fn a_judgement_stands_while_nothing_moves() {
    stands(&resting_on(&policy()), "C-1.1", TODAY);
    stands(&company("heron").judged("C-1.1", partial(Alternative)), "C-1.1", "2030-01-01");
}

#[test]
fn evidence_that_changed_makes_it_stale() {
    let mut policy = policy();
    let company = resting_on(&policy);
    policy.id = blob(11);
    let changed = company.evidence("policy", policy);
    is_stale(&changed, "C-1.1", TODAY, &[StaleReason::EvidenceChanged(id("policy"))]);
}

#[test]
fn a_document_that_changed_came_or_went_makes_it_stale() {
    for (then, now) in [(Some(20), Some(21)), (Some(20), None), (None, Some(21))] {
        let with_document = |number: Option<u64>| Filed { document: number.map(blob), ..policy() };
        let company = resting_on(&with_document(then)).evidence("policy", with_document(now));
        is_stale(&company, "C-1.1", TODAY, &[StaleReason::DocumentChanged(id("policy"))]);
    }
    stands(&resting_on(&Filed { document: Some(blob(20)), ..policy() }), "C-1.1", TODAY);
}

#[test]
fn evidence_that_vanished_makes_it_stale() {
    let mut company = resting_on(&policy());
    company.evidence.clear();
    is_stale(&company, "C-1.1", TODAY, &[StaleReason::EvidenceVanished(id("policy"))]);
}

#[test]
fn evidence_holds_on_the_day_it_expires_and_not_on_the_next() {
    let mut policy = policy();
    policy.evidence.expires = Some(day("2026-06-30"));
    let company = resting_on(&policy);
    stands(&company, "C-1.1", "2026-06-29");
    stands(&company, "C-1.1", "2026-06-30");
    let expired = StaleReason::EvidenceExpired(id("policy"), day("2026-06-30"));
    is_stale(&company, "C-1.1", "2026-07-01", &[expired]);
}

#[test]
fn a_review_is_in_time_on_its_day_and_overdue_on_the_next() {
    let assessment = Assessment { review_by: Some(day("2026-06-30")), ..partial(Alternative) };
    let company = company("heron").judged("C-1.1", assessment);
    stands(&company, "C-1.1", "2026-06-30");
    is_stale(&company, "C-1.1", "2026-07-01", &[StaleReason::ReviewPassed(day("2026-06-30"))]);
}

#[test]
fn a_measure_whose_text_moved_on_makes_it_stale() {
    let digest = CATALOGUE.digest(measure("C-1.1")).map(Text::from);
    let current = Assessment { measure: digest, ..partial(Alternative) };
    stands(&company("heron").judged("C-1.1", current), "C-1.1", TODAY);
    let earlier = Assessment { measure: Some("sha256:00".into()), ..partial(Alternative) };
    is_stale(&company("heron").judged("C-1.1", earlier), "C-1.1", TODAY, &[StaleReason::MeasureChanged]);
}

#[test]
fn a_position_taken_after_it_makes_it_stale_from_its_first_day() {
    for (stance, before) in [(Stance::Signed, Alternative), (Stance::Declined, Alternative)] {
        let company = company("heron").judged("C-1.1", partial(before)).position(
            &[Chapter::Copyright],
            stance,
            "2026-05-01",
        );
        stands(&company, "C-1.1", "2026-04-30");
        let moved = StaleReason::PositionChanged(stance, day("2026-05-01"));
        is_stale(&company, "C-1.1", "2026-05-01", &[moved]);
    }
}

#[test]
fn a_position_of_the_same_day_was_known_to_it() {
    let company =
        company("heron").signed(&[Chapter::Copyright], ASSESSED).judged("C-1.1", partial(Adherence));
    stands(&company, "C-1.1", ASSESSED);
    stands(&company, "C-1.1", TODAY);
}

#[test]
fn a_position_confirmed_by_a_later_list_changes_nothing() {
    let company = company("heron")
        .signed(&[Chapter::Copyright], "2025-08-01")
        .signed(&[Chapter::Copyright], "2026-07-31")
        .judged("C-1.1", partial(Adherence));
    stands(&company, "C-1.1", TODAY);
}

#[test]
fn a_position_that_changed_and_changed_back_has_moved() {
    let company = company("heron")
        .signed(&[Chapter::Copyright], "2025-08-01")
        .position(&[Chapter::Copyright], Stance::NoLongerListed, "2026-05-01")
        .signed(&[Chapter::Copyright], "2026-07-31")
        .judged("C-1.1", partial(Adherence));
    let moved = StaleReason::PositionChanged(Stance::Signed, day("2026-07-31"));
    is_stale(&company, "C-1.1", TODAY, &[moved]);
}

#[test]
fn a_position_that_changed_and_was_confirmed_moved_on_its_first_day() {
    let company = company("heron")
        .position(&[Chapter::Copyright], Stance::NotListed, "2026-07-31")
        .position(&[Chapter::Copyright], Stance::NotListed, "2026-05-01")
        .judged("C-1.1", partial(Alternative));
    let moved = StaleReason::PositionChanged(Stance::NotListed, day("2026-05-01"));
    is_stale(&company, "C-1.1", TODAY, &[moved]);
}

#[test]
fn a_position_on_another_chapter_moves_only_that_chapter() {
    let company = company("heron")
        .judged("C-1.1", partial(Alternative))
        .judged("AIA-53-1-c", partial(Law))
        .signed(&[Chapter::SafetySecurity, Chapter::Transparency], "2026-05-01");
    stands(&company, "C-1.1", TODAY);
    stands(&company, "AIA-53-1-c", TODAY);
}

#[test]
fn a_basis_that_was_never_the_one_makes_it_stale() {
    for (measure_ref, recorded) in [("C-1.1", Adherence), ("C-1.1", Law), ("AIA-93", Alternative)] {
        let company = company("heron").judged(measure_ref, partial(recorded));
        is_stale(&company, measure_ref, TODAY, &[StaleReason::BasisChanged(recorded)]);
    }
}

#[test]
fn every_reason_is_given_in_the_order_of_the_ground() {
    let (mut one, two) = (policy(), filed(12, &["C-1"]));
    one.evidence.expires = Some(day("2026-06-30"));
    let assessment = Assessment {
        evidence: vec![pinned("gone", &two), pinned("policy", &one)],
        review_by: Some(day("2026-06-30")),
        measure: Some("sha256:00".into()),
        ..partial(Alternative)
    };
    one.id = blob(11);
    one.document = Some(blob(20));
    let company = company("heron")
        .evidence("policy", one)
        .judged("C-1.1", assessment)
        .signed(&[Chapter::Copyright], "2026-05-01");
    let june = day("2026-06-30");
    is_stale(
        &company,
        "C-1.1",
        TODAY,
        &[
            StaleReason::EvidenceVanished(id("gone")),
            StaleReason::EvidenceChanged(id("policy")),
            StaleReason::DocumentChanged(id("policy")),
            StaleReason::EvidenceExpired(id("policy"), june),
            StaleReason::ReviewPassed(june),
            StaleReason::MeasureChanged,
            StaleReason::PositionChanged(Stance::Signed, day("2026-05-01")),
        ],
    );
}

#[test]
fn what_does_not_apply_is_not_stale_whatever_was_judged() {
    for (risk, open, placed, expected) in [
        (Known::No, Known::Yes, None, State::Exempt),
        (Known::Yes, Known::No, Some("2025-01-01"), State::NotYet),
    ] {
        let company = company("heron")
            .model("heron-1", model(risk, open, placed))
            .judged("T-1.1@heron-1", partial(Adherence));
        assert_eq!(standing(&company, "T-1.1", TODAY).0, expected);
    }
    let company = company("heron")
        .model("heron-1", model(Known::No, Known::No, None))
        .judged("S-3.2@heron-1", partial(Adherence));
    assert_eq!(standing(&company, "S-3.2", TODAY).0, State::NotApplicable);
}

#[test]
fn without_a_judgement_the_state_says_what_is_on_file() {
    let bare = company("heron");
    assert_eq!(standing(&bare, "C-1.1", TODAY).0, State::NothingOnFile);
    assert_eq!(standing(&bare, "S-1.1", TODAY).0, State::Unknown);
    let with_files = bare.evidence("policy", filed(10, &["C-1", "S-1.1"]));
    assert_eq!(standing(&with_files, "C-1.1", TODAY).0, State::ToAssess);
    assert_eq!(standing(&with_files, "S-1.1", TODAY).0, State::Unknown);
}

#[test]
fn a_judgement_that_stands_is_the_state_also_where_systemic_risk_is_unknown() {
    for (status, expected) in [
        (Status::Gap, State::Gap),
        (Status::Partial, State::Partial),
        (Status::Met, State::Met),
        (Status::NotApplicable, State::NotApplicable),
    ] {
        for measure_ref in ["C-1.1", "S-1.1"] {
            let company = company("heron").judged(measure_ref, judgement(status, Alternative, ASSESSED));
            assert_eq!(standing(&company, measure_ref, TODAY), (expected, Vec::new()));
        }
    }
}
