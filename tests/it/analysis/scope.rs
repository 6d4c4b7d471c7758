//! Whether a measure binds, with the reason and the article, case by case.

use countersign::analysis::scope::{self, Because};
use countersign::analysis::{Applicability, Applies, Board, Group};
use countersign::domain::company::Established;
use countersign::domain::{Basis, Chapter, Company, Known, Measure, Stance};

use super::world::{CATALOGUE, TODAY, With, company, company_id, day, measure, model, snapshot};

use Chapter::{AiAct, Copyright, SafetySecurity, Transparency};
use Known::{No, Unknown, Yes};

/// What a measure comes to for a company, all of its models taken together.
#[track_caller]
fn check(company: &Company, on: &str, measure_ref: &str, expected: (Applies, Because)) {
    let found = applicability(company, on, measure_ref, None);
    assert_eq!((found.applies, found.because), expected, "{measure_ref} on {on}");
}

fn applicability(company: &Company, on: &str, measure_ref: &str, model: Option<&str>) -> Applicability {
    let model = model.map(|model| model.parse().unwrap());
    scope::applicability(CATALOGUE.law_days(), company, shipped(measure_ref), model.as_ref(), day(on))
}

fn shipped(measure_ref: &str) -> &'static Measure {
    CATALOGUE.measure(measure(measure_ref)).unwrap()
}

fn with_model(systemic_risk: Known, open_source: Known, placed: Option<&str>) -> Company {
    company("heron").model("heron-1", model(systemic_risk, open_source, placed))
}

const NEW: Option<&str> = Some("2026-01-15");

#[test]
fn what_addresses_everybody_binds_whoever_it_is() {
    for company in [company("heron"), with_model(No, No, NEW), with_model(Unknown, Unknown, None)] {
        for measure_ref in ["T-1.1", "T-1.2", "C-1.1", "AIA-53-1-d", "AIA-93"] {
            check(&company, TODAY, measure_ref, (Applies::Binding, Because::EveryProvider));
        }
    }
    assert_eq!(Because::EveryProvider.article(), None);
}

#[test]
fn systemic_risk_decides_on_the_safety_chapter_and_article_55() {
    for measure_ref in ["S-1.1", "S-3.2", "AIA-52-1", "AIA-55-1-a", "AIA-55-1-c"] {
        for (risk, expected) in [
            (Yes, (Applies::Binding, Because::SystemicRisk)),
            (No, (Applies::NotApplicable, Because::NoSystemicRisk)),
            (Unknown, (Applies::Unknown, Because::SystemicRiskUnknown)),
        ] {
            assert_eq!(expected.1.article(), Some("Art. 51, 55(1)"));
            check(&with_model(risk, No, NEW), TODAY, measure_ref, expected);
        }
        check(&company("heron"), TODAY, measure_ref, (Applies::Unknown, Because::NoModelOnFile));
    }
}

#[test]
fn a_chapter_signed_without_need_is_voluntary_and_the_law_beside_it_is_not() {
    let signed = with_model(No, No, NEW).signed(&[SafetySecurity], "2025-08-01");
    for measure_ref in ["S-1.1", "S-3.2"] {
        check(&signed, TODAY, measure_ref, (Applies::Voluntary, Because::NoSystemicRiskButSigned));
    }
    for measure_ref in ["AIA-52-1", "AIA-55-1-a", "AIA-55-1-d"] {
        check(&signed, TODAY, measure_ref, (Applies::NotApplicable, Because::NoSystemicRisk));
    }
    assert_eq!(Because::NoSystemicRiskButSigned.article(), Some("Art. 56(7)"));
    let risky = with_model(Yes, No, NEW).signed(&[SafetySecurity], "2025-08-01");
    check(&risky, TODAY, "S-1.1", (Applies::Binding, Because::SystemicRisk));
}

#[test]
fn open_source_lifts_what_article_53_2_lifts_and_never_with_systemic_risk() {
    for measure_ref in ["T-1.1", "T-1.2", "T-1.3", "AIA-53-1-a", "AIA-53-1-b"] {
        check(&with_model(No, Yes, NEW), TODAY, measure_ref, (Applies::Exempt, Because::OpenSource));
        check(&with_model(Yes, Yes, NEW), TODAY, measure_ref, (Applies::Binding, Because::EveryProvider));
        check(
            &with_model(Unknown, Yes, NEW),
            TODAY,
            measure_ref,
            (Applies::Unknown, Because::OpenSourceButRiskUnknown),
        );
        check(&with_model(No, Unknown, NEW), TODAY, measure_ref, (Applies::Binding, Because::EveryProvider));
    }
    assert_eq!(Because::OpenSource.article(), Some("Art. 53(2)"));
    assert_eq!(Because::OpenSourceButRiskUnknown.article(), Some("Art. 53(2)"));
}

