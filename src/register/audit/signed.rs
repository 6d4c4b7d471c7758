//! Signatures under the policy before each commit.
//!
//! What is decided by nothing but a commit, or a signed word on one, and the keys in the register is kept by the ids of
//! both, outside of the repository: who hands that over must not be believed on who signed it. The file can be deleted at
//! any time; whatever is surprising about it means that it is ignored.

use std::cell::OnceCell;
use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::facts::Facts;
use crate::domain::Deed;
use crate::domain::catalogue::hex;
use crate::domain::deed::Signature;
use crate::error::Result;
use crate::ledger::{CommitId, Keys, Record, Shelf, Verdict, Verified};

pub struct Signatures<'a> {
    ledger: &'a Verified,
    /// None where the user has no place for it.
    shelf: Option<Shelf>,
    known: HashMap<(String, String), Known>,
    /// What the user wants of keys, see [`wanted_of_keys`](crate::ledger::Ledger::wanted_of_keys).
    wanted: OnceCell<[Option<Vec<u8>>; 2]>,
    /// How many of them are not kept yet.
    fresh: usize,
}

/// The format follows the types, and the types the version.
const VERDICTS: &str = concat!("verdicts-", env!("CARGO_PKG_VERSION"));

#[derive(Clone, Serialize, Deserialize)]
enum Known {
    Unsigned,
    Good(String),
    Refused(String),
}

impl<'a> Signatures<'a> {
    pub fn open(ledger: &'a Verified) -> Signatures<'a> {
        let shelf = ledger.shelf("signatures").ok();
        let known = shelf.as_ref().and_then(|shelf| kept(&shelf.get(VERDICTS)?)).unwrap_or_default();
        Signatures { ledger, shelf, known, wanted: OnceCell::new(), fresh: 0 }
    }

    /// Fills in the signatures of some commits and their deeds, by the keys of each one's parent, or by those of `base`.
    pub fn judge(
        &mut self,
        facts: &Facts<'_>,
        base: Option<CommitId>,
        records: &[Record],
        deeds: &mut [Deed],
    ) -> Result<()> {
        for (keys, asked) in by_keys(facts, base, records, deeds)? {
            let id = self.terms(&keys)?;
            let name = |asked: &Asked| (records[asked.at].commit.id.to_string(), id.clone());
            let (known, unknown): (Vec<Asked>, Vec<Asked>) =
                asked.into_iter().partition(|asked| self.known.contains_key(&name(asked)));
            let commits: Vec<CommitId> = unknown.iter().map(|asked| records[asked.at].commit.id).collect();
            let verdicts = self.ledger.signatures(&commits, &keys)?;
            for (asked, verdict) in unknown.iter().zip(verdicts) {
                if let Some(lasting) = lasting(&verdict) {
                    self.known.insert(name(asked), lasting);
                    self.fresh += 1;
                }
                *asked.signature_in(deeds) = signature(verdict);
            }
            for asked in known {
                if let Some(known) = self.known.get(&name(&asked)) {
                    *asked.signature_in(deeds) = signature(verdict(known.clone()));
                }
            }
        }
        // The file is written whole, and so the more seldom the more is known.
        if self.fresh > self.known.len() / 2 {
            self.keep();
        }
        Ok(())
    }

    /// Whose keys signed these words. What is new of it is kept with what is known of commits.
    pub fn of_words(&mut self, words: &[&str], keys: &Keys) -> Result<Vec<Verdict>> {
        let id = self.terms(keys)?;
        let name = |word: &str| (format!("word {}", hex(&Sha256::digest(word))), id.clone());
        let known = |word: &&str| self.known.get(&name(word)).cloned().map(verdict);
        let kept: Vec<Option<Verdict>> = words.iter().map(known).collect();
        let unknown = words.iter().zip(&kept).filter(|(_, kept)| kept.is_none()).map(|(word, _)| *word);
        let unknown: Vec<&str> = unknown.collect();
        let judged = self.ledger.attestations(&unknown, keys)?;
        for (word, verdict) in unknown.iter().zip(&judged) {
            if let Some(lasting) = lasting(verdict) {
                self.known.insert(name(word), lasting);
                self.fresh += 1;
            }
        }
        let mut judged = judged.into_iter();
        Ok(kept.into_iter().filter_map(|kept| kept.or_else(|| judged.next())).collect())
    }

    /// An id of all that a verdict depends on beside what was signed.
    fn terms(&self, keys: &Keys) -> Result<String> {
        let [trust, revoked] = match self.wanted.get() {
            Some(wanted) => wanted,
            None => {
                let wanted = self.ledger.wanted_of_keys()?;
                self.wanted.get_or_init(|| wanted)
            }
        };
        let mut hash = Sha256::new();
        for part in [Some(&keys.allowed_signers), keys.revoked.as_ref(), trust.as_ref(), revoked.as_ref()] {
            hash.update(part.map_or(u64::MAX, |part| part.len() as u64).to_le_bytes());
            hash.update(part.map_or(&[][..], Vec::as_slice));
        }
        Ok(hex(&hash.finalize()))
    }

    /// That it could not be written is nobody's trouble.
    fn keep(&mut self) {
        self.fresh = 0;
        let entries: Vec<_> = self.known.iter().collect();
        if let (Some(shelf), Ok(body)) = (&self.shelf, postcard::to_stdvec(&entries)) {
            let _ = shelf.keep(VERDICTS, [&Sha256::digest(&body)[..], &body].concat());
        }
    }
}

/// However an audit ends, what it found of signatures is kept.
impl Drop for Signatures<'_> {
    fn drop(&mut self) {
        if self.fresh > 0 {
            self.keep();
        }
    }
}

