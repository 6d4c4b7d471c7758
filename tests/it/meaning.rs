//! What changed in meaning: edits of real files, told in the register's words, and edits that mean nothing.

use std::fs;
use std::path::PathBuf;

use countersign::analysis::StaleReason;
use countersign::analysis::meaning::{self, Meaning, Side};
use countersign::domain::Day;
use countersign::files::layout::is_of_register;
use countersign::register::{At, Compared, Register};
use countersign::report::meaning::MeaningReport;
use countersign::report::{Origin, markdown};
use proptest::prelude::*;

use crate::fixture::Fixture;

const TODAY: &str = "2026-11-20";

/// What is not committed yet, against HEAD.
fn compared(fixture: &Fixture) -> (Compared, Meaning) {
    let register = Register::open(&fixture.path()).unwrap();
    let compared = register.compare(&At::Head, &At::WorkTree).unwrap();
    let day: Day = TODAY.parse().unwrap();
    let (before, after) = (Side { snapshot: &compared.before, day }, Side { snapshot: &compared.after, day });
    let meaning = meaning::between(before, after, &compared.touched, &[]);
    (compared, meaning)
}

fn told(meaning: &Meaning) -> Vec<String> {
    let mut told = Vec::new();
    for section in meaning.outline() {
        told.push(format!("{}:", section.heading));
        for item in section.items {
            told.push(format!("{} {}", item.how.mark(), item.title));
            told.extend(item.lines.iter().map(|line| format!("    {}", line.words())));
        }
    }
    told
}

struct Edit<'a> {
    path: &'a str,
    replace: &'a str,
    with: &'a str,
}

/// Replaces a text in a file, or writes a new file where there is nothing to replace.
fn edit(fixture: &Fixture, Edit { path, replace, with }: &Edit) {
    let text = fs::read_to_string(fixture.path().join(path)).unwrap_or_default();
    assert!(text.contains(replace), "{path} has no {replace}");
    fixture.write(path, &if replace.is_empty() { (*with).to_owned() } else { text.replace(replace, with) });
}

#[track_caller]
fn check(edits: &[Edit], expected: &[&str]) {
    let fixture = Fixture::new();
    edits.iter().for_each(|each| edit(&fixture, each));
    assert_eq!(told(&compared(&fixture).1), expected);
}

const HALYARD: &str = "companies/halyard/company.toml";
const S_1_1: &str = "companies/halyard/assessments/S-1.1.toml";
const POLICY: &str = "companies/halyard/evidence/copyright-policy.toml";

#[test]
fn nothing_is_told_of_nothing() {
    check(&[], &[]);
}

#[test]
fn a_judgement_that_moved() {
    check(
        &[
            Edit { path: S_1_1, replace: "status = \"partial\"", with: "status = \"gap\"" },
            Edit { path: S_1_1, replace: "The rest is there", with: "The rest is promised" },
            Edit { path: S_1_1, replace: "b = \"gap\"", with: "c = \"gap\"" },
            Edit { path: S_1_1, replace: "pin = \"4c7c8e", with: "pin = \"5d7c8e" },
        ],
        &[
            "Judgements:",
            "~ S-1.1 Halyard AI (invented): partial → gap",
            "    reason: … for lighter evaluations. The rest is [-there.-] {+promised.+}",
            "    requirements: b gap → not judged, c not judged → gap",
            "    safety-framework pinned anew: 4c7c8ec61c → 5d7c8ec61c",
        ],
    );
}

#[test]
fn a_position_takes_a_company_to_the_other_side_with_all_it_owes() {
    let position = "[[position]]\nchapters = [\"C\"]\nstance = \"no-longer-listed\"\nsince = 2026-10-01\nsource = \"made up\"\n";
    let fixture = Fixture::new();
    let text = fs::read_to_string(fixture.path().join(HALYARD)).unwrap();
    fixture.write(HALYARD, &format!("{text}\n{position}"));
    let (_, meaning) = compared(&fixture);
    assert_eq!(
        told(&meaning),
        [
            "Positions:",
            "+ C Halyard AI (invented): signed → no longer listed since 2026-10-01",
            "    source: made up",
            "Became stale:",
            "~ C-1.1 Halyard AI (invented)",
            "    the position on the chapter is no longer listed since 2026-10-01",
            "Gaps opened among signatories:",
            "+ Halyard AI (invented), not applicable → nothing on file: AIA-53-4",
            "Gaps opened among non-signatories:",
            "+ Halyard AI (invented), met → stale: C-1.1",
        ]
    );
}

