//! Key rings that live for a test, each with an agent of its own. Where a program is not there, a line says so.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

pub struct Ring(TempDir);

/// The one whose key it is.
pub const USER: &str = "First Desk <first@example.org>";

impl Ring {
    fn new() -> Ring {
        // Sockets of the agent must have short paths.
        Ring(tempfile::Builder::new().prefix("ring").tempdir_in("/tmp").unwrap())
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// None where the program is not there.
    pub fn run(&self, program: &str, arguments: &[&str]) -> Option<Output> {
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

    pub fn gpg(&self, arguments: &[&str]) -> Option<Output> {
        self.run("gpg", &[&["--batch", "--quiet"], arguments].concat())
    }

    /// With a key of this user's, which the ring's owner trusts as their own.
    pub fn openpgp(user: &str) -> Option<Ring> {
        let ring = Ring::new();
        // Keys are made now, commits of the fixed world earlier.
        ring.write("gpg.conf", "ignore-time-conflict\nignore-valid-from\n");
        ring.gpg(&["--passphrase", "", "--quick-generate-key", user, "ed25519", "sign", "never"])?;
        Some(ring)
    }

    /// With a key that counted for a day, long ago: to its owner it is that day.
    pub fn expired(user: &str) -> Option<Ring> {
        let ring = Ring::new();
        ring.write("gpg.conf", "faked-system-time 20200101T000000\n");
        ring.gpg(&["--passphrase", "", "--quick-generate-key", user, "ed25519", "sign", "1d"])?;
        Some(ring)
    }

    /// To its owner it is today.
    pub fn is_of_today(&self) {
        self.write("gpg.conf", "");
    }

    /// Takes a key back, with the certificate that gpg made along with it.
    pub fn revoke(&self, fingerprint: &str) {
        let made = self.path().join(format!("openpgp-revocs.d/{fingerprint}.rev"));
        // It is made unusable by a colon, so that nobody imports it unawares.
        let certificate = fs::read_to_string(made).unwrap().replace(":-----BEGIN", "-----BEGIN");
        self.import(&certificate);
    }

    /// The public key of the user with that address.
    pub fn public(&self, address: &str) -> String {
        let exported = self.gpg(&["--armor", "--export", address]).unwrap();
        String::from_utf8(exported.stdout).unwrap()
    }

    pub fn import(&self, public: &str) {
        let file = self.write("public", public);
        self.gpg(&["--import", &file]);
    }

    /// Says how far the owner trusts a key: 6 is ultimately, as their own.
    pub fn trust(&self, address: &str, level: u8) {
        let listed = self.gpg(&["--with-colons", "--list-keys", address]).unwrap();
        let file = self.write("trust", &format!("{}:{level}:\n", fingerprint(&listed)));
        self.gpg(&["--import-ownertrust", &file]);
        self.gpg(&["--check-trustdb"]);
    }

    /// With a certificate that signs itself, for the first desk; and its fingerprint.
    pub fn x509() -> Option<(Ring, String)> {
        let ring = Ring::new();
        // Nobody is asked for a passphrase, and nobody's list of revoked certificates is fetched.
        ring.write("gpg-agent.conf", "allow-loopback-pinentry\n");
        ring.write("gpgsm.conf", "disable-crl-checks\n");
        let wanted = "Key-Type: RSA\nKey-Length: 2048\nKey-Usage: sign\nSerial: random\nName-DN: CN=First Desk\n\
                      Name-Email: desk@example.org\nName-Email: first@example.org\nNot-Before: 2020-01-01\n\
                      Not-After: 2038-01-01\n";
        let wanted = ring.write("wanted", wanted);
        let certificate = ring.path().join("certificate");
        let certificate = certificate.to_str().unwrap();
        let loopback = ["--batch", "--pinentry-mode", "loopback", "--passphrase-fd", "0"];
        ring.run("gpgsm", &[&loopback[..], &["-o", certificate, "--gen-key", &wanted]].concat())?;
        ring.run("gpgsm", &["--batch", "--import", certificate]);
        let listed = ring.run("gpgsm", &["--list-secret-keys", "--with-colons"]).unwrap();
        let fingerprint = fingerprint(&listed);
        ring.believe(&format!("{fingerprint} S relax\n"));
        Some((ring, fingerprint))
    }

    /// The certificates that need nobody to vouch for them, in the words of gpg-agent(1).
    pub fn believe(&self, list: &str) {
        self.write("trustlist.txt", list);
        self.run("gpgconf", &["--kill", "gpg-agent"]);
    }
}

/// The first of a listing with colons.
pub fn fingerprint(listed: &Output) -> String {
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    let line = listed.lines().find_map(|line| line.strip_prefix("fpr:")).unwrap();
    line.trim_matches(':').split(':').next().unwrap().to_owned()
}

impl Drop for Ring {
    fn drop(&mut self) {
        let _ = Command::new("gpgconf").args(["--kill", "all"]).env("GNUPGHOME", self.path()).status();
    }
}
