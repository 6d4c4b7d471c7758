//! What the TOML and serde crates say about a file, taken apart.
//!
//! They say it in English only. Every wording relied on is held by a test, so that an upgrade that changes one fails
//! here and not in front of a user.

/// One thing that keeps a value from being read.
#[derive(Debug, PartialEq, Eq)]
pub enum Complaint<'m> {
    UnknownKey {
        known: Vec<&'m str>,
    },
    MissingKey(&'m str),
    /// A word that is not among the allowed ones.
    UnknownWord {
        word: &'m str,
        known: Vec<&'m str>,
    },
    WrongType {
        expected: &'m str,
    },
    NoDay {
        reason: &'m str,
        hint: Option<&'m str>,
    },
    /// Said by one of the domain's own types.
    Other {
        reason: &'m str,
        hint: Option<&'m str>,
    },
}

impl Complaint<'_> {
    /// Takes the message of an error in a file's shape apart.
    pub fn of(message: &str) -> Complaint<'_> {
        if let Some(rest) = message.strip_prefix("unknown field `") {
            return Complaint::UnknownKey {
                known: backticked(rest.rsplit_once("`, expected ").map_or("", |(_, known)| known)),
            };
        }
        if let Some(key) = message.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
            return Complaint::MissingKey(key);
        }
        if let Some(rest) = message.strip_prefix("unknown variant `")
            && let Some((word, known)) = rest.rsplit_once("`, expected ")
        {
            return Complaint::UnknownWord { word, known: backticked(known) };
        }
        if message.starts_with("invalid type: ") || message.starts_with("invalid value: ") {
            return match message.rsplit_once(", expected ") {
                Some((_, "a TOML datetime")) => Complaint::NoDay {
                    reason: "a day is written without quotes",
                    hint: Some("write it as 2026-04-07"),
                },
                Some((_, expected)) => Complaint::WrongType { expected: plain(expected) },
                None => Complaint::Other { reason: message, hint: None },
            };
        }
        if let Some(expected) = message.strip_prefix("wanted ") {
            return Complaint::WrongType { expected: plain(expected) };
        }
        let (reason, hint) = match message.split_once("; ") {
            Some((reason, hint)) => (reason, Some(hint)),
            None => (message, None),
        };
        let day = ["is not a day", "the calendar has no day", "expected a day"];
        if day.iter().any(|words| reason.contains(words)) {
            return Complaint::NoDay { reason, hint };
        }
        Complaint::Other { reason, hint }
    }
}

