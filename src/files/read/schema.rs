//! JSON schemas of the register's files, from the very types they are read into.

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde_json::Value;

use crate::domain::catalogue::Code;
use crate::domain::company::{Model, Profile};
use crate::domain::snapshot::Settings;
use crate::domain::{Assessment, Evidence};

use super::catalogue::{ChapterFile, LimitsFile, Sources};
use super::waivers::WaiversFile;

/// Every kind of file with its schema, by the name of the schema's file.
pub fn schemas() -> [(&'static str, Schema); 10] {
    [
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
    ]
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
