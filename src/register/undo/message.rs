//! The message of an undo: for people, for forges, and to be parsed back and held against the trees.

use super::Way;
use crate::domain::{Assessment, ContentId};
use crate::error::{Error, Result};
use crate::files::RegisterPath;
use crate::files::read::{self, LARGEST_FILE};
use crate::ledger::{Blob, Message, Record, Trailer};
use crate::register::Register;
use crate::register::plan::message::{evidence, record, what};
use crate::register::prepare::{FileEdit, Version};
use crate::register::reversal::{self, Origin, UNDOES};

/// What the commit says that takes back the one of `record`, and whether that is an undo or a redo.
pub fn of(
    register: &Register,
    record: Record,
    files: &[FileEdit],
    reason: Option<&str>,
    others_stay: bool,
) -> Result<(Way, Message)> {
    let undone = record.commit.id;
    let Origin { record, turns } = reversal::origin(&register.ledger, record)?;
    let (way, puts) = if turns % 2 == 0 { (Way::Undo, "Takes back") } else { (Way::Redo, "Puts back") };
    let verb = way.verb();
    let subject = match files {
        // What became of the settings is said by who changed them.
        [file] if file.path != RegisterPath::Settings.to_string() => match statuses(file) {
            Some((from, to)) => format!("{verb} {}: {from} → {to}", what(&file.path)),
            None => format!("{verb} {}", what(&file.path)),
        },
        _ => format!("{verb} \"{}\"", record.commit.subject),
    };
    let default = || format!("{puts} {}: {}", record.commit.id.short(), record.commit.subject);
    let reason = reason.map(str::trim_end).filter(|reason| !reason.trim().is_empty());
    let mut paragraphs = vec![reason.map_or_else(default, str::to_owned)];
    if others_stay {
        paragraphs.push("What it changed outside the register stays as it is.".to_owned());
    }
    paragraphs.push(format!("This reverts commit {undone}."));
    let mut trailers = Vec::new();
    for file in files {
        trailers.extend(file_trailers(register, verb, file)?);
    }
    trailers.push(Trailer::new(UNDOES, undone.to_string()));
    trailers.push(register.signed_off()?);
    Ok((way, Message { subject, reason: paragraphs.join("\n\n"), trailers }))
}

/// What one file's record says, as a decision's does.
fn file_trailers(register: &Register, verb: &str, file: &FileEdit) -> Result<Vec<Trailer>> {
    let FileEdit { path, after, .. } = file;
    let mut trailers = vec![Trailer::new("Countersign-Change", format!("{verb} {}", what(path)))];
    if let Some((from, to)) = statuses(file) {
        trailers.push(Trailer::new("Countersign-Status", format!("{from} -> {to}")));
    }
    trailers.push(record(file));
    let judged = statuses(file).and(after.as_ref()).and_then(|version| assessment(path, version));
    for pinned in judged.map(|judged| judged.evidence).unwrap_or_default() {
        let digest = digest(register, &pinned.pin)?;
        trailers.push(evidence(pinned.id.as_str(), &pinned.pin, digest.as_deref()));
    }
    Ok(trailers)
}

/// The digest on record in a pinned evidence file. What was pinned may never have been here.
fn digest(register: &Register, pin: &ContentId) -> Result<Option<String>> {
    let bytes = match register.ledger.blob(pin, LARGEST_FILE) {
        Ok(Blob::Content(bytes)) => bytes,
        Ok(Blob::TooLarge { .. }) | Err(Error::MissingObject { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let evidence = String::from_utf8(bytes).ok().and_then(|text| read::evidence("", &text).0);
    Ok(evidence.and_then(|evidence| evidence.sha256))
}

/// The statuses of a judgement before and after; none where the file is no judgement.
fn statuses(file: &FileEdit) -> Option<(&'static str, &'static str)> {
    let FileEdit { path, before, after, .. } = file;
    let is_judgement = matches!(RegisterPath::of(path), Ok(Some(RegisterPath::Assessment(..))));
    is_judgement.then(|| (status(path, before.as_ref()), status(path, after.as_ref())))
}

pub fn status(path: &str, version: Option<&Version>) -> &'static str {
    match version {
        None => "unassessed",
        Some(version) => assessment(path, version).map_or("unreadable", |assessment| assessment.status.key()),
    }
}

fn assessment(path: &str, version: &Version) -> Option<Assessment> {
    read::assessment(path, version.text()?).0
}
