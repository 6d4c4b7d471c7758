//! Finding by some letters of a name, best first.

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// The items whose text has the typed letters in this order, word by word: best first, else in the order given.
pub fn best<T>(typed: &str, items: impl IntoIterator<Item = T>, text: impl Fn(&T) -> String) -> Vec<T> {
    let mut scored = matching(typed, AtomKind::Fuzzy, items, text);
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    scored.into_iter().map(|(_, item)| item).collect()
}

/// The items whose text has all typed words, in the order given.
pub fn with_words<T>(typed: &str, items: impl IntoIterator<Item = T>, text: impl Fn(&T) -> String) -> Vec<T> {
    matching(typed, AtomKind::Substring, items, text).into_iter().map(|(_, item)| item).collect()
}

fn matching<T>(
    typed: &str,
    kind: AtomKind,
    items: impl IntoIterator<Item = T>,
    text: impl Fn(&T) -> String,
) -> Vec<(u32, T)> {
    let pattern = Pattern::new(typed, CaseMatching::Smart, Normalization::Smart, kind);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let scored = items.into_iter().filter_map(|item| {
        let score = pattern.score(Utf32Str::new(&text(&item), &mut buffer), &mut matcher)?;
        Some((score, item))
    });
    scored.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_comes_first_and_what_lacks_a_letter_is_left_out() {
        let names = ["open", "compare", "company", "go-to-company"];
        let found = |typed| best(typed, names, |name| (*name).to_owned());
        assert_eq!(found("company")[0], "company");
        assert_eq!(found("gtc"), ["go-to-company"]);
        assert_eq!(found(""), names);
        assert_eq!(found("zz"), [""; 0]);
        assert_eq!(
            with_words("mpa o", names, |name| (*name).to_owned()),
            ["compare", "company", "go-to-company"]
        );
    }
}
