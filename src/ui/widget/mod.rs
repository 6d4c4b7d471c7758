//! Pieces a screen is made of: a small state, and a render that is given an area and values.

pub mod document;
pub mod input;
pub mod lines;
pub mod list;
pub mod text;
pub mod window;
