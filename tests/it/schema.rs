//! The JSON schemas of `docs/schema/` are those of the types that files are read into. After a change that is meant,
//! `SCHEMA=overwrite cargo test --test it schema` writes the new ones; look at the difference before committing it.

use std::env;
use std::fs;
use std::path::Path;

use countersign::config;
use countersign::files::read::schema::schemas;

#[test]
fn the_schemas_are_those_of_the_types() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema");
    let overwrite = env::var("SCHEMA").is_ok_and(|value| value == "overwrite");
    let mut different = Vec::new();
    for (name, schema) in schemas().into_iter().chain([("config", config::schema())]) {
        let path = folder.join(format!("{name}.json"));
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        if overwrite {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&path, &text).unwrap();
        }
        if fs::read_to_string(&path).unwrap_or_default() != text {
            different.push(path);
        }
    }
    assert!(different.is_empty(), "these are not what the types say: {different:#?}");
}

/// What the schemas say of a file is what reading it says.
#[test]
fn a_schema_knows_keys_words_and_days() {
    let schema = |name| schemas().into_iter().find(|(own, _)| *own == name).unwrap().1.to_value();
    let assessment = schema("assessment");
    assert_eq!(assessment["additionalProperties"], false);
    let required: Vec<_> =
        assessment["required"].as_array().unwrap().iter().map(|key| key.as_str().unwrap()).collect();
    assert_eq!(required, ["status", "reason", "means", "assessed"]);
    assert!(assessment["properties"]["review-by"].is_object());
    assert_eq!(assessment["$defs"]["Day"]["format"], "date");
    assert_eq!(assessment["properties"]["owner"]["type"], "string", "TOML has no null");
    let keys = config::schema().to_value();
    assert!(keys.to_string().contains("\"go-to-company\""), "{keys}");
}
