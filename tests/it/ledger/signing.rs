//! Commits signed by the programs the user's git names, with keys that live for the test. SSH is in `writing`.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

use super::crashes::child;
use super::world::{Kind, World, command};
use super::writing::assert_sound;

/// A key ring with an agent of its own, which ends with it.
struct Ring(TempDir);

impl Ring {
    fn new() -> Ring {
        // Sockets of the agent must have short paths.
        Ring(tempfile::Builder::new().prefix("ring").tempdir_in("/tmp").unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// None, and a line that says so, where the program is not there.
    fn run(&self, program: &str, arguments: &[&str]) -> Option<Output> {
        match Command::new(program).args(arguments).env("GNUPGHOME", self.path()).output() {
            Ok(output) => {
                assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
                Some(output)
            }
            Err(error) => {
                println!("skipped: {program} cannot be run: {error}");
                None
            }
        }
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        let _ = Command::new("gpgconf").args(["--kill", "all"]).env("GNUPGHOME", self.path()).status();
    }
}

/// Commits with that key, lets git judge the signature, and takes the key away: then nothing is committed.
fn assert_signed(ring: &Ring, format: &str, key: &str) {
    [Kind::Libgit2, Kind::ReftableSha256].iter().for_each(|kind| assert_signed_in(*kind, ring, format, key));
}

fn assert_signed_in(kind: Kind, ring: &Ring, format: &str, key: &str) {
    let world = World::new(kind);
    for (name, value) in [("gpg.format", format), ("user.signingKey", key), ("commit.gpgSign", "true")] {
        world.git(["config", name, value]);
    }
    let home = [("GNUPGHOME", ring.path().to_str().unwrap())];
    let committed = child(&world, &home);
    assert!(committed.status.success(), "{}", String::from_utf8_lossy(&committed.stdout));
    let verified = command(&world.path, ["verify-commit", "HEAD"]).envs(home).output().unwrap();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
    assert_sound(&world);

    world.git(["reset", "-q", "--hard", "HEAD^"]);
    let without = child(&world, &[("GNUPGHOME", world.beside("no-such-ring").to_str().unwrap())]);
    let said = String::from_utf8_lossy(&[without.stdout, without.stderr].concat()).into_owned();
    assert!(!without.status.success() && said.contains("NotSigned"), "{said}");
    assert_eq!(world.git(["rev-list", "--count", "HEAD"]), "1");
    assert_sound(&world);
}

#[test]
fn openpgp_is_honoured_or_the_commit_refused() {
    let ring = Ring::new();
    let user = "First Desk <first@example.org>";
    let key =
        ["--batch", "--quiet", "--passphrase", "", "--quick-generate-key", user, "ed25519", "sign", "never"];
    if ring.run("gpg", &key).is_some() {
        // The key is made now, the commit of the fixed world is of earlier.
        fs::write(ring.path().join("gpg.conf"), "ignore-time-conflict\nignore-valid-from\n").unwrap();
        assert_signed(&ring, "openpgp", "first@example.org");
    }
}

#[test]
fn x509_is_honoured_or_the_commit_refused() {
    let ring = Ring::new();
    let at = |name: &str| ring.path().join(name).to_str().unwrap().to_owned();
    // Nobody is asked for a passphrase, and nobody's list of revoked certificates is fetched.
    fs::write(at("gpg-agent.conf"), "allow-loopback-pinentry\n").unwrap();
    fs::write(at("gpgsm.conf"), "disable-crl-checks\n").unwrap();
    let wanted = "Key-Type: RSA\nKey-Length: 2048\nKey-Usage: sign\nSerial: random\nName-DN: CN=First Desk\n\
                  Name-Email: first@example.org\nNot-Before: 2020-01-01\nNot-After: 2038-01-01\n";
    fs::write(at("wanted"), wanted).unwrap();
    let (certificate, wanted) = (at("certificate"), at("wanted"));
    let loopback = ["--batch", "--pinentry-mode", "loopback", "--passphrase-fd", "0"];
    let make = [&loopback[..], &["-o", &certificate, "--gen-key", &wanted]].concat();
    let Some(_) = ring.run("gpgsm", &make) else { return };
    ring.run("gpgsm", &["--batch", "--import", &certificate]);
    let keys = ring.run("gpgsm", &["--list-secret-keys", "--with-colons"]).unwrap().stdout;
    let keys = String::from_utf8(keys).unwrap();
    let fingerprint = keys.lines().find_map(|line| line.strip_prefix("fpr:")).unwrap().trim_matches(':');
    let fingerprint = fingerprint.split(':').next().unwrap();
    fs::write(at("trustlist.txt"), format!("{fingerprint} S relax\n")).unwrap();
    ring.run("gpgconf", &["--kill", "gpg-agent"]);
    assert_signed(&ring, "x509", fingerprint);
}
