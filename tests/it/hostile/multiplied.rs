//! Little that stands for much: one file in thousands of places, folders that companies share, trees that take turns in a
//! history.

use std::fs;

use super::forge::{Entry, FILE, FOLDER, Forge, each};
use super::{countersign, look_at, look_through};
use crate::audit::{Case, minutes};
use crate::full_size;
use crate::ledger::world::{Kind, on_both_stores};

on_both_stores! {
    one_file_in_many_places
    one_file_in_many_places_of_the_work_tree
    mistakes_in_many_files
    names_that_lead_nowhere
    more_measures_than_are_asked
    one_document_in_many_places
    trees_that_take_turns
    large_files_that_change_often
    large_files_of_many_days
    a_merge_of_many_sides
}

/// A file of the largest size that is read, of one kind of line.
fn large(begin: &str, line: &str, end: &str) -> String {
    of_size(1_048_000, begin, line, end)
}

fn of_size(bytes: usize, begin: &str, line: &str, end: &str) -> String {
    format!("{begin}{}{end}", line.repeat((bytes - begin.len() - end.len()) / line.len()))
}

/// Evidence that takes more memory than others: sound, and with mistakes.
fn contents() -> Vec<String> {
    let sound = minutes("").replace("file = \"minutes.txt\"\n", "");
    let keys: String = (0..100_000).map(|at| format!("k{at}=1\n")).collect();
    vec![
        large(&format!("{sound}version = \""), "word ", "\"\n"),
        // As many values as one company may have.
        of_size(430_000, &format!("{sound}also-at = ["), "\"\",", "]\n"),
        of_size(650_000, &sound, "[[earlier]]\nversion=\"\"\n", ""),
        format!("{sound}{keys}"),
        large("", "not even TOML\n", ""),
    ]
}

const VIEWS: [&[&str]; 6] = [
    &["show"],
    &["show", "halyard"],
    &["log"],
    &["check", "--format", "sarif"],
    &["audit"],
    &["verify", "halyard"],
];

/// At full size from everywhere.
fn views() -> &'static [&'static [&'static str]] {
    if full_size() { &VIEWS } else { &VIEWS[..1] }
}

/// Of one company the first are read; of more companies than there is room for, none.
fn one_file_in_many_places(kind: Kind) {
    for content in contents() {
        let case = Case::of(kind);
        let forge = Forge::new(&case);
        let file = forge.blob(&content);
        let names: Vec<String> = (0..3_000).map(|at| format!("z{at:04}.toml")).collect();
        let entries = each(&names, FILE, &file);
        let evidence = forge.with("companies/halyard/evidence", &entries);
        forge.commit("companies/halyard/evidence", &evidence);
        look_at(&case.world.path, views());
        let check = countersign(&case.world.path, &["check"]);
        assert!(
            check.stdout.contains("files are not read: with them it would be more than"),
            "{}",
            check.stdout
        );

        let company = forge.tree(&[(FOLDER, b"evidence", &evidence)]);
        let names: Vec<String> = (0..40).map(|at| format!("c{at:04}")).collect();
        let entries = each(&names, FOLDER, &company);
        forge.commit("companies", &forge.with("companies", &entries));
        look_at(&case.world.path, views());
        let show = countersign(&case.world.path, &["show"]);
        assert!(show.stderr.contains("the register holds more than "), "{}", show.stderr);
    }
}

/// A file that is read once more for each place it stands at is held once.
fn one_file_in_many_places_of_the_work_tree(kind: Kind) {
    let case = Case::of(kind);
    let evidence = case.world.path.join("companies/halyard/evidence");
    fs::write(evidence.join("e.toml"), &contents()[0]).unwrap();
    // Documents are of any size, and none of them is read in.
    fs::write(evidence.join("d.txt"), vec![b'x'; 16 << 20]).unwrap();
    let link = |from: &str, to: String| fs::hard_link(evidence.join(from), evidence.join(to)).unwrap();
    (0..80).for_each(|at| link("e.toml", format!("z{at}.toml")));
    (0..20).for_each(|at| link("d.txt", format!("d{at}.txt")));
    look_through(&case.world.path, &[["show", "--worktree"], ["check", "--worktree"]]);
    let check = countersign(&case.world.path, &["check", "--worktree"]);
    assert!(check.stdout.contains("files are not read: with them it would be more than"), "{}", check.stdout);
}

