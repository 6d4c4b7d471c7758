//! The workflow files of `docs/ci/` and the hooks for pre-commit: read as their runners read them, and what they run is
//! run here, on a real register with a branch.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use countersign::domain::Status;
use yaml_rust2::{Yaml, YamlLoader};

use super::{spoil, text};
use crate::audit::Case;
use crate::ledger::world::git_in;

/// A file of this project.
pub fn read(path: &str) -> Yaml {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    YamlLoader::load_from_str(&text).unwrap().remove(0)
}

pub fn strings(yaml: &Yaml) -> Vec<&str> {
    yaml.as_vec().unwrap().iter().map(|item| item.as_str().unwrap()).collect()
}

/// A remote with a branch `proposal` beside `main`, and a clone of it as a runner makes one.
pub struct Project {
    pub case: Case,
    clone: PathBuf,
}

impl Project {
    pub fn new(bring: impl Fn(&Case)) -> Project {
        let case = Case::new();
        case.git(["switch", "-qc", "proposal"]);
        bring(&case);
        case.git(["switch", "-q", "main"]);
        let clone = case.world.clone("clone", &[]);
        git_in(&clone, ["config", "user.name", "Runner"]);
        git_in(&clone, ["config", "user.email", "runner@example.org"]);
        git_in(&clone, ["switch", "-q", "--detach"]);
        git_in(&clone, ["merge", "-q", "--no-ff", "-m", "trial", "origin/proposal"]);
        Project { case, clone }
    }

    /// As the runner runs a step: bash that stops at the first failure, the program on its PATH.
    pub fn run(&self, script: &str, variables: &[(&str, String)]) -> Output {
        let program = Path::new(env!("CARGO_BIN_EXE_countersign")).parent().unwrap();
        let path = std::env::join_paths(
            [self.case.world.beside("platform"), program.to_owned()]
                .into_iter()
                .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
        );
        Command::new("bash")
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
            .current_dir(&self.clone)
            .env("PATH", path.unwrap())
            .env("HOME", self.case.world.beside("home"))
            .env("GIT_CONFIG_GLOBAL", self.case.world.beside("gitconfig"))
            .env("XDG_STATE_HOME", self.case.world.beside("state"))
            .env("GITHUB_WORKSPACE", &self.clone)
            .env("GITHUB_REPOSITORY", "desk/register")
            .env("GITHUB_API_URL", "https://forge.example.org/api/v1")
            .env("GITHUB_STEP_SUMMARY", self.case.world.beside("summary.md"))
            .env("RUNNER_TEMP", self.case.world.beside(""))
            .env("PLATFORM", self.case.world.beside("platform"))
            .envs(variables.iter().map(|(key, value)| (key, value)))
            .output()
            .unwrap()
    }

    pub fn head(&self) -> String {
        git_in(&self.clone, ["rev-parse", "origin/proposal"])
    }
}

/// One branch that is fine and one that is not.
pub fn fine(case: &Case) {
    case.decide("halyard S-1.1", Status::Gap);
}

fn spoilt(case: &Case) {
    spoil(case, "colour");
    case.commit("register: a key too many");
}

/// What a job of GitHub's kind runs, one step after the other, until one fails. What only the platform has is skipped.
pub fn job(project: &Project, job: &Yaml) -> (bool, String) {
    let mut said = String::new();
    for step in job["steps"].as_vec().unwrap() {
        let Some(script) = step["run"].as_str() else { continue };
        let environment = step["env"].as_hash().into_iter().flatten().map(|(key, value)| {
            let value = match value.as_str().unwrap() {
                "${{ github.base_ref }}" => "main".to_owned(),
                "${{ github.event.pull_request.head.sha }}" => project.head(),
                "${{ github.event.pull_request.number }}" => "12".to_owned(),
                "${{ github.token }}" => "secret".to_owned(),
                other => panic!("{other} is not known here"),
            };
            (key.as_str().unwrap(), value)
        });
        let output = project.run(script, &environment.collect::<Vec<_>>());
        said += &(text(&output.stdout) + &text(&output.stderr));
        if !output.status.success() {
            return (false, said);
        }
    }
    (true, said)
}

#[test]
fn github_and_its_relatives_run_as_written() {
    for file in ["docs/ci/github.yaml", "docs/ci/gitea.yaml"] {
        let workflow = read(file);
        for (branch, passes) in [(fine as fn(&Case), true), (spoilt, false)] {
            let project = Project::new(branch);
            let (passed, said) = job(&project, &workflow["jobs"]["pull-request"]);
            assert_eq!(passed, passes, "{file}: {said}");
            let annotated = said
                .contains("::error file=companies/tidepool/company.toml,line=1,col=1,title=unknown-key::");
            assert_eq!(annotated, !passes, "{file}: {said}");
            git_in(&project.clone, ["switch", "-q", "main"]);
            let (passed, said) = job(&project, &workflow["jobs"]["main"]);
            assert!(passed, "{file}: {said}");
        }
    }
}

