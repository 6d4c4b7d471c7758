//! What is recorded beside judgements, typed into the real screen: documents, positions, models, and drafts of them.

use countersign::register::{At, Register};
use countersign::ui::driver::Driver;

use crate::fixture::Fixture;
use crate::screens::{check, driver};

fn play(driver: &mut Driver, keys: &str) -> String {
    driver.play(&keys.parse().unwrap());
    driver.screen()
}

const ON_A_CELL: &str = "/halyard S-1.2<enter>";

#[test]
fn the_forms_are_drawn() {
    check("record_evidence", &format!("{ON_A_CELL}ne"));
    check("record_position", &format!("{ON_A_CELL}np"));
    check("record_model", &format!("{ON_A_CELL}nm<ctrl-s>"));
    check("new", &format!("{ON_A_CELL}n"));
}

#[test]
fn a_document_is_put_on_file_without_a_judgement() {
    let fixture = Fixture::new();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("risk-charter-final.txt"), "Risks are ours.").unwrap();
    let mut driver = driver(&fixture, "120x40");
    let screen = play(&mut driver, &format!("{ON_A_CELL}neRisk Charter<tab><space><tab>"));
    assert!(screen.contains("Record evidence of Halyard AI") && screen.contains("S-1.2"), "{screen}");
    // Tab completes the name, as far as it is sure, and goes on.
    driver.paste(&format!("{}/ri", folder.path().display()));
    let screen = play(&mut driver, "<tab><tab>");
    assert!(screen.contains("risk-charter-final.txt") && screen.contains("15 bytes, sha256:"), "{screen}");
    let screen = play(&mut driver, "<ctrl-s>");
    assert!(screen.contains("✗ say who can see it") && screen.contains("✗ say who recorded it"), "{screen}");
    let screen = play(&mut driver, "<esc>");
    assert!(screen.contains("Kept as a draft") && screen.contains("1 draft"), "{screen}");
    let screen = play(&mut driver, "D");
    assert!(screen.contains("Drafts (1)") && screen.contains("evidence"), "{screen}");
    let screen = play(&mut driver, "xu<enter>");
    assert!(screen.contains("Risk Charter") && screen.contains("draft that was kept"), "{screen}");
    let to_access = "<shift-tab>".repeat(6);
    let screen = play(&mut driver, &format!("{to_access}<space><tab><space><tab>First Desk<ctrl-s>"));
    assert!(
        screen.contains("Enter makes this commit") && screen.contains("evidence halyard risk-charter: added"),
        "{screen}"
    );
    let screen = play(&mut driver, "<enter>");
    assert!(screen.contains("Committed") && !screen.contains("1 draft"), "{screen}");
    let snapshot = Register::open(&fixture.path()).unwrap().snapshot(&At::Head).unwrap();
    let halyard = &snapshot.companies[&"halyard".parse().unwrap()];
    let filed = &halyard.evidence[&"risk-charter".parse().unwrap()].evidence;
    assert_eq!(filed.bears_on, ["S-1.2".parse().unwrap()]);
    assert!(filed.sha256.is_some() && filed.file.is_none());
}

#[test]
fn positions_and_models_are_recorded_from_the_screen() {
    let fixture = Fixture::new();
    let mut driver = driver(&fixture, "120x40");
    let screen = play(&mut driver, &format!("{ON_A_CELL}npS, X<ctrl-s>"));
    assert!(screen.contains("✗ ") && screen.contains('X'), "{screen}");
    let screen = play(
        &mut driver,
        "<backspace><backspace><backspace><tab><space><space><tab>2026-10-01<tab><tab>a letter<ctrl-s>",
    );
    assert!(screen.contains("position halyard S: declined since 2026-10-01"), "{screen}");
    assert!(screen.contains("+stance = \"declined\""), "{screen}");
    let screen = play(&mut driver, "<enter>");
    assert!(screen.contains("Committed"), "{screen}");
    // A new model, and then what is known of it.
    let model = "nmspinnaker<tab>Spinnaker<tab>2026-05<tab><tab><space><tab>made up";
    let rest = "<shift-tab>".repeat(5);
    let screen = play(&mut driver, &format!("{model}{rest}<shift-tab><shift-tab>"));
    assert!(screen.contains("Record new model of Halyard AI (invented)"), "{screen}");
    let screen = play(&mut driver, "<esc>");
    assert!(screen.contains("1 draft"), "{screen}");
    let screen = play(&mut driver, "nm<up><up><up>a page<ctrl-s>");
    assert!(
        screen.contains("model halyard spinnaker: added") && screen.contains("+systemic-risk = \"yes\""),
        "{screen}"
    );
    let screen = play(&mut driver, "<enter>");
    assert!(screen.contains("Committed") && !screen.contains("1 draft"), "{screen}");
    let snapshot = Register::open(&fixture.path()).unwrap().snapshot(&At::Head).unwrap();
    assert_eq!(snapshot.findings, []);
    let halyard = &snapshot.companies[&"halyard".parse().unwrap()];
    assert_eq!(halyard.models[&"spinnaker".parse().unwrap()].name, "Spinnaker");
    assert_eq!(halyard.profile.positions.len(), 2);
    let screen = play(&mut driver, "a");
    assert!(!screen.contains("contradicts"), "{screen}");
}

#[test]
fn the_past_is_not_written_to() {
    let fixture = Fixture::new();
    let mut driver = driver(&fixture, "120x40");
    for keys in ["ne", "np", "nm"] {
        let screen = play(&mut driver, &format!("@2026-04-02<enter>{keys}"));
        assert!(screen.contains("read-only: Esc goes back to today"), "{screen}");
        play(&mut driver, "<esc>");
    }
}
