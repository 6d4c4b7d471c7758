//! Peak memory, by a process that does one thing and then reads its own high-water mark (Linux only).

use std::fs;
use std::path::Path;
use std::process::Command;

/// The arguments that turn this program into the process that is measured: one that opens the screen, and one that asks
/// for a history.
pub const OPENING: &str = "--peak-of-opening";
pub const HISTORY: &str = "--peak-of-history";

/// Peak memory in MB of doing something with a register; none where the system does not tell.
pub fn peak_of(work: &str, register: &Path) -> Option<f64> {
    let program = std::env::current_exe().ok()?;
    let output = Command::new(program).arg(work).arg(register).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

/// This process's own high-water mark in MB.
pub fn peak() -> Option<f64> {
    megabytes("/proc/self/status", "VmHWM:")
}

/// What a status file says of memory.
pub fn megabytes(status: &str, name: &str) -> Option<f64> {
    let status = fs::read_to_string(status).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kilobytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024.0 / 1e6)
}
