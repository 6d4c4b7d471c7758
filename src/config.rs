//! A person's own settings: `config.toml` in their configuration folder.
//!
//! ```toml
//! mouse = false
//! links = "never"
//!
//! [keys.everywhere]
//! "f5" = "reload"
//! [keys.board]
//! "g a" = "audit"
//! "z" = "unbind"
//! ```
//!
//! Reading never fails: every mistake is a finding with file, line and a suggestion, and the rest counts.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use strum::VariantArray;

use crate::domain::Finding;
use crate::domain::Rule;
use crate::files::read::{self, Mistake};
use crate::files::tree::at;
use crate::ui::{Action, Keymap, Scope, Sequence, action};

/// Your own settings for Countersign's screen.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Configuration {
    /// Whether the mouse is the screen's; `false` leaves it to the terminal, for selecting text.
    #[serde(default = "yes")]
    mouse: bool,
    /// Whether web addresses are made links that a terminal can open.
    #[serde(default)]
    links: Links,
    /// Keys, or several with spaces between, to the action they stand for; by the screen they are typed at.
    #[serde(default)]
    keys: BTreeMap<Place, BTreeMap<String, Meaning>>,
}

fn yes() -> bool {
    true
}

impl Default for Configuration {
    fn default() -> Configuration {
        Configuration { mouse: yes(), links: Links::default(), keys: BTreeMap::new() }
    }
}

/// When web addresses are made links (OSC 8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Links {
    /// Where the terminal is known to have them.
    #[default]
    Auto,
    Always,
    Never,
}

/// What is in effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    pub keymap: Keymap,
    pub mouse: bool,
    pub links: Links,
}

impl Default for Settings {
    fn default() -> Settings {
        Configuration::default().settings()
    }
}

/// Where keys are typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// Wherever the action is heard.
    Everywhere,
    /// By its position among all scopes.
    In(usize),
}

/// What keys stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Action(Action),
    Unbind,
}

/// What is in effect, and everything wrong in the file.
pub fn settings(path: &str, text: &str) -> (Settings, Vec<Finding>) {
    let configuration = read::from_text(path, text, mistakes).0.unwrap_or_default();
    // A mistake is left out of what counts; what is only to be known is not.
    let to_be_told = |read: &Configuration| {
        mistakes(read).into_iter().chain(configuration.taken_in(read)).collect::<Vec<_>>()
    };
    let findings = read::from_text(path, text, to_be_told).1;
    (configuration.settings(), findings)
}

/// The file's JSON schema.
pub fn schema() -> schemars::Schema {
    read::schema::of::<Configuration>()
}

impl Configuration {
    fn settings(&self) -> Settings {
        Settings { keymap: self.keymap(), mouse: self.mouse, links: self.links }
    }

    /// What is bound for one screen wins over what is bound for all.
    fn keymap(&self) -> Keymap {
        let mut keymap = Keymap::default();
        for (place, bound) in &self.keys {
            for (keys, meaning) in bound {
                let Ok(keys) = keys.parse::<Sequence>() else { continue };
                for scope in place.scopes() {
                    match meaning {
                        Meaning::Unbind => keymap.unbind(scope, &keys),
                        Meaning::Action(action) if may_be_bound(scope, &keys, *action) => {
                            keymap.bind(scope, keys.clone(), *action);
                        }
                        Meaning::Action(_) => {}
                    }
                }
            }
        }
        keymap
    }
}

impl Configuration {
    /// The keys in a part of it that other actions usually have.
    fn taken_in(&self, part: &Configuration) -> Vec<Mistake> {
        let all = part.keys.iter().flat_map(|(place, bound)| bound.iter().map(move |bound| (place, bound)));
        let counts = |place, written| self.keys.get(place).is_some_and(|bound| bound.contains_key(written));
        let told = all.filter(|(place, (written, _))| counts(*place, *written));
        let told = told.filter_map(|(place, (written, meaning))| {
            let words = self.taken(*place, &written.parse().ok()?, *meaning)?;
            Some(mistake(*place, written, &words))
        });
        told.collect()
    }

    /// Whose usual keys these are, where those are given no other ones.
    fn taken(&self, place: Place, keys: &Sequence, meaning: Meaning) -> Option<String> {
        let Meaning::Action(own) = meaning else { return None };
        let given =
            |action| self.keys.values().any(|bound| bound.values().any(|to| *to == Meaning::Action(action)));
        let (usual, mut taken) = (Keymap::default(), Vec::<(Action, Vec<&str>)>::new());
        for scope in place.scopes().into_iter().filter(|scope| may_be_bound(*scope, keys, own)) {
            for action in usual.colliding(scope, keys).filter(|action| *action != own && !given(*action)) {
                match taken.iter_mut().find(|(known, _)| *known == action) {
                    Some((_, scopes)) => scopes.push(scope.name()),
                    None => taken.push((action, vec![scope.name()])),
                }
            }
        }
        let told =
            taken.iter().map(|(action, scopes)| format!("`{}` in {}", action.name(), scopes.join(", ")));
        let told = told.collect::<Vec<_>>().join(" and ");
        (!taken.is_empty()).then(|| {
            format!("`{keys}` is usually heard as {told}; yours counts: give that a key of its own, too")
        })
    }
}

