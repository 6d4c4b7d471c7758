//! Hostile text wherever a repository has room for text, and every screen and command that shows it: it is seen, and not
//! obeyed.

use std::fs;

use countersign::domain::visible;
use countersign::register::At;
use countersign::ui::driver::Driver;
use countersign::ui::{Options, Personal, Theme};
use toml_edit::{DocumentMut, Value, value};

use super::text::{self, BRANCH, FOR_GIT};
use super::{Run, countersign, countersign_with, steering};
use crate::audit::{CELL, Case};
use crate::ledger::world::{Kind, command, on_both_stores};

on_both_stores! {
    in_drafts
    in_remotes_and_what_they_answer
    in_what_is_undone
    in_conflicts
    in_names_of_keys
}

/// An override comes first and last, so that it is seen in however little room there is.
fn hostile() -> String {
    format!("\u{202e}{FOR_GIT}{}\u{202e}", "long ".repeat(60))
}

/// What git allows in the name of a ref, and 300 characters of it.
fn name() -> String {
    format!("{}/{}", file_name(), "y".repeat(120))
}

/// As long as a file's name may be, with an ending.
fn file_name() -> String {
    format!("n\u{202e}\u{9b}31m\u{200b}\u{feff}\u{e0041}{}", "x".repeat(180))
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// Prints something that holds the text, and shows it.
#[track_caller]
fn shows(case: &Case, arguments: &[&str]) -> Run {
    let run = countersign(&case.world.path, arguments);
    // Visible as text, or escaped as JSON.
    let is_shown = [&run.stdout, &run.stderr].iter().any(|text| text.to_lowercase().contains("202e"));
    assert!(is_shown, "{arguments:?} shows nothing of it:\n{}{}", run.stdout, run.stderr);
    run
}

/// A screen after some keys, in a wide terminal and in the narrowest; the wide one shows the text.
#[track_caller]
fn screen(case: &Case, keys: &str) {
    let options = Options {
        at: At::Head,
        on: crate::audit::today(),
        theme: Theme::dark(),
        personal: Personal::default(),
    };
    let mut driver = Driver::new(case.register(), options, "200x60".parse().unwrap());
    driver.play(&keys.parse().unwrap());
    seen_and_not_obeyed(&driver, keys);
    driver.resize("40x12".parse().unwrap());
    assert_eq!(steering(&driver.screen()), None, "after {keys:?}:\n{}", driver.screen());
}

#[track_caller]
fn seen_and_not_obeyed(driver: &Driver, keys: &str) {
    let screen = driver.screen();
    assert!(screen.contains("⟨U+202E⟩"), "after {keys:?}:\n{screen}");
    assert_eq!(steering(&screen), None, "after {keys:?}:\n{screen}");
}

#[test]
fn in_views_waivers_and_branches() {
    let case = text::register(Kind::Libgit2, false);
    let hostile = hostile();
    let settings = case.world.read("countersign.toml");
    let view = format!("[[view]]\nname = {0}\nfilter = {0}\n", quoted(&hostile));
    case.world.write("countersign.toml", settings + &view);
    let waiver = "[[waiver]]\nrule = \"missing-source\"\npath = \"companies/halyard/company.toml\"\nexpires = 2026-12-31\n";
    case.world.write("waivers.toml", format!("{waiver}reason = {0}\nowner = {0}\n", quoted(&hostile)));
    text::commit(&case.world);
    case.git(["tag", &name()]);
    case.git(["branch", &name()]);

    for arguments in [
        &["board"][..],
        &["board", "--csv"],
        &["board", "--json"],
        &["board", "--plain"],
        &["board", "--markdown"],
        &["board", "--view", &hostile],
        &["board", "--view", &hostile.replacen("long", "log", 1)],
        &["board", "--filter", &format!("state:{hostile}")],
        &["gaps", "--markdown"],
        &["show", "halyard", "--markdown"],
        &["show", "halyard", "S-1.1", "--plain"],
        &["compare", "--markdown"],
        &["log", "--markdown"],
        &["log", "halyard", "S-1.1", "--json"],
        &["entry"],
        &["entry", "--json"],
        &["entry", "--markdown"],
        &["diff", "HEAD~2"],
        &["diff", "HEAD~2", "--json"],
        &["diff", "HEAD~2", "--markdown"],
        &["chart", "coverage"],
        &["chart", "coverage", "--json"],
        &["chart", "timeline"],
        &["check"],
        &["check", "--markdown"],
        &["audit", "--json"],
        &["show", "--at", &name()],
        &["show", "--at", &name()[..name().len() - 1]],
        &["assess", "halyard", "S-1.1", "--status", "gap", "--reason", FOR_GIT, "--dry-run"],
        &[
            "position",
            "halyard",
            "--chapter",
            "C",
            "--stance",
            "declined",
            "--since",
            "2026-06-01",
            "--source",
            FOR_GIT,
            "--dry-run",
        ],
        &["model", "halyard", "mainsail", "--note", FOR_GIT, "--dry-run"],
        &["evidence", "replace", "halyard", "safety-framework", "--title", FOR_GIT, "--dry-run"],
    ] {
        shows(&case, arguments);
    }
    for keys in [
        "v",
        "v<enter>",
        "v<enter>/",
        ":views ",
        ":compare ",
        "/halyard S-1.1<enter>d",
        "/halyard<enter>npx",
        "/halyard T-1.1<enter>nm",
        "/halyard<enter>ne",
        "*d",
        "y",
        "%",
        "w",
        "M[M",
        "g c",
        "@HEAD~1<enter>",
        "t<enter>u",
    ] {
        screen(&case, keys);
    }
    // What is typed into a form is repeated in many places.
    let typed: String = FOR_GIT.chars().filter(|letter| !"<\r\t".contains(*letter)).collect();
    let form = format!("/halyard S-1.1<enter>d<tab><tab><tab>\u{202e}{typed}");
    for keys in ["", "<ctrl-s>", "<esc>", "<esc>D", "<esc>D<enter>", "<esc>Dx"] {
        screen(&case, &(form.clone() + keys));
    }
    // As files, too.
    for arguments in [&["picture", "--size", "200x60"][..], &["chart", "coverage"], &["chart", "timeline"]] {
        let file = case.world.beside("picture.svg");
        let output = ["--on", "2026-11-20", "--output", file.to_str().unwrap()];
        countersign(&case.world.path, &[arguments, &output].concat());
        assert_eq!(steering(&fs::read_to_string(&file).unwrap()), None, "{arguments:?}");
    }
}

/// What is typed may be pasted from anywhere, and names of files are what they are.
fn in_drafts(kind: Kind) {
    let case = Case::of(kind);
    let register = case.register();
    let text = |of: &str| of.replace("TYPED", serde_json::to_string(&hostile()).unwrap().trim_matches('"'));
    let draft = r#"{"company":"halyard","slot":"S-1.1","base":null,"status":"gap","reason":"TYPED","requirements":{},
        "evidence":[],"owner":"TYPED","review-by":"TYPED"}"#;
    let position = r#"{"company":"halyard","position":{"source":"TYPED","note":"TYPED"}}"#;
    let damaged = format!("{}.json", file_name());
    for (name, content) in
        [("halyard+S-1.1.json", draft), ("halyard+position.json", position), (&damaged, "TYPED")]
    {
        register.keep_draft(name, &text(content)).unwrap();
    }
    for arguments in [&["drafts"][..], &["drafts", "--json"], &["drafts", "--plain"]] {
        let run = countersign_with(&case.world.path, arguments, |command| {
            command.env("XDG_STATE_HOME", std::env::var_os("XDG_STATE_HOME").unwrap());
        });
        assert_eq!(run.stderr, format!("warning: the draft {} is damaged\n", visible::line(&damaged)));
        assert!(run.stdout.to_lowercase().matches("202e").count() >= 4, "{}", run.stdout);
    }
    let options = Options {
        at: At::Head,
        on: crate::audit::today(),
        theme: Theme::dark(),
        personal: Personal { keeps_drafts: true, ..Personal::default() },
    };
    for steps in [&["", "D", "<enter>", "<ctrl-s>"][..], &["Dj", "<enter>", "<ctrl-s>"]] {
        let mut driver = Driver::new(case.register(), options.clone(), "200x50".parse().unwrap());
        for keys in steps {
            driver.play(&keys.parse().unwrap());
            seen_and_not_obeyed(&driver, keys);
        }
    }
}

