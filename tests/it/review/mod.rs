//! Proposals and their reviews, between two people with a remote: real keys, and git as the judge.

mod merging;
mod places;
mod platforms;
mod policy;
mod remarks;
mod screens;
mod team;

use team::{NAME, Team};

/// From a decision to the countersigned merge in both clones.
#[test]
fn the_whole_loop() {
    let team = Team::under(team::STRICT);
    let (first, second) = (&team.first, &team.second);
    first.write("staged.txt", "staged\n");
    first.git(["add", "staged.txt"]);
    first.write("companies/halyard/company.toml.swp", "left alone");
    let (head, status) = (first.git(["rev-parse", "HEAD"]), first.git(["status", "--porcelain"]));

    let gap = ["--status", "gap", "--reason", "So far.", "--propose", "q3", "--yes"];
    let said = first.fine([&["assess", "halyard", "S-1.1"], &gap[..]].concat());
    assert!(said.contains(&format!(" on {NAME}\n")), "{said}");
    first.fine([&["assess", "halyard", "S-1.2"], &gap[..]].concat());
    assert_eq!(first.git(["rev-list", "--count", &format!("main..{NAME}")]), "2");
    assert_eq!((first.git(["rev-parse", "HEAD"]), first.git(["status", "--porcelain"])), (head, status));

    first.git(["push", "--quiet", "origin", NAME]);
    second.git(["fetch", "--quiet"]);
    let listed = second.json(["proposals", "--json"]);
    assert_eq!(listed["proposals"][0]["name"], NAME);
    assert_eq!(listed["proposals"][0]["places"][0]["remote"], "origin");
    assert_eq!(listed["proposals"][0]["fit"]["key"], "applies");
    assert_eq!(listed["proposals"][0]["changes"][1]["words"], "halyard S-1.2: unassessed → gap");
    assert!(first.refused(["merge", "q3", "--yes"]).contains("review.second-person"));

    second.fine(["review", "q3", "--note", "See page 12.", "--about", "S-1.1", "--yes"]);
    second.fine(["review", "halyard/q3", "--approve", "--yes"]);
    second.git(["push", "--quiet", "origin", NAME]);
    let merged = second.json(["merge", "q3", "--yes", "--json"]);
    second.git(["push", "--quiet", "origin", "main"]);
    first.git(["rm", "--quiet", "--cached", "staged.txt"]);
    first.git(["pull", "--quiet", "--ff-only"]);

    assert_eq!(first.git(["rev-parse", "HEAD"]), merged["commit"]);
    assert_eq!(first.git(["rev-parse", "HEAD^2"]), second.git(["rev-parse", &format!("origin/{NAME}")]));
    let message = first.git(["log", "-1", "--format=%B"]);
    assert!(message.contains("\nReviewed-by: Second Desk <second@example.org>\n"), "{message}");
    assert!(
        message.contains(&format!("\nCountersign-Reviewed: {} ", first.git(["rev-parse", "HEAD^2"]))),
        "{message}"
    );
    assert_eq!(second.git(["status", "--porcelain"]), "");
    for person in [first, second] {
        person.git(["fsck", "--strict"]);
        let keys = "gpg.ssh.allowedSignersFile=policy/allowed_signers";
        let signed = person.git(["-c", keys, "log", "-1", "--format=%G? %GS"]);
        assert_eq!(signed, "G second@example.org");
        person.fine(["check"]);
        person.fine(["audit"]);
        assert_eq!(person.proposal()["proposal"]["standing"], "merged");
        assert!(person.fine(["proposals"]).contains("Merged or declined"));
    }
    assert!(first.refused(["merge", "q3", "--yes"]).contains("in the base already"));
}

/// The loop of the README, line by line.
#[test]
fn the_readme_is_true() {
    let readme = include_str!("../../../README.md");
    let section = readme.split_once("## How a team works with it").unwrap().1;
    let script = section.split_once("```sh\n").unwrap().1.split_once("```").unwrap().0;
    // What is made up there has another name here.
    let script = script.replace("imaginary-ai", "halyard");
    let team = Team::under(team::STRICT);
    let mut person = &team.first;
    let mut count = 0;
    for line in script.lines() {
        match line.strip_prefix("# ") {
            Some(who) if who.starts_with("First desk") => person = &team.first,
            Some(_) => person = &team.second,
            None => {
                person.shell(line);
                count += 1;
            }
        }
    }
    assert_eq!(count, 18);
    let log = team.first.json(["log", "--reviews", "halyard", "--json"]);
    assert_eq!(log["entries"][0]["review"], "signed-merge");
}

/// Where the base is not checked out, only objects and the ref are written: in a bare repository, and beside a work tree
/// on another branch.
#[test]
fn a_merge_into_a_branch_that_is_not_checked_out() {
    let team = Team::proposed();
    let second = &team.second;
    second.git(["switch", "--quiet", "--create", "elsewhere"]);
    second.write("companies/halyard/assessments/S-1.1.toml", "mine");
    second.fine(["merge", "q3", "--branch", "main", "--yes"]);
    assert_eq!(second.git(["status", "--porcelain"]), "?? companies/halyard/assessments/");
    assert_eq!(second.git(["rev-parse", "main^2"]), second.git(["rev-parse", &format!("origin/{NAME}")]));
    second.git(["fsck", "--strict"]);

    let team = Team::proposed();
    let remote = team.remote();
    team.second.fine(["merge", "q3", "--yes", "-C", remote.to_str().unwrap()]);
    assert_eq!(
        team.second.git_in(&remote, ["log", "-1", "--format=%s", "main"]),
        format!("countersign {NAME}")
    );
}

/// git's hooks of a merge, with an index that holds the merge.
#[cfg(unix)]
#[test]
fn hooks_of_a_merge() {
    use std::os::unix::fs::PermissionsExt;
    let team = Team::proposed();
    let second = &team.second;
    let hook = |name: &str, script: &str| {
        let path = second.clone.join(".git/hooks").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    };
    hook("pre-commit", "echo wrong hook; exit 1");
    hook("pre-merge-commit", "git diff --cached --name-only HEAD; exit 1");
    assert!(second.refused(["merge", "q3", "--yes"]).contains("pre-merge-commit hook = sha256:"));
    second.fine(["trust", "--yes"]);
    let said = second.refused(["merge", "q3", "--yes"]);
    assert!(
        said.contains("companies/halyard/assessments/S-1.1.toml") && !said.contains("wrong hook"),
        "{said}"
    );
    hook("pre-merge-commit", "exit 0");
    hook("prepare-commit-msg", "test \"$2\" = merge");
    hook("post-merge", "touch ../merged-$1 || touch merged-$1");
    assert!(second.refused(["merge", "q3", "--yes"]).contains("post-merge hook = sha256:"));
    second.fine(["trust", "--yes"]);
    second.fine(["merge", "q3", "--yes"]);
    assert!(second.git(["log", "-1", "--format=%P"]).contains(' '));
    assert!(second.clone.join("../merged-0").exists());
}
