//! What a judgement says, and on which basis a measure is held against a company.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The status a person records for a measure or one of its requirements. No record at all is *unassessed*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    Gap,
    Partial,
    Met,
    NotApplicable,
}

impl Status {
    pub const ALL: [Status; 4] = [Status::Gap, Status::Partial, Status::Met, Status::NotApplicable];

    /// As written in files, on the command line and in commit messages.
    pub fn key(self) -> &'static str {
        match self {
            Status::Gap => "gap",
            Status::Partial => "partial",
            Status::Met => "met",
            Status::NotApplicable => "not-applicable",
        }
    }
}

/// Why a measure is held against a company (Art. 53(4), 55(2) AI Act).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// The company signed the chapter and shows compliance by adhering to it.
    Adherence,
    /// It did not, and shows alternative adequate means; the measure is the yardstick of its gap analysis.
    Alternative,
    /// A duty of the Act itself, the same for signatories and others.
    Law,
}

impl Basis {
    pub const ALL: [Basis; 3] = [Basis::Adherence, Basis::Alternative, Basis::Law];

    pub fn key(self) -> &'static str {
        match self {
            Basis::Adherence => "adherence",
            Basis::Alternative => "alternative",
            Basis::Law => "law",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Basis::Adherence => "adherence",
            Basis::Alternative => "alternative means",
            Basis::Law => "law",
        }
    }
}

macro_rules! by_key {
    ($name:ident, $what:literal) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.key())
            }
        }

        impl FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<$name, String> {
                $name::ALL.into_iter().find(|value| value.key() == text).ok_or_else(|| {
                    let known = $name::ALL.map($name::key).join(", ");
                    format!(concat!("`{}` is no ", $what, "; known are {}"), text, known)
                })
            }
        }
    };
}

by_key!(Status, "status");
by_key!(Basis, "basis");
