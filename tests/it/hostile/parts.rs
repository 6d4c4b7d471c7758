//! Repositories that have not all of it: partial and shallow clones, and single objects that are missing or damaged.

use std::fs;
use std::path::{Path, PathBuf};

use countersign::domain::{Finding, Rule, Status};
use countersign::register::{At, Register};
use serde_json::Value;

use super::{Run, countersign};
use crate::audit::Case;
use crate::ledger::world::{Kind, git_in, on_both_stores};

on_both_stores! {
    what_is_not_here_is_not_taken_for_unassessed
    a_shallow_clone_tells_where_it_ends
    one_unreadable_object_is_one_finding
    a_document_that_is_not_here_is_not_taken_for_sound
    what_could_not_be_read_is_not_remembered
}

const HALYARD: &str = "companies/halyard/company.toml";
const ON: [&str; 2] = ["--on", "2026-11-20"];
const TO_GET_ALL: [&str; 4] = ["fetch", "-q", "--refetch", "--no-filter"];

/// Halyard's S-1.1 judged three times.
fn judged(kind: Kind) -> Case {
    let case = Case::decided(kind);
    case.decide("halyard S-1.1", Status::Partial);
    case.decide_because("halyard S-1.1", Status::Gap, "Not any more.");
    case.git(["config", "uploadpack.allowFilter", "true"]);
    case
}

