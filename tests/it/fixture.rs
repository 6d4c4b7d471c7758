//! The small register of `tests/register/` as a repository: fixed authors, days and environment, so that every commit
//! has the same id everywhere.

use std::fs;
use std::path::{Path, PathBuf};

use git2::{IndexAddOption, Repository, RepositoryInitOptions, Signature, Time};
use tempfile::TempDir;

/// A repository that disappears with the value.
pub struct Fixture {
    folder: TempDir,
}

/// What a commit of the fixture adds.
struct Step {
    author: &'static str,
    day: &'static str,
    subject: &'static str,
    path: &'static str,
    /// What the file says differently until a later step.
    otherwise: Option<(&'static str, &'static str)>,
}

const HISTORY: [Step; 5] = [
    Step {
        author: "First Desk",
        day: "2026-02-02",
        subject: "assess halyard C-1.1: unassessed → met",
        path: "companies/halyard/assessments/C-1.1.toml",
        otherwise: None,
    },
    Step {
        author: "Second Desk",
        day: "2026-03-02",
        subject: "assess halyard S-1.1: unassessed → gap",
        path: "companies/halyard/assessments/S-1.1.toml",
        otherwise: Some(("status = \"partial\"", "status = \"gap\"")),
    },
    Step {
        author: "First Desk",
        day: "2026-03-09",
        subject: "assess halyard S-1.1: gap → partial",
        path: "companies/halyard/assessments/S-1.1.toml",
        otherwise: None,
    },
    Step {
        author: "First Desk",
        day: "2026-04-02",
        subject: "assess halyard T-1.1@mainsail: unassessed → partial",
        path: "companies/halyard/assessments/T-1.1@mainsail.toml",
        otherwise: None,
    },
    Step {
        author: "Second Desk",
        day: "2026-05-05",
        subject: "assess lodestar AIA-53-4: unassessed → gap",
        path: "companies/lodestar/assessments/AIA-53-4.toml",
        otherwise: None,
    },
];

impl Fixture {
    /// The register with its judgements, one commit each.
    pub fn new() -> Fixture {
        let fixture = Fixture::empty();
        let source = tests().join("register");
        fixture.copy(&source, &|path| !path.to_string_lossy().contains("/assessments/"));
        fixture.commit("First Desk", "2026-01-10", "register: three companies to try things on");
        for step in HISTORY {
            let text = fs::read_to_string(source.join(step.path)).unwrap();
            let text = match step.otherwise {
                Some((now, then)) => text.replace(now, then),
                None => text,
            };
            fixture.write(step.path, &text);
            fixture.commit(step.author, step.day, step.subject);
        }
        fixture
    }

    /// The same, and `tests/broken/` over it.
    pub fn broken() -> Fixture {
        let fixture = Fixture::new();
        fixture.copy(&tests().join("broken"), &|_| true);
        fixture.commit("Second Desk", "2026-06-01", "register: what is wrong on purpose");
        fixture
    }

    /// A repository that is no register, and has nothing in it.
    pub fn empty() -> Fixture {
        let folder = TempDir::new().unwrap();
        // No template of the machine's: it may bring hooks.
        let mut options = RepositoryInitOptions::new();
        options.external_template(false).initial_head("main");
        let repository = Repository::init_opts(folder.path(), &options).unwrap();
        let mut config = repository.config().unwrap();
        for (key, value) in [
            ("user.name", "First Desk"),
            ("user.email", "first@example.org"),
            ("core.autocrlf", "false"),
            ("commit.gpgsign", "false"),
        ] {
            config.set_str(key, value).unwrap();
        }
        Fixture { folder }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap()
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Commits everything in the work tree, at ten in the morning of a day.
    pub fn commit(&self, author: &str, day: &str, subject: &str) {
        let repository = Repository::open(self.folder.path()).unwrap();
        let mut index = repository.index().unwrap();
        index.add_all(["*"], IndexAddOption::FORCE, None).unwrap();
        index.write().unwrap();
        let tree = repository.find_tree(index.write_tree().unwrap()).unwrap();
        let morning: jiff::Timestamp = format!("{day}T10:00:00+01:00").parse().unwrap();
        let email = format!("{}@example.org", author.split(' ').next().unwrap().to_lowercase());
        let signature = Signature::new(author, &email, &Time::new(morning.as_second(), 60)).unwrap();
        let parent = repository.head().ok().map(|head| head.peel_to_commit().unwrap());
        let parents: Vec<_> = parent.iter().collect();
        repository.commit(Some("HEAD"), &signature, &signature, subject, &tree, &parents).unwrap();
    }

    fn copy(&self, folder: &Path, wanted: &dyn Fn(&Path) -> bool) {
        copy(folder, self.folder.path(), wanted);
    }
}

fn copy(from: &Path, to: &Path, wanted: &dyn Fn(&Path) -> bool) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy(&source, &target, wanted);
        } else if wanted(&source) {
            fs::copy(&source, &target).unwrap();
        }
    }
}

/// The folder that holds the tests' own files.
pub fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}
