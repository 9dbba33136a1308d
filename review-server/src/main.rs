//! The one program of Redwell: parse, carry out, map to an exit status.

use std::process::ExitCode;

use clap::Parser as _;
use redwell::command::{Arguments, run};
use redwell::memory;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.is_long_work() {
        memory::give_back();
    }
    let mut out = std::io::BufWriter::new(std::io::stdout());
    let status = run(&arguments, &mut out);
    drop(std::io::Write::flush(&mut out));
    ExitCode::from(status.code())
}
