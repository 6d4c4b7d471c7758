//! Merges as hosting platforms make them, replayed with plain git: by their own committers, with their own messages, and
//! with a signature of their own or none.
//!
//! - GitHub: `Merge pull request #7 from …`, authored by whom pressed the button and committed by GitHub; squashed with
//!   the title and `(#7)`, and with the messages of the commits below; rebased with the button's presser as committer.
//! - GitLab: `Merge branch '…' into 'main'` with `See merge request …`; squashed with the title of the request alone.
//! - Gitea and Forgejo: `Merge pull request '…' (#7) from … into main`, with `Reviewed-on:`.

use std::fs;

use super::team::{NAME, Person, Team};

const POLICY: &str = "second-person = true\napprovals = 1\nplatforms = [\"noreply@platform.example\"]\n";

/// A proposal of two changes, pushed; the second desk has approved it where `approved`.
fn pushed(approved: bool) -> Team {
    let team = Team::under(POLICY);
    team.propose();
    team.first.propose("S-1.2", "Too.");
    team.first.git(["push", "--quiet", "origin", NAME]);
    team.second.git(["fetch", "--quiet"]);
    if approved {
        team.second.fine(["review", "q3", "--approve", "--yes"]);
        team.second.git(["push", "--quiet", "origin", NAME]);
    }
    team
}

/// The platform's own clone of the remote, on the base.
fn platform(team: &Team) -> Person {
    let platform = team.stranger();
    for (key, value) in [("user.name", "Platform"), ("user.email", "noreply@platform.example")] {
        platform.git(["config", key, value]);
    }
    platform.git(["config", "commit.gpgSign", "false"]);
    platform
}

