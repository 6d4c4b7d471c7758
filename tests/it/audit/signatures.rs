//! Signatures under a policy that asks for them: real keys, judged by git and the register's own list.

use std::fs::{self, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use countersign::domain::Status;
use serde_json::Value;

use super::{CELL, Case};
use crate::hostile::countersign_with;
use crate::ledger::ring::{Ring, USER, fingerprint};
use crate::ledger::world::{Kind, command, on_both_stores};

const SIGNED: &str =
    "format = 1\n\n[signing]\nrequire-signatures = true\nrevoked-keys = \"policy/revoked\"\n";

/// A register that asks for signatures, with the first desk's key on its list, and the repository set up to sign with it.
pub struct Signed {
    pub case: Case,
    pub key: PathBuf,
}

impl Signed {
    /// The list's line for that key, with options before the key.
    pub fn with(kind: Kind, options: &str) -> Signed {
        let case = Case::of(kind);
        let key = case.world.beside("first");
        let public = make_key(&key);
        case.world.write("countersign.toml", SIGNED);
        case.world.write("policy/allowed_signers", format!("first@example.org {options} {public}"));
        case.commit("register: signatures from here on");
        sign_with(&case, &key);
        Signed { case, key }
    }
}

/// A program that does something first and then checks signatures as `ssh-keygen` does.
pub fn checker(case: &Case, name: &str, first: &str) -> PathBuf {
    let program = case.world.beside(name);
    fs::write(&program, format!("#!/bin/sh\n{first}\nexec ssh-keygen \"$@\"\n")).unwrap();
    make_executable(&program);
    program
}

/// Settings of a user who has it check.
pub fn settings_with(case: &Case, checker: &Path) -> PathBuf {
    let settings = case.world.beside("settings");
    fs::write(&settings, format!("[gpg \"ssh\"]\n\tprogram = {}\n", checker.display())).unwrap();
    settings
}

pub fn make_key(path: &PathBuf) -> String {
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-C", "", "-f"])
        .arg(path)
        .status()
        .unwrap();
    assert!(made.success());
    fs::read_to_string(path.with_extension("pub")).unwrap()
}

pub fn sign_with(case: &Case, key: &std::path::Path) {
    case.git(["config", "gpg.format", "ssh"]);
    case.git(["config", "commit.gpgsign", "true"]);
    case.git(["config", "user.signingkey", key.with_extension("pub").to_str().unwrap()]);
}

on_both_stores! {
    signed_by_a_key_on_the_list
    a_signature_is_checked_once
    not_signed_where_the_policy_asks_for_it
    signed_by_a_key_that_is_not_on_the_list
    a_key_that_puts_itself_on_the_list
    signed_by_a_key_that_had_expired_or_was_not_valid_yet
    signed_by_a_key_that_was_revoked
    a_key_with_several_names
    signed_by_a_key_that_the_user_revoked
    signed_for_somebody_else
    signed_and_changed_afterwards
    the_repository_does_not_judge_its_own_signatures
    what_the_environment_sets_judges
    an_ssh_key_is_trusted_fully_and_never_more
    checks_run_beside_each_other
    a_merge_is_signed_too
    what_is_not_the_registers_needs_no_signature
    signed_with_openpgp
    an_openpgp_key_that_expired_or_was_revoked
    an_openpgp_key_stands_for_names_that_are_trusted
    signed_with_x509
}

fn signed_by_a_key_on_the_list(kind: Kind) {
    let Signed { case, .. } = Signed::with(kind, "");
    case.decide("halyard S-1.1", Status::Gap);
    case.assert_found(&[]);
}

/// And again where what was kept of it is damaged or gone.
fn a_signature_is_checked_once(kind: Kind) {
    let Signed { case, .. } = Signed::with(kind, "");
    case.decide("halyard S-1.1", Status::Gap);
    let ran = case.world.beside("ran");
    let settings =
        settings_with(&case, &checker(&case, "program", &format!("echo ran >> {}", ran.display())));
    let runs = || {
        let audit = countersign_with(&case.world.path, &["audit"], |command| {
            command.env("GIT_CONFIG_GLOBAL", &settings);
        });
        assert_eq!(audit.code, 0, "{}{}", audit.stdout, audit.stderr);
        let runs = fs::read_to_string(&ran).map_or(0, |ran| ran.lines().count());
        let _ = fs::remove_file(&ran);
        runs
    };
    let of_one = runs();
    assert!(of_one > 0);
    assert_eq!(runs(), 0);
    // Outside of the repository: whoever hands that over would be believed.
    let kept = case.world.beside("state/countersign/signatures");
    let repository = fs::read_dir(kept).unwrap().next().unwrap().unwrap();
    let cache = fs::read_dir(repository.path()).unwrap().next().unwrap().unwrap().path();
    let sound = fs::read(&cache).unwrap();
    for bytes in [&sound[..sound.len() / 2], b"", b"\xff\xff\xff"] {
        fs::write(&cache, bytes).unwrap();
        assert_eq!((runs(), runs()), (of_one, 0));
    }
    fs::remove_file(&cache).unwrap();
    assert_eq!((runs(), runs()), (of_one, 0));
    assert_eq!(fs::read(&cache).unwrap(), sound);
    // What is known already is not checked with what is new.
    case.decide("halyard S-1.1", Status::Partial);
    assert_eq!((runs(), runs()), (of_one, 0));
}

fn not_signed_where_the_policy_asks_for_it(kind: Kind) {
    let Signed { case, .. } = Signed::with(kind, "");
    case.git(["config", "commit.gpgsign", "false"]);
    case.decide("halyard S-1.1", Status::Gap);
    case.assert_found(&["unsigned"]);
}

fn signed_by_a_key_that_is_not_on_the_list(kind: Kind) {
    let Signed { case, .. } = Signed::with(kind, "");
    let other = case.world.beside("other");
    make_key(&other);
    sign_with(&case, &other);
    case.decide("halyard S-1.1", Status::Gap);
    case.assert_found(&["signer-not-allowed"]);
}

/// Who puts a key on the list needs a key that is on it already; the work tree's list counts for nothing.
fn a_key_that_puts_itself_on_the_list(kind: Kind) {
    let Signed { case, .. } = Signed::with(kind, "");
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

fn signed_by_a_key_that_had_expired_or_was_not_valid_yet(kind: Kind) {
    for (options, classes) in [
        ("valid-before=\"20260101\"", vec!["signer-not-allowed"]),
        ("valid-after=\"20270101\"", vec!["signer-not-allowed"]),
        ("valid-after=\"20260101\",valid-before=\"20270101\"", vec![]),
    ] {
        let Signed { case, .. } = Signed::with(kind, options);
        case.decide("halyard S-1.1", Status::Gap);
        case.assert_found(&classes);
    }
}

fn signed_by_a_key_that_was_revoked(kind: Kind) {
    let Signed { case, key } = Signed::with(kind, "");
    case.decide("halyard S-1.1", Status::Gap);
    case.world.write("policy/revoked", fs::read(key.with_extension("pub")).unwrap());
    case.commit("policy: a key is lost");
    // Until then it counted.
    case.assert_found(&[]);
    case.decide("halyard S-1.1", Status::Partial);
    case.assert_found(&["signer-not-allowed"]);
}

/// And counts again for whoever does not think so.
fn signed_by_a_key_that_the_user_revoked(kind: Kind) {
    let Signed { case, key } = Signed::with(kind, "");
    case.decide("halyard S-1.1", Status::Gap);
    let (settings, revoked) = (case.world.beside("settings"), case.world.beside("revoked"));
    fs::write(&settings, format!("[gpg \"ssh\"]\n\trevocationFile = {}\n", revoked.display())).unwrap();
    let public = fs::read(key.with_extension("pub")).unwrap();
    let audit = || {
        let audit = countersign_with(&case.world.path, &["audit"], |command| {
            command.env("GIT_CONFIG_GLOBAL", &settings);
        });
        (audit.code, audit.stdout.contains("was revoked on this machine"))
    };
    for _ in 0..2 {
        fs::write(&revoked, "").unwrap();
        assert_eq!(audit(), (0, false));
        fs::write(&revoked, &public).unwrap();
        assert_eq!(audit(), (1, true));
    }
    case.assert_found(&[]);
}

/// However `ssh-keygen` takes an entry to name somebody. Another line of the key counts as long as it is valid itself.
fn a_key_with_several_names(kind: Kind) {
    let lines: [(&[&str], &[&str]); 7] = [
        (&["second@example.org,first@example.org"], &[]),
        (&["*@example.org"], &[]),
        (&["second@example.org", "first@example.org"], &[]),
        (&["second@example.org", "first@example.org valid-before=\"20260101\""], &["signer-not-allowed"]),
        (&["second@example.org", "*@example.com"], &["signer-not-allowed"]),
        (&["*@example.org,!first@example.org"], &["signer-not-allowed"]),
        (&["second@example.org", "first@example.org namespaces=\"file\""], &["signer-not-allowed"]),
    ];
    for (lines, classes) in lines {
        let Signed { case, key } = Signed::with(kind, "");
        let public = fs::read_to_string(key.with_extension("pub")).unwrap();
        let list: String = lines.iter().map(|line| format!("{line} {public}")).collect();
        case.world.write("policy/allowed_signers", list);
        case.commit("policy: the key by other names");
        case.decide("halyard S-1.1", Status::Gap);
        case.assert_found(classes);
    }
}

fn signed_for_somebody_else(kind: Kind) {
    let Signed { case, .. } = Signed::with(kind, "");
    case.git(["config", "user.email", "second@example.org"]);
    case.decide("halyard S-1.1", Status::Gap);
    case.assert_found(&["signer-not-allowed"]);
    let message = &case.results().findings[0].message;
    assert_eq!(message, "signed with the key of first@example.org, who is not its author and committer");
}

fn signed_and_changed_afterwards(kind: Kind) {
    let Signed { case, .. } = Signed::with(kind, "");
    case.decide("halyard S-1.1", Status::Gap);
    let raw = case.git(["cat-file", "commit", "HEAD"]).replace("So far.", "So  far");
    let file = case.world.beside("commit");
    fs::write(&file, raw + "\n").unwrap();
    let forged = case.git(["hash-object", "-w", "-t", "commit", file.to_str().unwrap()]);
    case.git(["reset", "-q", "--soft", &forged]);
    case.assert_found(&["signer-not-allowed"]);
}

/// A repository's own configuration can name no program that checks, and no list of keys.
fn the_repository_does_not_judge_its_own_signatures(kind: Kind) {
    let Signed { case, .. } = Signed::with(kind, "");
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

/// As `git -c`, an alias of git's and a script leave it: the wish of whoever started the program, and newer than their files.
fn what_the_environment_sets_judges(kind: Kind) {
    let Signed { case, .. } = Signed::with(kind, "");
    case.decide("halyard S-1.1", Status::Gap);
    let names = ["of-a-file", "counted", "quoted"];
    let ran = case.world.beside("ran");
    let program = |name: &str| checker(&case, name, &format!("touch {}", ran.join(name).display()));
    let [of_a_file, counted, quoted] = names.map(program);
    let settings = settings_with(&case, &of_a_file);
    let [counted, quoted] = [counted, quoted].map(|program| program.display().to_string());
    let numbered = [
        ("GIT_CONFIG_COUNT", "1"),
        ("GIT_CONFIG_KEY_0", "gpg.ssh.program"),
        ("GIT_CONFIG_VALUE_0", &counted),
    ];
    let quoted = ("GIT_CONFIG_PARAMETERS", &*format!("'gpg.ssh.program'='{quoted}'"));
    let environments = [&[][..], &numbered[..], &[quoted]];
    for (environment, name) in environments.into_iter().zip(names) {
        fs::create_dir(&ran).unwrap();
        let audit = countersign_with(&case.world.path, &["audit"], |command| {
            command.env("GIT_CONFIG_GLOBAL", &settings).envs(environment.iter().copied());
        });
        assert_eq!(audit.code, 0, "{}{}", audit.stdout, audit.stderr);
        let found: Vec<_> = fs::read_dir(&ran).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(found, [name]);
        fs::remove_dir_all(&ran).unwrap();
        fs::remove_dir_all(case.world.beside("state")).unwrap();
    }
}

/// As `git verify-commit` has it; what was found by another wish is not taken for it.
fn an_ssh_key_is_trusted_fully_and_never_more(kind: Kind) {
    let Signed { case, .. } = Signed::with(kind, "");
    case.decide("halyard S-1.1", Status::Gap);
    let list = case.world.path.join("policy/allowed_signers");
    let configuration = case.world.beside("of-the-user");
    for (level, counts) in [(None, true), (Some("fully"), true), (Some("ultimate"), false), (None, true)] {
        let said = audited(&case, case.world.path.parent().unwrap(), level);
        let told = said.as_ref().is_some_and(|said| said.ends_with("as gpg.minTrustLevel asks for"));
        assert_eq!((said.is_none(), told), (counts, !counts), "{level:?}: {said:?}");

        let wish = level.map(|level| format!("minTrustLevel = {level}\n")).unwrap_or_default();
        let signers = format!("[gpg]\n{wish}[gpg \"ssh\"]\nallowedSignersFile = {}\n", list.display());
        fs::write(&configuration, signers).unwrap();
        let mut verify = command(&case.world.path, ["verify-commit", "HEAD"]);
        let verified = verify.env("GIT_CONFIG_GLOBAL", &configuration).output().unwrap();
        assert_eq!(verified.status.success(), counts, "{level:?}");
    }
}

/// A check goes on when another one is under way, too: one after the other, the first would wait for ever.
fn checks_run_beside_each_other(kind: Kind) {
    if thread::available_parallelism().unwrap().get() == 1 {
        println!("skipped: there is one processor");
        return;
    }
    let Signed { case, .. } = Signed::with(kind, "");
    case.decide("halyard S-1.1", Status::Gap);
    case.decide("halyard S-1.1", Status::Partial);
    // It wants no names of people; a pipe there would never end.
    let [here, gate, names] = ["here", "gate", "repo/.mailmap"].map(|name| case.world.beside(name));
    assert!(Command::new("mkfifo").args([&here, &gate, &names]).status().unwrap().success());
    let waits = format!("echo here > {}\nread _ < {}", here.display(), gate.display());
    let settings = settings_with(&case, &checker(&case, "program", &waits));

    // Open on both sides, so that nobody waits for somebody to open the other one.
    let open = |pipe| OpenOptions::new().read(true).write(true).open(pipe).unwrap();
    let (here, mut gate) = (open(here), open(gate));
    let (tell, heard) = mpsc::channel();
    let mut lines = BufReader::new(here.try_clone().unwrap()).lines();
    thread::spawn(move || while lines.next().is_some_and(|line| tell.send(line).is_ok()) {});
    let register = case.world.path.clone();
    let audit = thread::spawn(move || {
        countersign_with(&register, &["audit"], |command| {
            command.env("GIT_CONFIG_GLOBAL", &settings);
        })
    });
    let both = [(); 2].map(|()| heard.recv_timeout(Duration::from_secs(60)).is_ok());
    // For these and all that come after them.
    gate.write_all(&[b'\n'; 1000]).unwrap();
    let audit = audit.join().unwrap();
    assert_eq!(both, [true, true], "they do not run at the same time");
    assert_eq!(audit.code, 0, "{}{}", audit.stdout, audit.stderr);
}

pub fn make_executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn a_merge_is_signed_too(kind: Kind) {
    let Signed { case, .. } = Signed::with(kind, "");
    case.git(["switch", "-qc", "side"]);
    case.decide("halyard S-1.1", Status::Gap);
    case.git(["switch", "-q", "main"]);
    case.git(["merge", "-q", "--no-ff", "--no-gpg-sign", "side"]);
    case.assert_found(&["unsigned"]);
    assert!(case.world.path.join(CELL).exists());
}

fn what_is_not_the_registers_needs_no_signature(kind: Kind) {
    let Signed { case, .. } = Signed::with(kind, "");
    case.git(["config", "commit.gpgsign", "false"]);
    case.world.write("notes.txt", "beside\n");
    case.commit("notes: beside");
    case.assert_found(&[]);
}

/// A commit that the ring's key signs, now: the key is younger than the fixed world's commits.
fn commit_signed_by(ring: &Ring, case: &Case, format: &str, key: &str) {
    case.git(["config", "gpg.format", format]);
    case.git(["config", "user.signingkey", key]);
    let terms = super::minutes("").replace("file = \"minutes.txt\"\n", "");
    case.world.write("companies/halyard/evidence/terms.toml", terms);
    case.git(["add", "."]);
    let mut commit = command(&case.world.path, ["commit", "-q", "-S", "-m", "halyard: terms"]);
    commit.env("GNUPGHOME", ring.path()).env_remove("GIT_COMMITTER_DATE").env_remove("GIT_AUTHOR_DATE");
    assert!(commit.status().unwrap().success());
}

/// What is wrong with that commit, to somebody with this key ring who wants keys to be trusted that much.
fn audited(case: &Case, ring: &Path, least_trust: Option<&str>) -> Option<String> {
    let configuration = case.world.beside("configuration");
    let wish = least_trust.map(|level| format!("[gpg]\n\tminTrustLevel = {level}\n"));
    fs::write(&configuration, wish.unwrap_or_default()).unwrap();
    let audit = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(["audit", "--json", "--on", "2100-01-01"])
        .env("COUNTERSIGN_REGISTER", &case.world.path)
        .env("XDG_STATE_HOME", case.world.beside("state"))
        .env("GIT_CONFIG_GLOBAL", configuration)
        .env("GNUPGHOME", ring)
        .output()
        .unwrap();
    let document: Value = serde_json::from_slice(&audit.stdout).unwrap();
    match &document["findings"].as_array().unwrap()[..] {
        [] => None,
        [finding] => {
            assert_eq!(finding["class"], "signer-not-allowed", "{finding}");
            Some(finding["message"].as_str().unwrap().to_owned())
        }
        findings => panic!("{findings:#?}"),
    }
}

/// OpenPGP keys are judged by the key ring of whoever audits; where there is no `gpg` there is nothing to test.
fn signed_with_openpgp(kind: Kind) {
    let Some(desk) = Ring::openpgp(USER) else { return };
    let Signed { case, .. } = Signed::with(kind, "");
    commit_signed_by(&desk, &case, "openpgp", "first@example.org");
    assert_eq!(audited(&case, desk.path(), None), None);

    let auditor = Ring::openpgp("Auditor <auditor@example.org>").unwrap();
    let seen = |least_trust| audited(&case, auditor.path(), least_trust).unwrap_or_default();
    assert!(seen(None).ends_with("is not known on this machine"), "{}", seen(None));
    // Known, and nobody says whose it is.
    auditor.import(&desk.public("first@example.org"));
    for least_trust in [None, Some("marginal"), Some("fully")] {
        assert!(seen(least_trust).ends_with("is not trusted on this machine"), "{}", seen(least_trust));
    }
    assert_eq!(seen(Some("undefined")), "");
    // The auditor has looked at it.
    auditor.gpg(&["--quick-lsign-key", &fingerprint_of(&desk)]);
    auditor.gpg(&["--check-trustdb"]);
    assert_eq!((seen(None), seen(Some("fully"))), Default::default());
    assert!(seen(Some("ultimate")).ends_with("is not trusted on this machine"), "{}", seen(Some("ultimate")));
    auditor.trust("first@example.org", 6);
    assert_eq!(seen(Some("ultimate")), "");
}

fn an_openpgp_key_that_expired_or_was_revoked(kind: Kind) {
    let Some(desk) = Ring::expired(USER) else { return };
    let Signed { case, .. } = Signed::with(kind, "");
    commit_signed_by(&desk, &case, "openpgp", "first@example.org");
    desk.is_of_today();
    let seen = audited(&case, desk.path(), None).unwrap();
    assert!(seen.ends_with("of First Desk <first@example.org> has expired"), "{seen}");

    let desk = Ring::openpgp(USER).unwrap();
    let Signed { case, .. } = Signed::with(kind, "");
    commit_signed_by(&desk, &case, "openpgp", "first@example.org");
    assert_eq!(audited(&case, desk.path(), None), None);
    desk.revoke(&fingerprint_of(&desk));
    let seen = audited(&case, desk.path(), None).unwrap();
    assert!(seen.ends_with("of First Desk <first@example.org> was revoked"), "{seen}");
}

/// Whoever owns a key can put any name on it: the auditor has looked at one, and the others are claims.
fn an_openpgp_key_stands_for_names_that_are_trusted(kind: Kind) {
    let Some(desk) = Ring::openpgp(USER) else { return };
    let key = fingerprint_of(&desk);
    let second = "Second Desk <second@example.org>";
    desk.gpg(&["--passphrase", "", "--quick-add-uid", &key, second]);
    desk.gpg(&["--quick-set-primary-uid", &key, second]);
    let auditor = Ring::openpgp("Auditor <auditor@example.org>").unwrap();
    auditor.import(&desk.public("first@example.org"));
    let seen = |email: &str| {
        let Signed { case, .. } = Signed::with(kind, "");
        case.git(["config", "user.email", email]);
        commit_signed_by(&desk, &case, "openpgp", &key);
        audited(&case, auditor.path(), None).unwrap_or_default()
    };
    let certify = |name: &str| {
        auditor.gpg(&["--quick-lsign-key", &key, name]);
        auditor.gpg(&["--check-trustdb"]);
    };
    certify(USER);
    assert_eq!(seen("first@example.org"), "");
    let not_theirs = "signed with the key of first@example.org, who is not its author and committer";
    assert_eq!(seen("second@example.org"), not_theirs);
    assert_eq!(seen("third@example.org"), not_theirs);
    certify(second);
    assert_eq!((seen("first@example.org"), seen("second@example.org")), Default::default());
    // What its owner took back counts no more.
    desk.gpg(&["--quick-revoke-uid", &key, second]);
    auditor.import(&desk.public("first@example.org"));
    auditor.gpg(&["--check-trustdb"]);
    assert_eq!(
        (seen("first@example.org"), seen("second@example.org")),
        (String::new(), not_theirs.to_owned())
    );
}

fn fingerprint_of(ring: &Ring) -> String {
    let listed = ring.gpg(&["--with-colons", "--list-keys", "first@example.org"]).unwrap();
    fingerprint(&listed)
}

/// A certificate is judged by whoever audits too, and stands for the addresses in it.
fn signed_with_x509(kind: Kind) {
    let Some((desk, key)) = Ring::x509() else { return };
    let Signed { case, .. } = Signed::with(kind, "");
    commit_signed_by(&desk, &case, "x509", &key);
    let stranger = case.world.beside("stranger");
    fs::create_dir(&stranger).unwrap();
    let unknown = audited(&case, &stranger, None).unwrap();
    assert_eq!(unknown, "nothing on this machine can check its signature");
    // That it could not be checked there is not remembered.
    assert_eq!(audited(&case, desk.path(), None), None);
    assert!(
        audited(&case, desk.path(), Some("ultimate")).unwrap().ends_with("is not trusted on this machine")
    );
    // Nobody vouches for it any more.
    desk.believe("");
    let doubtful = audited(&case, desk.path(), None).unwrap();
    assert!(doubtful.ends_with("is not trusted on this machine"), "{doubtful}");
    assert_eq!(audited(&case, desk.path(), Some("undefined")), None);
    // And it stands for nobody else.
    desk.believe(&format!("{key} S relax\n"));
    let Signed { case, .. } = Signed::with(kind, "");
    case.git(["config", "user.email", "second@example.org"]);
    commit_signed_by(&desk, &case, "x509", &key);
    let elsewhere = audited(&case, desk.path(), None).unwrap();
    assert_eq!(elsewhere, "signed with the key of desk@example.org, who is not its author and committer");
}
