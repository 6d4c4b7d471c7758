//! `short-name`: a short name wider than 9 columns, or two companies with the same one.

use std::collections::BTreeMap;

use unicode_width::UnicodeWidthStr;

use crate::domain::Rule;
use crate::files::RegisterPath;
use crate::files::tree::at;

use super::{Doubt, Known};

/// What fits the head of a column.
const WIDEST: usize = 9;

pub(super) fn rule(known: &Known) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    let mut taken = BTreeMap::new();
    for (id, company) in known.companies() {
        let key = if company.profile.short.is_some() { "short" } else { "name" };
        let short = company.short();
        let mut doubt = |message, hint: String| {
            let file = RegisterPath::Profile(id.clone());
            doubts.push(Doubt { file, at: at![key], rule: Rule::ShortName, message, hint: Some(hint) });
        };
        let width = short.width();
        if key == "short" && width > WIDEST {
            let hint = format!("at most {WIDEST} columns fit the head of a column");
            doubt(format!("`{short}` is {width} columns wide"), hint);
        }
        if let Some(other) = taken.insert(short, id) {
            let hint = "give one of them another `short`".to_owned();
            doubt(format!("`{short}` is the short name of {other} too"), hint);
        }
    }
    doubts
}
