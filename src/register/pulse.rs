//! How far something long is, and whether somebody still waits for it: told by who works, looked at by who shows.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::Result;
use crate::ledger::Stop;

/// Clones are one and the same.
#[derive(Clone, Debug, Default)]
pub struct Pulse(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    stop: Stop,
    done: AtomicUsize,
    of: AtomicUsize,
    ended: AtomicUsize,
}

impl Pulse {
    /// Something new is begun, and nobody has stopped it. `is_attended`: somebody is there who can.
    pub fn begin(&self, is_attended: bool) {
        self.0.stop.begin(is_attended);
        self.expect(0);
    }

    /// So many steps are ahead.
    pub fn expect(&self, of: usize) {
        self.0.done.store(0, Ordering::Relaxed);
        self.0.of.store(of, Ordering::Relaxed);
    }

    /// One step is done.
    ///
    /// # Errors
    /// Where nobody waits for the next one.
    pub fn step(&self) -> Result<()> {
        self.0.done.fetch_add(1, Ordering::Relaxed);
        self.0.stop.check()
    }

    /// Asks to end; whether it will.
    pub fn stop(&self) -> bool {
        self.0.stop.stop()
    }

    /// Whether it has to be brought to its end by now.
    pub fn is_too_late(&self) -> bool {
        self.0.stop.is_too_late()
    }

    /// What the ledger looks at while it writes.
    pub(super) fn until(&self) -> &Stop {
        &self.0.stop
    }

    /// What was begun is over, one way or another.
    pub fn end(&self) {
        self.0.stop.begin(false);
        self.0.ended.fetch_add(1, Ordering::Release);
    }

    /// How much is over in all.
    pub fn ended(&self) -> usize {
        self.0.ended.load(Ordering::Acquire)
    }

    /// Steps done, and how many there are where that is known.
    pub fn far(&self) -> (usize, Option<usize>) {
        let of = self.0.of.load(Ordering::Relaxed);
        (self.0.done.load(Ordering::Relaxed), (of > 0).then_some(of))
    }
}
