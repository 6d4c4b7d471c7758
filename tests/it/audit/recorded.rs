//! Positions and models: recorded with their record, honest where it is, named where it is not, and taken back whole.

use countersign::analysis::{model, position};
use countersign::domain::company::{Compute, ComputeKind};
use countersign::domain::{Change, Chapter, Known, Stance};
use countersign::register::{At, Undo, Way, Which};

use super::{Case, today};
use crate::ledger::world::{Kind, in_every_kind};

const PROFILE: &str = "companies/halyard/company.toml";
const MODEL: &str = "companies/halyard/models/spinnaker.toml";

fn stance(stance: Stance, since: &str) -> position::Draft {
    position::Draft {
        chapters: vec![Chapter::Copyright],
        stance: Some(stance),
        since: Some(since.parse().unwrap()),
        source: "made up".to_owned(),
        ..position::Draft::default()
    }
}

fn spinnaker() -> model::Draft {
    model::Draft {
        name: "Spinnaker".to_owned(),
        placed_on_market: Some("2026-05".parse().unwrap()),
        systemic_risk: Some(Known::No),
        systemic_risk_source: Some("made up".to_owned()),
        compute: vec![Compute {
            flop: 5e24,
            kind: ComputeKind::Estimate,
            source: "made up".to_owned(),
            model: None,
        }],
        source: "made up".to_owned(),
        ..model::Draft::default()
    }
}

fn taken(case: &Case, draft: &position::Draft) -> Result<Change, Vec<position::Refusal>> {
    let snapshot = case.register().snapshot(&At::Head).unwrap();
    position::take(&snapshot, today(), &"halyard".parse().unwrap(), draft).map(Change::from)
}

fn described(case: &Case, draft: &model::Draft) -> Result<Change, Vec<model::Refusal>> {
    let snapshot = case.register().snapshot(&At::Head).unwrap();
    let [company, id] = ["halyard", "spinnaker"];
    model::describe(&snapshot, &company.parse().unwrap(), &id.parse().unwrap(), draft).map(Change::from)
}

fn record(case: &Case, change: &Change) {
    let register = case.register();
    let snapshot = register.snapshot(&At::Head).unwrap();
    let prepared = register.prepare(&snapshot, change).unwrap();
    register.commit(prepared).unwrap();
}

in_every_kind! { positions_and_models_are_recorded_and_taken_back }

fn positions_and_models_are_recorded_and_taken_back(kind: Kind) {
    let case = Case::of(kind);
    let start = case.git(["rev-parse", "HEAD^{tree}"]);
    let before = case.world.read(PROFILE);

    record(&case, &taken(&case, &stance(Stance::Signed, "2026-09-01")).unwrap());
    assert!(
        case.message().starts_with("position halyard C: signed since 2026-09-01\n"),
        "{}",
        case.message()
    );
    assert!(case.message().contains("Countersign-Change: company halyard\n"), "{}", case.message());
    let added =
        "\n[[position]]\nchapters = [\"C\"]\nstance = \"signed\"\nsince = 2026-09-01\nsource = \"made up\"\n";
    assert_eq!(case.world.read(PROFILE), format!("{before}{added}"), "nothing else is touched");

    record(&case, &taken(&case, &stance(Stance::Declined, "2026-09-01")).unwrap());
    assert!(case.message().starts_with("position halyard C: corrected to declined since 2026-09-01\n"));
    assert_eq!(case.world.read(PROFILE), format!("{before}{}", added.replace("signed", "declined")));

    record(&case, &described(&case, &spinnaker()).unwrap());
    assert!(case.message().starts_with("model halyard spinnaker: added\n"), "{}", case.message());
    assert!(case.world.read(MODEL).contains("\n[[compute]]\nflop = 5e24\n"), "{}", case.world.read(MODEL));
    let renamed = model::Draft { licence: Some("closed".to_owned()), ..spinnaker() };
    record(&case, &described(&case, &renamed).unwrap());
    assert!(case.message().starts_with("model halyard spinnaker: corrected\n"));

    case.assert_found(&[]);
    let snapshot = case.register().snapshot(&At::Head).unwrap();
    assert_eq!(snapshot.findings, []);
    assert_eq!(described(&case, &renamed), Err(vec![model::Refusal::NothingChanges]));

    let register = case.register();
    for way in [Way::Undo, Way::Undo, Way::Undo, Way::Undo, Way::Redo, Way::Undo] {
        let prepared = register.undo(&Undo { way, which: Which::Last, reason: None }).unwrap();
        register.commit(prepared).unwrap();
    }
    assert_eq!(case.git(["rev-parse", "HEAD^{tree}"]), start);
    case.assert_found(&[]);
}

#[test]
fn what_is_no_position_or_model_is_refused_by_name() {
    let case = Case::new();
    let refused = |draft: &position::Draft| {
        taken(&case, draft).unwrap_err().iter().map(position::Refusal::words).collect::<Vec<_>>()
    };
    let nothing = position::Draft::default();
    assert_eq!(refused(&nothing).len(), 4, "{:?}", refused(&nothing));
    assert_eq!(
        refused(&stance(Stance::Signed, "2100-01-01")),
        ["2100-01-01 is still to come: record it once it is certain"]
    );
    let act = position::Draft { chapters: vec![Chapter::AiAct], ..stance(Stance::Signed, "2026-09-01") };
    assert_eq!(refused(&act), ["the Act binds without a position on it: leave AIA out"]);
    let never = position::Draft {
        chapters: vec![Chapter::Copyright],
        ..stance(Stance::NoLongerListed, "2020-01-01")
    };
    assert!(refused(&never)[0].starts_with("it was never listed for C"), "{:?}", refused(&never));
    let unsourced = model::Draft { systemic_risk_source: None, ..spinnaker() };
    let words: Vec<String> =
        described(&case, &unsourced).unwrap_err().iter().map(model::Refusal::words).collect();
    assert_eq!(words, ["say where it was read that it carries systemic risk, or none"]);
}

/// A record that says something else than its commit did.
#[test]
fn a_false_record_of_a_position_contradicts_it() {
    let case = Case::new();
    record(&case, &taken(&case, &stance(Stance::Signed, "2026-09-01")).unwrap());
    let message = case.message().replace("company halyard", "company tidepool");
    case.git(["commit", "--amend", "--quiet", "--message", &message]);
    let found = case.found();
    assert!(found.iter().any(|(class, _)| *class == "contradicts-its-record"), "{found:?}");
}
