//! One commit: its message, and what it changed line by line.

use serde_json::{Map, Value};

use super::{Page, Report, json};

pub struct EntryReport<'a> {
    /// As the register shows it.
    pub text: &'a str,
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
        self.text.lines().for_each(|line| page.whole_line(line));
    }

    fn json(&self) -> Map<String, Value> {
        json::object([("text", self.text.into())])
    }
}
