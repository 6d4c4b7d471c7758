//! A decision of the script as the commit it becomes: the same file and the same message that a person's would get.

use jiff::civil::DateTime;

use super::register::Register;
use super::script::{Assess, Cell};
use super::{Author, Changes, READ_BY_A_TEST};
use crate::analysis::decision::{self, Refusal};
use crate::domain::Change;
use crate::files::write;
use crate::ledger::{Trailer, content_id};
use crate::register::{assessed, record_of};

/// The message and the one file of a decision, held against the register as it stands.
pub fn decided(register: &Register, when: DateTime, by: Author, assess: &Assess) -> (String, Changes) {
    let Cell { company, slot } = &assess.cell;
    let (day, snapshot) = (when.date().into(), register.snapshot(company));
    let change =
        decision::decide(&snapshot, day, company, slot, &assess.draft(day)).unwrap_or_else(|refusals| {
            let words: Vec<String> = refusals.iter().map(Refusal::words).collect();
            panic!("demo/script.toml: {company} {slot}: {}", words.join("; "))
        });
    let path = write::path(&change).to_string();
    let before = register.text(&path);
    let after = write::text(&change, before).expect(READ_BY_A_TEST);
    let before = before.map(|text| content_id(text.as_bytes()));
    let Change::Assess(decision) = &change else { unreachable!("a judgement was decided on") };
    let record = record_of(before.as_ref(), Some(&content_id(after.as_bytes())));
    let mut message = assessed(&snapshot, decision, record);
    message.trailers.push(Trailer::new("Signed-off-by", format!("{} <{}>", by.name(), by.email())));
    (message.to_string(), vec![(path, Some(after.into_bytes()))])
}
