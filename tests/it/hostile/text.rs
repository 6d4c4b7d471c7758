//! Text that steers a terminal or hides, in every place a repository has room for text.

use std::fs;
use std::path::Path;

use toml_edit::visit_mut::{VisitMut, visit_table_like_kv_mut};
use toml_edit::{DocumentMut, Formatted, Item, KeyMut};

use super::{countersign, look_around};
use crate::audit::Case;
use crate::ledger::world::{Kind, World, command, in_every_kind};

in_every_kind! {
    in_every_text_of_the_register
    in_every_value
}

/// Clipboard, link, title, a question to the terminal, a device control string, C1, NUL, DEL, line ends; then overrides
/// and isolates, zero width, a tag and separators.
pub const PAYLOAD: &str = "\u{1b}]52;c;aGk=\u{7}\u{1b}]8;;http://x\u{1b}\\\u{1b}]0;t\u{7}\u{1b}[6n\u{1b}P$q\u{1b}\\\u{9b}2J\u{85}\
    \u{0}\u{7f}\r\t\n\u{202e}\u{2066}\u{200b}\u{200d}\u{feff}\u{e0041}\u{61c}\u{2028}";
/// The same without what git takes nowhere.
pub const FOR_GIT: &str =
    "\u{1b}]52;c;aGk=\u{7}\u{1b}[6n\u{9b}2J\u{85}\u{7f}\r\t\u{202e}\u{2066}\u{200b}\u{feff}\u{e0041}";

/// What is left of the texts that are planted here where what is hidden in them is left out and not shown: a screen drops
/// what has no width.
pub const SILENCED: [&str; 5] = ["aGk=[", "aGk=]", "r31m", "n31m", "e[31mvil"];

/// Texts that mean nothing to the program.
const FREE: [&str; 17] = [
    "title",
    "name",
    "short",
    "reason",
    "quote",
    "at",
    "source",
    "owner",
    "version",
    "seat",
    "text",
    "note",
    "authority",
    "summary",
    "trigger",
    "value",
    "words",
];

/// Puts the payload behind strings.
struct Hostile {
    everywhere: bool,
    key: String,
}

impl VisitMut for Hostile {
    fn visit_table_like_kv_mut(&mut self, key: KeyMut<'_>, node: &mut Item) {
        let before = std::mem::replace(&mut self.key, key.get().to_owned());
        visit_table_like_kv_mut(self, key, node);
        self.key = before;
    }

    fn visit_string_mut(&mut self, node: &mut Formatted<String>) {
        if self.everywhere || FREE.contains(&self.key.as_str()) {
            *node = Formatted::new(format!("{}{PAYLOAD}", node.value()));
        }
    }
}

fn infect(folder: &Path, everywhere: bool) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            infect(&path, everywhere);
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            let mut document: DocumentMut = fs::read_to_string(&path).unwrap().parse().unwrap();
            Hostile { everywhere, key: String::new() }.visit_document_mut(&mut document);
            fs::write(&path, document.to_string()).unwrap();
        }
    }
}

/// The small register with some history, and then hostile in its files and its history.
pub fn register(kind: Kind, everywhere: bool) -> Case {
    let case = Case::of(kind);
    crate::audit::copy_all(&crate::fixture::tests().join("register"), &case.world.path);
    case.commit("register: judgements");
    for folder in ["companies", "commitments"] {
        infect(&case.world.path.join(folder), everywhere);
    }
    case.world
        .write("countersign.toml", format!("format = 1\ntitle = {}\n", toml_edit::Value::from(PAYLOAD)));
    case.git(["switch", "-q", "-c", BRANCH]);
    commit(&case.world);
    case
}

/// What git allows in the name of a branch.
pub const BRANCH: &str = "r\u{202e}\u{9b}31m\u{200b}";

