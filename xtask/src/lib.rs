//! Everything a developer types, behind `cargo xtask`.
//!
//! * [`setup`] makes a bare Debian 12 ready; every other task calls it first.
//! * [`checks`] is the list behind `cargo xtask test`, each check alone under its name.
//! * [`architecture`] and [`licences`] are checks of this program's own.
//! * [`package`] builds the `.deb`; [`run`] opens the practice office; [`soak`] is for the night.
#![allow(clippy::print_stdout)] // It is a shell: printing is its work.

pub mod architecture;
pub mod checks;
pub mod error;
pub mod licences;
pub mod package;
pub mod run;
pub mod setup;
pub mod shell;
pub mod soak;
pub mod workspace;
