//! A review's file: `reviews/<proposal>/<time>-<verdict>-<digest>.toml`.
//!
//! Every remark is a file of its own, whose name nobody else's has: branches with remarks merge without conflict. The
//! register's own reading and checking leaves the folder alone.

use sha2::{Digest, Sha256};

use crate::domain::Remark;
use crate::domain::catalogue::hex;

/// Where a remark is kept, and its text there.
pub fn write(folder: &str, remark: &Remark) -> Result<(String, String), String> {
    let text = toml::to_string_pretty(remark).map_err(|error| error.to_string())?;
    let stamp: String = remark.at.chars().filter(char::is_ascii_alphanumeric).collect();
    let digest = hex(&Sha256::digest(&text));
    let name = format!("{stamp}-{}-{}.toml", remark.verdict.key(), &digest[..8]);
    match read(&text) {
        Some(found) if found == *remark => Ok((format!("{folder}/{}/{name}", remark.proposal), text)),
        _ => Err("it would not read as what was meant".to_owned()),
    }
}

/// What a remark's file says; nothing where it cannot be read.
pub fn read(text: &str) -> Option<Remark> {
    toml::from_str(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Verdict;

    #[test]
    fn remarks_are_written_and_read_alike() {
        let remark = Remark {
            verdict: Verdict::AskForChanges,
            proposal: "proposal/meta/q3".to_owned(),
            by: "Second Desk <second@example.org>".to_owned(),
            at: "2026-11-28T05:00:00Z".to_owned(),
            head: "a".repeat(40),
            content: "b".repeat(40),
            base: "c".repeat(40),
            about: Some("companies/meta/assessments/S-1.1.toml".to_owned()),
            text: "Two \"lines\",\n'''and''' more \"\"\"\u{1b}".to_owned(),
            signed: Some("tree x\ngpgsig -----BEGIN\n  a\n\nword\n".to_owned()),
        };
        let (path, text) = write("reviews", &remark).unwrap();
        assert!(path.starts_with("reviews/proposal/meta/q3/20261128T050000Z-ask-for-changes-"), "{path}");
        assert_eq!(read(&text), Some(remark.clone()));
        let plain = Remark { about: None, text: String::new(), signed: None, ..remark };
        let (_, text) = write("reviews", &plain).unwrap();
        assert!(!text.contains("about") && !text.contains("signed"), "{text}");
        assert_eq!(read("verdict = \"approve\""), None);
    }
}
