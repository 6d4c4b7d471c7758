//! How much a register holds in all. One file can stand in a thousand places, and each of them takes its memory: a
//! repository of kilobytes can stand for gigabytes.

use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::files::read::{Content, FileBytes, Patience};

/// How much some files are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// Documents and what is not read, too.
    pub files: usize,
    /// Of the text that is read; of a large file it counts four times.
    pub bytes: usize,
    /// In that text, about. A list of short words takes more memory than its text.
    pub values: usize,
    /// What their mistakes cost, see [`Patience`].
    pub spent_bytes: usize,
}

/// More than what three thousand companies of forty judgements have: 138,000 files, 74 MiB and
/// 8.8 million values.
const MOST_IN_ALL: Amount =
    Amount { files: 250_000, bytes: 96 * MEBIBYTE, values: 10_000_000, spent_bytes: Patience::MOST_BYTES };

/// Of one company, or of what is asked: five thousand files of ordinary size have less.
pub(super) const MOST_OF_ONE: Amount = Amount { bytes: 16 * MEBIBYTE, values: 430_000, ..MOST_IN_ALL };

/// A hundred times what is usual.
const LARGE_BYTES: usize = 64 * 1024;

pub(super) const MEBIBYTE: usize = 1024 * 1024;

impl Amount {
    pub fn of_text(file: &FileBytes) -> Amount {
        match &file.content {
            Content::Bytes(bytes) => Amount::of(bytes),
            _ => Amount::default(),
        }
    }

    pub fn of(bytes: &[u8]) -> Amount {
        // A value has a key or stands in a list, and a text has quotes; what begins a list or table is as much as a few. By
        // what they take to be read.
        let mark = |byte: &u8| match byte {
            b'"' | b'\'' => 1,
            b',' | b'=' => 4,
            b'[' | b'{' => 12,
            _ => 0,
        };
        let times = if bytes.len() > LARGE_BYTES { 4 } else { 1 };
        Amount {
            bytes: bytes.len() * times,
            values: bytes.iter().map(mark).sum::<usize>() / 2,
            ..Amount::default()
        }
    }

    /// What its mistakes cost.
    pub fn of_mistakes(patience: &Patience) -> Amount {
        Amount { spent_bytes: patience.spent_bytes(), ..Amount::default() }
    }

    pub fn and(self, other: Amount) -> Amount {
        Amount {
            files: self.files.saturating_add(other.files),
            bytes: self.bytes.saturating_add(other.bytes),
            values: self.values.saturating_add(other.values),
            spent_bytes: self.spent_bytes.saturating_add(other.spent_bytes),
        }
    }

    /// Whether its text is no more than what one company may have.
    pub fn is_of_one(&self) -> bool {
        self.bytes <= MOST_OF_ONE.bytes && self.values <= MOST_OF_ONE.values
    }

    /// About how much memory it takes once it is read.
    pub fn memory_bytes(self) -> usize {
        const OF_A_VALUE: usize = 32;
        self.bytes + self.values * OF_A_VALUE
    }
}

/// All files of a register, however many threads read them.
#[derive(Default)]
pub struct InAll(Mutex<Amount>);

impl InAll {
    /// # Errors
    /// Where it is more than a register holds. What mistakes cost is no error, see [`InAll::is_out_of_patience`].
    pub fn add(&self, amount: Amount) -> Result<()> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *all = all.and(amount);
        let Amount { files, bytes, values, .. } = MOST_IN_ALL;
        let too_much = |of: String| Err(Error::RegisterTooLarge { of });
        match *all {
            all if all.files > files => too_much(format!("{files} files")),
            all if all.bytes > bytes => too_much(format!(
                "{} MiB of text (that of a file above {} KiB counts four times)",
                bytes / MEBIBYTE,
                LARGE_BYTES / 1024
            )),
            all if all.values > values => too_much(format!("{values} values")),
            _ => Ok(()),
        }
    }

    /// For what is read next.
    pub fn patience(&self) -> Patience {
        Patience::after(self.spent_bytes())
    }

    /// Whether some files with mistakes may not have been looked at: which ones hangs on the order in which all are read.
    pub fn is_out_of_patience(&self) -> bool {
        self.spent_bytes() >= MOST_IN_ALL.spent_bytes
    }

    fn spent_bytes(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).spent_bytes
    }
}
