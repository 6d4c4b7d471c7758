//! One commit: its message, and what it changed line by line.

use serde_json::{Map, Value};

use super::{Page, Report, json};
use crate::analysis::Grade;

pub struct EntryReport<'a> {
    /// As the register shows it.
    pub text: &'a str,
    /// The review it went through, where that was asked for; none where it decided nothing.
    pub review: Option<Option<Grade>>,
}

impl Report for EntryReport<'_> {
    fn view(&self) -> &'static str {
        "entry"
    }

    fn title(&self) -> String {
        "One commit".to_owned()
    }

    fn text(&self, page: &mut Page) {
        page.blank();
        if let Some(Some(grade)) = self.review {
            page.line(format!("Review: {}", grade.words()));
        }
        self.text.lines().for_each(|line| page.whole_line(line));
    }

    fn json(&self) -> Map<String, Value> {
        let mut document = json::object([("text", self.text.into())]);
        document.extend(self.review.map(|grade| ("review".to_owned(), grade.map(Grade::key).into())));
        document
    }
}
