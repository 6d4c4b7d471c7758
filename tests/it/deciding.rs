//! Deciding on the screen: drafts and what they were begun on, and that no key acts on what was not shown.

use std::fs;
use std::process::Command;

use countersign::analysis::{Draft, decision};
use countersign::domain::Status;
use countersign::register::{At, Register};
use countersign::ui::driver::Driver;
use countersign::ui::{App, Personal, Theme, Worker};
use crossterm::event::KeyCode;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use crate::fixture::Fixture;
use crate::screens::{check, driver};

fn play(driver: &mut Driver, keys: &str) -> String {
    driver.play(&keys.parse().unwrap());
    driver.screen()
}

/// Somebody else's decision on a cell that has been judged.
fn decide_elsewhere(fixture: &Fixture, cell: &str, status: Status, reason: &str) {
    let (company, slot) = cell.split_once(' ').unwrap();
    let (company, slot) = (company.parse().unwrap(), slot.parse().unwrap());
    let register = Register::open(&fixture.path()).unwrap();
    let snapshot = register.snapshot(&At::Head).unwrap();
    let on_file = &snapshot.companies[&company].assessments[&slot].assessment;
    let draft = Draft { status: Some(status), reason: reason.to_owned(), ..Draft::from_assessment(on_file) };
    let day = "2026-11-20".parse().unwrap();
    let change = decision::decide(&snapshot, day, &company, &slot, &draft).unwrap();
    let prepared = register.prepare(&snapshot, &change).unwrap();
    register.commit(prepared).unwrap();
}

const TYPED: &str = "/halyard S-1.1<enter>d<tab><tab><tab> Half a thought.<esc>";

#[test]
fn a_draft_is_shown_as_one() {
    check("draft_on_the_board", TYPED);
    check("draft_in_the_detail", &format!("{TYPED}<enter>"));
    check("drafts", &format!("{TYPED}D"));
}

#[test]
fn a_draft_goes_on_is_discarded_and_comes_back() {
    let fixture = Fixture::new();
    let mut driver = driver(&fixture, "120x40");
    let screen = play(&mut driver, TYPED);
    assert!(screen.contains("1 draft") && screen.contains("Kept as a draft"), "{screen}");
    let screen = play(&mut driver, "d");
    assert!(screen.contains("Half a thought.") && screen.contains("draft that was kept"), "{screen}");
    let screen = play(&mut driver, "<ctrl-g>");
    assert!(!screen.contains("Half a thought.") && !screen.contains("1 draft"), "{screen}");
    let screen = play(&mut driver, "<ctrl-g>");
    assert!(screen.contains("Half a thought.") && screen.contains("1 draft"), "{screen}");
    // In the list, too.
    let screen = play(&mut driver, "<esc>Dx");
    assert!(screen.contains("No drafts.") && screen.contains("discarded; u puts it back"), "{screen}");
    let screen = play(&mut driver, "u");
    assert!(screen.contains("Half a thought.") && screen.contains("Drafts (1)"), "{screen}");
    // What is as on file is no draft.
    let screen = play(&mut driver, "<enter><ctrl-g><esc>");
    assert!(screen.contains("No drafts."), "{screen}");
}

#[test]
fn a_commit_over_edits_of_its_own_file_is_refused_and_what_was_typed_stays() {
    let fixture = Fixture::new();
    let mut driver = driver(&fixture, "120x40");
    let cell = "companies/halyard/assessments/S-1.1.toml";
    let edited = format!("{}# mine\n", fs::read_to_string(fixture.path().join(cell)).unwrap());
    let screen = play(&mut driver, &TYPED.replace("<esc>", "<ctrl-s>"));
    assert!(screen.contains("Enter makes this commit"), "{screen}");
    fixture.write(cell, &edited);
    let screen = play(&mut driver, "<enter>");
    assert!(screen.contains(&format!("{cell} has changes that are not committed")), "{screen}");
    assert_eq!(fs::read_to_string(fixture.path().join(cell)).unwrap(), edited);
    let screen = play(&mut driver, "<esc>");
    assert!(screen.contains("Half a thought.") && screen.contains("1 draft"), "{screen}");
    // Once they are out of the way it goes on.
    fixture.write(cell, edited.trim_end_matches("# mine\n"));
    let screen = play(&mut driver, "<ctrl-s><enter>");
    assert!(screen.contains("Committed") && !screen.contains("1 draft"), "{screen}");
}

