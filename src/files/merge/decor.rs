//! What stands around keys and values: comments and blanks. Of two sides' comments none is lost.

use toml_edit::{Decor, DocumentMut, Item, RawString, Table, TableLike};

use crate::files::write;

/// Comments above a key, and behind its value, where it says the same on both sides or was merged.
pub fn merge_entry(
    ours: &mut dyn TableLike,
    key: &str,
    base: Option<&dyn TableLike>,
    theirs: &dyn TableLike,
) {
    let before = base.and_then(|base| base.key(key));
    if let (Some(mut our), Some(their)) = (ours.key_mut(key), theirs.key(key)) {
        merge(our.leaf_decor_mut(), before.map(|key| key.leaf_decor()), their.leaf_decor());
    }
    if let (Some(our), Some(their)) = (ours.get_mut(key), theirs.get(key)) {
        merge_around(our, base.and_then(|base| base.get(key)), their);
    }
}

/// Comments around a value, or above a section.
pub fn merge_around(ours: &mut Item, base: Option<&Item>, theirs: &Item) {
    if let (Some(our), Some(their)) = (decor_mut(ours), decor(theirs)) {
        merge(our, base.and_then(decor), their);
    }
}

/// Comments at the end of the file.
pub fn merge_ends(ours: &mut DocumentMut, base: &DocumentMut, theirs: &DocumentMut) {
    let text = |document: &DocumentMut| document.trailing().as_str().unwrap_or_default().to_owned();
    let trailing = merged(Some(&text(base)), &text(ours), &text(theirs), lines_above);
    ours.set_trailing(trailing);
}

fn merge(ours: &mut Decor, base: Option<&Decor>, theirs: &Decor) {
    let text = |space: Option<&RawString>| space.and_then(RawString::as_str).map(str::to_owned);
    let either = |of: fn(&Decor) -> Option<&RawString>, both: fn(&str, &[&str]) -> String| {
        let (our, their) = (text(of(ours)), text(of(theirs)));
        let said = our.as_deref().into_iter().chain(their.as_deref()).any(|space| space.contains('#'));
        said.then(|| {
            let before = base.and_then(|base| text(of(base)));
            merged(before.as_deref(), &our.unwrap_or_default(), &their.unwrap_or_default(), both)
        })
    };
    let (prefix, suffix) = (either(Decor::prefix, lines_above), either(Decor::suffix, behind));
    prefix.into_iter().for_each(|prefix| ours.set_prefix(prefix));
    suffix.into_iter().for_each(|suffix| ours.set_suffix(suffix));
}

/// Whichever side changed it; of both, ours with the comments of theirs that are new.
fn merged(base: Option<&str>, ours: &str, theirs: &str, both: fn(&str, &[&str]) -> String) -> String {
    let base = base.unwrap_or_default();
    if ours == theirs || theirs == base {
        return ours.to_owned();
    }
    if ours == base {
        return theirs.to_owned();
    }
    let known =
        |comment: &str| [ours, base].iter().any(|side| side.lines().any(|line| line.trim() == comment));
    let comments = theirs.lines().map(str::trim);
    let new: Vec<&str> = comments.filter(|line| line.starts_with('#') && !known(line)).collect();
    both(ours, &new)
}

/// Before the indent of what comes next.
fn lines_above(ours: &str, new: &[&str]) -> String {
    let (lines, indent) = ours.split_at(ours.rfind('\n').map_or(0, |newline| newline + 1));
    let new = new.iter().map(|comment| format!("{indent}{comment}\n"));
    format!("{lines}{}{indent}", new.collect::<String>())
}

/// On the same line.
fn behind(ours: &str, new: &[&str]) -> String {
    let new = new.iter().map(|comment| format!(" {comment}"));
    format!("{ours}{}", new.collect::<String>())
}

fn decor(item: &Item) -> Option<&Decor> {
    match item {
        Item::Value(value) => Some(value.decor()),
        Item::Table(table) => Some(table.decor()),
        _ => None,
    }
}

fn decor_mut(item: &mut Item) -> Option<&mut Decor> {
    match item {
        Item::Value(value) => Some(value.decor_mut()),
        Item::Table(table) => Some(table.decor_mut()),
        _ => None,
    }
}

/// Their value in place of ours, with the comments ours has around it.
pub fn take_value(ours: &mut Item, theirs: &Item) {
    let around = decor(ours).cloned();
    *ours = without_place(theirs.clone());
    if let (Some(around), Some(decor)) = (around, decor_mut(ours)) {
        decor.clone_from(&around);
    }
}

/// A text in place of another, written over several lines where it has them.
pub fn set_text(ours: &mut Item, text: &str) {
    if let Some(value) = ours.as_value_mut() {
        let around = value.decor().clone();
        *value = write::spelled(text);
        value.decor_mut().clone_from(&around);
    }
}

/// Without the place it had in its own file, so that it follows what it is put behind.
pub fn without_place(mut item: Item) -> Item {
    forget_place(&mut item);
    item
}

fn forget_place(item: &mut Item) {
    match item {
        Item::Table(table) => forget_place_of(table),
        Item::ArrayOfTables(tables) => tables.iter_mut().for_each(forget_place_of),
        _ => {}
    }
}

fn forget_place_of(table: &mut Table) {
    table.set_position(None);
    table.iter_mut().for_each(|(_, item)| forget_place(item));
}

/// The blanks of a place without its comments.
pub fn blank_of(style: &Decor) -> Decor {
    let prefix = style.prefix().and_then(RawString::as_str).unwrap_or_default();
    let lines: Vec<&str> = prefix.split('\n').filter(|line| !line.contains('#')).collect();
    Decor::new(lines.join("\n"), "")
}
