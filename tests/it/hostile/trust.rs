//! A repository whose own configuration or hooks name programs: reading never asks and never runs them; the first
//! write lists them and waits for a yes, which counts for exactly that list.

use std::fs;
use std::path::PathBuf;

use countersign::register::{At, Register};
use countersign::ui::Options;
use countersign::ui::driver::Driver;
use serde_json::Value;

use super::{Run, countersign};
use crate::audit::{CELL, Case};
use crate::ledger::world::{Kind, command, in_every_kind, on_both_stores};

in_every_kind! {
    a_program_runs_only_after_a_yes
}

on_both_stores! {
    going_on_waits_for_a_yes
}

/// A program that leaves a mark, beside the repository.
fn marking(case: &Case, name: &str) -> (PathBuf, PathBuf) {
    let (program, mark) = (case.world.beside(name), case.world.beside(&format!("{name} was here")));
    fs::write(&program, format!("#!/bin/sh\ntouch '{}'\n", mark.display())).unwrap();
    executable(&program);
    (program, mark)
}

#[cfg(unix)]
pub fn executable(path: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[cfg(not(unix))]
pub fn executable(_: &std::path::Path) {}

/// As a script decides: nobody is asked.
fn decide(case: &Case, status: &str) -> Run {
    let arguments = [
        "assess",
        "halyard",
        "S-1.1",
        "--status",
        status,
        "--reason",
        "So far.",
        "--on",
        "2026-11-20",
        "--yes",
    ];
    countersign(&case.world.path, &arguments)
}

fn run(case: &Case, arguments: &[&str]) -> Run {
    countersign(&case.world.path, arguments)
}

/// What `trust` lists, and whether it is trusted.
fn listed(case: &Case) -> (bool, Vec<[String; 2]>) {
    let run = run(case, &["trust", "--json"]);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let programs = document["programs"].as_array().unwrap();
    let programs = programs.iter().map(|program| [text(&program["name"]), text(&program["value"])]).collect();
    (document["trusted"].as_bool().unwrap(), programs)
}

fn commits(case: &Case) -> String {
    case.world.git(["rev-list", "--count", "HEAD"])
}

fn a_program_runs_only_after_a_yes(kind: Kind) {
    let case = Case::of(kind);
    let (program, mark) = marking(&case, "filter");
    case.world.git(["config", "filter.mine.clean", &format!("'{}'; cat", program.display())]);
    case.world.write(".gitattributes", "companies/** filter=mine\n");
    let hook = case.world.path.join(".git/hooks/pre-commit");
    let (program, ran) = marking(&case, "hook");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::copy(program, &hook).unwrap();

    let refused = decide(&case, "gap");
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("filter.mine.clean = '"), "{}", refused.stderr);
    assert!(refused.stderr.contains("pre-commit hook = sha256:"), "{}", refused.stderr);
    assert!(refused.stderr.contains("`countersign trust --yes`"), "{}", refused.stderr);
    assert!(!mark.exists() && !ran.exists(), "ran before anybody said yes");
    assert_eq!(commits(&case), "1");
    let (trusted, programs) = listed(&case);
    let names: Vec<&str> = programs.iter().map(|[name, _]| name.as_str()).collect();
    assert_eq!((trusted, &names[..]), (false, &["filter.mine.clean", "pre-commit hook"][..]));

    assert_eq!(run(&case, &["trust", "--yes"]).code, 0);
    let decided = decide(&case, "gap");
    assert_eq!(decided.code, 0, "{}", decided.stderr);
    assert!(mark.exists() && ran.exists());
    assert_eq!(commits(&case), "2");
}

