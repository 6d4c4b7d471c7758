//! `made-again`: a recorded commit is made at one moment. Where its author's time and its committer's are two, it was
//! amended, rebased or cherry-picked, and what is here is not the commit that was made.

use super::{Class, Doubt};
use crate::domain::Deed;
use crate::domain::deed::Arrival;

/// The two times are taken by one run of git; a second may end between them.
const ONE_MOMENT_SECONDS: i64 = 1;

pub(super) fn rule(deed: &Deed) -> Option<Doubt> {
    let recorded = deed.undoing.is_some() || deed.claims.iter().any(|claim| claim.cell.is_some());
    let later = deed.committer.time_seconds.saturating_sub(deed.author.time_seconds);
    // What a platform made anew of what was approved is told by what was lost.
    let replayed = matches!(deed.arrival, Arrival::Replayed(_));
    let again = recorded && !deed.is_merge() && !replayed && later > ONE_MOMENT_SECONDS;
    again.then(|| {
        let message = format!(
            "decided by {} and committed again by {}, {} later: amended, rebased or cherry-picked",
            deed.author.email,
            deed.committer.email,
            span(later)
        );
        Doubt::new(Class::MadeAgain, message)
    })
}

/// A length of time in its largest unit.
pub(super) fn span(seconds: i64) -> String {
    let (number, unit) = match seconds {
        0..120 => (seconds, "seconds"),
        120..7_200 => (seconds / 60, "minutes"),
        7_200..172_800 => (seconds / 3_600, "hours"),
        _ => (seconds / 86_400, "days"),
    };
    format!("{number} {unit}")
}
