//! Signatures under a policy that asks for them: real keys, judged by git and the register's own list.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use countersign::domain::Status;

use super::{CELL, Case};

const SIGNED: &str =
    "format = 1\n\n[signing]\nrequire-signatures = true\nrevoked-keys = \"policy/revoked\"\n";

/// A register that asks for signatures, with the first desk's key on its list, and the repository set up to sign with it.
struct Signed {
    case: Case,
    key: PathBuf,
}

impl Signed {
    /// The list's line for that key, with options before the key.
    fn with(options: &str) -> Signed {
        let case = Case::new();
        let key = case.world.beside("first");
        let public = make_key(&key);
        case.world.write("countersign.toml", SIGNED);
        case.world.write("policy/allowed_signers", format!("first@example.org {options} {public}"));
        case.commit("register: signatures from here on");
        sign_with(&case, &key);
        Signed { case, key }
    }
}

fn make_key(path: &PathBuf) -> String {
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-C", "", "-f"])
        .arg(path)
        .status()
        .unwrap();
    assert!(made.success());
    fs::read_to_string(path.with_extension("pub")).unwrap()
}

fn sign_with(case: &Case, key: &std::path::Path) {
    case.git(["config", "gpg.format", "ssh"]);
    case.git(["config", "commit.gpgsign", "true"]);
    case.git(["config", "user.signingkey", key.with_extension("pub").to_str().unwrap()]);
}

#[test]
fn signed_by_a_key_on_the_list() {
    let Signed { case, .. } = Signed::with("");
    case.decide("halyard S-1.1", Status::Gap);
    case.assert_found(&[]);
    // The second time from the cache, and a damaged cache is none.
    let folder = case.world.path.join(".git/countersign");
    let caches = || fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let cache = caches().find(|path| path.to_string_lossy().contains("signatures")).unwrap();
    case.assert_found(&[]);
    let sound = fs::read(&cache).unwrap();
    for bytes in [&sound[..sound.len() / 2], b"", b"\xff\xff\xff"] {
        fs::write(&cache, bytes).unwrap();
        case.assert_found(&[]);
    }
    fs::remove_file(&cache).unwrap();
    case.assert_found(&[]);
    assert_eq!(fs::read(&cache).unwrap(), sound);
}

#[test]
fn not_signed_where_the_policy_asks_for_it() {
    let Signed { case, .. } = Signed::with("");
    case.git(["config", "commit.gpgsign", "false"]);
    case.decide("halyard S-1.1", Status::Gap);
    case.assert_found(&["unsigned"]);
}

#[test]
fn signed_by_a_key_that_is_not_on_the_list() {
    let Signed { case, .. } = Signed::with("");
    let other = case.world.beside("other");
    make_key(&other);
    sign_with(&case, &other);
    case.decide("halyard S-1.1", Status::Gap);
    case.assert_found(&["signer-not-allowed"]);
}

/// Who puts a key on the list needs a key that is on it already; the work tree's list counts for nothing.
#[test]
fn a_key_that_puts_itself_on_the_list() {
    let Signed { case, .. } = Signed::with("");
    let other = case.world.beside("other");
    let public = make_key(&other);
    sign_with(&case, &other);
    case.world.write("policy/allowed_signers", format!("first@example.org {public}"));
    case.decide("halyard S-1.1", Status::Gap);
    case.commit("policy: another key");
    case.assert_found(&["signer-not-allowed", "signer-not-allowed"]);
    case.decide("halyard S-1.1", Status::Partial);
    case.assert_found(&["signer-not-allowed", "signer-not-allowed"]);
}

#[test]
fn signed_by_a_key_that_had_expired_or_was_not_valid_yet() {
    for (options, classes) in [
        ("valid-before=\"20260101\"", vec!["signer-not-allowed"]),
        ("valid-after=\"20270101\"", vec!["signer-not-allowed"]),
        ("valid-after=\"20260101\",valid-before=\"20270101\"", vec![]),
    ] {
        let Signed { case, .. } = Signed::with(options);
        case.decide("halyard S-1.1", Status::Gap);
        case.assert_found(&classes);
    }
}

#[test]
fn signed_by_a_key_that_was_revoked() {
    let Signed { case, key } = Signed::with("");
    case.decide("halyard S-1.1", Status::Gap);
    case.world.write("policy/revoked", fs::read(key.with_extension("pub")).unwrap());
    case.commit("policy: a key is lost");
    // Until then it counted.
    case.assert_found(&[]);
    case.decide("halyard S-1.1", Status::Partial);
    case.assert_found(&["signer-not-allowed"]);
}

#[test]
fn signed_for_somebody_else() {
    let Signed { case, .. } = Signed::with("");
    case.git(["config", "user.email", "second@example.org"]);
    case.decide("halyard S-1.1", Status::Gap);
    case.assert_found(&["signer-not-allowed"]);
    let message = &case.results().findings[0].message;
    assert_eq!(message, "signed with the key of first@example.org, who is not its author and committer");
}

