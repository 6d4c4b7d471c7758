//! What TOML says, whatever it looks like: neither the order of keys nor that of entries, nor spelling, nor comments.

use std::collections::BTreeMap;

use toml_edit::{Item, TableLike, Value};

use crate::domain::identity;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meaning {
    Text(String),
    /// A number, day or switch, as it is read.
    Other(String),
    /// In an order of its own.
    List(Vec<Meaning>),
    Table(BTreeMap<String, Meaning>),
}

impl Meaning {
    pub fn of(item: &Item) -> Option<Meaning> {
        match item {
            Item::None => None,
            Item::Value(value) => Some(Meaning::of_value(value)),
            Item::Table(table) => Some(Meaning::of_table(table)),
            Item::ArrayOfTables(tables) => {
                Some(Meaning::list(tables.iter().map(|table| Meaning::of_table(table))))
            }
        }
    }

    pub fn of_table(table: &dyn TableLike) -> Meaning {
        let entries = table.iter().filter_map(|(key, item)| Some((key.to_owned(), Meaning::of(item)?)));
        Meaning::Table(entries.collect())
    }

    pub fn of_value(value: &Value) -> Meaning {
        match value {
            Value::String(text) => Meaning::Text(text.value().clone()),
            Value::Integer(number) => Meaning::Other(number.value().to_string()),
            Value::Float(number) => Meaning::Other(number.value().to_string()),
            Value::Boolean(switch) => Meaning::Other(switch.value().to_string()),
            Value::Datetime(day) => Meaning::Other(day.value().to_string()),
            Value::Array(items) => Meaning::list(items.iter().map(Meaning::of_value)),
            Value::InlineTable(table) => Meaning::of_table(table),
        }
    }

    fn list(items: impl Iterator<Item = Meaning>) -> Meaning {
        let mut items: Vec<Meaning> = items.collect();
        items.sort();
        Meaning::List(items)
    }

    /// What an entry of a list is known by: some of its keys, or all of it.
    pub fn name_in(self, list: &str) -> Meaning {
        let Meaning::Table(mut entry) = self else { return self };
        let keys = identity::keys(list).iter();
        let name: BTreeMap<String, Meaning> =
            keys.filter_map(|key| Some(((*key).to_owned(), entry.get(*key)?.clone()))).collect();
        if !name.is_empty() {
            entry = name;
        }
        Meaning::Table(entry)
    }
}
