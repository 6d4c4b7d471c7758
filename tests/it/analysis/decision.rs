//! Which decisions are taken, which are refused and why.

use std::collections::BTreeMap;
use std::sync::Arc;

use countersign::analysis::decision::{Cited, Draft, choices, decide};
use countersign::analysis::{Applies, Refusal, State, state};
use countersign::domain::catalogue::Force;
use countersign::domain::company::Recorded;
use countersign::domain::{
    Basis, Catalogue, Change, Chapter, Company, CompanyId, Day, Decision, Known, Letter, Measure, Snapshot,
    Status,
};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::Index;

use super::generated::{self, day, measure_at, slot_of, status};
use super::world::{self, CATALOGUE, TODAY, With, blob, company, company_id, filed, judgement, model, slot};

/// A draft before it is known what there is to cite.
#[derive(Clone, Debug)]
struct Sketch {
    status: Option<Status>,
    reason: &'static str,
    lines: Lines,
    cited: Vec<Index>,
    cites_nonsense: bool,
    review_by: Option<Day>,
}

#[derive(Clone, Debug)]
enum Lines {
    Untouched,
    AllMet,
    Some(BTreeMap<u8, Status>),
}

fn sketch() -> impl Strategy<Value = Sketch> {
    let status = prop_oneof![1 => Just(None), 12 => status().prop_map(Some)];
    let reason = prop_oneof![6 => Just("read it"), 1 => Just(" \n")];
    let lines = prop_oneof![
        3 => Just(Lines::Untouched),
        2 => Just(Lines::AllMet),
        1 => btree_map(b'a'..b'f', self::status(), 0..4).prop_map(Lines::Some),
    ];
    let nonsense = prop::bool::weighted(0.05);
    (status, reason, lines, vec(any::<Index>(), 0..3), nonsense, option::weighted(0.3, day())).prop_map(
        |(status, reason, lines, cited, cites_nonsense, review_by)| Sketch {
            status,
            reason,
            lines,
            cited,
            cites_nonsense,
            review_by,
        },
    )
}

impl Sketch {
    fn draft(self, company: &Company, measure: &Measure) -> Draft {
        let letters = measure.requirements.iter().map(|requirement| requirement.letter);
        let ids: Vec<_> = company.evidence.keys().cloned().collect();
        let on_file = self.cited.iter().filter(|_| !ids.is_empty()).map(|at| at.get(&ids).clone());
        let nonsense = self.cites_nonsense.then(|| "nonsense".parse().unwrap());
        Draft {
            status: self.status,
            reason: self.reason.to_owned(),
            requirements: match self.lines {
                Lines::Untouched => BTreeMap::new(),
                Lines::AllMet => letters.map(|letter| (letter, Status::Met)).collect(),
                Lines::Some(lines) => lines.into_iter().map(|(at, status)| (letter(at), status)).collect(),
            },
            evidence: on_file.chain(nonsense).map(|id| Cited { id, at: None, quote: None }).collect(),
            owner: None,
            review_by: self.review_by,
        }
    }
}

fn letter(byte: u8) -> Letter {
    char::from(byte).to_string().parse().unwrap()
}

fn recorded(snapshot: &Snapshot, decision: &Decision) -> Company {
    let mut company = Company::clone(&snapshot.companies[&decision.company]);
    let assessment = decision.assessment.clone();
    company.assessments.insert(decision.slot.clone(), Recorded { assessment, id: blob(3) });
    company
}

