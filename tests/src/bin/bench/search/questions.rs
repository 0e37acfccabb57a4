//! What people type: the kinds that the bars are for, each in many words.

use serde::Serialize;
use trien_domain::text::fold;

use super::documents::{Archive, RARE, SYLLABLES, commune, rare};

/// A question, as a person types it and as a peer is asked it.
#[derive(Clone, Serialize)]
pub struct Question {
    /// As typed.
    #[serde(skip)]
    pub typed: String,
    /// Its folded words.
    words: Vec<String>,
    /// They stand one after the other.
    phrase: bool,
    /// Words that stand anywhere besides.
    beside: Vec<String>,
    /// The last one is a beginning.
    prefix: bool,
}

/// Makes question `n` of a kind.
type Ask = fn(&Archive, u32) -> Question;

/// The kinds, and how question `n` of a kind is asked.
pub const KINDS: [(&str, Ask); 7] = [
    ("rare word", rare_word),
    ("common syllable", common),
    ("phrase", phrase),
    ("prefix of two letters", |_, n| prefix(n, 2)),
    ("prefix of four letters", |_, n| prefix(n, 4)),
    ("number and notation", number),
    ("a common word and a phrase", both),
];

/// All kinds with their questions.
pub fn all(archive: &Archive, asked: u32) -> Vec<(&'static str, Vec<Question>)> {
    KINDS
        .iter()
        .map(|(kind, ask)| (*kind, (0..asked).map(|n| ask(archive, n)).collect()))
        .collect()
}

/// Names and codes of organs, half typed.
pub fn organs(asked: u32) -> Vec<String> {
    const KINDS: [&str; 4] = [
        "ủy ban nhân dân xã",
        "trạm y tế",
        "sở tài chính",
        "phòng văn hóa",
    ];
    const NAMES: [&str; 4] = ["an hòa", "bình minh", "mẫu sơn", "đông hưng"];
    let one = |n: u32| {
        let (kind, name) = (KINDS[n as usize % 4], NAMES[n as usize / 4 % 4]);
        match n % 5 {
            0 => kind.to_owned(),
            1 => name.to_owned(),
            2 => format!("{kind} {name}"),
            3 => format!("H{:02}.1", n % 63 + 1),
            _ => fold(name).chars().take(3).collect(),
        }
    };
    (0..asked).map(one).collect()
}

/// A closing blank ends the word: it is typed to its end.
fn words(text: &str) -> Question {
    Question {
        typed: format!("{text} "),
        words: fold(text).split_whitespace().map(str::to_owned).collect(),
        phrase: false,
        beside: Vec::new(),
        prefix: false,
    }
}

fn rare_word(archive: &Archive, n: u32) -> Question {
    words(&rare(n * 7919 % (archive.size() / RARE).max(1)))
}

fn common(_: &Archive, n: u32) -> Question {
    let usual = SYLLABLES.split_whitespace().nth(n as usize % 40);
    words(usual.unwrap_or("của"))
}

fn phrase(_: &Archive, n: u32) -> Question {
    let text = format!("xã {}", commune(n * 5 % 1024));
    Question {
        typed: format!("\"{text}\""),
        phrase: true,
        ..words(&text)
    }
}

fn prefix(n: u32, letters: usize) -> Question {
    let long = SYLLABLES
        .split_whitespace()
        .map(fold)
        .filter(|word| word.len() >= letters);
    let mut long: Vec<String> = long.collect();
    long.sort();
    long.dedup();
    let word = &long[n as usize % long.len()];
    let typed: String = word.chars().take(letters).collect();
    Question {
        typed: typed.clone(),
        words: vec![typed],
        phrase: false,
        beside: Vec::new(),
        prefix: true,
    }
}

fn number(_: &Archive, n: u32) -> Question {
    Question {
        phrase: true,
        ..words(&format!("{}/SNV-VTLT", n * 37 % 9_999 + 1))
    }
}

fn both(archive: &Archive, n: u32) -> Question {
    let (one, two) = (common(archive, n), phrase(archive, n));
    Question {
        typed: format!("{}{}", one.typed, two.typed),
        beside: one.words,
        ..two
    }
}
