//! Remarks are files of the proposal: what they are worth when somebody tampers with them.

use super::team::{NAME, Team};

/// The one remark's file, as the second desk's clone has it.
fn file(team: &Team) -> String {
    team.second.git(["ls-tree", "-r", "--name-only", NAME, "reviews"])
}

fn grades(team: &Team) -> Vec<String> {
    let remarks = team.second.proposal()["proposal"]["remarks"].as_array().unwrap().clone();
    remarks.iter().map(|remark| remark["grade"].as_str().unwrap().to_owned()).collect()
}

fn approved() -> Team {
    let team = Team::proposed();
    team.second.fine(["review", "q3", "--approve", "Read it.", "--yes"]);
    assert_eq!(grades(&team), ["signed-approval"]);
    team
}

#[test]
fn a_remark_is_one_file_that_reads_plainly_and_disturbs_no_check() {
    let team = approved();
    let text = team.second.git(["show", &format!("{NAME}:{}", file(&team))]);
    assert!(text.starts_with("verdict = \"approve\"\n") && text.contains("text = \"Read it.\"\n"), "{text}");
    assert_eq!(team.second.git(["diff", "--name-only", &format!("{NAME}~"), NAME]), file(&team));
    team.second.fine(["check", "--at", NAME]);
    let log = team.second.fine(["log", "--at", NAME]);
    assert!(!log.contains("reviews/"), "{log}");
}

#[test]
fn two_people_say_something_at_once_without_conflict() {
    let team = Team::proposed();
    let (first, second) = (&team.first, &team.second);
    second.fine(["review", "q3", "--approve", "--yes"]);
    second.git(["push", "--quiet", "origin", NAME]);
    first.fine(["review", "q3", "--note", "A word of mine.", "--yes"]);
    first.git(["fetch", "--quiet"]);
    first.git(["switch", "--quiet", NAME]);
    first.git(["rebase", "--quiet", &format!("origin/{NAME}")]);
    first.git(["switch", "--quiet", "main"]);
    let remarks = first.proposal()["proposal"]["remarks"].clone();
    assert_eq!(remarks.as_array().unwrap().len(), 2);
    assert!(
        remarks.as_array().unwrap().iter().any(|remark| remark["grade"] == "signed-approval"),
        "{remarks}"
    );
}

#[test]
fn unsigned_is_text_only() {
    let team = Team::proposed();
    team.second.git(["config", "commit.gpgSign", "false"]);
    team.second.fine(["review", "q3", "--approve", "--yes"]);
    assert_eq!(grades(&team), ["text-only"]);
    assert!(team.second.in_the_way().contains(&"review.approvals".to_owned()));
}

#[test]
fn an_author_who_approves_is_no_reviewer() {
    let team = Team::proposed();
    team.first.fine(["review", "q3", "--approve", "--yes"]);
    let remarks = team.first.proposal()["proposal"]["remarks"].clone();
    assert_eq!(remarks[0]["grade"], "none");
    assert!(team.first.in_the_way().contains(&"review.approvals".to_owned()));
}

#[test]
fn a_word_that_was_changed_is_not_what_was_signed() {
    for (now, then) in [
        ("Read it.", "Read it twice."),
        ("verdict = \"approve\"", "verdict = \"note\""),
        ("at = \"20", "at = \"21"),
    ] {
        let team = approved();
        let path = file(&team);
        let text = team.second.git(["show", &format!("{NAME}:{path}")]);
        team.second.commit_on(NAME, &path, &(text.replacen(now, then, 1) + "\n"));
        let remarks = team.second.proposal()["proposal"]["remarks"].as_array().unwrap().clone();
        // The one that was signed stands in the history, and counts.
        assert_eq!(remarks.len(), 2);
        let refused = remarks.iter().filter(|remark| remark["signature"]["refused"].is_string()).count();
        assert_eq!(refused, 1, "{now}: {remarks:?}");
    }
}

#[test]
fn an_objection_that_was_taken_away_counts() {
    let team = Team::proposed();
    let (first, second) = (&team.first, &team.second);
    second.fine(["review", "q3", "--ask-for-changes", "Which page?", "--yes"]);
    second.git(["push", "--quiet", "origin", NAME]);
    first.git(["fetch", "--quiet"]);
    first.git(["branch", "--quiet", "--force", NAME, &format!("origin/{NAME}")]);
    first.git(["switch", "--quiet", NAME]);
    first.git(["rm", "-r", "--quiet", "reviews"]);
    first.git(["commit", "--quiet", "--message", "nothing to see"]);
    first.git(["switch", "--quiet", "main"]);
    assert_eq!(first.proposal()["proposal"]["standing"], "changes-asked");
}

#[test]
fn another_content_needs_another_look() {
    let team = approved();
    team.second.propose("S-1.2", "Too.");
    assert_eq!(grades(&team), ["none"]);
    assert_eq!(team.second.proposal()["proposal"]["remarks"][0]["current"], false);
}

/// The content is what is signed: a rebase onto a base that moved elsewhere makes it another one, amending a message does
/// not.
#[test]
fn commits_made_again_with_the_same_content() {
    let team = approved();
    let second = &team.second;
    second.git(["switch", "--quiet", NAME]);
    second.git(["rebase", "--quiet", "--force-rebase", "main"]);
    second.git(["switch", "--quiet", "main"]);
    assert_eq!(grades(&team), ["signed-approval"]);
}

#[test]
fn an_approval_of_one_proposal_is_none_of_another() {
    let team = approved();
    let second = &team.second;
    let path = file(&team);
    let text = second.git(["show", &format!("{NAME}:{path}")]);
    second.git(["branch", "proposal/halyard/other", &format!("{NAME}~")]);
    let moved = path.replace("q3", "other");
    second.commit_on("proposal/halyard/other", &moved, &(text.clone() + "\n"));
    let renamed = text.replace("proposal/halyard/q3\"", "proposal/halyard/other\"") + "\n";
    second.commit_on("proposal/halyard/other", &moved.replace("approve", "again"), &renamed);
    let remarks =
        second.json(["proposals", "other", "--json"])["proposal"]["remarks"].as_array().unwrap().clone();
    assert!(
        !remarks.is_empty() && remarks.iter().all(|remark| remark["grade"] == "text-only"),
        "{remarks:?}"
    );
}

#[test]
fn anything_can_stand_in_the_folder() {
    let team = Team::proposed();
    let first = &team.first;
    let folder = format!("reviews/{NAME}");
    for (name, text) in [
        ("empty.toml", ""),
        ("no.toml", "verdict = 1\n"),
        ("binary.toml", "\u{0}\u{1b}]0;x\u{7}"),
        ("deep/below.toml", "verdict = \"approve\"\n"),
        (
            "signed.toml",
            "verdict = \"approve\"\nproposal = \"proposal/halyard/q3\"\nby = \"\\u001b\"\nat = \"x\"\nhead = \"\"\ncontent = \"\"\nbase = \"\"\nsigned = \"tree x\\n\\u0000\"\n",
        ),
    ] {
        first.commit_on(NAME, &format!("{folder}/{name}"), text);
    }
    let said = first.fine(["proposals", "q3"]);
    assert!(!said.contains('\u{1b}'), "{said}");
    assert_eq!(first.proposal()["proposal"]["remarks"].as_array().unwrap().len(), 1);
}
