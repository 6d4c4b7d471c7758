//! Going through the register's time on the real screen.

use std::fs;

use countersign::analysis::Draft;
use countersign::analysis::decision::decide_all;
use countersign::analysis::meaning::{self, Side};
use countersign::domain::{CompanyId, Slot, Status};
use countersign::error::Error;
use countersign::register::{At, Compared, Register, read_document};
use countersign::ui::{App, Personal, Request, Theme, Worker};
use crossterm::event::{KeyCode, KeyEvent};

use crate::fixture::Fixture;
use crate::screens::{check, driver};

#[test]
fn the_board_before_the_last_changes() {
    check("time_board", "[[");
}

/// The screen says what `countersign diff` prints, line by line, and Enter leads to what a line is about.
#[test]
fn two_moments_are_told_as_the_command_tells_them() {
    let fixture = Fixture::new();
    let evidence =
        fs::read_to_string(fixture.path().join("companies/halyard/evidence/copyright-policy.toml"));
    fixture.write("companies/halyard/evidence/second-policy.toml", &evidence.unwrap());
    fixture.commit("Second Desk", "2026-06-01", "evidence: a policy more");
    let mut driver = driver(&fixture, "100x90");
    driver.play(&"[[[[[M]]]]]M".parse().unwrap());
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let screen = words(&driver.screen());
    let register = Register::open(&fixture.path()).unwrap();
    let at = |revision: &str| At::Revision(revision.to_owned());
    let Compared { before, after, touched } = register.compare(&at("HEAD~5"), &At::Head).unwrap();
    let (from, to) = (register.day_of("HEAD~5").unwrap(), "2026-11-20".parse().unwrap());
    let sides = (Side { snapshot: &before, day: from }, Side { snapshot: &after, day: to });
    let entries: Result<Vec<_>, _> = register.history_between("HEAD~5", "HEAD").unwrap().collect();
    let meaning = meaning::between(sides.0, sides.1, &touched, &entries.unwrap());
    let mut told = vec![meaning.headline(), meaning.cells_heading()];
    for section in meaning.outline() {
        told.push(section.heading);
        for item in section.items {
            told.push(format!("{} {}", item.how.mark(), item.title));
            told.extend(item.lines.iter().map(|line| line.words()));
        }
    }
    assert!(told.iter().any(|line| line == "+ Halyard AI (invented): second-policy (Copyright Policy)"));
    for line in told {
        assert!(screen.contains(&words(&line)), "{line}\n{}", driver.screen());
    }

    let mut shows = |keys: &str, expected: &str| {
        driver.play(&keys.parse().unwrap());
        assert!(driver.screen().contains(expected), "{keys}: {expected}\n{}", driver.screen());
    };
    shows("<enter>", "Halyard AI (invented) · T-1.1");
    shows("<esc><tab><enter>", "Evidence on file (3)");
    shows("<esc><tab><tab>j<enter>", "Halyard AI (invented) · T-1.1");
    shows("<esc>gg<enter>", "This line is about no company and no measure.");
}

/// Steps on a cell lead along its own changes, with the cell still selected.
#[test]
fn a_cell_is_followed_through_its_own_changes() {
    let fixture = Fixture::new();
    let mut driver = driver(&fixture, "120x40");
    let mut shows = |keys: &str, expected: &[&str]| {
        driver.play(&keys.parse().unwrap());
        let screen = driver.screen();
        for words in expected {
            assert!(screen.contains(words), "{keys}: {words}\n{screen}");
        }
        screen
    };
    shows(
        "/halyard S-1.1<enter><enter>[",
        &["AS OF 2026-03-09", "commit 4 of 6", "status       partial", "· S-1.1"],
    );
    shows("[", &["AS OF 2026-03-02", "commit 3 of 6", "status       gap", "· S-1.1"]);
    shows("[", &["no earlier change", "AS OF 2026-03-02"]);
    let today = shows("]]", &["· S-1.1"]);
    assert!(!today.contains("AS OF"), "{today}");
    shows("]", &["This is the register of today."]);
}

