//! The comments of `docs/ci/`: what the jobs post, and where, with stand-ins for the programs that talk to a platform. They
//! note what they are asked, and answer with the comments there are.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use super::text;
use super::workflows::{Project, fine, job, read, strings};

/// `gh` and `curl` in one: the words it was called with, what it was given to post, and as an answer what is there.
const STAND_IN: &str = r#"#!/bin/sh
{ printf '%s ' "$(basename "$0")" "$@"; echo; } >> "$PLATFORM/calls"
previous= filter=.
for word in "$@"; do
  case "$previous" in --jq) filter=$word ;; esac
  previous=$word
done
for word in "$@"; do
  case "$word" in
    *@/*|body@comment.md) cat "${word#*@}" > "$PLATFORM/posted"; exit ;;
    */user) echo '{"id": 7}'; exit ;;
  esac
done
jq --raw-output "$filter" "$PLATFORM/comments"
"#;

/// The jobs ask their runner's `jq`. A machine without it has nothing to try them with; CI has it.
fn has_jq() -> bool {
    let there = Command::new("jq").arg("--version").output().is_ok();
    assert!(there || std::env::var_os("CI").is_none(), "jq is missing");
    there
}

/// What the job asked last, and what it posted.
fn posted(project: &Project, comments: &str, run: impl Fn() -> (bool, String)) -> (String, String) {
    let platform = project.case.world.beside("platform");
    fs::create_dir_all(&platform).unwrap();
    for program in ["gh", "curl"] {
        fs::write(platform.join(program), STAND_IN).unwrap();
        fs::set_permissions(platform.join(program), fs::Permissions::from_mode(0o755)).unwrap();
    }
    fs::write(platform.join("comments"), comments).unwrap();
    let (passed, said) = run();
    assert!(passed, "{said}");
    let calls = fs::read_to_string(platform.join("calls")).unwrap();
    (calls.lines().last().unwrap().to_owned(), fs::read_to_string(platform.join("posted")).unwrap())
}

/// A stranger's comment with the job's mark, another one of the job's user, and the job's own, if it is there.
fn comments(user: &str, stranger: &str, own: bool) -> String {
    let comment = |id: u32, user: &str, body: &str| format!(r#"{{"id": {id}, {user}, "body": "{body}"}}"#);
    let mark = "<!-- countersign diff -->\\nbefore";
    let mut all = vec![comment(1, stranger, mark), comment(2, user, "of another job")];
    all.extend(own.then(|| comment(3, user, mark)));
    format!("[{}]", all.join(","))
}

#[test]
fn github_and_its_relatives_comment_once() {
    if !has_jq() {
        return;
    }
    for (file, user, asked) in [
        ("docs/ci/github.yaml", "github-actions[bot]", "repos/desk/register/issues"),
        (
            "docs/ci/gitea.yaml",
            "gitea-actions",
            "https://forge.example.org/api/v1/repos/desk/register/issues",
        ),
        (
            "docs/ci/gitea.yaml",
            "forgejo-actions",
            "https://forge.example.org/api/v1/repos/desk/register/issues",
        ),
    ] {
        let workflow = read(file);
        let project = Project::new(fine);
        let login = |login: &str| format!(r#""user": {{"login": "{login}"}}"#);
        for (own, method, path) in [(false, "POST", "12/comments"), (true, "PATCH", "comments/3")] {
            let there = comments(&login(user), &login("stranger"), own);
            let (call, body) = posted(&project, &there, || job(&project, &workflow["jobs"]["comment"]));
            assert!(call.contains(&format!(" {method} {asked}/{path} ")), "{file}: {call}");
            assert!(body.contains("<!-- countersign diff -->"), "{file}: {body}");
            assert!(body.contains("S-1.1 Halyard AI (invented): unassessed → gap"), "{file}: {body}");
        }
    }
}

#[test]
fn gitlab_comments_once() {
    if !has_jq() {
        return;
    }
    let pipeline = read("docs/ci/gitlab.yaml");
    let of_job = &pipeline["countersign-comment"];
    let rule = of_job["rules"][0]["if"].as_str().unwrap();
    assert!(rule.contains("$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_PROJECT_ID && $COUNTERSIGN_TOKEN"));
    let script = strings(&of_job["script"]).join("\n");
    let project = Project::new(fine);
    let variables = [
        ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main".to_owned()),
        ("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", project.head()),
        ("CI_API_V4_URL", "https://forge.example.org/api/v4".to_owned()),
        ("CI_PROJECT_ID", "5".to_owned()),
        ("CI_MERGE_REQUEST_IID", "12".to_owned()),
        ("COUNTERSIGN_TOKEN", "secret".to_owned()),
    ];
    let run = || {
        let output = project.run(&script, &variables);
        (output.status.success(), text(&output.stderr))
    };
    let notes = "https://forge.example.org/api/v4/projects/5/merge_requests/12/notes";
    for (own, asked) in [(false, format!(" POST {notes} ")), (true, format!(" PUT {notes}/3 "))] {
        let there = comments(r#""author": {"id": 7}"#, r#""author": {"id": 8}"#, own);
        let (call, body) = posted(&project, &there, run);
        assert!(call.contains(&asked), "{call}");
        assert!(body.contains("S-1.1 Halyard AI (invented): unassessed → gap"), "{body}");
    }
}
