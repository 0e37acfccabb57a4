//! What can go wrong between us and the axis, and what may be done about it.

use std::time::Duration;

/// Why a call gave no value. No variant holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AxisError {
    /// The configuration cannot work: address, proxy, certificates or header names.
    #[error("the axis is not configured rightly: {reason}")]
    Config {
        /// What is wrong with it.
        reason: String,
    },
    /// No connection, or it broke before the request's body: the axis took nothing.
    #[error("the axis cannot be reached: {reason}")]
    Unreachable {
        /// What the network says.
        reason: String,
    },
    /// The certificate at the other end is not one we trust, or ours is not accepted.
    #[error("the axis's certificate is not accepted: {reason}")]
    Untrusted {
        /// What TLS says.
        reason: String,
    },
    /// No answer in time.
    #[error("the axis did not answer in time")]
    TimedOut,
    /// The connection broke within the request or the answer.
    #[error("the connection to the axis broke: {reason}")]
    Broken {
        /// What the network says.
        reason: String,
    },
    /// Something answered that is not the axis: HTML, nothing, or JSON without ErrorCode.
    #[error("not an answer of the axis (HTTP {http}): {first:?}")]
    NotJson {
        /// The HTTP status.
        http: u16,
        /// How long it asks to be left alone.
        retry_after: Option<Duration>,
        /// The first characters of the body.
        first: String,
    },
    /// The axis said yes and left out what it should have said.
    #[error("the axis's answer is incomplete: {what}")]
    Incomplete {
        /// What is missing or unreadable.
        what: &'static str,
    },
    /// The axis said no.
    #[error("the axis refuses ({refusal}): {description}")]
    Refused {
        /// The HTTP status.
        http: u16,
        /// How long it asks to be left alone.
        retry_after: Option<Duration>,
        /// Its code.
        refusal: Refusal,
        /// Its words (ErrorDesc).
        description: String,
    },
    /// More than we take.
    #[error("the axis sends more than {limit} bytes")]
    TooLarge {
        /// The bound that was passed.
        limit: usize,
    },
    /// What arrived could not be kept here: the axis is not to blame, and has the package still.
    #[error("what arrived could not be kept: {reason}")]
    NotKept {
        /// What kind of trouble the system has.
        kind: std::io::ErrorKind,
        /// What it says.
        reason: String,
    },
    /// A send left us and its answer is lost: the axis may have taken the document, and sending it
    /// again could deliver it twice (`sendEdoc` is not idempotent).
    #[error("whether the axis took it is unknown: {cause}")]
    SendOutcomeUnknown {
        /// What happened instead of an answer.
        cause: Box<AxisError>,
    },
}

/// What may be done after an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fate {
    /// Nothing happened at the axis; later is another chance.
    Retry,
    /// Trying again changes nothing; a person must.
    Final,
    /// It may have happened; only evidence or a person settles it.
    Unknown,
}

impl AxisError {
    pub(crate) fn not_kept(error: &std::io::Error) -> Self {
        Self::NotKept {
            kind: error.kind(),
            reason: error.to_string(),
        }
    }

    /// What may be done about it.
    pub fn fate(&self) -> Fate {
        match self {
            Self::Unreachable { .. }
            | Self::TimedOut
            | Self::Broken { .. }
            | Self::NotKept { .. } => Fate::Retry,
            Self::NotJson { http, .. } if is_client_fault(*http) => Fate::Final,
            Self::NotJson { .. } | Self::Incomplete { .. } => Fate::Retry,
            Self::Refused { refusal, http, .. } if refusal.is_passing(*http) => Fate::Retry,
            Self::Config { .. }
            | Self::Untrusted { .. }
            | Self::Refused { .. }
            | Self::TooLarge { .. } => Fate::Final,
            Self::SendOutcomeUnknown { .. } => Fate::Unknown,
        }
    }

    /// How long the axis asks to be left alone, at most an hour.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::NotJson { retry_after, .. } | Self::Refused { retry_after, .. } => *retry_after,
            Self::SendOutcomeUnknown { cause } => cause.retry_after(),
            _ => None,
        }
    }

    /// The same error of an answer whose head says so.
    pub(crate) fn with_retry_after(mut self, said: Option<Duration>) -> Self {
        if let Self::NotJson { retry_after, .. } | Self::Refused { retry_after, .. } = &mut self {
            *retry_after = said;
        }
        self
    }

    /// The same error for a send whose body has left us: only an answer that says no, or a status
    /// that is given before a request is worked on, proves that the axis did not take it. A code
    /// that nobody knows under 500, 502 or 504 is no such answer: gateways put words of their own
    /// into JSON, and these statuses also say that the request went on and its answer is lost.
    pub(crate) fn after_sending(self) -> Self {
        match self {
            Self::Refused {
                http,
                refusal: Refusal::Other(_),
                ..
            } if http >= 500 && !is_refused_unread(http) => self.unclear(),
            Self::Config { .. }
            | Self::Unreachable { .. }
            | Self::Untrusted { .. }
            | Self::Refused { .. } => self,
            Self::NotJson { http, .. } if is_refused_unread(http) => self,
            cause => cause.unclear(),
        }
    }

    fn unclear(self) -> Self {
        Self::SendOutcomeUnknown {
            cause: Box::new(self),
        }
    }
}

