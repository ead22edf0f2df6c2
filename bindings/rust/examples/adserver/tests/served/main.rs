//! The server over its socket, with the demo's model.
mod end;
mod host;
mod hostile;
mod limits;
mod program;
mod ranking;
mod reload;
