//! What is wrong with a text as TOML, and which of its entries are not to be trusted for it.

use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;

use crate::domain::Rule;
use crate::files::tree::{self, Path, ROOT, Tree};

use super::complaint::Fault;
use super::salvage::{Flaw, MOST_FLAWS, quoted};

/// A fault as it is told, and the entry it spoils.
pub struct Spoiled {
    pub flaw: Flaw,
    pub entry: Option<Path>,
}

/// What is left of a text, in which the parser found these errors, without the lines at which it would give up on all
/// that follows; nothing where there are none. They are blanked, so that everything else keeps its place.
pub fn without_stray_lines(text: &str, errors: &[toml::de::Error]) -> Option<(String, Vec<Flaw>)> {
    let mut lines = stray_lines(text, errors);
    if lines.is_empty() {
        return None;
    }
    let (mut text, mut flaws) = (text.to_owned(), Vec::new());
    // With one line gone another can turn out to be stray, but not for long.
    for _ in 0..MOST_PASSES {
        for (start, end) in std::mem::take(&mut lines) {
            let message = "expected a key, `=` and a value".to_owned();
            flaws.push(Flaw { span: Some(start..end), rule: Rule::Syntax, message, hint: None });
            text.replace_range(start..end, &" ".repeat(end - start));
        }
        lines = stray_lines(&text, &tree::parse_anyway(&text).1);
        if lines.is_empty() {
            break;
        }
    }
    flaws.truncate(MOST_FLAWS);
    Some((text, flaws))
}

fn stray_lines(text: &str, errors: &[toml::de::Error]) -> BTreeSet<(usize, usize)> {
    let alone = errors.iter().filter(|error| Fault::of(error.message()) == Fault::KeyAlone);
    alone.map(|error| stray_line(text, start(error))).collect()
}

const MOST_PASSES: usize = 3;

/// From the first letter of a line to its end.
fn stray_line(text: &str, offset: usize) -> (usize, usize) {
    let line = line_around(text, offset);
    (line.end - text[line.clone()].trim_start().len(), line.end)
}

/// The faults in the order of the text. One in an entry is enough: the parser stumbles on after it.
pub fn spoiled(text: &str, tree: &Tree, mut errors: Vec<toml::de::Error>) -> Vec<Spoiled> {
    errors.sort_by_key(start);
    let mut told: Vec<Spoiled> = Vec::new();
    // What was spoiled so far, and what was told of it.
    let mut lost: Vec<(Range<usize>, usize)> = Vec::new();
    for error in errors {
        if told.len() > MOST_FLAWS {
            break;
        }
        let (offset, fault) = (start(&error), Fault::of(error.message()));
        let known = lost.iter().find(|(range, _)| range.start <= offset && offset <= range.end);
        if let Some((range, index)) = known {
            // What is never closed swallows what follows: it is the reason for all that was found inside.
            if let Fault::Unclosed(message) = fault {
                told[*index].flaw = syntax(range.start, message.to_owned());
            }
            continue;
        }
        if fault == Fault::DuplicateKey {
            told.push(Spoiled { flaw: duplicate(text, &error), entry: None });
            continue;
        }
        let line = line_around(text, offset);
        let Some((entry, range)) = touched(tree, &line, offset) else {
            lost.push((line, told.len()));
            told.push(Spoiled { flaw: syntax(offset, error.message().to_owned()), entry: None });
            continue;
        };
        let flaw = in_entry(text, tree, &error, &entry, &range);
        lost.push((range.start.min(line.start)..range.end.max(line.end), told.len()));
        told.push(Spoiled { flaw, entry: Some(entry) });
    }
    told
}

fn start(error: &toml::de::Error) -> usize {
    error.span().unwrap_or(ROOT).start
}

fn duplicate(text: &str, error: &toml::de::Error) -> Flaw {
    let span = error.span().unwrap_or(ROOT);
    let key = text.get(span.clone()).unwrap_or_default();
    Flaw {
        span: Some(span),
        rule: Rule::Duplicate,
        message: format!("{} is there twice", quoted(key)),
        hint: Some("the first one counts until one of them is gone".to_owned()),
    }
}

fn in_entry(text: &str, tree: &Tree, error: &toml::de::Error, entry: &Path, range: &Range<usize>) -> Flaw {
    let offset = start(error);
    let value = tree::get(tree, entry).map(Spanned::span).unwrap_or(ROOT);
    let written = text.get(value.clone()).unwrap_or_default();
    let no_day = |hint: String| Flaw {
        span: Some(value.clone()),
        rule: Rule::WrongDay,
        message: format!("{} is not a day", quoted(written)),
        hint: Some(hint),
    };
    match Fault::of(error.message()) {
        Fault::NoDay { reason } => no_day(format!("{reason}; a day is written as 2026-04-07")),
        _ if meant_as_day(written) => no_day("a day is written as 2026-04-07".to_owned()),
        _ if written.is_empty() => syntax(offset, "expected a value".to_owned()),
        // What is never closed is seen where it begins, not where the file ends.
        Fault::Other(message) if text[offset..].trim().is_empty() && text[range.clone()].contains('\n') => {
            syntax(range.start, message.to_owned())
        }
        _ => syntax(offset, error.message().to_owned()),
    }
}

fn syntax(offset: usize, message: String) -> Flaw {
    Flaw { span: Some(offset..offset), rule: Rule::Syntax, message, hint: None }
}

/// Three numbers, such as `1.8.2025` or `2025/08/01`.
fn meant_as_day(written: &str) -> bool {
    let mut parts = written.split(['.', '/', '-']);
    let numbers =
        parts.by_ref().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    numbers && written.split(['.', '/', '-']).count() == 3
}

/// The innermost entry that covers a byte or begins on its line, from the start of its key to its own end.
fn touched(tree: &Tree, line: &Range<usize>, offset: usize) -> Option<(Path, Range<usize>)> {
    let mut found: Option<(Path, Range<usize>)> = None;
    tree::walk(tree, &mut Path::new(), &mut |path, key, value| {
        let Some(key) = key else { return };
        let entry = key.start..value.end.max(key.end);
        let covers = entry.start <= offset && (offset <= entry.end || line.contains(&entry.start));
        let inner = found.as_ref().is_none_or(|(_, outer)| outer.start <= entry.start);
        if covers && inner {
            found = Some((path.to_vec(), entry));
        }
    });
    found
}

/// The line a byte stands on, without its end.
fn line_around(text: &str, offset: usize) -> Range<usize> {
    let (before, after) = text.split_at_checked(offset).unwrap_or((text, ""));
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let end = after.find('\n').map_or(text.len(), |newline| before.len() + newline);
    start..end
}
