//! The window: the only Tauri.

fn main() {}