fn in_remotes_and_what_they_answer(kind: Kind) {
    let case = text::register(kind, false);
    let remote = name();
    case.git(["config", &format!("remote.{remote}.url"), &format!("/nowhere/{FOR_GIT}")]);
    case.git([
        "config",
        &format!("remote.{remote}.fetch"),
        &format!("+refs/heads/*:refs/remotes/{remote}/*"),
    ]);
    case.git(["config", &format!("branch.{BRANCH}.remote"), &remote]);
    case.git(["config", &format!("branch.{BRANCH}.merge"), &format!("refs/heads/{BRANCH}")]);
    case.git(["update-ref", &format!("refs/remotes/{remote}/{BRANCH}"), "HEAD~1"]);
    for arguments in [
        &["fetch"][..],
        &["fetch", "--json"],
        &["fetch", &remote],
        &["fetch", &remote[..remote.len() - 1]],
        &["push"],
        &["push", &remote, BRANCH],
        &["push", &remote, &BRANCH[1..]],
        &["push", "--yes", "--json"],
    ] {
        let run = shows(&case, arguments);
        assert_eq!(run.code, 2, "{arguments:?}");
    }
    screen(&case, "F");
    screen(&case, "P");
    // One that answers, by way of another name.
    let other = case.world.clone("hub.git", &["--bare"]);
    let hook = other.join("hooks/pre-receive");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, "#!/bin/sh\nprintf 'no \\033[31m\\342\\200\\256\\302\\2332J\\n' >&2\nexit 1\n").unwrap();
    super::trust::executable(&hook);
    case.git(["config", &format!("remote.{remote}.url"), other.to_str().unwrap()]);
    case.git(["update-ref", "-d", &format!("refs/remotes/{remote}/{BRANCH}")]);
    shows(&case, &["fetch"]);
    shows(&case, &["push", "--yes"]);
    screen(&case, "F");
    screen(&case, "P");
}

