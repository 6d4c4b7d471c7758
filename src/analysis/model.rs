//! Holding what is said of a model against the snapshot before it is recorded.

use crate::domain::company::{Compute, ComputeKind};
use crate::domain::{CompanyId, Known, Model, ModelId, NewModel, PartialDay, Snapshot};

/// What a person says of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    pub name: String,
    pub placed_on_market: Option<PartialDay>,
    pub released: Option<PartialDay>,
    pub systemic_risk: Option<Known>,
    pub systemic_risk_source: Option<String>,
    pub open_source: Option<Known>,
    pub open_source_source: Option<String>,
    pub licence: Option<String>,
    pub parameters: Option<String>,
    pub compute: Vec<Compute>,
    pub source: String,
    pub note: Option<String>,
    /// Why, for the commit's message.
    pub reason: String,
}

impl Draft {
    /// What is on file, as a starting point.
    pub fn from_model(model: &Model) -> Draft {
        let model = model.clone();
        Draft {
            name: model.name,
            placed_on_market: model.placed_on_market,
            released: model.released,
            systemic_risk: Some(model.systemic_risk),
            systemic_risk_source: model.systemic_risk_source,
            open_source: Some(model.open_source),
            open_source_source: model.open_source_source,
            licence: model.licence,
            parameters: model.parameters,
            compute: model.compute,
            source: model.source,
            note: model.note,
            reason: String::new(),
        }
    }
}

/// Why a model is not recorded as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    UnknownCompany(CompanyId),
    NoName,
    NotSaidWhetherSystemic,
    NoSourceFor(&'static str),
    NoSource,
    NoAmount(String),
    NothingChanges,
}

impl Refusal {
    /// What is wrong and what to do.
    pub fn words(&self) -> String {
        match self {
            Refusal::UnknownCompany(id) => format!("there is no company {id} in this register"),
            Refusal::NoName => "give the model's name".into(),
            Refusal::NotSaidWhetherSystemic => {
                "say whether it carries systemic risk: yes, no or unknown".into()
            }
            Refusal::NoSourceFor(what) => format!("say where it was read that {what}"),
            Refusal::NoSource => "say where it was read that there is such a model".into(),
            Refusal::NoAmount(flop) => {
                format!("{flop} is no amount of training compute: give floating-point operations, as 5e25")
            }
            Refusal::NothingChanges => "nothing would change".into(),
        }
    }
}

/// Makes a draft a model to be recorded, or says everything that stands against it.
pub fn describe(
    snapshot: &Snapshot,
    company: &CompanyId,
    id: &ModelId,
    draft: &Draft,
) -> Result<NewModel, Vec<Refusal>> {
    let Some(company) = snapshot.companies.get(company) else {
        return Err(vec![Refusal::UnknownCompany(company.clone())]);
    };
    let [name, source] = [&draft.name, &draft.source].map(|text| text.trim().to_owned());
    let open_source = draft.open_source.unwrap_or_default();
    let is_said = |known: Option<Known>| known.is_some_and(|known| known != Known::Unknown);
    let missing = [
        (name.is_empty(), Refusal::NoName),
        (draft.systemic_risk.is_none(), Refusal::NotSaidWhetherSystemic),
        (
            is_said(draft.systemic_risk) && draft.systemic_risk_source.is_none(),
            Refusal::NoSourceFor("it carries systemic risk, or none"),
        ),
        (
            is_said(draft.open_source) && draft.open_source_source.is_none(),
            Refusal::NoSourceFor("it is open source, or not"),
        ),
        (source.is_empty(), Refusal::NoSource),
    ];
    let mut refusals: Vec<Refusal> =
        missing.into_iter().filter(|(missing, _)| *missing).map(|(_, refusal)| refusal).collect();
    let no_amount = |compute: &&Compute| !compute.flop.is_finite() || compute.flop <= 0.0;
    let no_amounts = draft.compute.iter().filter(no_amount);
    refusals.extend(no_amounts.map(|compute| Refusal::NoAmount(compute.flop.to_string())));
    let unsourced = draft.compute.iter().any(|compute| compute.source.trim().is_empty());
    refusals.extend(unsourced.then_some(Refusal::NoSourceFor("it took that much compute")));
    let Some(systemic_risk) = draft.systemic_risk.filter(|_| refusals.is_empty()) else {
        return Err(refusals);
    };
    let model = Model {
        name,
        placed_on_market: draft.placed_on_market,
        released: draft.released,
        systemic_risk,
        systemic_risk_source: draft.systemic_risk_source.clone(),
        open_source,
        open_source_source: draft.open_source_source.clone(),
        licence: draft.licence.clone(),
        parameters: draft.parameters.clone(),
        compute: draft.compute.clone(),
        source,
        note: draft.note.clone(),
    };
    if company.models.get(id) == Some(&model) {
        return Err(vec![Refusal::NothingChanges]);
    }
    let (company, id, reason) = (company.id.clone(), id.clone(), draft.reason.trim().to_owned());
    Ok(NewModel { company, id, model, reason })
}

/// An amount of training compute, where enough is said of it; what is missing otherwise.
pub fn compute(flop: &str, kind: Option<ComputeKind>, source: &str) -> Result<Option<Compute>, String> {
    let flop = flop.trim();
    if flop.is_empty() {
        return Ok(None);
    }
    let amount = flop.parse().map_err(|_| Refusal::NoAmount(format!("`{flop}`")).words())?;
    let kind = kind.ok_or("say whether the compute is an estimate or stated by the provider")?;
    Ok(Some(Compute { flop: amount, kind, source: source.trim().to_owned(), model: None }))
}
