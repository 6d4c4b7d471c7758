//! The table that is printed.

use std::fmt;

use crate::clock::{median, ratio};

/// At most this much is wanted.
#[derive(Clone, Copy)]
pub enum Target {
    Milliseconds(f64),
    Ratio(f64),
    Megabytes(f64),
    Bytes(f64),
}

pub struct Row {
    what: &'static str,
    value: String,
    number: f64,
    /// To the bare work of the same rounds.
    ratio: Option<f64>,
    target: Option<Target>,
}

impl Row {
    /// The median of some times.
    pub fn time(what: &'static str, times: &[f64], target: Option<Target>) -> Row {
        let number = median(times);
        Row { what, value: format!("{number:.2} ms"), number, ratio: None, target }
    }

    /// The same, with its ratio to the bare work.
    pub fn beside(self, times: &[f64], bare: &[f64]) -> Row {
        Row { ratio: Some(ratio(times, bare)), ..self }
    }

    pub fn memory(what: &'static str, megabytes: Option<f64>, target: Target) -> Row {
        let number = megabytes.unwrap_or(f64::NAN);
        let value = megabytes.map_or("not known".to_owned(), |megabytes| format!("{megabytes:.1} MB"));
        Row { what, value, number, ratio: None, target: Some(target) }
    }

    /// A size nothing is asked of.
    pub fn size(what: &'static str, megabytes: Option<f64>) -> Row {
        Row { target: None, ..Row::memory(what, megabytes, Target::Megabytes(f64::NAN)) }
    }

    pub fn bytes(what: &'static str, bytes: usize, most: f64) -> Row {
        let target = Some(Target::Bytes(most));
        Row { what, value: format!("{bytes} bytes"), number: bytes as f64, ratio: None, target }
    }

    fn misses(&self) -> bool {
        match self.target {
            Some(Target::Milliseconds(most) | Target::Megabytes(most) | Target::Bytes(most)) => {
                self.number > most
            }
            Some(Target::Ratio(most)) => self.ratio.is_some_and(|ratio| ratio > most),
            None => false,
        }
    }
}

#[derive(Default)]
pub struct Table {
    lines: Vec<Line>,
}

enum Line {
    /// Its title, and what its ratios are to.
    Section(String, &'static str),
    Row(Row),
}

impl Table {
    pub fn section(&mut self, title: &str) {
        self.section_beside(title, "bare");
    }

    /// A section whose ratios are not to bare work.
    pub fn section_beside(&mut self, title: &str, base: &'static str) {
        self.lines.push(Line::Section(title.to_owned(), base));
    }

    pub fn push(&mut self, row: Row) {
        self.lines.push(Line::Row(row));
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.lines {
            match line {
                Line::Section(title, base) => {
                    writeln!(f, "{title:<44}{:>12}{:>9}  target", "median", format!("× {base}"))?;
                }
                Line::Row(row) => write_row(f, row)?,
            }
        }
        Ok(())
    }
}

fn write_row(f: &mut fmt::Formatter<'_>, row: &Row) -> fmt::Result {
    let ratio = row.ratio.map_or(String::new(), |ratio| format!("{ratio:.2}"));
    let target = match row.target {
        None => String::new(),
        Some(Target::Milliseconds(most)) => format!("≤ {most} ms"),
        Some(Target::Ratio(most)) => format!("≤ {} ×", (most * 100.0).round() / 100.0),
        Some(Target::Megabytes(most)) => format!("≤ {most} MB"),
        Some(Target::Bytes(most)) => format!("≤ {most} bytes"),
    };
    let mark = if row.misses() { " !" } else { "" };
    let line = format!("  {:<42}{:>12}{ratio:>9}  {target}{mark}", row.what, row.value);
    writeln!(f, "{}", line.trim_end())
}
