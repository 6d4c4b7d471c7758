//! Programs by which a repository would have its fetches and pushes made: none runs before it is trusted.

use std::fs;
use std::path::Path;

use super::{Desks, assess, done, refused, run, said};
use crate::hostile::trust::executable;
use crate::ledger::world::{Kind, command, git_in, on_both_stores};

on_both_stores! {
    nothing_of_the_repositorys_runs_untrusted
    no_address_starts_a_program_untrusted
    hooks_of_a_repository_inside
    ordinary_addresses_ask_nothing
    the_index_changes_without_its_hook
}

fn nothing_of_the_repositorys_runs_untrusted(kind: Kind) {
    let Desks { case, first, hub, .. } = Desks::new(kind);
    let ran = case.world.beside("ran");
    let plant = format!("touch {} && false", ran.display());
    for settings in [
        &[("remote.origin.uploadpack", plant.as_str()), ("remote.origin.receivepack", &plant)][..],
        &[("core.sshCommand", &plant), ("remote.origin.url", "ssh://127.0.0.1:1/x")],
        &[("credential.helper", &format!("!{plant}")), ("remote.origin.url", "http://127.0.0.1:1/x")],
    ] {
        let before = fs::read(first.join(".git/config")).unwrap();
        settings.iter().for_each(|(key, value)| drop(git_in(&first, ["config", key, value])));
        for arguments in [&["fetch"][..], &["push"]] {
            let refusal = refused(&first, arguments);
            assert!(refusal.contains("names programs that git would run"), "{settings:?}: {refusal}");
        }
        assert!(!ran.exists(), "{settings:?}");
        fs::write(first.join(".git/config"), before).unwrap();
    }
    // What is trusted does run.
    git_in(
        &first,
        ["config", "remote.origin.uploadpack", &format!("touch {}; git-upload-pack", ran.display())],
    );
    done(&first, &["trust", "--yes"]);
    done(&first, &["fetch"]);
    assert!(ran.exists());
    drop(hub);
}

/// A way to have git start a program for a remote: its name, settings, and a file in the git folder.
struct Disguise<'d> {
    remote: &'d str,
    settings: &'d [(&'d str, &'d str)],
    file: Option<(&'d str, &'d str)>,
}

fn no_address_starts_a_program_untrusted(kind: Kind) {
    let Desks { case, first, .. } = Desks::new(kind);
    let (ran, program) = (case.world.beside("ran"), case.world.beside("program"));
    fs::write(&program, format!("#!/bin/sh\ntouch '{}'\nfalse\n", ran.display())).unwrap();
    executable(&program);
    let program = program.to_str().unwrap();
    let ext = format!("ext::{program}");
    let (by_name, alias) = (format!("remote.{ext}.fetch"), format!("!{program}"));
    let (old, old_branch) = (format!("URL: {ext}\n"), format!("{ext}\n"));
    // The work tree's own `ext:/evil`.
    fs::create_dir(first.join("ext:")).unwrap();
    fs::copy(program, first.join("ext:/evil")).unwrap();
    let allow = ("protocol.ext.allow", "always");
    let no_address = ("remote.origin.url", "");
    let origin = |settings| Disguise { remote: "origin", settings, file: None };
    for disguise in [
        origin(&[allow, ("remote.origin.url", &ext)]),
        origin(&[allow, ("remote.origin.url", "ext://evil")]),
        origin(&[("remote.origin.url", "xyz://h"), ("alias.remote-xyz", &alias)]),
        origin(&[("remote.origin.url", "x-y::h"), ("alias.remote-x-y", &alias)]),
        origin(&[allow, ("url.e.insteadOf", "/"), ("remote.origin.url", &format!("/xt::{program}"))]),
        origin(&[allow, ("remotes.origin", &format!("{ext} {ext}"))]),
        Disguise {
            remote: &ext,
            settings: &[allow, (&by_name, "+refs/heads/*:refs/remotes/x/*")],
            file: None,
        },
        Disguise { remote: "origin", settings: &[allow, no_address], file: Some(("remotes", &old)) },
        Disguise { remote: "origin", settings: &[allow, no_address], file: Some(("branches", &old_branch)) },
    ] {
        nothing_runs_before_a_yes(&first, &ran, &disguise);
    }
}

