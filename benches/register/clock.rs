//! Times and what is made of them: medians over rounds, and ratios of two times of the same round.

use std::time::{Duration, Instant};

/// How long something took, in milliseconds.
pub fn time<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let result = work();
    (milliseconds(start.elapsed()), result)
}

pub fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// The value below which a share of all values lies.
pub fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    sorted.get((last as f64 * share).round() as usize).copied().unwrap_or(f64::NAN)
}

pub fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

/// The median of the ratios round by round: what slows a round down slows both of its parts.
pub fn ratio(values: &[f64], baseline: &[f64]) -> f64 {
    median(&values.iter().zip(baseline).map(|(value, base)| value / base).collect::<Vec<_>>())
}