fn state_of(status: Status) -> State {
    match status {
        Status::Gap => State::Gap,
        Status::Partial => State::Partial,
        Status::Met => State::Met,
        Status::NotApplicable => State::NotApplicable,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn what_is_taken_stands_and_what_is_not_says_why(
        company in generated::company(),
        on in day(),
        measure in any::<Index>(),
        (model, fits) in (any::<Index>(), prop::bool::weighted(0.9)),
        sketch in sketch(),
    ) {
        let snapshot = world::snapshot([company.clone()]);
        let measure = measure_at(measure);
        let slot = slot_of(&company, measure, model, fits);
        let draft = sketch.draft(&company, measure);
        let on_file = company.assessments.get(&slot).map(|recorded| &recorded.assessment);
        match decide(&snapshot, on, &company.id, &slot, &draft) {
            Err(refusals) => {
                prop_assert!(!refusals.is_empty());
                prop_assert!(refusals.iter().all(|refusal| !refusal.words().is_empty()));
            }
            Ok(Change::Assess(decision)) => {
                prop_assert_eq!((&decision.company, &decision.slot), (&company.id, &slot));
                prop_assert_eq!(Some(decision.assessment.status), draft.status);
                prop_assert_eq!(decision.assessment.assessed, on);
                prop_assert_ne!(Some(&decision.assessment), on_file);
                check_pins(&company, &draft, &decision)?;
                check_met(measure, &decision)?;
                let offered = choices(measure, on_file.map(|on_file| on_file.status), &draft);
                let refused = offered.into_iter().filter(|choice| choice.refusal.is_some());
                prop_assert!(refused.map(|choice| choice.status).all(|status| Some(status) != draft.status));

                let after = recorded(&snapshot, &decision);
                let grounds = state::grounds(&CATALOGUE, &after, measure, on);
                let ground = grounds.iter().find(|ground| ground.slot == slot).expect("a cell of its own");
                prop_assert_eq!(&ground.stale, &[]);
                if matches!(ground.applicability.applies, Applies::Binding | Applies::Voluntary | Applies::Unknown) {
                    prop_assert_eq!(ground.state, state_of(decision.assessment.status));
                }
                let mut again = snapshot.clone();
                again.companies.insert(after.id.clone(), Arc::new(after));
                let repeated = decide(&again, on, &decision.company, &slot, &draft);
                prop_assert!(repeated.is_err(), "the same again changes nothing");
            }
            Ok(_) => prop_assert!(false, "a judgement was decided on"),
        }
    }
}

/// Pins are the content ids of the snapshot, in the order in which the draft cites.
fn check_pins(company: &Company, draft: &Draft, decision: &Decision) -> Result<(), TestCaseError> {
    let cited: Vec<_> = draft.evidence.iter().map(|cited| &cited.id).collect();
    let pinned = &decision.assessment.evidence;
    prop_assert_eq!(pinned.iter().map(|pinned| &pinned.id).collect::<Vec<_>>(), cited);
    for pinned in pinned {
        let filed = &company.evidence[&pinned.id];
        prop_assert_eq!((&pinned.pin, &pinned.document), (&filed.id, &filed.document));
    }
    Ok(())
}

/// Met is never recorded without evidence, nor with a required line open.
fn check_met(measure: &Measure, decision: &Decision) -> Result<(), TestCaseError> {
    if decision.assessment.status == Status::Met {
        prop_assert!(!decision.assessment.evidence.is_empty());
        for line in measure.requirements.iter().filter(|line| line.force == Force::Required) {
            let status = decision.assessment.requirements.get(&line.letter);
            prop_assert!(matches!(status, Some(Status::Met | Status::NotApplicable)), "{}", line.letter);
        }
    }
    Ok(())
}

/// A signatory with one model, a policy on file, and a partial judgement of C-1.2.
fn register() -> Snapshot {
    let policy = filed(10, &["C-1"]);
    let mut expired = filed(11, &["C-1"]);
    expired.evidence.expires = Some(world::day("2026-11-22"));
    let mut last_day = filed(12, &["C-1"]);
    last_day.evidence.expires = Some(world::day(TODAY));
    world::snapshot([company("heron")
        .signed(&Chapter::CODE, "2025-08-01")
        .model("heron-1", model(Known::Yes, Known::No, Some("2026-01-15")))
        .evidence("policy", policy)
        .evidence("expired", expired)
        .evidence("last-day", last_day)
        .judged("C-1.2", judgement(Status::Partial, Basis::Adherence, "2026-03-01"))
        .judged("C-1.4", judgement(Status::NotApplicable, Basis::Adherence, "2026-03-01"))])
}

fn draft(status: Status, lines: &[(&str, Status)], cited: &[&str]) -> Draft {
    Draft {
        status: Some(status),
        reason: "  read it \n".to_owned(),
        requirements: lines.iter().map(|(letter, status)| (letter.parse().unwrap(), *status)).collect(),
        evidence: cited.iter().map(|id| Cited { id: id.parse().unwrap(), at: None, quote: None }).collect(),
        owner: Some(" ".to_owned()),
        review_by: None,
    }
}

fn decided(slot_text: &str, draft: &Draft) -> Result<Decision, Vec<Refusal>> {
    let decided = decide(&register(), world::day(TODAY), &company_id("heron"), &slot(slot_text), draft);
    decided.map(|change| match change {
        Change::Assess(decision) => decision,
        _ => panic!("a judgement was decided on"),
    })
}

#[track_caller]
fn refused(slot_text: &str, draft: Draft, expected: &[Refusal]) {
    assert_eq!(decided(slot_text, &draft), Err(expected.to_vec()), "{slot_text}");
}

#[track_caller]
fn taken(slot_text: &str, draft: Draft) -> Decision {
    decided(slot_text, &draft).unwrap()
}

const ALL_OF_C_1_2: &[(&str, Status)] = &[("a", Status::Met), ("b", Status::NotApplicable)];

#[test]
fn a_whole_draft_is_taken_with_pins_basis_day_and_digest() {
    let assessment = taken("C-1.2", draft(Status::Met, ALL_OF_C_1_2, &["policy"])).assessment;
    assert_eq!(assessment.reason, "read it");
    assert_eq!(assessment.owner, None);
    assert_eq!(assessment.means, Basis::Adherence);
    assert_eq!(assessment.assessed, world::day(TODAY));
    assert_eq!(assessment.measure.as_deref(), CATALOGUE.digest(world::measure("C-1.2")));
    assert_eq!(assessment.evidence[0].pin, blob(10));
    assert_eq!(taken("AIA-93", draft(Status::Gap, &[], &[])).assessment.means, Basis::Law);
}

#[test]
fn gap_partial_and_not_applicable_need_a_reason_and_no_evidence() {
    for status in [Status::Gap, Status::Partial, Status::NotApplicable] {
        taken("C-1.1", draft(status, &[], &[]));
        taken("S-3.2@heron-1", draft(status, &[("a", Status::Met)], &["policy"]));
        let no_reason = Draft { reason: " \n\t".to_owned(), ..draft(status, &[], &[]) };
        refused("C-1.1", no_reason, &[Refusal::NoReason]);
    }
}

#[test]
fn an_empty_draft_is_told_everything_it_lacks() {
    refused("C-1.1", Draft::default(), &[Refusal::NoStatus, Refusal::NoReason]);
}

#[test]
fn met_needs_evidence_and_every_required_line() {
    refused("C-1.2", draft(Status::Met, ALL_OF_C_1_2, &[]), &[Refusal::MetWithoutEvidence]);
    for open in [Status::Gap, Status::Partial] {
        let lines = [("a", Status::Met), ("b", open)];
        let open = Refusal::MetWithOpenRequirements(vec![letter(b'b')]);
        refused("C-1.2", draft(Status::Met, &lines, &["policy"]), &[open]);
    }
    let both = Refusal::MetWithOpenRequirements(vec![letter(b'a'), letter(b'b')]);
    refused("C-1.2", draft(Status::Met, &[], &[]), &[Refusal::MetWithoutEvidence, both]);
    taken("AIA-93", draft(Status::Met, &[], &["policy"]));
}

#[test]
fn a_line_that_is_only_encouraged_does_not_hold_met_back() {
    let measure = CATALOGUE.measure(world::measure("C-1.1")).unwrap();
    let required = measure.requirements.iter().filter(|line| line.force == Force::Required);
    let lines: BTreeMap<Letter, Status> = required.map(|line| (line.letter, Status::Met)).collect();
    assert!(lines.len() < measure.requirements.len());
    taken("C-1.1", Draft { requirements: lines, ..draft(Status::Met, &[], &["policy"]) });
}

#[test]
fn with_every_required_line_met_it_is_neither_gap_nor_partial() {
    for status in [Status::Gap, Status::Partial] {
        refused("C-1.2", draft(status, ALL_OF_C_1_2, &[]), &[Refusal::AllRequirementsMet(status)]);
    }
    taken("C-1.2", draft(Status::NotApplicable, ALL_OF_C_1_2, &[]));
}

#[test]
fn a_measure_that_requires_no_line_can_be_a_gap_whatever_is_ticked() {
    let mut snapshot = register();
    let mut catalogue = Catalogue::clone(&snapshot.catalogue);
    let measures = catalogue.chapters.iter_mut().flat_map(|chapter| &mut chapter.commitments);
    let lines =
        measures.flat_map(|commitment| &mut commitment.measures).flat_map(|own| &mut own.requirements);
    lines.for_each(|line| line.force = Force::Encouraged);
    snapshot.catalogue = Arc::new(catalogue);
    let gap = draft(Status::Gap, &[("a", Status::Met)], &[]);
    let decided = decide(&snapshot, world::day(TODAY), &company_id("heron"), &slot("C-1.2"), &gap);
    assert!(decided.is_ok(), "{decided:?}");
}

#[test]
fn not_applicable_becomes_met_by_way_of_another_status() {
    let lines = [("a", Status::Met), ("b", Status::Met)];
    refused("C-1.4", draft(Status::Met, &lines, &["policy"]), &[Refusal::NotApplicableToMet]);
    taken("C-1.4", draft(Status::Partial, &[], &[]));
}

#[test]
fn only_lines_and_evidence_on_file_are_taken_and_each_once() {
    refused(
        "C-1.2",
        draft(Status::Gap, &[("x", Status::Gap)], &[]),
        &[Refusal::UnknownRequirement(letter(b'x'))],
    );
    refused(
        "C-1.1",
        draft(Status::Gap, &[], &["polcy"]),
        &[Refusal::UnknownEvidence("polcy".parse().unwrap())],
    );
    refused(
        "C-1.1",
        draft(Status::Gap, &[], &["policy", "policy"]),
        &[Refusal::EvidenceTwice("policy".parse().unwrap())],
    );
}

#[test]
fn evidence_that_has_expired_carries_no_new_judgement() {
    let expired = Refusal::EvidenceExpired("expired".parse().unwrap(), world::day("2026-11-22"));
    refused("C-1.1", draft(Status::Partial, &[], &["expired"]), &[expired]);
    taken("C-1.1", draft(Status::Partial, &[], &["last-day"]));
}

#[test]
fn a_review_day_is_today_or_later() {
    let by = |text| Draft { review_by: Some(world::day(text)), ..draft(Status::Gap, &[], &[]) };
    refused("C-1.1", by("2026-11-22"), &[Refusal::ReviewDayPassed(world::day("2026-11-22"))]);
    taken("C-1.1", by(TODAY));
    taken("C-1.1", by("2027-11-23"));
}

#[test]
fn the_slot_must_be_one_that_is_judged() {
    let (gap, models) = (|| draft(Status::Gap, &[], &[]), || vec!["heron-1".parse().unwrap()]);
    let unknown = "heron-9".parse().unwrap();
    refused("S-3.2", gap(), &[Refusal::NeedsModel(world::measure("S-3.2"), models())]);
    refused("S-3.2@heron-9", gap(), &[Refusal::UnknownModel(unknown, models())]);
    refused("S-1.1@heron-1", gap(), &[Refusal::JudgedForProvider(world::measure("S-1.1"))]);
    refused("S-99.1", gap(), &[Refusal::UnknownMeasure(world::measure("S-99.1"))]);
    let nobody: CompanyId = company_id("nobody");
    let decided = decide(&register(), world::day(TODAY), &nobody, &slot("C-1.1"), &gap());
    assert_eq!(decided, Err(vec![Refusal::UnknownCompany(nobody)]));
}

#[test]
fn what_is_on_file_again_on_the_same_day_is_no_change_and_on_a_later_day_a_new_judgement() {
    let mut snapshot = register();
    let partial = draft(Status::Partial, &[], &["policy"]);
    let decision = taken("C-1.1", partial.clone());
    let company = recorded(&snapshot, &decision);
    let from_file = Draft::from_assessment(&decision.assessment);
    snapshot.companies.insert(company.id.clone(), Arc::new(company));
    for again in [partial, from_file] {
        let decide = |on| decide(&snapshot, world::day(on), &company_id("heron"), &slot("C-1.1"), &again);
        assert_eq!(decide(TODAY), Err(vec![Refusal::NothingChanges]));
        assert!(decide("2026-11-24").is_ok());
    }
}

#[test]
fn a_form_offers_what_would_be_taken_and_says_why_the_rest_is_not() {
    let measure = CATALOGUE.measure(world::measure("C-1.2")).unwrap();
    let offered = |on_file, draft: &Draft| -> Vec<_> {
        choices(measure, on_file, draft).into_iter().map(|choice| choice.refusal).collect()
    };
    let nothing_yet = Draft::default();
    assert_eq!(offered(None, &nothing_yet), [None, None, Some(Refusal::MetWithoutEvidence), None]);
    let complete = draft(Status::Met, ALL_OF_C_1_2, &["policy"]);
    let (gap, partial) = (Status::Gap, Status::Partial);
    assert_eq!(
        offered(Some(Status::NotApplicable), &complete),
        [
            Some(Refusal::AllRequirementsMet(gap)),
            Some(Refusal::AllRequirementsMet(partial)),
            Some(Refusal::NotApplicableToMet),
            None
        ]
    );
}
