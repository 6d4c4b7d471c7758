//! Real git in a fixed world: temporary repositories, fixed identity and dates, no configuration of the machine.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;
use std::sync::Once;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use countersign::domain::ContentId;
use countersign::error::Result;
use countersign::ledger::{Backend, Edit, Ledger, Person, content_id};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// The kinds of repository, and what they are read and written through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Libgit2,
    /// What libgit2 could read, through git all the same.
    Git,
    Reftable,
    Sha256,
    ReftableSha256,
}

impl Kind {
    pub const ALL: [Kind; 5] = [Kind::Libgit2, Kind::Git, Kind::Reftable, Kind::Sha256, Kind::ReftableSha256];

    /// One for each of the two stores.
    pub const STORES: [Kind; 2] = [Kind::Libgit2, Kind::ReftableSha256];

    pub fn open(self, path: &Path) -> Result<Ledger> {
        if self == Kind::Git { Ledger::discover_with(path, Backend::Git) } else { Ledger::discover(path) }
    }

    pub fn is_sha256(self) -> bool {
        matches!(self, Kind::Sha256 | Kind::ReftableSha256)
    }

    pub fn object_format(self) -> &'static str {
        if self.is_sha256() { "--object-format=sha256" } else { "--object-format=sha1" }
    }

    pub fn ref_format(self) -> &'static str {
        match self {
            Kind::Reftable | Kind::ReftableSha256 => "--ref-format=reftable",
            _ => "--ref-format=files",
        }
    }

    /// An id made of one digit.
    pub fn id_of(self, digit: char) -> String {
        digit.to_string().repeat(if self.is_sha256() { 64 } else { 40 })
    }

    /// The id git gives to a file with this content.
    pub fn content_id(self, bytes: &[u8]) -> ContentId {
        if !self.is_sha256() {
            return content_id(bytes);
        }
        let digest = Sha256::new().chain_update(format!("blob {}\0", bytes.len())).chain_update(bytes);
        digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect::<String>().parse().unwrap()
    }

    pub fn edit(self, path: &str, before: Option<&str>, after: Option<&str>) -> Edit {
        let before = before.map(|text| self.content_id(text.as_bytes()));
        let after = after.map(|text| text.as_bytes().to_vec());
        Edit { path: path.into(), before, after, executable: false }
    }
}

/// Runs each of these tests of the file through libgit2, and through git where libgit2 can read the least.
macro_rules! on_both_stores {
    ($($test:ident)*) => {$(
        mod $test {
            use $crate::ledger::world::Kind;

            #[test]
            fn libgit2() {
                super::$test(Kind::Libgit2);
            }

            #[test]
            fn reftable_sha256() {
                super::$test(Kind::ReftableSha256);
            }
        }
    )*};
}
pub(crate) use on_both_stores;

/// Runs each of these tests of the file in every kind of repository.
macro_rules! in_every_kind {
    ($($test:ident)*) => {$(
        mod $test {
            use $crate::ledger::world::Kind;

            #[test]
            fn libgit2() {
                super::$test(Kind::Libgit2);
            }

            #[test]
            fn git() {
                super::$test(Kind::Git);
            }

            #[test]
            fn reftable() {
                super::$test(Kind::Reftable);
            }

            #[test]
            fn sha256() {
                super::$test(Kind::Sha256);
            }

            #[test]
            fn reftable_sha256() {
                super::$test(Kind::ReftableSha256);
            }
        }
    )*};
}
pub(crate) use in_every_kind;

/// A repository that disappears with the value. Its folder is `root/repo`; `root` has room for others beside it.
pub struct World {
    root: Rc<TempDir>,
    pub path: PathBuf,
    pub kind: Kind,
}

/// Two files of the register, and two that are not its business.
pub const ONE: &str = "companies/acme/assessments/S-1.1.toml";
pub const TWO: &str = "companies/other/assessments/S-1.1.toml";

impl World {
    /// A repository with one commit on `main`.
    pub fn new(kind: Kind) -> World {
        let world = World::empty(kind);
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
    pub fn empty(kind: Kind) -> World {
        fix_environment();
        let root = Rc::new(TempDir::new().unwrap());
        let path = root.path().canonicalize().unwrap().join("repo");
        fs::create_dir(&path).unwrap();
        let world = World { root, path, kind };
        world.git(["init", "-q", "-b", "main", kind.object_format(), kind.ref_format()]);
        world.git(["config", "user.name", "First Desk"]);
        world.git(["config", "user.email", "first@example.org"]);
        world
    }

    /// A place beside the repository.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.root.path().canonicalize().unwrap().join(name)
    }

    pub fn ledger(&self) -> Ledger {
        self.kind.open(&self.path).unwrap()
    }

    /// Says yes to the hooks and programs that are there now.
    pub fn trust(&self) {
        let ledger = self.ledger();
        ledger.trust(&ledger.programs().unwrap()).unwrap();
    }

    /// No two writes are of one second, and none of the second in which git writes the index: git would look at such
    /// files again and again, and a plain index would be none.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        static WRITTEN: AtomicU64 = AtomicU64::new(0);
        let path = self.path.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        let age = Duration::from_secs(1_000_000 - WRITTEN.fetch_add(1, Ordering::Relaxed));
        File::open(path).unwrap().set_modified(SystemTime::now() - age).unwrap();
    }

    pub fn read(&self, path: &str) -> String {
        String::from_utf8(fs::read(self.path.join(path)).unwrap()).unwrap()
    }

    /// What git prints, without the last newline. git must succeed.
    pub fn git<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> String {
        git_in(&self.path, arguments)
    }

    /// A clone beside this one, of the same formats.
    pub fn clone(&self, name: &str, options: &[&str]) -> PathBuf {
        let (path, url) = (self.beside(name), format!("file://{}", self.path.display()));
        let clone = ["clone", "-q", self.kind.ref_format()];
        self.git([&clone, options, &[&url, path.to_str().unwrap()]].concat());
        path
    }

    /// A linked work tree beside this one, on a new branch of the folder's name.
    pub fn linked(&self, name: &str) -> World {
        let path = self.beside(name);
        self.git(["worktree", "add", "-q", path.to_str().unwrap(), "-b", name]);
        World { root: Rc::clone(&self.root), path, kind: self.kind }
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
        let state = std::env::temp_dir().join("countersign-tests-state");
        let fixed = [
            ("HOME", home.to_str().unwrap()),
            ("XDG_CONFIG_HOME", home.to_str().unwrap()),
            ("XDG_STATE_HOME", state.to_str().unwrap()),
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