/// From what to what each entry of a trail goes, newest first, and its kind where it is no judgement.
fn trail(register: &Path) -> Vec<(String, String)> {
    let run = countersign(register, &["log", "halyard", "S-1.1", "--json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    let word = |value: &Value| value.as_str().unwrap_or("none").to_owned();
    let entry = |entry: &Value| match &entry["kind"] {
        kind if kind == "assessment" => (word(&entry["from"]), word(&entry["to"])),
        kind => (word(kind), word(&entry["author"])),
    };
    document["entries"].as_array().unwrap().iter().map(entry).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect()
}

fn missing(register: &Path) -> Vec<String> {
    let all = git_in(register, ["rev-list", "--objects", "--all", "--missing=print"]);
    all.lines().filter(|line| line.starts_with('?')).map(str::to_owned).collect()
}

fn what_is_not_here_is_not_taken_for_unassessed(kind: Kind) {
    let case = judged(kind);
    let truth = pairs(&[("partial", "gap"), ("gap", "partial"), ("none", "gap")]);
    assert_eq!(trail(&case.world.path), truth);
    let part = case.world.clone("part", &["--filter=blob:none"]);
    let left_out = missing(&part);
    assert!(!left_out.is_empty());
    let told = pairs(&[("not-here", "gap"), ("not-here", "not-here"), ("none", "not-here")]);
    assert_eq!(trail(&part), told);
    let cell = countersign(&part, &["show", "halyard", "S-1.1"]);
    assert!(cell.stdout.contains("S-1.1: not here → gap"), "{}", cell.stdout);
    assert!(cell.stderr.contains("`git fetch --refetch --no-filter`"), "{}", cell.stderr);
    let picture = countersign(&part, &["picture", "--size", "100x40", "--keys", "/halyard S-1.1<enter>t"]);
    assert!(picture.stdout.contains("S-1.1: not here → not here"), "{}", picture.stdout);
    let before = case.git(["rev-parse", "HEAD^"]);
    let entry = countersign(&part, &["entry", &before]);
    assert!(entry.stdout.contains("is missing from this repository"), "{}", entry.stdout);
    for could_not_check in [&["audit"][..], &["verify", "halyard"]] {
        let run = countersign(&part, could_not_check);
        assert_eq!(run.code, 2, "{}", run.stdout);
        assert!(run.stderr.contains("is missing"), "{}", run.stderr);
    }
    assert_eq!(missing(&part), left_out, "nothing is fetched while reading");
    // What the hint says brings all of it.
    git_in(&part, TO_GET_ALL);
    assert_eq!(trail(&part), truth);
    // The same where nothing was left out, and something got lost.
    let lost = case.git(["rev-parse", &format!("HEAD^:{}", crate::audit::CELL)]);
    fs::remove_file(loose(&case, &lost)).unwrap();
    let told = pairs(&[("not-here", "gap"), ("gap", "not-here"), ("none", "gap")]);
    assert_eq!(trail(&case.world.path), told);
}

fn a_shallow_clone_tells_where_it_ends(kind: Kind) {
    let case = judged(kind);
    let cut = case.world.clone("cut", &["--depth", "1"]);
    git_in(&cut, ["config", "user.name", "Second Desk"]);
    git_in(&cut, ["config", "user.email", "second@example.org"]);
    assert_eq!(trail(&cut), pairs(&[("cut", "")]));
    let cell = countersign(&cut, &["show", "halyard", "S-1.1"]);
    let (_, decisions) = cell.stdout.split_once("Last decisions").unwrap();
    assert!(decisions.contains("the history is cut off here"), "{decisions}");
    assert!(!decisions.contains("First Desk"), "{decisions}");
    assert!(cell.stderr.contains("git fetch --unshallow"), "{}", cell.stderr);
    let picture = countersign(&cut, &["picture", "--size", "100x40", "--keys", "/halyard S-1.1<enter>t"]);
    assert!(picture.stdout.contains("the history is cut off here"), "{}", picture.stdout);
    assert!(countersign(&cut, &["entry", "HEAD"]).stdout.contains("this clone is shallow"));
    assert!(countersign(&cut, &["chart", "timeline"]).stderr.contains("git fetch --unshallow"));
    let across: [&[&str]; 5] = [
        &["verify", "halyard"],
        &["undo", "--yes"],
        &["undo", "HEAD", "--yes"],
        &["show", "--at", "2026-01-01"],
        &["audit"],
    ];
    let refused = |arguments: &[&str]| {
        let run = countersign(&cut, arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.stdout);
        assert!(run.stderr.contains("this clone is shallow"), "{arguments:?}: {}", run.stderr);
    };
    across.into_iter().for_each(refused);
    assert_eq!(countersign(&case.world.path, &["verify", "halyard"]).code, 0);
    // What was done since is told, and can be undone.
    let still = ["--status", "gap", "--reason", "Still.", "--yes"];
    let decided = countersign(&cut, &[&["assess", "halyard", "S-1.1"][..], &still, &ON].concat());
    assert_eq!(decided.code, 0, "{}", decided.stderr);
    assert_eq!(trail(&cut), pairs(&[("gap", "gap"), ("cut", "")]));
    assert_eq!(countersign(&cut, &["undo", "--yes"]).code, 0);
    refused(&["undo", "--yes"]);
    git_in(&cut, ["fetch", "-q", "--unshallow"]);
    assert_eq!(trail(&cut)[2..], trail(&case.world.path));
}

fn loose(case: &Case, id: &str) -> PathBuf {
    case.world.path.join(".git/objects").join(&id[..2]).join(&id[2..])
}

/// A company beside the small register's.
fn decide(case: &Case, company: &str) -> Run {
    let gap = ["--status", "gap", "--reason", "So far.", "--yes"];
    countersign(&case.world.path, &[&["assess", company, "S-1.2"][..], &gap, &ON].concat())
}

fn one_unreadable_object_is_one_finding(kind: Kind) {
    for (path, decided_all_the_same) in [
        (HALYARD, true),
        ("companies/halyard/evidence/minutes.toml", true),
        ("companies/halyard/evidence", true),
        ("companies/halyard", true),
        ("waivers.toml", true),
        ("countersign.toml", false),
    ] {
        let case = Case::of(kind);
        case.world.write("waivers.toml", "");
        case.commit("register: nothing is waived");
        let id = case.git(["rev-parse", &format!("HEAD:{path}")]);
        let object = fs::read(loose(&case, &id)).unwrap();
        for damage in [None, Some(&b""[..]), Some(b"garbage"), Some(&object[..object.len() / 2])] {
            fs::remove_file(loose(&case, &id)).unwrap();
            damage.inspect(|damage| fs::write(loose(&case, &id), damage).unwrap());
            let register = case.register();
            let findings = register.snapshot(&At::Head).unwrap().findings;
            let found: Vec<(&str, Rule)> =
                findings.iter().map(|finding| (&*finding.path, finding.rule)).collect();
            assert_eq!(found, [(path, Rule::Unreadable)]);
            fs::write(loose(&case, &id), &object).unwrap();
            // It is there again, and looked for again.
            assert_eq!(register.snapshot(&At::Head).unwrap().findings, []);
        }
        fs::remove_file(loose(&case, &id)).unwrap();
        let check = countersign(&case.world.path, &["check"]);
        assert!(check.code == 1 && check.stdout.contains("[unreadable]"), "{}", check.stdout);
        assert!(check.stdout.contains("git fsck"), "{}", check.stdout);
        for view in [&["board"][..], &["show", "lodestar"], &["show", "halyard"], &["gaps"], &["log"]] {
            let run = countersign(&case.world.path, view);
            assert_eq!(run.code, 0, "{path} {view:?}: {}", run.stderr);
        }
        let other = decide(&case, "lodestar");
        assert_eq!(other.code, if decided_all_the_same { 0 } else { 2 }, "{path}: {}", other.stderr);
        // A gap rests on no evidence.
        if !path.contains("evidence") && path != "waivers.toml" {
            let refused = decide(&case, "halyard");
            assert_eq!(refused.code, 2, "{path}: {}", refused.stdout);
        }
        if path.starts_with("companies/halyard/company") {
            assert!(decide(&case, "halyard").stderr.contains("rests on it"));
        }
    }
}

fn a_document_that_is_not_here_is_not_taken_for_sound(kind: Kind) {
    let case = Case::of(kind);
    assert_eq!(countersign(&case.world.path, &["check"]).code, 0);
    let id = case.git(["rev-parse", &format!("HEAD:{}", crate::audit::DOCUMENT)]);
    fs::remove_file(loose(&case, &id)).unwrap();
    let says =
        format!("{}: git object {id} is missing from this repository [unreadable]", crate::audit::DOCUMENT);
    for arguments in [&["check"][..], &["check", "--staged"]] {
        let check = countersign(&case.world.path, arguments);
        assert!(check.code == 1 && check.stdout.contains(&says), "{arguments:?}: {}", check.stdout);
    }
    assert_eq!(countersign(&case.world.path, &["check", "--worktree"]).code, 0);
    let verify = countersign(&case.world.path, &["verify", "halyard"]);
    assert!(verify.code == 2 && verify.stderr.contains("is missing"), "{}", verify.stdout);
}

fn unreadable(register: &Register) -> Vec<Finding> {
    let findings = register.snapshot(&At::Head).unwrap().findings.into_iter();
    findings.filter(|finding| finding.rule == Rule::Unreadable).collect()
}

/// So many companies that they are kept as they were parsed.
fn what_could_not_be_read_is_not_remembered(kind: Kind) {
    let case = Case::of(kind);
    for company in 0..70 {
        let text = format!("name = \"Company {company}\"\n");
        case.world.write(&format!("companies/c{company}/company.toml"), text);
    }
    case.commit("register: many");
    let id = case.git(["rev-parse", &format!("HEAD:{HALYARD}")]);
    let object = fs::read(loose(&case, &id)).unwrap();
    fs::remove_file(loose(&case, &id)).unwrap();
    assert_eq!(unreadable(&case.register()).len(), 1);
    let kept = fs::read_dir(case.world.path.join(".git/countersign")).unwrap();
    let is_cache = |name: &str| name.starts_with("companies-");
    assert!(kept.map(|file| file.unwrap().file_name()).any(|name| is_cache(name.to_str().unwrap())));
    assert_eq!(unreadable(&case.register()).len(), 1);
    fs::write(loose(&case, &id), object).unwrap();
    assert_eq!(unreadable(&case.register()), []);
    // What was read stays known.
    fs::remove_file(loose(&case, &id)).unwrap();
    assert_eq!(unreadable(&case.register().without_cache()).len(), 1);
}
