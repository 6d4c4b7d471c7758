//! `wrong-level`: a judgement filed for the provider where one per model is asked, or the other way round.

use crate::domain::{Level, Rule, Slot};
use crate::files::RegisterPath;
use crate::files::tree::Path;

use super::{Doubt, Known};

pub(super) fn rule(known: &Known) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    for (id, company) in known.companies() {
        for slot in company.assessments.keys() {
            let Slot { measure, model } = slot;
            let asked = known.catalogue.measure(*measure).map(|measure| measure.level);
            let (message, hint) = match (asked, model) {
                (Some(Level::Model), None) => (
                    format!("{measure} is judged for each model"),
                    format!("name the file {measure}@<model>.toml"),
                ),
                (Some(Level::Provider), Some(_)) => (
                    format!("{measure} is judged once for the provider"),
                    format!("name the file {measure}.toml"),
                ),
                _ => continue,
            };
            doubts.push(Doubt {
                file: RegisterPath::Assessment(id.clone(), slot.clone()),
                at: Path::new(),
                rule: Rule::WrongLevel,
                message,
                hint: Some(hint),
            });
        }
    }
    doubts
}
