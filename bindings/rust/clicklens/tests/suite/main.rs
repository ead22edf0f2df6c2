//! The crate on the demo's model. What the command line can say as well, it is held to.
mod allocation;
mod caching;
mod data;
mod deltas;
mod errors;
mod figures;
mod inside;
mod model;
mod scores;
mod serving;
mod slots;
mod threads;
