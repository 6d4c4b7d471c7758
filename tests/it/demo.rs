//! The demo is a sound register that shows everything, and always the same one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use countersign::analysis::Board;
use countersign::analysis::scope::Applies;
use countersign::analysis::state::{self, Ground, StaleReason, State};
use countersign::demo::{self, Author, DemoCommit};
use countersign::domain::{Assessment, Company, ContentId, Day, Measure, Snapshot};
use countersign::ledger::{Message, content_id};
use countersign::register::{At, Register};
use countersign::shipped;

use crate::shipped_data::{LISTS, signatories, snapshot};

type Files = BTreeMap<String, Vec<u8>>;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn today() -> Day {
    day("2026-11-23")
}

fn apply(files: &mut Files, commit: DemoCommit) {
    for (path, content) in commit.changes {
        match content {
            Some(content) => files.insert(path, content),
            None => files.remove(&path),
        };
    }
}

/// The files at the end of a day.
fn files_on(last: Day) -> Files {
    let mut files = Files::new();
    let commits = demo::commits(today()).into_iter();
    commits
        .filter(|commit| Day::from(commit.when.date()) <= last)
        .for_each(|commit| apply(&mut files, commit));
    files
}

fn is_invented(path: &str) -> bool {
    ["companies/fictive-labs/", "companies/imaginary-ai/"].iter().any(|folder| path.starts_with(folder))
}

fn invented(snapshot: &Snapshot) -> Vec<&Company> {
    snapshot.companies.values().filter(|company| company.profile.invented).map(|company| &**company).collect()
}

/// Everything that stands in the cells of the invented companies.
fn grounds(snapshot: &Snapshot) -> Vec<Ground<'_>> {
    let measures: Vec<&Measure> = snapshot.catalogue.measures().collect();
    let of_company = |company| {
        let of_measure = |measure: &&Measure| state::grounds(&snapshot.catalogue, company, measure, today());
        measures.iter().flat_map(of_measure).collect::<Vec<_>>()
    };
    invented(snapshot).into_iter().flat_map(of_company).collect()
}

#[test]
fn two_companies_are_invented_a_signatory_and_another() {
    let snapshot = snapshot(&files_on(today()));
    let invented = invented(&snapshot);
    let signed = invented.iter().map(|company| {
        let signed = countersign::domain::Chapter::CODE.map(|chapter| company.has_signed(chapter, today()));
        (company.id.as_str(), signed)
    });
    assert_eq!(signed.collect::<Vec<_>>(), [("fictive-labs", [true; 3]), ("imaginary-ai", [false; 3])]);
}

#[test]
fn every_state_stands_in_some_cell() {
    let snapshot = snapshot(&files_on(today()));
    let board = Board::new(&snapshot, today());
    let of_company = |company: &Company| {
        let cell = |measure: &Measure| board.cell(&company.id, measure.id).unwrap().state;
        snapshot.catalogue.measures().map(cell).collect::<Vec<_>>()
    };
    let shown: BTreeSet<State> = invented(&snapshot).into_iter().flat_map(of_company).collect();
    assert_eq!(shown, State::ALL.into());
}

#[test]
fn every_answer_to_what_binds_is_given() {
    let snapshot = snapshot(&files_on(today()));
    let shown: BTreeSet<Applies> =
        grounds(&snapshot).iter().map(|ground| ground.applicability.applies).collect();
    assert_eq!(shown, Applies::ALL.into());
}

#[test]
fn a_judgement_is_stale_for_every_reason_there_is() {
    /// A reason that is added must be shown too: this match stops compiling.
    fn name(reason: &StaleReason) -> &'static str {
        match reason {
            StaleReason::EvidenceChanged(_) => "evidence changed",
            StaleReason::DocumentChanged(_) => "document changed",
            StaleReason::EvidenceVanished(_) => "evidence vanished",
            StaleReason::EvidenceExpired(..) => "evidence expired",
            StaleReason::ReviewPassed(_) => "review passed",
            StaleReason::MeasureChanged => "measure changed",
            StaleReason::PositionChanged(..) => "position changed",
            StaleReason::BasisChanged(_) => "basis changed",
            StaleReason::Contested => "contested",
        }
    }
    let snapshot = snapshot(&files_on(today()));
    let grounds = grounds(&snapshot);
    // Each by itself, so that it can be told apart.
    let alone = grounds.iter().filter(|ground| ground.stale.len() == 1).map(|ground| name(&ground.stale[0]));
    let alone: BTreeSet<&str> = alone.collect();
    assert_eq!(alone.len(), 8, "{alone:?}");
}