/// What the first desk's audit says after a pull: classes, and the grades of the decisions.
fn audited(team: &Team) -> (Vec<String>, Vec<(String, u64)>) {
    team.first.git(["pull", "--quiet", "--ff-only"]);
    let output = team.first.run(["audit", "--json"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let list = |key: &str| report[key].as_array().unwrap().clone();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let classes = list("findings").iter().map(|finding| text(&finding["class"])).collect();
    let grades = list("reviews");
    (classes, grades.iter().map(|line| (text(&line["grade"]), line["decisions"].as_u64().unwrap())).collect())
}

fn grades(grade: &str, decisions: u64) -> Vec<(String, u64)> {
    vec![(grade.to_owned(), decisions)]
}

#[test]
fn a_merge_without_a_signature_after_a_signed_approval() {
    for message in [
        format!("Merge pull request #7 from example/{NAME}\n\nS-1.1 is a gap"),
        format!(
            "Merge branch '{NAME}' into 'main'\n\nS-1.1 is a gap\n\nSee merge request example/register!7"
        ),
        format!(
            "Merge pull request 'S-1.1 is a gap' (#7) from {NAME} into main\n\nReviewed-on: https://git.example.org/example/register/pulls/7\nReviewed-by: Second Desk <second@example.org>\n"
        ),
    ] {
        let team = pushed(true);
        let platform = platform(&team);
        let author = "--author=Second Desk <second@example.org>";
        platform.git(["merge", "--quiet", "--no-ff", "--no-commit", &format!("origin/{NAME}")]);
        platform.git(["commit", "--quiet", author, "--message", &message]);
        platform.git(["push", "--quiet", "origin", "main"]);
        // Only the merger's own signature is missing; what was approved is proved.
        assert_eq!(
            audited(&team),
            (vec!["lost-in-merge".to_owned()], grades("signed-approval", 2)),
            "{message}"
        );
    }
}

/// What the message says is a claim.
#[test]
fn a_merge_with_nothing_but_text_is_no_review() {
    let team = pushed(false);
    let platform = platform(&team);
    let message = format!(
        "Merge pull request 'S-1.1 is a gap' (#7) from {NAME} into main\n\nReviewed-by: Second Desk <second@example.org>\n"
    );
    platform.git(["merge", "--quiet", "--no-ff", "--message", &message, &format!("origin/{NAME}")]);
    platform.git(["push", "--quiet", "origin", "main"]);
    let (classes, worth) = audited(&team);
    assert_eq!(worth, grades("text-only", 2));
    assert!(
        classes.contains(&"unsigned".to_owned()) && classes.contains(&"too-few-approvals".to_owned()),
        "{classes:?}"
    );
}

/// A key of the platform's on the list, its address named by the policy: it speaks for whom it names.
#[test]
fn a_merge_that_the_platform_signed() {
    for (presser, expected, found) in [
        ("Second Desk <second@example.org>", "platform", vec![]),
        ("First Desk <first@example.org>", "none", vec!["self-approved"; 2]),
    ] {
        let team = Team::under(POLICY);
        let key = team.stranger();
        let signers = team.first.clone.join("policy/allowed_signers");
        let list = fs::read_to_string(&signers).unwrap();
        let own = key.allowed_signer().replace("third@example.org", "noreply@platform.example");
        fs::write(&signers, list + &own).unwrap();
        team.first.git(["commit", "--quiet", "--all", "--message", "policy: the platform"]);
        team.first.git(["push", "--quiet"]);
        team.propose();
        team.first.propose("S-1.2", "Too.");
        team.first.git(["push", "--quiet", "origin", NAME]);
        key.git(["pull", "--quiet", "--ff-only"]);
        key.git(["config", "user.email", "noreply@platform.example"]);
        key.git(["merge", "--quiet", "--no-ff", "--no-commit", &format!("origin/{NAME}")]);
        key.git(["commit", "--quiet", &format!("--author={presser}"), "--message", "Merge pull request #7"]);
        key.git(["push", "--quiet", "origin", "main"]);
        let (classes, worth) = audited(&team);
        assert_eq!((classes, worth), (found.into_iter().map(str::to_owned).collect(), grades(expected, 2)));
    }
}

#[test]
fn squashed_after_a_signed_approval() {
    for (base_moves, message, lost) in [
        (false, "S-1.1 is a gap (#7)", 3),
        (true, "S-1.1 is a gap (#7)", 3),
        (true, "S-1.1 is a gap (#7)\n\n{log}", 1),
    ] {
        let team = pushed(true);
        if base_moves {
            team.second.fine([
                "assess",
                "lodestar",
                "AIA-53-4",
                "--status",
                "gap",
                "--reason",
                "None.",
                "--propose",
                "other",
                "--yes",
            ]);
            team.second.git(["push", "--quiet", "origin", "proposal/lodestar/other:refs/heads/ignored"]);
            team.second.write("README.md", "What the base did meanwhile.\n");
            team.second.git(["add", "README.md"]);
            team.second.git(["commit", "--quiet", "--message", "readme"]);
            team.second.git(["push", "--quiet", "origin", "main"]);
        }
        let platform = platform(&team);
        let log = platform.git(["log", "--reverse", "--format=* %B", &format!("origin/main..origin/{NAME}")]);
        let message = message.replace("{log}", &log);
        platform.git(["merge", "--quiet", "--squash", &format!("origin/{NAME}")]);
        platform.git(["commit", "--quiet", "--author=First Desk <first@example.org>", "--message", &message]);
        platform.git(["push", "--quiet", "origin", "main"]);
        assert_eq!(
            audited(&team),
            (vec!["lost-in-merge".to_owned(); lost], grades("signed-approval", 2)),
            "{message}"
        );
    }
}

#[test]
fn squashed_with_something_that_was_not_approved() {
    let team = pushed(true);
    let platform = platform(&team);
    platform.git(["merge", "--quiet", "--squash", &format!("origin/{NAME}")]);
    let path = "companies/halyard/assessments/S-1.2.toml";
    let text = fs::read_to_string(platform.clone.join(path)).unwrap();
    platform.write(path, &text.replace("Too.", "Something else."));
    platform.git(["add", path]);
    platform.git([
        "commit",
        "--quiet",
        "--author=First Desk <first@example.org>",
        "--message",
        "S-1.1 is a gap (#7)",
    ]);
    platform.git(["push", "--quiet", "origin", "main"]);
    let (classes, worth) = audited(&team);
    assert_eq!(worth, grades("none", 2));
    assert!(
        classes.contains(&"self-approved".to_owned()) && classes.contains(&"unsigned".to_owned()),
        "{classes:?}"
    );
}

#[test]
fn rebased_after_a_signed_approval() {
    let team = pushed(true);
    team.second.write("README.md", "What the base did meanwhile.\n");
    team.second.git(["add", "README.md"]);
    team.second.git(["commit", "--quiet", "--message", "readme"]);
    team.second.git(["push", "--quiet", "origin", "main"]);
    let platform = platform(&team);
    platform.git(["switch", "--quiet", "--detach", &format!("origin/{NAME}")]);
    platform.git(["rebase", "--quiet", "--no-gpg-sign", "origin/main"]);
    platform.git(["push", "--quiet", "origin", "HEAD:main"]);
    assert_eq!(audited(&team), (vec!["lost-in-merge".to_owned(); 2], grades("signed-approval", 2)));
    // And the trail says so, commit by commit.
    let log = team.first.json(["log", "--reviews", "--json"]);
    let reviews: Vec<_> =
        log["entries"].as_array().unwrap().iter().map(|entry| entry["review"].clone()).collect();
    assert_eq!(reviews[..2], ["signed-approval", "signed-approval"]);
}

#[test]
fn a_countersigned_merge_has_the_best_grade() {
    let team = pushed(false);
    team.second.fine(["merge", "q3", "--yes"]);
    team.second.git(["push", "--quiet"]);
    assert_eq!(audited(&team), (vec![], grades("signed-merge", 2)));
    let log = team.first.fine(["log", "--reviews"]);
    assert!(log.contains("signed by a second person"), "{log}");
}