#[test]
fn open_source_lifts_neither_copyright_nor_the_training_summary() {
    for measure_ref in ["C-1.1", "C-1.5", "AIA-53-1-c", "AIA-53-1-d", "AIA-53-3", "AIA-91-5"] {
        check(&with_model(No, Yes, NEW), TODAY, measure_ref, (Applies::Binding, Because::EveryProvider));
    }
}

#[test]
fn nothing_binds_before_the_chapter_of_the_act_applies() {
    let signatory = with_model(Yes, No, NEW).signed(&Chapter::CODE, "2025-08-01");
    let applies_from = day("2025-08-02");
    for measure_ref in ["T-1.1", "C-1.1", "S-1.1", "AIA-53-1-a", "AIA-54-1", "AIA-53-4", "AIA-93"] {
        let not_yet = (Applies::NotYet, Because::BeforeTheLawApplies(applies_from));
        check(&signatory, "2025-08-01", measure_ref, not_yet);
        assert_ne!(applicability(&signatory, "2025-08-02", measure_ref, None).applies, Applies::NotYet);
    }
    assert_eq!(Because::BeforeTheLawApplies(applies_from).article(), Some("Art. 113(b)"));
}

#[test]
fn a_model_from_before_the_law_has_until_the_transition_ends() {
    let until = day("2027-08-02");
    let not_yet = (Applies::NotYet, Because::Legacy(until));
    for placed in ["2025-08-01", "2025-07", "2024", "2023-03-14"] {
        for (risk, bound) in [(Yes, Because::SystemicRisk), (Unknown, Because::SystemicRiskUnknown)] {
            let legacy = with_model(risk, No, Some(placed));
            check(&legacy, "2025-08-02", "S-3.2", not_yet.clone());
            check(&legacy, "2027-08-01", "S-3.2", not_yet.clone());
            let applies = if risk == Yes { Applies::Binding } else { Applies::Unknown };
            check(&legacy, "2027-08-02", "S-3.2", (applies, bound));
        }
        let legacy = with_model(No, No, Some(placed));
        check(&legacy, "2027-08-01", "AIA-53-1-a", not_yet.clone());
        check(&legacy, "2027-08-02", "AIA-53-1-a", (Applies::Binding, Because::EveryProvider));
        check(&legacy, "2027-08-01", "S-3.2", (Applies::NotApplicable, Because::NoSystemicRisk));
    }
    assert_eq!(Because::Legacy(until).article(), Some("Art. 111(3)"));
}

#[test]
fn a_model_that_may_be_younger_than_the_law_is_no_legacy_model() {
    for placed in [Some("2025-08-02"), Some("2025-08"), Some("2025"), Some("2026-01-15"), None] {
        let bound = (Applies::Binding, Because::EveryProvider);
        check(&with_model(No, No, placed), TODAY, "AIA-53-1-a", bound);
    }
}

#[test]
fn a_representative_is_asked_for_by_where_the_provider_sits() {
    for measure_ref in ["AIA-54-1", "AIA-54-3"] {
        let seated = |established| with_model(No, No, NEW).seat(established);
        check(
            &seated(Established::OutsideUnion),
            TODAY,
            measure_ref,
            (Applies::Binding, Because::OutsideUnion),
        );
        check(
            &seated(Established::Union),
            TODAY,
            measure_ref,
            (Applies::NotApplicable, Because::EstablishedInUnion),
        );
        check(&with_model(No, No, NEW), TODAY, measure_ref, (Applies::Unknown, Because::SeatUnknown));
        let nothing_else = company("heron").seat(Established::OutsideUnion);
        check(&nothing_else, TODAY, measure_ref, (Applies::Binding, Because::OutsideUnion));
        let open = with_model(No, Yes, NEW).seat(Established::OutsideUnion);
        check(&open, TODAY, measure_ref, (Applies::Exempt, Because::OpenSource));
    }
    for because in [Because::OutsideUnion, Because::EstablishedInUnion, Because::SeatUnknown] {
        assert_eq!(because.article(), Some("Art. 54(1)"));
    }
}

#[test]
fn alternative_means_for_article_53_are_owed_unless_both_of_its_chapters_are_signed() {
    let adheres = (Applies::NotApplicable, Because::Adheres);
    let does_not = (Applies::Binding, Because::DoesNotAdhere);
    for (chapters, expected) in [
        (&Chapter::CODE[..], &adheres),
        (&[Transparency, Copyright], &adheres),
        (&[Transparency], &does_not),
        (&[Copyright], &does_not),
        (&[SafetySecurity], &does_not),
        (&[], &does_not),
    ] {
        let company = with_model(Yes, No, NEW).signed(chapters, "2025-08-01");
        check(&company, TODAY, "AIA-53-4", expected.clone());
    }
    let left = with_model(No, No, NEW).signed(&Chapter::CODE, "2025-08-01").position(
        &Chapter::CODE,
        Stance::NoLongerListed,
        "2026-07-31",
    );
    check(&left, "2026-07-30", "AIA-53-4", adheres.clone());
    check(&left, "2026-07-31", "AIA-53-4", does_not);
    assert_eq!(Because::Adheres.article(), Some("Art. 53(4), 55(2)"));
    assert_eq!(Because::DoesNotAdhere.article(), Some("Art. 53(4), 55(2)"));
}

