//! Signatures of commits, judged by git itself.
//!
//! Keys come from the caller, never from the work tree or the repository's configuration; the programs that check are
//! the user's own, from the configuration of the user and the system, and of the environment. A repository names none.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use sha2::{Digest, Sha256};

use super::git::Git;
use super::raw::{self, RawCommit};
use super::settings::Settings;
use super::{CommitId, Ledger, from_home, strange};
use crate::error::{Error, Result};

/// Whose SSH keys count: files of `ssh-keygen -Y verify`, by content.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Keys {
    pub allowed_signers: Vec<u8>,
    pub revoked: Option<Vec<u8>>,
}

/// What git says of a commit's signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Unsigned,
    /// Valid when the commit was made. For SSH the principal of the key; else an address of the key's or the certificate's,
    /// the committer's if it has several.
    Good {
        signer: String,
        /// Whether nothing but the commit and the keys given decided; an OpenPGP key ring can change any day.
        lasting: bool,
    },
    Refused {
        why: String,
        lasting: bool,
    },
}

const MIN_TRUST_LEVEL: &str = "gpg.mintrustlevel";
const REVOCATION_FILE: &str = "gpg.ssh.revocationfile";

/// What the repository configures is somebody else's wish.
fn of_the_user(settings: &Settings) -> HashMap<&str, &str> {
    let settings = settings.all().iter().filter(|setting| !setting.is_the_repositorys());
    settings.map(|setting| (setting.name.as_str(), setting.text())).collect()
}

/// Commits checked by one run of git: enough that starting it does not count, few enough to share among processors.
const AT_ONCE: usize = 16;

impl Ledger {
    /// What the user wants of keys beside what a register lists; verdicts depend on it: the least trust in one
    /// (`gpg.minTrustLevel`), and the SSH keys that no longer count for them (`gpg.ssh.revocationFile`).
    pub fn wanted_of_keys(&self) -> Result<[Option<Vec<u8>>; 2]> {
        let settings = self.settings()?;
        let chosen = of_the_user(&settings);
        let level = chosen.get(MIN_TRUST_LEVEL).map(|level| level.to_lowercase().into_bytes());
        let revoked = chosen.get(REVOCATION_FILE).and_then(|file| fs::read(from_home(Path::new(file))).ok());
        Ok([level, revoked])
    }

    /// The verdict on each commit, in the order given. Checks run beside each other.
    pub fn signatures(&self, commits: &[CommitId], keys: &Keys) -> Result<Vec<Verdict>> {
        if commits.is_empty() {
            return Ok(Vec::new());
        }
        let folder = tempfile::tempdir().map_err(Error::io("make a folder in", std::env::temp_dir()))?;
        strange::refuse_objects(self.common_dir())?;
        let git = Git::of(self)?;
        let check = Check::new(&git, folder.path(), keys)?;
        let asked = |commit: &CommitId| Ok(Asked::of(*commit, &self.commit_bytes(*commit)?));
        let asked = commits.iter().map(asked).collect::<Result<Vec<_>>>()?;
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let share = commits.len().div_ceil(threads).clamp(1, AT_ONCE);
        let mut verdicts = Vec::with_capacity(commits.len());
        for round in asked.chunks(share * threads) {
            let answers: Vec<Result<Vec<Verdict>>> = thread::scope(|scope| {
                let running: Vec<_> =
                    round.chunks(share).map(|chunk| scope.spawn(|| check.verdicts(chunk))).collect();
                let joined = running.into_iter().map(|thread| thread.join());
                joined.map(|answer| answer.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
            });
            for answer in answers {
                verdicts.extend(answer?);
            }
        }
        Ok(verdicts)
    }
}

/// A commit, and what its header says of its signature.
pub(super) struct Asked {
    commit: CommitId,
    signed_in: Option<Format>,
    committer: String,
}

/// What `gpg.format` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    OpenPgp,
    Ssh,
    X509,
}

impl Format {
    fn of(signature: &[u8]) -> Format {
        match signature {
            text if text.starts_with(b"-----BEGIN SSH SIGNATURE-----") => Format::Ssh,
            text if text.starts_with(b"-----BEGIN SIGNED MESSAGE-----") => Format::X509,
            _ => Format::OpenPgp,
        }
    }
}

