//! Names of things, each its own type, so that a model cannot be asked for where a company is meant.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::catalogue::hex;
use super::text::{self, Text};

/// The Code's three chapters, and beside them the Act's own obligations, which bind signatories and others alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Chapter {
    #[serde(rename = "T")]
    Transparency,
    #[serde(rename = "C")]
    Copyright,
    #[serde(rename = "S")]
    SafetySecurity,
    #[serde(rename = "AIA")]
    AiAct,
}

impl Chapter {
    pub const ALL: [Chapter; 4] =
        [Chapter::Transparency, Chapter::Copyright, Chapter::SafetySecurity, Chapter::AiAct];

    /// The chapters that can be signed.
    pub const CODE: [Chapter; 3] = [Chapter::Transparency, Chapter::Copyright, Chapter::SafetySecurity];

    /// The prefix of its refs.
    pub fn key(self) -> &'static str {
        match self {
            Chapter::Transparency => "T",
            Chapter::Copyright => "C",
            Chapter::SafetySecurity => "S",
            Chapter::AiAct => "AIA",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Chapter::Transparency => "Transparency",
            Chapter::Copyright => "Copyright",
            Chapter::SafetySecurity => "Safety and Security",
            Chapter::AiAct => "AI Act",
        }
    }
}

impl fmt::Display for Chapter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

impl FromStr for Chapter {
    type Err = String;

    fn from_str(text: &str) -> Result<Chapter, String> {
        Chapter::ALL
            .into_iter()
            .find(|chapter| chapter.key().eq_ignore_ascii_case(text))
            .ok_or_else(|| format!("`{text}` is no chapter; chapters are T, C, S and AIA"))
    }
}

/// `T-1`, `S-10`, and for the Act one per article: `AIA-53`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub struct CommitmentRef {
    pub chapter: Chapter,
    pub number: u8,
}

/// `T-1.1`, `S-7.6`, and for the Act one per obligation: `AIA-53-1-d`, `AIA-93`. Ordered as in the Code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub struct MeasureRef {
    pub chapter: Chapter,
    commitment: u8,
    number: u8,
    /// The point's letter for the Act, `\0` where there is none.
    point: u8,
}

impl MeasureRef {
    pub fn commitment(self) -> CommitmentRef {
        CommitmentRef { chapter: self.chapter, number: self.commitment }
    }
}

impl fmt::Display for CommitmentRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}-{}", self.chapter, self.number))
    }
}

impl fmt::Display for MeasureRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let MeasureRef { chapter, commitment, number, point } = *self;
        f.pad(&match (chapter, number, point) {
            (Chapter::AiAct, 0, _) => format!("{chapter}-{commitment}"),
            (Chapter::AiAct, _, 0) => format!("{chapter}-{commitment}-{number}"),
            (Chapter::AiAct, _, point) => format!("{chapter}-{commitment}-{number}-{}", char::from(point)),
            _ => format!("{chapter}-{commitment}.{number}"),
        })
    }
}

fn not_a_ref(text: &str) -> String {
    format!("`{text}` is not a ref; refs look like S-7.6, S-7 or AIA-53-1-d")
}

/// A number as refs write it: no sign, no leading zero.
fn number(text: &str) -> Option<u8> {
    text.parse().ok().filter(|_| !text.starts_with(['0', '+']))
}

impl FromStr for CommitmentRef {
    type Err = String;

    fn from_str(text: &str) -> Result<CommitmentRef, String> {
        let (chapter, rest) = text.split_once('-').ok_or_else(|| not_a_ref(text))?;
        let chapter = chapter.parse().map_err(|_| not_a_ref(text))?;
        let number = number(rest).ok_or_else(|| not_a_ref(text))?;
        Ok(CommitmentRef { chapter, number })
    }
}

impl FromStr for MeasureRef {
    type Err = String;

