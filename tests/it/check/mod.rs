//! `countersign check` as CI runs it: a branch against its base, what is staged, waivers, and the formats.

mod branch;
#[cfg(unix)]
mod comments;
mod formats;
mod staged;
mod waivers;
mod workflows;

use std::process::{Command, Output};

use serde_json::Value;

use crate::audit::Case;

pub const PROFILE: &str = "companies/tidepool/company.toml";

/// `countersign check` with these arguments, on a day of the fixed world unless they name another.
pub fn check(case: &Case, arguments: &[&str]) -> Output {
    let day: &[&str] = if arguments.contains(&"--on") { &[] } else { &["--on", "2026-11-20"] };
    Command::new(env!("CARGO_BIN_EXE_countersign"))
        .arg("check")
        .args(day)
        .args(arguments)
        .env("COUNTERSIGN_REGISTER", &case.world.path)
        .output()
        .unwrap()
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The exit code, and the rules that were found; of a check that could not be made, none.
#[track_caller]
pub fn found(case: &Case, arguments: &[&str]) -> (i32, Vec<String>) {
    let (code, document) = checked(case, arguments);
    let rule = |finding: &Value| finding["rule"].as_str().unwrap().to_owned();
    (code, document["findings"].as_array().unwrap().iter().map(rule).collect())
}

/// The exit code and the JSON.
#[track_caller]
pub fn checked(case: &Case, arguments: &[&str]) -> (i32, Value) {
    let output = check(case, &[&["--json"], arguments].concat());
    let document = serde_json::from_slice(&output.stdout);
    (output.status.code().unwrap(), document.unwrap_or_else(|_| panic!("{}", text(&output.stderr))))
}

/// A key that has no meaning, in a file of a company.
pub fn spoil(case: &Case, key: &str) {
    let profile = case.world.read(PROFILE);
    case.world.write(PROFILE, format!("{key} = 1\n{profile}"));
}