#[test]
fn github_and_its_relatives_are_given_no_more_than_they_need() {
    for file in ["docs/ci/github.yaml", "docs/ci/gitea.yaml"] {
        let workflow = read(file);
        // Not `pull_request_target`, which runs what a stranger's branch says with the rights of the base.
        let events: Vec<&str> =
            workflow["on"].as_hash().unwrap().keys().map(|event| event.as_str().unwrap()).collect();
        assert_eq!(events, ["pull_request", "push"], "{file}");
        let rights = |of: &Yaml| -> Vec<(String, String)> {
            let word = |yaml: &Yaml| yaml.as_str().unwrap().to_owned();
            of["permissions"]
                .as_hash()
                .into_iter()
                .flatten()
                .map(|(key, value)| (word(key), word(value)))
                .collect()
        };
        assert_eq!(rights(&workflow), [("contents".to_owned(), "read".to_owned())], "{file}");
        assert_eq!(rights(&workflow["jobs"]["pull-request"]), [], "{file}");
        let commenting = [("contents", "read"), ("pull-requests", "write")];
        let commenting = commenting.map(|(key, value)| (key.to_owned(), value.to_owned()));
        assert_eq!(rights(&workflow["jobs"]["comment"]), commenting, "{file}");
        let posts = workflow["jobs"]["comment"]["steps"].as_vec().unwrap().last().unwrap();
        let own = "github.event.pull_request.head.repo.full_name == github.repository";
        assert_eq!(posts["if"].as_str(), Some(own), "{file}: a fork's token may not write");
        for (_, job) in workflow["jobs"].as_hash().unwrap() {
            let steps = job["steps"].as_vec().unwrap();
            let checkout = &steps[0];
            assert!(checkout["uses"].as_str().unwrap().starts_with("actions/checkout@"), "{file}");
            assert_eq!(checkout["with"]["fetch-depth"].as_i64(), Some(0), "{file}");
            assert_eq!(checkout["with"]["persist-credentials"].as_bool(), Some(false), "{file}");
            for script in steps.iter().filter_map(|step| step["run"].as_str()) {
                assert!(!script.contains("${{"), "{file}: text of a stranger's in a script: {script}");
            }
        }
    }
}

#[test]
fn gitlab_runs_as_written() {
    let pipeline = read("docs/ci/gitlab.yaml");
    for (_, job) in pipeline.as_hash().unwrap() {
        assert_eq!(job["variables"]["GIT_DEPTH"].as_str(), Some("0"), "all of the history");
    }
    let job = &pipeline["countersign-merge-request"];
    let script = strings(&job["script"]).join("\n");
    for (branch, passes) in [(fine as fn(&Case), true), (spoilt, false)] {
        for trial_merge in [true, false] {
            let project = Project::new(branch);
            let mut variables = vec![("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main".to_owned())];
            if trial_merge {
                variables.push(("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", project.head()));
            } else {
                git_in(&project.clone, ["switch", "-q", "--detach", "origin/proposal"]);
            }
            variables.push(("CI_COMMIT_SHA", git_in(&project.clone, ["rev-parse", "HEAD"])));
            let output = project.run(&script, &variables);
            assert_eq!(output.status.success(), passes, "{}", text(&output.stderr));
            for (_, report) in job["artifacts"]["reports"].as_hash().unwrap() {
                let report = fs::read_to_string(project.clone.join(report.as_str().unwrap())).unwrap();
                assert_eq!(report.contains("companies/tidepool/company.toml"), !passes, "{report}");
            }
        }
    }
    let project = Project::new(fine);
    git_in(&project.clone, ["switch", "-q", "main"]);
    let output = project.run(&strings(&pipeline["countersign-main"]["script"]).join("\n"), &[]);
    assert!(output.status.success(), "{}", text(&output.stderr));
}

#[test]
fn the_hooks_for_pre_commit_run_as_written() {
    let hooks = read(".pre-commit-hooks.yaml");
    for hook in hooks.as_vec().unwrap() {
        let [id, entry] = ["id", "entry"].map(|key| hook[key].as_str().unwrap());
        assert_eq!(hook["pass_filenames"].as_bool(), Some(false), "{id}");
        let project = Project::new(fine);
        let clone = &project.clone;
        git_in(clone, ["switch", "-q", "main"]);
        let passes = || project.run(entry, &[]).status.success();
        assert!(passes(), "{id}");
        let profile = clone.join(super::PROFILE);
        fs::write(&profile, format!("colour = 1\n{}", fs::read_to_string(&profile).unwrap())).unwrap();
        assert!(passes(), "{id}: neither staged nor committed");
        git_in(clone, ["add", "."]);
        if hook["stages"][0].as_str() == Some("pre-push") {
            git_in(clone, ["commit", "-qm", "a key too many"]);
        }
        assert!(!passes(), "{id}");
    }
}
