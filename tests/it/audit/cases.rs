//! Each kind of tampering as a file of `tests/tampering/`: what somebody does with git, and beside it, as a snapshot,
//! what the audit says. In a repository libgit2 reads and in one only git does: the same words.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::Case;
use crate::fixture;
use crate::ledger::world::Kind;

/// What the cases have in common: Halyard's S-1.1 is judged a gap when they begin.
const BEGIN: &str = r#"
set -eu
CELL=companies/halyard/assessments/S-1.1.toml
DOCUMENT=companies/halyard/evidence/minutes.txt
A_DAY_LATER=2026-11-21T12:00:00+01:00
decide() {
    countersign assess $1 $2 --status $3 ${4:+--evidence $4} --reason 'So far.' --on 2026-11-20 --yes > /dev/null
}
sign_with() {
    ssh-keygen -q -t ed25519 -N '' -C '' -f ../$1
    git config gpg.format ssh
    git config commit.gpgSign true
    git config user.signingKey ../$1.pub
}
signatures_are_asked_for() {
    sign_with desk
    mkdir policy
    echo "first@example.org $1 $(cat ../desk.pub)" > policy/allowed_signers
    printf 'format = 1\n\n[signing]\nrequire-signatures = true\nrevoked-keys = "policy/revoked"\n' > countersign.toml
    git add .
    git commit -qm 'register: signatures from here on'
}
the_first_desk_decides() {
    signatures_are_asked_for ''
    printf '\n[review]\nsecond-person = true\nmay-decide = ["first@example.org"]\n' >> countersign.toml
    printf 'may-approve = ["first@example.org", "second@example.org"]\n' >> countersign.toml
    git commit -qam 'register: who decides and who approves'
}
somebody_else() {
    git config user.name Eve
    git config user.email eve@example.org
    git config commit.gpgSign false
}
the_first_desk() {
    git config user.name 'First Desk'
    git config user.email first@example.org
    git config commit.gpgSign true
}
decide halyard S-1.1 gap
"#;

/// Runs a case, and audits what it leaves.
fn audited(kind: Kind, script: &Path) -> String {
    let case = Case::of(kind);
    let program = Path::new(env!("CARGO_BIN_EXE_countersign")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let run = |command: &mut Command| {
        let command = command.current_dir(&case.world.path).env("PATH", &path);
        command.env("XDG_STATE_HOME", case.world.beside("state")).output().unwrap()
    };
    let whole = format!("{BEGIN}\n{}", fs::read_to_string(script).unwrap());
    let done = run(Command::new("sh").args(["-c", &whole]));
    assert!(done.status.success(), "{}: {}", script.display(), String::from_utf8_lossy(&done.stderr));
    let audit = run(Command::new("countersign").args(["audit", "--on", "2026-11-21"]));
    format!("exit {}\n{}", audit.status.code().unwrap(), String::from_utf8_lossy(&audit.stdout))
}

#[test]
fn each_kind_of_tampering_is_named() {
    let folder = fixture::tests().join("tampering");
    let mut scripts: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    scripts.sort();
    for script in scripts {
        let name = script.file_stem().unwrap().to_str().unwrap().to_owned();
        let said = [Kind::Libgit2, Kind::ReftableSha256].map(|kind| without_ids(&audited(kind, &script)));
        assert_eq!(said[0], said[1], "{name}");
        insta::with_settings!({ snapshot_path => "../../snapshots/tampering", prepend_module_to_snapshot => false,
            omit_expression => true }, { insta::assert_snapshot!(name, said[0]) });
    }
}

/// Ids of commits, which the hash function decides, and of keys, which are made anew each time.
fn without_ids(text: &str) -> String {
    let is_id = |word: &str| word.len() >= 10 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let words = text.split_inclusive(|letter: char| !letter.is_alphanumeric() && !"+/:".contains(letter));
    let word = |word: &str| {
        let bare = word.trim_end_matches(|letter: char| !letter.is_alphanumeric());
        match bare {
            bare if is_id(bare) => word.replace(bare, "<id>"),
            bare if bare.starts_with("SHA256:") => word.replace(bare, "<key>"),
            _ => word.to_owned(),
        }
    };
    words.map(word).collect()
}
