//! A document made to say what is meant, with as little of it touched as possible.
//!
//! A value is replaced only where it means something else, and keeps the comment behind it. A new key follows the one
//! it follows in a new file, and a list of sections that follows none comes last. A key that goes takes its line with it;
//! comments on lines of their own stay, above the key that comes next. What stands inline stays inline. Dotted keys of
//! one table are written one after the other.

use toml_edit::visit::Visit;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Key, Table, Value};

use super::comments::Comments;
use super::fields::{Field, Fields, Named};

pub fn edit(document: &mut DocumentMut, meant: Fields) {
    let mut comments = Comments::default();
    edit_table(document.as_table_mut(), meant, &mut comments);
    let trailing = comments.above(Some(document.trailing()));
    document.set_trailing(trailing);
}

struct Entry {
    key: Key,
    item: Item,
    plan: Plan,
}

enum Plan {
    /// The key is none of ours.
    Leave,
    Set(Field),
    Remove,
}

fn edit_table(table: &mut Table, meant: Fields, comments: &mut Comments) {
    for Entry { mut key, item, plan } in entries(table, meant) {
        let item = match plan {
            Plan::Leave => item,
            Plan::Set(field) => edited(item, field, comments),
            Plan::Remove => {
                comments.take(key.leaf_decor());
                comments.visit_item(&item);
                continue;
            }
        };
        if item.is_value() {
            comments.give(key.leaf_decor_mut());
        }
        table.insert_formatted(&key, item);
    }
}

/// Takes the entries out of a table, and puts those it does not have yet between them.
fn entries(table: &mut Table, meant: Fields) -> Vec<Entry> {
    let keys: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).collect();
    let present = keys.iter().filter_map(|key| table.remove_entry(key));
    let mut entries: Vec<Entry> = present.map(|(key, item)| Entry { key, item, plan: Plan::Leave }).collect();
    let mut next = None;
    for (name, field) in meant {
        // A key has to stand above all sections, and sections read best below those that are there.
        let first = if matches!(field, Some(Field::Sections(_))) { entries.len() } else { 0 };
        let plan = field.map_or(Plan::Remove, Plan::Set);
        let at = match entries.iter().position(|entry| entry.key.get() == name) {
            Some(found) => {
                entries[found].plan = plan;
                found
            }
            None => {
                let at = next.unwrap_or(first);
                entries.insert(at, Entry { key: Key::new(name), item: Item::None, plan });
                at
            }
        };
        next = Some(at + 1);
    }
    entries
}

fn edited(present: Item, meant: Field, comments: &mut Comments) -> Item {
    match (present, meant) {
        (Item::Table(present), Field::Section(meant)) => Item::Table(section(present, meant, comments)),
        (Item::ArrayOfTables(present), Field::Sections(meant)) => {
            Item::ArrayOfTables(sections(present, meant, comments))
        }
        (Item::Value(present), meant) => Item::Value(value(present, inline(meant), comments)),
        (present, meant) => {
            comments.visit_item(&present);
            new(meant)
        }
    }
}

fn value(present: Value, mut meant: Value, comments: &mut Comments) -> Value {
    if meaning(&present) == meaning(&meant) {
        return present;
    }
    comments.visit_value(&present);
    meant.decor_mut().clone_from(present.decor());
    meant
}

/// What a value says, however it is written.
fn meaning(value: &Value) -> Option<toml::Value> {
    value.clone().decorated("", "").to_string().parse().ok()
}

fn section(mut present: Table, meant: Fields, comments: &mut Comments) -> Table {
    if !present.is_dotted() {
        comments.give(present.decor_mut());
    }
    edit_table(&mut present, meant, comments);
    present
}

/// Each section keeps its comments wherever it goes. Those of the ones that are gone stay behind the last.
fn sections(present: ArrayOfTables, meant: Vec<Named>, comments: &mut Comments) -> ArrayOfTables {
    let mut present: Vec<Table> = present.into_iter().collect();
    // The place of a section in the file, which counts for more than its place in the list.
    let mut positions = present.iter().map(Table::position).collect::<Vec<_>>().into_iter();
    let mut sections = ArrayOfTables::new();
    for Named { known_by, fields } in meant {
        let found = present.iter().position(|section| match &known_by {
            Some((key, name)) => section.get(key).and_then(Item::as_str) == Some(name),
            None => says(section, &fields),
        });
        let mut kept = found.map_or_else(empty_section, |found| present.remove(found));
        kept.set_position(positions.next().flatten());
        sections.push(section(kept, fields, comments));
    }
    present.iter().for_each(|gone| comments.visit_table(gone));
    sections
}

/// Whether a section says exactly this already.
fn says(section: &Table, fields: &Fields) -> bool {
    fields.iter().all(|(name, field)| match (section.get(name).and_then(Item::as_value), field) {
        (None, None) => true,
        (Some(present), Some(Field::Value(meant))) => meaning(present) == meaning(meant),
        _ => false,
    })
}

fn new(field: Field) -> Item {
    match field {
        Field::Value(value) => Item::Value(value),
        Field::Section(fields) => {
            let mut section = new_section(fields);
            // Above the sections that have a position in the file.
            section.set_position(Some(0));
            Item::Table(section)
        }
        Field::Sections(named) => Item::ArrayOfTables(new_sections(named)),
    }
}

fn inline(field: Field) -> Value {
    match field {
        Field::Value(value) => value,
        Field::Section(fields) => Value::InlineTable(new_section(fields).into_inline_table()),
        Field::Sections(named) => {
            let mut items = new_sections(named).into_array();
            items.iter_mut().for_each(|item| item.decor_mut().set_prefix("\n  "));
            items.set_trailing("\n");
            items.set_trailing_comma(true);
            Value::Array(items)
        }
    }
}

fn new_section(fields: Fields) -> Table {
    section(empty_section(), fields, &mut Comments::default())
}

fn new_sections(named: Vec<Named>) -> ArrayOfTables {
    sections(ArrayOfTables::new(), named, &mut Comments::default())
}

fn empty_section() -> Table {
    let mut section = Table::new();
    section.decor_mut().set_prefix("\n");
    section
}
