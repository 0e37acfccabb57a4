//! The judges. Each reads the folder and nothing else, and says what it saw.

mod books;
mod exchange;
mod marks;
mod signatures;
mod text;
mod verdicts;

use crate::files::Files;

/// What a judge saw, or what is missing.
pub type Finding = Result<String, String>;

/// What is promised, and who judges it.
pub type Check = (&'static str, fn(&Files) -> Finding);

/// Every promise.
pub const CHECKS: &[Check] = &[
    (
        "every revision begins with the one before",
        signatures::prefixes,
    ),
    ("pyHanko trusts leader and seal", signatures::pyhanko),
    ("pdfsig: two valid signatures", signatures::pdfsig),
    ("number between Số: and /", text::number),
    ("day and month between their words", text::date),
    ("the date is that of the seal", text::day_of_sealing),
    (
        "no number, day or month when the leader signed",
        text::left_open,
    ),
    ("the seal has its true size", marks::seal_size),
    (
        "the seal covers a third of the leader's mark",
        marks::overlap,
    ),
    (
        "the picture has red and blue where they belong",
        marks::colours,
    ),
    ("the axis took the document once", exchange::one_send),
    ("packages are what the ledger says", exchange::packages),
    ("the receiver got the sealed file", exchange::received),
    ("statuses 01, 03, 06 from the receiver", exchange::statuses),
    ("the first draft came back with a reason", books::returned),
    ("books have ten columns", books::columns),
    ("the clerk's outgoing book", books::outgoing),
    ("the receiver's book has it once", books::incoming),
    ("trien verify: the sealed file", verdicts::sealed),
    (
        "trien verify: no list of revoked certificates",
        verdicts::without_crl,
    ),
    ("trien verify: no root", verdicts::without_root),
    ("trien verify: leader revoked", verdicts::leader_revoked),
    ("trien verify: one flipped byte", verdicts::flipped),
    (
        "trien verify: number changed after the seal",
        verdicts::renumbered,
    ),
    ("trien verify: page overlay", verdicts::overlaid),
];

/// Runs every check and prints a line for each.
pub fn all(files: &Files) -> Result<(), String> {
    let mut failed = 0;
    for (name, check) in CHECKS {
        match check(files) {
            Ok(evidence) => println!("ok      {name}: {evidence}"),
            Err(why) => {
                failed += 1;
                println!("FAILED  {name}: {why}");
            }
        }
    }
    println!(
        "{} of {} checks passed",
        CHECKS.len() - failed,
        CHECKS.len()
    );
    match failed {
        0 => Ok(()),
        _ => Err(format!("{failed} checks failed")),
    }
}

/// Evidence where something holds, else the same as a complaint.
fn holds(holds: bool, evidence: String) -> Finding {
    if holds { Ok(evidence) } else { Err(evidence) }
}
