//! `clock-set-back`: times only go forward along a branch, and none lies ahead of today.
//!
//! A signature is judged by the time its commit claims, so a clock set back would make an expired key count.

use super::made_again::span;
use super::{Class, Doubt};
use crate::domain::{Day, Deed};

/// How far two people's clocks may differ.
const TOLERANCE_SECONDS: i64 = 10 * 60;

pub(super) fn rule(deed: &Deed, today: Day) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    let time = deed.committer.time_seconds;
    let newest = deed.parents.iter().max_by_key(|parent| parent.time_seconds);
    if let Some(parent) = newest {
        let back = parent.time_seconds.saturating_sub(time);
        if back > TOLERANCE_SECONDS {
            let short = parent.commit.get(..10).unwrap_or(&parent.commit);
            let message = format!("made {} before {short}, which it stands on", span(back));
            doubts.push(Doubt::new(Class::ClockSetBack, message));
        }
    }
    if deed.author.time_seconds.saturating_sub(time) > TOLERANCE_SECONDS {
        let message = "committed before its author wrote it";
        doubts.push(Doubt::new(Class::ClockSetBack, message));
    }
    // Somewhere it is tomorrow already.
    let day = Day::at(time, deed.committer.offset_minutes);
    if day.days_since(today) > 1 {
        doubts.push(Doubt::new(Class::ClockSetBack, format!("made on {day}, which is yet to come")));
    }
    doubts
}
