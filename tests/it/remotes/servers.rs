//! Copies behind a server of git's own on this machine: `git daemon`, and one that is slow.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use countersign::error::Error;
use countersign::register::{Register, Talk};
use rustix::process::{Pid, Signal, kill_process_group};

use super::{Desks, assess, document, done, head};
use crate::ledger::world::{Kind, git_in};

/// `git daemon` on the loopback address, gone with the value.
struct Daemon {
    child: Child,
    port: u16,
}

impl Daemon {
    fn serve(folder: &Path) -> Daemon {
        // A port that was free a moment ago; somebody may take it, so it is tried again.
        for _ in 0..10 {
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            let child = Command::new("git")
                .args([
                    "daemon",
                    "--reuseaddr",
                    "--export-all",
                    "--enable=receive-pack",
                    "--listen=127.0.0.1",
                ])
                .arg(format!("--port={port}"))
                .arg(format!("--base-path={}", folder.display()))
                .arg(folder)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                // The daemon is a child of its own of `git`.
                .process_group(0)
                .spawn()
                .expect("git daemon is part of git; .ci/run installs it");
            let mut daemon = Daemon { child, port };
            let begun = Instant::now();
            while begun.elapsed() < Duration::from_secs(20) && daemon.child.try_wait().unwrap().is_none() {
                if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                    return daemon;
                }
                thread::sleep(Duration::from_millis(20));
            }
        }
        panic!("git daemon does not start; without it nothing is tested here")
    }

    fn url(&self, name: &str) -> String {
        format!("git://127.0.0.1:{}/{name}", self.port)
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
        let _ = self.child.wait();
    }
}

#[test]
fn two_desks_and_a_server() {
    let Desks { case, first, second, hub } = Desks::new(Kind::Libgit2);
    let daemon = Daemon::serve(&case.world.beside(""));
    for clone in [&first, &second] {
        git_in(clone, ["remote", "set-url", "origin", &daemon.url("hub.git")]);
    }
    assess(&first, "halyard", "S-1.1", "So far.");
    done(&first, &["push"]);
    assess(&second, "lodestar", "AIA-53-4", "Mine.");
    let pushed = document(&second, &["push", "--yes"]);
    assert_eq!(pushed["commits"].as_array().unwrap().len(), 1);
    assert_eq!(head(&hub), head(&second));
    done(&first, &["fetch", "--update"]);
    assert_eq!(head(&first), head(&second));
}

/// What git tells while it works, through the user's own `insteadOf`.
#[test]
fn progress_is_heard_and_addresses_are_rewritten() {
    let Desks { case, first, .. } = Desks::new(Kind::Libgit2);
    let daemon = Daemon::serve(&case.world.beside(""));
    git_in(&first, ["config", &format!("url.{}.insteadOf", daemon.url("")), "team:"]);
    git_in(&first, ["remote", "set-url", "origin", "team:hub.git"]);
    (0..3).for_each(|number| {
        fs::write(case.world.path.join(format!("notes-{number}.txt")), "a note\n".repeat(1000)).unwrap();
        case.commit("a note");
    });
    let hub = case.world.beside("hub.git");
    case.git(["push", "-q", hub.to_str().unwrap(), "main"]);
    let register = Register::open(&first).unwrap();
    let mut heard = Vec::new();
    let mut hear = |line: &str| heard.push(line.to_owned());
    register.fetch("origin", &mut Talk { hear: &mut hear, stopped: &|| false, may_ask: false }).unwrap();
    assert!(
        heard.iter().any(|line| line.starts_with("remote: Counting objects") && line.ends_with('\r')),
        "{heard:#?}"
    );
    assert_eq!(register.upstream().unwrap().unwrap().behind, 3);
}

/// A server that takes a connection and says nothing: giving up ends git and leaves nothing behind.
#[test]
fn giving_up_leaves_no_lock_and_no_process() {
    let Desks { case: _case, first, .. } = Desks::new(Kind::Libgit2);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("git://{}/hub.git", listener.local_addr().unwrap());
    git_in(&first, ["remote", "set-url", "origin", &url]);
    let before = listing(&first.join(".git"));
    let register = Register::open(&first).unwrap();
    let silent = thread::spawn(move || listener.accept().map(|(stream, _)| stream).unwrap());
    let begun = Instant::now();
    let mut hear = |_: &str| ();
    let connected = || silent.is_finished() || begun.elapsed() > Duration::from_secs(60);
    let outcome =
        register.fetch("origin", &mut Talk { hear: &mut hear, stopped: &connected, may_ask: false });
    assert!(matches!(outcome, Err(Error::GivenUp { .. })), "{outcome:?}");
    let stream = silent.join().unwrap();
    // git is gone: the other end is closed.
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let mut rest = Vec::new();
    std::io::Read::read_to_end(&mut &stream, &mut rest).unwrap();
    assert_eq!(listing(&first.join(".git")), before);
}

/// Every file below a folder, but for what git writes down of a fetch.
fn listing(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            found.extend(listing(&path));
        } else if entry.file_name() != "FETCH_HEAD" {
            found.push(path.display().to_string());
        }
    }
    found.sort();
    found
}
