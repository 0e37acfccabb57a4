//! What an answer is worth: judged by its JSON, never by the HTTP status alone.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::rows::text;
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
pub(super) fn verdict(http: u16, body: &[u8]) -> Result<(), AxisError> {
    let verdict: Verdict = serde_json::from_slice(body).map_err(|_| foreign(http, body))?;
    match verdict.code.trim() {
        "0" => Ok(()),
        "" => Err(foreign(http, body)),
        code => Err(AxisError::Refused {
            refusal: Refusal::from_code(code),
            description: verdict.description.chars().take(DESCRIPTION).collect(),
        }),
    }
}

/// The value of an answer that says yes; `what` names it where it is missing.
pub(super) fn value<T: DeserializeOwned>(
    http: u16,
    body: &[u8],
    what: &'static str,
) -> Result<T, AxisError> {
    verdict(http, body)?;
    serde_json::from_slice(body).map_err(|_| AxisError::Incomplete { what })
}

/// An answer that is not the axis's.
pub(super) fn foreign(http: u16, body: &[u8]) -> AxisError {
    let head = body.get(..4 * EVIDENCE).unwrap_or(body);
    AxisError::NotJson {
        http,
        first: String::from_utf8_lossy(head)
            .chars()
            .take(EVIDENCE)
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
