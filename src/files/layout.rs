//! Which path of a register is what.

use std::fmt;

use crate::domain::{Chapter, CompanyId, EvidenceId, Finding, ModelId, Rule, Slot};

use crate::domain::suggestion::did_you_mean;

/// A file of the register, by what it holds. Written and read as its path, with `/`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RegisterPath {
    Settings,
    Sources,
    Waivers,
    Code,
    Chapter(Chapter),
    Limits,
    Profile(CompanyId),
    Model(CompanyId, ModelId),
    Evidence(CompanyId, EvidenceId),
    /// A copy kept beside the evidence file that names it.
    Document(CompanyId, String),
    Assessment(CompanyId, Slot),
}

impl RegisterPath {
    /// What a path stands for. `Ok(None)`: not the register's business, like a README or a hidden file.
    pub fn of(path: &str) -> Result<Option<RegisterPath>, Finding> {
        let parts: Vec<&str> = path.split('/').collect();
        let hidden = parts.iter().any(|part| part.starts_with('.'));
        let file = match parts[..] {
            _ if hidden => return Ok(None),
            ["countersign.toml"] => RegisterPath::Settings,
            ["sources.toml"] => RegisterPath::Sources,
            ["waivers.toml"] => RegisterPath::Waivers,
            ["commitments", name] => {
                asked(name).ok_or_else(|| unknown_file(path, did_you_mean(name, ASKED)))?
            }
            ["companies", company, "company.toml"] => RegisterPath::Profile(company_folder(company)?),
            ["companies", company, folder @ ("models" | "evidence" | "assessments"), name] => {
                filed(path, company_folder(company)?, folder, name)?
            }
            ["companies", company, name, ..] => {
                company_folder(company)?;
                return Err(unknown_file(path, did_you_mean(name, FILED)));
            }
            ["commitments" | "companies", ..] => return Err(unknown_file(path, None)),
            _ => return Ok(None),
        };
        Ok(Some(file))
    }

    /// The file as a commit's record names it.
    pub fn in_a_record(&self) -> String {
        match self {
            RegisterPath::Assessment(company, slot) => format!("assess {company} {slot}"),
            RegisterPath::Evidence(company, id) => format!("evidence {company} {id}"),
            RegisterPath::Document(company, name) => format!("document {company} {name}"),
            RegisterPath::Model(company, id) => format!("model {company} {id}"),
            RegisterPath::Profile(company) => format!("company {company}"),
            file => format!("file {file}"),
        }
    }

    /// Whether its bytes are needed to read the register. Of a document only the content id is.
    pub fn is_read(&self) -> bool {
        !matches!(self, RegisterPath::Document(..))
    }
}

impl fmt::Display for RegisterPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RegisterPath::Settings => f.write_str("countersign.toml"),
            RegisterPath::Sources => f.write_str("sources.toml"),
            RegisterPath::Waivers => f.write_str("waivers.toml"),
            RegisterPath::Code => f.write_str("commitments/code.toml"),
            RegisterPath::Chapter(chapter) => write!(f, "commitments/{}", chapter_file(*chapter)),
            RegisterPath::Limits => f.write_str("commitments/limits.toml"),
            RegisterPath::Profile(company) => write!(f, "companies/{company}/company.toml"),
            RegisterPath::Model(company, model) => write!(f, "companies/{company}/models/{model}.toml"),
            RegisterPath::Evidence(company, id) => write!(f, "companies/{company}/evidence/{id}.toml"),
            RegisterPath::Document(company, name) => write!(f, "companies/{company}/evidence/{name}"),
            RegisterPath::Assessment(company, slot) => {
                write!(f, "companies/{company}/assessments/{slot}.toml")
            }
        }
    }
}

/// Whether a path is a file of the register, or stands in its folders and should not.
pub fn is_of_register(path: &str) -> bool {
    !matches!(RegisterPath::of(path), Ok(None))
}

/// The company whose folder has this name.
pub fn company_folder(name: &str) -> Result<CompanyId, Finding> {
    name.parse().map_err(|reason| bad_id(&format!("companies/{name}"), reason))
}

/// Below `commitments/`.
const ASKED: [&str; 6] = [
    "code.toml",
    "transparency.toml",
    "copyright.toml",
    "safety-security.toml",
    "ai-act.toml",
    "limits.toml",
];

fn asked(name: &str) -> Option<RegisterPath> {
    match name {
        "code.toml" => Some(RegisterPath::Code),
        "limits.toml" => Some(RegisterPath::Limits),
        _ => {
            Chapter::ALL.into_iter().find(|chapter| chapter_file(*chapter) == name).map(RegisterPath::Chapter)
        }
    }
}