impl Asked {
    pub fn of(commit: CommitId, bytes: &[u8]) -> Asked {
        Asked {
            commit,
            signed_in: raw::signature(bytes).map(Format::of),
            committer: RawCommit::parse(bytes).map(|commit| commit.committer.email).unwrap_or_default(),
        }
    }
}

pub(super) struct Check<'a> {
    git: &'a Git,
    /// For files of its own.
    folder: &'a Path,
    settings: Vec<String>,
    keys: &'a Keys,
    /// The user's own list of SSH keys that no longer count, as they set it.
    revoked_here: Option<String>,
    /// What checks SSH, and tells which entries of a list name somebody.
    of_ssh: String,
    /// What checks OpenPGP and X.509: it also knows the names of a key or a certificate.
    of_openpgp: String,
    of_x509: String,
    /// By fingerprint.
    names: Mutex<HashMap<String, Vec<Name>>>,
    /// The least trust in a key that counts.
    least_trust: Trust,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Trust {
    Undefined,
    Never,
    Marginal,
    Fully,
    Ultimate,
}

impl Trust {
    /// That a name is the key owner's, in gpg's letters ("Field 2" in its DETAILS): none where it is not any more.
    fn in_a_name(letter: &str) -> Option<Trust> {
        match letter {
            "" | "o" | "-" | "q" => Some(Trust::Undefined),
            "m" => Some(Trust::Marginal),
            "f" => Some(Trust::Fully),
            "u" => Some(Trust::Ultimate),
            _ => None,
        }
    }

    fn read(word: &str) -> Option<Trust> {
        match word.to_ascii_lowercase().as_str() {
            "undefined" => Some(Trust::Undefined),
            "never" => Some(Trust::Never),
            "marginal" => Some(Trust::Marginal),
            "fully" => Some(Trust::Fully),
            "ultimate" => Some(Trust::Ultimate),
            _ => None,
        }
    }
}

/// Programs that check signatures, and git's own choice where the user made none.
const PROGRAMS: [(&str, &str); 4] = [
    ("gpg.program", "gpg"),
    ("gpg.openpgp.program", "gpg"),
    ("gpg.x509.program", "gpgsm"),
    ("gpg.ssh.program", "ssh-keygen"),
];

const ALLOWED_SIGNERS: &str = "allowed_signers";