#[test]
fn undo_and_redo_wait_for_a_yes() {
    let case = Case::decided(Kind::Libgit2);
    let (program, mark) = marking(&case, "filter");
    case.world.git(["config", "filter.mine.clean", &format!("'{}'; cat", program.display())]);
    case.world.write(".gitattributes", "companies/** filter=mine\n");
    let before = commits(&case);
    // What a filter would make of a file is part of what is shown: not even that runs.
    for arguments in [&["undo", "--dry-run"][..], &["undo", "--yes"], &["undo", "--yes", "--json"]] {
        let refused = run(&case, arguments);
        assert_eq!(refused.code, 2, "{arguments:?}");
        assert!(refused.stderr.contains("filter.mine.clean"), "{}", refused.stderr);
    }
    assert!(!mark.exists(), "ran before anybody said yes");
    assert_eq!(commits(&case), before);

    run(&case, &["trust", "--yes"]);
    let undone = run(&case, &["undo", "--yes"]);
    assert_eq!(undone.code, 0, "{}", undone.stderr);
    assert!(mark.exists());

    // A hook stands in the way of the commits alone, of a series as of one.
    run(&case, &["trust", "--revoke"]);
    case.world.git(["config", "--unset", "filter.mine.clean"]);
    case.world.git(["config", "core.hooksPath", "checks"]);
    assert_eq!(run(&case, &["redo", "--dry-run"]).code, 0);
    for arguments in [&["redo", "--yes"][..], &["undo", "--yes", "HEAD~1..HEAD"]] {
        let refused = run(&case, arguments);
        assert!(refused.stderr.contains("core.hookspath = checks"), "{arguments:?}: {}", refused.stderr);
        assert_eq!(refused.code, 2, "{arguments:?}");
    }
    run(&case, &["trust", "--yes"]);
    let redone = run(&case, &["redo", "--yes"]);
    assert_eq!(redone.code, 0, "{}", redone.stderr);
}

/// Two branches that contradict each other, each with another commit behind.
fn contradicting(kind: Kind) -> Case {
    let case = Case::decided(kind);
    case.git(["branch", "other"]);
    for (branch, status) in [("main", "met"), ("other", "partial")] {
        case.git(["switch", "-q", branch]);
        case.edit(CELL, "\"gap\"", &format!("\"{status}\""));
        case.commit(status);
        case.world.write(&format!("{branch}.txt"), "further\n");
        case.git(["add", "--all"]);
        case.commit("further");
    }
    case
}

/// Everything that git runs when it goes on: a hook of the index, and what lies in the files it left.
fn going_on_waits_for_a_yes(kind: Kind) {
    for (operation, plant) in [
        (&["merge", "main"][..], "post-index-change hook = sha256:"),
        (&["rebase", "main"], "exec = touch "),
        (&["rebase", "main"], "merge strategy = evil"),
        (&["cherry-pick", "other..main"], "merge strategy = evil"),
    ] {
        let case = contradicting(kind);
        let (program, mark) = marking(&case, "program");
        assert!(!command(&case.world.path, operation).output().unwrap().status.success());
        case.git(["checkout", "-q", "--theirs", CELL]);
        case.git(["add", CELL]);

        let git = case.world.path.join(".git");
        match plant {
            "exec = touch " => {
                let todo = git.join("rebase-merge/git-rebase-todo");
                let left = fs::read_to_string(&todo).unwrap();
                fs::write(&todo, format!("{left}exec touch '{}'\n", mark.display())).unwrap();
            }
            "merge strategy = evil" => {
                case.git(["config", "alias.merge-evil", &format!("!'{}'", program.display())]);
                match operation[0] {
                    "rebase" => fs::write(git.join("rebase-merge/strategy"), "evil\n").unwrap(),
                    _ => drop(case.git([
                        "config",
                        "--file",
                        ".git/sequencer/opts",
                        "options.strategy",
                        "evil",
                    ])),
                }
            }
            _ => {
                fs::create_dir_all(git.join("hooks")).unwrap();
                fs::copy(&program, git.join("hooks/post-index-change")).unwrap();
            }
        }

        let refused = run(&case, &["settle", "--continue"]);
        assert_eq!(refused.code, 2, "{operation:?} {plant}");
        assert!(refused.stderr.contains(plant), "{operation:?}: {}", refused.stderr);
        assert!(!mark.exists(), "{operation:?} {plant} ran before anybody said yes");

        assert_eq!(run(&case, &["trust", "--yes"]).code, 0);
        run(&case, &["settle", "--continue"]);
        assert!(mark.exists(), "{operation:?} {plant} is harmless");
    }
}

