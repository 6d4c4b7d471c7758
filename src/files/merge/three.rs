//! Three versions of a file side by side, by the keys in which two of them differ.

use std::collections::{BTreeMap, BTreeSet};

use toml_edit::DocumentMut;

use super::meaning::Meaning;
use super::{Versions, mark};
use crate::files::read;

/// A key with what each version says; nothing where it does not have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Three {
    pub name: String,
    pub base: Option<String>,
    pub ours: Option<String>,
    pub theirs: Option<String>,
}

/// The keys in which ours and theirs differ; none where one of them is no TOML.
pub fn fields(Versions { base, ours, theirs }: Versions) -> Vec<Three> {
    let (Some(ours), Some(theirs)) = (leaves(ours), leaves(theirs)) else { return Vec::new() };
    let base = leaves(base).unwrap_or_default();
    let names: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
    let three = |name: &String| Three {
        name: name.clone(),
        base: base.get(name).cloned(),
        ours: ours.get(name).cloned(),
        theirs: theirs.get(name).cloned(),
    };
    names.into_iter().map(three).filter(|three| three.ours != three.theirs).collect()
}

/// Every value with the name of its key; nothing where the text is no TOML.
pub fn leaves(text: &str) -> Option<BTreeMap<String, String>> {
    let mut document: DocumentMut = read::unified(text).parse().ok()?;
    mark::take(&mut document);
    let mut leaves = BTreeMap::new();
    collect("", "", &Meaning::of_table(document.as_table()), &mut leaves);
    Some(leaves)
}

fn collect(at: &str, list: &str, meaning: &Meaning, leaves: &mut BTreeMap<String, String>) {
    match meaning {
        Meaning::Table(table) => {
            for (key, value) in table {
                collect(&below(at, key), key, value, leaves);
            }
        }
        Meaning::List(items) if items.iter().any(|item| matches!(item, Meaning::Table(_))) => {
            for item in items {
                collect(&entry(at, &item.clone().name_in(list)), list, item, leaves);
            }
        }
        scalar => drop(leaves.insert(at.to_owned(), words(scalar))),
    }
}

/// What a key of a table is called.
pub fn below(at: &str, key: &str) -> String {
    if at.is_empty() { key.to_owned() } else { format!("{at}, {key}") }
}

/// What an entry of a list is called.
pub fn entry(list: &str, name: &Meaning) -> String {
    format!("{list} {}", words(name))
}

pub fn words(meaning: &Meaning) -> String {
    let joined = |parts: Vec<String>, by: &str| parts.join(by);
    match meaning {
        Meaning::Text(text) | Meaning::Other(text) => text.clone(),
        Meaning::List(items) => joined(items.iter().map(words).collect(), ", "),
        Meaning::Table(table) => joined(table.values().map(words).collect(), " "),
    }
}
