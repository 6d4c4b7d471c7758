//! A change as the new text of its file.
//!
//! In a file that is there already only the keys that change are touched: each edit replaces, adds or cuts a piece of
//! the text, and all around it stays as it is, byte for byte: comments, order, spacing, line ends. A comment is never
//! cut, not even with the key it stands beside. What comes out was read back and is what was meant.

mod edit;
mod literal;

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use crate::domain::{Assessment, Change, Decision, Finding, Pinned};

use super::RegisterPath;
use super::read;

use edit::Edits;
use literal::Literal;

/// Why a change cannot be written into its file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The present file is no TOML.
    #[error("the file has mistakes that are to be corrected by hand first")]
    Broken(Vec<Finding>),
    /// Whatever the reason, such a text must not be kept.
    #[error("the new text would not read as what was meant")]
    NotAsMeant { text: String, findings: Vec<Finding> },
}

/// The one file a change touches.
pub fn path(change: &Change) -> RegisterPath {
    match change {
        Change::Assess(Decision { company, slot, .. }) => {
            RegisterPath::Assessment(company.clone(), slot.clone())
        }
    }
}

/// The new text of the file a change touches, given the present one if there is a file.
pub fn text(change: &Change, present: Option<&str>) -> Result<String, Refused> {
    match change {
        Change::Assess(decision) => assessment(&path(change).to_string(), &decision.assessment, present),
    }
}

fn assessment(path: &str, meant: &Assessment, present: Option<&str>) -> Result<String, Refused> {
    let text = match present {
        None => fresh(meant),
        Some(present) => {
            edited(meant, present).ok_or_else(|| Refused::Broken(read::assessment(path, present).1))?
        }
    };
    match read::assessment(path, &text) {
        (Some(read), _) if read == *meant => Ok(text),
        (_, findings) => Err(Refused::NotAsMeant { text, findings }),
    }
}

/// Keys in the order of a fresh file, with their values where they have one.
type Fields<'a> = Vec<(String, Option<Literal<'a>>)>;

fn fields_of(assessment: &Assessment) -> Fields<'_> {
    let Assessment { status, reason, means, assessed, owner, review_by, measure, .. } = assessment;
    fields([
        ("status", Some(Literal::Text(status.key()))),
        ("reason", Some(Literal::Text(reason))),
        ("means", Some(Literal::Text(means.key()))),
        ("assessed", Some(Literal::Day(*assessed))),
        ("owner", owner.as_deref().map(Literal::Text)),
        ("review-by", review_by.map(Literal::Day)),
        ("measure", measure.as_deref().map(Literal::Text)),
    ])
}

fn fields_of_requirements(assessment: &Assessment) -> Fields<'_> {
    let statuses = assessment.requirements.iter();
    statuses.map(|(letter, status)| (letter.to_string(), Some(Literal::Text(status.key())))).collect()
}

fn fields_of_pinned(pinned: &Pinned) -> Fields<'_> {
    let Pinned { id, pin, document, at, quote } = pinned;
    fields([
        ("id", Some(Literal::Text(id.as_str()))),
        ("pin", Some(Literal::Text(pin.as_str()))),
        ("document", document.as_ref().map(|document| Literal::Text(document.as_str()))),
        ("at", at.as_deref().map(Literal::Text)),
        ("quote", quote.as_deref().map(Literal::Text)),
    ])
}

fn fields<'a, const N: usize>(fields: [(&str, Option<Literal<'a>>); N]) -> Fields<'a> {
    fields.map(|(key, value)| (key.to_owned(), value)).into()
}

fn fresh(assessment: &Assessment) -> String {
    let mut text = lines("", &fields_of(assessment));
    text.push_str(&requirements_section(assessment));
    text.extend(assessment.evidence.iter().map(evidence_section));
    text
}

fn requirements_section(assessment: &Assessment) -> String {
    let fields = fields_of_requirements(assessment);
    if fields.is_empty() { String::new() } else { format!("\n[requirements]\n{}", lines("", &fields)) }
}

fn evidence_section(pinned: &Pinned) -> String {
    format!("\n[[evidence]]\n{}", lines("", &fields_of_pinned(pinned)))
}