fn may_be_bound(scope: Scope, keys: &Sequence, action: Action) -> bool {
    action::row(scope, action).is_some() && !(scope.takes_text() && keys.begins_with_text())
}

fn mistakes(configuration: &Configuration) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for (place, bound) in &configuration.keys {
        let mut earlier: Vec<(&str, Sequence)> = Vec::new();
        for (written, meaning) in bound {
            let found = match written.parse::<Sequence>() {
                Err(words) => Some(words),
                Ok(keys) => {
                    let clash = earlier.iter().find(|(_, other)| other.collides(&keys));
                    let clash = clash.map(|(other, _)| clash_words(written, other));
                    let found = clash.or_else(|| place.refusal(&keys, *meaning));
                    earlier.push((written, keys));
                    found
                }
            };
            mistakes.extend(found.map(|words| mistake(*place, written, &words)));
        }
    }
    mistakes
}

fn clash_words(written: &str, other: &str) -> String {
    format!("`{written}` and `{other}` cannot both be heard; one is the other, or its beginning: change one")
}

/// `words` say what is wrong and, behind a semicolon, what to do.
fn mistake(place: Place, written: &str, words: &str) -> Mistake {
    let (message, hint) = words.split_once("; ").map_or((words, None), |(what, hint)| (what, Some(hint)));
    Mistake {
        at: at!["keys", place.name(), written.to_owned()],
        rule: Rule::WrongValue,
        message: message.to_owned(),
        hint: hint.map(str::to_owned),
    }
}

impl Place {
    fn name(self) -> &'static str {
        match self {
            Place::Everywhere => "everywhere",
            Place::In(at) => Scope::VARIANTS[at].name(),
        }
    }

    fn scopes(self) -> Vec<Scope> {
        match self {
            Place::Everywhere => Scope::VARIANTS.to_vec(),
            Place::In(at) => vec![Scope::VARIANTS[at]],
        }
    }

    /// Why keys cannot have this meaning here.
    fn refusal(self, keys: &Sequence, meaning: Meaning) -> Option<String> {
        if keys.collides(&"ctrl-c".parse().ok()?) {
            return Some("Ctrl-c always leaves; choose another key".to_owned());
        }
        let (Place::In(_), [scope]) = (self, &self.scopes()[..]) else { return None };
        if scope.takes_text() && keys.begins_with_text() {
            return Some(format!("in the {} this key types text; choose one with ctrl or alt", self.name()));
        }
        match meaning {
            Meaning::Action(action) if action::row(*scope, action).is_none() => {
                let heard = Scope::VARIANTS.iter().filter(|scope| action::row(**scope, action).is_some());
                let heard: Vec<&str> = heard.map(|scope| scope.name()).collect();
                let (action, place) = (action.name(), self.name());
                Some(format!("`{action}` is not heard in `{place}`; it is heard in {}", heard.join(", ")))
            }
            _ => None,
        }
    }
}

static PLACES: LazyLock<Vec<&str>> = LazyLock::new(|| {
    [Place::Everywhere]
        .into_iter()
        .chain((0..Scope::VARIANTS.len()).map(Place::In))
        .map(Place::name)
        .collect()
});

static MEANINGS: LazyLock<Vec<&str>> =
    LazyLock::new(|| Action::VARIANTS.iter().map(|action| action.name()).chain(["unbind"]).collect());

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Place, D::Error> {
        let text = String::deserialize(deserializer)?;
        match PLACES.iter().position(|name| *name == text) {
            Some(0) => Ok(Place::Everywhere),
            Some(at) => Ok(Place::In(at - 1)),
            None => Err(D::Error::unknown_field(&text, &PLACES)),
        }
    }
}

impl<'de> Deserialize<'de> for Meaning {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Meaning, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.as_str() {
            "unbind" => Ok(Meaning::Unbind),
            name => {
                name.parse().map(Meaning::Action).map_err(|_| D::Error::unknown_variant(&text, &MEANINGS))
            }
        }
    }
}

/// A text out of a list.
macro_rules! one_of {
    ($type:ty, $name:literal, $words:expr) => {
        impl JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "enum": $words.as_slice() })
            }
        }
    };
}