impl<'a> Check<'a> {
    pub fn new(git: &'a Git, folder: &'a Path, keys: &'a Keys) -> Result<Check<'a>> {
        let all = Settings::read(git)?;
        let chosen = of_the_user(&all);
        let mut settings = Vec::new();
        for (key, default) in PROGRAMS {
            // `gpg.openpgp.program` is another name of `gpg.program`; the user may know either.
            let program = chosen
                .get(key)
                .or_else(|| (key == "gpg.openpgp.program").then(|| chosen.get("gpg.program")).flatten());
            settings.push(format!("{key}={}", program.unwrap_or(&default)));
        }
        let file = |name: &str, content: &[u8]| {
            let path = folder.join(name);
            fs::write(&path, content).map_err(Error::io("write", &path)).map(|()| path.display().to_string())
        };
        let allowed = file(ALLOWED_SIGNERS, &keys.allowed_signers)?;
        settings.push(format!("gpg.ssh.allowedSignersFile={allowed}"));
        let revoked = match &keys.revoked {
            Some(revoked) => file("revoked_keys", revoked)?,
            None => String::new(),
        };
        settings.push(format!("gpg.ssh.revocationFile={revoked}"));
        // Without a wish of the user's a key must have been certified by somebody they trust.
        let least_trust =
            chosen.get(MIN_TRUST_LEVEL).and_then(|word| Trust::read(word)).unwrap_or(Trust::Marginal);
        let program = |keys: [&str; 2], default: &str| {
            keys.iter().find_map(|key| chosen.get(key)).unwrap_or(&default).to_string()
        };
        let of_openpgp = program(["gpg.openpgp.program", "gpg.program"], "gpg");
        let of_x509 = program(["gpg.x509.program"; 2], "gpgsm");
        let of_ssh = program(["gpg.ssh.program"; 2], "ssh-keygen");
        let names = Mutex::default();
        let revoked_here = chosen.get(REVOCATION_FILE).map(|file| (*file).to_owned());
        Ok(Check {
            git,
            folder,
            settings,
            keys,
            revoked_here,
            of_ssh,
            of_openpgp,
            of_x509,
            names,
            least_trust,
        })
    }

    pub fn verdicts(&self, asked: &[Asked]) -> Result<Vec<Verdict>> {
        let said = self.said(asked, None)?;
        // git has one word for a bad signature and for a good one whose SSH key was revoked.
        let may_be_revoked =
            |asked: &&Asked| asked.signed_in == Some(Format::Ssh) && said[&asked.commit].letter == "B";
        let as_committer = self.said_of_committers(asked, &said)?;
        let not_here = self.revoked_here(asked, &said)?;
        let but_for_revocation = match self.keys.revoked {
            Some(_) => self.said(asked.iter().filter(may_be_revoked), Some("gpg.ssh.revocationFile="))?,
            None => HashMap::new(),
        };
        let verdict = |asked: &Asked| match but_for_revocation.get(&asked.commit) {
            Some(said) if ["G", "U"].contains(&said.letter.as_str()) => {
                Verdict::Refused { why: format!("key {} was revoked", said.key), lasting: true }
            }
            _ if not_here.contains(&asked.commit) => Verdict::Refused {
                why: format!("key {} was revoked on this machine", said[&asked.commit].key),
                lasting: true,
            },
            _ => match self.verdict(asked, &said[&asked.commit]) {
                Verdict::Good { lasting, .. } if as_committer.contains(&asked.commit) => {
                    Verdict::Good { signer: asked.committer.clone(), lasting }
                }
                verdict => verdict,
            },
        };
        Ok(asked.iter().map(verdict).collect())
    }

    /// The commits whose SSH key stands for their committer, too, where git tells another of the names it is listed by:
    /// a pattern, a list of addresses, or those of another line.
    fn said_of_committers(
        &self,
        asked: &[Asked],
        said: &HashMap<CommitId, Said>,
    ) -> Result<HashSet<CommitId>> {
        let mut by_committer: HashMap<&str, Vec<&Asked>> = HashMap::new();
        for asked in asked.iter().filter(|asked| asked.signed_in == Some(Format::Ssh)) {
            let said = &said[&asked.commit];
            if said.letter == "G" && !said.signer.eq_ignore_ascii_case(&asked.committer) {
                by_committer.entry(&asked.committer).or_default().push(asked);
            }
        }
        let mut theirs = HashSet::new();
        for (committer, asked) in by_committer {
            let list = self.entries_for(committer);
            if !list.is_empty() {
                let file = tempfile::NamedTempFile::new_in(self.folder)
                    .map_err(Error::io("write in", self.folder))?;
                fs::write(file.path(), list).map_err(Error::io("write", file.path()))?;
                let setting = format!("gpg.ssh.allowedSignersFile={}", file.path().display());
                let said = self.said(asked, Some(&setting))?;
                theirs.extend(
                    said.into_iter().filter(|(_, said)| said.letter == "G").map(|(commit, _)| commit),
                );
            }
        }
        Ok(theirs)
    }

    /// The commits whose SSH key counts in the register, and no longer for the user.
    fn revoked_here(&self, asked: &[Asked], said: &HashMap<CommitId, Said>) -> Result<HashSet<CommitId>> {
        let Some(file) = &self.revoked_here else { return Ok(HashSet::new()) };
        let good = |asked: &&Asked| asked.signed_in == Some(Format::Ssh) && said[&asked.commit].letter == "G";
        let said = self.said(asked.iter().filter(good), Some(&format!("gpg.ssh.revocationFile={file}")))?;
        Ok(said.into_iter().filter(|(_, said)| said.letter != "G").map(|(commit, _)| commit).collect())
    }

    /// The lines of the list of allowed signers that name somebody, as `ssh-keygen` matches names.
    fn entries_for(&self, address: &str) -> String {
        let mut matching = Command::new(&self.of_ssh);
        matching.args(["-Y", "match-principals", "-I", address, "-f"]).arg(self.folder.join(ALLOWED_SIGNERS));
        let matching = matching.stdin(Stdio::null()).stderr(Stdio::null()).output();
        let matching = matching.map(|answer| answer.stdout).unwrap_or_default();
        let matching = String::from_utf8_lossy(&matching);
        let principals: HashSet<&str> = matching.lines().collect();
        let list = String::from_utf8_lossy(&self.keys.allowed_signers);
        let names =
            |line: &&str| line.split_whitespace().next().is_some_and(|names| principals.contains(names));
        list.lines().filter(names).map(|line| format!("{line}\n")).collect()
    }

    /// What git says of each of them.
    fn said<'b>(
        &self,
        asked: impl IntoIterator<Item = &'b Asked>,
        setting: Option<&str>,
    ) -> Result<HashMap<CommitId, Said>> {
        let commits: Vec<CommitId> = asked.into_iter().map(|asked| asked.commit).collect();
        // git would take HEAD instead of none.
        if commits.is_empty() {
            return Ok(HashMap::new());
        }
        let settings = self.settings.iter().map(String::as_str).chain(setting);
        let names: String = commits.iter().map(|commit| format!("{commit}\n")).collect();
        let output = self
            .git
            .reading_with(settings, "log", ["--no-walk=unsorted", "--stdin", "-s", "--no-mailmap", FORMAT])
            .input(names)
            .output()?;
        let text = String::from_utf8_lossy(&output);
        let said: HashMap<CommitId, Said> = text.lines().filter_map(Said::read).collect();
        match commits.iter().find(|commit| !said.contains_key(commit)) {
            Some(commit) => Err(Error::MissingObject { id: commit.to_string() }),
            None => Ok(said),
        }
    }

