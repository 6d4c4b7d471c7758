//! Views of the board that a register keeps by name: `[[view]]` in `countersign.toml`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::CompanyId;

/// What of the board is shown, and in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SavedView {
    pub name: String,
    /// As typed behind `/`.
    #[serde(default)]
    pub filter: String,
    #[serde(default)]
    pub sort: Order,
    /// Companies that are left out.
    #[serde(default)]
    pub hidden: Vec<CompanyId>,
    /// Companies that come first on their side.
    #[serde(default)]
    pub pinned: Vec<CompanyId>,
}

impl SavedView {
    /// What it shows, on one line.
    pub fn words(&self) -> String {
        let count = |what, ids: &[CompanyId]| (!ids.is_empty()).then(|| format!("{} {what}", ids.len()));
        let filter = (!self.filter.is_empty()).then(|| format!("/{}", self.filter));
        let order = Some(format!("by {}", self.sort.words()));
        let parts = [filter, order, count("hidden", &self.hidden), count("pinned", &self.pinned)];
        parts.into_iter().flatten().collect::<Vec<_>>().join("  ")
    }
}

/// The order of companies within a side.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    JsonSchema,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Order {
    /// Those with most on file first.
    #[default]
    OnFile,
    Name,
    /// Those with most open cells first.
    Gaps,
    /// Those with most of their cells judged first.
    Coverage,
    /// Signed, declined, not listed, no longer listed; the earliest first.
    Position,
}

impl Order {
    pub fn key(self) -> &'static str {
        self.into()
    }

    pub fn words(self) -> &'static str {
        match self {
            Order::OnFile => "what is on file",
            Order::Name => "name",
            Order::Gaps => "open cells",
            Order::Coverage => "how much is judged",
            Order::Position => "position",
        }
    }

    /// The one after it, and the first after the last.
    pub fn next(self) -> Order {
        let at = Order::VARIANTS.iter().position(|order| *order == self).unwrap_or(0);
        Order::VARIANTS[(at + 1) % Order::VARIANTS.len()]
    }
}
