//! What an answer is worth: judged by its JSON, never by the HTTP status alone.

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::rows::{ReceivedRow, text};
use crate::{AxisError, Refusal};

/// How much of a foreign answer is kept as evidence, in characters.
const EVIDENCE: usize = 200;

/// How many characters of ErrorDesc are kept.
const DESCRIPTION: usize = 500;

#[derive(Deserialize)]
struct Verdict {
    #[serde(rename = "ErrorCode", deserialize_with = "text")]
    code: String,
    #[serde(rename = "ErrorDesc", default, deserialize_with = "text")]
    description: String,
}

/// Says whether the axis said yes. HTML, an empty body and JSON without ErrorCode are failures,
/// never an empty inbox.
///
/// # Errors
/// [`AxisError::NotJson`] or [`AxisError::Refused`].
pub fn verdict(http: u16, body: &[u8]) -> Result<(), AxisError> {
    let verdict: Verdict = serde_json::from_slice(body).map_err(|_| foreign(http, body))?;
    match verdict.code.trim() {
        "0" => Ok(()),
        "" => Err(foreign(http, body)),
        code => Err(AxisError::Refused {
            http,
            retry_after: None,
            refusal: Refusal::from_code(code),
            description: verdict.description.chars().take(DESCRIPTION).collect(),
        }),
    }
}

/// What a list has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows<T> {
    /// Its rows, in the axis's order.
    pub rows: Vec<T>,
    /// How many could not be understood and are not among them.
    pub odd: usize,
}

/// The rows of a list. One that is not as rows are must not keep the others away.
///
/// # Errors
/// As [`verdict`]; [`AxisError::Incomplete`] where there is no list.
pub fn list<T: DeserializeOwned>(http: u16, body: &[u8]) -> Result<Rows<T>, AxisError> {
    #[derive(Deserialize)]
    #[serde(bound = "T: DeserializeOwned")]
    struct List<T> {
        data: Vec<Row<T>>,
    }
    #[derive(Deserialize)]
    #[serde(untagged, bound = "T: DeserializeOwned")]
    enum Row<T> {
        Usual(T),
        Odd(IgnoredAny),
    }
    let List { data } = value(http, body, "data")?;
    let all = data.len();
    let usual = data.into_iter().filter_map(|row| match row {
        Row::Usual(row) => Some(row),
        Row::Odd(IgnoredAny) => None,
    });
    let rows: Vec<T> = usual.collect();
    let odd = all - rows.len();
    Ok(Rows { rows, odd })
}

/// The packages that wait; each has the identifier that it is asked for by.
///
/// # Errors
/// As [`list`].
pub fn received(http: u16, body: &[u8]) -> Result<Rows<ReceivedRow>, AxisError> {
    let Rows { mut rows, odd } = list::<ReceivedRow>(http, body)?;
    let all = rows.len();
    rows.retain(|row| !row.doc_id.is_empty());
    let odd = odd + all - rows.len();
    Ok(Rows { rows, odd })
}

/// The axis's identifier of a send.
///
/// # Errors
/// As [`verdict`]; [`AxisError::Incomplete`] where it names none.
pub fn sent(http: u16, body: &[u8]) -> Result<String, AxisError> {
    #[derive(Deserialize)]
    struct Sent {
        #[serde(rename = "DocId", deserialize_with = "text")]
        doc_id: String,
    }
    let Sent { doc_id } = value(http, body, "DocId")?;
    if doc_id.is_empty() {
        return Err(AxisError::Incomplete { what: "DocId" });
    }
    Ok(doc_id)
}

/// How many packages wait.
///
/// # Errors
/// As [`verdict`]; [`AxisError::Incomplete`] where it tells no number.
pub fn count(http: u16, body: &[u8]) -> Result<u64, AxisError> {
    #[derive(Deserialize)]
    struct Count {
        #[serde(deserialize_with = "text")]
        count: String,
    }
    let Count { count } = value(http, body, "count")?;
    let wrong = AxisError::Incomplete { what: "count" };
    count.trim().parse().map_err(|_| wrong)
}

/// The value of an answer that says yes; `what` names it where it is missing.
fn value<T: DeserializeOwned>(http: u16, body: &[u8], what: &'static str) -> Result<T, AxisError> {
    verdict(http, body)?;
    serde_json::from_slice(body).map_err(|_| AxisError::Incomplete { what })
}

/// An answer that is not the axis's.
pub(super) fn foreign(http: u16, body: &[u8]) -> AxisError {
    let head = body.get(..4 * EVIDENCE).unwrap_or(body);
    AxisError::NotJson {
        http,
        retry_after: None,
        first: String::from_utf8_lossy(head)
            .chars()
            .take(EVIDENCE)
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::Unit;

    #[test]
    fn one_odd_row_keeps_no_other_away() {
        let body = br#"{"ErrorCode":"0","data":[{"docId":"1"},{"from":"A"},null,7,{"docId":[]},{"docId":2}]}"#;
        let Rows { rows, odd } = received(200, body).unwrap();
        let ids: Vec<&str> = rows.iter().map(|row| row.doc_id.as_str()).collect();
        assert_eq!((ids, odd), (vec!["1", "2"], 4));
        let nothing = received(200, br#"{"ErrorCode":"0","data":{}}"#);
        assert_eq!(nothing, Err(AxisError::Incomplete { what: "data" }));
    }

    #[test]
    fn the_directory_is_read_however_its_numbers_and_flags_are_written() {
        let body = br#"{"ErrorCode":"0","data":[
            {"code":"A","version":"17","deleted":null,"isAgency":"true"},
            {"code":"B","version":18,"deleted":"1","isAgency":0},
            {"code":"C","version":" ","deleted":true}]}"#;
        let Rows { rows, odd } = list::<Unit>(200, body).unwrap();
        let told = |u: &Unit| (u.version, u.deleted, u.is_agency);
        let told: Vec<_> = rows.iter().map(told).collect();
        assert_eq!(odd, 0);
        assert_eq!(
            told,
            [(17, false, true), (18, true, false), (0, true, false)]
        );
    }

    #[test]
    fn only_a_zero_is_yes() {
        for yes in [r#"{"ErrorCode":"0"}"#, r#"{"ErrorCode":0,"status":"OK"}"#] {
            assert_eq!(verdict(500, yes.as_bytes()), Ok(()), "{yes}");
        }
        for foreign in [
            "",
            "<html>",
            "[]",
            r#"{"status":"OK"}"#,
            r#"{"errorCode":"0"}"#,
            r#"{"ErrorCode":null}"#,
        ] {
            let verdict = verdict(200, foreign.as_bytes());
            assert!(
                matches!(verdict, Err(AxisError::NotJson { .. })),
                "{foreign}"
            );
        }
        let no = verdict(
            200,
            br#"{"status":"FAIL","ErrorCode":15,"ErrorDesc":"FAIL"}"#,
        );
        assert!(matches!(
            no,
            Err(AxisError::Refused {
                refusal: Refusal::BadSecret,
                ..
            })
        ));
    }
}
