//! `countersign evidence`

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::recording::Recording;
use super::{resolve, words};
use crate::analysis::filing::{self, Copy, Document, Draft, How, Refusal};
use crate::domain::{Access, Checked, Company, Day, EvidenceId, EvidenceKind, ModelId, PartialDay, Ref};
use crate::error::{Error, Result};
use crate::register::{Pulse, read_document};

/// Put evidence on file as one commit
///
/// Shows the exact commit message and file diff, asks, and commits; without a terminal it needs --yes. Nothing is
/// fetched: of a document, only a file that is named is read.
#[derive(Debug, Args)]
pub struct Evidence {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Add evidence that is not on file
    Add(Filing),
    /// Replace evidence: options that are left out keep what is on file
    ///
    /// Another version, day or document makes what is on file an earlier version; anything else corrects it. What was
    /// judged on it before is stale from then on.
    Replace(Filing),
}

#[derive(Debug, Args)]
struct Filing {
    /// The company, by id or name
    company: String,
    /// What it is called here; small letters, digits and hyphens
    #[arg(value_name = "ID")]
    id: EvidenceId,
    /// Its title, as the document says it
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// What it is
    #[arg(long, value_parser = words::kind())]
    kind: Option<EvidenceKind>,
    /// As the document says it, such as 2 or 1.1
    #[arg(long, value_name = "TEXT")]
    version: Option<String>,
    /// When it was published; 2026-04 or 2026 where no more is known
    #[arg(long, value_name = "DAY")]
    published: Option<PartialDay>,
    /// Where it can be read; nothing is fetched
    #[arg(long)]
    url: Option<String>,
    /// The document itself: its digest is recorded
    #[arg(long, value_name = "PATH")]
    file: Option<PathBuf>,
    /// Keep a copy of it in the register
    #[arg(long, requires = "file")]
    keep: bool,
    /// Keep no copy, and no digest, of what is on file
    #[arg(long, conflicts_with = "file")]
    no_copy: bool,
    /// Measures or commitments it bears on; may be repeated
    #[arg(long, value_name = "REF", value_delimiter = ',')]
    bears_on: Vec<Ref>,
    /// Models it is about [default: all]; may be repeated
    #[arg(long = "model", value_name = "ID", value_delimiter = ',', value_parser = model)]
    models: Vec<ModelId>,
    /// Who can see it
    #[arg(long, value_parser = words::access())]
    access: Option<Access>,
    /// How it was checked: A read, B recorded by a careful secondary source, C mentioned only
    #[arg(long, value_parser = words::checked(), ignore_case = true)]
    checked: Option<Checked>,
    /// Who recorded it, or where
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
    /// Last day on which it shows anything
    #[arg(long, value_name = "DAY")]
    expires: Option<Day>,
    /// Anything else
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    #[command(flatten)]
    recording: Recording,
}

impl Evidence {
    pub fn run(&self) -> Result<()> {
        match &self.what {
            What::Add(filing) => filing.run(How::Add),
            What::Replace(filing) => filing.run(How::Replace),
        }
    }
}

impl Filing {
    fn run(&self, how: How) -> Result<()> {
        let (register, snapshot) = self.recording.open(Some(&self.company), self.id.as_str())?;
        let company = resolve::company(&snapshot, &self.company)?;
        let on_file = company.evidence.get(&self.id).filter(|_| how == How::Replace);
        let draft =
            self.draft(on_file.map(|filed| Draft::from_evidence(&filed.evidence)).unwrap_or_default())?;
        let change = filing::file(&snapshot, &company.id, &self.id, how, &draft)
            .map_err(|refusals| self.refused(company, &refusals))?
            .into();
        let about = ("evidence", Some(self.id.as_str()));
        self.recording.carry_out((&register, &snapshot), &change, Some(company), about)
    }

    /// What was there, with what was said on top.
    fn draft(&self, there: Draft) -> Result<Draft> {
        let read = |path: &PathBuf| -> Result<Document> {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            Ok(Document::new(name, read_document(path, &Pulse::default())?))
        };
        let copy = match self.file.as_ref().map(read).transpose()? {
            Some(document) if self.keep => Copy::Kept(document),
            Some(document) => Copy::Seen(document),
            None if self.no_copy => Copy::None,
            None => there.copy,
        };
        let or = |given: &Option<String>, there: Option<String>| given.clone().or(there);
        Ok(Draft {
            title: self.title.clone().unwrap_or(there.title),
            kind: self.kind.or(there.kind),
            version: or(&self.version, there.version),
            published: self.published.or(there.published),
            url: or(&self.url, there.url),
            also_at: there.also_at,
            bears_on: if self.bears_on.is_empty() { there.bears_on } else { self.bears_on.clone() },
            models: if self.models.is_empty() { there.models } else { self.models.clone() },
            access: self.access.or(there.access),
            checked: self.checked.or(there.checked),
            source: self.source.clone().unwrap_or(there.source),
            expires: self.expires.or(there.expires),
            note: or(&self.note, there.note),
            copy,
            reason: self.recording.reason()?,
        })
    }

    fn refused(&self, company: &Company, refusals: &[Refusal]) -> Error {
        let evidence = format!("{} {}", company.id, self.id);
        Error::NotFiled { evidence, refusals: refusals.iter().map(Refusal::words).collect() }
    }
}

fn model(text: &str) -> Result<ModelId, String> {
    text.parse()
}