#[test]
fn a_list_that_changes_is_asked_about_again() {
    let case = Case::new();
    let hook = case.world.path.join(".git/hooks/pre-commit");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    let write = |text: &str| {
        fs::write(&hook, text).unwrap();
        executable(&hook);
    };
    write("#!/bin/sh\nexit 0\n");
    run(&case, &["trust", "--yes"]);
    assert_eq!(decide(&case, "gap").code, 0);

    // Another content of the same hook.
    write("#!/bin/sh\nexit 0 # again\n");
    assert_eq!(decide(&case, "partial").code, 2);
    run(&case, &["trust", "--yes"]);
    assert!(listed(&case).0);

    // One more program.
    case.world.git(["config", "gpg.ssh.program", "other-keygen"]);
    assert!(!listed(&case).0);
    assert!(decide(&case, "partial").stderr.contains("gpg.ssh.program = other-keygen"));
    run(&case, &["trust", "--yes"]);

    // Another repository at another path has its own.
    let moved = case.world.beside("moved");
    fs::rename(&case.world.path, &moved).unwrap();
    let run_there = |arguments: &[&str]| countersign(&moved, arguments);
    assert!(run_there(&["trust", "--json"]).stdout.contains("\"trusted\": false"));
    fs::rename(&moved, &case.world.path).unwrap();
    assert!(listed(&case).0);

    run(&case, &["trust", "--revoke"]);
    assert!(!listed(&case).0);
    assert_eq!(commits(&case), "2");
}

#[test]
fn what_an_included_file_names_counts_and_says_where() {
    let case = Case::new();
    case.world.write("shared.config", "[credential]\n\thelper = \"!steal\"\n");
    case.world.git(["config", "include.path", "../shared.config"]);
    let run = run(&case, &["trust"]);
    assert!(run.stdout.contains("credential.helper\n    !steal\n    in "), "{}", run.stdout);
    assert!(run.stdout.contains("shared.config"), "{}", run.stdout);
    assert_eq!(decide(&case, "gap").code, 2);
}

#[test]
fn hooks_in_the_work_tree_are_the_repositorys() {
    let case = Case::new();
    case.world.write("checks/commit-msg", "#!/bin/sh\nexit 0\n");
    executable(&case.world.path.join("checks/commit-msg"));
    case.world.git(["config", "core.hooksPath", "checks"]);
    let names: Vec<String> = listed(&case).1.into_iter().map(|[name, _]| name).collect();
    assert_eq!(names, ["core.hookspath", "commit-msg hook"]);
}

#[test]
fn what_the_user_configured_is_theirs() {
    let case = Case::new();
    let hooks = case.world.beside("hooks");
    fs::create_dir(&hooks).unwrap();
    fs::write(hooks.join("pre-commit"), "#!/bin/sh\nexit 0\n").unwrap();
    executable(&hooks.join("pre-commit"));
    let settings = case.world.beside("settings");
    let text = format!("[core]\n\thooksPath = {}\n[gpg]\n\tprogram = mine\n", hooks.display());
    fs::write(&settings, text).unwrap();
    let trust = |settings: &std::path::Path| {
        super::countersign_with(&case.world.path, &["trust"], |command| {
            command.env("GIT_CONFIG_GLOBAL", settings);
        })
    };
    assert!(trust(&settings).stdout.contains("names no program"));
    // A folder of theirs, but relative: then it lies in whatever repository it is.
    case.world.write("checks/pre-commit", "#!/bin/sh\nexit 0\n");
    executable(&case.world.path.join("checks/pre-commit"));
    fs::write(&settings, "[core]\n\thooksPath = checks\n").unwrap();
    assert!(trust(&settings).stdout.contains("pre-commit hook"));
}

#[test]
fn nobody_is_asked_where_nothing_would_run() {
    let case = Case::new();
    // Samples, files nobody may execute, and settings that no commit gets to.
    let hooks = case.world.path.join(".git/hooks");
    fs::create_dir_all(&hooks).unwrap();
    fs::write(hooks.join("pre-commit.sample"), "#!/bin/sh\n").unwrap();
    executable(&hooks.join("pre-commit.sample"));
    if cfg!(unix) {
        fs::write(hooks.join("pre-commit"), "#!/bin/sh\nexit 1\n").unwrap();
    }
    for (key, value) in
        [("core.editor", "vi"), ("core.pager", "less"), ("alias.st", "status"), ("gpg.format", "ssh")]
    {
        case.world.git(["config", key, value]);
    }
    assert!(run(&case, &["trust"]).stdout.contains("names no program"));
    assert_eq!(decide(&case, "gap").code, 0);
    assert!(!case.world.beside("state").exists());
}

