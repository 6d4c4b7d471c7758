//! Commits signed by the programs the user's git names, with keys that live for the test. SSH is in `writing`.

use super::crashes::child;
use super::ring::{Ring, USER};
use super::world::{Kind, World, command};
use super::writing::assert_sound;

/// Commits with that key, lets git judge the signature, and takes the key away: then nothing is committed.
fn assert_signed(ring: &Ring, format: &str, key: &str) {
    Kind::STORES.iter().for_each(|kind| assert_signed_in(*kind, ring, format, key));
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
    if let Some(ring) = Ring::openpgp(USER) {
        assert_signed(&ring, "openpgp", "first@example.org");
    }
}

#[test]
fn x509_is_honoured_or_the_commit_refused() {
    if let Some((ring, fingerprint)) = Ring::x509() {
        assert_signed(&ring, "x509", &fingerprint);
    }
}
