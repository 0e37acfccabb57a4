//! `trien`, the command line over the use cases of `app`.

fn main() {}