/// All that is in the work tree, by a hostile author and in hostile words.
pub fn commit(world: &World) {
    world.git(["add", "--all"]);
    let message = world.beside("message");
    fs::write(&message, format!("subject {FOR_GIT}\n\n{FOR_GIT}\nCountersign-Change: {FOR_GIT}\n")).unwrap();
    let output =
        command(&world.path, ["commit", "-q", "--cleanup=verbatim", "-F", message.to_str().unwrap()])
            .env("GIT_AUTHOR_NAME", format!("A {FOR_GIT} Z"))
            .env("GIT_AUTHOR_EMAIL", "a\u{1b}[2J\u{202e}z@example.org")
            .env("GIT_COMMITTER_NAME", "B \u{1b}[2J\u{202e} Z")
            .output()
            .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn in_every_text_of_the_register(kind: Kind) {
    let case = register(kind, false);
    look_around(&case.world.path);
    // It is shown, not left out.
    let shown = countersign(&case.world.path, &["show", "halyard", "S-1.1"]);
    assert_eq!(shown.code, 0, "{}", shown.stderr);
    for visible in ["␛]52;c;aGk=␇", "␛[6n", "⟨U+009B⟩2J", "⟨U+202E⟩", "⟨U+E0041⟩", "␀␡"]
    {
        assert!(shown.stdout.contains(visible), "{visible} is missing:\n{}", shown.stdout);
    }
    let log = countersign(&case.world.path, &["log"]);
    assert!(log.stdout.contains("A ␛]52"), "{}", log.stdout);
}

fn in_every_value(kind: Kind) {
    let case = register(kind, true);
    look_around(&case.world.path);
    let check = countersign(&case.world.path, &["check"]);
    assert_eq!(check.code, 1);
    assert!(check.stdout.contains("␛]52"), "{}", check.stdout);
}

#[test]
fn in_paths() {
    let case = Case::new();
    let name = "e\u{1b}[31mv\u{9b}i\u{202e}l\u{200b}";
    for path in [
        format!("companies/{name}/company.toml"),
        format!("companies/halyard/models/{name}.toml"),
        format!("companies/halyard/evidence/{name}.toml"),
        format!("companies/halyard/assessments/{name}.toml"),
        format!("commitments/{name}.toml"),
    ] {
        case.world.write(&path, "name = 1\n");
    }
    case.commit("register: names");
    let check = countersign(&case.world.path, &["check"]);
    assert!(check.stdout.contains("e␛[31mv⟨U+009B⟩i⟨U+202E⟩l⟨U+200B⟩"), "{}", check.stdout);
    // And not committed yet.
    case.world.write(&format!("companies/tidepool/models/{name}.toml"), "name = 1\n");
    look_around(&case.world.path);
}

#[test]
fn in_what_was_typed() {
    let case = Case::new();
    let typed = "x\u{1b}[31m\u{202e}";
    for arguments in [
        &["show", typed][..],
        &["show", "halyard", typed],
        &["show", "--at", typed],
        &["verify", typed],
        &["verify", &format!("halyard/{typed}")],
        &["compare", typed, "halyard"],
        &["audit", typed],
        &["assess", "halyard", "S-1.1", "--status", typed],
        &["assess", "halyard", &format!("S-1.1@{typed}"), "--status", "gap", "--reason", typed, "--dry-run"],
        &["show", "-C", typed],
        &[typed],
        &["init", typed],
    ] {
        countersign(&case.world.path, arguments);
    }
}

#[test]
fn in_settings_and_what_git_says_of_them() {
    let case = Case::new();
    let config = case.world.path.join(".git/config");
    let sound = fs::read_to_string(&config).unwrap();
    for setting in [
        "[core]\n\tfileMode = \"\u{1b}[31m\u{202e}\"\n",
        "[core]\n\tautocrlf = \"\u{1b}[31m\"\n",
        "[core]\n\trepositoryFormatVersion = \"\u{1b}[31m\"\n",
        "[core]\n\trepositoryFormatVersion = 1\n[extensions]\n\t\u{1b}[31m = true\n",
        "[extensions]\n\tobjectFormat = \"\u{1b}[31m\"\n",
        "[user]\n\tname = \"First \u{1b}[31m\u{202e} Desk\"\n",
        "[commit]\n\tgpgSign = \"\u{1b}[31m\u{202e}\"\n",
        "[include]\n\tpath = \"\u{1b}[31m\u{202e}\"\n",
        "[filter \"\u{1b}[31m\u{202e}\"]\n\tclean = \"\u{1b}[31m\"\n",
        "[\u{1b}[31m\n",
    ] {
        fs::write(&config, format!("{sound}{setting}")).unwrap();
        countersign(&case.world.path, &["show"]);
        countersign(&case.world.path, &["trust"]);
        countersign(
            &case.world.path,
            &["assess", "halyard", "S-1.1", "--status", "gap", "--reason", "So far.", "--dry-run"],
        );
        decide(&case);
    }
}

#[cfg(unix)]
#[test]
fn in_what_a_hook_says() {
    use std::os::unix::fs::PermissionsExt;
    let case = Case::new();
    let hooks = case.world.path.join(".git/hooks");
    fs::create_dir_all(&hooks).unwrap();
    for (hook, ends, said) in [
        ("pre-commit", 1, "The hook said:"),
        ("commit-msg", 1, "The hook said:"),
        ("post-commit", 3, "hook failed"),
    ] {
        let path = hooks.join(hook);
        fs::write(
            &path,
            format!("#!/bin/sh\nprintf '{}' >&2\nexit {ends}\n", r"\033]52;c;aGk=\007\342\200\256\302\2332J"),
        )
        .unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        countersign(&case.world.path, &["trust", "--yes"]);
        let run = decide(&case);
        assert!(
            run.stderr.contains(said) && run.stderr.contains("␛]52;c;aGk=␇⟨U+202E⟩⟨U+009B⟩2J"),
            "{}",
            run.stderr
        );
        fs::remove_file(path).unwrap();
    }
}

fn decide(case: &Case) -> super::Run {
    let arguments = ["assess", "halyard", "S-1.1", "--status", "gap", "--reason", "So far.", "--yes"];
    countersign(&case.world.path, &arguments)
}
