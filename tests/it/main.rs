//! The one test binary beside the unit tests.

mod actions;
mod analysis;
mod architecture;
mod audit;
mod charts;
mod check;
mod commands;
mod deciding;
mod demo;
mod files;
mod fixture;
mod fuzz;
mod hostile;
mod init;
mod ledger;
mod meaning;
mod merging;
mod mouse;
mod random;
mod recording;
mod remotes;
mod review;
mod saved_views;
mod schema;
mod screens;
mod shipped_data;
mod styles;
#[cfg(unix)]
mod terminal;
mod time;
mod undo;
mod views;

/// Whether whoever runs the tests has the time for all of it: the largest cases, every kill, every writer's every change.
/// `COUNTERSIGN_TEST_FULL_SIZE=1 cargo test` takes an hour or so.
fn full_size() -> bool {
    std::env::var_os("COUNTERSIGN_TEST_FULL_SIZE").is_some()
}