/// A sound file's content.
fn kept(bytes: &[u8]) -> Option<HashMap<(String, String), Known>> {
    let (checksum, body) = bytes.split_at_checked(32)?;
    let sound = Sha256::digest(body)[..] == *checksum;
    let entries: Vec<((String, String), Known)> = sound.then(|| postcard::from_bytes(body).ok()).flatten()?;
    Some(entries.into_iter().collect())
}

/// A commit under one of its policies: a position among the deeds, and one among those it stands under elsewhere.
struct Asked {
    at: usize,
    elsewhere: Option<usize>,
}

impl Asked {
    fn signature_in<'a>(&self, deeds: &'a mut [Deed]) -> &'a mut Signature {
        let deed = &mut deeds[self.at];
        match self.elsewhere {
            Some(at) => &mut deed.elsewhere[at].signature,
            None => &mut deed.signature,
        }
    }
}

/// The commits whose policy asks for a signature, or has keys to judge one by, by the keys that counted then.
fn by_keys(
    facts: &Facts<'_>,
    base: Option<CommitId>,
    records: &[Record],
    deeds: &[Deed],
) -> Result<HashMap<Keys, Vec<Asked>>> {
    let mut by_keys: HashMap<Keys, Vec<Asked>> = HashMap::new();
    for (at, deed) in deeds.iter().enumerate() {
        let before = base.or(records[at].commit.parents.first().copied());
        let own = (before, &deed.policy, deed.touches_policy, None);
        let mut policies = vec![own];
        for (place, standing) in deed.elsewhere.iter().enumerate() {
            policies.push((
                standing.side.parse().ok(),
                &standing.policy,
                standing.touches_policy,
                Some(place),
            ));
        }
        for (before, policy, touches_policy, elsewhere) in policies {
            if deed.touches_register || touches_policy || deed.is_merge() {
                let keys = facts.keys(before, policy)?;
                if policy.signing.require_signatures || !keys.allowed_signers.is_empty() {
                    by_keys.entry(keys).or_default().push(Asked { at, elsewhere });
                }
            }
        }
    }
    Ok(by_keys)
}

fn lasting(verdict: &Verdict) -> Option<Known> {
    match verdict.clone() {
        Verdict::Unsigned => Some(Known::Unsigned),
        Verdict::Good { signer, lasting: true } => Some(Known::Good(signer)),
        Verdict::Refused { why, lasting: true } => Some(Known::Refused(why)),
        _ => None,
    }
}

fn signature(verdict: Verdict) -> Signature {
    match verdict {
        Verdict::Unsigned => Signature::Missing,
        Verdict::Good { signer, .. } => Signature::Good { signer },
        Verdict::Refused { why, .. } => Signature::Refused { why },
    }
}

fn verdict(known: Known) -> Verdict {
    match known {
        Known::Unsigned => Verdict::Unsigned,
        Known::Good(signer) => Verdict::Good { signer, lasting: true },
        Known::Refused(why) => Verdict::Refused { why, lasting: true },
    }
}
