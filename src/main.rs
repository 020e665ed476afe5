//! The `connect-lint` binary; everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    connect_lint::cli::main()
}
