//! The part of a tree somebody asks about.

use super::REGISTER_PATHS;

/// Everything, or what is in any of some parts.
pub struct Scope {
    parts: Vec<Part>,
}

/// Some paths of a tree.
pub(super) enum Part {
    /// This path and all below it.
    AtOrBelow(String),
    /// All paths whose text begins so.
    Beginning(String),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// The path and all below it.
    Whole,
    /// Something below the path.
    Partly,
    Outside,
}

impl Scope {
    pub fn everything() -> Scope {
        Scope { parts: Vec::new() }
    }

    /// What a register keeps.
    pub fn register() -> Scope {
        Scope::of(&REGISTER_PATHS)
    }

    /// What is at or below some paths; nothing named is everything.
    pub fn of(paths: &[impl AsRef<str>]) -> Scope {
        let part = |path: &str| Part::AtOrBelow(path.trim_matches('/').to_owned());
        Scope { parts: paths.iter().map(|path| part(path.as_ref())).collect() }
    }

    /// What has a path whose text begins so.
    pub fn beginning(text: &str) -> Scope {
        Scope { parts: vec![Part::Beginning(text.to_owned())] }
    }

    /// What it is about; nothing named is everything.
    pub(super) fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Whether it is about a path.
    pub(super) fn holds(&self, path: &str) -> bool {
        self.reach(path) == Reach::Whole
    }

    /// Whether it is about everything that another one is about.
    pub(super) fn covers(&self, other: &Scope) -> bool {
        let covered = |part: &Part| self.parts.iter().any(|own| own.covers(part));
        self.parts.is_empty() || !other.parts.is_empty() && other.parts.iter().all(covered)
    }

    pub(super) fn reach(&self, path: &str) -> Reach {
        if self.parts.is_empty() || self.parts.iter().any(|part| part.holds(path)) {
            Reach::Whole
        } else if self.parts.iter().any(|part| below(part.text(), path)) {
            Reach::Partly
        } else {
            Reach::Outside
        }
    }
}

impl Part {
    fn text(&self) -> &str {
        match self {
            Part::AtOrBelow(text) | Part::Beginning(text) => text,
        }
    }

    fn holds(&self, path: &str) -> bool {
        match self {
            Part::AtOrBelow(own) => own == path || below(path, own),
            Part::Beginning(own) => path.starts_with(own),
        }
    }

    fn covers(&self, other: &Part) -> bool {
        match (self, other) {
            (Part::AtOrBelow(own), Part::Beginning(other)) => below(other, own),
            (own, other) => own.holds(other.text()),
        }
    }
}

fn below(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATHS: [&str; 7] = ["", "a", "a/b", "a/b.toml", "a/b@c.toml", "a/bc/d", "ab"];

    fn held(scope: &Scope) -> Vec<&str> {
        PATHS.into_iter().filter(|path| scope.holds(path)).collect()
    }

    #[test]
    fn a_beginning_holds_what_begins_so() {
        assert_eq!(held(&Scope::of(&["a/b"])), ["a/b"]);
        assert_eq!(held(&Scope::of(&["a/"])), &PATHS[1..6]);
        assert_eq!(held(&Scope::beginning("a/b")), &PATHS[2..6]);
        assert_eq!(held(&Scope::beginning("a/b@")), ["a/b@c.toml"]);
    }

    #[test]
    fn folders_on_the_way_are_walked_into() {
        let scope = Scope::beginning("a/b");
        let partly = |path: &&str| scope.reach(path) == Reach::Partly;
        assert_eq!(PATHS.into_iter().filter(partly).collect::<Vec<_>>(), ["", "a"]);
    }

    /// Whatever the covered one holds, the covering one holds.
    #[test]
    fn covering_is_about_every_path() {
        let scopes = || {
            let texts = PATHS.into_iter().filter(|text| !text.is_empty());
            let some = texts.flat_map(|text| [Scope::of(&[text]), Scope::beginning(text)]);
            some.chain([Scope::everything(), Scope::of(&["a/b", "ab"]), Scope::register()])
        };
        for one in scopes() {
            for other in scopes() {
                let held = PATHS.into_iter().filter(|path| other.holds(path)).all(|path| one.holds(path));
                assert!(held || !one.covers(&other));
            }
        }
        assert!(Scope::of(&["a"]).covers(&Scope::beginning("a/b")));
        assert!(!Scope::of(&["a"]).covers(&Scope::beginning("a")));
        assert!(Scope::beginning("a").covers(&Scope::of(&["a/b"])));
        assert!(Scope::register().covers(&Scope::beginning("companies/x/assessments/S-1.1")));
        assert!(!Scope::register().covers(&Scope::everything()));
    }
}
