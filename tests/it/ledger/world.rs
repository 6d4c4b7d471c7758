//! Real git in a fixed world: temporary repositories, fixed identity and dates, no configuration of the machine.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;
use std::sync::Once;

use countersign::ledger::{Ledger, Person};
use tempfile::TempDir;

/// A repository that disappears with the value. Its folder is `root/repo`; `root` has room for others beside it.
pub struct World {
    root: Rc<TempDir>,
    pub path: PathBuf,
}

/// Two files of the register, and two that are not its business.
pub const ONE: &str = "companies/acme/assessments/S-1.1.toml";
pub const TWO: &str = "companies/other/assessments/S-1.1.toml";

impl World {
    /// A repository with one commit on `main`.
    pub fn new() -> World {
        let world = World::empty();
        for path in [ONE, TWO] {
            world.write(path, "status = \"gap\"\n");
        }
        world.write("countersign.toml", "format = 1\n");
        world.write("notes.txt", "one\n");
        world.write("plan.txt", "one\n");
        world.git(["add", "."]);
        world.git(["commit", "-qm", "init"]);
        world
    }

    /// A repository without a commit.
    pub fn empty() -> World {
        World::with_init(&[])
    }

    pub fn with_init(options: &[&str]) -> World {
        fix_environment();
        let root = Rc::new(TempDir::new().unwrap());
        let path = root.path().canonicalize().unwrap().join("repo");
        fs::create_dir(&path).unwrap();
        let world = World { root, path };
        world.git([&["init", "-q", "-b", "main"], options].concat());
        world.git(["config", "user.name", "First Desk"]);
        world.git(["config", "user.email", "first@example.org"]);
        world
    }

    /// A place beside the repository.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.root.path().canonicalize().unwrap().join(name)
    }

    pub fn ledger(&self) -> Ledger {
        Ledger::discover(&self.path).unwrap()
    }

    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub fn read(&self, path: &str) -> String {
        String::from_utf8(fs::read(self.path.join(path)).unwrap()).unwrap()
    }

    /// What git prints, without the last newline. git must succeed.
    pub fn git<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> String {
        git_in(&self.path, arguments)
    }

    /// A linked work tree beside this one, on a new branch of the folder's name.
    pub fn linked(&self, name: &str) -> World {
        let path = self.beside(name);
        self.git(["worktree", "add", "-q", path.to_str().unwrap(), "-b", name]);
        World { root: Rc::clone(&self.root), path }
    }
}

pub fn git_in<S: AsRef<OsStr>>(folder: &Path, arguments: impl IntoIterator<Item = S>) -> String {
    let output = command(folder, arguments).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end_matches('\n').to_owned();
    assert!(output.status.success(), "{}\n{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

pub fn command<S: AsRef<OsStr>>(folder: &Path, arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(arguments);
    command
}

/// Everything the machine could bring into a test is replaced, before libgit2 first looks.
pub fn fix_environment() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let home = std::env::temp_dir().join("countersign-tests-no-such-home");
        let fixed = [
            ("HOME", home.to_str().unwrap()),
            ("XDG_CONFIG_HOME", home.to_str().unwrap()),
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_AUTHOR_DATE", "2026-11-20T10:00:00+01:00"),
            ("GIT_COMMITTER_DATE", "2026-11-20T10:00:00+01:00"),
            ("LC_ALL", "C"),
            ("TZ", "UTC"),
        ];
        let unset =
            ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "EMAIL", "GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"];
        // SAFETY: runs once, before the first repository is opened; nothing else in this binary reads or writes the
        // environment before that, and nothing changes it afterwards.
        unsafe {
            fixed.iter().for_each(|(key, value)| std::env::set_var(key, value));
            unset.iter().for_each(|key| std::env::remove_var(key));
        }
    });
}

pub fn person(name: &str, time_seconds: i64) -> Person {
    let email = format!("{}@example.org", name.to_lowercase());
    Person { name: name.to_owned(), email, time_seconds, offset_minutes: 60 }
}