    fn verdict(&self, asked: &Asked, said: &Said) -> Verdict {
        // An SSH key names itself by its digest.
        let of_ssh = said.key.starts_with("SHA256:");
        let refused = |why: String| Verdict::Refused { why, lasting: of_ssh };
        let trust = Trust::read(&said.trust).unwrap_or(Trust::Undefined);
        match said.letter.as_str() {
            "N" if asked.signed_in.is_none() => Verdict::Unsigned,
            // Without the certificate, or the program, git says the same.
            "N" => refused("nothing on this machine can check its signature".to_owned()),
            // What is on the list is trusted fully, and never more (gpg-interface.c).
            "G" if of_ssh && trust < self.least_trust => refused(format!(
                "SSH keys such as {} are never trusted as much as gpg.minTrustLevel asks for",
                said.key
            )),
            "G" if of_ssh => Verdict::Good { signer: said.signer.clone(), lasting: true },
            "U" if of_ssh && lists(&self.keys.allowed_signers, &said.key) => {
                refused(format!("key {} is on the list of allowed signers, but was not valid then", said.key))
            }
            "U" if of_ssh => refused(format!("key {} is not on the list of allowed signers", said.key)),
            "G" | "U" if trust >= self.least_trust => match self.signer(asked, said) {
                Some(signer) => Verdict::Good { signer, lasting: false },
                None => refused(format!("no name of key {} is trusted on this machine", said.key)),
            },
            "G" | "U" => {
                refused(format!("key {} of {} is not trusted on this machine", said.key, said.signer))
            }
            "X" => refused(format!("the signature of {} has expired", said.signer)),
            "Y" => refused(format!("key {} of {} has expired", said.key, said.signer)),
            "R" => refused(format!("key {} of {} was revoked", said.key, said.signer)),
            "E" => refused(format!("key {} is not known on this machine", said.key)),
            _ => refused("the signature is bad".to_owned()),
        }
    }

