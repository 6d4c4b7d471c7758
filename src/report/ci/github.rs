//! Workflow commands of GitHub Actions, which Gitea and Forgejo take over: `::error file=…,line=…::message`.

use super::{NEW_WAIVER, words, words_of_waiver};
use crate::analysis::check::Verdict;
use crate::domain::{Place, visible};
use crate::report::Report;
use crate::report::check::Check;

/// One line for each finding, and a last one that says how many; the runner shows that as it is.
pub fn text(check: &Check) -> String {
    let Verdict { findings, .. } = check.verdict;
    let mut text = String::new();
    for concern in findings {
        let place = concern.place();
        text.push_str(&command("error", concern.path(), place, concern.rule(), &words(concern)));
    }
    for waiver in check.verdict.new_waivers() {
        let message = words_of_waiver(waiver);
        text.push_str(&command("warning", Some("waivers.toml"), waiver.place, NEW_WAIVER.key, &message));
    }
    text + &check.title() + "\n"
}

fn command(kind: &str, path: Option<&str>, place: Option<Place>, title: &str, message: &str) -> String {
    let mut properties = Vec::new();
    properties.extend(path.map(|path| format!("file={}", property(path))));
    if let Some(Place { line, column }) = place {
        properties.push(format!("line={line},col={column}"));
    }
    properties.push(format!("title={}", property(title)));
    format!("::{kind} {}::{}\n", properties.join(","), data(message))
}

/// What the runner takes apart again (`escapeData` in its toolkit).
fn data(text: &str) -> String {
    visible::line(text).replace('%', "%25")
}

/// The same between the command's name and its message (`escapeProperty`).
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_a_command_or_begins_one() {
        let path = "a,line=9::error\n::stop-commands::x";
        let line = command("error", Some(path), None, "rule", "100%\r\n::error::\u{1b}[1m");
        assert_eq!(
            line,
            "::error file=a%2Cline=9%3A%3Aerror␊%3A%3Astop-commands%3A%3Ax,title=rule::100%25␍␊::error::␛[1m\n"
        );
    }
}
