//! The register's views without a screen: as text, as Markdown, as JSON, and as CSV where a view is a table.
//!
//! A report is a value made from a snapshot and a day. The same snapshot and the same day give the same bytes; the
//! width of a terminal, where there is one, only wraps prose and shortens text columns. Invented companies are marked
//! in every form. Nothing that comes from a repository reaches a terminal unseen: text goes through [`Page`] and
//! [`Table`], JSON through [`json::text`].
//!
//! Every JSON document begins alike, and a key never changes its meaning within a format (`docs/output.md`):
//!
//! ```json
//! { "format": 1, "view": "gaps", "register": "title or null", "commit": "full id or null",
//!   "work-tree": false, "day": "2026-10-03", … }
//! ```

pub mod audit;
pub mod board;
pub mod cell;
pub mod chart;
pub mod check;
pub mod ci;
pub mod company;
pub mod coverage;
pub mod entry;
pub mod gaps;
pub mod json;
pub mod log;
pub mod markdown;
pub mod meaning;
pub mod measure;
pub mod page;
pub mod pair;
pub mod proposals;
pub mod sides;
pub mod table;
pub mod verify;
pub mod views;
mod words;

pub use page::Page;
pub use table::Table;
pub use words::name;

use serde_json::{Map, Value};

use crate::domain::{Day, Snapshot, Source};

/// One view of the register.
pub trait Report {
    /// Its name in JSON.
    fn view(&self) -> &'static str;

    /// What a reader sees on top.
    fn title(&self) -> String;

    /// Everything below the title.
    fn text(&self, page: &mut Page);

    /// Everything below the common beginning.
    fn json(&self) -> Map<String, Value>;

    /// The view as one table with a key for every head, where it is a table.
    fn sheet(&self) -> Option<Table> {
        None
    }
}

/// What a report was made from: the revision and the day on its first lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin<'a> {
    pub register: Option<&'a str>,
    pub source: &'a Source,
    pub day: Day,
}

impl<'a> Origin<'a> {
    pub fn new(snapshot: &'a Snapshot, day: Day) -> Origin<'a> {
        Origin { register: snapshot.settings.title.as_deref(), source: &snapshot.source, day }
    }

    pub(super) fn words(&self) -> String {
        let source = match self.source {
            Source::Commit(id) => format!("commit {}", id.get(..10).unwrap_or(id)),
            Source::WorkTree => "work tree".to_owned(),
            Source::Staged => "index".to_owned(),
            Source::Unborn => "nothing committed yet".to_owned(),
        };
        let register = self.register.map(|title| format!("{title} · ")).unwrap_or_default();
        format!("{register}{} · {source}", self.day)
    }
}

pub fn text(origin: &Origin, report: &dyn Report, mut page: Page) -> String {
    page.title(report.title());
    page.line(origin.words());
    report.text(&mut page);
    page.into_text()
}

pub fn json(origin: &Origin, report: &dyn Report) -> String {
    let commit = match origin.source {
        Source::Commit(id) => Some(id),
        Source::WorkTree | Source::Staged | Source::Unborn => None,
    };
    let mut document = json::object([
        ("format", 1.into()),
        ("view", report.view().into()),
        ("register", origin.register.into()),
        ("commit", commit.cloned().into()),
        ("work-tree", (*origin.source == Source::WorkTree).into()),
        ("day", origin.day.to_string().into()),
    ]);
    document.extend(report.json());
    json::text(&Value::Object(document))
}
