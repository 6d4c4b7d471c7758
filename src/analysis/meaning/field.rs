//! Two values of one kind, key by key.
//!
//! Works on what the values are written as, so that a key that is added to a file's shape is compared from then on.
//! Entries of a list are paired by [`identity`], plain lists are sets: the order of neither means anything.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::domain::identity;

/// A key whose value is another one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Field {
    /// Where: `seat`, or `note, text` within an entry.
    pub name: String,
    #[serde(flatten)]
    pub change: Change,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", untagged)]
pub enum Change {
    /// None: the key is not there.
    Value { before: Option<Value>, after: Option<Value> },
    /// What left a list and what came into it.
    Members { removed: Vec<Value>, added: Vec<Value> },
}

impl Field {
    /// Whether it is this key of the whole value, or stands within it.
    pub fn is_of(&self, key: &str) -> bool {
        self.name.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', ',']))
    }
}

/// The keys in which two values differ; all of one if there is no other.
pub fn fields<T: Serialize>(before: Option<&T>, after: Option<&T>) -> Vec<Field> {
    let mut found = Vec::new();
    collect("", "", &tree(before), &tree(after), &mut found);
    found
}

/// The same for two lists, whose entries are named as their file names them.
pub fn entries_of<T: Serialize>(list: &str, before: &[T], after: &[T]) -> Vec<Field> {
    let mut found = Vec::new();
    entries(list, list, items(&tree(Some(&before))), items(&tree(Some(&after))), &mut found);
    found
}

/// A value as it is written. What was read from a file has text for keys.
fn tree<T: Serialize>(value: Option<&T>) -> Value {
    value.and_then(|value| serde_json::to_value(value).ok()).unwrap_or_default()
}

/// `at`: where the values are; `list`: the list they are entries of, or the key they stand under.
fn collect(at: &str, list: &str, before: &Value, after: &Value, found: &mut Vec<Field>) {
    if before == after {
        return;
    }
    match (before, after) {
        (Value::Object(_) | Value::Null, Value::Object(_) | Value::Null) => {
            let none = Map::new();
            let (before, after) = (before.as_object().unwrap_or(&none), after.as_object().unwrap_or(&none));
            for key in keys(before, after) {
                let side = |object: &Map<String, Value>| object.get(key).cloned().unwrap_or_default();
                collect(&join(at, key), key, &side(before), &side(after), found);
            }
        }
        (Value::Array(_) | Value::Null, Value::Array(_) | Value::Null) => {
            let (before, after) = (items(before), items(after));
            match before.iter().chain(after).any(Value::is_object) {
                true => entries(at, list, before, after, found),
                false => members(at, before, after, found),
            }
        }
        _ => {
            let there = |value: &Value| (!is_nothing(value)).then(|| value.clone());
            let change = Change::Value { before: there(before), after: there(after) };
            found.push(Field { name: at.to_owned(), change });
        }
    }
}

/// The keys of both, in the order they are written in.
fn keys<'v>(before: &'v Map<String, Value>, after: &'v Map<String, Value>) -> Vec<&'v String> {
    let mut keys: Vec<&String> = before.keys().collect();
    keys.extend(after.keys().filter(|key| !before.contains_key(*key)));
    keys
}

/// An entry on one side only is one change, however many keys it has.
fn entries(at: &str, list: &str, before: &[Value], after: &[Value], found: &mut Vec<Field>) {
    let mut left: Vec<&Value> = after.iter().collect();
    let mut alone = |entry: &Value, before, after| {
        let name = format!("{at} {}", words(&identify(list, entry)));
        found.push(Field { name, change: Change::Value { before, after } });
    };
    let mut paired = Vec::new();
    for entry in before {
        let name = identify(list, entry);
        match left.iter().position(|other| identify(list, other) == name) {
            Some(other) => paired.push((name, entry, left.remove(other))),
            None => alone(entry, Some(entry.clone()), None),
        }
    }
    left.into_iter().for_each(|entry| alone(entry, None, Some(entry.clone())));
    for (name, before, after) in paired {
        collect(&format!("{at} {}", words(&name)), list, before, after, found);
    }
}

/// What an entry of a list is known by.
fn identify(list: &str, entry: &Value) -> Value {
    let keys =
        identity::keys(list).iter().filter_map(|key| entry.get(*key)).filter(|value| !is_nothing(value));
    let name: Vec<Value> = keys.map(sorted).collect();
    if name.is_empty() { entry.clone() } else { Value::Array(name) }
}

fn sorted(value: &Value) -> Value {
    let Value::Array(items) = value else { return value.clone() };
    let mut items = items.clone();
    items.sort_by_key(Value::to_string);
    Value::Array(items)
}

fn members(at: &str, before: &[Value], after: &[Value], found: &mut Vec<Field>) {
    let without = |these: &[Value], others: &[Value]| -> Vec<Value> {
        these.iter().filter(|item| !others.contains(item)).cloned().collect()
    };
    let (removed, added) = (without(before, after), without(after, before));
    if !removed.is_empty() || !added.is_empty() {
        found.push(Field { name: at.to_owned(), change: Change::Members { removed, added } });
    }
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// What a file leaves out.
fn is_nothing(value: &Value) -> bool {
    value.is_null()
        || value.as_array().is_some_and(Vec::is_empty)
        || value.as_str().is_some_and(str::is_empty)
}

fn join(at: &str, key: &str) -> String {
    if at.is_empty() { key.to_owned() } else { format!("{at}, {key}") }
}

/// A value as text: what a file says without its quotes and brackets.
pub fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(words).collect::<Vec<_>>().join(", "),
        Value::Object(object) => {
            let there = object.iter().filter(|(_, value)| !is_nothing(value));
            there.map(|(key, value)| format!("{key} {}", words(value))).collect::<Vec<_>>().join(", ")
        }
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        other => other.to_string(),
    }
}
