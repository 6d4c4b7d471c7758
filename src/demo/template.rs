//! Placeholders in the demo's files: `{{210 days ago}}` and `{{sha256 of policy.txt}}`.

use jiff::ToSpan;
use sha2::{Digest, Sha256};

use crate::domain::Day;
use crate::domain::catalogue::hex;

/// The files of one folder with every placeholder replaced: days counted from `today`, digests of files beside the one
/// that asks.
pub fn fill(files: &[(String, &str)], today: Day) -> Vec<(String, String)> {
    let filled = |path: &str, text: &str| {
        replace(text, |asked| match asked.strip_prefix("sha256 of ") {
            Some(name) => digest_beside(files, path, name, today),
            None => day(asked, today).to_string(),
        })
    };
    files.iter().map(|(path, text)| (path.clone(), filled(path, text))).collect()
}

fn digest_beside(files: &[(String, &str)], path: &str, name: &str, today: Day) -> String {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let beside = files.iter().find(|(path, _)| path.strip_prefix(folder) == Some(&format!("/{name}")));
    let (_, text) =
        beside.unwrap_or_else(|| panic!("{path} asks for the digest of {name}, which is not beside it"));
    hex(&Sha256::digest(replace(text, |asked| day(asked, today).to_string())))
}

fn replace(text: &str, value: impl Fn(&str) -> String) -> String {
    let mut parts = text.split("{{");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (asked, rest) = part.split_once("}}").unwrap_or_else(|| panic!("`{{{{{part}` is not closed"));
        filled += &value(asked);
        filled += rest;
    }
    filled
}

fn day(asked: &str, today: Day) -> Day {
    let ago = asked.strip_suffix(" days ago").and_then(|days| days.parse::<i32>().ok());
    let days = ago.unwrap_or_else(|| panic!("`{asked}` is no placeholder"));
    days_before(today, days)
}

/// The day that many days before another.
pub fn days_before(today: Day, days: i32) -> Day {
    Day::from(today.date().saturating_sub(days.days()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_digests_are_filled_in() {
        let files = [
            ("a/evidence/x.toml".to_owned(), "day = {{2 days ago}}\nsha256 = \"{{sha256 of x.txt}}\"\n"),
            ("a/evidence/x.txt".to_owned(), "of {{1 days ago}}"),
        ];
        let filled = fill(&files, "2026-03-01".parse().unwrap());
        assert_eq!(filled[1].1, "of 2026-02-28");
        let digest = hex(&Sha256::digest("of 2026-02-28"));
        assert_eq!(filled[0].1, format!("day = 2026-02-27\nsha256 = \"{digest}\"\n"));
    }
}
