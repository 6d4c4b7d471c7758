//! Countersign: a terminal register of AI obligations kept in git.
//!
//! The layers in reading order, each using only those above it:
//!
//! - [`domain`]: the register's words as values
//! - [`analysis`]: what they mean on a day
//! - [`files`]: TOML text to values and back
//! - [`ledger`]: git, read and written
//! - [`register`]: the front door to all of these
//! - [`report`]: views as text, JSON and CSV
//! - [`ui`]: the screen
//! - [`config`]: a person's own keys
//! - [`shipped`], [`demo`]: the data the binary carries, and a history to play with
//! - [`cli`]: the commands
//!
//! The screen, with the code's own names on it:
//!
//! ```text
//! App::header   Public record  Board                          1 edit not committed  main @ 3f1c2a9e01  2026-11-23
//! Screen::draw                             │Signatories 1–4 of 21 ›             │Non-signatories 1–3 of 23 ›
//!   Grid::head  ▾ T Transparency        132│Anthrop. OpenAI   Google   Amazon   │Meta     xAI      Adobe
//!               ▾ T-1 Documentation     132│                                    │
//!   Grid::measure T-1.1 Drawing up and … 44│· a      · a      ○ a 1    ○ a 1    │· m      · m      · m
//!                                           glyph of State, mark of Basis, evidence on file
//! Screen::legend ✗ gap  ◐ partial  ~ stale  ○ to assess  · nothing on file  ? unknown  ● met …
//! Note          Committed b43d9cb538: assess meta AIA-53-1-c: unassessed → gap
//! App::footer   Enter open  d decide  s side by side  c compare              : commands  ? help  q quit
//! ```

pub mod analysis;
pub mod cli;
pub mod config;
pub mod demo;
pub mod domain;
pub mod error;
pub mod files;
pub mod ledger;
pub mod register;
pub mod report;
pub mod shipped;
pub mod ui;