/// Each of them is looked at closely as long as they are not too many; then it is the same ones each time that are not.
fn mistakes_in_many_files(kind: Kind) {
    let (companies, count) = if full_size() { (300, 100) } else { (70, 20) };
    let case = Case::of(kind);
    let forge = Forge::new(&case);
    let keys: String = (0..40).map(|at| format!("k{at}=1\n")).collect();
    let file = forge.blob(format!("{keys}{}\n", "# so on\n".repeat(if full_size() { 100 } else { 2_000 })));
    let names: Vec<String> = (0..count).map(|at| format!("e{at:04}.toml")).collect();
    let entries = each(&names, FILE, &file);
    let company = forge.tree(&[(FOLDER, b"evidence", &forge.tree(&entries))]);
    let names: Vec<String> = (0..companies).map(|at| format!("c{at:04}")).collect();
    let entries = each(&names, FOLDER, &company);
    forge.commit("companies", &forge.with("companies", &entries));
    look_at(&case.world.path, views());
    let check = || countersign(&case.world.path, &["check", "--csv"]).stdout;
    let found = check();
    assert!(found.contains("`k0` is not a key here"), "{found}");
    assert!(found.contains("and so have so many others that it was not read"), "{found}");
    assert_eq!(check(), found);
    fs::remove_dir_all(case.world.path.join(".git/countersign")).unwrap();
    assert_eq!(check(), found);
}

/// What takes two files to notice is told of each file some times.
fn names_that_lead_nowhere(kind: Kind) {
    let count = if full_size() { 58_000 } else { 3_000 };
    let sound = minutes("").replace("file = \"minutes.txt\"\n", "").replace("bears-on = [\"S-1\"]\n", "");
    let list = |word: fn(usize) -> String| (0..count).map(word).collect::<Vec<_>>().join(",");
    let refs = list(|at| format!("\"T-{}.{}\"", at / 250 + 20, at % 250 + 1));
    let models = list(|at| format!("\"m{at}\""));
    let brackets = (0..count).map(|at| format!("[k{at}]")).collect::<String>();
    let case = Case::of(kind);
    let forge = Forge::new(&case);
    for (name, text) in [
        ("refs.toml", format!("{sound}bears-on = [{refs}]\n")),
        ("models.toml", format!("{sound}bears-on = []\nmodels = [{models}]\n")),
        ("sources.toml", format!("{}bears-on = []\n", sound.replace("made up", &brackets))),
    ] {
        case.world.write(&format!("companies/halyard/evidence/{name}"), text);
    }
    case.commit("register: names");
    let model =
        forge.blob("name = \"M\"\nsystemic-risk = \"unknown\"\nopen-source = \"unknown\"\nsource = \"\"\n");
    let names: Vec<String> = (0..count / 20).map(|at| format!("n{at}.toml")).collect();
    let entries = each(&names, FILE, &model);
    let place = "companies/halyard/models";
    forge.commit(place, &forge.with(place, &entries));
    look_at(&case.world.path, views());
    let check = countersign(&case.world.path, &["check"]).stdout;
    for words in ["there is no measure T-20.1", "there is no model `m0` on file", "more like these"] {
        assert!(check.contains(words), "{words}: {}", &check[..check.len().min(4_000)]);
    }
}

/// Each is a row, and each company a column.
fn more_measures_than_are_asked(kind: Kind) {
    let case = Case::of(kind);
    let forge = Forge::new(&case);
    let mut chapter = "chapter = \"copyright\"\ntitle = \"Copyright\"\n".to_owned();
    for commitment in 1..=100 {
        chapter += &format!("[[commitment]]\nid = \"C-{commitment}\"\ntitle = \"T\"\nsummary = \"S\"\n");
        for measure in 1..=20 {
            let id = format!("C-{commitment}.{measure}");
            chapter += &format!("[[commitment.measure]]\nid = \"{id}\"\ntitle = \"T\"\nsummary = \"S\"\n");
        }
    }
    case.world.write("commitments/copyright.toml", chapter);
    case.commit("register: measures");
    let company = forge.tree(&[(FILE, b"company.toml", &forge.blob("name = \"Another\"\n"))]);
    let count = if full_size() { 3_900 } else { 300 };
    let names: Vec<String> = (0..count).map(|at| format!("c{at:04}")).collect();
    let entries = each(&names, FOLDER, &company);
    forge.commit("companies", &forge.with("companies", &entries));
    look_at(&case.world.path, views());
    let check = countersign(&case.world.path, &["check"]).stdout;
    assert!(
        check.contains("too-many") || check.contains("too-large"),
        "{}",
        &check[..check.len().min(4_000)]
    );
}

