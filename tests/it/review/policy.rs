//! Every rule of `[review]`: what it refuses, in which words, and what then lets it through.

use super::team::{NAME, Person, STRICT, Team};

#[track_caller]
fn names(said: &str, rule: &str) {
    assert!(said.contains(&format!("- {rule}: ")), "{rule} is not named:\n{said}");
}

fn settings(person: &Person) -> String {
    std::fs::read_to_string(person.clone.join("countersign.toml")).unwrap()
}

#[test]
fn somebody_else_has_to_merge_it() {
    let team = Team::proposed();
    let said = team.first.refused(["merge", "q3", "--yes"]);
    names(&said, "review.second-person");
    names(&said, "review.approvals");
    team.second.fine(["merge", "q3", "--yes"]);
}

/// With a signed approval of the exact content an author may merge.
#[test]
fn an_approval_lets_the_author_merge() {
    let team = Team::proposed();
    team.second.fine(["review", "q3", "--approve", "--yes"]);
    team.second.git(["push", "--quiet", "origin", NAME]);
    team.first.git(["fetch", "--quiet"]);
    team.first.fine(["merge", "q3", "--yes"]);
    let message = team.first.git(["log", "-1", "--format=%B"]);
    assert!(
        message.contains("Reviewed-by: Second Desk") && !message.contains("Reviewed-by: First"),
        "{message}"
    );
}

#[test]
fn authors_may_approve_where_the_policy_says_so() {
    let team = Team::under("second-person = true\napprovals = 1\nauthor-may-approve = true\n");
    team.propose();
    team.first.fine(["merge", "q3", "--yes"]);
}

#[test]
fn more_than_one_approval() {
    let team = Team::under("approvals = 2\n");
    team.propose();
    names(&team.second.refused(["merge", "q3", "--yes"]), "review.approvals");
    let said = team.second.refused(["merge", "q3", "--yes"]);
    assert!(said.contains("1 of 2 signed approvals of halyard S-1.1"), "{said}");
    team.second.fine(["review", "q3", "--approve", "--yes"]);
    assert!(team.second.refused(["merge", "q3", "--yes"]).contains("1 of 2"), "one person is one approval");
}

#[test]
fn who_may_approve_what() {
    let others = "[[review.approver]]\npeople = [\"first@example.org\"]\nchapters = [\"S\"]\ncompanies = [\"halyard\"]\n";
    let team = Team::under(&format!("approvals = 1\nmay-approve = [\"second@example.org\"]\n\n{others}"));
    team.propose();
    let said = team.second.refused(["merge", "q3", "--yes"]);
    names(&said, "review.may-approve");
    names(&said, "review.approvals");

    let theirs = others.replace("\"S\"", "\"T\"");
    let team = Team::under(&format!("approvals = 1\nmay-approve = [\"second@example.org\"]\n\n{theirs}"));
    team.propose();
    team.second.fine(["merge", "q3", "--yes"]);
}

#[test]
fn signatures_where_the_policy_asks_for_them() {
    let team = Team::proposed();
    team.second.git(["config", "commit.gpgSign", "false"]);
    let said = team.second.refused(["merge", "q3", "--yes"]);
    names(&said, "signing.require-signatures");
    names(&said, "review.approvals");
}

#[test]
fn an_objection_stands_until_its_author_approves() {
    let team = Team::proposed();
    team.second.fine(["review", "q3", "--ask-for-changes", "Which page?", "--yes"]);
    let said = team.second.refused(["merge", "q3", "--yes"]);
    names(&said, "objection");
    assert!(said.contains("second@example.org asked for changes (Which page?)"), "{said}");
    assert_eq!(team.second.proposal()["proposal"]["standing"], "changes-asked");
    team.second.fine(["review", "q3", "--approve", "--yes"]);
    team.second.fine(["merge", "q3", "--yes"]);
}

#[test]
fn a_declined_proposal_is_over_until_it_changes() {
    let team = Team::proposed();
    team.second.fine(["review", "q3", "--decline", "Not ours.", "--yes"]);
    assert_eq!(team.second.proposal()["proposal"]["standing"], "declined");
    team.second.git(["push", "--quiet", "origin", NAME]);
    team.first.git(["fetch", "--quiet"]);
    team.first.propose("S-1.2", "Too.");
    assert_eq!(team.first.proposal()["proposal"]["standing"], "open");
}

#[test]
fn what_the_base_changed_too_no_longer_applies() {
    let team = Team::proposed();
    let second = &team.second;
    second.fine(["assess", "halyard", "S-1.1", "--status", "not-applicable", "--reason", "No.", "--yes"]);
    let said = second.refused(["merge", "q3", "--yes"]);
    names(&said, "applies");
    assert_eq!(second.proposal()["proposal"]["fit"]["key"], "conflicts");

    // Another file of the base is no obstacle.
    let team = Team::proposed();
    team.second.fine(["assess", "halyard", "S-1.2", "--status", "gap", "--reason", "No.", "--yes"]);
    team.second.fine(["merge", "q3", "--yes"]);
    assert_eq!(
        team.second
            .git(["ls-tree", "-r", "--name-only", "HEAD", "companies/halyard/assessments"])
            .lines()
            .count(),
        2
    );
}

