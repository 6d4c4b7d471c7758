//! What a file is to say, key by key, in the order of a new file.

use std::collections::BTreeMap;

use toml_edit::Value;
use toml_writer::{ToTomlValue, TomlStringBuilder};

use crate::domain::company::Compute;
use crate::domain::evidence::Earlier;
use crate::domain::view::{Order, SavedView};
use crate::domain::{
    Assessment, Day, Evidence, Known, Letter, Model, PartialDay, Pinned, Position, Status, visible,
};

/// Every key a table can have; nothing where it is not to be there. Other keys are left to the file's author.
pub type Fields = Vec<(String, Option<Field>)>;

pub enum Field {
    Value(Value),
    /// A `[section]`.
    Section(Fields),
    /// `[[sections]]` of one name.
    Sections(Vec<Named>),
}

/// The fields of one of several sections.
pub struct Named {
    /// The key it is known by, and what that says; one without is known by all that it says.
    pub known_by: Option<(&'static str, String)>,
    pub fields: Fields,
}

pub fn of_evidence(evidence: &Evidence) -> Fields {
    let Evidence {
        title,
        kind,
        version,
        published,
        url,
        also_at,
        file,
        sha256,
        bears_on,
        models,
        access,
        checked,
        source,
        expires,
        earlier,
        note,
    } = evidence;
    fields([
        ("title", Some(text(title))),
        ("kind", Some(text(kind.key()))),
        ("version", version.as_deref().map(text)),
        ("published", published.map(partly_known)),
        ("url", url.as_deref().map(text)),
        ("also-at", (!also_at.is_empty()).then(|| list(also_at))),
        ("file", file.as_deref().map(text)),
        ("sha256", sha256.as_deref().map(text)),
        ("bears-on", Some(list(bears_on))),
        ("models", (!models.is_empty()).then(|| list(models))),
        ("access", Some(text(access.key()))),
        ("checked", Some(text(checked.key()))),
        ("source", Some(text(source))),
        ("expires", expires.map(date)),
        ("note", note.as_deref().map(text)),
        ("earlier", (!earlier.is_empty()).then(|| Field::Sections(earlier.iter().map(superseded).collect()))),
    ])
}

fn superseded(earlier: &Earlier) -> Named {
    let Earlier { title, version, published, url } = earlier;
    let fields = fields([
        ("title", title.as_deref().map(text)),
        ("version", version.as_deref().map(text)),
        ("published", published.map(partly_known)),
        ("url", url.as_deref().map(text)),
    ]);
    Named { known_by: None, fields }
}

pub fn of_assessment(assessment: &Assessment) -> Fields {
    let Assessment {
        status,
        reason,
        means,
        assessed,
        owner,
        review_by,
        measure,
        contested,
        requirements,
        evidence,
    } = assessment;
    fields([
        ("status", Some(text(status.key()))),
        ("reason", Some(text(reason))),
        ("means", Some(text(means.key()))),
        ("assessed", Some(date(*assessed))),
        ("owner", owner.as_deref().map(text)),
        ("review-by", review_by.map(date)),
        ("measure", measure.as_deref().map(text)),
        ("contested", contested.then(|| Field::Value(Value::from(true)))),
        ("requirements", (!requirements.is_empty()).then(|| Field::Section(by_letter(requirements)))),
        ("evidence", (!evidence.is_empty()).then(|| Field::Sections(evidence.iter().map(pinned).collect()))),
    ])
}

pub fn of_positions(positions: &[Position]) -> Fields {
    let sections = || Field::Sections(positions.iter().map(position).collect());
    fields([("position", (!positions.is_empty()).then(sections))])
}

fn position(position: &Position) -> Named {
    let Position { chapters, stance, since, not_before, source, note } = position;
    let fields = fields([
        ("chapters", Some(list(chapters))),
        ("stance", Some(text(stance.key()))),
        ("since", Some(date(*since))),
        ("not-before", not_before.map(date)),
        ("source", Some(text(source))),
        ("note", note.as_deref().map(text)),
    ]);
    Named { known_by: None, fields }
}

pub fn of_model(model: &Model) -> Fields {
    let Model {
        name,
        placed_on_market,
        released,
        systemic_risk,
        systemic_risk_source,
        open_source,
        open_source_source,
        licence,
        parameters,
        compute,
        source,
        note,
    } = model;
    fields([
        ("name", Some(text(name))),
        ("placed-on-market", placed_on_market.map(partly_known)),
        ("released", released.map(partly_known)),
        ("systemic-risk", Some(text(systemic_risk.key()))),
        ("systemic-risk-source", systemic_risk_source.as_deref().map(text)),
        ("open-source", (*open_source != Known::Unknown).then(|| text(open_source.key()))),
        ("open-source-source", open_source_source.as_deref().map(text)),
        ("licence", licence.as_deref().map(text)),
        ("parameters", parameters.as_deref().map(text)),
        ("source", Some(text(source))),
        ("note", note.as_deref().map(text)),
        ("compute", (!compute.is_empty()).then(|| Field::Sections(compute.iter().map(amount).collect()))),
    ])
}

fn amount(compute: &Compute) -> Named {
    let Compute { flop, kind, source, model } = compute;
    let fields = fields([
        ("flop", Some(written(format!("{flop:e}")))),
        ("kind", Some(text(kind.key()))),
        ("source", Some(text(source))),
        ("model", model.as_deref().map(text)),
    ]);
    Named { known_by: None, fields }
}

pub fn of_views(views: &[SavedView]) -> Fields {
    let sections = || Field::Sections(views.iter().map(view).collect());
    fields([("view", (!views.is_empty()).then(sections))])
}

fn view(view: &SavedView) -> Named {
    let SavedView { name, filter, sort, hidden, pinned } = view;
    let fields = fields([
        ("name", Some(text(name))),
        ("filter", (!filter.is_empty()).then(|| text(filter))),
        ("sort", (*sort != Order::default()).then(|| text(sort.key()))),
        ("hidden", (!hidden.is_empty()).then(|| list(hidden))),
        ("pinned", (!pinned.is_empty()).then(|| list(pinned))),
    ]);
    Named { known_by: Some(("name", name.clone())), fields }
}

fn by_letter(requirements: &BTreeMap<Letter, Status>) -> Fields {
    let field = |letter: &str| Some(text(requirements.get(&letter.parse().ok()?)?.key()));
    ('a'..='z').map(String::from).map(|letter| (letter.clone(), field(&letter))).collect()
}

fn pinned(pinned: &Pinned) -> Named {
    let Pinned { id, pin, document, at, quote } = pinned;
    let fields = fields([
        ("id", Some(text(id.as_str()))),
        ("pin", Some(text(&pin.to_string()))),
        ("document", document.as_ref().map(|document| text(&document.to_string()))),
        ("at", at.as_deref().map(text)),
        ("quote", quote.as_deref().map(text)),
    ]);
    Named { known_by: Some(("id", id.to_string())), fields }
}

fn fields<const N: usize>(fields: [(&str, Option<Field>); N]) -> Fields {
    fields.map(|(key, field)| (key.to_owned(), field)).into()
}

fn date(day: Day) -> Field {
    written(day.to_string())
}

/// A date where it is whole, a text otherwise.
fn partly_known(day: PartialDay) -> Field {
    match day {
        PartialDay::Day(day) => date(day),
        day => text(&day.to_string()),
    }
}

fn list(items: &[impl ToString]) -> Field {
    let items = items.iter().filter_map(|item| match text(&item.to_string()) {
        Field::Value(value) => Some(value),
        _ => None,
    });
    Field::Value(Value::Array(items.collect()))
}

/// A text between double quotes, over several lines where it has them. What would act on a screen or hide on it is
/// written as its number.
fn text(text: &str) -> Field {
    Field::Value(spelled(text))
}

pub fn spelled(text: &str) -> Value {
    let string = TomlStringBuilder::new(text);
    let string = if text.contains('\n') { string.as_ml_basic() } else { string.as_basic() };
    let shown = |letter: char| match letter {
        '\n' => letter.to_string(),
        _ if visible::is_hidden(letter) => format!("\\U{:08X}", u32::from(letter)),
        _ => letter.to_string(),
    };
    value(string.to_toml_value().chars().map(shown).collect())
}

/// A value as it is spelled here. What TOML cannot say becomes a text, and is refused when it is read back.
fn written(text: String) -> Field {
    Field::Value(value(text))
}

fn value(text: String) -> Value {
    text.parse().unwrap_or_else(|_| Value::from(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_written_so_that_people_can_read_them() {
        let check = |given, expected: &str| {
            let Field::Value(value) = text(given) else { panic!("a text is a value") };
            assert_eq!(value.to_string(), expected);
        };
        check("plain", r#""plain""#);
        check(r#"a "quote" and a \"#, r#""a \"quote\" and a \\""#);
        check("two\nlines", "\"\"\"\ntwo\nlines\"\"\"");
        check("a \"quote\"\n\"\"\"", "\"\"\"\na \"quote\"\n\"\"\\\"\"\"\"");
        check("\u{202e}evil\u{1b}[2J\r\t", r#""\U0000202Eevil\u001B[2J\r\t""#);
        check("tag\u{e0041}\nc1\u{9b}", "\"\"\"\ntag\\U000E0041\nc1\\U0000009B\"\"\"");
    }
}
