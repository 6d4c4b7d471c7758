//! Calendar days, whole or known only in part.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A calendar day. In TOML a bare date, in JSON and on the command line `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

impl Day {
    /// The day with these numbers, or nothing where the calendar has no such day.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Day> {
        Date::new(year, month, day).ok().map(Day)
    }

    /// The calendar day it was somewhere: seconds since 1970 in UTC, and the place's offset from UTC. Times out of any
    /// calendar, which git lets a commit claim, count as the first or last day there is.
    pub fn at(seconds: i64, offset_minutes: i32) -> Day {
        let limits = (Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
        let time = Timestamp::from_second(seconds.clamp(limits.0, limits.1)).unwrap_or(Timestamp::UNIX_EPOCH);
        let offset = Offset::from_seconds(offset_minutes.saturating_mul(60)).unwrap_or(Offset::UTC);
        Day(offset.to_datetime(time).date())
    }

    /// The civil date behind it, for arithmetic.
    pub fn date(self) -> Date {
        self.0
    }

    /// Whole days from `earlier` to this day; negative when this day is the earlier one.
    pub fn days_since(self, earlier: Day) -> i32 {
        earlier.0.until(self.0).map(|span| span.get_days()).unwrap_or(0)
    }

    /// The next day; the last day there is has itself.
    pub fn tomorrow(self) -> Day {
        Day(self.0.tomorrow().unwrap_or(self.0))
    }

    /// This day moved by whole months, at the last day of the month where the day does not exist there.
    pub fn plus_months(self, months: i32) -> Day {
        use jiff::ToSpan;
        Day(self.0.saturating_add(months.months()))
    }
}

impl From<Date> for Day {
    fn from(date: Date) -> Day {
        Day(date)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Day {
    type Err = String;

    fn from_str(text: &str) -> Result<Day, String> {
        // jiff reads more than a calendar day (times, week dates); here a day is ten characters.
        let day = (text.len() == 10).then(|| text.parse().ok()).flatten();
        day.map(Day).ok_or_else(|| format!("`{text}` is not a day; write it as 2026-04-07"))
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return serializer.collect_str(self);
        }
        (self.0.year(), self.0.month(), self.0.day()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Day, D::Error> {
        if deserializer.is_human_readable() {
            return Day::from_toml(toml::value::Datetime::deserialize(deserializer)?)
                .map_err(D::Error::custom);
        }
        let (year, month, day) = Deserialize::deserialize(deserializer)?;
        Day::new(year, month, day).ok_or_else(|| D::Error::custom("no such day"))
    }
}

impl Day {
    fn from_toml(value: toml::value::Datetime) -> Result<Day, String> {
        match (value.date, value.time) {
            (Some(date), None) => i16::try_from(date.year)
                .ok()
                .and_then(|year| Day::new(year, date.month as i8, date.day as i8))
                .ok_or_else(|| format!("the calendar has no day {value}")),
            _ => Err(format!("`{value}` is not a day; write it without a time, as 2026-04-07")),
        }
    }
}

/// A day known whole, to the month, or to the year: sources do not always say more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub enum PartialDay {
    Day(Day),
    Month { year: i16, month: i8 },
    Year(i16),
}

impl PartialDay {
    /// The first day it can stand for.
    pub fn earliest(self) -> Day {
        match self {
            PartialDay::Day(day) => day,
            PartialDay::Month { year, month } => Day(Date::constant(year, month, 1)),
            PartialDay::Year(year) => Day(Date::constant(year, 1, 1)),
        }
    }

    /// The last day it can stand for.
    pub fn latest(self) -> Day {
        match self {
            PartialDay::Day(day) => day,
            PartialDay::Month { .. } => Day(self.earliest().0.last_of_month()),
            PartialDay::Year(_) => Day(self.earliest().0.last_of_year()),
        }
    }
}

impl fmt::Display for PartialDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PartialDay::Day(day) => day.fmt(f),
            PartialDay::Month { year, month } => write!(f, "{year:04}-{month:02}"),
            PartialDay::Year(year) => write!(f, "{year:04}"),
        }
    }
}

