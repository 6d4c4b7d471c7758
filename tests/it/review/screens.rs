//! The whole loop typed through the screen: two people, two clones, one remote.

use countersign::register::{At, Register};
use countersign::ui::driver::Driver;
use countersign::ui::{App, Options, Personal, Request, Theme, Worker};
use crossterm::event::{KeyCode, KeyEvent};

use super::team::{NAME, Person, STRICT, Team};

/// The screen in this person's clone, as who they are: settings of the machine have no say.
fn screen(person: &Person) -> Driver {
    for key in ["user.name", "user.email", "user.signingKey", "commit.gpgSign", "gpg.format"] {
        let value = person.git(["config", key]);
        person.git(["config", "--local", key, &value]);
    }
    let register = Register::open(&person.clone).unwrap();
    let options = Options {
        at: At::Head,
        on: jiff::ZonedDateTime::now().date().into(),
        theme: Theme::dark().colourless(),
        personal: Personal::default(),
    };
    Driver::new(register, options, "100x40".parse().unwrap())
}

#[track_caller]
fn type_at(driver: &mut Driver, keys: &str, shows: &[&str]) {
    driver.play(&keys.parse().unwrap());
    let screen = driver.screen();
    for text in shows {
        assert!(screen.contains(text), "after {keys}: no {text}\n{screen}");
    }
}

#[test]
fn decided_proposed_reviewed_and_countersigned() {
    let team = Team::under(STRICT);
    let (first, second) = (&team.first, &team.second);
    let head = first.git(["rev-parse", "HEAD"]);

    let mut typed = screen(first);
    type_at(
        &mut typed,
        "/halyard S-1.1<enter><enter>d<space><tab><tab><tab>So far.<ctrl-s>",
        &["Enter makes this commit on main."],
    );
    type_at(&mut typed, "p", &["name, or nothing"]);
    type_at(&mut typed, "Not a name<enter>", &["no name for a proposal", "name, or nothing Not a name"]);
    type_at(
        &mut typed,
        "<ctrl-u>q3<enter>",
        &[&format!("Enter makes this commit on {NAME}."), "It waits there for review"],
    );
    type_at(&mut typed, "<enter>", &[&format!("on {NAME}: assess halyard S-1.1")]);
    assert_eq!(first.git(["rev-parse", "HEAD"]), head);
    assert_eq!(first.git(["status", "--porcelain"]), "");
    type_at(&mut typed, "r", &["Proposals for main (1)", "open", "nobody yet"]);
    type_at(&mut typed, "<enter>s", &["cannot be merged", "review.second-person"]);
    first.git(["push", "--quiet", "origin", NAME]);

    second.git(["fetch", "--quiet"]);
    let mut typed = screen(second);
    type_at(&mut typed, "r<enter>", &["S-1.1", "unassessed", "In the way of a merge by you", "nothing"]);
    type_at(&mut typed, "<right>", &["Change 1 of 1: halyard S-1.1: unassessed → gap", "+status = \"gap\""]);
    type_at(&mut typed, "n", &["note"]);
    type_at(
        &mut typed,
        "Which page?<enter>",
        &["Which page?", "about = \"companies/halyard/assessments/S-1.1.toml\""],
    );
    type_at(&mut typed, "<enter>", &["second@example.org noted on", "Which page?"]);
    type_at(&mut typed, "xName the page.<enter><enter>", &[&format!("{NAME} for main: changes asked")]);
    type_at(&mut typed, "s", &["objection", "second@example.org asked for changes (Name the page.)"]);
    type_at(&mut typed, "AFine.<enter><enter>", &[&format!("{NAME} for main: open")]);
    type_at(&mut typed, "<left>", &["second@example.org approved (signed"]);
    type_at(&mut typed, "s", &["Enter makes this commit on main.", "Reviewed-by: Second Desk"]);
    type_at(&mut typed, "<enter>", &["Committed", &format!("{NAME} for main: merged")]);
    second.git(["fsck", "--strict"]);
    let keys = "gpg.ssh.allowedSignersFile=policy/allowed_signers";
    assert_eq!(second.git(["-c", keys, "log", "-1", "--format=%G? %GS"]), "G second@example.org");
    assert_eq!(second.git(["rev-list", "--parents", "-1", "HEAD"]).split(' ').count(), 3);
    assert_eq!(second.git(["status", "--porcelain"]), "");
    type_at(&mut typed, "<esc>", &["merged", "in the base"]);

    let grade = "◆ signed by a second person";
    type_at(&mut typed, "<esc>/halyard S-1.1<enter><enter><end>", &["Last decisions", grade]);
    type_at(&mut typed, "t", &["◆  S-1.1: unassessed → gap", &format!("review       {grade}")]);
    type_at(&mut typed, "<enter>", &[&format!("Review: {grade}"), "commit "]);
    type_at(&mut typed, "a", &["Every commit is what it says.", "◆ 1 signed by a second person"]);
}

