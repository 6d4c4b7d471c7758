//! The views of the board that a register keeps.

use serde_json::{Map, Value};

use super::table::Kind;
use super::{Page, Report, Table, json};
use crate::domain::CompanyId;
use crate::domain::view::SavedView;

pub struct ViewsReport<'a> {
    pub views: &'a [SavedView],
}

impl Report for ViewsReport<'_> {
    fn view(&self) -> &'static str {
        "saved-views"
    }

    fn title(&self) -> String {
        format!("Saved views: {}", self.views.len())
    }

    fn text(&self, page: &mut Page) {
        let mut table = Table::new([
            ("NAME", Kind::Name),
            ("FILTER", Kind::Text),
            ("SORT", Kind::Key),
            ("HIDDEN", Kind::Text),
            ("PINNED", Kind::Text),
        ]);
        self.views.iter().for_each(|view| table.row(row(view)));
        if !table.is_empty() {
            page.table(&table);
        }
    }

    fn json(&self) -> Map<String, Value> {
        json::object([("views", self.views.iter().map(json::as_filed).collect())])
    }

    fn sheet(&self) -> Option<Table> {
        let mut sheet = Table::of_keys(["name", "filter", "sort", "hidden", "pinned"]);
        self.views.iter().for_each(|view| sheet.row(row(view)));
        Some(sheet)
    }
}

fn row(view: &SavedView) -> [String; 5] {
    let SavedView { name, filter, sort, hidden, pinned } = view;
    let list = |ids: &[CompanyId]| ids.iter().map(CompanyId::as_str).collect::<Vec<_>>().join(" ");
    [name.clone(), filter.clone(), sort.key().to_owned(), list(hidden), list(pinned)]
}
