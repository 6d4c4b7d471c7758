//! Where tests let a writer die, or meet a file system that cannot do everything.

use std::io;
#[cfg(debug_assertions)]
use std::io::ErrorKind;

/// A place between two steps of a commit. A debug build ends here, without any clean-up, when
/// `COUNTERSIGN_TEST_CRASH` names the place; a release build knows nothing of it.
#[cfg(debug_assertions)]
pub(super) fn point(name: &str) {
    if std::env::var_os("COUNTERSIGN_TEST_CRASH").is_some_and(|place| place == *name) {
        std::process::exit(77);
    }
}

#[cfg(not(debug_assertions))]
pub(super) fn point(_: &str) {}

/// Refuses what some file systems refuse, where a debug build's `COUNTERSIGN_TEST_REFUSE` names it.
#[cfg(debug_assertions)]
pub(super) fn refusal(name: &str) -> io::Result<()> {
    match std::env::var_os("COUNTERSIGN_TEST_REFUSE") {
        Some(refused) if refused == *name => Err(ErrorKind::Unsupported.into()),
        _ => Ok(()),
    }
}

#[cfg(not(debug_assertions))]
pub(super) fn refusal(_: &str) -> io::Result<()> {
    Ok(())
}
