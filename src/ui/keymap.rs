//! Which keys stand for which action, screen by screen: the table's, and over them a person's own.
//!
//! A binding is one key or several one after the other. Within a scope no binding is the beginning of another one, so
//! that a key is either complete or leads on, and nothing ever waits for a clock.

use std::fmt;
use std::str::FromStr;

use crokey::{KeyCombination, KeyCombinationFormat};
use crossterm::event::{KeyCode, KeyModifiers};
use strum::VariantArray;

use super::action::{self, Action, Scope};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keymap(Vec<Bound>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Bound {
    scope: Scope,
    keys: Sequence,
    action: Action,
}

/// What came of the keys that were typed so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    Action(Action),
    /// The beginning of something longer.
    Beginning,
    Nothing,
}

impl Default for Keymap {
    /// The table's own keys.
    fn default() -> Keymap {
        let mut keymap = Keymap(Vec::new());
        for scope in Scope::VARIANTS {
            for binding in action::in_scope(*scope) {
                let keys = binding.keys.iter().map(|keys| {
                    // The table is ours and a test reads all of it.
                    keys.parse::<Sequence>().expect("the table's keys are well-formed")
                });
                let bound = |keys| Bound { scope: *scope, keys, action: binding.action };
                keymap.0.extend(keys.map(bound));
            }
        }
        keymap
    }
}

impl Keymap {
    /// Binds keys to an action. What they meant before, and what began with them or was their beginning, is no more.
    pub fn bind(&mut self, scope: Scope, keys: Sequence, action: Action) {
        self.unbind(scope, &keys);
        self.0.push(Bound { scope, keys, action });
    }

    pub fn unbind(&mut self, scope: Scope, keys: &Sequence) {
        self.0.retain(|bound| bound.scope != scope || !bound.keys.collides(keys));
    }

    pub fn hear(&self, scope: Scope, typed: &Sequence) -> Heard {
        let mut leading = self.leading(scope, typed).peekable();
        match leading.peek() {
            None => Heard::Nothing,
            Some(bound) if bound.keys == *typed => Heard::Action(bound.action),
            Some(_) => Heard::Beginning,
        }
    }

    /// What cannot be heard beside these keys.
    pub fn colliding(&self, scope: Scope, keys: &Sequence) -> impl Iterator<Item = Action> {
        let colliding = self.0.iter().filter(move |bound| bound.scope == scope && bound.keys.collides(keys));
        colliding.map(|bound| bound.action)
    }

    /// What can still be typed after a beginning, and what it would do.
    pub fn after<'a>(
        &'a self,
        scope: Scope,
        typed: &'a Sequence,
    ) -> impl Iterator<Item = (Sequence, Action)> + 'a {
        let rest = |bound: &Bound| (Sequence(bound.keys.0[typed.0.len()..].to_vec()), bound.action);
        self.leading(scope, typed).map(rest)
    }

    /// An action's keys as a person reads them, the table's first: `G`, `Ctrl-s`, `g c`.
    pub fn keys(&self, scope: Scope, action: Action) -> Vec<String> {
        let own = self.0.iter().filter(|bound| bound.scope == scope && bound.action == action);
        own.map(|bound| bound.keys.to_string()).collect()
    }

    fn leading<'a>(&'a self, scope: Scope, typed: &'a Sequence) -> impl Iterator<Item = &'a Bound> + 'a {
        self.0.iter().filter(move |bound| bound.scope == scope && bound.keys.0.starts_with(&typed.0))
    }
}

/// Keys to be typed one after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sequence(Vec<KeyCombination>);

impl Sequence {
    pub fn push(&mut self, key: KeyCombination) {
        self.0.push(normal(key));
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Its first key is a letter, digit or sign: something one types into a field.
    pub fn begins_with_text(&self) -> bool {
        self.0.first().is_some_and(|key| {
            let plain = !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
            plain && matches!(key.codes.first(), KeyCode::Char(_))
        })
    }

    /// One is the other, or its beginning.
    pub fn collides(&self, other: &Sequence) -> bool {
        self.0.starts_with(&other.0) || other.0.starts_with(&self.0)
    }
}

impl FromStr for Sequence {
    type Err = String;

    fn from_str(text: &str) -> Result<Sequence, String> {
        let keys = text.split_whitespace().map(key).collect::<Result<Vec<_>, _>>()?;
        match keys.is_empty() {
            true => Err("a key is missing; write one, or several with spaces between".to_owned()),
            false => Ok(Sequence(keys)),
        }
    }
}

impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<String> = self.0.iter().map(|key| key_words(*key)).collect();
        f.write_str(&keys.join(" "))
    }
}