#[test]
fn escape_leads_back_to_today_and_alt_right_forward() {
    let fixture = Fixture::new();
    let mut driver = driver(&fixture, "120x40");
    driver.play(&"[[<esc>".parse().unwrap());
    assert!(!driver.screen().contains("AS OF"), "{}", driver.screen());
    driver.play(&"%<esc><alt-right>".parse().unwrap());
    assert!(driver.screen().contains("Coverage of all chapters"), "{}", driver.screen());
    driver.play(&"<esc>w<enter>".parse().unwrap());
    assert!(driver.screen().contains("AS OF"), "a period opens the board as of then: {}", driver.screen());
}

/// Keys typed before anything is read are not lost, and what they overtook is not shown.
#[test]
fn keys_typed_ahead_count() {
    let fixture = Fixture::new();
    let register = Register::open(&fixture.path()).unwrap();
    let theme = Theme::dark();
    let day = "2026-11-20".parse().unwrap();
    let worker = Worker::new(register, At::Head, day, theme);
    let mut app = App::new(theme, Personal::default());
    let work = |app: &mut App, requests: Vec<Request>| {
        requests
            .into_iter()
            .for_each(|request| worker.perform(request, &mut |response| app.response(response)));
    };
    // The register, and then what is asked for once it is there.
    for _ in 0..2 {
        let requests = app.take_requests();
        work(&mut app, requests);
    }
    for _ in 0..3 {
        app.key(KeyEvent::from(KeyCode::Char('[')));
    }
    let moments = app.take_requests();
    assert!(matches!(moments[..], [Request::Moments(_)]), "{moments:?}");
    work(&mut app, moments);
    let steps = app.take_requests();
    assert_eq!(steps.len(), 3, "{steps:?}");
    assert!(steps[0].is_superseded_by(&steps[2]) && !steps[2].is_superseded_by(&Request::Load));
    // Only the last one counts, in whatever order they come.
    work(&mut app, steps.into_iter().rev().collect());
    let mut terminal = ratatui::Terminal::new(ratatui::backend::TestBackend::new(120, 40)).unwrap();
    terminal.draw(|frame| app.draw(frame)).unwrap();
    let screen = terminal.backend().to_string();
    assert!(screen.contains("commit 3 of 6") && screen.contains("AS OF 2026-03-02"), "{screen}");
}

#[test]
fn what_takes_long_can_be_stopped_between_its_steps_and_asked_for_again() {
    let fixture = Fixture::new();
    let register = Register::open(&fixture.path()).unwrap();
    let pulse = register.pulse();
    let stopped = || {
        pulse.begin(true);
        assert!(pulse.stop());
    };
    stopped();
    assert!(matches!(register.snapshot(&At::Head), Err(Error::Stopped)));
    pulse.begin(true);
    let snapshot = register.snapshot(&At::Head).unwrap();
    assert_eq!((snapshot.companies.len(), pulse.far()), (4, (4, Some(4))));

    let wanted: Vec<_> = ["S-1.1", "S-1.2"].map(gap).into();
    let changes = decide_all(&snapshot, "2026-11-20".parse().unwrap(), &wanted).unwrap();
    stopped();
    assert!(matches!(register.prepare_all(&snapshot, &changes), Err(Error::Stopped)));
    pulse.begin(true);
    assert_eq!(register.prepare_all(&snapshot, &changes).unwrap().commits().len(), 2);
    assert_eq!(pulse.far(), (2, Some(2)));

    let document = fixture.path().join("countersign.toml");
    stopped();
    assert!(matches!(read_document(&document, pulse), Err(Error::Stopped)));
    pulse.begin(true);
    assert_eq!(*read_document(&document, pulse).unwrap(), *fs::read(&document).unwrap());
    assert_eq!(pulse.far(), (1, Some(1)));
}

fn gap(slot: &str) -> (CompanyId, Slot, Draft) {
    let draft =
        Draft { status: Some(Status::Gap), reason: "Nothing shows it.".to_owned(), ..Draft::default() };
    ("lodestar".parse().unwrap(), slot.parse().unwrap(), draft)
}
