//! A file of the register as lines for the eye: what `git diff` compares in place of the file.
//!
//! Each key on a line of its own, in an order that does not depend on the file's; entries by what they are known by;
//! texts sentence by sentence, so that a changed sentence is one changed line. Comments and spelling are left out.
//! Nothing a terminal would obey comes through.

use toml::{Table, Value};

use super::read::unified;
use crate::domain::{identity, visible};

/// What a reader looks for first; the other keys follow by name.
const FIRST: [&str; 8] = ["title", "name", "short", "status", "reason", "stance", "kind", "means"];

/// A text that is no TOML stays as it is.
pub fn lines(text: &str) -> String {
    let Ok(table) = unified(text).parse::<Table>() else { return visible::text(text).into_owned() };
    let mut lines = String::new();
    push_table(&mut lines, 0, &table, &[]);
    lines
}

fn push_table(lines: &mut String, depth: usize, table: &Table, known: &[&str]) {
    let rank =
        |key: &str| (FIRST.iter().position(|first| *first == key).unwrap_or(FIRST.len()), key.to_owned());
    let mut keys: Vec<&String> = table.keys().filter(|key| !known.contains(&key.as_str())).collect();
    keys.sort_by_key(|key| (is_section(&table[key.as_str()]), rank(key)));
    for key in keys {
        match &table[key.as_str()] {
            Value::Table(section) => {
                push(lines, depth, key);
                push_table(lines, depth + 1, section, &[]);
            }
            Value::Array(items) if items.iter().any(Value::is_table) => {
                push_entries(lines, depth, key, items)
            }
            Value::String(text) if is_prose(text) => {
                push(lines, depth, &format!("{key}:"));
                sentences(text).iter().for_each(|sentence| push(lines, depth + 1, sentence));
            }
            value => push(lines, depth, &format!("{key}: {}", words(value))),
        }
    }
}

fn push_entries(lines: &mut String, depth: usize, list: &str, items: &[Value]) {
    let keys = identity::keys(list);
    let name = |entry: &Table| -> String {
        keys.iter().filter_map(|key| entry.get(*key)).map(words).collect::<Vec<_>>().join(" ")
    };
    let mut entries: Vec<(String, &Table)> =
        items.iter().filter_map(Value::as_table).map(|entry| (name(entry), entry)).collect();
    entries.sort_by(|(a, one), (b, other)| (a, one.to_string()).cmp(&(b, other.to_string())));
    for (name, entry) in entries {
        push(lines, depth, format!("{list} {name}").trim_end());
        push_table(lines, depth + 1, entry, keys);
    }
}

fn is_section(value: &Value) -> bool {
    value.is_table() || value.as_array().is_some_and(|items| items.iter().any(Value::is_table))
}

/// In TOML's own spelling but for quotes and brackets; a list is a set.
fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let mut items: Vec<String> = items.iter().map(words).collect();
            items.sort();
            items.join(", ")
        }
        other => other.to_string(),
    }
}

fn is_prose(text: &str) -> bool {
    text.contains('\n') || sentences(text).len() > 1
}

fn sentences(text: &str) -> Vec<String> {
    let lines = text.lines().flat_map(|line| line.split_inclusive(". "));
    lines
        .map(|sentence| sentence.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|line| !line.is_empty())
        .collect()
}

fn push(lines: &mut String, depth: usize, line: &str) {
    lines.push_str(&"  ".repeat(depth));
    lines.push_str(&visible::line(line));
    lines.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "status = 'gap'\nreason = \"\"\"\nNothing is published. Nothing\n   was sent.\"\"\"\n[requirements]\nb = 'met'\na = 'gap'\n\
        [[evidence]]\nid = 'two'\npin = '22'\n[[evidence]]\nid = 'one'\npin = '11'\n";
    const SAME: &str = "# a comment\nevidence = [{ pin = '11', id = 'one' }, { id = 'two', pin = '22' }]\n\
        requirements = { a = 'gap', b = 'met' }\nreason = \"Nothing is published.\\nNothing\\nwas sent.\"\nstatus = \"gap\"\n";

    #[test]
    fn order_and_spelling_are_left_out() {
        let expected = "\
status: gap
reason:
  Nothing is published.
  Nothing
  was sent.
evidence one
  pin: 11
evidence two
  pin: 22
requirements
  a: gap
  b: met
";
        assert_eq!(lines(ONE), expected);
        assert_eq!(lines(SAME), expected);
    }

    #[test]
    fn what_is_no_toml_stays_and_nothing_is_obeyed() {
        assert_eq!(lines("<<<<<<< ours\nstatus = \u{1b}[2J\n"), "<<<<<<< ours\nstatus = ␛[2J\n");
        assert_eq!(lines("title = \"\\u001b[2J\""), "title: ␛[2J\n");
    }
}