#[test]
fn models_of_one_cell_differ_and_the_worst_one_shows() {
    let snapshot = snapshot(&files_on(today()));
    let (company, measure) = ("imaginary-ai".parse().unwrap(), "T-1.1".parse().unwrap());
    let asked = snapshot.catalogue.measure(measure).unwrap();
    let grounds = state::grounds(&snapshot.catalogue, &snapshot.companies[&company], asked, today());
    assert_eq!(grounds.iter().map(|ground| ground.state).collect::<Vec<_>>(), [State::Met, State::Gap]);
    let cell = Board::new(&snapshot, today()).cell(&company, measure).unwrap();
    assert_eq!((cell.state, cell.models), (State::Gap, 2));
}

#[test]
fn requirements_quotes_and_places_are_shown_on_several_judgements() {
    let snapshot = snapshot(&files_on(today()));
    let assessments: Vec<&Assessment> = invented(&snapshot)
        .iter()
        .flat_map(|company| company.assessments.values())
        .map(|recorded| &recorded.assessment)
        .collect();
    let ticked = assessments.iter().filter(|assessment| !assessment.requirements.is_empty()).count();
    let cited = || assessments.iter().flat_map(|assessment| &assessment.evidence);
    assert!(ticked >= 15, "{ticked}");
    assert!(cited().filter(|pinned| pinned.quote.is_some()).count() >= 8);
    assert!(cited().filter(|pinned| pinned.at.is_some() && pinned.quote.is_none()).count() >= 3);
    assert!(assessments.iter().any(|assessment| assessment.evidence.len() > 1));
}

#[test]
fn every_quote_stands_in_the_document_that_was_pinned() {
    let mut contents: BTreeMap<ContentId, String> = BTreeMap::new();
    let mut quotes = 0;
    for commit in demo::commits(today()) {
        for (path, content) in commit.changes {
            let Some(content) = content else { continue };
            let text = String::from_utf8(content).unwrap();
            if path.contains("/assessments/") {
                let assessment: Assessment = toml::from_str(&text).unwrap();
                for pinned in assessment.evidence {
                    assert!(contents.contains_key(&pinned.pin), "{path}: {}", pinned.id);
                    let (Some(quote), Some(document)) = (pinned.quote, pinned.document) else { continue };
                    assert!(contents[&document].contains(&quote), "{path}: {quote}");
                    quotes += 1;
                }
            }
            contents.insert(content_id(text.as_bytes()), text);
        }
    }
    assert!(quotes >= 15, "{quotes}");
}

#[test]
fn only_the_invented_companies_are_judged() {
    let judged = files_on(today()).into_keys().filter(|path| path.contains("/assessments/"));
    let judged: Vec<String> = judged.collect();
    assert!(judged.len() >= 35, "{}", judged.len());
    assert!(judged.iter().all(|path| is_invented(path)));
}

#[test]
fn the_public_record_ends_as_it_is_shipped() {
    let mut files = files_on(today());
    files.retain(|path, _| !is_invented(path) && path != "countersign.toml");
    let shipped = shipped::catalogue().chain(shipped::public_record());
    let shipped: Files = shipped.map(|(path, bytes)| (path, bytes.to_vec())).collect();
    assert_eq!(files.keys().collect::<Vec<_>>(), shipped.keys().collect::<Vec<_>>());
    for (path, bytes) in shipped {
        assert!(files[&path] == bytes, "{path}");
    }
}

#[test]
fn the_list_has_on_each_day_the_names_it_had() {
    for (first_day, number) in LISTS {
        let then = snapshot(&files_on(day(first_day)));
        assert_eq!(signatories(&then, first_day), (number, vec!["xai"]), "{first_day}");
        assert_eq!(then.findings, [], "{first_day}");
    }
    let before = snapshot(&files_on(day("2025-07-30")));
    assert_eq!(before.companies.keys().map(|id| id.as_str()).collect::<Vec<_>>(), ["meta"]);
}

