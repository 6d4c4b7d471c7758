//! The driver as git starts it: merge, rebase, cherry-pick and pull between two clones, and what `git diff` shows.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::fixture::Fixture;

pub const COMPANY: &str = "companies/halyard/company.toml";
pub const CELL: &str = "companies/halyard/assessments/S-1.1.toml";

pub struct Clone {
    pub path: PathBuf,
    pub home: tempfile::TempDir,
}

impl Clone {
    pub fn of(fixture: &Fixture) -> Clone {
        let clone = Clone { path: fixture.path(), home: tempfile::tempdir().unwrap() };
        fixture.write(".gitattributes", include_str!("../../../.gitattributes"));
        clone.run("git", &["add", ".gitattributes"]);
        clone.git(&["commit", "-q", "-m", "register: git's own drivers"]);
        clone.countersign(&["setup"]);
        clone
    }

    pub fn cloned(&self, to: &Path) -> Clone {
        self.git(&["clone", "-q", ".", to.to_str().unwrap()]);
        let clone = Clone { path: to.to_owned(), home: tempfile::tempdir().unwrap() };
        clone.countersign(&["setup"]);
        clone
    }

    /// The same files in a repository that git keeps otherwise.
    pub fn kept_otherwise(&self, to: &Path, how: &[&str]) -> Clone {
        let prefix = format!("--prefix={}/", to.display());
        self.git(&["checkout-index", "--all", &prefix]);
        let clone = Clone { path: to.to_owned(), home: tempfile::tempdir().unwrap() };
        clone.git(&[&["init", "-q", "--initial-branch=main"], how].concat());
        clone.git(&["add", "--all"]);
        clone.git(&["commit", "-q", "-m", "register: begin"]);
        clone.countersign(&["setup"]);
        clone
    }

    pub fn run(&self, program: &str, arguments: &[&str]) -> Output {
        let mut command = Command::new(program);
        command.current_dir(&self.path).args(arguments);
        for (key, value) in [
            ("HOME", self.home.path().to_str().unwrap()),
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_AUTHOR_NAME", "First Desk"),
            ("GIT_AUTHOR_EMAIL", "first@example.org"),
            ("GIT_COMMITTER_NAME", "First Desk"),
            ("GIT_COMMITTER_EMAIL", "first@example.org"),
            ("GIT_AUTHOR_DATE", "2026-06-01T10:00:00+01:00"),
            ("GIT_COMMITTER_DATE", "2026-06-01T10:00:00+01:00"),
            ("GIT_EDITOR", ":"),
            ("LC_ALL", "C"),
        ] {
            command.env(key, value);
        }
        command.output().unwrap()
    }

    #[track_caller]
    pub fn git(&self, arguments: &[&str]) -> String {
        let output = self.run("git", arguments);
        let said =
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "git {arguments:?}: {said}");
        said
    }

    #[track_caller]
    pub fn refused(&self, arguments: &[&str]) -> String {
        let output = self.run("git", arguments);
        let said =
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(!output.status.success(), "git {arguments:?}: {said}");
        said
    }

    #[track_caller]
    pub fn countersign(&self, arguments: &[&str]) -> String {
        let output = self.run(env!("CARGO_BIN_EXE_countersign"), arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "countersign {arguments:?}: {said}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// What Countersign says where it refuses.
    #[track_caller]
    pub fn fails(&self, arguments: &[&str]) -> String {
        let output = self.run(env!("CARGO_BIN_EXE_countersign"), arguments);
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert!(!output.status.success(), "{arguments:?}: {said}");
        said
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path.join(path)).unwrap()
    }

    /// Commits an edit of one file on a branch that begins at `main`.
    pub fn on_branch(&self, branch: &str, path: &str, edits: &[(&str, &str)]) {
        self.git(&["switch", "-q", "-c", branch, "main"]);
        self.edit(path, edits);
        self.git(&["commit", "-q", "-a", "-m", branch]);
    }

    pub fn edit(&self, path: &str, edits: &[(&str, &str)]) {
        fs::write(self.path.join(path), super::replaced(&self.read(path), edits)).unwrap();
    }
}

/// Two changes of the same lines that do not contradict each other.
fn agreeing(clone: &Clone) {
    clone.on_branch("one", CELL, &[("a = \"met\"", "a = \"met\"\nc = \"gap\"")]);
    clone.on_branch(
        "other",
        CELL,
        &[("b = \"gap\"", "b = \"gap\"\nd = \"met\""), ("assessed = 2026-03-02", "assessed = 2026-03-03")],
    );
}

#[track_caller]
fn has_all(text: &str) {
    for line in ["a = \"met\"", "b = \"gap\"", "c = \"gap\"", "d = \"met\"", "assessed = 2026-03-03"] {
        assert!(text.contains(line), "no {line}: {text}");
    }
}

