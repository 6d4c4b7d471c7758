//! `missing-document` and `digest-mismatch`: the copies kept beside evidence.

use crate::domain::company::Filed;
use crate::domain::{Company, CompanyId, ContentId, EvidenceId, Finding, Rule};
use crate::files::RegisterPath;
use crate::files::tree::at;

use super::{Doubt, Known, TextOf, placed};

pub(super) fn rule(known: &Known) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    for (id, company) in known.companies() {
        for (evidence, filed) in &company.evidence {
            doubts.extend(missing(known, id, evidence, filed));
        }
    }
    doubts
}

fn missing(known: &Known, id: &CompanyId, evidence: &EvidenceId, filed: &Filed) -> Option<Doubt> {
    let name = filed.evidence.file.as_ref().filter(|_| filed.document.is_none())?;
    let document = RegisterPath::Document(id.clone(), name.clone());
    let (message, hint) = if RegisterPath::of(&document.to_string()) != Ok(Some(document.clone())) {
        let hint = "write the document's name alone; it stands in the evidence folder and is no .toml file";
        (format!("`{name}` cannot be the name of a document"), hint)
    } else if !known.in_doubt(&document) {
        (format!("there is no `{name}` beside this file"), "add the document, or remove `file`")
    } else {
        return None;
    };
    let file = RegisterPath::Evidence(id.clone(), evidence.clone());
    let hint = Some(hint.to_owned());
    known.may_tell(&file).then_some(Doubt {
        file,
        at: at!["file"],
        rule: Rule::MissingDocument,
        message,
        hint,
    })
}

/// Holds a company's kept documents against the digests on record. To work one out each is read as a whole, so this is
/// asked for separately; a document whose digest (SHA-256, in hex) cannot be had is not judged.
pub fn digests(
    company: &Company,
    digest: &dyn Fn(&ContentId) -> Option<String>,
    text: TextOf,
) -> Vec<Finding> {
    let doubts = company.evidence.iter().filter_map(|(id, filed)| {
        let (document, recorded) = (filed.document.as_ref()?, filed.evidence.sha256.as_ref()?);
        let found = digest(document)?;
        (!recorded.eq_ignore_ascii_case(&found)).then(|| Doubt {
            file: RegisterPath::Evidence(company.id.clone(), id.clone()),
            at: at!["sha256"],
            rule: Rule::DigestMismatch,
            message: format!(
                "`{}` is not the document on record",
                filed.evidence.file.as_deref().unwrap_or_default()
            ),
            hint: Some(format!("its digest is {found}; put the right document back, or record the new one")),
        })
    });
    placed(doubts.collect(), text)
}