impl FromStr for PartialDay {
    type Err = String;

    fn from_str(text: &str) -> Result<PartialDay, String> {
        let wrong = || {
            format!(
                "`{text}` is not a day; write 2026-04-07, or \"2026-04\" or \"2026\" where no more is known"
            )
        };
        match text.len() {
            10 => text.parse().map(PartialDay::Day),
            // A month or a year is checked as the first day it can stand for.
            7 => {
                let first: Day = format!("{text}-01").parse().map_err(|_| wrong())?;
                Ok(PartialDay::Month { year: first.0.year(), month: first.0.month() })
            }
            4 => {
                let first: Day = format!("{text}-01-01").parse().map_err(|_| wrong())?;
                Ok(PartialDay::Year(first.0.year()))
            }
            _ => Err(wrong()),
        }
    }
}

/// How a [`PartialDay`] is written down: a TOML date where it is whole, text otherwise.
struct Written(PartialDay);

impl From<PartialDay> for Written {
    fn from(day: PartialDay) -> Written {
        Written(day)
    }
}

impl From<Written> for PartialDay {
    fn from(written: Written) -> PartialDay {
        written.0
    }
}

impl Clone for Written {
    fn clone(&self) -> Written {
        Written(self.0)
    }
}

impl Serialize for Written {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Written, D::Error> {
        #[derive(Deserialize)]
        #[serde(
            untagged,
            expecting = "expected a day (2026-04-07), or \"2026-04\" or \"2026\" where no more is known"
        )]
        enum Form {
            Whole(toml::value::Datetime),
            Text(String),
        }
        if !deserializer.is_human_readable() {
            let text = <&str>::deserialize(deserializer)?;
            return text.parse().map(Written).map_err(D::Error::custom);
        }
        match Form::deserialize(deserializer)? {
            Form::Whole(value) => Day::from_toml(value).map(PartialDay::Day),
            Form::Text(text) => text.parse(),
        }
        .map(Written)
        .map_err(D::Error::custom)
    }
}

/// TOML's own dates, as schemas of TOML files describe them.
impl JsonSchema for Day {
    fn schema_name() -> Cow<'static, str> {
        "Day".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date", "description": "A day without quotes: 2026-04-07" })
    }
}

impl JsonSchema for PartialDay {
    fn schema_name() -> Cow<'static, str> {
        "PartialDay".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A day (2026-04-07), or \"2026-04\" or \"2026\" where no more is known",
            "anyOf": [
                { "type": "string", "format": "date" },
                { "type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$" },
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partial_day_spans_what_it_leaves_open() {
        let month: PartialDay = "2026-02".parse().unwrap();
        assert_eq!(month.earliest().to_string(), "2026-02-01");
        assert_eq!(month.latest().to_string(), "2026-02-28");
        let year: PartialDay = "2025".parse().unwrap();
        assert_eq!(year.latest().to_string(), "2025-12-31");
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in ["2026-02-30", "26-02-01", "2026-2", "yesterday", "2026-13", "2026-04-07T10:00", ""] {
            assert!(text.parse::<Day>().is_err(), "{text}");
            assert!(text.parse::<PartialDay>().is_err(), "{text}");
        }
    }

    #[test]
    fn toml_and_the_cache_give_the_same_days_back() {
        #[derive(Serialize, Deserialize, PartialEq, Debug)]
        struct File {
            day: Day,
            about: PartialDay,
        }
        let file: File = toml::from_str("day = 2026-04-07\nabout = \"2026-04\"").unwrap();
        let bytes = postcard::to_stdvec(&file).unwrap();
        assert_eq!(postcard::from_bytes::<File>(&bytes).unwrap(), file);
        assert!(toml::from_str::<File>("day = 2026-04-07T10:00:00\nabout = 2026-04-07").is_err());
    }
}
