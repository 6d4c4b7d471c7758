//! No false alarm: the demo, ordinary work with branches and merges, and a long generated history.

use countersign::analysis::audit::Results;
use countersign::demo;
use countersign::domain::{Day, Status};
use countersign::ledger::replay::Step;
use countersign::ledger::{Ledger, Message, Trailer, content_id};
use countersign::register::{Range, Register};

use super::{CELL, Case, DOCUMENT, audit, minutes};
use crate::full_size;
use crate::ledger::world::{Kind, World, fix_environment, in_every_kind, on_both_stores, person};

#[test]
fn the_demo_has_no_finding() {
    fix_environment();
    let today: Day = "2026-11-23".parse().unwrap();
    let folder = demo::make(today).unwrap();
    let register = Register::open(&folder).unwrap();
    let begun = register.audit(&Range::default()).unwrap();
    let mut results = Results::new(begun.continuity(), &begun.head(), today);
    begun.deeds().for_each(|deed| results.add(&deed.unwrap()));
    assert_eq!(results.findings, []);
    assert_eq!(results.summary.commits, demo::commits(today).len());
    assert!(results.summary.decisions >= 40);
    assert_eq!(results.summary.decisions, results.summary.recorded);
    let by: usize = results.summary.deciders.values().map(|decider| decider.decisions).sum();
    assert_eq!(by, results.summary.decisions);
    std::fs::remove_dir_all(folder).unwrap();
}

in_every_kind! { decisions_evidence_and_merges_are_ordinary_work }

fn decisions_evidence_and_merges_are_ordinary_work(kind: Kind) {
    let case = Case::of(kind);
    case.decide("halyard S-1.1", Status::Gap);
    case.git(["switch", "-qc", "side"]);
    case.decide("halyard S-1.1", Status::Partial);
    case.git(["switch", "-q", "main"]);
    case.decide("halyard S-1.2", Status::Gap);
    // A new document, and an evidence file that says so.
    case.world.write(DOCUMENT, "Trigger points were adopted, and published.\n");
    let file = "companies/halyard/evidence/minutes.toml";
    case.world.write(file, minutes("Trigger points were adopted, and published.\n"));
    case.commit("halyard: the minutes as published");
    case.git(["merge", "-q", "--no-ff", "side"]);
    // Spelling is no meaning.
    case.world.write(CELL, format!("# looked at together\n{}", case.world.read(CELL)));
    case.commit("companies: a remark");
    case.decide("halyard S-1.1", Status::Gap);
    case.decide("halyard S-1.1", Status::Partial);
    case.assert_found(&[]);
    let summary = case.results().summary;
    assert_eq!((summary.decisions, summary.recorded, summary.merges), (6, 5, 1));
}

on_both_stores! {
    both_sides_of_a_merge_may_change_one_file
    only_the_range_is_judged
    what_cannot_be_read_is_no_sound_history
}

fn both_sides_of_a_merge_may_change_one_file(kind: Kind) {
    let case = Case::of(kind);
    let path = "companies/halyard/company.toml";
    let text = case.world.read(path);
    case.git(["switch", "-qc", "side"]);
    case.world.write(path, format!("# first line\n{text}"));
    case.commit("halyard: a remark above");
    case.git(["switch", "-q", "main"]);
    case.world.write(path, format!("{text}# last line\n"));
    case.commit("halyard: a remark below");
    case.git(["merge", "-q", "--no-ff", "side"]);
    case.assert_found(&[]);
}

fn only_the_range_is_judged(kind: Kind) {
    let case = Case::decided(kind);
    case.edit(CELL, "status = \"gap\"", "status = \"partial\"");
    case.commit("companies: small things");
    case.decide("halyard S-1.2", Status::Gap);
    let in_range = |range: &str| audit(&case.register(), &range.parse().unwrap()).findings.len();
    assert_eq!((in_range("HEAD~1..HEAD"), in_range("HEAD~2.."), in_range("HEAD~2")), (0, 1, 0));
}