/// A change of Halyard's judgement on S-1.1, in hostile words.
fn judge(case: &Case, status: &str, words: &str) {
    let mut document: DocumentMut = case.world.read(CELL).parse().unwrap();
    document["status"] = value(status);
    document["reason"] = value(words);
    // What is short is repeated as it is.
    document["owner"] = value(&words[..words.find("long").unwrap_or(words.len())]);
    case.world.write(CELL, document.to_string());
    text::commit(&case.world);
}

#[test]
fn in_proposals_and_reviews() {
    let case = text::register(Kind::Libgit2, false);
    let (hostile, remote, proposal) = (hostile(), name(), "proposal/halyard/q3");
    let policy = format!("[review]\napprovals = 1\nmay-approve = [{}]\n", quoted(&hostile));
    case.world.write("countersign.toml", case.world.read("countersign.toml") + &policy);
    text::commit(&case.world);
    case.git(["switch", "-qc", proposal]);
    judge(&case, "gap", &hostile);
    let strange = format!("companies/halyard/evidence/{}.toml", file_name());
    case.world.write(&strange, "title = 1\n");
    for (at, about) in [CELL, &hostile].into_iter().enumerate() {
        let id = case.world.kind.id_of('1');
        let words = quoted(&hostile);
        let remark = format!(
            "verdict = \"ask-for-changes\"\nproposal = \"{proposal}\"\nby = {words}\nat = {words}\nhead = \"{id}\"\ncontent = \"{id}\"\n\
             base = \"{id}\"\nabout = {}\ntext = {words}\nsigned = {words}\n",
            quoted(about)
        );
        case.world.write(&format!("reviews/{proposal}/{at}-{BRANCH}.toml"), remark);
    }
    text::commit(&case.world);
    // Another one, against what the branch does meanwhile.
    case.git(["switch", "-qc", "proposal/halyard/other", &format!("{BRANCH}~1")]);
    judge(&case, "met", &format!("other {hostile}"));
    case.git(["switch", "-q", BRANCH]);
    judge(&case, "partial", &format!("mine {hostile}"));
    case.git(["config", &format!("remote.{remote}.url"), &hostile]);
    case.git(["update-ref", &format!("refs/remotes/{remote}/{proposal}"), proposal]);

    for arguments in [
        &["proposals"][..],
        &["proposals", "--json"],
        &["proposals", "--csv"],
        &["proposals", "--markdown"],
        &["proposals", "--plain"],
        &["proposals", "q3"],
        &["proposals", "other"],
        &["proposals", "other", "--json"],
        &["proposals", FOR_GIT],
        &["review", "q3"],
        &["review", "q3", "--json"],
        &["review", "q3", "--note", FOR_GIT, "--about", &strange, "--dry-run"],
        &["review", "q3", "--note", FOR_GIT, "--about", FOR_GIT, "--dry-run"],
        &["merge", "q3", "--dry-run"],
        &["merge", "other", "--yes"],
        &["diff", proposal],
        &["diff", proposal, "--markdown"],
        &["withdraw", FOR_GIT],
    ] {
        shows(&case, arguments);
    }
    for keys in [
        "r",
        "rj",
        "r<enter>",
        "r<enter><right>",
        "r<enter><right><right>",
        "rj<enter>",
        "r<enter>s",
        "r<enter>@",
        "r<enter>W",
    ] {
        screen(&case, keys);
    }
    shows(&case, &["withdraw", "q3"]);
}

