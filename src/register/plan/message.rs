//! What a commit says of a change: for people, and to be parsed back.

use crate::domain::company::Filed;
use crate::domain::{ContentId, Decision, Filing, NewModel, NewPosition, NewView, Snapshot, Status};
use crate::files::RegisterPath;
use crate::ledger::{Message, Trailer};
use crate::register::prepare::{FileEdit, Version};

/// The message of a judgement on a snapshot.
pub fn assessed(snapshot: &Snapshot, decision: &Decision, record: Trailer) -> Message {
    let Decision { company, slot, assessment } = decision;
    let words = |status: Option<Status>| status.map_or("unassessed", Status::key);
    let on_file = snapshot.companies.get(company);
    let old = on_file.and_then(|company| company.assessments.get(slot)).map(|old| old.assessment.status);
    let (from, to) = (words(old), words(Some(assessment.status)));
    let mut trailers = vec![
        Trailer::new("Countersign-Change", format!("assess {company} {slot}")),
        Trailer::new("Countersign-Status", format!("{from} -> {to}")),
        record,
    ];
    let filed = |id| on_file.and_then(|company| company.evidence.get(id));
    for pinned in &assessment.evidence {
        let digest = filed(&pinned.id).and_then(|filed| filed.evidence.sha256.as_deref());
        trailers.push(evidence(pinned.id.as_str(), &pinned.pin, digest));
    }
    Message {
        subject: format!("assess {company} {slot}: {from} → {to}"),
        reason: assessment.reason.clone(),
        trailers,
    }
}

/// The message of evidence that is put on file: a record of each file.
pub fn filed(filing: &Filing, old: Option<&Filed>, files: &[FileEdit]) -> Message {
    let Filing { company, id, evidence: now, reason, .. } = filing;
    let how = match old {
        None => "added",
        Some(old) if now.is_another_version_than(&old.evidence) => "replaced",
        Some(_) => "corrected",
    };
    let mut trailers = Vec::new();
    for (at, file) in files.iter().enumerate() {
        trailers.extend([Trailer::new("Countersign-Change", what(&file.path)), record(file)]);
        if let (0, Some(told)) = (at, &file.after) {
            trailers.push(evidence(id.as_str(), &told.id, now.sha256.as_deref()));
        }
    }
    let reason = reason_or(reason, &described(filing));
    Message { subject: format!("evidence {company} {id}: {how}"), reason, trailers }
}

/// The message of a company's stance.
pub fn positioned(new: &NewPosition, record: Trailer) -> Message {
    let NewPosition { company, position, corrects, reason, .. } = new;
    let chapters = position.chapters.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let corrected = if *corrects { "corrected to " } else { "" };
    let stance = format!("{} since {}", position.stance.words(), position.since);
    Message {
        subject: format!("position {company} {chapters}: {corrected}{stance}"),
        reason: reason_or(reason, position.note.as_deref().unwrap_or(&position.source)),
        trailers: vec![change(&RegisterPath::Profile(company.clone())), record],
    }
}

/// The message of what is known of a model.
pub fn described_model(snapshot: &Snapshot, new: &NewModel, record: Trailer) -> Message {
    let NewModel { company, id, model, reason } = new;
    let on_file = snapshot.companies.get(company).is_some_and(|company| company.models.contains_key(id));
    let how = if on_file { "corrected" } else { "added" };
    Message {
        subject: format!("model {company} {id}: {how}"),
        reason: reason_or(reason, &model.name),
        trailers: vec![change(&RegisterPath::Model(company.clone(), id.clone())), record],
    }
}

/// The message of a view that is kept, or no longer.
pub fn kept_view(snapshot: &Snapshot, new: &NewView, record: Trailer) -> Message {
    let NewView { name, settings, reason } = new;
    let (old, now) = (snapshot.settings.view(name), settings.view(name));
    let how = match (old, now) {
        (None, _) => "added",
        (_, None) => "removed",
        _ => "changed",
    };
    let shows = now
        .or(old)
        .map(|view| format!("The board, {}.", view.words().replace("  ", ", ")))
        .unwrap_or_default();
    Message {
        subject: format!("view {name}: {how}"),
        reason: reason_or(reason, &shows),
        trailers: vec![Trailer::new("Countersign-Change", format!("view {name}")), record],
    }
}

fn change(file: &RegisterPath) -> Trailer {
    Trailer::new("Countersign-Change", file.in_a_record())
}

/// What a reader has to go by where nobody said more.
fn reason_or(reason: &str, otherwise: &str) -> String {
    if reason.trim().is_empty() { otherwise.to_owned() } else { reason.to_owned() }
}

/// Evidence in a few words.
fn described(filing: &Filing) -> String {
    let evidence = &filing.evidence;
    let version = evidence.version.as_ref().map(|version| format!(", version {version}"));
    let published = evidence.published.map(|day| format!(", published {day}"));
    let parts = [Some(evidence.title.clone()), version, published];
    let sentence = parts.into_iter().flatten().collect::<String>();
    [sentence].into_iter().chain(evidence.url.clone()).collect::<Vec<_>>().join("\n")
}

/// A file in the words of a record.
pub fn what(path: &str) -> String {
    match RegisterPath::of(path) {
        Ok(Some(file)) => file.in_a_record(),
        _ => format!("file {path}"),
    }
}

/// A file's content before and after.
pub fn record(file: &FileEdit) -> Trailer {
    let id = |version: &Option<Version>| version.as_ref().map(|version| version.id.clone());
    record_of(id(&file.before).as_ref(), id(&file.after).as_ref())
}

pub fn record_of(before: Option<&ContentId>, after: Option<&ContentId>) -> Trailer {
    let none = "0".repeat(before.or(after).map_or(0, |id| id.to_string().len()));
    let words = |id: Option<&ContentId>| id.map_or(none.clone(), ToString::to_string);
    Trailer::new("Countersign-Record", format!("{} -> {}", words(before), words(after)))
}

/// Evidence with its blob id, and the digest of its document where one is on record.
pub fn evidence(id: &str, pin: &ContentId, digest: Option<&str>) -> Trailer {
    let digest = digest.map(|digest| format!(" sha256:{digest}")).unwrap_or_default();
    Trailer::new("Countersign-Evidence", format!("{id} {pin}{digest}"))
}
