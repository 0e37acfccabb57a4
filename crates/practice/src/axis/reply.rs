//! Answers in the form that the real SDK's parser survives: one line of JSON, no nulls, HTTP 200.

use axum::body::Body;
use axum::http::{Response, StatusCode, header};
use serde_json::{Map, Value, json};

/// The axis's no: a code and words without accents, since one SDK reads them as US-ASCII.
#[derive(Debug)]
pub(super) struct Refusal {
    code: String,
    description: String,
}

impl Refusal {
    pub(super) fn new(code: &str, description: &str) -> Self {
        Self {
            code: code.to_owned(),
            description: description.chars().filter(char::is_ascii).collect(),
        }
    }

    /// 15: wrong system or secret.
    pub(super) fn bad_secret(description: &str) -> Self {
        Self::new("15", description)
    }

    /// 20: the axis's own trouble.
    pub(super) fn system_error() -> Self {
        Self::new("20", "Loi he thong")
    }
}

/// A yes with fields of its own.
pub(super) fn success(fields: Value) -> Value {
    with_fields(
        json!({"status": "OK", "ErrorCode": "0", "ErrorDesc": "Thanh cong"}),
        fields,
    )
}

/// A no. `DocId` and `data` stand in it, empty: without them the SDK loses the error's text.
pub(super) fn failure(refusal: &Refusal, function: &str) -> Value {
    let fields = match function {
        "sendEdoc" => json!({"DocId": ""}),
        "getReceivedEdocList"
        | "getSentEdocList"
        | "getAgenciesList"
        | "getAgenciesListQD20"
        | "getSynchronizeUnit" => json!({"data": []}),
        "getEdoc" => json!({"data": ""}),
        _ => json!({}),
    };
    let triple = json!({
        "status": "FAIL",
        "ErrorCode": refusal.code,
        "ErrorDesc": refusal.description,
    });
    with_fields(triple, fields)
}

/// A JSON answer; hyper adds Content-Length and Date.
pub(super) fn json(value: &Value) -> Response<Body> {
    respond(
        StatusCode::OK,
        "application/json; charset=UTF-8",
        value.to_string(),
    )
}

/// An answer of any kind.
pub(super) fn respond(
    status: StatusCode,
    content_type: &'static str,
    body: impl Into<Body>,
) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let value = header::HeaderValue::from_static(content_type);
    response.headers_mut().insert(header::CONTENT_TYPE, value);
    response
}

fn with_fields(triple: Value, fields: Value) -> Value {
    let (Value::Object(mut triple), Value::Object(fields)) = (triple, fields) else {
        return Value::Object(Map::new());
    };
    triple.extend(fields);
    Value::Object(triple)
}