/// Reviews are looked through only where a commit is shown, and kept while the branch ends where it did.
#[test]
fn the_board_does_not_wait_for_reviews() {
    let team = Team::proposed();
    let register = Register::open(&team.first.clone).unwrap();
    let worker = Worker::new(register, At::Head, "2026-11-20".parse().unwrap(), Theme::dark());
    let mut app = App::new(Theme::dark(), Personal::default());
    let mut asked = |keys: &str, answered: bool| {
        for key in keys.chars() {
            app.key(KeyEvent::from(if key == '<' { KeyCode::Esc } else { KeyCode::Char(key) }));
        }
        let mut reviews = Vec::new();
        loop {
            let requests = app.take_requests();
            if requests.is_empty() {
                return reviews;
            }
            for request in requests {
                if let Request::Reviews(_, going) = &request {
                    reviews.push(going.clone());
                }
                if answered || !matches!(request, Request::Reviews(..)) {
                    worker.perform(request, &mut |response| app.response(response));
                }
            }
        }
    };
    assert_eq!(asked("", true), []);
    let first = asked("t", false);
    assert!(matches!(&first[..], [going] if !going.is_stopped()));
    assert_eq!(asked("<", true), []);
    assert!(first[0].is_stopped(), "nobody looks any more");
    assert_eq!(asked("t", true).len(), 1, "it was not finished");
    assert_eq!(asked("<t", true), [], "it is known");
}

#[test]
fn nothing_waits() {
    let team = Team::under(STRICT);
    type_at(&mut screen(&team.first), "r", &["Nothing waits for review.", "press p in the preview"]);
}

/// Another program that proposes does not move the branch which is shown, and yet is seen.
#[test]
fn what_others_propose_appears_by_itself() {
    let team = Team::under(STRICT);
    let mut typed = screen(&team.first);
    type_at(&mut typed, "r", &["Nothing waits for review."]);
    team.first.git(["branch", NAME]);
    typed.look();
    let screen = typed.screen();
    assert!(screen.contains("Proposals for main (1)") && screen.contains(NAME), "{screen}");
}

/// What is reviewed can be seen as it is on its branch, evidence and all; and nothing is decided there.
#[test]
fn the_register_as_the_proposal_has_it() {
    let team = Team::proposed();
    let mut typed = screen(&team.second);
    type_at(&mut typed, "r<enter>@", &["AS OF", "READ-ONLY"]);
}

#[test]
fn a_proposal_is_declined() {
    let team = Team::proposed();
    let mut typed = screen(&team.second);
    type_at(&mut typed, "r<enter>X", &["decline, because"]);
    type_at(&mut typed, "Not ours.<enter>", &["Not ours."]);
    type_at(&mut typed, "<enter>", &[&format!("{NAME} for main: declined")]);
    assert_eq!(team.second.proposal()["proposal"]["standing"], "declined");
    team.second.refused(["merge", "q3", "--yes"]);
}

#[test]
fn a_proposal_of_ones_own_is_withdrawn() {
    let team = Team::proposed();
    let mut typed = screen(&team.first);
    type_at(&mut typed, "r<enter>W", &["Withdrew proposal/halyard/q3.", "git push origin --delete"]);
    assert_eq!(team.first.git(["branch", "--list", NAME]), "");
}
