//! The review server: people, their work on documents, and the web page over both.
//!
//! [`app`] puts the parts together, [`router`] lists the routes, [`error`] alone chooses HTTP statuses. [`api`] has one
//! file per resource; [`intake`] has documents read in; [`auth`] says who is asking and whether they may; [`review`] holds the rules; [`store`] all SQL;
//! [`deliver`] makes files from a snapshot.

pub mod api;
pub mod app;
pub mod auth;
pub mod bulk;
pub mod command;
pub mod csv;
pub mod deliver;
pub mod error;
pub mod file_response;
pub mod hit_reports;
pub mod hub;
pub mod intake;
pub mod matter;
pub mod memory;
pub mod preparation;
pub mod review;
pub mod router;
pub mod store;
pub mod ui;