#[test]
fn nothing_of_a_company_comes_before_the_company() {
    let mut files = Files::new();
    for commit in demo::commits(today()) {
        let subject = commit.message.lines().next().unwrap_or_default().to_owned();
        let paths: Vec<String> = commit.changes.iter().map(|(path, _)| path.clone()).collect();
        apply(&mut files, commit);
        for path in paths.iter().filter(|path| path.starts_with("companies/")) {
            let company = path.split('/').nth(1).unwrap();
            assert!(files.contains_key(&format!("companies/{company}/company.toml")), "{subject}: {path}");
        }
    }
}

/// A judgement whose evidence is no longer on file is stale, and the file that names it is a finding too: the demo
/// shows both. There is no other finding.
#[test]
fn the_one_finding_is_the_evidence_that_was_taken_off_the_file() {
    let findings = snapshot(&files_on(today())).findings;
    let found = findings.iter().map(|finding| (finding.rule.key(), finding.path.as_str()));
    assert_eq!(
        found.collect::<Vec<_>>(),
        [("dangling-evidence", "companies/imaginary-ai/assessments/S-9.1.toml")]
    );
}

#[test]
fn every_judgement_says_what_it_did() {
    let mut files = Files::new();
    let mut judged = 0;
    for commit in demo::commits(today()) {
        let before = files.clone();
        let message = Message::parse(&commit.message);
        let value = |key| message.values(key).next().unwrap_or_default().to_owned();
        let (author, number) = (commit.author, commit.changes.len());
        apply(&mut files, commit);
        let Some(cell) = message.subject.strip_prefix("assess ") else { continue };
        judged += 1;
        let (cell, statuses) = cell.split_once(": ").unwrap();
        let (company, slot) = cell.split_once(' ').unwrap();
        let path = format!("companies/{company}/assessments/{slot}.toml");
        let id =
            |files: &Files| files.get(&path).map_or("0".repeat(40), |bytes| content_id(bytes).to_string());
        assert_eq!((number, author == Author::PublicRecord), (1, false), "{}", message.subject);
        assert_eq!(value("Countersign-Change"), format!("assess {cell}"));
        assert_eq!(value("Countersign-Status"), statuses.replace('→', "->"));
        assert_eq!(value("Countersign-Record"), format!("{} -> {}", id(&before), id(&files)));
        assert!(!message.reason.is_empty(), "{}", message.subject);
    }
    assert!(judged >= 40, "{judged}");
}

#[test]
fn its_history_is_of_some_months_and_of_two_roles() {
    let commits = demo::commits(today());
    assert!(commits.is_sorted_by_key(|commit| commit.when));
    let invented: Vec<&DemoCommit> =
        commits.iter().filter(|commit| commit.author != Author::PublicRecord).collect();
    let ago = |commit: &DemoCommit| today().days_since(commit.when.date().into());
    assert_eq!((ago(invented[0]), ago(invented[invented.len() - 1])), (210, 2));
    for author in [Author::ComplianceDesk, Author::SecondReader] {
        assert!(invented.iter().filter(|commit| commit.author == author).count() >= 15);
    }
}

#[test]
fn it_can_be_made_on_any_day_even_with_a_clock_that_is_behind() {
    for text in ["2020-01-01", "2026-10-03", "2027-02-28", "2028-02-29"] {
        let commits = demo::commits(day(text));
        assert!(commits.is_sorted_by_key(|commit| commit.when), "{text}");
        assert!(commits[0].message.starts_with("catalogue: "), "{text}");
    }
}

#[test]
fn the_same_day_gives_the_same_repository() {
    let (one, other) = (demo::make(today()).unwrap(), demo::make(today()).unwrap());
    let head = git(&one, &["rev-parse", "HEAD"]);
    println!("demo of {}: {head}", today());
    assert_eq!(head, git(&other, &["rev-parse", "HEAD"]));
    assert_eq!(git(&one, &["rev-list", "--count", "HEAD"]), demo::commits(today()).len().to_string());
    assert_eq!(git(&one, &["status", "--porcelain"]), "");
    git(&one, &["fsck", "--strict"]);
    let opened = Register::open(&one).unwrap().snapshot(&At::Head).unwrap();
    assert_eq!((opened.companies.len(), opened.findings.len()), (44 + 2, 1));
    let next_day = demo::make(day("2026-11-24")).unwrap();
    assert_ne!(head, git(&next_day, &["rev-parse", "HEAD"]));
    for folder in [one, other, next_day] {
        std::fs::remove_dir_all(folder).unwrap();
    }
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git").arg("-C").arg(folder).args(arguments).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