/// 4xx, except those that ask to come again (408, 429).
fn is_client_fault(http: u16) -> bool {
    (400..500).contains(&http) && !matches!(http, 408 | 429)
}

/// Statuses of a server or gateway that did not work on the request: 4xx and 503 Service
/// Unavailable. 500, 502 and 504 are what a gateway says after it passed the request on, too.
fn is_refused_unread(http: u16) -> bool {
    (400..500).contains(&http) || http == 503
}

/// A code of the axis other than 0. The numbers are those of a province's gateway; the axis's own
/// list is not public.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// 10.
    #[error("10, invalid file")]
    InvalidFile,
    /// 15.
    #[error("15, wrong system id or secret")]
    BadSecret,
    /// 18.
    #[error("18, no such receiver")]
    UnknownReceiver,
    /// 19.
    #[error("19, sender not registered")]
    UnknownSender,
    /// 20.
    #[error("20, system error")]
    SystemError,
    /// 21.
    #[error("21, file processing error")]
    ProcessingError,
    /// 22.
    #[error("22, wrong edXML")]
    BadEdxml,
    /// 23.
    #[error("23, receiver locked")]
    ReceiverLocked,
    /// Any other code.
    #[error("{0}")]
    Other(String),
}

impl Refusal {
    pub(crate) fn from_code(code: &str) -> Self {
        match code {
            "10" => Self::InvalidFile,
            "15" => Self::BadSecret,
            "18" => Self::UnknownReceiver,
            "19" => Self::UnknownSender,
            "20" => Self::SystemError,
            "21" => Self::ProcessingError,
            "22" => Self::BadEdxml,
            "23" => Self::ReceiverLocked,
            other => Self::Other(other.chars().take(64).collect()),
        }
    }

    /// 20 and 21 are the axis's own troubles and pass; the others stay until something changes. What a code says
    /// that nobody knows, the HTTP status says: come again (408, 429), or a trouble of the server's (5xx).
    fn is_passing(&self, http: u16) -> bool {
        match self {
            Self::SystemError | Self::ProcessingError => true,
            Self::Other(_) => matches!(http, 408 | 429 | 500..),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(http: u16) -> AxisError {
        AxisError::NotJson {
            http,
            retry_after: None,
            first: "<html>".into(),
        }
    }

    #[test]
    fn a_send_is_tried_again_only_where_the_axis_cannot_have_it() {
        for (error, fate) in [
            (
                AxisError::Unreachable {
                    reason: String::new(),
                },
                Fate::Retry,
            ),
            (AxisError::TimedOut, Fate::Unknown),
            (
                AxisError::Broken {
                    reason: String::new(),
                },
                Fate::Unknown,
            ),
            (html(200), Fate::Unknown),
            (html(500), Fate::Unknown),
            (html(502), Fate::Unknown),
            (html(503), Fate::Retry),
            (html(429), Fate::Retry),
            (html(413), Fate::Final),
            (AxisError::Incomplete { what: "DocId" }, Fate::Unknown),
            (refused(200, "20"), Fate::Retry),
            (refused(200, "18"), Fate::Final),
            (refused(503, "18"), Fate::Final),
            (refused(200, "99"), Fate::Final),
            (refused(408, "99"), Fate::Retry),
            (refused(429, "99"), Fate::Retry),
            (refused(503, "99"), Fate::Retry),
            (refused(500, "99"), Fate::Unknown),
            (refused(504, "99"), Fate::Unknown),
        ] {
            let text = format!("{error:?}");
            assert_eq!(error.after_sending().fate(), fate, "{text}");
        }
    }

    #[test]
    fn a_question_may_always_be_asked_again() {
        for error in [AxisError::TimedOut, html(200), html(500)] {
            assert_eq!(error.fate(), Fate::Retry);
        }
        assert_eq!(html(404).fate(), Fate::Final);
        assert_eq!(refused(200, "15").fate(), Fate::Final);
        for http in [408, 429, 500, 502, 503, 504] {
            assert_eq!(refused(http, "99").fate(), Fate::Retry, "{http}");
        }
        assert_eq!(refused(400, "99").fate(), Fate::Final);
    }

    #[test]
    fn how_long_an_axis_wants_to_be_left_alone_is_known_of_an_unclear_send_too() {
        let minute = Some(Duration::from_secs(60));
        let error = refused(500, "99").with_retry_after(minute).after_sending();
        assert_eq!((error.fate(), error.retry_after()), (Fate::Unknown, minute));
        assert_eq!(
            AxisError::TimedOut.with_retry_after(minute).retry_after(),
            None
        );
    }

    fn refused(http: u16, code: &str) -> AxisError {
        AxisError::Refused {
            http,
            retry_after: None,
            refusal: Refusal::from_code(code),
            description: String::new(),
        }
    }
}