fn what_cannot_be_read_is_no_sound_history(kind: Kind) {
    let case = Case::decided(kind);
    let blob = case.git(["rev-parse", &format!("HEAD:{CELL}")]);
    let (folder, name) = blob.split_at(2);
    std::fs::remove_file(case.world.path.join(".git/objects").join(folder).join(name)).unwrap();
    let register = case.register();
    let begun = register.audit(&Range::default()).unwrap();
    assert!(begun.deeds().any(|deed| deed.is_err()));

    let shallow = case.world.beside("shallow");
    let source = Case::decided(kind);
    let url = format!("file://{}", source.world.path.display());
    case.git(["clone", "-q", "--depth", "1", &url, shallow.to_str().unwrap()]);
    assert!(Register::open(&shallow).unwrap().audit(&Range::default()).is_err());
}

/// Ten thousand judgements; in debug builds a fifth, unless there is time: the walk is the same.
#[test]
fn a_long_history_gives_no_false_alarm() {
    let changes = if cfg!(debug_assertions) && !full_size() { 2_000 } else { 10_000 };
    let world = World::empty(Kind::Libgit2);
    let ledger = world.ledger();
    write(&ledger, changes);
    let results = audit(&Register::open(&world.path).unwrap(), &Range::default());
    assert_eq!(results.findings.len(), 0, "{:#?}", &results.findings[..1]);
    assert_eq!((results.summary.decisions, results.summary.recorded), (changes, changes));
}

const CATALOGUE: &str =
    "chapter = \"S\"\ntitle = \"Safety\"\n\n[[commitment]]\nref = \"S-1\"\ntitle = \"One\"\n";
const COMPANIES: usize = 50;

fn measure(number: usize) -> String {
    format!(
        "\n[[commitment.measure]]\nref = \"S-1.{}\"\ntitle = \"Measure\"\nsummary = \"Something.\"\nscope = \"all\"\n\
         level = \"provider\"\narticles = [\"55\"]\nevidence = []\n",
        number + 1
    )
}

/// Judgements on fifty companies and ten measures, one commit each, by three desks taking turns.
fn write(ledger: &Ledger, changes: usize) {
    let measures: String = (0..10).map(measure).collect();
    let mut files = vec![
        ("countersign.toml".to_owned(), Some(b"format = 1\n".to_vec())),
        ("commitments/safety-security.toml".to_owned(), Some(format!("{CATALOGUE}{measures}").into_bytes())),
    ];
    files.extend((0..COMPANIES).map(|at| {
        (format!("companies/c{at}/company.toml"), Some(format!("name = \"C{at}\"\n").into_bytes()))
    }));
    let start = 1_700_000_000;
    let begin = Step {
        author: person("First", start),
        committer: person("First", start),
        message: "register: begin\n".to_owned(),
        files,
    };
    let mut on_file: std::collections::HashMap<String, (&str, String)> = Default::default();
    let steps = (0..changes).map(|at| {
        let company = format!("c{}", at % COMPANIES);
        let cell = format!("{company} S-1.{}", at / COMPANIES % 10 + 1);
        let status = if (at / (COMPANIES * 10)).is_multiple_of(2) { "gap" } else { "partial" };
        let path = format!("companies/{}.toml", cell.replace(' ', "/assessments/"));
        let text = format!(
            "status = \"{status}\"\nreason = \"Looked at for the {at}th time.\"\nmeans = \"alternative\"\n\
             assessed = 2026-01-01\n"
        );
        let id = content_id(text.as_bytes()).to_string();
        let none = ("unassessed", "0".repeat(40));
        let (from, before) = on_file.insert(path.clone(), (status, id.clone())).unwrap_or(none);
        let message = Message {
            subject: format!("assess {cell}: {from} → {status}"),
            reason: "Looked at.".to_owned(),
            trailers: vec![
                Trailer::new("Countersign-Change", format!("assess {cell}")),
                Trailer::new("Countersign-Status", format!("{from} -> {status}")),
                Trailer::new("Countersign-Record", format!("{before} -> {id}")),
            ],
        };
        let who = person(["First", "Second", "Third"][at % 3], start + 60 * at as i64);
        Step {
            author: who.clone(),
            committer: who,
            message: message.to_string(),
            files: vec![(path, Some(text.into_bytes()))],
        }
    });
    ledger.replay("main", std::iter::once(begin).chain(steps)).unwrap();
}
