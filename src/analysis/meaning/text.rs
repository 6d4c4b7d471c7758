//! The changed words of a text.

use std::time::Duration;

use serde::Serialize;
use similar::{ChangeTag, TextDiff};

/// A stretch of text that stayed, went or came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Run {
    pub how: Stays,
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stays {
    Same,
    Removed,
    Added,
}

impl Run {
    /// As `git diff --word-diff` marks it.
    pub fn marked(&self) -> String {
        match self.how {
            Stays::Same => self.text.clone(),
            Stays::Removed => format!("[-{}-]", self.text),
            Stays::Added => format!("{{+{}+}}", self.text),
        }
    }
}

/// Texts that cannot be told apart in this time are shown as gone and come, coarser but true.
const LONGEST_COMPARISON: Duration = Duration::from_millis(500);

/// Words on either side of a change that are shown with it.
const CONTEXT_WORDS: usize = 6;

/// All of a text, word by word: what stays, what goes, what comes. White space alone is no change.
pub fn runs(before: &str, after: &str) -> Vec<Run> {
    let (before, after): (Vec<&str>, Vec<&str>) =
        (before.split_whitespace().collect(), after.split_whitespace().collect());
    let diff = TextDiff::configure().timeout(LONGEST_COMPARISON).diff_slices(&before, &after);
    let mut runs: Vec<Run> = Vec::new();
    for change in diff.iter_all_changes() {
        let how = match change.tag() {
            ChangeTag::Equal => Stays::Same,
            ChangeTag::Delete => Stays::Removed,
            ChangeTag::Insert => Stays::Added,
        };
        match runs.last_mut() {
            Some(run) if run.how == how => {
                run.text.push(' ');
                run.text.push_str(change.value());
            }
            _ => runs.push(Run { how, text: change.value().to_owned() }),
        }
    }
    runs
}

/// The same with long stretches that stay cut to a few words around what changes.
pub fn excerpts(runs: &[Run]) -> Vec<Run> {
    let last = runs.len().saturating_sub(1);
    let shorten = |(at, run): (usize, &Run)| {
        let text = match run.how {
            Stays::Same => cut(
                &run.text,
                if at == 0 { 0 } else { CONTEXT_WORDS },
                if at == last { 0 } else { CONTEXT_WORDS },
            ),
            _ => run.text.clone(),
        };
        Run { how: run.how, text }
    };
    runs.iter().enumerate().map(shorten).collect()
}

fn cut(text: &str, first: usize, last: usize) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    if words.len() <= first + last + 1 {
        return text.to_owned();
    }
    let ends = [words[..first].join(" "), "…".to_owned(), words[words.len() - last..].join(" ")];
    ends.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// How many words went and came.
pub fn counts(runs: &[Run]) -> (usize, usize) {
    let of = |how| runs.iter().filter(|run| run.how == how).map(|run| run.text.split(' ').count()).sum();
    (of(Stays::Removed), of(Stays::Added))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(runs: &[Run]) -> String {
        runs.iter().map(Run::marked).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn words_that_went_and_came() {
        let runs = runs("Trigger points are\n not stated.", "Trigger points are stated in section 3.");
        assert_eq!(marked(&runs), "Trigger points are [-not stated.-] {+stated in section 3.+}");
        assert_eq!(counts(&runs), (2, 4));
    }

    #[test]
    fn white_space_is_no_change() {
        assert!(runs("a  b\n\nc", "a b c").iter().all(|run| run.how == Stays::Same));
    }

    #[test]
    fn what_stays_is_cut_to_what_is_needed() {
        let long =
            |middle: &str| format!("{} {middle} {}", "before ".repeat(20).trim(), "after ".repeat(20).trim());
        let runs = excerpts(&runs(&long("old"), &long("new")));
        assert_eq!(
            marked(&runs),
            "… before before before before before before [-old-] {+new+} after after after after after after …"
        );
    }
}
