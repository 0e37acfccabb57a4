//! The memory of a program and of everything it started.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::Result;

/// The proportional share (PSS) in KiB of the program over `desk` and of all its descendants: pages that several
/// of them share count once.
pub fn of_tree(desk: &Path) -> Result<u64> {
    let processes = processes()?;
    let desk = desk.display().to_string();
    let is_root = |process: &Process| {
        process.arguments.contains(&desk)
            && process
                .arguments
                .first()
                .is_some_and(|name| name.ends_with("desktop"))
    };
    let mut tree: BTreeSet<u32> = processes
        .iter()
        .filter(|(_, process)| is_root(process))
        .map(|(id, _)| *id)
        .collect();
    if tree.is_empty() {
        return Err("the window's process is not there".into());
    }
    loop {
        let before = tree.len();
        let children = processes
            .iter()
            .filter(|(_, process)| tree.contains(&process.parent));
        let children: Vec<u32> = children.map(|(id, _)| *id).collect();
        tree.extend(children);
        if tree.len() == before {
            break;
        }
    }
    Ok(tree.iter().filter_map(|id| share(*id)).sum())
}

struct Process {
    parent: u32,
    arguments: Vec<String>,
}

fn processes() -> Result<BTreeMap<u32, Process>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir("/proc")?.flatten() {
        let name = entry.file_name();
        let Some(id) = name.to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        // A process may end while we look.
        if let Some(process) = process(&entry.path()) {
            found.insert(id, process);
        }
    }
    Ok(found)
}

fn process(folder: &Path) -> Option<Process> {
    let status = fs::read_to_string(folder.join("status")).ok()?;
    let parent = status.lines().find_map(|line| line.strip_prefix("PPid:"))?;
    let command = fs::read(folder.join("cmdline")).ok()?;
    let arguments = command.split(|byte| *byte == 0);
    Some(Process {
        parent: parent.trim().parse().ok()?,
        arguments: arguments
            .map(|argument| String::from_utf8_lossy(argument).into_owned())
            .collect(),
    })
}

fn share(id: u32) -> Option<u64> {
    let rollup = fs::read_to_string(format!("/proc/{id}/smaps_rollup")).ok()?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    line.split_whitespace().next()?.parse().ok()
}
