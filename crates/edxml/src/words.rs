//! The words of an office file, so that it is found by them.
//!
//! OOXML (ECMA-376) and ODF files are zips of XML; of their parts those with what people wrote are read, and of these the
//! text. Nothing is shown or decided by it.

use std::io::{BufReader, Read, Seek};

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::tree::character;
use crate::zipped;

/// Parts that are looked for: a book of tables has some hundred.
const PARTS_MAX: usize = 4_000;
/// Bytes of one part, expanded: a table of a hundred thousand rows.
const PART_MAX: u64 = 32 << 20;

/// The text of an office file, up to so many bytes; empty where it is none, as much as can be read where it is broken.
pub fn words<R: Read + Seek>(file: R, most: usize) -> String {
    let mut found = String::new();
    // What is broken has no words.
    let Ok(archive) = zipped::open(file) else {
        return found;
    };
    for entry in zipped::entries(&archive, PARTS_MAX).unwrap_or_default() {
        let Some(part) = Part::of(&entry.name) else {
            continue;
        };
        if let Ok(xml) = zipped::expanded(&archive, &entry) {
            read(xml.take(PART_MAX), part, most, &mut found);
        }
        if found.len() >= most {
            break;
        }
    }
    found.truncate(found.floor_char_boundary(most));
    found
}

/// Where a part keeps its text.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    /// In elements `t`, of one run of letters each: a word may be in several.
    Runs,
    /// Between the tags of its paragraphs.
    Paragraphs,
}

impl Part {
    fn of(name: &str) -> Option<Self> {
        let text = [
            "word/document.xml",
            "word/footnotes.xml",
            "xl/sharedStrings.xml",
        ];
        let many = ["xl/worksheets/sheet", "ppt/slides/slide", "word/header"];
        match name {
            "content.xml" => Some(Self::Paragraphs),
            _ if text.contains(&name) => Some(Self::Runs),
            _ if many.iter().any(|part| name.starts_with(part)) => Some(Self::Runs),
            _ => None,
        }
    }
}

fn read(xml: impl Read, part: Part, most: usize, found: &mut String) {
    let mut reader = Reader::from_reader(BufReader::new(xml));
    let mut buffer = Vec::new();
    let mut within = part == Part::Paragraphs;
    while found.len() < most {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(start)) if part == Part::Runs => {
                within = start.local_name().into_inner() == "t";
            }
            Ok(Event::Text(text)) if within => found.push_str(&text),
            Ok(Event::CData(text)) if within => found.push_str(&text),
            Ok(Event::GeneralRef(entity)) if within => found.extend(character(&entity)),
            Ok(Event::End(end)) => match end.local_name().into_inner() {
                "t" => within = false,
                // Paragraphs, cells, headings and shared strings end a word.
                "p" | "si" | "is" | "h" | "tc" => found.push(' '),
                _ => {}
            },
            Ok(Event::Empty(empty)) => {
                if let "br" | "tab" | "s" | "line-break" = empty.local_name().into_inner() {
                    found.push(' ');
                }
            }
            // Without entities of its own a DTD has nothing to say, and with them nothing that is wanted.
            Ok(Event::DocType(_) | Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    found.push(' ');
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn words_of(part: &str, xml: &str) -> String {
        let file = zipped::of_one(part, xml.as_bytes()).unwrap();
        let found = words(Cursor::new(file), 100);
        found.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn text_is_found_in_each_kind_of_file() {
        for (part, xml, text) in [
            (
                "word/document.xml",
                "<w:p><w:r><w:t>Ủy b</w:t></w:r><w:r><w:t>an &amp; xã</w:t></w:r></w:p><w:p><w:instrText>PAGE</w:instrText><w:r><w:t>An</w:t><w:tab/><w:t>Hòa</w:t></w:r></w:p>",
                "Ủy ban & xã An Hòa",
            ),
            (
                "xl/sharedStrings.xml",
                "<sst><si><t>Thôn 1</t></si><si><t>Thôn 2</t></si></sst>",
                "Thôn 1 Thôn 2",
            ),
            (
                "content.xml",
                "<office:body><text:h>Kế hoạch</text:h><text:p>năm<text:s/>2026</text:p></office:body>",
                "Kế hoạch năm 2026",
            ),
            ("docProps/core.xml", "<t>Người soạn</t>", ""),
        ] {
            assert_eq!(words_of(part, xml), text, "{part}");
        }
    }

    #[test]
    fn what_is_broken_or_endless_gives_what_can_be_read() {
        assert_eq!(words(Cursor::new(b"PK\x03\x04"), 100), "");
        assert_eq!(words_of("content.xml", "<a>một <b"), "một");
        let bomb = "<!DOCTYPE a [<!ENTITY b \"lời\">]><a>&b;</a>";
        assert_eq!(words_of("content.xml", bomb), "");
        let long = words_of("content.xml", &format!("<a>{}</a>", "lời ".repeat(1000)));
        assert!(long.len() <= 100, "{}", long.len());
    }
}