#[test]
fn alternative_means_for_article_55_follow_the_safety_chapter_and_systemic_risk() {
    let signed = |risk| with_model(risk, No, NEW).signed(&[SafetySecurity], "2025-08-01");
    let unsigned = |risk| with_model(risk, No, NEW).signed(&[Transparency, Copyright], "2025-08-01");
    for risk in [Yes, No, Unknown] {
        check(&signed(risk), TODAY, "AIA-55-2", (Applies::NotApplicable, Because::Adheres));
    }
    check(&unsigned(Yes), TODAY, "AIA-55-2", (Applies::Binding, Because::SystemicRisk));
    check(&unsigned(Unknown), TODAY, "AIA-55-2", (Applies::Unknown, Because::SystemicRiskUnknown));
    check(&unsigned(No), TODAY, "AIA-55-2", (Applies::NotApplicable, Because::NoSystemicRisk));
    check(&company("heron"), TODAY, "AIA-55-2", (Applies::Unknown, Because::NoModelOnFile));
}

#[test]
fn one_binding_model_binds_the_provider_and_no_other_model() {
    let mixed = company("heron")
        .model("heron-1", model(Yes, No, Some("2024")))
        .model("heron-2", model(No, Yes, NEW))
        .model("heron-3", model(Yes, No, NEW));
    check(&mixed, TODAY, "S-1.1", (Applies::Binding, Because::SystemicRisk));
    check(&mixed, TODAY, "T-1.2", (Applies::Binding, Because::EveryProvider));
    let of = |model| applicability(&mixed, TODAY, "S-3.2", Some(model)).applies;
    assert_eq!(of("heron-1"), Applies::NotYet);
    assert_eq!(of("heron-2"), Applies::NotApplicable);
    assert_eq!(of("heron-3"), Applies::Binding);
}

#[test]
fn one_model_of_unknown_risk_leaves_the_provider_unknown() {
    let mixed =
        company("heron").model("heron-1", model(No, No, NEW)).model("heron-2", model(Unknown, No, NEW));
    check(&mixed, TODAY, "S-1.1", (Applies::Unknown, Because::SystemicRiskUnknown));
    let open =
        company("heron").model("heron-1", model(No, Yes, NEW)).model("heron-2", model(Unknown, Yes, NEW));
    check(&open, TODAY, "T-1.2", (Applies::Unknown, Because::OpenSourceButRiskUnknown));
}

/// As xAI: the safety chapter on 31 July 2025, the other two not.
#[test]
fn a_partial_signatory_stands_left_for_its_chapter_and_right_for_the_others() {
    let partial = with_model(Yes, No, NEW).signed(&[SafetySecurity], "2025-07-31").position(
        &[Transparency, Copyright],
        Stance::NotListed,
        "2025-08-01",
    );
    let board = Board::new(&snapshot([partial.clone()]), day(TODAY));
    let id = company_id("heron");
    for (chapter, group, basis, stance) in [
        (Transparency, Group::NonSignatory, Basis::Alternative, "not listed"),
        (Copyright, Group::NonSignatory, Basis::Alternative, "not listed"),
        (SafetySecurity, Group::Signatory, Basis::Adherence, "signed"),
        (AiAct, Group::Signatory, Basis::Law, "no position on record"),
    ] {
        assert_eq!(board.group(&id, chapter), group, "{chapter}");
        assert_eq!(board.members(group, chapter).collect::<Vec<_>>(), [&id], "{chapter}");
        assert_eq!(scope::basis(&partial, chapter, day(TODAY)), basis, "{chapter}");
        assert_eq!(scope::stance_words(&partial, chapter, day(TODAY)), stance, "{chapter}");
    }
    check(&partial, TODAY, "AIA-53-4", (Applies::Binding, Because::DoesNotAdhere));
    check(&partial, TODAY, "AIA-55-2", (Applies::NotApplicable, Because::Adheres));
    let before = Board::new(&snapshot([partial]), day("2025-07-30"));
    assert_eq!(before.group(&id, SafetySecurity), Group::NonSignatory);
}

#[test]
fn only_a_signature_makes_a_signatory() {
    for stance in [Stance::Declined, Stance::NotListed, Stance::NoLongerListed] {
        let company = company("heron").signed(&Chapter::CODE, "2025-08-01").position(
            &Chapter::CODE,
            stance,
            "2026-07-31",
        );
        for chapter in Chapter::CODE {
            assert_eq!(Group::of(&company, chapter, day("2026-07-30")), Group::Signatory);
            assert_eq!(Group::of(&company, chapter, day("2026-07-31")), Group::NonSignatory);
            assert_eq!(scope::basis(&company, chapter, day("2026-07-31")), Basis::Alternative);
        }
    }
}
