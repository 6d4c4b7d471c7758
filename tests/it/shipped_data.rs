//! The data that the binary carries is complete, whole, and says nothing it must not say.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use countersign::domain::catalogue::hex;
use countersign::domain::snapshot::Settings;
use countersign::domain::{Chapter, Company, ContentId, Day, Ref, Snapshot, Source, Stance};
use countersign::files::read::{self, Content, FileBytes, Patience};
use countersign::files::{RegisterPath, check};
use countersign::ledger::content_id;
use countersign::shipped;
use sha2::{Digest, Sha256};

/// A register's files as a snapshot, with every finding that reading and checking has.
pub fn snapshot(files: &BTreeMap<String, Vec<u8>>) -> Snapshot {
    let mut folders: BTreeMap<&str, Vec<FileBytes>> = BTreeMap::new();
    for (path, bytes) in files {
        let known = RegisterPath::of(path).unwrap_or_else(|finding| panic!("{finding}"));
        let content = match known {
            Some(known) if known.is_read() => Content::Bytes(bytes.clone()),
            _ => Content::NotRead,
        };
        let folder = path.strip_prefix("companies/").and_then(|path| path.split('/').next()).unwrap_or("");
        let file = FileBytes { path: path.clone(), id: content_id(bytes), content };
        folders.entry(folder).or_default().push(file);
    }
    let (catalogue, mut findings) =
        read::catalogue(&folders.remove("").unwrap_or_default(), &Patience::default());
    let mut companies = BTreeMap::new();
    for (id, files) in folders {
        let id = id.parse().unwrap();
        let (company, of_company) = read::company(&id, &files, &Patience::default());
        findings.extend(of_company);
        companies.insert(id, company.into());
    }
    let text = |path: &str| String::from_utf8(files.get(path)?.clone()).ok();
    let whole = check::Register { catalogue: &catalogue, companies: &companies, findings: &findings };
    let across = check::check(&whole, &text).0;
    let document = |id: &ContentId| {
        let bytes = files.values().find(|bytes| content_id(bytes) == *id)?;
        Some(hex(&Sha256::digest(bytes)))
    };
    let digests = companies.values().flat_map(|company| check::digests(company, &document, &text));
    let findings = findings.iter().cloned().chain(across).chain(digests).collect();
    let (source, settings) = (Source::Unborn, Settings::default());
    Snapshot { source, settings, catalogue: catalogue.into(), companies, waivers: Vec::new(), findings }
}

fn shipped_snapshot() -> Snapshot {
    let files = shipped::catalogue().chain(shipped::public_record());
    snapshot(&files.map(|(path, bytes)| (path, bytes.to_vec())).collect())
}

#[test]
fn all_of_it_reads_without_a_finding() {
    assert_eq!(shipped_snapshot().findings, []);
}

#[test]
fn the_catalogue_is_complete() {
    let catalogue = shipped_snapshot().catalogue;
    let of_code = |chapter: Chapter| chapter != Chapter::AiAct;
    let commitments = catalogue.commitments().filter(|commitment| of_code(commitment.id.chapter)).count();
    let measures = catalogue.measures().filter(|measure| of_code(measure.id.chapter)).count();
    let of_act = catalogue.measures().filter(|measure| !of_code(measure.id.chapter)).count();
    let chapters = catalogue.chapters.iter().filter(|text| of_code(text.chapter)).count();
    assert_eq!((chapters, commitments, measures, of_act, catalogue.limits.len()), (3, 12, 40, 17, 33));
    assert!(catalogue.code.is_some());
    for measure in catalogue.measures() {
        let of_code = of_code(measure.id.chapter);
        assert_eq!(of_code, !measure.requirements.is_empty(), "{}", measure.id);
        assert!(catalogue.digest(measure.id).is_some(), "{}", measure.id);
    }
}

