//! A program that git starts, which waits until it is let go on.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

/// Longer than anything takes that comes at all.
const LIMIT: Duration = Duration::from_secs(60);

pub struct Waiting {
    /// What it runs: something that waits for a child of its own, which waits.
    pub script: String,
    gate: PathBuf,
    heard: Receiver<&'static str>,
}

impl Waiting {
    /// In a folder of its own; `before` is done by it first.
    pub fn new(folder: &Path, before: &str) -> Waiting {
        fs::create_dir(folder).unwrap();
        let [here, gate] = ["here", "gate"].map(|name| folder.join(name));
        assert!(Command::new("mkfifo").args([&here, &gate]).status().unwrap().success());
        let [shown, shown_gate] = [&here, &gate].map(|path| path.display().to_string());
        let script =
            format!("{before}\nexec 3> {shown}\nsh -c 'echo here >&3; read _ < {shown_gate}' &\nwait\n");
        let (tell, heard) = mpsc::channel();
        thread::spawn(move || {
            let mut lines = BufReader::new(File::open(here).unwrap());
            lines.read_line(&mut String::new()).unwrap();
            let _ = tell.send("here");
            // Ends with the last process that it started.
            while lines.read_line(&mut String::new()).unwrap() > 0 {}
            let _ = tell.send("gone");
        });
        Waiting { script, gate, heard }
    }

    /// As a program of that name.
    pub fn plant(&self, program: &Path) {
        fs::write(program, format!("#!/bin/sh\n{}", self.script)).unwrap();
        fs::set_permissions(program, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Waits until it waits.
    #[track_caller]
    pub fn is_here(&self) {
        assert_eq!(self.heard.recv_timeout(LIMIT), Ok("here"));
    }

    /// Waits until it, and whatever it started, has ended.
    #[track_caller]
    pub fn is_gone(&self) {
        assert_eq!(self.heard.recv_timeout(LIMIT), Ok("gone"));
    }

    pub fn let_go(&self) {
        fs::write(&self.gate, "\n").unwrap();
    }
}