    fn from_str(text: &str) -> Result<MeasureRef, String> {
        let wrong = || not_a_ref(text);
        let (chapter, rest) = text.split_once('-').ok_or_else(wrong)?;
        let chapter: Chapter = chapter.parse().map_err(|_| wrong())?;
        if chapter != Chapter::AiAct {
            let (commitment, measure) = rest.split_once('.').ok_or_else(wrong)?;
            let (Some(commitment), Some(measure)) = (number(commitment), number(measure)) else {
                return Err(wrong());
            };
            return Ok(MeasureRef { chapter, commitment, number: measure, point: 0 });
        }
        let mut parts = rest.split('-');
        let commitment = parts.next().and_then(number).ok_or_else(wrong)?;
        let paragraph = parts.next().map(|part| number(part).ok_or_else(wrong)).transpose()?.unwrap_or(0);
        let point = match parts.next().map(str::as_bytes) {
            None => 0,
            Some([letter @ b'a'..=b'z']) => *letter,
            Some(_) => return Err(wrong()),
        };
        match parts.next() {
            None => Ok(MeasureRef { chapter, commitment, number: paragraph, point }),
            Some(_) => Err(wrong()),
        }
    }
}

/// What evidence bears on: one measure, or a commitment, which stands for each of its measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub enum Ref {
    Commitment(CommitmentRef),
    Measure(MeasureRef),
}

impl Ref {
    pub fn chapter(self) -> Chapter {
        match self {
            Ref::Commitment(commitment) => commitment.chapter,
            Ref::Measure(measure) => measure.chapter,
        }
    }

    pub fn covers(self, measure: MeasureRef) -> bool {
        match self {
            Ref::Commitment(commitment) => measure.commitment() == commitment,
            Ref::Measure(own) => own == measure,
        }
    }
}

impl fmt::Display for Ref {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ref::Commitment(commitment) => commitment.fmt(f),
            Ref::Measure(measure) => measure.fmt(f),
        }
    }
}

impl FromStr for Ref {
    type Err = String;

    fn from_str(text: &str) -> Result<Ref, String> {
        text.parse().map(Ref::Commitment).or_else(|_| text.parse().map(Ref::Measure))
    }
}

/// Values whose text says everything; the types say `try_from` for their schema only.
macro_rules! written_as_text {
    ($($name:ident),*) => {$(
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                text::deserialize(deserializer)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> String {
                value.to_string()
            }
        }
    )*};
}

written_as_text!(CommitmentRef, MeasureRef, Ref, CompanyId, ModelId, EvidenceId, Letter);

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Text);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<$name, String> {
                if is_id(text) { Ok($name(text.into())) } else { Err(not_an_id(text)) }
            }
        }
    };
}

id!(
    /// A provider's folder below `companies/`.
    CompanyId
);
id!(
    /// A model's file below its company's `models/`.
    ModelId
);
id!(
    /// An evidence file below its company's `evidence/`.
    EvidenceId
);

/// `[a-z0-9][a-z0-9-]*`, at most 100 characters: safe as a file name everywhere.
fn is_id(text: &str) -> bool {
    let ok = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.starts_with('-') && (1..=100).contains(&text.len()) && text.bytes().all(ok)
}

fn not_an_id(text: &str) -> String {
    format!(
        "`{text}` is not an id; use small letters, digits and hyphens, at most 100, not starting with a hyphen"
    )
}

/// A requirement's letter within its measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub struct Letter(u8);

impl fmt::Display for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        char::from(self.0).fmt(f)
    }
}

impl FromStr for Letter {
    type Err = String;

    fn from_str(text: &str) -> Result<Letter, String> {
        match text.as_bytes() {
            [letter @ b'a'..=b'z'] => Ok(Letter(*letter)),
            _ => Err(format!("`{text}` is not a requirement's letter; letters are a to z")),
        }
    }
}

/// The id git gives a file's content: 40 hex digits, or 64 in a SHA-256 repository. Never abbreviated.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema)]
#[schemars(try_from = "String", into = "String")]
pub struct ContentId(Digest);

/// What the digits stand for: a register holds an id for each of its files, and one for each pin.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Digest {
    Sha1([u8; 20]),
    Sha256(Box<[u8; 32]>),
}

impl ContentId {
    /// The first ten digits, for the eye.
    pub fn short(&self) -> String {
        hex(&self.bytes()[..5])
    }

    pub fn bytes(&self) -> &[u8] {
        match &self.0 {
            Digest::Sha1(bytes) => bytes,
            Digest::Sha256(bytes) => &**bytes,
        }
    }
}

impl fmt::Display for ContentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&hex(self.bytes()))
    }
}