#[test]
fn a_merge_takes_both_sides_and_the_audit_sees_nothing_wrong_in_it() {
    let fixture = Fixture::new();
    let clone = Clone::of(&fixture);
    agreeing(&clone);
    clone.git(&["merge", "-q", "-m", "merge", "one"]);
    has_all(&clone.read(CELL));
    let changed_in_merge = |clone: &Clone| {
        let output = clone.run(env!("CARGO_BIN_EXE_countersign"), &["audit", "--json"]);
        String::from_utf8_lossy(&output.stdout).contains("changed-in-merge")
    };
    assert!(!changed_in_merge(&clone));
    clone.edit(CELL, &[("d = \"met\"", "d = \"partial\"")]);
    clone.git(&["commit", "-q", "-a", "--amend", "--no-edit"]);
    assert!(changed_in_merge(&clone), "what neither side had");
}

#[test]
fn a_rebase_and_a_cherry_pick_do_too() {
    let fixture = Fixture::new();
    let clone = Clone::of(&fixture);
    agreeing(&clone);
    clone.git(&["rebase", "-q", "one"]);
    has_all(&clone.read(CELL));
    clone.git(&["switch", "-q", "one"]);
    clone.git(&["switch", "-q", "-c", "third"]);
    clone.edit(CELL, &[("a = \"met\"\n", "a = \"met\"\nf = \"met\"\n")]);
    clone.git(&["commit", "-q", "-a", "-m", "third"]);
    clone.git(&["switch", "-q", "other"]);
    clone.git(&["cherry-pick", "third"]);
    has_all(&clone.read(CELL));
    assert!(clone.read(CELL).contains("f = \"met\""));
}

#[test]
fn a_pull_between_two_clones() {
    let fixture = Fixture::new();
    let clone = Clone::of(&fixture);
    let place = tempfile::tempdir().unwrap();
    let second = clone.cloned(&place.path().join("second"));
    clone.edit(CELL, &[("a = \"met\"", "a = \"met\"\nc = \"gap\"")]);
    clone.git(&["commit", "-q", "-a", "-m", "ours"]);
    second.edit(
        CELL,
        &[("b = \"gap\"", "b = \"gap\"\nd = \"met\""), ("assessed = 2026-03-02", "assessed = 2026-03-03")],
    );
    second.git(&["commit", "-q", "-a", "-m", "theirs"]);
    second.git(&["pull", "-q", "--no-rebase", "--no-edit"]);
    has_all(&second.read(CELL));
}

#[test]
fn contradicting_judgements_are_a_conflict_with_a_valid_file() {
    let fixture = Fixture::new();
    let clone = Clone::of(&fixture);
    clone.on_branch("one", CELL, &[("status = \"partial\"", "status = \"met\""), ("No trigger", "Trigger")]);
    clone.on_branch(
        "other",
        CELL,
        &[("status = \"partial\"", "status = \"gap\""), ("The rest is there", "Nothing is there")],
    );
    let said = clone.refused(&["merge", "one"]);
    assert!(said.contains("CONFLICT") && said.contains("was judged differently on both sides"), "{said}");
    let text = clone.read(CELL);
    assert!(text.contains("status = \"gap\"") && text.contains("contested = true"), "{text}");
    for reason in ["Trigger points for lighter", "Nothing is there"] {
        assert!(text.contains(reason), "{text}");
    }
    clone.git(&["add", CELL]);
    clone.git(&["commit", "-q", "--no-edit"]);
    assert!(
        clone.countersign(&["show", "halyard", "S-1.1"]).contains("two sides of a merge judged it otherwise")
    );
    let audit = clone.run(env!("CARGO_BIN_EXE_countersign"), &["audit", "--json"]);
    assert!(!String::from_utf8_lossy(&audit.stdout).contains("changed-in-merge"));
}

#[test]
fn git_diff_shows_what_changed_and_no_noise() {
    let fixture = Fixture::new();
    let clone = Clone::of(&fixture);
    let text = clone.read(CELL);
    fs::write(clone.path.join(CELL), format!("# looked at again\n{text}")).unwrap();
    assert_eq!(clone.git(&["diff"]), "");
    clone.edit(CELL, &[("status = \"partial\"", "status = \"gap\"")]);
    let said = clone.git(&["diff"]);
    let changed: Vec<&str> = said.lines().filter(|line| line.starts_with(['-', '+'])).skip(2).collect();
    assert_eq!(changed, ["-status: partial", "+status: gap"], "{said}");
    clone.git(&["commit", "-q", "-a", "-m", "edited"]);
    assert!(clone.git(&["log", "-p", "-1"]).contains("+status: gap"));
}

