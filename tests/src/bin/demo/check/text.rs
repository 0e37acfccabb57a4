//! Where the page's words stand, by `pdftotext -bbox`.

use std::process::Command;

use time::macros::format_description;
use time::{Date, OffsetDateTime};
use trien_domain::calendar::vietnam_day;
use trien_pdf::Pdf;

use super::books::numbered;
use super::{Finding, holds};
use crate::files::{Files, SEALED, SIGNED, field, open, read, write};

/// `ngày … tháng … năm …`; Annex I has it level with the number.
const DATE_WORDS: usize = 6;

/// A word and its box in points from the page's upper left.
struct Word {
    text: String,
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

pub fn number(files: &Files) -> Finding {
    let book = numbered(files)?;
    let words = words(files, SEALED)?;
    let line = line_of(&words, "Số:")?;
    let [head, number, tail] = between(&line, "Số:", 3)?[..] else {
        return Err("the line ends early".to_owned());
    };
    let in_order = head.right <= number.left && number.right <= tail.left;
    holds(
        in_order && format!("{}{}", number.text, tail.text) == book.code,
        format!(
            "Số: ends at {:.1} pt, {} from {:.1} to {:.1}, {} begins at {:.1}; the book has {}",
            head.right, number.text, number.left, number.right, tail.text, tail.left, book.code
        ),
    )
}

pub fn date(files: &Files) -> Finding {
    let book = numbered(files)?;
    let words = words(files, SEALED)?;
    let line = line_of(&words, "Số:")?;
    let part = between(&line, "ngày", DATE_WORDS)?;
    let text: Vec<&str> = part.iter().map(|word| word.text.as_str()).collect();
    let in_order = part.windows(2).all(|pair| match pair {
        [one, next] => one.right <= next.left,
        _ => false,
    });
    let mut date = book.date.split('/');
    let mut next = || date.next().unwrap_or_default();
    let (day, month, year) = (next(), next(), next());
    let expected = ["ngày", day, "tháng", month, "năm", year];
    holds(
        in_order && text == expected,
        format!("{:?}; the book has {}", text.join(" "), book.date),
    )
}

/// The page bears the day in Vietnam on which it was numbered and sealed, and none before the leader's signature: by
/// the times that both signatures claim.
pub fn day_of_sealing(files: &Files) -> Finding {
    let words = words(files, SEALED)?;
    let line = line_of(&words, "Số:")?;
    let part = between(&line, "ngày", DATE_WORDS)?;
    let number = |at: usize| part.get(at).and_then(|word| word.text.parse::<u16>().ok());
    let printed = (number(1), number(3), number(5));
    let bytes = read(&files.pdf(SEALED))?;
    let pdf = open(&bytes)?;
    let [leader, seal] = ["ky_lanhdao", "ky_condau"].map(|name| claimed_day(&pdf, name));
    let (leader, seal) = (leader?, seal?);
    let day = leader.max(seal);
    let expected = (
        Some(u16::from(day.day())),
        Some(u16::from(u8::from(day.month()))),
        u16::try_from(day.year()).ok(),
    );
    holds(
        printed == expected,
        format!("signed on {leader}, sealed on {seal}, the page bears {printed:?}"),
    )
}

/// The day in Vietnam of a signature's /M (ISO 32000-2, 7.9.4).
fn claimed_day(pdf: &Pdf<&[u8]>, name: &str) -> Result<Date, String> {
    let (_, dict) = field(pdf.latest(), name)?;
    let value = pdf.latest().get(&dict, "V").map_err(|e| e.to_string())?;
    let stamp = value
        .as_dict()
        .and_then(|value| value.get("M")?.as_string());
    let stamp = stamp.ok_or_else(|| format!("{name} has no /M"))?.to_text();
    let plain = stamp.replace('\'', "").replace('Z', "+0000");
    let form = format_description!(
        "D:[year][month][day][hour][minute][second][offset_hour sign:mandatory][offset_minute]"
    );
    let at = OffsetDateTime::parse(&plain, form).map_err(|e| format!("{stamp}: {e}"))?;
    Ok(vietnam_day(at))
}

/// The leader signed the text as it stood: what the clerk fills in was not there.
pub fn left_open(files: &Files) -> Finding {
    let words = words(files, SIGNED)?;
    let line = line_of(&words, "Số:")?;
    let text: Vec<&str> = line.iter().map(|word| word.text.as_str()).collect();
    let followed = |word: &str, by: &str| {
        let pairs = text.windows(2);
        pairs
            .into_iter()
            .any(|pair| pair[0] == word && pair[1].starts_with(by))
    };
    holds(
        followed("Số:", "/") && followed("ngày", "tháng") && followed("tháng", "năm"),
        format!("{:?}", text.join(" ")),
    )
}

/// `count` words of a line from a given one on.
fn between<'a>(line: &[&'a Word], first: &str, count: usize) -> Result<Vec<&'a Word>, String> {
    let from = line.iter().skip_while(|word| word.text != first);
    let part: Vec<&Word> = from.take(count).copied().collect();
    match part.len() == count {
        true => Ok(part),
        false => Err(format!("fewer than {count} words from {first:?} on")),
    }
}

/// The words level with a given one, from left to right.
fn line_of<'a>(words: &'a [Word], with: &str) -> Result<Vec<&'a Word>, String> {
    let anchor = words.iter().find(|word| word.text == with);
    let anchor = anchor.ok_or_else(|| format!("the page has no word {with:?}"))?;
    let middle = (anchor.top + anchor.bottom) / 2.0;
    let mut line: Vec<&Word> = words
        .iter()
        .filter(|word| word.top < middle && middle < word.bottom)
        .collect();
    line.sort_by(|a, b| a.left.total_cmp(&b.left));
    Ok(line)
}

fn words(files: &Files, name: &str) -> Result<Vec<Word>, String> {
    let output = Command::new("pdftotext")
        .args(["-bbox", "-l", "1"])
        .arg(files.pdf(name))
        .arg("-")
        .output()
        .map_err(|e| format!("pdftotext: {e}"))?;
    let kept = format!("{}.bbox.html", name.trim_end_matches(".pdf"));
    write(&files.judgement(&kept), &output.stdout)?;
    let told = String::from_utf8(output.stdout).map_err(|e| e.to_string())?;
    let words: Vec<Word> = told.lines().filter_map(word).collect();
    match words.is_empty() {
        true => Err(format!("pdftotext found no word in {name}")),
        false => Ok(words),
    }
}

/// `<word xMin="1" yMin="2" xMax="3" yMax="4">text</word>`
fn word(line: &str) -> Option<Word> {
    let (box_, text) = line.trim().strip_prefix("<word ")?.split_once('>')?;
    let mut numbers = box_.split('"').skip(1).step_by(2).map(str::parse);
    let mut next = || numbers.next()?.ok();
    Some(Word {
        left: next()?,
        top: next()?,
        right: next()?,
        bottom: next()?,
        text: text.strip_suffix("</word>")?.to_owned(),
    })
}
