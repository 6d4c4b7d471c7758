//! Reading what can be read of a file with mistakes in it.
//!
//! The tree is held against its type again and again; each time the first mistake is written down and taken out,
//! until the rest reads as a value. So several mistakes are reported together, and one wrong line in a long list
//! costs that line. A table that lacks a key it cannot be without is dropped as a whole, after the other mistakes in
//! it have been found.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeArray, DeValue, ValueDeserializer};

use crate::domain::Rule;
use crate::domain::suggestion::did_you_mean_or_list;
use crate::files::merge::mark::UNSETTLED;
use crate::files::tree::{self, Path, ROOT, Step, Tree, at};

use super::complaint::Complaint;
use super::faults::{Spoiled, spoiled};

/// Something wrong at a place in a text. Without a place: something that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    pub span: Option<Range<usize>>,
    pub rule: Rule,
    pub message: String,
    pub hint: Option<String>,
}

/// What the shape of a file cannot say, such as an item that is listed twice: it is taken out like any other mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Where in the value that was read.
    pub at: Path,
    pub rule: Rule,
    pub message: String,
    pub hint: Option<String>,
}

/// What was saved of a file.
pub struct Salvaged<'t, T> {
    /// Nothing where the file says too little without its mistakes.
    pub value: Option<T>,
    /// What the value was read from: an index in one is the same index in the other.
    pub tree: Tree<'t>,
    pub flaws: Vec<Flaw>,
    /// How often it was read for that.
    pub readings: usize,
}

/// More would not be read by anybody, and each one costs another reading of the file.
pub const MOST_FLAWS: usize = 30;

/// Of the keys that a merge left to people.
const MOST_NAMED: usize = 3;

/// Each missing key costs a few readings without a flaw of its own.
const MOST_READINGS: usize = 120;

/// What all readings of a file may come to. Of one that is as large as may be it is enough for two.
const MOST_READ_BYTES: usize = 2 * 1024 * 1024;

/// How much files with mistakes may cost that are read together: each reading of one counts its bytes. It is spent by
/// three thousand judgements with a mistake.
pub struct Patience {
    most_bytes: usize,
    spent_bytes: Cell<usize>,
    was_out: Cell<bool>,
}

impl Patience {
    pub const MOST_BYTES: usize = 6 * 1024 * 1024;

    /// What is left when others have spent so much.
    pub fn after(spent_bytes: usize) -> Patience {
        let most_bytes = Patience::MOST_BYTES.saturating_sub(spent_bytes);
        Patience { most_bytes, spent_bytes: Cell::new(0), was_out: Cell::new(false) }
    }

    pub fn spent_bytes(&self) -> usize {
        self.spent_bytes.get()
    }

    /// Whether somebody asked for more when nothing was left.
    pub fn was_out(&self) -> bool {
        self.was_out.get()
    }

    /// Whether it is enough for what costs so much.
    pub fn suffices(&self, bytes: usize) -> bool {
        bytes <= self.most_bytes.saturating_sub(self.spent_bytes.get())
    }

    /// Whether one more file with a mistake may be looked at.
    pub(super) fn is_left(&self) -> bool {
        let is_left = self.spent_bytes.get() < self.most_bytes;
        self.was_out.set(self.was_out.get() || !is_left);
        is_left
    }

    pub(super) fn spend(&self, bytes: usize) {
        self.spent_bytes.set(self.spent_bytes.get() + bytes);
    }
}

impl Default for Patience {
    fn default() -> Patience {
        Patience::after(0)
    }
}

/// Reads what can be read of a text, as it was parsed, without the `stray` lines that were told of already.
pub fn salvage<'t, T: DeserializeOwned>(
    text: &'t str,
    parsed: (Tree<'t>, Vec<toml::de::Error>),
    stray: Vec<Flaw>,
    mistakes: impl Fn(&T) -> Vec<Mistake>,
) -> Salvaged<'t, T> {
    let mut salvage = Salvage::of(text, parsed, stray);
    let value = salvage.read(mistakes);
    let Salvage { tree, mut flaws, readings, .. } = salvage;
    flaws.sort_by_key(|flaw| flaw.span.as_ref().map(|span| span.start));
    Salvaged { value, tree, flaws, readings }
}

struct Salvage<'t> {
    tree: Tree<'t>,
    most_readings: usize,
    readings: usize,
    flaws: Vec<Flaw>,
    /// The TOML itself is broken, so that a key that seems to be missing may only be out of sight.
    broken: bool,
    /// Keys that were there with a wrong value, by the span of their table: they are not missing.
    taken_out: BTreeSet<(usize, usize, String)>,
    /// Tables that lack a key and hold a stand-in for it.
    hollow: Vec<Range<usize>>,
    /// The key that is being stood in for, and the values still to be tried.
    standing_in: Option<(Path, Vec<DeValue<'static>>)>,
}