one_of!(Place, "Place", PLACES);
one_of!(Meaning, "Meaning", MEANINGS);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::Heard;

    fn keymap(path: &str, text: &str) -> (Keymap, Vec<Finding>) {
        let (settings, findings) = settings(path, text);
        (settings.keymap, findings)
    }

    #[test]
    fn the_mouse_and_links_can_be_declined() {
        let (read, findings) = settings("config.toml", "mouse = false\nlinks = 'never'\n");
        assert_eq!((read.mouse, read.links, findings), (false, Links::Never, Vec::new()));
        let (read, findings) = settings("config.toml", "mouse = 'no'\nlinks = 'sometimes'\n");
        assert_eq!((read.mouse, read.links, findings.len()), (true, Links::Auto, 2));
        assert_eq!(Settings::default(), read);
    }

    fn heard(keymap: &Keymap, scope: Scope, keys: &str) -> Heard {
        keymap.hear(scope, &keys.parse().unwrap())
    }

    #[test]
    fn own_keys_are_heard_where_they_were_bound() {
        let text = "[keys.everywhere]\n'ctrl-r' = 'reload'\n'e' = 'reload'\nU = 'redo'\n[keys.board]\n'e e' = 'audit'\nz = 'unbind'\n";
        let (keymap, findings) = keymap("config.toml", text);
        assert_eq!(findings, []);
        assert_eq!(heard(&keymap, Scope::Pair, "e"), Heard::Action(Action::Reload));
        assert_eq!(heard(&keymap, Scope::Pair, "ctrl-r"), Heard::Action(Action::Reload));
        assert_eq!(heard(&keymap, Scope::Matrix, "e"), Heard::Beginning, "the board's own binding wins");
        assert_eq!(heard(&keymap, Scope::Matrix, "z"), Heard::Nothing);
        assert_eq!(heard(&keymap, Scope::Decide, "e"), Heard::Nothing, "a form is typed into");
    }

    #[test]
    fn keys_taken_from_other_actions_are_told_unless_those_are_given_others() {
        let check = |text: &str, expected: &[&str]| {
            let (keymap, findings) = keymap("config.toml", text);
            let told: Vec<String> = findings
                .iter()
                .map(|finding| format!("{} {}", finding.place.unwrap().line, finding.message))
                .collect();
            assert_eq!(told, expected);
            assert_eq!(
                heard(&keymap, Scope::Matrix, "z"),
                Heard::Action(Action::Audit),
                "the person's own counts"
            );
        };
        let told = "2 `z` is usually heard as `fold-all` in board";
        check("[keys.board]\nz = 'audit'\n", &[told]);
        check("[keys.everywhere]\nz = 'audit'\n", &[told]);
        check("[keys.board]\nz = 'audit'\nf = 'fold-all'\n", &[]);
        let beginning = "2 `g` is usually heard as `go-to-company` in board and `go-to-measure` in board and `first` in board";
        check("[keys.board]\ng = 'fold'\nz = 'audit'\nf = 'fold-all'\n", &[beginning]);
    }

    #[test]
    fn all_mistakes_are_told_with_line_and_suggestion_and_the_rest_counts() {
        let text = "\
[keys.bord]
x = 'first'
[keys.board]
'strl-x' = 'fold'
'b' = 'frist'
'e' = 'audit'
'e e' = 'fold'
'w' = 'commit'
'ctrl-c' = 'fold'
'ctrl-f' = 'findings'
[keys.form]
'a' = 'preview'
";
        let (keymap, findings) = keymap("config.toml", text);
        let told: Vec<String> = findings
            .iter()
            .map(|finding| {
                format!(
                    "{} {} ({})",
                    finding.place.unwrap().line,
                    finding.message,
                    finding.hint.clone().unwrap()
                )
            })
            .collect();
        let expected = [
            "1 `bord` is not a key here (did you mean `board`?)",
            "4 `strl-x` is no key (keys look like g, G, ctrl-s, alt-x, f5, space, enter, pagedown)",
            "5 `frist` is not a value of `b` (did you mean `first`?)",
            "7 `e e` and `e` cannot both be heard (one is the other, or its beginning: change one)",
            "8 `commit` is not heard in `board` (it is heard in preview)",
            "9 Ctrl-c always leaves (choose another key)",
            "12 in the form this key types text (choose one with ctrl or alt)",
        ];
        assert_eq!(told, expected);
        assert_eq!(heard(&keymap, Scope::Matrix, "ctrl-f"), Heard::Action(Action::Findings));
        assert_eq!(heard(&keymap, Scope::Matrix, "e"), Heard::Action(Action::Audit));
        assert_eq!(heard(&keymap, Scope::Matrix, "ctrl-c"), Heard::Action(Action::QuitAtOnce));
    }

    #[test]
    fn any_text_can_be_read() {
        for text in
            ["", "keys", "keys = 1", "[keys]\nx = 'first'", "\u{feff}[keys.board]\r\nx = 'fold'\r\n", "]["]
        {
            keymap("config.toml", text);
        }
    }
}
