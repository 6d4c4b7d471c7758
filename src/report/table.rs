//! A plain table: rows under heads, as text that fits a width or as CSV.
//!
//! Every cell is made visible on its way in, so no row can steer a terminal. In text, only columns of [`Kind::Text`]
//! and [`Kind::Name`] are shortened, the widest first; refs, states, numbers and the mark of an invented company are
//! always whole, and a table that still does not fit runs over. In CSV every cell is whole.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::markdown;
use super::words::INVENTED;
use crate::domain::visible;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Column {
    head: String,
    kind: Kind,
}

/// How a column behaves when there is no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Always whole.
    Key,
    /// Always whole, and set to the right.
    Number,
    /// Shortened with `…` where the table is too wide.
    Text,
    /// A company's name: shortened like text, but the mark of an invented one stays.
    Name,
}

const BETWEEN_COLUMNS: usize = 2;

impl Kind {
    /// The width below which a column is not shortened: less says nothing.
    fn least_width(self) -> Option<usize> {
        match self {
            Kind::Key | Kind::Number => None,
            Kind::Text => Some(8),
            Kind::Name => Some(8 + INVENTED.len()),
        }
    }
}

impl Table {
    pub fn new(columns: impl IntoIterator<Item = (impl AsRef<str>, Kind)>) -> Table {
        let column = |(head, kind): (_, _)| Column { head: cell(head), kind };
        Table { columns: columns.into_iter().map(column).collect(), rows: Vec::new() }
    }

    /// A table whose columns are all whole: what a spreadsheet wants.
    pub fn of_keys(heads: impl IntoIterator<Item = impl AsRef<str>>) -> Table {
        Table::new(heads.into_iter().map(|head| (head, Kind::Key)))
    }

    /// Appends a row; it has as many cells as there are columns.
    pub fn row(&mut self, cells: impl IntoIterator<Item = impl AsRef<str>>) {
        let row: Vec<String> = cells.into_iter().map(cell).collect();
        assert_eq!(row.len(), self.columns.len(), "a row has a cell for every column");
        self.rows.push(row);
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Heads, a rule, and the rows; no line ends in a blank. Without a width nothing is shortened.
    pub fn text(&self, width: Option<usize>) -> String {
        let widths = self.widths(width);
        let heads: Vec<&str> = self.columns.iter().map(|column| column.head.as_str()).collect();
        let rules: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
        let mut text = String::new();
        self.push_line(&mut text, &widths, &heads);
        self.push_line(&mut text, &widths, &rules);
        for row in &self.rows {
            self.push_line(&mut text, &widths, row);
        }
        text
    }

    /// One line for each row, every value after its head; what a row does not have is left out.
    pub fn plain(&self) -> String {
        let mut text = String::new();
        for row in &self.rows {
            let cells = self.columns.iter().zip(row).filter(|(_, cell)| !cell.is_empty() && *cell != "·");
            let cells = cells.map(|(column, cell)| format!("{} {cell}", column.head.to_lowercase()));
            let cells: Vec<String> = cells.map(|cell| cell.trim_start().to_owned()).collect();
            text.push_str(&cells.join("; "));
            text.push('\n');
        }
        text
    }

    /// The same rows as a Markdown table.
    pub fn markdown(&self) -> String {
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let escaped =
            |cells: &mut dyn Iterator<Item = &String>| cells.map(|cell| markdown::escaped(cell)).collect();
        let mut text = line(escaped(&mut self.columns.iter().map(|column| &column.head)));
        text.push_str(&line(vec!["---".to_owned(); self.columns.len()]));
        for row in &self.rows {
            text.push_str(&line(escaped(&mut row.iter())));
        }
        text
    }

    /// The same rows, comma-separated, heads first. A cell that a spreadsheet would run as a formula is led by `'`.
    pub fn csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let heads: Vec<String> = self.columns.iter().map(|column| column.head.clone()).collect();
        for row in std::iter::once(&heads).chain(&self.rows) {
            let cells = row.iter().map(|cell| no_formula(cell));
            writer.write_record(cells).expect("rows are of one length, and memory takes every byte");
        }
        let bytes = writer.into_inner().expect("memory takes every byte");
        String::from_utf8(bytes).expect("made of strings")
    }

    fn push_line(&self, text: &mut String, widths: &[usize], cells: &[impl AsRef<str>]) {
        let mut line = String::new();
        for ((cell, width), column) in cells.iter().zip(widths).zip(&self.columns) {
            let cell = match column.kind {
                Kind::Name => shorten_name(cell.as_ref(), *width),
                _ => shorten(cell.as_ref(), *width),
            };
            let blank = " ".repeat(width.saturating_sub(columns(&cell)));
            match column.kind {
                Kind::Number => line.extend([blank.as_str(), &cell]),
                Kind::Key | Kind::Text | Kind::Name => line.extend([cell.as_str(), &blank]),
            }
            line.push_str(&" ".repeat(BETWEEN_COLUMNS));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }

    /// The widest cell of each column, then the widest text columns cut until the line fits.
    fn widths(&self, room: Option<usize>) -> Vec<usize> {
        let widest = |at: usize, head: &str| {
            self.rows.iter().map(|row| columns(&row[at])).max().unwrap_or(0).max(columns(head))
        };
        let columns = self.columns.iter().enumerate();
        let mut widths: Vec<usize> = columns.map(|(at, column)| widest(at, &column.head)).collect();
        let Some(room) = room else {
            return widths;
        };
        let room = room.saturating_sub(BETWEEN_COLUMNS * widths.len().saturating_sub(1));
        while widths.iter().sum::<usize>() > room {
            let columns = self.columns.iter().zip(&mut widths);
            let shortened = columns
                .filter(|(column, width)| column.kind.least_width().is_some_and(|least| **width > least));
            let widest = shortened.map(|(_, width)| width);
            match widest.max() {
                Some(width) => *width -= 1,
                None => break,
            }
        }
        widths
    }
}

fn cell(text: impl AsRef<str>) -> String {
    visible::line(text.as_ref()).into_owned()
}

/// The columns that a text takes in a terminal, which draws letter beside letter and joins none, as Arabic would.
pub fn columns(text: &str) -> usize {
    // Nearly all texts, and much sooner found.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.len();
    }
    text.graphemes(true).map(UnicodeWidthStr::width).sum()
}

