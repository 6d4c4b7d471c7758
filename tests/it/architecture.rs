//! House rules that the compiler does not hold: who may use whom, and which layers meet the outside world.

use std::fs;
use std::path::{Path, PathBuf};

/// Each layer with the layers it may use. `error` is used by all; `lib.rs` and `main.rs` only name them.
const ARROWS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("analysis", &["domain"]),
    ("files", &["domain"]),
    ("ledger", &["domain"]),
    ("register", &["ledger", "files", "domain"]),
    ("report", &["analysis", "domain"]),
    ("shipped", &["ledger"]),
    ("demo", &["shipped", "register", "ledger", "files", "analysis", "domain"]),
    ("ui", &["report", "register", "analysis", "domain"]),
    ("config", &["ui", "files", "domain"]),
    ("cli", &["config", "ui", "report", "demo", "shipped", "register", "analysis", "domain"]),
    ("error", &[]),
];

/// Words by which a layer would reach outside, and the layers that may.
const OUTSIDE: &[(&str, &[&str])] = &[
    ("git2", &["ledger"]),
    ("std::process", &["ledger", "cli"]),
    ("std::fs", &["ledger", "register", "shipped", "cli"]),
    ("std::env", &["ledger", "demo", "cli"]),
    ("std::thread", &["ledger", "register", "ui"]),
    ("crossterm", &["ui", "cli"]),
    ("ratatui", &["ui"]),
    ("Time::now()", &["cli", "ledger"]),
    ("Zoned::now()", &["cli"]),
    ("Timestamp::now()", &["cli"]),
    ("Instant::now()", &["ui", "ledger"]),
];

/// No file is so long that it has collected "everything else".
const LONGEST_FILE: usize = 600;

#[test]
fn layers_use_only_what_lies_below_them() {
    let mut broken = Vec::new();
    for (file, layer, code) in sources() {
        let allowed = ARROWS.iter().find(|(name, _)| *name == layer);
        let (_, allowed) = allowed.unwrap_or_else(|| panic!("{} is no known layer", file.display()));
        for used in code.lines().flat_map(layers_named) {
            if used != layer && used != "error" && !allowed.contains(&used.as_str()) {
                broken.push(format!("{}: {layer} → {used}", file.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn only_the_edges_meet_the_outside_world() {
    let mut broken = Vec::new();
    for (file, layer, code) in sources() {
        for (word, allowed) in OUTSIDE {
            if code.contains(word) && !allowed.contains(&layer.as_str()) {
                broken.push(format!("{}: {word}", file.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn no_file_collects_everything_else() {
    let long = sources().into_iter().filter(|(_, _, code)| code.lines().count() > LONGEST_FILE);
    let long: Vec<PathBuf> = long.map(|(file, ..)| file).collect();
    assert!(long.is_empty(), "longer than {LONGEST_FILE} lines: {long:#?}");
}

#[test]
fn nothing_is_left_for_later() {
    let marks = ["TODO", "FIXME", "XXX", "todo!", "unimplemented!", "dbg!"];
    for (file, _, _) in sources() {
        let text = fs::read_to_string(&file).unwrap();
        for mark in marks {
            assert!(!text.contains(mark), "{}: {mark}", file.display());
        }
    }
}

/// The layers a line of code names: `use crate::domain::…` or `crate::domain::…` in the middle of it.
fn layers_named(line: &str) -> Vec<String> {
    let end = |rest: &str| {
        rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len())
    };
    line.split("crate::")
        .skip(1)
        .map(|rest| rest[..end(rest)].to_owned())
        // `use crate::{…}` would hide the arrows: one layer per line.
        .inspect(|layer| assert!(!layer.is_empty(), "name one layer: {line}"))
        .filter(|layer| ARROWS.iter().any(|(name, _)| name == layer))
        .collect()
}

/// Every source file below a layer, with the layer's name and its code without comments and unit tests.
fn sources() -> Vec<(PathBuf, String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    let source = |file: PathBuf| {
        let below = file.strip_prefix(&root).ok()?.to_str()?.replace('\\', "/");
        let layer = below.split('/').next()?.trim_end_matches(".rs").to_owned();
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        let code: Vec<&str> = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        (layer != "lib" && layer != "main" && !below.ends_with("/tests.rs"))
            .then(|| (file, layer, code.join("\n")))
    };
    let sources: Vec<_> = files.into_iter().filter_map(source).collect();
    assert!(sources.len() > 50, "the sources were not found");
    sources
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        match path.is_dir() {
            true => collect(&path, files),
            false if path.extension().is_some_and(|extension| extension == "rs") => files.push(path),
            false => {}
        }
    }
}
