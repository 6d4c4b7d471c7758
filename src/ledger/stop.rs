//! Whether somebody still waits for what is written, and from when on it is too late to stop it.

use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{Error, Result};

/// Told by who waits, looked at by who works. Clones are one and the same.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<Mutex<State>>);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// Nobody can stop it but by ending the program.
    #[default]
    Unattended,
    Attended,
    Stopped,
    /// What was begun can be seen, and is brought to its end.
    TooLate,
}

impl Stop {
    /// Something new is begun.
    pub fn begin(&self, is_attended: bool) {
        self.set(if is_attended { State::Attended } else { State::Unattended });
    }

    /// Asks to end; whether it will.
    pub fn stop(&self) -> bool {
        self.change(State::Stopped)
    }

    /// # Errors
    /// Where nobody waits any more.
    pub fn check(&self) -> Result<()> {
        if self.is_stopped() { Err(Error::Stopped) } else { Ok(()) }
    }

    pub fn is_stopped(&self) -> bool {
        self.get() == State::Stopped
    }

    pub fn is_too_late(&self) -> bool {
        self.get() == State::TooLate
    }

    /// Whether somebody is there who can stop it.
    pub(super) fn is_attended(&self) -> bool {
        self.get() != State::Unattended
    }

    /// From here on it is too late, unless it was stopped just before.
    pub(super) fn close(&self) -> Result<()> {
        self.change(State::TooLate);
        self.check()
    }

    /// Only what is attended changes, and only once.
    fn change(&self, to: State) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if *state == State::Attended {
            *state = to;
        }
        *state == to
    }

    fn get(&self) -> State {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, state: State) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_first_decides() {
        let stop = Stop::default();
        assert!(!stop.stop() && stop.close().is_ok(), "nobody waits");
        stop.begin(true);
        assert!(stop.stop() && stop.close().is_err() && stop.check().is_err() && !stop.is_too_late());
        stop.begin(true);
        assert!(stop.close().is_ok() && !stop.stop() && stop.check().is_ok() && stop.is_too_late());
        stop.begin(false);
        assert!(!stop.is_too_late() && !stop.is_attended());
    }
}