fn config(path: &Path) -> String {
    fs::read_to_string(path.join(".git/config")).unwrap()
}

#[test]
fn setting_up_twice_is_setting_up_once_and_undo_takes_it_all_out() {
    let fixture = Fixture::new();
    let before = config(&fixture.path());
    let clone = Clone::of(&fixture);
    let once = config(&clone.path);
    assert!(once.contains("merge-driver %O %A %B %L %P") && once.contains("textconv"), "{once}");
    assert!(clone.countersign(&["setup"]).starts_with("This clone's git configuration says already"));
    assert_eq!(config(&clone.path), once);
    // The driver is Countersign itself, and nothing it starts runs a textconv: there is nothing to be asked about.
    assert!(clone.countersign(&["trust"]).contains("names no program"));
    clone.countersign(&["setup", "--undo"]);
    assert_eq!(config(&clone.path), before);
    assert!(clone.countersign(&["setup", "--undo"]).contains("nothing to take out"));
}

#[test]
fn a_conflict_is_settled_in_the_registers_words() {
    let fixture = Fixture::new();
    let clone = Clone::of(&fixture);
    clone.on_branch("one", CELL, &[("status = \"partial\"", "status = \"met\"")]);
    clone.on_branch("other", CELL, &[("status = \"partial\"", "status = \"gap\"")]);
    for (choice, status, contested) in
        [("--ours", "gap", false), ("--theirs", "met", false), ("--cautious", "gap", true)]
    {
        clone.refused(&["merge", "one"]);
        let said = clone.countersign(&["conflicts"]);
        assert!(
            said.contains("in a merge")
                && said.contains("status\n      base: partial\n      ours: gap\n      theirs: met"),
            "{said}"
        );
        clone.countersign(&["settle", CELL, choice]);
        assert_eq!(clone.git(&["diff", "--name-only", "--diff-filter=U"]), "");
        let text = clone.read(CELL);
        assert!(text.contains(&format!("status = \"{status}\"")), "{text}");
        assert_eq!(text.contains("contested = true"), contested);
        assert!(clone.countersign(&["conflicts"]).contains("git merge --continue"));
        clone.git(&["merge", "--abort"]);
    }
}

#[test]
fn so_is_one_of_a_rebase() {
    let fixture = Fixture::new();
    let clone = Clone::of(&fixture);
    clone.on_branch("one", CELL, &[("status = \"partial\"", "status = \"met\"")]);
    clone.on_branch("other", CELL, &[("status = \"partial\"", "status = \"gap\"")]);
    clone.refused(&["rebase", "one"]);
    let said = clone.countersign(&["conflicts"]);
    assert!(
        said.contains("in a rebase") && said.contains("Ours is as on one, theirs is as in your change."),
        "{said}"
    );
    clone.countersign(&["settle", CELL, "--theirs"]);
    clone.git(&["rebase", "--continue"]);
    assert!(clone.read(CELL).contains("status = \"gap\""));
}

/// Two branches that each merged the other and settled it in their own way: their merge has both as its base.
pub fn crosswise(clone: &Clone, path: &str) {
    for (branch, from, choice) in [("x", "one", "other"), ("y", "other", "one")] {
        clone.git(&["switch", "-q", "-c", branch, from]);
        clone.refused(&["merge", "-q", choice]);
        clone.countersign(&["settle", path, "--ours"]);
        clone.git(&["commit", "-q", "--no-edit"]);
    }
}

#[test]
fn crosswise_merges_that_were_settled_otherwise_are_a_conflict_again() {
    let fixture = Fixture::new();
    let clone = Clone::of(&fixture);
    clone.on_branch("one", CELL, &[("status = \"partial\"", "status = \"met\"")]);
    clone.on_branch("other", CELL, &[("status = \"partial\"", "status = \"gap\"")]);
    crosswise(&clone, CELL);
    for (here, there) in [("x", "y"), ("y", "x")] {
        clone.git(&["switch", "-q", here]);
        clone.refused(&["merge", "-q", there]);
        let text = clone.read(CELL);
        assert!(text.contains("status = \"gap\"") && text.contains("contested = true"), "{text}");
        assert!(!text.contains("<<<<<<<"), "{text}");
        clone.countersign(&["settle", CELL, "--take", "status=theirs"]);
        assert_eq!(clone.git(&["ls-files", "--unmerged"]), "");
        clone.git(&["merge", "--abort"]);
    }
}