#[test]
fn required_checks() {
    let team = Team::proposed();
    let first = &team.first;
    first.commit_on(NAME, "companies/halyard/assessments/S-1.3.toml", "status = \"mabye\"\n");
    first.git(["push", "--quiet", "origin", NAME]);
    team.second.git(["fetch", "--quiet"]);
    let said = team.second.refused(["merge", "q3", "--yes"]);
    names(&said, "review.required-checks");
    assert!(
        said.contains("`check` finds something new, first in companies/halyard/assessments/S-1.3.toml"),
        "{said}"
    );
    assert!(said.contains("(edited-by-hand)"), "{said}");
}

/// What a branch says of its own review counts for nothing.
#[test]
fn a_proposal_cannot_loosen_what_it_is_judged_by() {
    let team = Team::proposed();
    let first = &team.first;
    let stranger = team.stranger();
    let loose = settings(first).replace("second-person = true\napprovals = 1", "author-may-approve = true");
    let loose = loose.replace("require-signatures = true", "require-signatures = false");
    first.commit_on(NAME, "countersign.toml", &loose);
    first.commit_on(
        NAME,
        "policy/allowed_signers",
        &[first.allowed_signer(), stranger.allowed_signer()].concat(),
    );
    names(&first.refused(["merge", "q3", "--yes"]), "review.second-person");
    first.git(["push", "--quiet", "origin", NAME]);
    stranger.git(["fetch", "--quiet"]);
    stranger.fine(["review", "q3", "--approve", "--yes"]);
    let remarks = stranger.proposal()["proposal"]["remarks"].clone();
    assert_eq!(remarks[0]["grade"], "text-only");
    assert!(remarks[0]["signature"]["refused"].as_str().unwrap().contains("not on the list"), "{remarks}");
}

/// A push after the look is not merged with it.
#[test]
fn a_head_that_moved_needs_a_new_look() {
    let team = Team::proposed();
    let second = &team.second;
    let seen = second.proposal()["proposal"]["head"].as_str().unwrap().to_owned();
    team.first.propose("S-1.2", "Too.");
    team.first.git(["push", "--quiet", "origin", NAME]);
    second.git(["fetch", "--quiet"]);
    assert!(second.refused(["merge", "q3", "--head", &seen, "--yes"]).contains("has moved since"));
    assert!(
        second.refused(["review", "q3", "--approve", "--head", &seen, "--yes"]).contains("has moved since")
    );
    second.fine(["merge", "q3", "--yes"]);
}

#[test]
fn the_old_keys_go_on_working() {
    let team = Team::under(
        "second-person = true\nmay-decide = [\"first@example.org\"]\nmay-approve = [\"second@example.org\"]\n",
    );
    team.propose();
    names(&team.first.refused(["merge", "q3", "--yes"]), "review.may-approve");
    team.second.fine(["merge", "q3", "--yes"]);
    team.second.fine(["audit"]);
    let _ = STRICT;
}

/// As `check --base` counts: with a waiver that the proposal brings along, nothing new is found.
#[test]
fn what_somebody_answers_for_is_no_new_finding() {
    let team = Team::proposed();
    let first = &team.first;
    first.git(["switch", "--quiet", NAME]);
    let profile = "companies/halyard/company.toml";
    let text = std::fs::read_to_string(first.clone.join(profile)).unwrap();
    first.write(profile, &format!("colour = \"red\"\n{text}"));
    first.git(["commit", "--quiet", "--all", "--message", "register: colour"]);
    first.git(["switch", "--quiet", "main"]);
    let found = || first.json(["proposals", "--json"])["proposals"][0]["findings"].as_array().unwrap().len();
    let checked = || {
        let output = first.run(["check", "--base", "main", "--head", NAME, "--at", NAME, "--json"]);
        let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let findings = document["findings"].as_array().unwrap().clone();
        findings.into_iter().filter(|finding| finding["rule"] == "unknown-key").count()
    };
    assert_eq!((found(), checked()), (1, 1));
    names(&first.refused(["merge", "q3", "--yes"]), "review.required-checks");
    first.git(["switch", "--quiet", NAME]);
    let waiver = format!(
        "[[waiver]]\nrule = \"unknown-key\"\npath = \"{profile}\"\nreason = \"On its way.\"\nowner = \"desk\"\nexpires = 2099-12-31\n"
    );
    first.write("waivers.toml", &waiver);
    first.git(["add", "waivers.toml"]);
    first.git(["commit", "--quiet", "--message", "register: waived"]);
    first.git(["switch", "--quiet", "main"]);
    assert_eq!((found(), checked()), (0, 0));
}
