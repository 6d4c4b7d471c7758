//! What changed of one thing, line by line.

use super::field::{self, Change, Field};
use super::text::{self, Run};
use super::{DocumentChange, Kept, PinChange, RequirementChange};
use crate::domain::{Pinned, Status};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    Words(String),
    /// A text of which words changed, long stretches that stay cut.
    Text {
        name: String,
        runs: Vec<Run>,
    },
}

/// A text from here on is shown by the words that changed.
const LONG_TEXT: usize = 40;

impl Line {
    /// Without any layout: `reason: Trigger points are [-not stated-] {+stated+}`, as `git diff --word-diff` marks it.
    pub fn words(&self) -> String {
        match self {
            Line::Words(words) => words.clone(),
            Line::Text { name, runs } => {
                format!("{name}: {}", runs.iter().map(Run::marked).collect::<Vec<_>>().join(" "))
            }
        }
    }
}

pub fn requirements(changes: &[RequirementChange]) -> Option<Line> {
    let moved = |change: &RequirementChange| {
        format!("{} {} → {}", change.letter, requirement(change.before), requirement(change.after))
    };
    let moved: Vec<String> = changes.iter().map(moved).collect();
    (!moved.is_empty()).then(|| Line::Words(format!("requirements: {}", moved.join(", "))))
}

pub fn pin(PinChange { id, before, after }: &PinChange) -> Vec<Line> {
    let (before, after) = match (before, after) {
        (Some(before), Some(after)) => (before, after),
        (None, Some(after)) => {
            return vec![Line::Words(format!(
                "rests on {id}, pinned at {}{}",
                after.pin.short(),
                place(after)
            ))];
        }
        (_, None) => return vec![Line::Words(format!("no longer rests on {id}"))],
    };
    let mut lines = Vec::new();
    let short =
        |pinned: &Pinned| pinned.document.as_ref().map_or("none".to_owned(), |id| id.short().to_owned());
    if before.pin != after.pin {
        lines.push(Line::Words(format!("{id} pinned anew: {} → {}", before.pin.short(), after.pin.short())));
    }
    if before.document != after.document {
        lines.push(Line::Words(format!(
            "{id}, its document pinned anew: {} → {}",
            short(before),
            short(after)
        )));
    }
    for (name, before, after) in [("at", &before.at, &after.at), ("quote", &before.quote, &after.quote)] {
        if before != after {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            lines.push(text_line(&format!("{id}, {name}"), &text(before), &text(after)));
        }
    }
    lines
}

fn place(pinned: &Pinned) -> String {
    pinned.at.as_ref().map_or_else(String::new, |at| format!(", {at}"))
}

pub fn document(DocumentChange { before, after, words }: &DocumentChange) -> Vec<Line> {
    let kept = |kept: &Kept| match &kept.sha256 {
        Some(digest) => format!("sha256 {digest}"),
        None => format!("content {}", kept.id),
    };
    let mut lines = match (before, after) {
        (Some(before), Some(after)) => vec![
            Line::Words(format!("document replaced, before: {}", kept(before))),
            Line::Words(format!("document replaced, now: {}", kept(after))),
        ],
        (before, after) => {
            let what = if after.is_some() { "document kept" } else { "document no longer kept" };
            let kept = before.iter().chain(after).map(kept);
            kept.map(|kept| Line::Words(format!("{what}: {kept}"))).collect()
        }
    };
    if !words.is_empty() {
        let (gone, come) = text::counts(words);
        lines.push(Line::Text {
            name: format!("words, {gone} gone and {come} come"),
            runs: text::excerpts(words),
        });
    }
    lines
}

pub fn field_line(Field { name, change }: &Field) -> Line {
    let words = match change {
        Change::Value { before: Some(before), after: Some(after) } => {
            return text_line(name, &field::words(before), &field::words(after));
        }
        Change::Value { before, after } => before.iter().chain(after).map(field::words).collect(),
        Change::Members { removed, added } => {
            let marked = |mark: &'static str| move |value| format!("{mark} {}", field::words(value));
            removed
                .iter()
                .map(marked("-"))
                .chain(added.iter().map(marked("+")))
                .collect::<Vec<_>>()
                .join(", ")
        }
    };
    let gone = matches!(change, Change::Value { after: None, .. });
    Line::Words(if gone { format!("{name}, gone: {words}") } else { format!("{name}: {words}") })
}

/// From what to what; by its changed words where it is prose.
pub fn text_line(name: &str, before: &str, after: &str) -> Line {
    let (name, is_prose) = (name.to_owned(), before.len().max(after.len()) > LONG_TEXT);
    match (before, after) {
        ("", after) => Line::Words(format!("{name}: {after}")),
        (before, "") => Line::Words(format!("{name}, gone: {before}")),
        (before, after) if is_prose => Line::Text { name, runs: text::excerpts(&text::runs(before, after)) },
        (before, after) => Line::Words(format!("{name}: {before} → {after}")),
    }
}

fn requirement(status: Option<Status>) -> &'static str {
    status.map_or("not judged", Status::key)
}