/// One line for each field that has a value.
fn lines(prefix: &str, fields: &Fields) -> String {
    let present = fields.iter().filter_map(|(key, value)| Some((key, value.as_ref()?)));
    present.map(|(key, value)| format!("{prefix}{key} = {value}\n")).collect()
}

/// On one line, as it stands between braces.
fn inline(fields: &Fields) -> String {
    let present = fields.iter().filter_map(|(key, value)| Some((key, value.as_ref()?)));
    let entries: Vec<String> = present.map(|(key, value)| format!("{key} = {value}")).collect();
    format!("{{ {} }}", entries.join(", "))
}

/// The present text with what is meant in it; nothing where the present text is no TOML.
fn edited(meant: &Assessment, present: &str) -> Option<String> {
    let mut edits = Edits::of(present);
    let text = edits.text().to_owned();
    let root = DeTable::parse(&text).ok()?;
    let root = root.get_ref();
    edit_fields(&mut edits, root, &fields_of(meant), Home::Root);
    match root.get_key_value("requirements") {
        None => add_requirements(&mut edits, root, meant),
        Some((key, value)) => edit_requirements(&mut edits, key.span(), value, meant),
    }
    match root.get_key_value("evidence") {
        None => edits.at_end(&meant.evidence.iter().map(evidence_section).collect::<String>()),
        Some((key, value)) => edit_evidence(&mut edits, key.span(), value, meant),
    }
    Some(edits.made())
}

/// Where the entries of a table stand, for the first one that is added to it.
enum Home {
    /// At the top of the file.
    Root,
    /// Below a `[header]`.
    Below(Range<usize>),
    /// Under dotted keys, on lines of their own.
    Dotted,
}

/// Replaces what differs, cuts what is no longer there, adds what is new after the key it follows in a fresh file.
fn edit_fields(edits: &mut Edits, table: &DeTable, fields: &Fields, home: Home) {
    let sibling = table.iter().map(|(key, _)| key.span()).min_by_key(|key| key.start);
    let prefix = match home {
        Home::Root => String::new(),
        _ => sibling.clone().map(|key| edits.before_on_line(key.start).to_owned()).unwrap_or_default(),
    };
    let mut previous: Option<Range<usize>> = None;
    for (name, wanted) in fields {
        match (table.get_key_value(name.as_str()), wanted) {
            (Some((key, value)), Some(wanted)) => {
                if !wanted.is(value, edits.text()) {
                    edits.replace(value.span(), &wanted.to_string());
                }
                previous = Some(entry(key.span(), value));
            }
            (Some((key, value)), None) => {
                edits.cut(entry(key.span(), value));
                previous = Some(entry(key.span(), value));
            }
            (None, Some(wanted)) => {
                let line = format!("{prefix}{name} = {wanted}\n");
                match (&previous, &home, &sibling) {
                    (Some(previous), ..) => edits.after(previous.end, &line),
                    (None, Home::Below(header), _) => edits.after(header.end, &line),
                    (None, _, Some(sibling)) => edits.before(sibling.start, &line),
                    (None, _, None) => edits.before(0, &line),
                }
            }
            (None, None) => {}
        }
    }
}

/// From the start of an entry's key to the end of its value.
fn entry(key: Range<usize>, value: &Spanned<DeValue>) -> Range<usize> {
    key.start..value.span().end
}

fn add_requirements(edits: &mut Edits, root: &DeTable, meant: &Assessment) {
    let section = requirements_section(meant);
    // Sections follow the keys at the top of the file, which would otherwise become theirs.
    let top = root.iter().filter(|(key, value)| key.span().start < value.span().start);
    match top.map(|(_, value)| value.span().end).max() {
        Some(end) => edits.after(end, &section),
        None => edits.before(0, &section),
    }
}

