//! JSON schemas of the register's files, from the very types they are read into.

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde_json::{Value, json};

use crate::domain::catalogue::Code;
use crate::domain::company::{Model, Profile};
use crate::domain::snapshot::Settings;
use crate::domain::{Assessment, Evidence};

use super::catalogue::{ChapterFile, LimitsFile, Sources};
use super::waivers::WaiversFile;
use crate::files::merge::mark::{Mark, UNSETTLED};

/// Every kind of file with its schema, by the name of the schema's file. In each of them a merge may leave something.
pub fn schemas() -> [(&'static str, Schema); 10] {
    let schemas = [
        ("countersign", of::<Settings>()),
        ("sources", of::<Sources>()),
        ("code", of::<Code>()),
        ("chapter", of::<ChapterFile>()),
        ("limits", of::<LimitsFile>()),
        ("company", of::<Profile>()),
        ("model", of::<Model>()),
        ("evidence", of::<Evidence>()),
        ("assessment", of::<Assessment>()),
        ("waivers", of::<WaiversFile>()),
    ];
    schemas.map(|(name, schema)| (name, with_marks(schema)))
}

fn with_marks(mut schema: Schema) -> Schema {
    let mut marks = of::<Vec<Mark>>();
    let item = marks.remove("$defs").and_then(|mut defs| defs.get_mut("Mark").map(Value::take));
    let keys = schema.ensure_object().entry("properties").or_insert_with(|| json!({}));
    keys[UNSETTLED] = json!({
        "description": "What a merge left to people: see `countersign conflicts`.",
        "type": "array",
        "items": item,
    });
    schema
}

/// The schema of a TOML file's shape.
pub fn of<T: JsonSchema>() -> Schema {
    let settings = SchemaSettings::draft2020_12().with_transform(RecursiveTransform(without_null));
    settings.into_generator().into_root_schema_for::<T>()
}

/// TOML has no null: what may be left out is left out.
fn without_null(schema: &mut Schema) {
    if schema.get("default").is_some_and(Value::is_null) {
        schema.remove("default");
    }
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = &types[..] {
            let only = only.clone();
            schema.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(choices)) = schema.get_mut("anyOf") {
        choices.retain(|choice| choice["type"] != "null");
        if let [Value::Object(only)] = &choices[..] {
            let only = only.clone();
            schema.remove("anyOf");
            only.into_iter().for_each(|(key, value)| drop(schema.insert(key, value)));
        }
    }
}