#[test]
fn reading_never_asks() {
    let case = Case::decided(Kind::Libgit2);
    case.world.git(["config", "core.sshCommand", "steal"]);
    for arguments in [
        &["show"][..],
        &["log"],
        &["check"],
        &["audit"],
        &[
            "assess",
            "halyard",
            "S-1.1",
            "--status",
            "partial",
            "--reason",
            "More.",
            "--evidence",
            "minutes",
            "--dry-run",
        ],
    ] {
        assert_ne!(run(&case, arguments).code, 2, "{arguments:?}");
    }
}

#[test]
fn a_list_that_wants_to_look_shorter_is_shown_whole() {
    let case = Case::new();
    let value = "true\n    in your own settings\u{1b}[8m\u{202e}";
    case.world.git(["config", "gpg.program", value]);
    let run = run(&case, &["trust"]);
    assert!(run.stdout.contains("true␊    in your own settings␛[8m⟨U+202E⟩\n"), "{}", run.stdout);
    assert!(decide(&case, "gap").stderr.contains("gpg.program = true␊"));
}

#[test]
fn init_asks_too() {
    let case = Case::new();
    let world = &case.world;
    let folder = world.beside("other");
    crate::ledger::world::git_in(world.path.parent().unwrap(), ["init", "-q", folder.to_str().unwrap()]);
    crate::ledger::world::git_in(&folder, ["config", "core.hooksPath", "checks"]);
    let run = countersign(&world.path, &["init", folder.to_str().unwrap()]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("core.hookspath = checks"), "{}", run.stderr);
}

fn driver(case: &Case) -> Driver {
    let on = "2026-11-20".parse().unwrap();
    let options = Options {
        at: At::Head,
        on,
        theme: countersign::ui::theme::Theme::dark(),
        personal: Default::default(),
    };
    Driver::new(Register::open(&case.world.path).unwrap(), options, "80x24".parse().unwrap())
}

#[test]
fn the_screen_shows_the_list_and_goes_on_after_a_yes() {
    let case = Case::new();
    let hook = case.world.path.join(".git/hooks/pre-commit");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, "#!/bin/sh\nexit 0\n").unwrap();
    executable(&hook);
    let mut driver = driver(&case);
    // Gap is the first status, and the reason the field after the evidence.
    driver.play(&"/halyard S-1.1<enter>d<space><tab><tab><tab>So far.<ctrl-s>".parse().unwrap());
    assert!(driver.screen().contains("Enter makes this commit"), "{}", driver.screen());

    driver.play(&"<enter>".parse().unwrap());
    assert!(driver.screen().contains("Programs of this repository"), "{}", driver.screen());
    assert!(driver.screen().contains("pre-commit hook"), "{}", driver.screen());
    assert_eq!(commits(&case), "1");

    // No: the preview is still there, and so is what was typed.
    driver.play(&"<esc>".parse().unwrap());
    assert!(driver.screen().contains("Enter makes this commit"), "{}", driver.screen());
    assert_eq!(commits(&case), "1");

    driver.play(&"<enter>y".parse().unwrap());
    assert!(driver.screen().contains("Committed"), "{}", driver.screen());
    assert_eq!(commits(&case), "2");
}

#[test]
fn the_screen_asks_before_it_undoes() {
    let case = Case::decided(Kind::Libgit2);
    let (program, mark) = marking(&case, "filter");
    case.world.git(["config", "filter.mine.clean", &format!("'{}'; cat", program.display())]);
    case.world.write(".gitattributes", "companies/** filter=mine\n");
    let before = commits(&case);
    let mut driver = driver(&case);
    driver.play(&"/halyard S-1.1<enter>tu".parse().unwrap());
    assert!(driver.screen().contains("Programs of this repository"), "{}", driver.screen());
    driver.play(&"<enter>".parse().unwrap());
    assert!(driver.screen().contains("Programs of this repository"), "{}", driver.screen());
    assert!(!mark.exists(), "ran before anybody said yes");

    driver.play(&"y".parse().unwrap());
    assert!(driver.screen().contains("Enter makes this commit"), "{}", driver.screen());
    driver.play(&"<enter>".parse().unwrap());
    assert!(driver.screen().contains("Committed"), "{}", driver.screen());
    assert_ne!(commits(&case), before);
}
