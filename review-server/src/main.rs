//! The one program of Redwell.

use std::io::Write as _;

fn main() {
    std::io::stdout().write_all(redwell::api::openapi::document().as_bytes()).expect("standard output is open");
}