fn key(word: &str) -> Result<KeyCombination, String> {
    let mut letters = word.chars();
    // A capital is what it looks like, where crokey would take it for the small letter.
    if let (Some(letter), None) = (letters.next(), letters.next()) {
        return Ok(normal(KeyCombination::new(KeyCode::Char(letter), KeyModifiers::NONE)));
    }
    let no_key =
        || format!("`{word}` is no key; keys look like g, G, ctrl-s, alt-x, f5, space, enter, pagedown");
    crokey::parse(word).map(normal).map_err(|_| no_key())
}

/// The same key is the same value, however a terminal or a person says it: Shift with Tab is a key of its own, a
/// capital is the letter with Shift, and Shift says nothing of a sign that needs it anyway.
fn normal(mut key: KeyCombination) -> KeyCombination {
    let shift = key.modifiers.contains(KeyModifiers::SHIFT);
    match *key.codes.first() {
        KeyCode::Tab if shift => KeyCombination::new(KeyCode::BackTab, key.modifiers),
        KeyCode::Char(sign) if !sign.is_alphabetic() => {
            key.modifiers.remove(KeyModifiers::SHIFT);
            key
        }
        _ => key.normalized(),
    }
}

fn key_words(key: KeyCombination) -> String {
    let format = KeyCombinationFormat::default();
    match *key.codes.first() {
        KeyCode::BackTab => "Shift-Tab".to_owned(),
        KeyCode::Char('-') if key.modifiers.is_empty() => "-".to_owned(),
        KeyCode::Char(_) => format.with_implicit_shift().to_string(key),
        _ => format.to_string(key),
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::KeyEvent;

    use super::*;

    fn keys(text: &str) -> Sequence {
        text.parse().unwrap()
    }

    #[test]
    fn no_key_means_two_things_in_one_scope() {
        let Keymap(bound) = Keymap::default();
        for (at, one) in bound.iter().enumerate() {
            for other in bound[at + 1..].iter().filter(|other| other.scope == one.scope) {
                assert!(!one.keys.collides(&other.keys), "{} in {:?}", one.keys, one.scope);
            }
        }
    }

    #[test]
    fn keys_are_heard_as_terminals_send_them() {
        let keymap = Keymap::default();
        let check = |scope, code, modifiers, expected| {
            let mut typed = Sequence::default();
            typed.push(KeyEvent::new(code, modifiers).into());
            assert_eq!(keymap.hear(scope, &typed), expected, "{code:?}");
        };
        let (none, shift) = (KeyModifiers::NONE, KeyModifiers::SHIFT);
        check(Scope::Matrix, KeyCode::Char('G'), shift, Heard::Action(Action::Last));
        check(Scope::Matrix, KeyCode::Char('g'), none, Heard::Beginning);
        check(Scope::Matrix, KeyCode::Char('?'), none, Heard::Action(Action::Help));
        check(Scope::Matrix, KeyCode::Char('?'), shift, Heard::Action(Action::Help));
        check(Scope::Decide, KeyCode::BackTab, shift, Heard::Action(Action::PreviousField));
        check(Scope::Decide, KeyCode::Char('q'), none, Heard::Nothing);
        check(Scope::Decide, KeyCode::Char('c'), KeyModifiers::CONTROL, Heard::Action(Action::QuitAtOnce));
    }

    #[test]
    fn a_persons_own_keys_win() {
        let mut keymap = Keymap::default();
        let board = Scope::Matrix;
        keymap.bind(board, keys("g"), Action::Fold);
        assert_eq!(keymap.hear(board, &keys("g")), Heard::Action(Action::Fold));
        assert_eq!(keymap.hear(board, &keys("g g")), Heard::Nothing);
        assert_eq!(keymap.hear(Scope::Pair, &keys("g g")), Heard::Action(Action::First));
        keymap.bind(board, keys("q q"), Action::Quit);
        assert_eq!(keymap.hear(board, &keys("q")), Heard::Beginning);
        keymap.unbind(board, &keys("q q"));
        assert_eq!(keymap.hear(board, &keys("q")), Heard::Nothing);
        assert_eq!(keymap.keys(board, Action::Quit), [""; 0]);
    }

    #[test]
    fn keys_are_written_as_people_read_them() {
        let check = |text: &str, expected| assert_eq!(keys(text).to_string(), expected, "{text}");
        check("shift-g", "G");
        check("G", "G");
        check("ü", "ü");
        check("g c", "g c");
        check("ctrl-s", "Ctrl-s");
        check("shift-tab", "Shift-Tab");
        check("space", "Space");
        assert!("strl-s".parse::<Sequence>().is_err() && " ".parse::<Sequence>().is_err());
    }
}