fn in_what_is_undone(kind: Kind) {
    let case = text::register(kind, false);
    judge(&case, "gap", &hostile());
    judge(&case, "partial", &hostile());
    for keys in ["t<enter>", "tu", "t<space>j<space>u", "tj<enter>u"] {
        screen(&case, keys);
    }
    for arguments in [
        &["undo", "--dry-run"][..],
        &["undo", "--dry-run", "--json"],
        &["undo", "HEAD~2..", "--dry-run", "--reason", FOR_GIT],
        &["undo", "HEAD~1", "--dry-run"],
        &["undo", FOR_GIT, "--dry-run"],
        &["undo", "--yes"],
        &["undo", "--branch", FOR_GIT, "--yes"],
        &["log"],
        &["redo", "--dry-run"],
        &["redo", "--yes", "--json"],
        &["audit"],
    ] {
        shows(&case, arguments);
    }
}

fn in_conflicts(kind: Kind) {
    let case = text::register(kind, false);
    let hostile = hostile();
    let outside = format!("notes-{}.txt", file_name());
    let side = format!("side-{BRANCH}");
    case.world.write(&outside, "one\n");
    text::commit(&case.world);
    case.git(["switch", "-qc", &side]);
    case.world.write(&outside, "theirs\n");
    judge(&case, "gap", &format!("theirs {hostile}"));
    case.git(["switch", "-q", BRANCH]);
    case.world.write(&outside, "ours\n");
    judge(&case, "met", &format!("ours {hostile}"));
    assert!(!command(&case.world.path, ["merge", "-q", &side]).output().unwrap().status.success());

    for arguments in [
        &["conflicts"][..],
        &["conflicts", "--json"],
        &["conflicts", "--plain"],
        &["settle", CELL, "--cautious", "--dry-run"],
        &["settle", CELL, "--theirs", "--dry-run", "--json"],
        &["settle", CELL, "--take", &format!("{FOR_GIT}=theirs"), "--dry-run"],
        &["settle", &outside, "--ours"],
        &["settle", "--continue"],
        &["show", "--worktree"],
        &["check", "--worktree"],
        &["diff"],
    ] {
        shows(&case, arguments);
    }
    for keys in ["C", "Cj", "C<enter>", "C<enter>j<space>", "C<enter><tab>", "C<enter><ctrl-s>"] {
        screen(&case, keys);
    }
    // What git is given to merge and to show.
    let versions = ["one", "other", "third"].map(|name| case.world.beside(name));
    for (file, word) in versions.iter().zip(["gap", "met", "partial"]) {
        fs::write(file, format!("status = {word:?}\nreason = {}\n", quoted(&format!("{word} {hostile}"))))
            .unwrap();
    }
    let versions = versions.each_ref().map(|file| file.to_str().unwrap());
    shows(&case, &[&["merge-driver"][..], &versions, &["7", &hostile]].concat());
    shows(&case, &["textconv", versions[1]]);
}

/// Whose keys are on the list is text of the register, and git repeats it.
fn in_names_of_keys(kind: Kind) {
    let case = text::register(kind, false);
    let key = case.world.beside("key");
    let made = std::process::Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-C", "", "-f"])
        .arg(&key)
        .status();
    if !made.is_ok_and(|status| status.success()) {
        println!("skipped: no ssh-keygen");
        return;
    }
    let public = fs::read_to_string(key.with_extension("pub")).unwrap();
    let principal = "r\u{202e}\u{9b}31m\u{200b}@example.org";
    case.world.write("policy/allowed_signers", format!("{principal} {public}"));
    case.world.write("countersign.toml", "format = 1\n[signing]\nrequire-signatures = true\n");
    text::commit(&case.world);
    for (name, value) in
        [("gpg.format", "ssh"), ("user.signingKey", key.to_str().unwrap()), ("commit.gpgSign", "true")]
    {
        case.git(["config", name, value]);
    }
    judge(&case, "gap", "desk@example.org");
    let audit = shows(&case, &["audit"]);
    assert!(
        audit.stdout.contains("signed with the key of r⟨U+202E⟩⟨U+009B⟩31m⟨U+200B⟩@example.org"),
        "{}",
        audit.stdout
    );
    for arguments in [
        &["log", "--reviews"][..],
        &["log", "--reviews", "--json"],
        &["entry", "--reviews"],
        &["audit", "--csv"],
    ] {
        shows(&case, arguments);
    }
    for keys in ["a", "t", "t<enter>", "/halyard S-1.1<enter><enter>"] {
        screen(&case, keys);
    }
}