/// `text`, or as much of it as fits before a `…`; never half a letter.
pub fn shorten(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let (mut short, mut used) = (String::new(), 1);
    for letter in text.graphemes(true) {
        used += letter.width();
        if used > width {
            break;
        }
        short.push_str(letter);
    }
    short.truncate(short.trim_end().len());
    short + "…"
}

/// The same, and where the name carries the mark of an invented company, that is kept.
pub fn shorten_name(name: &str, width: usize) -> String {
    match name.strip_suffix(INVENTED) {
        Some(plain) => shorten(plain, width.saturating_sub(INVENTED.len())) + INVENTED,
        None => shorten(name, width),
    }
}

fn no_formula(cell: &str) -> String {
    match cell.starts_with(['=', '+', '-', '@']) {
        true => format!("'{cell}"),
        false => cell.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn table() -> Table {
        let mut table = Table::new([
            ("MEASURE", Kind::Key),
            ("WHAT", Kind::Text),
            ("COMPANY", Kind::Text),
            ("N", Kind::Number),
        ]);
        table.row(["S-1.1", "Creating the Framework", "Vesta", "2"]);
        table.row(["S-10.2", "Public transparency 漢字", "=cmd()\u{1b}", "12"]);
        table
    }

    #[track_caller]
    fn check(width: Option<usize>, expected: &[&str]) {
        let text = table().text(width);
        assert_eq!(text.lines().collect::<Vec<_>>(), expected);
        assert!(width.is_none_or(|width| text.lines().all(|line| line.width() <= width)));
    }

    #[test]
    fn without_a_width_everything_is_whole() {
        check(
            None,
            &[
                "MEASURE  WHAT                      COMPANY   N",
                "───────  ────────────────────────  ───────  ──",
                "S-1.1    Creating the Framework    Vesta     2",
                "S-10.2   Public transparency 漢字  =cmd()␛  12",
            ],
        );
    }

    #[test]
    fn the_widest_text_gives_way_first() {
        check(
            Some(36),
            &[
                "MEASURE  WHAT            COMPANY   N",
                "───────  ──────────────  ───────  ──",
                "S-1.1    Creating the…   Vesta     2",
                "S-10.2   Public transp…  =cmd()␛  12",
            ],
        );
    }

    #[test]
    fn refs_stay_whole_however_narrow() {
        let text = table().text(Some(10));
        assert!(text.contains("S-10.2"));
        assert!(text.contains("Public…"));
    }

    #[test]
    fn an_invented_company_is_marked_however_narrow() {
        let mut table = Table::new([("WHAT", Kind::Text), ("COMPANY", Kind::Name)]);
        table.row(["Creating the Framework", "Imaginary Intelligence (invented)"]);
        assert!(table.text(Some(20)).contains("Imagina… (invented)"));
        assert!(table.text(Some(50)).contains("Imaginary Inte… (invented)"));
    }

    #[test]
    fn wide_letters_are_never_cut_in_half() {
        assert_eq!(shorten("漢字漢字", 6), "漢字…");
        assert_eq!(shorten("漢字漢字", 8), "漢字漢字");
        assert_eq!(shorten("a b c", 3), "a…");
    }

    proptest! {
        #[test]
        fn whatever_the_cells_say_no_line_runs_over(
            rows in vec(("[a-zA-Z0-9 é漢\u{1b}\u{202e}]{0,60}", "[a-z]{0,30}"), 0..6),
            width in 30usize..100,
        ) {
            let mut table = Table::new([("ONE", Kind::Text), ("TWO", Kind::Text)]);
            rows.iter().for_each(|(one, two)| table.row([one, two]));
            let text = table.text(Some(width));
            prop_assert!(text.lines().all(|line| line.width() <= width && !line.ends_with(' ')));
            prop_assert!(!text.replace('\n', "").contains(visible::is_hidden));
        }
    }

    #[test]
    fn markdown_is_whole_and_means_nothing_else() {
        let mut table = Table::of_keys(["measure", "what"]);
        table.row(["S-1.1", "a | <b>\nc"]);
        assert_eq!(table.markdown(), "| measure | what |\n| --- | --- |\n| S-1.1 | a \\| \\<b\\>␊c |\n");
    }

    #[test]
    fn csv_is_whole_and_runs_nothing() {
        let csv = table().csv();
        assert_eq!(
            csv.lines().collect::<Vec<_>>(),
            [
                "MEASURE,WHAT,COMPANY,N",
                "S-1.1,Creating the Framework,Vesta,2",
                "S-10.2,Public transparency 漢字,'=cmd()␛,12",
            ]
        );
    }
}
