//! An ad server to copy from: README.md says how.
pub mod archive;
pub mod config;
pub mod failure;
pub mod metrics;
pub mod rank;
pub mod request;
pub mod routes;
pub mod schema;
pub mod serve;
pub mod server;
pub mod version;
pub mod watch;