#[track_caller]
fn nothing_runs_before_a_yes(clone: &Path, ran: &Path, disguise: &Disguise) {
    let Disguise { remote, settings, file } = disguise;
    let config = clone.join(".git/config");
    let before = fs::read(&config).unwrap();
    for (key, value) in *settings {
        match *value {
            "" => git_in(clone, ["config", "--unset", key]),
            value => git_in(clone, ["config", key, value]),
        };
    }
    let file = file.map(|(folder, text)| {
        let folder = clone.join(".git").join(folder);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("origin"), text).unwrap();
        folder.join("origin")
    });

    for arguments in [["fetch", remote], ["push", remote]] {
        let refusal = refused(clone, &arguments);
        assert!(refusal.contains("names programs that git would run"), "{settings:?}: {refusal}");
    }
    assert!(!ran.exists(), "{settings:?} ran before anybody said yes");
    // git itself runs it, and so does Countersign once it is trusted.
    done(clone, &["trust", "--yes"]);
    for by_git in [true, false] {
        let fetched = match by_git {
            true => command(clone, ["fetch", remote]).output().unwrap(),
            false => run(clone, &["fetch", remote]),
        };
        assert!(ran.exists(), "{settings:?} is harmless: {}", said(&fetched));
        fs::remove_file(ran).unwrap();
    }
    fs::write(config, before).unwrap();
    file.into_iter().for_each(|file| fs::remove_file(file).unwrap());
}

/// What is pushed to a repository in the register's own folder meets the hooks that it has there.
fn hooks_of_a_repository_inside(kind: Kind) {
    let Desks { case, first, hub, .. } = Desks::new(kind);
    let (inside, ran) = (first.join("companies/inside.git"), case.world.beside("ran"));
    git_in(
        &first,
        ["clone", "-q", "--bare", kind.ref_format(), hub.to_str().unwrap(), inside.to_str().unwrap()],
    );
    let hook = inside.join("hooks/pre-receive");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, format!("#!/bin/sh\ntouch '{}'\n", ran.display())).unwrap();
    executable(&hook);
    assess(&first, "halyard", "S-1.1", "So far.");
    git_in(&first, ["config", "remote.origin.url", "./companies/inside"]);

    let refusal = refused(&first, &["push"]);
    assert!(refusal.contains("remote.origin.url = ./companies/inside"), "{refusal}");
    assert!(!ran.exists(), "ran before anybody said yes");
    done(&first, &["trust", "--yes"]);
    done(&first, &["push"]);
    assert!(ran.exists());
}

fn ordinary_addresses_ask_nothing(kind: Kind) {
    let Desks { case: _kept, first, hub, .. } = Desks::new(kind);
    git_in(&first, ["config", "remotes.all", "origin"]);
    git_in(&first, ["config", "url.git@example.org:.insteadOf", "https://example.org/"]);
    git_in(&first, ["config", "alias.st", "!git status"]);
    for address in ["https://127.0.0.1:1/x", "ssh://127.0.0.1:1/x", "git@127.0.0.1:x", "git://127.0.0.1:1/x"]
    {
        git_in(&first, ["config", "remote.origin.url", address]);
        assert!(done(&first, &["trust"]).contains("names no program"), "{address}");
    }
    let hub = hub.to_str().unwrap();
    for address in [hub, &format!("file://{hub}"), "../hub.git"] {
        git_in(&first, ["config", "remote.origin.url", address]);
        done(&first, &["fetch"]);
    }
}

/// The hook is git's for its own commands: here nothing of a commit or an undo runs it either.
fn the_index_changes_without_its_hook(kind: Kind) {
    let Desks { case, first, second, .. } = Desks::new(kind);
    assess(&second, "halyard", "S-1.1", "So far.");
    done(&second, &["push"]);
    let (ran, hook) = (case.world.beside("ran"), first.join(".git/hooks/post-index-change"));
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, format!("#!/bin/sh\ntouch '{}'\n", ran.display())).unwrap();
    executable(&hook);
    for made_anew in [false, true] {
        if made_anew {
            assess(&second, "halyard", "S-1.2", "So far.");
            done(&second, &["push"]);
            assess(&first, "lodestar", "S-1.2", "So far.");
        }
        done(&first, &["fetch", "--update", "--yes"]);
        assert_eq!(git_in(&first, ["rev-list", "--count", "HEAD..origin/main"]), "0");
    }
    assert!(!ran.exists(), "ran before anybody said yes");
}
