//! A company as it is on another day: what was read before and is still the same is not read again.

use super::amount::{Amount, InAll};
use super::crowd::Crowd;
use super::load::{Unread, file};
use crate::domain::company::{Filed, Recorded};
use crate::domain::{Company, CompanyId, EvidenceId, Slot};
use crate::error::Result;
use crate::files::RegisterPath;
use crate::files::read::{self, Content, FileBytes};
use crate::ledger::{Ledger, ObjectId, TreeEntry};

/// A company as its folder has it, without what is wrong in it, and how much was read of it: files that `before` was read
/// from are not read again.
pub fn company(
    ledger: &Ledger,
    id: &CompanyId,
    folder: ObjectId,
    before: Option<&Company>,
    in_all: &InAll,
) -> Result<(Company, Amount)> {
    let (mut files, mut crowd) = (Vec::new(), Crowd::default());
    let mut known = Known::default();
    for entry in &ledger.list_all(folder, &mut |_, error| Err(error))?.entries {
        let path = format!("companies/{id}/{}", entry.name);
        if crowd.lets_in(&path) && !before.is_some_and(|before| known.take(before, &path, entry)) {
            let file = file(ledger, path, entry, Unread::Refused)?;
            files.extend(crowd.takes(&file).then_some(file));
        }
    }
    in_all.add(crowd.text())?;
    let patience = in_all.patience();
    let (mut company, _) = read::company(id, &files, &patience);
    in_all.add(Amount::of_mistakes(&patience))?;
    known.put_into(&mut company, &files);
    Ok((company, crowd.text()))
}

/// What was read before and is still the same: judgements and evidence, of which there are many.
#[derive(Default)]
struct Known {
    evidence: Vec<(EvidenceId, Filed)>,
    assessments: Vec<(Slot, Recorded)>,
}

impl Known {
    fn take(&mut self, before: &Company, path: &str, entry: &TreeEntry) -> bool {
        if !entry.kind.is_file() {
            return false;
        }
        match RegisterPath::of(path) {
            Ok(Some(RegisterPath::Assessment(_, slot))) => {
                let same = before.assessments.get(&slot).filter(|known| known.id == entry.id.content());
                same.inspect(|known| self.assessments.push((slot, (*known).clone()))).is_some()
            }
            Ok(Some(RegisterPath::Evidence(_, id))) => {
                let same = before.evidence.get(&id).filter(|known| known.id == entry.id.content());
                same.inspect(|known| self.evidence.push((id, (*known).clone()))).is_some()
            }
            _ => false,
        }
    }

    /// The document beside an evidence file may be another one than it was.
    fn put_into(self, company: &mut Company, files: &[FileBytes]) {
        let document = |name: &String| {
            let path = RegisterPath::Document(company.id.clone(), name.clone()).to_string();
            let kept = files.iter().find(|file| file.path == path)?;
            (!matches!(kept.content, Content::NotAFile(_))).then(|| kept.id.clone())
        };
        let evidence = self.evidence.into_iter().map(|(id, mut filed)| {
            filed.document = filed.evidence.file.as_ref().and_then(document);
            (id, filed)
        });
        let evidence: Vec<_> = evidence.collect();
        company.evidence.extend(evidence);
        company.assessments.extend(self.assessments);
    }
}
