//! Text that many values have in common, kept once; and reading what is written as text.
//!
//! A register of a thousand companies names the same few documents and digests forty thousand times. A thread remembers
//! the texts it read lately, and hands out the same one again; nobody can tell, but by the memory it takes.

use std::cell::RefCell;
use std::convert::Infallible;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::marker::PhantomData;
use std::ops::Deref;
use std::str::FromStr;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(Arc<str>);

/// How many texts a thread remembers.
const PLACES: usize = 1024;

thread_local! {
    static LATELY: RefCell<[Option<Text>; PLACES]> = const { RefCell::new([const { None }; PLACES]) };
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        let place = hasher.finish() as usize % PLACES;
        LATELY.with_borrow_mut(|lately| {
            let known = lately[place].take().filter(|known| **known == *text);
            lately[place].insert(known.unwrap_or_else(|| Text(text.into()))).clone()
        })
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        text.as_str().into()
    }
}

impl FromStr for Text {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Text, Infallible> {
        Ok(text.into())
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Text, D::Error> {
        deserialize(deserializer)
    }
}

impl JsonSchema for Text {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        String::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        String::json_schema(generator)
    }
}

/// Reads a value from its text as it lies there, without a copy.
pub fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: FromStr<Err: fmt::Display>,
    D: Deserializer<'de>,
{
    deserializer.deserialize_str(Written(PhantomData))
}

struct Written<T>(PhantomData<T>);

impl<T: FromStr<Err: fmt::Display>> Visitor<'_> for Written<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_equal_is_one() {
        let [one, again, other]: [Text; 3] = ["one", "one", "other"].map(Text::from);
        assert!(Arc::ptr_eq(&one.0, &again.0));
        assert_ne!(one, other);
    }

    #[test]
    fn what_is_forgotten_is_still_the_same_text() {
        let texts: Vec<String> = (0..10 * PLACES).map(|number| format!("text {number}")).collect();
        let read: Vec<Text> = texts.iter().map(|text| text.as_str().into()).collect();
        assert!(texts.iter().zip(&read).all(|(text, read)| **read == **text));
    }
}
