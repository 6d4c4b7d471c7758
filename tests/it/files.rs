//! The register's files: what is found in broken ones, and that nothing is found in good ones.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use countersign::domain::catalogue::{Catalogue, hex};
use countersign::domain::{Company, CompanyId, ContentId, Finding, Rule};
use countersign::files::read::{self, Content, FileBytes, Patience};
use countersign::files::{check, layout};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use sha2::{Digest, Sha256};

/// A register in memory: bytes by path.
type Files = BTreeMap<String, Vec<u8>>;

struct Register {
    catalogue: Catalogue,
    companies: BTreeMap<CompanyId, Arc<Company>>,
    findings: Vec<Finding>,
}

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/findings");

/// Each case is a folder of files that take the place of those in the good register.
macro_rules! cases {
    ($($case:ident),* $(,)?) => {
        const CASES: &[&str] = &[$(stringify!($case)),*];

        mod found_in {
            $(#[test] fn $case() { super::check(stringify!($case)); })*
        }
    };
}

cases! {
    bad_id,
    conflict_marker,
    dangling_evidence,
    digest_mismatch,
    duplicate,
    missing_document,
    missing_key,
    missing_source,
    no_aftermath,
    not_utf8,
    short_name,
    syntax,
    unknown_file,
    unknown_format,
    unknown_key,
    unknown_ref,
    unknown_source,
    unsettled,
    waivers,
    wrong_day,
    wrong_level,
    wrong_value,
}

fn check(case: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(format!("{FOLDER}/cases/{case}"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let findings = listed(&register(&changed(case)).findings);
    settings.bind(|| insta::assert_snapshot!("findings", findings));
}

#[test]
fn nothing_is_found_in_a_good_register() {
    let register = register(&good());
    assert_eq!(listed(&register.findings), "");
    assert_eq!(register.catalogue.measures().count(), 4);
    assert_eq!(register.companies.len(), 2);
}

#[test]
fn every_case_is_run_and_every_rule_has_one() {
    let mut folders: Vec<String> = fs::read_dir(format!("{FOLDER}/cases"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    folders.sort();
    assert_eq!(folders, CASES);
    let found: BTreeSet<Rule> =
        CASES.iter().flat_map(|case| register(&changed(case)).findings).map(|finding| finding.rule).collect();
    // These are not about a file's text alone; they have tests of their own.
    let elsewhere = [
        Rule::TooLarge,
        Rule::TooMany,
        Rule::Unreadable,
        Rule::NotAFile,
        Rule::ExpiredWaiver,
        Rule::UnusedWaiver,
    ];
    let missed: Vec<&Rule> =
        Rule::ALL.iter().filter(|rule| !found.contains(rule) && !elsewhere.contains(rule)).collect();
    assert_eq!(missed, Vec::<&Rule>::new());
}

#[test]
fn what_is_too_large_or_no_file_is_a_finding() {
    let check = |content: Content, rule: Rule| {
        let path = "companies/petrel/company.toml";
        let profile = FileBytes { content, ..file(path, b"") };
        let (company, findings) = read::company(&"petrel".parse().unwrap(), &[profile], &Patience::default());
        assert_eq!(company.profile.name, "petrel");
        assert_eq!(findings.iter().map(|finding| finding.rule).collect::<Vec<_>>(), [rule]);
    };
    check(Content::TooLarge(read::LARGEST_FILE + 1), Rule::TooLarge);
    check(Content::Bytes(vec![b'#'; read::LARGEST_FILE as usize + 1]), Rule::TooLarge);
    check(Content::NotAFile("a symbolic link"), Rule::NotAFile);
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_mean_nothing() {
    let mut files = good();
    let path = "companies/petrel/assessments/S-1.1.toml";
    let text = String::from_utf8(files[path].clone()).unwrap();
    let dressed = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    assert_eq!(read::assessment(path, &dressed), read::assessment(path, &text));
    files.insert(path.to_owned(), format!("{dressed}colour = 1\r\n").into_bytes());
    let place = register(&files).findings[0].place.unwrap();
    assert_eq!((place.line, place.column), (18, 1));
}

/// A piece of text put in place of another, somewhere in a file.
#[derive(Clone, Debug)]
struct Damage {
    file: Index,
    at: Index,
    length: usize,
    with: Vec<u8>,
}

fn damages() -> impl Strategy<Value = Vec<Damage>> {
    let pieces: Vec<&[u8]> = vec![
        b"",
        b"\"",
        b"'",
        b"\"\"\"",
        b"[",
        b"]",
        b"[[",
        b"]]",
        b"{",
        b"}",
        b"=",
        b".",
        b",",
        b"#",
        b"\n",
        b"\r",
        b"\0",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\xc3\xa9",
        b"a",
        b"0",
        b"-",
        b"\n[[position]]\n",
        b"\nstatus = 1\n",
        b"\n<<<<<<< a\n",
        b" = 2026-02-30\n",
        b"[x]\n[x]\n",
        b"a.b.c = 1\n",
        b"[a.b]\n[[a]]\n",
    ];
    let with = prop_oneof![
        4 => select(pieces).prop_map(<[u8]>::to_vec),
        1 => vec(any::<u8>(), 0..20),
    ];
    let damage = (any::<Index>(), any::<Index>(), 0usize..30, with)
        .prop_map(|(file, at, length, with)| Damage { file, at, length, with });
    vec(damage, 1..12)
}

proptest! {
    #[test]
    fn no_damage_keeps_a_register_from_being_read(damages in damages()) {
        let mut files = good();
        let paths: Vec<String> = files.keys().cloned().collect();
        for Damage { file, at, length, with } in damages {
            let bytes = files.get_mut(file.get(&paths)).unwrap();
            let start = at.index(bytes.len() + 1);
            let end = (start + length).min(bytes.len());
            bytes.splice(start..end, with);
        }
        for Finding { path, place, .. } in register(&files).findings {
            let Some(place) = place else { continue };
            let text = String::from_utf8_lossy(&files[&path]);
            // After the last line end there is one more line to point at.
            let line = text.split('\n').nth(place.line - 1);
            prop_assert!(line.is_some_and(|line| place.column <= line.chars().count() + 1), "{path} {place:?}");
        }
        let judgement = String::from_utf8_lossy(&files["companies/petrel/assessments/S-1.1.toml"]);
        let (read, findings) = read::assessment("S-1.1.toml", &judgement);
        prop_assert!(read.is_some() || !findings.is_empty(), "lost without a word:\n{judgement}");
    }

    #[test]
    fn no_bytes_keep_a_company_from_being_read(bytes in vec(any::<u8>(), 0..200), file in any::<Index>()) {
        let mut files = good();
        let paths: Vec<String> = files.keys().cloned().collect();
        files.insert(file.get(&paths).clone(), bytes);
        prop_assert_eq!(register(&files).companies.len(), 2);
    }
}

#[test]
fn large_files_full_of_mistakes_are_done_with_soon() {
    let pieces = [
        "[",
        "a\n",
        "a = \n",
        "a = 1\n",
        "[[position]]\n",
        "[[position]]\nsince = 1\n",
        "x",
        "\"",
        "[a.",
        "{",
    ];
    for piece in pieces {
        let mut files = good();
        let bytes = piece.repeat(read::LARGEST_FILE as usize / piece.len()).into_bytes();
        files.insert("companies/skua/company.toml".to_owned(), bytes);
        let begun = Instant::now();
        let found = register(&files).findings.len();
        assert!((1..100).contains(&found), "{piece:?}: {found} findings");
        // Generous: it may be a debug build on a busy machine.
        assert!(begun.elapsed() < Duration::from_secs(60), "{piece:?}: {:?}", begun.elapsed());
    }
}

fn good() -> Files {
    files_below(Path::new(&format!("{FOLDER}/register")))
}

fn changed(case: &str) -> Files {
    let mut files = good();
    files.extend(files_below(Path::new(&format!("{FOLDER}/cases/{case}"))));
    files
}

fn register(files: &Files) -> Register {
    let all: Vec<FileBytes> = files.iter().map(|(path, bytes)| file(path, bytes)).collect();
    let (_, mut findings) = files
        .get("countersign.toml")
        .map(|bytes| read::settings(&file("countersign.toml", bytes)))
        .unwrap_or_default();
    if let Some(bytes) = files.get("waivers.toml") {
        findings.extend(read::waivers(&file("waivers.toml", bytes)).1);
    }
    let (catalogue, found) = read::catalogue(&all, &Patience::default());
    findings.extend(found);
    let folders: BTreeSet<&str> = files
        .keys()
        .filter_map(|path| path.strip_prefix("companies/")?.split_once('/'))
        .map(|(company, _)| company)
        .collect();
    let mut companies = BTreeMap::new();
    for folder in folders {
        match layout::company_folder(folder) {
            Ok(id) => {
                let prefix = format!("companies/{id}/");
                let own: Vec<FileBytes> =
                    all.iter().filter(|file| file.path.starts_with(&prefix)).cloned().collect();
                let (company, found) = read::company(&id, &own, &Patience::default());
                findings.extend(found);
                companies.insert(id, Arc::new(company));
            }
            Err(finding) => findings.push(finding),
        }
    }
    let text = |path: &str| Some(String::from_utf8_lossy(files.get(path)?).into_owned());
    let digest = |id: &ContentId| {
        let file = all.iter().find(|file| file.id == *id)?;
        Some(hex(&Sha256::digest(&files[&file.path])))
    };
    for company in companies.values() {
        findings.extend(check::digests(company, &digest, &text));
    }
    let read = check::Register { catalogue: &catalogue, companies: &companies, findings: &findings };
    let found = check::check(&read, &text).0;
    findings.extend(found);
    findings.sort();
    findings.dedup();
    Register { catalogue, companies, findings }
}

fn file(path: &str, bytes: &[u8]) -> FileBytes {
    let id = hex(&Sha256::digest(bytes)).parse().unwrap();
    FileBytes { path: path.to_owned(), id, content: Content::Bytes(bytes.to_vec()) }
}

fn files_below(folder: &Path) -> Files {
    fn collect(root: &Path, folder: &Path, files: &mut Files) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(root, &path, files);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    let mut files = Files::new();
    collect(folder, folder, &mut files);
    files
}

/// Findings as the command line shows them.
fn listed(findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        text.push_str(&format!("{finding}\n"));
        if let Some(hint) = &finding.hint {
            text.push_str(&format!("  hint: {hint}\n"));
        }
    }
    text
}
