//! JSON: the keys of the register's files, in the order they are written, safe to print.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::analysis::scope::Applicability;
use crate::analysis::{Cell, Counts, State};
use crate::domain::{Company, Measure, visible};

/// An object whose keys keep their order.
pub fn object<const N: usize>(entries: [(&str, Value); N]) -> Map<String, Value> {
    entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// Indented, with a newline at the end. Hidden characters are written as `\u` escapes: no value changes, and none
/// reaches a terminal as itself.
pub fn text(value: &Value) -> String {
    let mut text = String::new();
    for letter in format!("{value:#}\n").chars() {
        match visible::is_hidden(letter) && letter != '\n' {
            true => letter
                .encode_utf16(&mut [0; 2])
                .iter()
                .for_each(|unit| text.push_str(&format!("\\u{unit:04x}"))),
            false => text.push(letter),
        }
    }
    text
}

/// A value of the register with the keys of its file.
pub fn as_filed(value: &impl Serialize) -> Value {
    serde_json::to_value(value).expect("what was read from a file has text for keys")
}

pub fn company(company: &Company) -> Value {
    json!({ "id": company.id.as_str(), "name": company.profile.name, "invented": company.profile.invented })
}

/// Where a measure stands in the Code, without what it asks.
pub fn measure(measure: &Measure) -> Value {
    json!({
        "ref": measure.id.to_string(),
        "title": measure.title,
        "chapter": measure.id.chapter.key(),
        "commitment": measure.id.commitment().to_string(),
    })
}

pub fn cell(cell: &Cell) -> Value {
    json!({
        "state": cell.state.key(),
        "applies": cell.applies.key(),
        "basis": cell.basis.key(),
        "evidence": cell.evidence,
        "models": cell.models,
        "judged": cell.judged,
    })
}

pub fn applicability(applicability: &Applicability) -> Value {
    json!({
        "applies": applicability.applies.key(),
        "because": applicability.because.words(),
        "article": applicability.because.article(),
    })
}

/// Every state with its number, and what they add up to.
pub fn counts(counts: &Counts) -> Value {
    let mut object: Map<String, Value> =
        State::ALL.into_iter().map(|state| (state.key().to_owned(), counts[state].into())).collect();
    object.insert("open".into(), counts.open().into());
    object.insert("total".into(), counts.total().into());
    Value::Object(object)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_escaped_and_nothing_is_lost() {
        let value = json!({ "name": "a\u{1b}\u{7f}\u{9b}\u{202e}\u{e0041}\nb" });
        let text = text(&value);
        assert!(!text.replace('\n', "").contains(visible::is_hidden));
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }
}