#[test]
fn signed_and_changed_afterwards() {
    let Signed { case, .. } = Signed::with("");
    case.decide("halyard S-1.1", Status::Gap);
    let raw = case.git(["cat-file", "commit", "HEAD"]).replace("So far.", "So  far");
    let file = case.world.beside("commit");
    fs::write(&file, raw + "\n").unwrap();
    let forged = case.git(["hash-object", "-w", "-t", "commit", file.to_str().unwrap()]);
    case.git(["reset", "-q", "--soft", &forged]);
    case.assert_found(&["signer-not-allowed"]);
}

/// A repository's own configuration can name no program that checks, and no list of keys.
#[test]
fn the_repository_does_not_judge_its_own_signatures() {
    let Signed { case, .. } = Signed::with("");
    case.decide("halyard S-1.1", Status::Gap);
    let ran = case.world.beside("ran");
    let program = case.world.beside("program");
    fs::write(&program, format!("#!/bin/sh\ntouch {}\nexit 0\n", ran.display())).unwrap();
    make_executable(&program);
    for key in ["gpg.ssh.program", "gpg.program", "gpg.openpgp.program", "gpg.x509.program"] {
        case.git(["config", key, program.to_str().unwrap()]);
    }
    case.git(["config", "gpg.ssh.allowedSignersFile", "/dev/null"]);
    case.git(["config", "gpg.minTrustLevel", "ultimate"]);
    case.assert_found(&[]);
    assert!(!ran.exists());
}

fn make_executable(path: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_merge_is_signed_too() {
    let Signed { case, .. } = Signed::with("");
    case.git(["switch", "-qc", "side"]);
    case.decide("halyard S-1.1", Status::Gap);
    case.git(["switch", "-q", "main"]);
    case.git(["merge", "-q", "--no-ff", "--no-gpg-sign", "side"]);
    case.assert_found(&["unsigned"]);
    assert!(case.world.path.join(CELL).exists());
}

#[test]
fn what_is_not_the_registers_needs_no_signature() {
    let Signed { case, .. } = Signed::with("");
    case.git(["config", "commit.gpgsign", "false"]);
    case.world.write("notes.txt", "beside\n");
    case.commit("notes: beside");
    case.assert_found(&[]);
}

/// OpenPGP keys are judged by the key ring of whoever audits; where there is no `gpg` there is nothing to test.
#[test]
fn signed_with_openpgp() {
    let Signed { case, .. } = Signed::with("");
    let [ring, stranger] = ["ring", "stranger"].map(|name| {
        // Sockets of the agent must have short paths.
        tempfile::Builder::new().prefix(name).tempdir_in("/tmp").unwrap()
    });
    let user = "First Desk <first@example.org>";
    let key =
        ["--batch", "--quiet", "--passphrase", "", "--quick-generate-key", user, "ed25519", "sign", "never"];
    let made = Command::new("gpg").args(key).env("GNUPGHOME", ring.path()).output();
    match made {
        Ok(made) if made.status.success() => {}
        Ok(made) => panic!("{}", String::from_utf8_lossy(&made.stderr)),
        Err(error) => return println!("skipped: gpg cannot be run: {error}"),
    }
    case.git(["config", "gpg.format", "openpgp"]);
    case.git(["config", "--unset", "user.signingkey"]);
    case.world.write(
        "companies/halyard/evidence/terms.toml",
        super::minutes("").replace("file = \"minutes.txt\"\n", ""),
    );
    case.git(["add", "."]);
    let mut commit =
        crate::ledger::world::command(&case.world.path, ["commit", "-q", "-S", "-m", "halyard: terms"]);
    // The key is made now, so that a commit of the fixed world would be older than it.
    commit.env("GNUPGHOME", ring.path()).env_remove("GIT_COMMITTER_DATE").env_remove("GIT_AUTHOR_DATE");
    assert!(commit.status().unwrap().success());
    for (home, refused) in [(ring.path(), false), (stranger.path(), true)] {
        let audit = Command::new(env!("CARGO_BIN_EXE_countersign"))
            .args(["audit", "--on", "2100-01-01"])
            .env("COUNTERSIGN_REGISTER", &case.world.path)
            .env("XDG_STATE_HOME", case.world.beside("state"))
            .env("GNUPGHOME", home)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&audit.stdout);
        assert_eq!(said.contains("is not known on this machine [signer-not-allowed]"), refused, "{said}");
        assert!(!said.contains("[unsigned]"), "{said}");
    }
    let _ = Command::new("gpgconf").args(["--kill", "all"]).env("GNUPGHOME", ring.path()).status();
}