/// It is hashed once, and a folder of others that moved is told of at once.
fn one_document_in_many_places(kind: Kind) {
    let (size, count) = if full_size() { (60 << 20, 2_000) } else { (1 << 20, 500) };
    let case = Case::of(kind);
    let forge = Forge::new(&case);
    let (document, digest) = (forge.blob(vec![0; size]), "0".repeat(64));
    let evidence =
        minutes("").lines().filter(|line| !line.starts_with("sha256")).collect::<Vec<_>>().join("\n");
    let evidence = forge.blob(format!("{evidence}\nsha256 = \"{digest}\"\n").replace("minutes.txt", "d.txt"));
    let names: Vec<String> = (0..count).map(|at| format!("e{at:04}.toml")).collect();
    let mut entries = each(&names, FILE, &evidence);
    entries.push((FILE, b"d.txt", &document));
    let place = "companies/halyard/evidence";
    forge.commit(place, &forge.with(place, &entries));
    look_at(&case.world.path, &[["check"]]);

    let other = forge.blob("a document");
    let moved = |letter: char| {
        let names: Vec<String> = (0..5_000).map(|at| format!("{letter}{at:05}.txt")).collect();
        let entries = each(&names, FILE, &other);
        let company = forge.tree(&[(FOLDER, b"evidence", &forge.tree(&entries))]);
        let companies = if full_size() { 20 } else { 2 };
        let names: Vec<String> = (0..companies).map(|at| format!("{letter}{at}")).collect();
        let entries = each(&names, FOLDER, &company);
        forge.commit("companies", &forge.tree(&entries));
    };
    ['a', 'b'].into_iter().for_each(moved);
    let check = countersign(&case.world.path, &["check"]).stdout;
    assert_eq!(
        check.matches("no evidence names this document [").count(),
        if full_size() { 2_000 } else { 200 }
    );
    assert!(check.contains("b00100.txt: no evidence names this document, nor 4899 more behind it"));
    look_through(&case.world.path, &[&["audit"][..], &["diff", "HEAD~1", "HEAD"]]);
}

/// The same thousands of files come and go, and each commit changes all of them.
fn trees_that_take_turns(kind: Kind) {
    let (files, commits) = if full_size() { (20_000, 200) } else { (2_000, 40) };
    let case = Case::of(kind);
    let forge = Forge::new(&case);
    let file = forge.blob("a document");
    let names: Vec<String> = (0..files).map(|at| format!("d{at:06}.txt")).collect();
    let entries = each(&names, FILE, &file);
    let evidence = "companies/halyard/evidence";
    let without = case.git(["rev-parse", "HEAD^{tree}"]);
    forge.commit(evidence, &forge.with(evidence, &entries));
    let with = case.git(["rev-parse", "HEAD^{tree}"]);
    (0..commits / 2).for_each(|_| [&without, &with].into_iter().for_each(|tree| forge.commit_root(tree)));
    look_through(&case.world.path, &[&["audit"][..], &["log", "halyard", "S-1.1"], &["log", "-n", "1"]]);
}

/// Each commit has another text of the largest size in each kind of file.
fn large_files_that_change_often(kind: Kind) {
    let commits = if full_size() { 400 } else { 12 };
    let case = Case::of(kind);
    let forge = Forge::new(&case);
    let minutes = minutes("");
    for at in 0..commits {
        let judgement = format!(
            "status = \"gap\"\nmeans = \"alternative\"\nassessed = 2026-02-03\nreason = \"{at} {}\"\n",
            large("", "word ", &" ".repeat(200))
        );
        let evidence = large(&format!("{minutes}version = \"{at} "), "word ", "\"\n");
        let limits = large("", &format!("# {at}\n"), "");
        for (folder, name, text) in [
            ("companies/halyard/assessments", &b"S-1.1.toml"[..], &judgement),
            ("companies/halyard/evidence", b"minutes.toml", &evidence),
            ("commitments", b"another.toml", &limits),
        ] {
            forge.commit(folder, &forge.with(folder, &[(FILE, name, &forge.blob(text))]));
        }
    }
    look_through(&case.world.path, &[["audit"], ["log"]]);
    // A trail has the beginning of such a reason, and says so.
    let log = countersign(&case.world.path, &["log", "halyard", "S-1.1", "-n", "1", "--json"]);
    assert!(log.stdout.len() < 100_000 && log.stdout.contains('…'), "{} bytes", log.stdout.len());
}

