//! Charts: as tables like every other view, and as SVG pictures.
//!
//! A picture says nothing by colour alone: every state has its glyph and word in the legend, and every number that is
//! drawn is also written. The same snapshot and day give the same bytes.

pub mod coverage;
pub mod timeline;

mod svg;

use super::{Origin, Report};

/// A view that can also be drawn.
pub trait Chart: Report {
    /// As a standalone SVG document.
    fn svg(&self, origin: &Origin) -> String;
}
