//! What the system tells of a running process (Linux only; nothing elsewhere).

use std::process::Child;

pub struct Process(u32);

impl Process {
    pub fn of(child: &Child) -> Process {
        Process(child.id())
    }

    /// Memory it holds now, in MB.
    pub fn resident(&self) -> Option<f64> {
        self.megabytes("VmRSS:")
    }

    /// The most it ever held.
    pub fn peak(&self) -> Option<f64> {
        self.megabytes("VmHWM:")
    }

    /// Milliseconds on processors since it began, by threads that have ended too.
    #[cfg(target_os = "linux")]
    pub fn busy(&self) -> Option<f64> {
        let (mut clock, mut time) = (0, libc::timespec { tv_sec: 0, tv_nsec: 0 });
        // SAFETY: both write to what they are given, and keep nothing of it.
        let known = unsafe {
            libc::clock_getcpuclockid(self.0.cast_signed(), &raw mut clock) == 0
                && libc::clock_gettime(clock, &raw mut time) == 0
        };
        known.then(|| time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6)
    }

    #[cfg(not(target_os = "linux"))]
    pub fn busy(&self) -> Option<f64> {
        None
    }

    fn megabytes(&self, name: &str) -> Option<f64> {
        crate::memory::megabytes(&format!("/proc/{}/status", self.0), name)
    }
}
