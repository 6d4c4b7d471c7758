//! Where tests let a writer die.

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
