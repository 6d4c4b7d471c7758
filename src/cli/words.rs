//! Reading the register's words from the command line; clap completes them and suggests the one that was meant.

use std::error::Error;
use std::str::FromStr;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use strum::VariantArray;

use crate::analysis::{Grain, State};
use crate::domain::company::ComputeKind;
use crate::domain::view::Order;
use crate::domain::{Access, Basis, Chapter, Checked, EvidenceKind, Known, Stance, Status};

pub fn state() -> impl TypedValueParser<Value = State> {
    one_of(State::ALL.map(State::key))
}

pub fn basis() -> impl TypedValueParser<Value = Basis> {
    one_of(Basis::ALL.map(Basis::key))
}

pub fn status() -> impl TypedValueParser<Value = Status> {
    one_of(Status::ALL.map(Status::key))
}

pub fn chapter() -> impl TypedValueParser<Value = Chapter> {
    one_of(Chapter::ALL.map(Chapter::key))
}

pub fn grain() -> impl TypedValueParser<Value = Grain> {
    one_of(Grain::ALL.map(Grain::key))
}

pub fn order() -> impl TypedValueParser<Value = Order> {
    one_of(Order::VARIANTS.iter().map(|order| order.key()))
}

pub fn kind() -> impl TypedValueParser<Value = EvidenceKind> {
    one_of(EvidenceKind::VARIANTS.iter().map(|kind| kind.key()))
}

pub fn access() -> impl TypedValueParser<Value = Access> {
    one_of(Access::VARIANTS.iter().map(|access| access.key()))
}

pub fn checked() -> impl TypedValueParser<Value = Checked> {
    one_of(Checked::VARIANTS.iter().map(|checked| checked.key()))
}

pub fn stance() -> impl TypedValueParser<Value = Stance> {
    one_of(Stance::VARIANTS.iter().map(|stance| stance.key()))
}

pub fn known() -> impl TypedValueParser<Value = Known> {
    one_of(Known::VARIANTS.iter().map(|known| known.key()))
}

pub fn compute_kind() -> impl TypedValueParser<Value = ComputeKind> {
    one_of(ComputeKind::VARIANTS.iter().map(|kind| kind.key()))
}

fn one_of<T>(keys: impl IntoIterator<Item = &'static str>) -> impl TypedValueParser<Value = T>
where
    T: FromStr + Clone + Send + Sync + 'static,
    T::Err: Into<Box<dyn Error + Send + Sync>> + Send + Sync + 'static,
{
    PossibleValuesParser::new(keys).try_map(|key| key.parse::<T>())
}