fn edit_requirements(edits: &mut Edits, key: Range<usize>, value: &Spanned<DeValue>, meant: &Assessment) {
    let mut fields = fields_of_requirements(meant);
    let behind_key = key.start < value.span().start;
    let table = match value.get_ref() {
        DeValue::Table(table) if behind_key && holds(table, &fields, edits.text()) => return,
        DeValue::Table(table) if !behind_key => table,
        _ if fields.is_empty() => return edits.rewrite(entry(key, value), value, ""),
        _ => return edits.rewrite(entry(key, value), value, &inline(&fields)),
    };
    let below_header = value.span().start < key.start;
    let gone = table.keys().filter(|key| !fields.iter().any(|(name, _)| name == key.get_ref().as_ref()));
    let gone: Vec<String> = gone.map(|key| key.get_ref().to_string()).collect();
    let emptied = fields.is_empty();
    fields.extend(gone.into_iter().map(|name| (name, None)));
    let home = if below_header { Home::Below(value.span()) } else { Home::Dotted };
    edit_fields(edits, table, &fields, home);
    if below_header && emptied {
        edits.cut_header(value.span());
    }
}

fn edit_evidence(edits: &mut Edits, key: Range<usize>, value: &Spanned<DeValue>, meant: &Assessment) {
    match value.get_ref() {
        DeValue::Array(items) if value.span().start < key.start => {
            edit_sections(edits, items, &meant.evidence)
        }
        DeValue::Array(items) if lists(items, &meant.evidence, edits.text()) => {}
        _ if meant.evidence.is_empty() => edits.rewrite(entry(key, value), value, ""),
        _ => {
            let items =
                meant.evidence.iter().map(|pinned| format!("  {},\n", inline(&fields_of_pinned(pinned))));
            let list = format!("[\n{}]", items.collect::<String>());
            edits.rewrite(entry(key, value), value, &list);
        }
    }
}

/// Evidence in sections of its own: each keeps its section as long as the order allows.
fn edit_sections(edits: &mut Edits, sections: &DeArray, meant: &[Pinned]) {
    let sections: Vec<(Range<usize>, &DeTable)> =
        sections.iter().filter_map(|section| Some((section.span(), section.get_ref().as_table()?))).collect();
    let id = |table: &DeTable| table.get("id").and_then(|id| id.get_ref().as_str()).map(str::to_owned);
    let mut kept = 0;
    let mut cut: Vec<&(Range<usize>, &DeTable)> = Vec::new();
    for pinned in meant {
        let found =
            sections[kept..].iter().position(|(_, table)| id(table).as_deref() == Some(pinned.id.as_str()));
        match found {
            Some(passed) => {
                cut.extend(&sections[kept..kept + passed]);
                let (header, table) = &sections[kept + passed];
                edit_fields(edits, table, &fields_of_pinned(pinned), Home::Below(header.clone()));
                kept += passed + 1;
            }
            None => match (sections[..kept].last(), sections.first()) {
                (Some(previous), _) => edits.after(end_of(previous), &evidence_section(pinned)),
                (None, Some((header, _))) => {
                    edits.before(header.start, evidence_section(pinned).trim_start())
                }
                (None, None) => edits.at_end(&evidence_section(pinned)),
            },
        }
    }
    cut.extend(&sections[kept..]);
    for (header, table) in cut {
        for (key, value) in table.iter() {
            edits.cut(entry(key.span(), value));
        }
        edits.cut_header(header.clone());
    }
}

fn end_of((header, table): &(Range<usize>, &DeTable)) -> usize {
    table.values().map(|value| value.span().end).max().unwrap_or(header.end)
}

/// Whether a table holds exactly these fields.
fn holds(table: &DeTable, fields: &Fields, text: &str) -> bool {
    let present: Vec<_> = fields.iter().filter_map(|(key, value)| Some((key, value.as_ref()?))).collect();
    let same = |(key, wanted): &(&String, &Literal)| {
        table.get(key.as_str()).is_some_and(|value| wanted.is(value, text))
    };
    table.len() == present.len() && present.iter().all(same)
}

/// Whether an inline list holds exactly this evidence.
fn lists(items: &DeArray, evidence: &[Pinned], text: &str) -> bool {
    let same = |(item, pinned): (&Spanned<DeValue>, &Pinned)| {
        item.get_ref().as_table().is_some_and(|table| holds(table, &fields_of_pinned(pinned), text))
    };
    items.len() == evidence.len() && items.iter().zip(evidence).all(same)
}

#[cfg(test)]
mod tests;
