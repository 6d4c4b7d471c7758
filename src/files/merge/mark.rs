//! What a merge leaves to people, told in the file itself.
//!
//! One side stands in the file, which so stays what it is; `[[unsettled]]` at its end says which keys that is no answer
//! for, what they were before, and what the other side says. A marked file is two files in one, and comes apart again.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike, Value};

use super::meaning::Meaning;
use super::{decor, list, three};
use crate::files::read;

/// The key under which a file tells it.
pub const UNSETTLED: &str = "unsettled";

/// A key that a merge could not decide. What is in the file is what one side says.
#[derive(Clone, Debug, JsonSchema)]
pub struct Mark {
    /// As `countersign conflicts` calls it.
    pub key: String,
    /// What the other side says; left out: it does not have the key.
    #[schemars(with = "Option<serde_json::Value>")]
    pub other: Option<Value>,
    /// What both sides had before; left out: nothing.
    #[schemars(with = "Option<serde_json::Value>")]
    pub before: Option<Value>,
}

const NOTE: &str = "\n# A merge left this to people: `countersign conflicts` shows both sides, `countersign settle` takes one.\n";

impl Mark {
    pub fn new(key: String, other: Option<&Item>, before: Option<&Item>) -> Mark {
        let plain = |item: &Item| item.clone().into_value().ok().map(plain);
        Mark { key, other: other.and_then(plain), before: before.and_then(plain) }
    }

    /// Whether it is about a key, or something in it.
    pub fn is_within(&self, key: &str) -> bool {
        self.key.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with(", "))
    }

    pub fn other(&self) -> Option<Meaning> {
        self.other.as_ref().map(Meaning::of_value)
    }
}

/// Takes the marks out of a file.
pub fn take(document: &mut DocumentMut) -> Vec<Mark> {
    let marks: Vec<Mark> = match document.get(UNSETTLED) {
        Some(Item::ArrayOfTables(marks)) => marks.iter().filter_map(|mark| read_mark(mark)).collect(),
        Some(Item::Value(Value::Array(marks))) => {
            marks.iter().filter_map(Value::as_inline_table).filter_map(|mark| read_mark(mark)).collect()
        }
        _ => return Vec::new(),
    };
    if let Some(Item::ArrayOfTables(gone)) = document.remove(UNSETTLED) {
        keep_comments(document, &gone);
    }
    marks
}

/// What somebody wrote above the marks stands at the end of the file.
fn keep_comments(document: &mut DocumentMut, gone: &ArrayOfTables) {
    let above = gone.iter().filter_map(|mark| mark.decor().prefix()?.as_str());
    let is_ours = |line: &&str| line.starts_with('#') && !NOTE.contains(line.trim_end());
    let kept: String = above.flat_map(str::lines).filter(is_ours).map(|line| format!("{line}\n")).collect();
    let trailing = kept + document.trailing().as_str().unwrap_or_default();
    document.set_trailing(trailing);
}

fn read_mark(mark: &dyn TableLike) -> Option<Mark> {
    let key = mark.get("key")?.as_str()?.to_owned();
    Some(Mark::new(key, mark.get("other"), mark.get("before")))
}

/// Marks a file, each key once for each other value.
pub fn put(document: &mut DocumentMut, marks: Vec<Mark>) {
    let mut known = BTreeSet::new();
    let mut list = ArrayOfTables::new();
    for mark in marks {
        if !known.insert((mark.key.clone(), mark.other())) {
            continue;
        }
        let mut table = Table::new();
        table.insert("key", mark.key.into());
        mark.other.into_iter().for_each(|other| drop(table.insert("other", Item::Value(other))));
        mark.before.into_iter().for_each(|before| drop(table.insert("before", Item::Value(before))));
        table.decor_mut().set_prefix(if list.is_empty() { NOTE } else { "\n" });
        // Behind everything else.
        table.set_position(Some(isize::MAX));
        list.push(table);
    }
    if !list.is_empty() {
        document.insert(UNSETTLED, Item::ArrayOfTables(list));
    }
}

