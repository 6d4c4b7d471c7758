//! `history-rewritten`: the branch against where the last audit of it ended.

use super::{Class, Finding};
use crate::domain::Day;
use crate::domain::deed::{Continuity, Vanished};

/// What was audited and is no longer on the branch. New commits are no finding.
pub(super) fn broken(continuity: &Continuity, head: &str, today: Day) -> Vec<Finding> {
    let (last, vanished, how) = match continuity {
        Continuity::Unknown | Continuity::Same | Continuity::Forward { .. } => return Vec::new(),
        Continuity::Cut { last, vanished } => (last, &vanished[..], "the branch ends before"),
        Continuity::Rewritten { last, vanished } => {
            (last, &vanished[..], "the branch goes another way than to")
        }
        Continuity::Gone { last } => (last, &[][..], "this repository no longer has"),
    };
    let commits = match vanished.len() {
        0 => String::new(),
        1 => "; 1 commit vanished".to_owned(),
        count => format!("; {count} commits vanished"),
    };
    let about = |vanished: Option<&Vanished>, message: String| Finding {
        class: Class::HistoryRewritten,
        commit: vanished.map_or(head, |vanished| &vanished.commit).to_owned(),
        author: vanished.map_or("", |vanished| &vanished.author).to_owned(),
        email: String::new(),
        day: today,
        subject: vanished.map_or("", |vanished| &vanished.subject).to_owned(),
        path: None,
        message,
    };
    let last = last.get(..10).unwrap_or(last);
    let whole = about(None, format!("{how} {last}, where the last audit ended{commits}"));
    let each = vanished.iter().map(|vanished| {
        about(Some(vanished), format!("vanished: {}, by {}", vanished.subject, vanished.author))
    });
    std::iter::once(whole).chain(each).collect()
}