#[test]
fn a_file_that_one_side_calls_otherwise_is_merged_where_it_is_now() {
    let fixture = Fixture::new();
    let clone = Clone::of(&fixture);
    let (before, now) =
        ("companies/halyard/evidence/copyright-policy.toml", "companies/halyard/evidence/policy.toml");
    let access = "access = \"public\"";
    clone.git(&["switch", "-q", "-c", "one"]);
    clone.git(&["mv", before, now]);
    clone.edit(now, &[(access, "access = \"public\" # on their site")]);
    clone.git(&["commit", "-q", "-a", "-m", "one"]);
    clone.on_branch("other", before, &[(access, "access = \"internal\"")]);
    clone.git(&["merge", "-q", "-m", "merge", "one"]);
    assert!(clone.read(now).contains("access = \"internal\" # on their site"), "{}", clone.read(now));
}

#[test]
fn line_ends_of_the_work_tree_are_those_git_gives_it() {
    let fixture = Fixture::new();
    let clone = Clone::of(&fixture);
    clone.git(&["config", "core.autocrlf", "true"]);
    clone.git(&["rm", "-q", "-r", "--cached", "."]);
    clone.git(&["reset", "-q", "--hard"]);
    let of_lines = |clone: &Clone, path: &str| clone.git(&["ls-files", "--eol", path]);
    assert!(of_lines(&clone, CELL).starts_with("i/lf    w/crlf"), "{}", of_lines(&clone, CELL));
    clone.on_branch("one", CELL, &[("status = \"partial\"", "status = \"met\"")]);
    clone.on_branch("other", CELL, &[("status = \"partial\"", "status = \"gap\"")]);
    for choice in ["--ours", "--theirs", "--cautious"] {
        clone.refused(&["merge", "one"]);
        clone.countersign(&["settle", CELL, choice]);
        assert!(of_lines(&clone, CELL).starts_with("i/lf    w/crlf"), "{}", of_lines(&clone, CELL));
        let status = clone.git(&["status", "--porcelain"]);
        assert!(status.lines().all(|line| line.starts_with("M ")), "{choice}: {status}");
        clone.git(&["merge", "--abort"]);
    }
}

/// git's lines would go together, and make a list of people that nobody wrote.
#[test]
fn a_list_of_people_is_never_made_of_two_however_far_its_lines_lie_apart() {
    let fixture = Fixture::new();
    let clone = Clone::of(&fixture);
    let settings = "countersign.toml";
    let people = "\n[review]\nmay-decide = [\n  \"a@example.org\",\n\n\n\n\n  \"b@example.org\",\n]\n";
    fs::write(clone.path.join(settings), clone.read(settings) + people).unwrap();
    clone.git(&["commit", "-q", "-a", "-m", "people"]);
    clone.on_branch("one", settings, &[("  \"a@example.org\"", "  \"c@example.org\"")]);
    clone.on_branch("other", settings, &[("  \"b@example.org\"", "  \"d@example.org\"")]);
    let said = clone.refused(&["merge", "one"]);
    assert!(said.contains("countersign.toml says one thing on each side"), "{said}");
    let said = clone.countersign(&["settle", settings, "--take", "review, may-decide=theirs", "--dry-run"]);
    assert!(said.contains("+  \"c@example.org\""), "{said}");
    assert!(!clone.git(&["ls-files", "--unmerged"]).is_empty(), "a dry run settles nothing");
    let output = clone
        .run(env!("CARGO_BIN_EXE_countersign"), &["settle", settings, "--take", "review, may-decide=both"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("to take both of"), "{said}");
}

#[test]
fn setup_offers_the_attributes_that_a_register_lacks() {
    let fixture = Fixture::new();
    let clone = Clone { path: fixture.path(), home: tempfile::tempdir().unwrap() };
    fs::write(clone.path.join(".gitattributes"), "*.pdf binary").unwrap();
    clone.git(&["add", ".gitattributes"]);
    clone.git(&["commit", "-q", "-m", "attributes"]);
    let head = clone.git(&["rev-parse", "HEAD"]);
    let output = clone.run(env!("CARGO_BIN_EXE_countersign"), &["setup"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("`countersign setup --yes` commits one"));
    let said = clone.countersign(&["setup", "--dry-run"]);
    assert!(said.contains("+/companies/**/*.toml merge=countersign diff=countersign"), "{said}");
    assert_eq!(clone.git(&["rev-parse", "HEAD"]), head, "nobody said yes");
    assert!(clone.countersign(&["setup", "--yes"]).contains("Committed"));
    let text = clone.read(".gitattributes");
    assert!(text.starts_with("*.pdf binary\n# git merges"), "{text}");
    assert_eq!(clone.git(&["status", "--porcelain"]), "");
    assert_eq!(clone.git(&["rev-list", "--count", "HEAD^..HEAD"]).trim(), "1");
    agreeing(&clone);
    clone.git(&["merge", "-q", "-m", "merge", "one"]);
    has_all(&clone.read(CELL));
}
