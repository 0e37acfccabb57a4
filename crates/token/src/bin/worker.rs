//! The token worker as a program of its own.

fn main() -> std::process::ExitCode {
    trien_token::worker_main()
}