impl<'t> Salvage<'t> {
    fn of(text: &'t str, (tree, errors): (Tree<'t>, Vec<toml::de::Error>), stray: Vec<Flaw>) -> Salvage<'t> {
        let broken = !errors.is_empty() || !stray.is_empty();
        let spoiled = spoiled(text, &tree, errors);
        let mut salvage = Salvage {
            tree,
            most_readings: MOST_READINGS.min(MOST_READ_BYTES / text.len().max(1)),
            readings: 0,
            flaws: stray,
            broken,
            taken_out: BTreeSet::new(),
            hollow: Vec::new(),
            standing_in: None,
        };
        for Spoiled { flaw, entry } in spoiled {
            salvage.flaws.push(flaw);
            if let Some(path) = entry {
                salvage.remove(&path);
            }
        }
        salvage.tell_unsettled();
        salvage
    }

    /// What a merge left to people is told, and is nothing that the file says.
    fn tell_unsettled(&mut self) {
        let at = at![UNSETTLED];
        let Some(DeValue::Array(marks)) = tree::get(&self.tree, &at).map(Spanned::get_ref) else {
            return;
        };
        let key =
            |mark: &Tree| mark.get_ref().get("key").and_then(|key| Some(quoted(key.get_ref().as_str()?)));
        let mut keys: Vec<String> = marks.iter().filter_map(key).collect();
        keys.dedup();
        let more = keys.len().saturating_sub(MOST_NAMED);
        keys.truncate(MOST_NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        self.flaws.push(Flaw {
            span: tree::mark(&self.tree, &at),
            rule: Rule::Unsettled,
            message: format!("a merge left {}{more} to people, and nobody has settled it", keys.join(", ")),
            hint: Some(
                "see both sides with `countersign conflicts`, and settle them with `countersign settle`"
                    .to_owned(),
            ),
        });
        tree::remove(&mut self.tree, &at);
    }

    fn read<T: DeserializeOwned>(&mut self, mistakes: impl Fn(&T) -> Vec<Mistake>) -> Option<T> {
        while self.readings < self.most_readings && self.flaws.len() <= MOST_FLAWS {
            self.readings += 1;
            match T::deserialize(ValueDeserializer::from(self.tree.clone())) {
                Err(error) => self.take_out(&error).or_else(|| self.give_up(&error))?,
                Ok(_) if self.hollow.contains(&ROOT) => return None,
                Ok(_) if !self.hollow.is_empty() => self.drop_hollow_tables(),
                Ok(value) => match mistakes(&value) {
                    none if none.is_empty() => return Some(value),
                    found => self.take_out_mistakes(found),
                },
            }
        }
        self.flaws.truncate(MOST_FLAWS);
        self.flaws.push(Flaw {
            span: None,
            rule: Rule::TooMany,
            message: "so many mistakes that the rest was not read".to_owned(),
            hint: None,
        });
        None
    }

    /// Nothing is read, and never without a word.
    fn give_up(&mut self, error: &toml::de::Error) -> Option<()> {
        if self.flaws.is_empty() {
            let message = error.message().to_owned();
            self.flaws.push(Flaw { span: error.span(), rule: Rule::WrongValue, message, hint: None });
        }
        None
    }

    /// One mistake in the shape, or nothing where it cannot be told what to take out.
    fn take_out(&mut self, error: &toml::de::Error) -> Option<()> {
        let span = error.span()?;
        let complaint = Complaint::of(error.message());
        if span == STAND_IN {
            return self.stand_in_differently(complaint);
        }
        let path = tree::find(&self.tree, &span)?;
        if let Complaint::MissingKey(key) = complaint {
            self.miss(path, span, key);
            return Some(());
        }
        let path = self.meant(path, error.message());
        let (rule, message, hint) = self.words(&path, complaint);
        let span = match tree::get(&self.tree, &path) {
            // The whole list was named, and one of its items is meant.
            Some(item) if matches!(path.last(), Some(Step::Index(_))) => item.span(),
            _ => span,
        };
        self.flaws.push(Flaw { span: Some(span), rule, message, hint });
        self.remove(&path);
        Some(())
    }

    /// The value a message is about, where its span leaves that open.
    fn meant(&self, mut path: Path, message: &str) -> Path {
        // `[[name]]` begins a list and its first item at the same place.
        if message.starts_with("invalid type: sequence") && path.last() == Some(&Step::Index(0)) {
            path.pop();
            return path;
        }
        // What one of the domain's types says of an item has the span of the whole list, and begins with the item.
        if let Some(DeValue::Array(items)) = tree::get(&self.tree, &path).map(Spanned::get_ref) {
            let begins = |text: &str| message.strip_prefix('`').is_some_and(|rest| rest.starts_with(text));
            let item = items.iter().position(|item| item.get_ref().as_str().is_some_and(begins));
            path.extend(item.map(Step::from));
        }
        path
    }

    fn miss(&mut self, table: Path, span: Range<usize>, key: &str) {
        let was_there = self.taken_out.contains(&(span.start, span.end, key.to_owned()));
        if !was_there && !self.broken {
            self.flaws.push(Flaw {
                span: (span != ROOT).then(|| span.clone()),
                rule: Rule::MissingKey,
                message: format!("`{key}` is missing"),
                hint: None,
            });
        }
        if !self.hollow.contains(&span) {
            self.hollow.push(span);
        }
        let mut path = table;
        path.push(Step::from(key.to_owned()));
        self.standing_in = Some((path, stand_ins()));
        self.stand_in();
    }

    /// Puts the next stand-in where a key is missing, so that the reading can go on to the next mistake.
    fn stand_in(&mut self) -> Option<()> {
        let (path, values) = self.standing_in.as_mut()?;
        let value = values.pop()?;
        let (Step::Key(key), table) = path.split_last()? else { return None };
        let key = Spanned::new(STAND_IN, key.clone());
        if let DeValue::Table(table) = tree::get_mut(&mut self.tree, table)?.get_mut() {
            // In a map an equal key stays as it is, so the old stand-in leaves with its key.
            table.remove(key.get_ref().as_ref());
            table.insert(key, Spanned::new(STAND_IN, value));
        }
        Some(())
    }

    fn stand_in_differently(&mut self, complaint: Complaint) -> Option<()> {
        if let (Some((_, values)), Some(value)) = (&mut self.standing_in, asked_for(complaint)) {
            values.push(value);
        }
        self.stand_in()
    }

    fn drop_hollow_tables(&mut self) {
        for span in std::mem::take(&mut self.hollow) {
            if let Some(path) = tree::find(&self.tree, &span) {
                self.remove(&path);
            }
        }
    }

    fn take_out_mistakes(&mut self, mut mistakes: Vec<Mistake>) {
        // From the back, so that an item that leaves a list does not move those that are still to leave.
        mistakes.sort_by(|a, b| b.at.cmp(&a.at));
        for Mistake { at, rule, message, hint } in mistakes {
            self.flaws.push(Flaw { span: tree::mark(&self.tree, &at), rule, message, hint });
            self.remove(&at);
        }
    }

    fn remove(&mut self, path: &[Step]) {
        if let Some((Step::Key(key), table)) = path.split_last()
            && let Some(span) = tree::span(&self.tree, table)
        {
            self.taken_out.insert((span.start, span.end, key.to_string()));
        }
        tree::remove(&mut self.tree, path);
    }

    fn words(&self, path: &[Step], complaint: Complaint) -> (Rule, String, Option<String>) {
        let key = path.iter().rev().find_map(|step| match step {
            Step::Key(key) => Some(quoted(key)),
            Step::Index(_) => None,
        });
        let key = key.unwrap_or_else(|| "the file".to_owned());
        let owned = |hint: Option<&str>| hint.map(str::to_owned);
        match complaint {
            Complaint::UnknownKey { known } => {
                let hint = did_you_mean_or_list(key.trim_matches('`'), &known);
                (Rule::UnknownKey, format!("{key} is not a key here"), hint)
            }
            Complaint::UnknownWord { word, known } => {
                let message = format!("{} is not a value of {key}", quoted(word));
                (Rule::WrongValue, message, did_you_mean_or_list(word, &known))
            }
            Complaint::WrongType { expected } => {
                let found = tree::get(&self.tree, path).map_or("nothing", |value| kind(value.get_ref()));
                (Rule::WrongValue, format!("{key} takes {expected}, not {found}"), None)
            }
            Complaint::NoDay { reason, hint } => (Rule::WrongDay, format!("{key}: {reason}"), owned(hint)),
            Complaint::Other { reason, hint } => (Rule::WrongValue, format!("{key}: {reason}"), owned(hint)),
            Complaint::MissingKey(key) => (Rule::MissingKey, format!("`{key}` is missing"), None),
        }
    }
}

