//! Proposals are merged by the rules of git's merge driver: key by key, and what contradicts is refused in words.

use std::fs;

use countersign::files::RegisterPath;
use countersign::files::merge::{Merged, Versions, merge};
use countersign::ledger::{Backend, Ledger, MergedFile, ThreeWay};

use super::team::{NAME, Team};

const CELL: &str = "companies/halyard/assessments/S-1.1.toml";
const JUDGEMENT: &str = "\
status = \"gap\"
reason = \"So far.\"
means = \"adherence\"
assessed = 2026-03-02
owner = \"desk@example.org\"

[requirements]
a = \"gap\"
b = \"gap\"
";
const LOOSE: &str = "second-person = false\nauthor-may-approve = true\n";

/// A judgement that the base and a proposal both changed.
fn changed(base: (&str, &str), proposal: (&str, &str)) -> Team {
    let team = Team::under(LOOSE);
    let first = &team.first;
    first.commit_on("main", CELL, JUDGEMENT);
    first.git(["branch", NAME]);
    for (branch, (from, to)) in [(NAME, proposal), ("main", base)] {
        first.commit_on(branch, CELL, &JUDGEMENT.replacen(from, to, 1));
    }
    team
}

#[test]
fn two_keys_of_one_judgement_go_together() {
    let team = changed(
        ("owner = \"desk@example.org\"", "owner = \"other@example.org\""),
        ("assessed = 2026-03-02", "assessed = 2026-04-02"),
    );
    let first = &team.first;
    let both = JUDGEMENT.replace("desk@", "other@").replace("2026-03-02", "2026-04-02");
    for backend in [Backend::Libgit2, Backend::Git] {
        let ledger = Ledger::discover_with(&first.clone, backend).unwrap();
        let [ours, theirs] = ["main", NAME].map(|name| ledger.resolve(name).unwrap());
        let rules = |path: &str, versions: [&[u8]; 3]| {
            let [base, ours, theirs] = versions.map(|version| std::str::from_utf8(version).unwrap());
            let path = RegisterPath::of(path).unwrap().unwrap();
            match merge(&path, Versions { base, ours, theirs }) {
                Merged::Agreed(text) => ThreeWay::Text(text.into_bytes()),
                _ => ThreeWay::Conflict,
            }
        };
        let merging = ledger.merging(ours, theirs, 1 << 20, &rules).unwrap().unwrap();
        assert_eq!(
            merging.changes[0].after,
            Some(MergedFile::Text(both.clone().into_bytes())),
            "{backend:?}"
        );
        // By lines they conflict.
        let merging = ledger.merging(ours, theirs, 1 << 20, &|_, _| ThreeWay::ByLines).unwrap().unwrap();
        assert_eq!(merging.conflicts, [CELL], "{backend:?}");
    }
    assert_eq!(first.proposal()["proposal"]["fit"]["key"], "applies");
    first.fine(["merge", "q3", "--yes"]);
    assert_eq!(fs::read_to_string(first.clone.join(CELL)).unwrap(), both);
    assert_eq!(first.git(["status", "--porcelain"]), "");
    first.git(["fsck", "--strict"]);
    let audit = first.run(["audit", "--json"]);
    assert!(!String::from_utf8_lossy(&audit.stdout).contains("changed-in-merge"));
}

#[test]
fn a_contradiction_is_refused_in_words_and_settled_by_its_author() {
    let team = changed(
        ("status = \"gap\"", "status = \"partial\""),
        ("status = \"gap\"", "status = \"not-applicable\""),
    );
    let first = &team.first;
    let fit = first.proposal()["proposal"]["fit"].clone();
    assert_eq!(fit["contradictions"][0]["path"], CELL);
    let words = "status: partial on main, not-applicable in the proposal";
    assert_eq!(fit["contradictions"][0]["points"][0], words);
    let said = first.refused(["merge", "q3", "--yes"]);
    assert!(said.contains(words) && said.contains("`countersign conflicts`"), "{said}");

    first.git(["switch", "--quiet", NAME]);
    let merged = std::process::Command::new("git")
        .current_dir(&first.clone)
        .env("HOME", &first.home)
        .env("GIT_CONFIG_GLOBAL", first.home.join(".gitconfig"))
        .args(["merge", "main"])
        .output()
        .unwrap();
    assert!(!merged.status.success());
    first.fine(["settle", CELL, "--take", "status=theirs"]);
    first.git(["commit", "--quiet", "--no-edit"]);
    first.git(["switch", "--quiet", "main"]);
    assert_ne!(first.proposal()["proposal"]["fit"]["key"], "conflicts");
}

#[test]
fn texts_that_are_no_registers_files_are_merged_by_lines() {
    let team = Team::under(LOOSE);
    let first = &team.first;
    let notes = "one\n\n\n\ntwo\n";
    first.commit_on("main", "notes.md", notes);
    first.git(["branch", NAME]);
    first.commit_on(NAME, "notes.md", &notes.replace("one", "1"));
    first.commit_on("main", "notes.md", &notes.replace("two", "2"));
    first.fine(["merge", "q3", "--yes"]);
    assert_eq!(fs::read_to_string(first.clone.join("notes.md")).unwrap(), "1\n\n\n\n2\n");
}

#[test]
fn a_branch_that_is_behind_is_brought_up_first() {
    let team = Team::proposed();
    let (first, second) = (&team.first, &team.second);
    first.commit_on("main", "notes.md", "somebody else's\n");
    first.git(["push", "--quiet", "origin", "main"]);
    // Nothing is fetched unasked, and what was not fetched is not known.
    assert!(!second.in_the_way().contains(&"behind".to_owned()));
    second.git(["fetch", "--quiet"]);
    let said = second.refused(["merge", "q3", "--yes"]);
    assert!(said.contains("behind: the branch is 1 commit behind origin/main"), "{said}");
    assert!(said.contains("`countersign fetch --update`"), "{said}");
    second.fine(["fetch", "--update", "--yes"]);
    second.fine(["merge", "q3", "--yes"]);
    second.git(["push", "--quiet", "origin", "main"]);
}

#[test]
fn diff_knows_a_proposal_by_the_pattern_of_the_register() {
    let team = Team::under("proposals = \"change/<company>--<slug>\"\n");
    let first = &team.first;
    let gap =
        ["assess", "halyard", "S-1.1", "--status", "gap", "--reason", "So far.", "--propose", "q3", "--yes"];
    first.fine(gap);
    first.fine(["assess", "halyard", "S-1.2", "--status", "gap", "--reason", "So far.", "--yes"]);
    first.git(["branch", "proposal/halyard/other", "change/halyard--q3"]);
    // What the proposal did since it grew, and nothing of what the base did meanwhile.
    let said = first.fine(["diff", "change/halyard--q3"]);
    assert!(said.contains("S-1.1") && !said.contains("S-1.2"), "{said}");
    let said = first.fine(["diff", "proposal/halyard/other"]);
    assert!(said.contains("S-1.2"), "two moments: {said}");
}
