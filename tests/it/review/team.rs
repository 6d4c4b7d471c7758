//! Two people with a clone and an SSH key each, and a bare repository between them.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::fixture::tests;

/// What most cases ask: somebody else, one signed approval, sound files and commits.
pub const STRICT: &str = "second-person = true\napprovals = 1\nrequired-checks = [\"check\", \"audit\"]\n";

pub struct Team {
    folder: TempDir,
    pub first: Person,
    pub second: Person,
}

pub struct Person {
    pub home: PathBuf,
    pub clone: PathBuf,
}

impl Team {
    /// The small register without judgements, under a policy, in everybody's clone.
    pub fn under(review: &str) -> Team {
        let folder = TempDir::new().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let person = |name: &str| Person::new(&root.join(name), name);
        let team = Team { first: person("first"), second: person("second"), folder };
        let remote = team.remote();
        team.first
            .git_in(&root, ["init", "--quiet", "--bare", "--initial-branch=main", remote.to_str().unwrap()]);
        copy(&tests().join("register"), &team.first.clone);
        let keys: String = [&team.first, &team.second].map(Person::allowed_signer).concat();
        team.first.write("policy/allowed_signers", &keys);
        let settings = format!(
            "format = 1\ntitle = \"A small register\"\n\n[signing]\nrequire-signatures = true\n\n[review]\n{review}"
        );
        team.first.write("countersign.toml", &settings);
        team.first
            .git_in(&root, ["init", "--quiet", "--initial-branch=main", team.first.clone.to_str().unwrap()]);
        team.first.git(["add", "--all"]);
        team.first.git(["commit", "--quiet", "--message", "register: begin"]);
        team.first.git(["remote", "add", "origin", remote.to_str().unwrap()]);
        team.first.git(["push", "--quiet", "--set-upstream", "origin", "main"]);
        fs::remove_dir(&team.second.clone).unwrap();
        let clone = team.second.clone.to_str().unwrap();
        team.second.git_in(&root, ["clone", "--quiet", remote.to_str().unwrap(), clone]);
        team
    }

    pub fn remote(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join("remote.git")
    }

    /// A third person, whose key is not on the list.
    pub fn stranger(&self) -> Person {
        let root = self.folder.path().canonicalize().unwrap();
        let stranger = Person::new(&root.join("third"), "third");
        fs::remove_dir(&stranger.clone).unwrap();
        let remote = self.remote();
        stranger
            .git_in(&root, ["clone", "--quiet", remote.to_str().unwrap(), stranger.clone.to_str().unwrap()]);
        stranger
    }

    /// The first desk proposes that Halyard's S-1.1 is a gap, and pushes it.
    pub fn proposed() -> Team {
        let team = Team::under(STRICT);
        team.propose();
        team
    }

    pub fn propose(&self) {
        self.first.propose("S-1.1", "So far.");
        self.first.git(["push", "--quiet", "origin", NAME]);
        self.second.git(["fetch", "--quiet"]);
    }
}

pub const NAME: &str = "proposal/halyard/q3";

impl Person {
    fn new(home: &Path, name: &str) -> Person {
        let clone = home.join("register");
        fs::create_dir_all(&clone).unwrap();
        let key = home.join("key");
        let made = Command::new("ssh-keygen")
            .args(["-q", "-t", "ed25519", "-N", "", "-C", "", "-f"])
            .arg(&key)
            .status();
        assert!(made.unwrap().success());
        let capital = name[..1].to_uppercase() + &name[1..];
        let settings = format!(
            "[user]\n name = {capital} Desk\n email = {name}@example.org\n signingKey = {}\n[commit]\n gpgSign = true\n\
             [gpg]\n format = ssh\n[core]\n autocrlf = false\n",
            key.with_extension("pub").display()
        );
        fs::write(home.join(".gitconfig"), settings).unwrap();
        Person { home: home.to_owned(), clone }
    }

    /// Proposes that a measure of Halyard's is a gap.
    #[track_caller]
    pub fn propose(&self, measure: &str, reason: &str) {
        let judged = ["assess", "halyard", measure, "--status", "gap", "--reason", reason];
        self.fine([&judged[..], &["--propose", "q3", "--yes"]].concat());
    }

    pub fn allowed_signer(&self) -> String {
        let name = self.home.file_name().unwrap().to_str().unwrap();
        format!("{name}@example.org {}", fs::read_to_string(self.home.join("key.pub")).unwrap())
    }

    fn command(&self, program: &str, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(folder)
            .env("HOME", &self.home)
            .env("XDG_CONFIG_HOME", self.home.join("config"))
            .env("XDG_STATE_HOME", self.home.join("state"))
            .env("GIT_CONFIG_GLOBAL", self.home.join(".gitconfig"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env_remove("COUNTERSIGN_REGISTER");
        command
    }

    #[track_caller]
    pub fn git_in<S: AsRef<OsStr>>(&self, folder: &Path, arguments: impl IntoIterator<Item = S>) -> String {
        let output = self.command("git", folder).args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    #[track_caller]
    pub fn git<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> String {
        self.git_in(&self.clone, arguments)
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.clone.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// A line of a shell, with the program on its path.
    #[track_caller]
    pub fn shell(&self, line: &str) {
        let folder = Path::new(env!("CARGO_BIN_EXE_countersign")).parent().unwrap();
        let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
        let output = self.command("sh", &self.clone).args(["-c", line]).env("PATH", path).output().unwrap();
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    }

    pub fn run<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Output {
        self.command(env!("CARGO_BIN_EXE_countersign"), &self.clone).args(arguments).output().unwrap()
    }

    /// What the program prints when all is well.
    #[track_caller]
    pub fn fine<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> String {
        let output = self.run(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stdout));
        String::from_utf8(output.stdout).unwrap()
    }

    /// What it says when it refuses; nothing may have been committed.
    #[track_caller]
    pub fn refused<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> String {
        let refs = self.git(["for-each-ref"]);
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stdout));
        assert_eq!(self.git(["for-each-ref"]), refs);
        String::from_utf8(output.stderr).unwrap()
    }

    #[track_caller]
    pub fn json<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Value {
        serde_json::from_str(&self.fine(arguments)).unwrap()
    }

    /// The proposal as this person's clone has it.
    #[track_caller]
    pub fn proposal(&self) -> Value {
        self.json(["proposals", NAME, "--json"])
    }

    /// Which rules are in the way of a merge by this person.
    #[track_caller]
    pub fn in_the_way(&self) -> Vec<String> {
        let rules = self.proposal()["in-the-way"].as_array().unwrap().clone();
        rules.iter().map(|rule| rule["rule"].as_str().unwrap().to_owned()).collect()
    }

    /// A commit of everything in the work tree on a branch, past Countersign.
    pub fn commit_on(&self, branch: &str, path: &str, text: &str) {
        self.git(["switch", "--quiet", branch]);
        self.write(path, text);
        self.git(["add", "--all"]);
        self.git(["commit", "--quiet", "--message", "by hand"]);
        self.git(["switch", "--quiet", "main"]);
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() && entry.file_name() != "assessments" {
            fs::create_dir_all(&target).unwrap();
            copy(&source, &target);
        } else if source.is_file() {
            fs::copy(&source, &target).unwrap();
        }
    }
}
