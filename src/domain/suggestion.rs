//! "Did you mean …?"

/// A hint that names the candidate closest to a mistyped word, if one is close enough to be meant.
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    closest(word, candidates).map(|candidate| format!("did you mean `{candidate}`?"))
}

/// The same, or where nothing is close, what could have been written.
pub fn did_you_mean_or_list(word: &str, candidates: &[&str]) -> Option<String> {
    did_you_mean(word, candidates.iter().copied())
        .or_else(|| (!candidates.is_empty()).then(|| format!("known here: {}", in_backticks(candidates))))
}

fn in_backticks(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// At most a third of the word may differ, so that short words do not suggest each other at random.
fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let far = word.chars().count() / 3;
    // The distance is quadratic in the length, and no name here is long.
    let short = word.len() <= 200;
    let others = candidates.into_iter().filter(|candidate| short && *candidate != word);
    let word = word.to_lowercase();
    let near = others.filter_map(|candidate| {
        let lower = candidate.to_lowercase();
        let near = least_distance(&word, &lower) <= far;
        near.then(|| (strsim::damerau_levenshtein(&word, &lower), candidate))
    });
    near.filter(|(distance, _)| *distance <= far).min_by_key(|(distance, _)| *distance).map(|(_, near)| near)
}

/// The letters of one that the other has not must all be typed or struck out. Where a hundred thousand files have
/// strange names, this says of nearly all that they are far from every name that is known.
fn least_distance(one: &str, other: &str) -> usize {
    if !one.is_ascii() || !other.is_ascii() {
        return 0;
    }
    let mut left = [0_u16; 128];
    one.bytes().for_each(|letter| left[usize::from(letter)] += 1);
    let shared = other.bytes().filter(|letter| {
        let left = &mut left[usize::from(*letter)];
        let has = *left > 0;
        *left -= u16::from(has);
        has
    });
    one.len().max(other.len()) - shared.count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_word_is_nearer_than_its_letters_say(one in "[a-dA-D é]{0,8}", other in "[a-dA-D é]{0,8}") {
            prop_assert!(least_distance(&one, &other) <= strsim::damerau_levenshtein(&one, &other));
        }
    }

    #[test]
    fn a_slip_of_the_finger_is_recognised_and_another_word_is_not() {
        let words = ["status", "reason", "review-by", "means"];
        let check = |word, expected| assert_eq!(closest(word, words), expected, "{word}");
        check("staus", Some("status"));
        check("review_by", Some("review-by"));
        check("Status", Some("status"));
        check("owner", None);
        check("x", None);
        check("", None);
        check(&"status".repeat(1000), None);
    }
}