#[test]
fn a_document_that_was_replaced_with_its_words_and_digests() {
    let fixture = Fixture::new();
    let policy = fs::read_to_string(fixture.path().join(POLICY)).unwrap();
    fixture.write(POLICY, &format!("{policy}file = \"policy.md\"\n"));
    fixture.write(
        "companies/halyard/evidence/policy.md",
        "# Policy\n\nWe honour robots.txt where it is found.\n",
    );
    fixture.commit("First Desk", "2026-06-01", "document: the policy itself");
    fixture.write("companies/halyard/evidence/policy.md", "# Policy\nWe honour robots.txt everywhere.\n");
    let (_, meaning) = compared(&fixture);
    assert_eq!(
        told(&meaning),
        [
            "Evidence:",
            "~ Halyard AI (invented): copyright-policy (Copyright Policy)",
            "    document replaced, before: sha256 be47116370617787bc7fb420583b95604a4e272565e9c45f94b8f3274a87c10e",
            "    document replaced, now: sha256 f984a9df6dc2c110258602967d90800d5e31aa5bc2e7c1feef92e7de2eb43461",
            "    words, 4 gone and 1 come: # Policy We honour robots.txt [-where it is found.-] {+everywhere.+}",
        ]
    );
}

#[test]
fn what_is_asked_and_who_may_decide() {
    check(
        &[
            Edit { path: "commitments/copyright.toml", replace: "letter = \"a\"", with: "letter = \"z\"" },
            Edit {
                path: "countersign.toml",
                replace: "format = 1",
                with: "format = 1\nreview.second-person = true",
            },
        ],
        &[
            "What is asked:",
            "~ C-1.1",
            "    requirement a, gone: letter a, text Policy exists for all GPAI models on the Union market, \
             point (1), force required",
            "    requirement z: letter z, text Policy exists for all GPAI models on the Union market, \
             point (1), force required",
            "Settings and policy:",
            "~ review, second-person: no → yes",
        ],
    );
}

#[test]
fn a_side_that_cannot_be_read_is_said_to_be_unreadable() {
    check(
        &[Edit { path: S_1_1, replace: "means = ", with: "means " }],
        &[
            "Not readable as a whole:",
            "~ companies/halyard/assessments/S-1.1.toml",
            "    now: expected a key, `=` and a value",
        ],
    );
}

/// A file says the same in another order, other spelling and with comments.
fn laid_out_anew(text: &str, order: &mut impl FnMut(usize) -> Vec<usize>) -> String {
    let table: toml::Table = text.parse().unwrap();
    let keys: Vec<&String> = table.keys().collect();
    let line = |at: usize, order: &mut _| {
        let value = spelled(&table[keys[at]], order);
        format!("# a comment\n\n  {:?}   = {value} # another\n", keys[at])
    };
    order(keys.len()).into_iter().map(|at| line(at, order)).collect()
}

fn spelled(value: &toml::Value, order: &mut impl FnMut(usize) -> Vec<usize>) -> String {
    match value {
        toml::Value::Array(items) => {
            let items: Vec<String> = order(items.len())
                .into_iter()
                .map(|at| format!("\n  # item\n {},", spelled(&items[at], order)))
                .collect();
            format!("[{}\n]", items.concat())
        }
        toml::Value::Table(table) => {
            let keys: Vec<&String> = table.keys().collect();
            let pairs: Vec<String> = order(keys.len())
                .into_iter()
                .map(|at| format!("{:?} = {}", keys[at], spelled(&table[keys[at]], order)))
                .collect();
            format!("{{ {} }}", pairs.join(", "))
        }
        scalar => scalar.to_string(),
    }
}

