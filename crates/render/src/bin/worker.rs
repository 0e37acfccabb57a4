//! The render worker as a program of its own.

fn main() -> std::process::ExitCode {
    trien_render::worker_main()
}