#[test]
fn a_form_says_when_another_judgement_is_on_file_and_shows_both() {
    let fixture = Fixture::new();
    let mut driver = driver(&fixture, "120x40");
    play(&mut driver, TYPED);
    decide_elsewhere(&fixture, "halyard S-1.1", Status::Gap, "Withdrawn by the board.");
    let screen = play(&mut driver, "Rd<ctrl-s>");
    assert!(screen.contains("another judgement is on file than when this form was opened"), "{screen}");
    assert!(
        screen.contains("then: partial, “No trigger points for lighter evaluations. The rest"),
        "{screen}"
    );
    assert!(screen.contains("now: gap, “Withdrawn by the board.”"), "{screen}");
    assert!(screen.contains("Half a thought."), "what was typed stays: {screen}");
    let screen = play(&mut driver, "<ctrl-s>");
    assert!(screen.contains("Enter makes this commit") && screen.contains("gap → partial"), "{screen}");
    let screen = play(&mut driver, "<enter>");
    assert!(screen.contains("Committed") && !screen.contains("1 draft"), "{screen}");
}

#[test]
fn a_selection_stays_on_its_thing_when_the_register_changes() {
    let fixture = Fixture::new();
    let mut driver = driver(&fixture, "120x40");
    // The measure's list is sorted by state: the selected company moves.
    let selected = |driver: &Driver| {
        let (_, y) = driver.cursor();
        driver.screen().lines().nth(usize::from(y)).unwrap_or_default().to_owned()
    };
    play(&mut driver, "/S-1.1<enter>m");
    while !selected(&driver).contains("Halyard") {
        play(&mut driver, "j");
    }
    let (_, before) = driver.cursor();
    fixture.write(
        "companies/astern/company.toml",
        "name = \"Astern\"\ninvented = true\n\n[[position]]\nchapters = [\"S\"]\nstance = \"signed\"\nsince = 2026-01-01\nsource = \"made up\"\n",
    );
    fixture.write(
        "companies/astern/assessments/S-1.1.toml",
        "status = \"gap\"\nreason = \"None.\"\nmeans = \"adherence\"\nassessed = 2026-06-01\n",
    );
    fixture.commit("Second Desk", "2026-06-02", "companies: one more, that stands first");
    play(&mut driver, "R");
    assert!(selected(&driver).contains("Halyard"), "{}", driver.screen());
    assert_ne!(driver.cursor().1, before, "it stands on another line now");
    let screen = play(&mut driver, "<enter>");
    assert!(screen.contains("Halyard AI (invented) · S-1.1"), "{screen}");
}