/// Every file of the register in the work tree.
fn files(fixture: &Fixture) -> Vec<String> {
    fn collect(folder: PathBuf, root: &PathBuf, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                collect(entry, root, found);
            } else {
                found.push(entry.strip_prefix(root).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    let (root, mut found) = (fixture.path(), Vec::new());
    collect(root.clone(), &root, &mut found);
    found.retain(|path| is_of_register(path) && path.ends_with(".toml"));
    found.sort();
    found
}

#[test]
fn comments_order_and_spelling_mean_nothing() {
    let config = ProptestConfig { cases: 12, ..ProptestConfig::default() };
    proptest!(config, |(numbers in proptest::collection::vec(any::<u32>(), 64), with_evidence: bool)| {
        let fixture = Fixture::new();
        let mut next = numbers.iter().cycle();
        let mut order = |length: usize| {
            let mut order: Vec<usize> = (0..length).collect();
            order.sort_by_key(|at| next.next().unwrap().wrapping_mul(2 * u32::try_from(*at).unwrap() + 1));
            order
        };
        for path in files(&fixture) {
            let is_evidence = path.contains("/evidence/");
            if is_evidence && !with_evidence {
                continue;
            }
            let text = fs::read_to_string(fixture.path().join(&path)).unwrap();
            fixture.write(&path, &laid_out_anew(&text, &mut order));
        }
        let (compared, meaning) = compared(&fixture);
        prop_assert_eq!(&compared.after.findings, &compared.before.findings);
        prop_assert!(meaning.is_empty(), "{:#?}", told(&meaning));
        // A judgement pins evidence files by their bytes, so that it wants to be looked at again even then.
        let pinned = |reason: &StaleReason| matches!(reason, StaleReason::EvidenceChanged(_));
        prop_assert!(meaning.stale.iter().flat_map(|stale| &stale.reasons).all(pinned));
        prop_assert!(with_evidence || meaning.cells.is_empty(), "{:#?}", meaning.cells);
        prop_assert!(meaning.files > 12);
    });
}

#[test]
fn a_comment_is_bounded_and_hostile_text_is_nothing_but_text() {
    let fixture = Fixture::new();
    let hostile = "</details> @everyone #1 [x](https://evil.example) https://evil.example `` ``` <img src=x> | a \u{202e}";
    let text = fs::read_to_string(fixture.path().join(S_1_1)).unwrap();
    let reason = format!("reason = '''\n{hostile} {}'''\nowner = '''{hostile}'''\n", "word ".repeat(100_000));
    let start = text.find("reason").unwrap();
    let end = text.find("means").unwrap();
    fixture.write(S_1_1, &format!("{}{reason}{}", &text[..start], &text[end..]));
    for number in 0..3000 {
        let path = format!("companies/halyard/evidence/e{number}.toml");
        fixture.write(&path, &format!("title = '''{hostile}'''\nkind = \"other\"\nbears-on = []\naccess = \"public\"\nchecked = \"A\"\nsource = \"x\"\n"));
    }
    let (compared, meaning) = compared(&fixture);
    let day: Day = TODAY.parse().unwrap();
    let report = MeaningReport {
        snapshot: &compared.after,
        from: "HEAD".to_owned(),
        from_day: day,
        meaning: &meaning,
    };
    let comment = markdown::comment(&Origin::new(&compared.after, day), &report);
    assert!(comment.len() < 65_536, "{}", comment.len());
    assert!(comment.contains("changes are left out here"), "{}", &comment[comment.len() - 300..]);
    assert_eq!(comment.matches("<details").count(), comment.matches("</details>\n").count());
    for line in comment.lines().filter(|line| line.contains("evil") || line.contains("@everyone")) {
        let text = line.trim_start().trim_start_matches("- ");
        let fenced = text.starts_with('`') && text.ends_with('`');
        let in_block = line.starts_with("    ");
        assert!(fenced || in_block, "{line}");
        assert!(!line.contains('\u{202e}'));
    }
}
