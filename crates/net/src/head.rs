//! What an answer says before its body.

use std::time::Duration;

use reqwest::Response;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, DATE, HeaderMap, RETRY_AFTER};
use reqwest::{StatusCode, Version};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use crate::{Answered, AxisError};

/// The longest that an axis is left alone because it says so: an hour is what we wait by ourselves at most, and a
/// mistaken date must not stop an office for days.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(3600);

/// What is known of an answer before its body is read.
pub(crate) struct Head {
    pub(crate) status: StatusCode,
    axis_time: Option<OffsetDateTime>,
    retry_after: Option<Duration>,
    content_type: String,
    has_an_end: bool,
}

impl Head {
    pub(crate) fn of(response: &Response, now: OffsetDateTime) -> Self {
        let headers = response.headers();
        let axis_time = date(headers);
        let content_type = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok());
        Self {
            status: response.status(),
            axis_time,
            retry_after: retry_after(headers, axis_time.unwrap_or(now)),
            content_type: content_type.unwrap_or_default().to_ascii_lowercase(),
            // HTTP/1.1 without either ends where the connection does (RFC 9112 section 6.3).
            has_an_end: response.version() >= Version::HTTP_2
                || headers.contains_key(CONTENT_LENGTH)
                || headers.contains_key("transfer-encoding"),
        }
    }

    /// The HTTP status.
    pub(crate) fn http(&self) -> u16 {
        self.status.as_u16()
    }

    /// Whether the axis talks instead of giving a package.
    pub(crate) fn is_json(&self) -> bool {
        self.content_type.starts_with("application/json")
    }

    /// Whether this is a page for people.
    pub(crate) fn is_page(&self) -> bool {
        ["text/html", "application/xhtml"]
            .iter()
            .any(|kind| self.content_type.starts_with(kind))
    }

    /// Whether an answer that was cut short is told from a whole one.
    pub(crate) fn has_an_end(&self) -> bool {
        self.has_an_end
    }

    /// What came of the call, with what the head says about it.
    pub(crate) fn answered<T>(self, value: Result<T, AxisError>) -> Result<Answered<T>, AxisError> {
        match value {
            Ok(value) => Ok(Answered {
                value,
                axis_time: self.axis_time,
                odd_rows: 0,
            }),
            Err(error) => Err(error.with_retry_after(self.retry_after)),
        }
    }
}

/// The axis's time (RFC 9110 section 6.6.1).
fn date(headers: &HeaderMap) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(headers.get(DATE)?.to_str().ok()?, &Rfc2822).ok()
}

/// How long the axis wants to be left alone: seconds, or a date by its own clock (RFC 9110 section 10.2.3).
fn retry_after(headers: &HeaderMap, now: OffsetDateTime) -> Option<Duration> {
    let written = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wanted = match written.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        // More seconds than there are numbers for.
        Err(_) if !written.is_empty() && written.bytes().all(|b| b.is_ascii_digit()) => {
            RETRY_AFTER_MAX
        }
        Err(_) => {
            let at = OffsetDateTime::parse(written, &Rfc2822).ok()?;
            Duration::try_from(at - now).unwrap_or_default()
        }
    };
    (!wanted.is_zero()).then_some(wanted.min(RETRY_AFTER_MAX))
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn an_axis_says_in_seconds_or_by_a_date_when_to_come_again() {
        let now = datetime!(2026-11-20 02:15:30 UTC);
        let seconds = |written: &str| {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, written.parse().unwrap())]);
            Some(retry_after(&headers, now)?.as_secs())
        };
        assert_eq!(seconds("120"), Some(120));
        assert_eq!(seconds("Fri, 20 Nov 2026 02:20:30 GMT"), Some(300));
        for far in [
            "86400",
            "99999999999999999999999",
            "Fri, 20 Nov 2099 02:20:30 GMT",
        ] {
            assert_eq!(seconds(far), Some(3600), "{far}");
        }
        let past = "Fri, 20 Nov 2026 02:00:00 GMT";
        for nothing in ["", "soon", "-5", "1.5", "0", past] {
            assert_eq!(seconds(nothing), None, "{nothing}");
        }
    }
}