    /// A key and a certificate can have several names, and git tells one of them, whoever vouches for it. Whoever owns a
    /// key can put any name on it: only those count that are trusted themselves.
    fn signer(&self, asked: &Asked, said: &Said) -> Option<String> {
        let mut known = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let names = known.entry(said.fingerprint.clone()).or_insert_with(|| match asked.signed_in {
            Some(Format::X509) => names_on_certificate(&self.of_x509, said),
            _ => names_on_key(&self.of_openpgp, said),
        });
        let trusted = || names.iter().filter(|name| name.trust >= self.least_trust);
        let of_the_committer = trusted().find(|name| name.address.eq_ignore_ascii_case(&asked.committer));
        of_the_committer.or_else(|| trusted().next()).map(|name| name.address.clone())
    }
}

/// Whom a key or a certificate stands for.
struct Name {
    address: String,
    trust: Trust,
}

/// Each user id of a key has its own worth.
fn names_on_key(program: &str, said: &Said) -> Vec<Name> {
    let name = |[letter, user_id]: [&str; 2]| {
        Some(Name { address: address(user_id).to_owned(), trust: Trust::in_a_name(letter)? })
    };
    listed(program, &said.fingerprint).lines().filter_map(of_user).filter_map(name).collect()
}

/// All that is in a certificate was vouched for together. The name itself is no address.
fn names_on_certificate(program: &str, said: &Said) -> Vec<Name> {
    let name = |address: &str| Name { address: address.to_owned(), trust: Trust::Ultimate };
    let list = listed(program, &said.fingerprint);
    let addresses = list.lines().filter_map(of_user);
    let addresses = addresses.filter_map(|[_, text]| text.strip_prefix('<')?.strip_suffix('>'));
    let names: Vec<Name> = addresses.map(name).collect();
    if names.is_empty() { vec![name(&said.signer)] } else { names }
}

/// Worth and text of a user id, in a list with colons.
fn of_user(line: &str) -> Option<[&str; 2]> {
    let mut fields = line.strip_prefix("uid:")?.split(':');
    Some([fields.next()?, fields.nth(7)?])
}

fn listed(program: &str, fingerprint: &str) -> String {
    let mut list = Command::new(program);
    list.args(["--batch", "--with-colons", "--list-keys", fingerprint])
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    let listed = list.output().map(|answer| answer.stdout).unwrap_or_default();
    String::from_utf8_lossy(&listed).into_owned()
}

/// Whether a key, known by its digest, is on a list of allowed signers, whatever it is bound to there.
fn lists(allowed_signers: &[u8], fingerprint: &str) -> bool {
    let list = String::from_utf8_lossy(allowed_signers);
    let entries = list.lines().filter(|line| !line.trim_start().starts_with('#'));
    let keys = entries.flat_map(str::split_whitespace).filter_map(|word| STANDARD.decode(word).ok());
    let mut fingerprints = keys.map(|key| format!("SHA256:{}", STANDARD_NO_PAD.encode(Sha256::digest(key))));
    fingerprints.any(|listed| listed == fingerprint)
}

/// What git says of a commit's signature.
struct Said {
    letter: String,
    trust: String,
    key: String,
    fingerprint: String,
    signer: String,
}

impl Said {
    /// A line of [`FORMAT`].
    fn read(line: &str) -> Option<(CommitId, Said)> {
        let mut fields = line.splitn(6, '\t');
        let commit = fields.next()?.parse().ok()?;
        let mut field = || fields.next().unwrap_or_default().to_owned();
        let (letter, trust, key) = (field(), field(), field());
        Some((commit, Said { letter, trust, key, fingerprint: field(), signer: field() }))
    }
}

/// Fields of [`Said`] behind the commit; the signer is free text and comes last.
const FORMAT: &str = "--format=%H%x09%G?%x09%GT%x09%GK%x09%GF%x09%GS";

/// `First Desk <first@example.org>`
fn address(user_id: &str) -> &str {
    let inside = user_id.rsplit_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map_or(user_id, |(address, _)| address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_cut_out_of_user_ids() {
        for (given, expected) in [
            ("First Desk <first@example.org>", "first@example.org"),
            ("first@example.org", "first@example.org"),
            ("First <a> <first@example.org>", "first@example.org"),
        ] {
            assert_eq!(address(given), expected);
        }
    }
}
