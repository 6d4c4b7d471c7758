//! Lists: entries paired by what they are known by, plain values as sets.

use toml_edit::{Array, ArrayOfTables, Item, Value};

use super::contradiction::{BASE, Claims, Contradiction, Judge, OURS, THEIRS};
use super::meaning::Meaning;
use super::{decor, table, three};

#[derive(Clone, Copy)]
pub struct Sides<'t> {
    pub base: Option<&'t Item>,
    pub theirs: &'t Item,
}

/// `ours` becomes what both sides made of a list. Refused before anything is done.
pub fn merge(
    judge: &mut Judge,
    at: &[String],
    ours: &mut Item,
    Sides { base, theirs }: Sides,
) -> Result<(), Contradiction> {
    // A list on one side and something else on the other.
    if [&*ours, theirs].into_iter().chain(base).any(|side| !side.is_array_of_tables() && !side.is_array()) {
        return Err(Contradiction);
    }
    let (before, their) = (base.map(entries).unwrap_or_default(), entries(theirs));
    let mut our = entries(ours);
    let list = at.last().cloned().unwrap_or_default();
    let name = |item: &Item| Meaning::of(item).map(|meaning| meaning.name_in(&list));
    for side in [&before, &our, &their] {
        let mut names: Vec<_> = side.iter().map(name).collect();
        let all = names.len();
        names.sort();
        names.dedup();
        // Two entries of one name cannot be told apart.
        if names.len() < all {
            return Err(Contradiction);
        }
    }
    let find = |side: &[Item], wanted: &Item| side.iter().position(|item| name(item) == name(wanted));
    let mut kept = Vec::new();
    for mut entry in our.drain(..) {
        let (before, their) =
            (find(&before, &entry).map(|at| &before[at]), find(&their, &entry).map(|at| &their[at]));
        let at = entry_of(at, &entry);
        match (before, their) {
            (_, Some(their)) => {
                both(judge, at, &mut entry, before, their);
                kept.push(entry);
            }
            (None, None) => {
                judge.keep(OURS, &at);
                kept.push(entry);
            }
            (Some(_), None) if judge.says(BASE, &at, before) == judge.says(OURS, &at, Some(&entry)) => {}
            (Some(before), None) => {
                let claims = Claims { base: Some(before), ours: Some(&entry), theirs: None };
                if judge.keeps(&at, claims) {
                    kept.push(entry);
                }
            }
        }
    }
    let ours_had = entries(ours);
    for entry in their.iter().filter(|entry| find(&ours_had, entry).is_none()) {
        let before = find(&before, entry).map(|at| &before[at]);
        let at = entry_of(at, entry);
        match before {
            None => {
                judge.keep(THEIRS, &at);
                kept.push(decor::without_place(entry.clone()));
            }
            Some(_) if judge.says(BASE, &at, before) == judge.says(THEIRS, &at, Some(entry)) => {}
            Some(_) => {
                let claims = Claims { base: before, ours: None, theirs: Some(entry) };
                if judge.keeps(&at, claims) {
                    kept.push(decor::without_place(entry.clone()));
                }
            }
        }
    }
    put(ours, kept);
    Ok(())
}

/// An entry that is on both sides.
fn both(judge: &mut Judge, mut at: Vec<String>, entry: &mut Item, before: Option<&Item>, theirs: &Item) {
    decor::merge_around(entry, before, theirs);
    if let (Some(entry), Some(theirs)) = (entry.as_table_like_mut(), theirs.as_table_like()) {
        let base = before.and_then(Item::as_table_like);
        table::merge(judge, &mut at, entry, table::Sides { base, theirs });
    }
}

/// The keys that lead to an entry, which is called by what it is known by.
fn entry_of(list: &[String], entry: &Item) -> Vec<String> {
    let mut at = list.to_vec();
    if let (Some(last), Some(meaning)) = (at.last_mut(), Meaning::of(entry)) {
        *last = three::entry(last, &meaning.name_in(last));
    }
    at
}

pub fn entries(list: &Item) -> Vec<Item> {
    match list {
        Item::ArrayOfTables(tables) => tables.iter().cloned().map(Item::Table).collect(),
        Item::Value(Value::Array(items)) => items.iter().cloned().map(Item::Value).collect(),
        _ => Vec::new(),
    }
}

/// Writes entries as the list wrote them: in sections, or inline.
pub fn put(list: &mut Item, entries: Vec<Item>) {
    match list {
        Item::ArrayOfTables(tables) => {
            let mut kept = ArrayOfTables::new();
            entries
                .into_iter()
                .filter_map(|entry| entry.into_table().ok())
                .for_each(|table| kept.push(table));
            *tables = kept;
        }
        Item::Value(Value::Array(items)) => {
            let style = items.iter().last().map(|last| last.decor().clone());
            let known = items.len();
            items.clear();
            for (at, entry) in entries.into_iter().enumerate() {
                let Ok(mut value) = entry.into_value() else { continue };
                if at >= known
                    && let Some(style) = &style
                {
                    value.decor_mut().clone_from(&decor::blank_of(style));
                }
                items.push_formatted(value);
            }
            first_like_the_others(items);
        }
        _ => {}
    }
}

/// On one line the first value follows the bracket, and every other a blank.
fn first_like_the_others(items: &mut Array) {
    let one_line = |value: &Value| {
        value.decor().prefix().and_then(|prefix| prefix.as_str()).is_none_or(|prefix| !prefix.contains('\n'))
    };
    if !items.iter().all(one_line) {
        return;
    }
    for (at, value) in items.iter_mut().enumerate() {
        value.decor_mut().set_prefix(if at == 0 { "" } else { " " });
        value.decor_mut().set_suffix("");
    }
}