/// The bytes that small hex digits stand for, if that is what a text is.
fn bytes<const LENGTH: usize>(text: &str) -> Option<[u8; LENGTH]> {
    let digit = |byte: u8| char::from(byte).to_digit(16).filter(|_| !byte.is_ascii_uppercase());
    let mut bytes = [0; LENGTH];
    let (pairs, []) = text.as_bytes().as_chunks() else { return None };
    if pairs.len() != LENGTH {
        return None;
    }
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = (digit(*high)? << 4 | digit(*low)?) as u8;
    }
    Some(bytes)
}

impl FromStr for ContentId {
    type Err = String;

    fn from_str(text: &str) -> Result<ContentId, String> {
        let sha1 = bytes(text).map(Digest::Sha1);
        sha1.or_else(|| bytes(text).map(|bytes| Digest::Sha256(Box::new(bytes))))
            .map(ContentId)
            .ok_or_else(|| format!("`{text}` is not a full git blob id (40 or 64 hex digits)"))
    }
}

/// As digits for people, as bytes for what is kept to be quick.
impl Serialize for ContentId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return serializer.collect_str(self);
        }
        serializer.serialize_bytes(self.bytes())
    }
}

impl<'de> Deserialize<'de> for ContentId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ContentId, D::Error> {
        if deserializer.is_human_readable() {
            return text::deserialize(deserializer);
        }
        let bytes = <&[u8]>::deserialize(deserializer)?;
        let sha1 = bytes.try_into().map(Digest::Sha1);
        let digest = sha1.or_else(|_| bytes.try_into().map(|bytes| Digest::Sha256(Box::new(bytes))));
        digest.map(ContentId).map_err(|_| D::Error::custom("no git blob id has this length"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refs_are_read_and_written_alike() {
        for text in ["T-1.1", "S-10.2", "AIA-53-1-d", "AIA-93", "AIA-54-3"] {
            assert_eq!(text.parse::<MeasureRef>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "S",
            "S-",
            "S-1",
            "S-1.",
            "S-1.1.1",
            "X-1.1",
            "S-01.1",
            "S-+1.1",
            "AIA-53-1-dd",
            "AIA-53-1-d-e",
            "S--1.1",
            "S-1.-1",
            "S-999.1",
        ] {
            assert!(text.parse::<MeasureRef>().is_err(), "{text}");
        }
    }

    #[test]
    fn content_ids_are_read_and_written_alike() {
        for text in ["0123456789abcdef0123456789abcdef01234567".to_owned(), "f0".repeat(32)] {
            let id: ContentId = text.parse().unwrap();
            assert_eq!((id.to_string(), id.short()), (text.clone(), text[..10].to_owned()));
        }
        let wrong = [
            "",
            "f0",
            &"f".repeat(39),
            &"F0".repeat(20),
            &"g0".repeat(20),
            &"é".repeat(20),
            &"f0".repeat(33),
        ];
        for text in wrong {
            assert!(text.parse::<ContentId>().is_err(), "{text}");
        }
    }

    #[test]
    fn refs_are_ordered_as_in_the_code() {
        let mut refs: Vec<MeasureRef> = ["AIA-52-1", "S-10.1", "S-9.4", "T-1.2", "C-1.5", "S-1.1"]
            .map(|text| text.parse().unwrap())
            .to_vec();
        refs.sort();
        let sorted: Vec<String> = refs.iter().map(ToString::to_string).collect();
        assert_eq!(sorted, ["T-1.2", "C-1.5", "S-1.1", "S-9.4", "S-10.1", "AIA-52-1"]);
    }

    #[test]
    fn a_commitment_covers_its_measures() {
        let seven: Ref = "S-7".parse().unwrap();
        assert!(seven.covers("S-7.6".parse().unwrap()));
        assert!(!seven.covers("S-8.1".parse().unwrap()));
        let article: Ref = "AIA-93".parse().unwrap();
        assert!(article.covers("AIA-93".parse().unwrap()));
    }

    #[test]
    fn ids_that_could_hurt_a_file_system_are_refused() {
        for text in ["", "-a", "A", "a b", "a/b", "..", "a.b", "é", &"a".repeat(101)] {
            assert!(text.parse::<CompanyId>().is_err(), "{text}");
        }
        assert!("open-hippo2".parse::<CompanyId>().is_ok());
    }
}