fn git(fixture: &Fixture, arguments: &[&str]) -> String {
    let output = Command::new("git").current_dir(fixture.path()).args(arguments).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// S-1.1 and S-1.2 of Halyard, marked on the board.
const MARKED: &str = "/halyard S-1<enter>*j*";

#[test]
fn several_cells_are_marked_and_decided_alike() {
    check("board_marked", MARKED);
    check("form_of_several", &format!("{MARKED}d"));
    let fixture = Fixture::new();
    let mut driver = driver(&fixture, "120x40");
    let screen = play(&mut driver, &format!("{MARKED}d <tab>Nothing was published.<ctrl-s>"));
    assert!(screen.contains("Enter makes these 2 commits, all or none, on main."), "{screen}");
    assert_eq!(git(&fixture, &["rev-list", "--count", "HEAD"]), "6", "a preview commits nothing");
    let screen = play(&mut driver, "<enter>");
    assert!(screen.contains("assess halyard S-1.1: partial → gap"), "{screen}");
    assert!(screen.contains("assess halyard S-1.2: unassessed → gap"), "{screen}");
    assert!(!screen.contains("draft") && !screen.contains(" *"), "{screen}");
    assert_eq!(git(&fixture, &["rev-list", "--count", "HEAD"]), "8");
    assert_eq!(git(&fixture, &["show", "--format=", "--name-only", "HEAD"]).lines().count(), 1);
    assert_eq!(git(&fixture, &["show", "--format=", "--name-only", "HEAD~1"]).lines().count(), 1);
    let text = git(&fixture, &["show", "HEAD:companies/halyard/assessments/S-1.1.toml"]);
    assert!(text.contains("id = \"safety-framework\""), "what it rests on stays: {text}");
    assert_eq!(git(&fixture, &["status", "--porcelain"]), "");
}

#[test]
fn what_cannot_be_decided_alike_is_refused_by_name_and_nothing_is_done() {
    let fixture = Fixture::new();
    let mut driver = driver(&fixture, "120x40");
    let screen = play(&mut driver, &format!("{MARKED}djj <tab>All is well.<ctrl-s>"));
    assert!(screen.contains("halyard S-1.2: met needs evidence"), "{screen}");
    assert!(screen.contains("halyard S-1.1: lines b, c are open"), "{screen}");
    // What was typed is a draft of each.
    let screen = play(&mut driver, "<esc>");
    assert!(screen.contains("Kept as 2 drafts") && screen.contains("2 drafts"), "{screen}");
    let screen = play(&mut driver, "D");
    assert_eq!(screen.matches("All is well.").count(), 2, "{screen}");
    assert_eq!(git(&fixture, &["rev-list", "--count", "HEAD"]), "6");
}

#[test]
fn what_is_typed_on_very_many_cells_is_kept_of_each_when_the_form_is_left() {
    let fixture = Fixture::new();
    let profile = std::fs::read_to_string(fixture.path().join("companies/lodestar/company.toml")).unwrap();
    for at in 0..66 {
        fixture.write(&format!("companies/lodestar-{at}/company.toml"), &profile);
    }
    fixture.commit("First Desk", "2026-06-01", "register: a crowd");
    let mut driver = driver(&fixture, "120x40");
    let screen = play(&mut driver, &format!("/S-1.2<enter>{}d <tab>Alike.", "*l".repeat(80)));
    assert!(screen.contains("cells alike") && screen.contains(" 1 draft"), "{screen}");
    let screen = play(&mut driver, "<esc>");
    let kept = screen.split("Kept as ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap_or_default();
    assert!(kept.parse::<usize>().is_ok_and(|kept| kept > 64), "{screen}");
    assert!(screen.contains(&format!("{kept} drafts")), "{screen}");
    let screen = play(&mut driver, "d");
    assert!(screen.contains(&format!("Decide {kept} cells alike")) && screen.contains("Alike."), "{screen}");
    let screen = play(&mut driver, "<ctrl-s>");
    assert!(screen.contains(&format!("Enter makes these {kept} commits")), "{screen}");
    // What one of them lacks is told of all, by the names of the first.
    let screen = play(&mut driver, "<esc>djj ");
    assert!(screen.contains(&format!("Decide {kept} cells alike")), "{screen}");
    let screen = play(&mut driver, "<ctrl-s>");
    assert!(screen.contains("needs evidence"), "{screen}");
}

#[test]
fn a_whole_commitment_is_marked_and_marks_are_taken_away_again() {
    let fixture = Fixture::new();
    let mut driver = driver(&fixture, "120x40");
    let screen = play(&mut driver, "/halyard S-1<enter>k*");
    assert!(screen.contains("cells are marked; deciding decides all of them."), "{screen}");
    let screen = play(&mut driver, "*");
    assert!(screen.contains("Nothing is marked."), "{screen}");
    play(&mut driver, "*");
    let screen = play(&mut driver, "<esc>");
    assert!(!screen.contains(" *") && screen.contains("only /halyard S-1"), "{screen}");
}

/// The lines of a document, from its title to its source.
fn document(file: &str) -> String {
    format!(
        "<ctrl-o>Risk Charter<tab> <tab>{file}<tab> <tab><tab>1<tab>2026-11<tab><tab><tab> <tab> <tab>The desk"
    )
}

#[test]
fn a_document_is_put_on_file_with_the_judgement_that_rests_on_it() {
    let fixture = Fixture::new();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("charter.txt");
    std::fs::write(&file, "We stop at the second trigger point.\n").unwrap();
    let mut driver = driver(&fixture, "120x40");
    play(&mut driver, "/halyard S-1.2<enter>d<down> ");
    let screen = play(&mut driver, &document(file.to_str().unwrap()));
    assert!(screen.contains("37 bytes, sha256:"), "{screen}");
    let screen = play(&mut driver, "<ctrl-s>");
    assert!(screen.contains("[x] Risk Charter put on file with this"), "{screen}");
    let screen = play(&mut driver, "<tab>It says when.<tab>p. 3<tab>We stop<ctrl-s>");
    assert!(screen.contains("Enter makes these 2 commits, all or none, on main."), "{screen}");
    assert_eq!(git(&fixture, &["rev-list", "--count", "HEAD"]), "6", "a preview commits nothing");
    let screen = play(&mut driver, "<enter>");
    assert!(screen.contains(": evidence halyard risk-charter: added"), "{screen}");
    assert!(screen.contains(": assess halyard S-1.2: unassessed → partial"), "{screen}");
    let [evidence, copy] =
        ["toml", "txt"].map(|ending| format!("companies/halyard/evidence/risk-charter.{ending}"));
    assert_eq!(git(&fixture, &["show", "--format=", "--name-only", "HEAD~1"]), format!("{evidence}\n{copy}"));
    let judged = git(&fixture, &["show", "HEAD:companies/halyard/assessments/S-1.2.toml"]);
    for (key, path) in [("pin", &evidence), ("document", &copy)] {
        let id = git(&fixture, &["rev-parse", &format!("HEAD:{path}")]);
        assert!(judged.contains(&format!("{key} = \"{id}\"")), "{judged}");
    }
    assert!(judged.contains("at = \"p. 3\"\nquote = \"We stop\""), "{judged}");
    assert!(play(&mut driver, "!").contains("Nothing is wrong"), "{}", driver.screen());
}

#[test]
fn a_document_that_is_not_finished_waits_and_one_that_cannot_be_read_says_so() {
    check("form_document", "/halyard S-1.2<enter>d<ctrl-o>Risk Charter<tab> <ctrl-s>");
    let fixture = Fixture::new();
    let mut driver = driver(&fixture, "120x40");
    play(&mut driver, "/halyard S-1.2<enter>d<down> ");
    let screen = play(&mut driver, &document("/nowhere/charter.txt"));
    assert!(screen.contains("cannot read /nowhere/charter.txt"), "{screen}");
    let screen = play(&mut driver, "<ctrl-s>");
    assert!(screen.contains("✗ cannot read /nowhere/charter.txt"), "{screen}");
    // Back to the form, away from it, and back again.
    let screen = play(&mut driver, "<esc><esc>");
    assert!(screen.contains("Kept as a draft"), "{screen}");
    let screen = play(&mut driver, "d<ctrl-o>");
    assert!(screen.contains("Risk Charter") && screen.contains("/nowhere/charter.txt"), "{screen}");
    assert_eq!(git(&fixture, &["rev-list", "--count", "HEAD"]), "6");
}

#[test]
fn what_the_judgement_lacks_is_said_though_a_document_comes_with_it() {
    let fixture = Fixture::new();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("charter.txt");
    std::fs::write(&file, "One.\n").unwrap();
    let mut driver = driver(&fixture, "120x40");
    let keys = format!("/halyard S-1.2<enter>d{}<ctrl-s>", document(file.to_str().unwrap()));
    let screen = play(&mut driver, &format!("{keys}<ctrl-s>"));
    assert!(screen.contains("✗ choose a status") && screen.contains("✗ give a reason"), "{screen}");
    // What is no longer chosen is not put on file either.
    let screen = play(&mut driver, " <tab>None is needed.<shift-tab><shift-tab><shift-tab> <ctrl-s>");
    assert!(!screen.contains("these 2 commits"), "{screen}");
}

#[test]
fn several_cells_do_not_write_over_a_draft_and_go_on_where_they_were_left() {
    let fixture = Fixture::new();
    let mut driver = driver(&fixture, "120x40");
    play(&mut driver, TYPED);
    let screen = play(&mut driver, "<esc>/halyard S-1<enter>*j*d");
    assert!(screen.contains("Drafts are kept on halyard S-1.1"), "{screen}");
    let screen = play(&mut driver, "D");
    assert!(screen.contains("Half a thought.") && screen.contains("Drafts (1)"), "{screen}");
    // What was begun on all of them goes on.
    let screen = play(&mut driver, "x<esc>d <tab>Alike.<esc>");
    assert!(screen.contains("Kept as 2 drafts"), "{screen}");
    let screen = play(&mut driver, "d");
    assert!(screen.contains("Decide 2 cells alike") && screen.contains("Alike."), "{screen}");
    let screen = play(&mut driver, "<ctrl-o>");
    assert!(screen.contains("one judgement at a time"), "{screen}");
}

/// The keys come faster than the screen is drawn.
#[test]
fn no_key_acts_on_what_was_not_shown() {
    let fixture = Fixture::new();
    let register = Register::open(&fixture.path()).unwrap();
    let day = "2026-11-20".parse().unwrap();
    let theme = Theme::dark().colourless();
    let worker = Worker::new(register, At::Head, day, theme);
    let mut app = App::new(theme, Personal::default());
    let mut terminal = Terminal::new(TestBackend::new(120, 40)).unwrap();
    let settle = |app: &mut App| {
        for request in app.take_requests() {
            worker.perform(request, &mut |response| app.response(response));
        }
    };
    let key = |app: &mut App, code: KeyCode| app.key(code.into());
    settle(&mut app);
    terminal.draw(|frame| app.draw(frame)).unwrap();
    "gcundertow".chars().for_each(|letter| key(&mut app, KeyCode::Char(letter)));
    key(&mut app, KeyCode::Enter);
    terminal.draw(|frame| app.draw(frame)).unwrap();

    git(&fixture, &["rm", "-rq", "companies/undertow"]);
    fixture.commit("Second Desk", "2026-06-02", "companies: one less");
    key(&mut app, KeyCode::Char('R'));
    settle(&mut app);
    key(&mut app, KeyCode::Char('i'));
    terminal.draw(|frame| app.draw(frame)).unwrap();
    let text = terminal.backend().to_string();
    assert!(text.contains("What was selected is gone: look at what is selected now."), "{text}");
    assert!(!text.contains("Where it stands"), "{text}");
    // Once it was shown, it is what is meant.
    key(&mut app, KeyCode::Char('i'));
    settle(&mut app);
    terminal.draw(|frame| app.draw(frame)).unwrap();
    let text = terminal.backend().to_string();
    assert!(text.contains("Where it stands"), "{text}");
}
