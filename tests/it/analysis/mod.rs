//! What the register means: by hand-written tables where the law or the design names a case, by generated registers
//! where something must hold whatever is on file.

mod board;
mod decision;
mod filter;
mod generated;
mod scope;
mod sides;
mod stale;
mod world;
