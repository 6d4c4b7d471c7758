//! Comments whose key is gone.

use toml_edit::visit::{self, Visit};
use toml_edit::{Array, Decor, InlineTable, RawString, Table, TableLike, Value};

/// Comments on lines of their own that have lost their key, on their way to the next one. A comment behind a value is
/// not among them: it goes with its value.
#[derive(Default)]
pub struct Comments(String);

impl Comments {
    /// Takes those above something.
    pub fn take(&mut self, above: &Decor) {
        self.take_from(above.prefix());
    }

    /// Puts all that were taken above something.
    pub fn give(&mut self, below: &mut Decor) {
        if !self.0.is_empty() {
            let prefix = self.above(below.prefix());
            below.set_prefix(prefix);
        }
    }

    /// All that were taken, and what stands below them.
    pub fn above(&mut self, space: Option<&RawString>) -> String {
        std::mem::take(&mut self.0) + space.and_then(RawString::as_str).unwrap_or_default()
    }

    fn take_from(&mut self, space: Option<&RawString>) {
        // The space around keys and values holds nothing but blanks and comments; what follows the last line's end is
        // the indent of what comes next.
        let lines = space.and_then(RawString::as_str).and_then(|space| space.rsplit_once('\n'));
        if let Some((lines, _)) = lines.filter(|(lines, _)| lines.contains('#')) {
            self.0.push_str(lines);
            self.0.push('\n');
        }
    }
}

impl<'d> Visit<'d> for Comments {
    fn visit_table(&mut self, table: &'d Table) {
        self.take_from(table.decor().prefix());
        visit::visit_table(self, table);
    }

    fn visit_table_like(&mut self, table: &'d dyn TableLike) {
        for (key, item) in table.iter() {
            self.take_from(table.key(key).and_then(|key| key.leaf_decor().prefix()));
            self.visit_item(item);
        }
    }

    fn visit_value(&mut self, value: &'d Value) {
        self.take_from(value.decor().prefix());
        visit::visit_value(self, value);
        self.take_from(value.decor().suffix());
    }

    fn visit_array(&mut self, array: &'d Array) {
        visit::visit_array(self, array);
        self.take_from(Some(array.trailing()));
    }

    fn visit_inline_table(&mut self, table: &'d InlineTable) {
        visit::visit_inline_table(self, table);
        self.take_from(Some(table.trailing()));
    }
}