/// Our whole file, with every key marked that theirs has otherwise.
pub fn stand(mut ours: DocumentMut, mut theirs: DocumentMut) -> DocumentMut {
    let mut marks = [take(&mut ours), take(&mut theirs)].concat();
    let keys: BTreeSet<&str> = ours.iter().chain(theirs.iter()).map(|(key, _)| key).collect();
    let said = |document: &DocumentMut, key: &str| document.get(key).and_then(Meaning::of);
    let differ = keys.into_iter().filter(|key| said(&ours, key) != said(&theirs, key));
    marks.extend(differ.map(|key| Mark::new(key.to_owned(), theirs.get(key), None)));
    put(&mut ours, marks);
    ours
}

/// The texts that a marked file is made of: before, as it stands, and as the other side has it. Where several others are
/// marked for one key the first is taken, and the rest stays marked. Nothing where the file is not marked.
pub fn apart(text: &str) -> Option<[String; 3]> {
    let mut ours: DocumentMut = read::unified(text).parse().ok()?;
    let marks = take(&mut ours);
    let mut first = BTreeSet::new();
    let (marks, rest): (Vec<Mark>, Vec<Mark>) =
        marks.into_iter().partition(|mark| first.insert(mark.key.clone()));
    if marks.is_empty() {
        return None;
    }
    let (mut base, mut theirs) = (ours.clone(), ours.clone());
    for mark in marks {
        set(&mut base, &mark.key, mark.before);
        set(&mut theirs, &mark.key, mark.other);
    }
    Some([base, ours, theirs].map(|mut document| {
        put(&mut document, rest.clone());
        document.to_string()
    }))
}

/// Gives a key another value, or takes it out.
fn set(document: &mut DocumentMut, key: &str, value: Option<Value>) {
    if !set_in(document.as_table_mut(), "", key, value.as_ref())
        && let Some(value) = value
        && !key.contains(", ")
    {
        document.insert(key, Item::Value(value));
    }
}

/// Whether the key was there.
fn set_in(table: &mut dyn TableLike, at: &str, key: &str, value: Option<&Value>) -> bool {
    let names: Vec<String> = table.iter().map(|(name, _)| name.to_owned()).collect();
    for name in names {
        let at = three::below(at, &name);
        match (table.get_mut(&name), value) {
            (Some(item), Some(value)) if at == key => decor::take_value(item, &shaped(value, item)),
            (Some(_), None) if at == key => drop(table.remove(&name)),
            (Some(item), _) => {
                if !set_below(item, &at, &name, key, value) {
                    continue;
                }
                if item.as_array_of_tables().is_some_and(ArrayOfTables::is_empty) {
                    table.remove(&name);
                }
            }
            (None, _) => continue,
        }
        return true;
    }
    false
}

fn set_below(item: &mut Item, at: &str, list_name: &str, key: &str, value: Option<&Value>) -> bool {
    let is_below = |name: &str| key.strip_prefix(name).is_some_and(|rest| rest.starts_with(", "));
    if let Some(table) = item.as_table_like_mut() {
        return is_below(at) && set_in(table, at, key, value);
    }
    let mut entries = list::entries(item);
    let named = entries.iter().map(|entry| {
        let name = Meaning::of(entry)?.name_in(list_name);
        Some(three::entry(at, &name)).filter(|name| name == key || is_below(name))
    });
    let found = named.enumerate().find_map(|(index, name)| Some((index, name?)));
    let Some((index, name)) = found else { return false };
    match (&mut entries[index], value) {
        (_, None) if name == key => drop(entries.remove(index)),
        (entry, Some(value)) if name == key => decor::take_value(entry, &shaped(value, entry)),
        (entry, _) => {
            if !entry.as_table_like_mut().is_some_and(|entry| set_in(entry, &name, key, value)) {
                return false;
            }
        }
    }
    list::put(item, entries);
    true
}

/// In sections where the present one is.
fn shaped(value: &Value, present: &Item) -> Item {
    let item = Item::Value(value.clone());
    match present {
        Item::Table(_) => item.into_table().map_or_else(|item| item, Item::Table),
        Item::ArrayOfTables(_) => item.into_array_of_tables().map_or_else(|item| item, Item::ArrayOfTables),
        _ => item,
    }
}

/// On one line and without comments, its texts spelled as they are.
fn plain(mut value: Value) -> Value {
    value.decor_mut().clear();
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(plain).collect::<Array>()),
        Value::InlineTable(entries) => {
            let entries = entries.into_iter().map(|(key, value)| (key, plain(value)));
            Value::InlineTable(entries.collect::<InlineTable>())
        }
        scalar => scalar,
    }
}