#[test]
fn every_ref_that_is_used_exists() {
    let snapshot = shipped_snapshot();
    let exists = |target: &Ref| match target {
        Ref::Commitment(id) => snapshot.catalogue.commitment(*id).is_some(),
        Ref::Measure(id) => snapshot.catalogue.measure(*id).is_some(),
    };
    for measure in snapshot.catalogue.measures() {
        for target in measure.counterparts.iter().chain(&measure.inferred_counterparts) {
            assert!(exists(target), "{}: {target}", measure.id);
        }
    }
    for limit in &snapshot.catalogue.limits {
        for measure in &limit.measures {
            assert!(exists(&Ref::Measure(*measure)), "{}: {measure}", limit.key);
        }
    }
    for company in snapshot.companies.values() {
        for (id, filed) in &company.evidence {
            for target in &filed.evidence.bears_on {
                assert!(exists(target), "{} {id}: {target}", company.id);
            }
            for model in &filed.evidence.models {
                assert!(company.models.contains_key(model), "{} {id}: {model}", company.id);
            }
        }
    }
}

#[test]
fn no_real_company_is_judged_or_invented() {
    for company in shipped_snapshot().companies.values() {
        assert!(company.assessments.is_empty(), "{}", company.id);
        assert!(!company.profile.invented, "{}", company.id);
    }
}

#[test]
fn the_companies_are_those_of_the_last_list_and_the_notable_others() {
    let snapshot = shipped_snapshot();
    let today = "2026-11-23".parse().unwrap();
    let mut stands: BTreeMap<[Option<Stance>; 3], usize> = BTreeMap::new();
    for company in snapshot.companies.values() {
        let stance = |chapter| company.position(chapter, today).map(|position| position.stance);
        *stands.entry(Chapter::CODE.map(stance)).or_default() += 1;
    }
    let all = |stance| [Some(stance); 3];
    let partly = [Some(Stance::NotListed), Some(Stance::NotListed), Some(Stance::Signed)];
    let expected = [
        (all(Stance::Signed), 21),
        (partly, 1),
        (all(Stance::NoLongerListed), 8),
        (all(Stance::Declined), 1),
        (all(Stance::NotListed), 13),
    ];
    assert_eq!(stands, BTreeMap::from(expected));
}

/// How many companies have signed every chapter, and which have signed only some.
pub fn signatories<'a>(snapshot: &'a Snapshot, on: &str) -> (usize, Vec<&'a str>) {
    let on: Day = on.parse().unwrap();
    let chapters =
        |company: &Company| Chapter::CODE.iter().filter(|chapter| company.has_signed(**chapter, on)).count();
    let real = || snapshot.companies.values().filter(|company| !company.profile.invented);
    let partial = real().filter(|company| matches!(chapters(company), 1..3));
    (
        real().filter(|company| chapters(company) == 3).count(),
        partial.map(|company| company.id.as_str()).collect(),
    )
}

/// The known states of the list: the first day on which each is certain, and how many had signed every chapter.
pub const LISTS: [(&str, usize); 5] =
    [("2025-08-01", 26), ("2025-12-31", 27), ("2026-04-22", 29), ("2026-04-23", 23), ("2026-07-31", 21)];

#[test]
fn the_positions_are_those_of_each_known_list() {
    let snapshot = shipped_snapshot();
    for (day, number) in LISTS {
        assert_eq!(signatories(&snapshot, day), (number, vec!["xai"]), "{day}");
    }
    assert_eq!(signatories(&snapshot, "2025-07-30"), (0, vec![]));
    assert_eq!(signatories(&snapshot, "2025-07-31"), (0, vec!["xai"]));
}

#[test]
fn the_binary_carries_exactly_what_the_repository_holds() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut on_disk = vec!["sources.toml".to_owned()];
    for folder in ["commitments", "companies"] {
        paths_below(root, folder, &mut on_disk);
    }
    on_disk.sort();
    let mut carried: Vec<(String, &[u8])> = shipped::catalogue().chain(shipped::public_record()).collect();
    carried.sort();
    assert_eq!(carried.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>(), on_disk);
    for (path, bytes) in carried {
        assert_eq!(fs::read(root.join(&path)).unwrap(), bytes, "{path}");
    }
}

fn paths_below(root: &Path, folder: &str, paths: &mut Vec<String>) {
    for entry in fs::read_dir(root.join(folder)).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{folder}/{}", entry.file_name().into_string().unwrap());
        if entry.path().is_dir() { paths_below(root, &path, paths) } else { paths.push(path) }
    }
}
