//! Programs by which a repository would have its fetches and pushes made: none runs before it is trusted.

use std::fs;

use super::{Desks, done, refused};
use crate::ledger::world::{Kind, git_in};

#[test]
fn nothing_of_the_repositorys_runs_untrusted() {
    let Desks { case, first, hub, .. } = Desks::new(Kind::Libgit2);
    let ran = case.world.beside("ran");
    let plant = format!("touch {} && false", ran.display());
    let url = format!("ext::sh -c touch% {}", ran.display());
    for settings in [
        &[("remote.origin.uploadpack", plant.as_str()), ("remote.origin.receivepack", &plant)][..],
        &[("core.sshCommand", &plant), ("remote.origin.url", "ssh://127.0.0.1:1/x")],
        &[("credential.helper", &format!("!{plant}")), ("remote.origin.url", "http://127.0.0.1:1/x")],
        &[("remote.origin.url", &url), ("protocol.ext.allow", "always")],
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