pub fn chapter_file(chapter: Chapter) -> &'static str {
    match chapter {
        Chapter::Transparency => "transparency.toml",
        Chapter::Copyright => "copyright.toml",
        Chapter::SafetySecurity => "safety-security.toml",
        Chapter::AiAct => "ai-act.toml",
    }
}

/// Below a company's folder.
const FILED: [&str; 4] = ["company.toml", "models", "evidence", "assessments"];

/// Below one of the three folders of a company.
fn filed(path: &str, company: CompanyId, folder: &str, name: &str) -> Result<RegisterPath, Finding> {
    let bad_id = |reason| bad_id(path, reason);
    match (folder, name.strip_suffix(".toml")) {
        ("evidence", None) => Ok(RegisterPath::Document(company, name.to_owned())),
        ("evidence", Some(stem)) => Ok(RegisterPath::Evidence(company, stem.parse().map_err(bad_id)?)),
        ("models", Some(stem)) => Ok(RegisterPath::Model(company, stem.parse().map_err(bad_id)?)),
        ("assessments", Some(stem)) => {
            Ok(RegisterPath::Assessment(company, exact_slot(stem).map_err(bad_id)?))
        }
        _ => {
            let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
            Err(unknown_file(path, Some(format!("did you mean `{stem}.toml`?"))))
        }
    }
}

/// A slot has one file: `s-1.1.toml` beside `S-1.1.toml` would be a second judgement in the same place.
fn exact_slot(stem: &str) -> Result<Slot, String> {
    let slot: Slot = stem.parse()?;
    let exact = slot.to_string();
    if exact == stem { Ok(slot) } else { Err(format!("`{stem}` is not written as a ref; write it {exact}")) }
}

fn bad_id(path: &str, reason: String) -> Finding {
    let (message, hint) = match reason.split_once("; ") {
        Some((message, hint)) => (message.to_owned(), Some(hint.to_owned())),
        None => (reason, None),
    };
    Finding { path: path.to_owned(), place: None, rule: Rule::BadId, message, hint }
}

fn unknown_file(path: &str, hint: Option<String>) -> Finding {
    Finding {
        path: path.to_owned(),
        place: None,
        rule: Rule::UnknownFile,
        message: "the register has no such file".to_owned(),
        hint: hint.or_else(|| Some("move it out of the register's folders".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_and_written_alike() {
        for path in [
            "countersign.toml",
            "sources.toml",
            "waivers.toml",
            "commitments/code.toml",
            "commitments/transparency.toml",
            "commitments/copyright.toml",
            "commitments/safety-security.toml",
            "commitments/ai-act.toml",
            "commitments/limits.toml",
            "companies/xai/company.toml",
            "companies/xai/models/grok-4.toml",
            "companies/xai/evidence/risk-management-framework.toml",
            "companies/xai/evidence/Risk Management Framework (v2).pdf",
            "companies/xai/assessments/S-1.1.toml",
            "companies/xai/assessments/AIA-53-1-d@grok-4.toml",
        ] {
            assert_eq!(RegisterPath::of(path).unwrap().unwrap().to_string(), path);
        }
    }

    #[test]
    fn what_is_elsewhere_or_hidden_is_not_the_registers_business() {
        for path in ["README.md", "docs/code.toml", "companies/xai/evidence/.gitkeep", ".git/config", "", "/"]
        {
            assert_eq!(RegisterPath::of(path), Ok(None), "{path}");
        }
    }

    #[test]
    fn wrong_names_are_findings_with_the_next_step() {
        let check = |path: &str, rule: Rule, hint: &str| {
            let finding = RegisterPath::of(path).unwrap_err();
            assert_eq!((finding.rule, finding.hint.as_deref().unwrap_or("")), (rule, hint), "{path}");
        };
        check("commitments/copyrigth.toml", Rule::UnknownFile, "did you mean `copyright.toml`?");
        check("companies/xai/compnay.toml", Rule::UnknownFile, "did you mean `company.toml`?");
        check("companies/xai/assesments/S-1.1.toml", Rule::UnknownFile, "did you mean `assessments`?");
        check("companies/xai/models/grok-4", Rule::UnknownFile, "did you mean `grok-4.toml`?");
        let elsewhere = "move it out of the register's folders";
        check("companies/notes.txt", Rule::UnknownFile, elsewhere);
        check("companies/xai/evidence/2026/a.toml", Rule::UnknownFile, elsewhere);
        check("companies/xai/assessments/s-1.1.toml", Rule::BadId, "write it S-1.1");
        check("companies/xai/assessments/S-1.toml", Rule::BadId, "refs look like S-7.6, S-7 or AIA-53-1-d");
        assert_eq!(RegisterPath::of("companies/xAI/company.toml").unwrap_err().path, "companies/xAI");
    }
}
