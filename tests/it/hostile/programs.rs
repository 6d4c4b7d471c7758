//! A program planted behind every setting and hook that git could start one from: looking at the register starts none.

use std::fs;
use std::path::{Path, PathBuf};

use super::look_around;
use crate::audit::Case;
use crate::ledger::world::{Kind, command, in_every_kind};

in_every_kind! {
    looking_runs_nothing
}

/// Settings whose value is a command. `@` stands for it.
const SETTINGS: [(&str, &str); 42] = [
    ("core.fsmonitor", "@"),
    ("core.sshCommand", "@"),
    ("core.gitProxy", "@"),
    ("core.askPass", "@"),
    ("core.editor", "@"),
    ("core.pager", "@"),
    ("core.alternateRefsCommand", "@"),
    ("pager.log", "@"),
    ("pager.show", "@"),
    ("pager.config", "@"),
    ("sequence.editor", "@"),
    ("gpg.program", "@"),
    ("gpg.openpgp.program", "@"),
    ("gpg.x509.program", "@"),
    ("gpg.ssh.program", "@"),
    ("gpg.ssh.defaultKeyCommand", "@"),
    ("filter.evil.clean", "@"),
    ("filter.evil.smudge", "@"),
    ("filter.evil.process", "@"),
    ("filter.Evil.Two.clean", "@"),
    ("diff.external", "@"),
    ("diff.evil.command", "@"),
    ("diff.evil.textconv", "@"),
    ("merge.evil.driver", "@"),
    ("merge.tool", "evil"),
    ("mergetool.evil.cmd", "@"),
    ("difftool.evil.cmd", "@"),
    ("interactive.diffFilter", "@"),
    ("credential.helper", "!@"),
    ("alias.log", "!@"),
    ("alias.cat-file", "!@"),
    ("alias.evil", "!@"),
    ("remote.origin.uploadpack", "@"),
    ("remote.origin.receivepack", "@"),
    ("remote.origin.vcs", "evil"),
    ("remote.origin.url", "ext::@"),
    ("remote.origin.promisor", "true"),
    ("uploadpack.packObjectsHook", "@"),
    ("trailer.evil.command", "@"),
    ("hook.evil.command", "@"),
    ("protocol.ext.allow", "always"),
    ("browser.evil.cmd", "@"),
];

const HOOKS: [&str; 12] = [
    "pre-commit",
    "prepare-commit-msg",
    "commit-msg",
    "post-commit",
    "post-checkout",
    "post-merge",
    "post-rewrite",
    "post-index-change",
    "pre-auto-gc",
    "reference-transaction",
    "fsmonitor-watchman",
    "pre-push",
];

/// A program that says it ran by leaving a file of its name.
fn plant(folder: &Path, name: &str) -> PathBuf {
    let program = folder.join(name);
    let mark = folder.join("ran").join(name);
    fs::write(&program, format!("#!/bin/sh\n: > '{}'\n", mark.display())).unwrap();
    executable(&program);
    program
}

#[cfg(unix)]
fn executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[cfg(not(unix))]
fn executable(_: &Path) {}