/// Of each day another version is read, and no day has more than one.
fn large_files_of_many_days(kind: Kind) {
    let case = Case::of(kind);
    let forge = Forge::new(&case);
    let evidence = "companies/halyard/evidence";
    let sound = minutes("").replace("file = \"minutes.txt\"\n", "");
    let commit = |day: usize, files: &[Entry<'_>]| {
        let evidence = forge.with(evidence, files);
        let company = forge.with("companies/halyard", &[(FOLDER, b"evidence", &evidence)]);
        let companies = forge.with("companies", &[(FOLDER, b"halyard", &company)]);
        forge.commit_root_on(&forge.with("", &[(FOLDER, b"companies", &companies)]), day);
    };
    let file = |day: usize| forge.blob(large(&format!("{sound}version = \"{day} "), "word ", "\"\n"));
    (0..110).for_each(|day| commit(day, &[(FILE, b"large.toml", &file(day))]));
    look_through(&case.world.path, &[["chart", "timeline"]]);
    let chart = countersign(&case.world.path, &["chart", "timeline"]);
    assert_eq!(chart.code, 0, "{}", chart.stderr);
    // Each day another company has as many of them as there is room for, until the last.
    let without = case.git(["rev-parse", "HEAD^{tree}"]);
    let (file, names) = (file(0), (0..4).map(|at| format!("e{at:04}.toml")).collect::<Vec<_>>());
    let evidence = each(&names, FILE, &file);
    let company = forge.tree(&[(FOLDER, b"evidence", &forge.tree(&evidence))]);
    for day in 0..8 {
        let name = format!("c{day}");
        let companies = forge.with("companies", &[(FOLDER, name.as_bytes(), &company)]);
        forge.commit_root_on(&forge.with("", &[(FOLDER, b"companies", &companies)]), 110 + day);
    }
    forge.commit_root_on(&without, 131);
    look_through(&case.world.path, &[["chart", "timeline"]]);
    let chart = countersign(&case.world.path, &["chart", "timeline"]);
    assert!(chart.stderr.contains("the register holds more than 96 MiB of text"), "{}", chart.stderr);
}

/// And each side has other files than all the others.
fn a_merge_of_many_sides(kind: Kind) {
    let (files, sides) = if full_size() { (20_000, 60) } else { (2_000, 20) };
    let case = Case::of(kind);
    let forge = Forge::new(&case);
    let base = case.git(["rev-parse", "HEAD"]);
    let evidence = "companies/halyard/evidence";
    let names: Vec<String> = (0..files).map(|at| format!("d{at:06}.txt")).collect();
    let mut parents = String::new();
    for side in 0..sides {
        forge.set(&base);
        let file = forge.blob(format!("a document of {side}"));
        let entries = each(&names, FILE, &file);
        forge.commit(evidence, &forge.with(evidence, &entries));
        parents += &format!("parent {}\n", case.git(["rev-parse", "HEAD"]));
    }
    let person = "A <a@example.org> 1790000001 +0000";
    let tree = case.git(["rev-parse", "HEAD^{tree}"]);
    let merge = format!("tree {tree}\n{parents}author {person}\ncommitter {person}\n\nforged\n");
    forge.set(&forge.write("commit", merge.as_bytes()));
    look_through(&case.world.path, &[&["audit"][..], &["log", "-n", "1"]]);
    let audit = countersign(&case.world.path, &["audit"]);
    let is_refused = audit.stderr.contains("more than 500000 files differ");
    assert_eq!(
        (audit.code, is_refused),
        if full_size() { (2, true) } else { (1, false) },
        "{}",
        audit.stderr
    );
}
