use super::RegisterPath;
use crate::domain::*;
pub fn path(c: &Change) -> RegisterPath {
    let Change::Assess(d) = c;
    RegisterPath::Assessment(d.company.clone(), d.slot.clone())
}
pub fn text(_: &Change, _: Option<&str>) -> crate::error::Result<String> {
    Ok("x".into())
}