/// The words between backticks.
fn backticked(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// Rust's names for types in the words of TOML's users.
fn plain(expected: &str) -> &str {
    match expected {
        "a string" => "a text",
        "a sequence" => "a list",
        "a boolean" => "true or false",
        "f64" => "a number",
        "u8" | "u32" | "u64" => "a whole number",
        "string or table" => "a word",
        _ if expected == "a map" || expected.starts_with("struct ") => "a table",
        _ => expected,
    }
}

/// What is wrong with a text as TOML.
#[derive(Debug, PartialEq, Eq)]
pub enum Fault<'m> {
    DuplicateKey,
    NoDay {
        reason: &'m str,
    },
    /// The parser gives up on the rest of the file here.
    KeyAlone,
    /// A bracket without its counterpart. Noticed where the next one would have to be.
    Unclosed(&'m str),
    Other(&'m str),
}

impl Fault<'_> {
    /// Takes the message of a TOML error apart.
    pub fn of(message: &str) -> Fault<'_> {
        if message == "duplicate key" {
            return Fault::DuplicateKey;
        }
        if message.starts_with("key with no value") {
            return Fault::KeyAlone;
        }
        if message.starts_with("unclosed ") {
            return Fault::Unclosed(message);
        }
        match message.strip_prefix("invalid date, ") {
            Some(reason) => Fault::NoDay { reason },
            None => Fault::Other(message),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::domain::{Day, MeasureRef, PartialDay, Status};

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        status: Status,
        #[serde(default)]
        day: Option<Day>,
        #[serde(default)]
        about: Option<PartialDay>,
        #[serde(default)]
        measure: Option<MeasureRef>,
        #[serde(default)]
        list: Vec<Inner>,
        #[serde(default)]
        count: u32,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        only: bool,
    }

    #[test]
    fn the_wording_of_shape_errors_is_understood() {
        let check = |text: &str, expected: Complaint| {
            let error = toml::from_str::<File>(text).unwrap_err();
            assert_eq!(Complaint::of(error.message()), expected, "{text}");
            assert!(error.span().is_some(), "{text}");
        };
        let keys = vec!["status", "day", "about", "measure", "list", "count"];
        check("status = 'gap'\nstaus = 1", Complaint::UnknownKey { known: keys.clone() });
        check("status = 'gap'\n\"a`, b\" = 1", Complaint::UnknownKey { known: keys });
        check("status = 'gap'\nlist = [{ nly = true }]", Complaint::UnknownKey { known: vec!["only"] });
        check("day = 2026-01-01", Complaint::MissingKey("status"));
        let known = vec!["gap", "partial", "met", "not-applicable"];
        check("status = 'mett'", Complaint::UnknownWord { word: "mett", known });
        check("status = 5", Complaint::WrongType { expected: "a word" });
        check("status = 'gap'\nlist = 5", Complaint::WrongType { expected: "a list" });
        check("status = 'gap'\nlist = [5]", Complaint::WrongType { expected: "a table" });
        check("status = 'gap'\nlist = [{ only = 5 }]", Complaint::WrongType { expected: "true or false" });
        check("status = 'gap'\ncount = -1", Complaint::WrongType { expected: "a whole number" });
        check("status = 'gap'\nmeasure = 5", Complaint::WrongType { expected: "a text" });
        let hint = Some("write it as 2026-04-07");
        let quoted = Complaint::NoDay { reason: "a day is written without quotes", hint };
        check("status = 'gap'\nday = '2026-01-01'", quoted);
        let reason = "`2026-01-01T10:00:00` is not a day";
        let hint = Some("write it without a time, as 2026-04-07");
        check("status = 'gap'\nday = 2026-01-01T10:00:00", Complaint::NoDay { reason, hint });
        let hint = Some("write 2026-04-07, or \"2026-04\" or \"2026\" where no more is known");
        let reason = "`soon` is not a day";
        check("status = 'gap'\nabout = 'soon'", Complaint::NoDay { reason, hint });
        let reason = "expected a day (2026-04-07), or \"2026-04\" or \"2026\" where no more is known";
        check("status = 'gap'\nabout = 5", Complaint::NoDay { reason, hint: None });
        let reason = "`S.1` is not a ref";
        let hint = Some("refs look like S-7.6, S-7 or AIA-53-1-d");
        check("status = 'gap'\nmeasure = 'S.1'", Complaint::Other { reason, hint });
    }

    #[test]
    fn the_wording_of_toml_errors_is_understood() {
        let check = |text: &str, expected: Fault| {
            let error = toml::from_str::<toml::Table>(text).unwrap_err();
            assert_eq!(Fault::of(error.message()), expected, "{text}");
        };
        check("a = 1\na = 2", Fault::DuplicateKey);
        check("[a]\n[a]", Fault::DuplicateKey);
        check("a = 2026-02-30", Fault::NoDay { reason: "expected day between 01 and 28" });
        check("a = 2026-2-3", Fault::NoDay { reason: "expected a two-digit month (MM)" });
        check("a", Fault::KeyAlone);
        check("a = [1", Fault::Unclosed("unclosed array, expected `]`"));
        check("a = { b = 1", Fault::Unclosed("unclosed inline table, expected `}`"));
        check("a = \"b", Fault::Other("invalid basic string, expected `\"`"));
    }
}