fn ran(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder.join("ran")).unwrap();
    let mut names: Vec<String> = names.map(|name| name.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn looking_runs_nothing(kind: Kind) {
    let case = Case::of(kind);
    let world = &case.world;
    world.write(".gitattributes", "* filter=evil diff=evil merge=evil\ncompanies/** filter=Evil.Two\n");
    // Signed by nobody, so that whoever asks for the signature starts a program; and a policy that makes one ask.
    world.write("countersign.toml", "format = 1\n[signing]\nrequire-signatures = true\n");
    case.commit("register: a policy");
    sign(&case);
    if kind == Kind::Git {
        // An index that libgit2 cannot read, so that git is asked.
        case.git(["update-index", "--split-index"]);
    }
    let folder = world.beside("planted");
    fs::create_dir_all(folder.join("ran")).unwrap();

    let hooks = folder.join("hooks");
    fs::create_dir(&hooks).unwrap();
    fs::create_dir_all(world.path.join(".git/hooks")).unwrap();
    for hook in HOOKS {
        let planted = plant(&folder, hook);
        fs::copy(&planted, hooks.join(hook)).unwrap();
        fs::copy(&planted, world.path.join(".git/hooks").join(hook)).unwrap();
    }
    let config = world.path.join(".git/config");
    let mut included = String::new();
    for (at, (key, value)) in SETTINGS.into_iter().enumerate() {
        let planted = plant(&folder, &format!("{at:02}-{key}"));
        let value = value.replace('@', planted.to_str().unwrap());
        let (section, variable) = key.rsplit_once('.').unwrap();
        let section = match section.split_once('.') {
            Some((section, subsection)) => format!("{section} \"{subsection}\""),
            None => section.to_owned(),
        };
        included.push_str(&format!("[{section}]\n\t{variable} = \"{value}\"\n"));
    }
    let attributes = world.path.join(".git/info/attributes");
    fs::create_dir_all(attributes.parent().unwrap()).unwrap();
    fs::write(attributes, "* filter=evil diff=evil merge=evil\n").unwrap();
    world.write(".git/planted", &included);
    let text = fs::read_to_string(&config).unwrap();
    let more = format!(
        "[include]\n\tpath = planted\n[core]\n\thooksPath = {}\n[log]\n\tshowSignature = true\n[status]\n\tsubmoduleSummary = true\n",
        hooks.display()
    );
    fs::write(&config, text + &more).unwrap();
    // Something to look at: an edit, a new file, and one that only looks touched.
    world
        .write("companies/halyard/company.toml", world.read("companies/halyard/company.toml") + "# edited\n");
    world.write("companies/halyard/models/new.toml", "name = \"New\"\n");
    world.write(crate::audit::DOCUMENT, crate::audit::MINUTES);

    look_around(&world.path);
    // What libgit2 reads, read through git.
    if kind == Kind::Git {
        let ledger = world.ledger();
        let head = ledger.head().unwrap().commit().unwrap();
        ledger.uncommitted().unwrap();
        ledger.list_all(ledger.root(head).unwrap(), &mut |_, error| Err(error)).unwrap();
        ledger.history(head, &Default::default()).unwrap().for_each(|record| drop(record.unwrap()));
        ledger.signatures(&[head], &Default::default()).unwrap();
    }
    assert_eq!(ran(&folder), Vec::<String>::new());

    // The trap works: git itself walks into it.
    for arguments in [&["status"][..], &["diff"], &["log", "-1"], &["fetch"], &["evil"]] {
        run(command(&world.path, arguments));
    }
    let ran = ran(&folder);
    assert!(ran.len() >= 5, "git ran only {ran:?}");
}

/// Whatever comes of it.
fn run(mut command: std::process::Command) {
    command.output().unwrap();
}

/// Puts a signature into the last commit that is none, as OpenPGP and as SSH.
fn sign(case: &Case) {
    for kind in ["PGP SIGNATURE", "SSH SIGNATURE", "SIGNED MESSAGE"] {
        let commit = case.git(["cat-file", "commit", "HEAD"]);
        let (header, message) = commit.split_once("\n\n").unwrap();
        let header =
            if header.contains("gpgsig") { header.split("\ngpgsig").next().unwrap() } else { header };
        let tree = header.lines().next().unwrap();
        let rest: Vec<&str> = header.lines().skip(1).filter(|line| !line.starts_with("parent ")).collect();
        let parent = case.git(["rev-parse", "HEAD"]);
        let gpgsig = if case.world.kind.is_sha256() { "gpgsig-sha256" } else { "gpgsig" };
        let text = format!(
            "{tree}\nparent {parent}\n{}\n{gpgsig} -----BEGIN {kind}-----\n \n AAAA\n -----END {kind}-----\n\n{message}\n",
            rest.join("\n")
        );
        let file = case.world.beside("commit");
        fs::write(&file, text).unwrap();
        let id = case.git(["hash-object", "-t", "commit", "-w", file.to_str().unwrap()]);
        case.git(["update-ref", "HEAD", &id]);
    }
}