/// A place that no text has.
const STAND_IN: Range<usize> = usize::MAX..usize::MAX;

/// Texts one of which fits every type that is written as one. The last is tried first.
fn stand_ins() -> Vec<DeValue<'static>> {
    let texts = ["0000000000000000000000000000000000000000", "T-1.1", "T-1", "a", ""];
    texts.map(|text| DeValue::String(text.into())).into()
}

/// A value of the type that a complaint about a stand-in asks for.
fn asked_for(complaint: Complaint) -> Option<DeValue<'static>> {
    let day = toml::value::Date { year: 2000, month: 1, day: 1 };
    match complaint {
        Complaint::UnknownWord { known, .. } => Some(DeValue::String(known.first()?.to_string().into())),
        Complaint::NoDay { .. } => {
            Some(DeValue::Datetime(toml::value::Datetime { date: Some(day), time: None, offset: None }))
        }
        Complaint::WrongType { expected: "a list" } => Some(DeValue::Array(DeArray::new())),
        Complaint::WrongType { expected: "a number" | "a whole number" } => {
            Some(DeValue::Integer(Default::default()))
        }
        _ => None,
    }
}

/// What was found where something else is expected, in the words of TOML's users.
fn kind(value: &DeValue) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a day",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// Somebody's text within a message: on one line and not too long.
pub fn quoted(text: &str) -> String {
    const MOST: usize = 60;
    let line = text.lines().next().unwrap_or_default();
    if line.len() == text.len() && line.chars().count() <= MOST {
        return format!("`{line}`");
    }
    format!("`{}…`", line.chars().take(MOST).collect::<String>())
}
