//! What takes long: said once it does, with how far it is, and ended by Esc where it only reads.
//!
//! While nothing is asked for there is nothing to wake up for; while something is, a look at it now and then is all.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::worker::Request;
use crate::register::Pulse;

/// Between two looks; what takes longer than two of them is told.
pub const LOOK: Duration = Duration::from_millis(75);

/// What was asked for and is not answered.
pub struct Progress {
    pulse: Pulse,
    waiting: VecDeque<Asked>,
    over: usize,
    looked: Instant,
}

/// What becomes of what was to be ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    Ends,
    /// The branch moves already.
    TooLate,
}

#[derive(Clone, Copy)]
struct Asked {
    words: &'static str,
    steps: Option<&'static str>,
    /// Whether it can be ended.
    ends: bool,
    /// Whether it makes commits, so that it is ended even before it is told of.
    commits: bool,
    told: bool,
    looks: usize,
}

impl Progress {
    pub fn new(pulse: Pulse) -> Progress {
        Progress { pulse, waiting: VecDeque::new(), over: 0, looked: Instant::now() }
    }

    pub fn asked(&mut self, request: &Request) {
        if self.waiting.is_empty() {
            self.looked = Instant::now();
        }
        self.waiting.push_back(Asked {
            words: request.words(),
            steps: request.steps(),
            ends: request.can_be_stopped(),
            commits: request.commits(),
            told: !request.is_unasked(),
            looks: 0,
        });
    }

    /// How long until the next look; none where nothing is waited for.
    pub fn until_look(&mut self) -> Option<Duration> {
        self.settle();
        (!self.waiting.is_empty()).then(|| LOOK.saturating_sub(self.looked.elapsed()))
    }

    /// What to say now, if it is time to look.
    pub fn look(&mut self) -> Option<String> {
        self.settle();
        let first = self.waiting.front_mut()?;
        if self.looked.elapsed() >= LOOK {
            self.looked = Instant::now();
            first.looks += 1;
        }
        let Asked { words, steps, ends, .. } = *first;
        let how_to_end = match ends {
            true if self.pulse.is_too_late() => ", which can no longer be stopped",
            true => "; Esc stops it",
            false => " …",
        };
        (first.told && first.looks >= 2).then(|| match (steps, self.pulse.far()) {
            (Some(steps), (done, Some(of))) => format!("{words}: {done} of {of} {steps}{how_to_end}"),
            (Some(steps), (done, None)) if done > 0 => format!("{words}: {done} {steps}{how_to_end}"),
            _ => format!("{words}{how_to_end}"),
        })
    }

    /// Ends what is told of, and a commit even before; nothing where that is nothing to be ended.
    pub fn stop(&mut self) -> Option<Ending> {
        self.settle();
        let first = self.waiting.front()?;
        if !first.ends || !(first.commits || first.told && first.looks >= 2) {
            return None;
        }
        match self.pulse.stop() {
            false if self.pulse.is_too_late() => Some(Ending::TooLate),
            _ => Some(Ending::Ends),
        }
    }

    fn settle(&mut self) {
        let ended = self.pulse.ended();
        for _ in self.over..ended {
            self.waiting.pop_front();
        }
        self.over = ended;
    }
}

#[cfg(test)]
mod tests {
    use std::thread::sleep;

    use super::*;

    #[test]
    fn what_takes_long_is_told_and_can_be_ended() {
        let pulse = Pulse::default();
        let mut progress = Progress::new(pulse.clone());
        assert_eq!(progress.until_look(), None, "nothing to wake up for");
        progress.asked(&Request::Load);
        pulse.begin(true);
        assert!(progress.until_look().is_some());
        assert_eq!(progress.look(), None, "what is quick is not told");
        for _ in 0..2 {
            sleep(LOOK);
            progress.look();
        }
        assert!(pulse.step().is_ok());
        assert_eq!(progress.look().as_deref(), Some("reading the register: 1 companies; Esc stops it"));
        assert_eq!(progress.stop(), Some(Ending::Ends));
        assert!(pulse.step().is_err());
        pulse.end();
        assert_eq!((progress.look(), progress.until_look()), (None, None));
    }
}
