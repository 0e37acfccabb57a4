//! The client of one axis account.

use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::{Method, RequestBuilder, Response};
use serde::de::DeserializeOwned;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;
use zeroize::Zeroizing;

use crate::departure::Departure;
use crate::parcel::Parcel;
use crate::rows::{Agency, NewAgency, ReceivedRow, SentRow, Unit};
use crate::transport::{AxisConfig, Transport, bounded, judge, pieces};
use crate::vxp::{Body, Call, EdocAnswer, MessageType, answer};
use crate::{AxisError, Fate};

/// An answer with the axis's clock beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered<T> {
    /// What was asked for.
    pub value: T,
    /// The axis's time when it answered (the HTTP Date header), to the second.
    pub axis_time: Option<OffsetDateTime>,
}

impl<T> Answered<T> {
    /// How far the axis's clock is ahead of ours.
    pub fn skew(&self, now: OffsetDateTime) -> Option<time::Duration> {
        self.axis_time.map(|axis| axis - now)
    }
}

/// What to tell the axis about a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ack {
    /// It is stored here; the axis takes it off the list.
    Done,
    /// It cannot be taken here, for good.
    Fail,
}

/// A client of one registered system. Cheap to clone; the secret shows in no output.
#[derive(Clone)]
pub struct AxisClient {
    config: Arc<AxisConfig>,
    secret: Arc<Zeroizing<String>>,
    transport: Transport,
    ends: Option<Instant>,
}

impl std::fmt::Debug for AxisClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AxisClient({})", self.config.system_id)
    }
}

impl AxisClient {
    /// A client for a configuration; no connection is made yet.
    pub fn new(config: AxisConfig, secret: Zeroizing<String>) -> Result<Self, AxisError> {
        let transport = Transport::new(&config)?;
        Ok(Self {
            config: Arc::new(config),
            secret: Arc::new(secret),
            transport,
            ends: None,
        })
    }

    /// The same client, no call of which lasts beyond a moment: an axis that answers each call just in time would keep
    /// whoever makes many of them busy for days.
    #[must_use]
    pub fn until(self, end: Instant) -> Self {
        let ends = Some(end);
        Self { ends, ..self }
    }

    /// The packages that wait for this system.
    pub async fn received_list(
        &self,
        of: MessageType,
        now: OffsetDateTime,
    ) -> Result<Answered<Vec<ReceivedRow>>, AxisError> {
        let patience = self.config.timeouts.transfer;
        let call = Call::received_list(of);
        let (http, axis_time, body) = self.answer(&call, patience, now).await?;
        let value = answer::received(http, &body)?;
        Ok(Answered { value, axis_time })
    }

    /// One package by the receiver's id of it: the raw edXML, at most `sizes.package` bytes, written
    /// to `out` as it arrives and given back with it.
    pub async fn get_edoc<W: Write>(
        &self,
        doc_id: &str,
        now: OffsetDateTime,
        out: W,
    ) -> Result<Answered<W>, AxisError> {
        let call = Call::get_edoc(doc_id);
        let response = self.ask(&call, self.config.timeouts.transfer, now).await?;
        let (http, axis_time) = (response.status().as_u16(), clock(&response));
        let mut answer = EdocAnswer::new(self.config.sizes.package, out);
        pieces(response, |piece| answer.push(piece)).await?;
        let value = answer.finish(http)?;
        Ok(Answered { value, axis_time })
    }

    /// The same without its wrapping in base64 and JSON, a quarter less on the line. Axes of before the SDK 2.0.1
    /// do not have the function, and one that refuses answers without a word why: [`AxisError::Incomplete`].
    pub async fn download_edoc<W: Write>(
        &self,
        doc_id: &str,
        now: OffsetDateTime,
        mut out: W,
    ) -> Result<Answered<W>, AxisError> {
        let call = Call::download_edoc(doc_id);
        let response = self.ask(&call, self.config.timeouts.transfer, now).await?;
        let (http, axis_time) = (response.status(), clock(&response));
        if !http.is_success() || is_json(&response) {
            let body = bounded(response, self.config.sizes.list, || ()).await?;
            answer::verdict(http.as_u16(), &body)?;
            return Err(AxisError::Incomplete { what: "package" });
        }
        let limit = self.config.sizes.package;
        let mut size = 0;
        pieces(response, |piece| {
            size += piece.len();
            if size > limit {
                return Err(AxisError::TooLarge { limit });
            }
            out.write_all(piece)
                .map_err(|error| AxisError::not_kept(&error))
        })
        .await?;
        match size {
            0 => Err(AxisError::Incomplete { what: "package" }),
            _ => Ok(Answered {
                value: out,
                axis_time,
            }),
        }
    }

    /// Acknowledges a package. Saying it twice is harmless.
    pub async fn update_status(
        &self,
        doc_id: &str,
        ack: Ack,
        description: &str,
        now: OffsetDateTime,
    ) -> Result<Answered<()>, AxisError> {
        let status = match ack {
            Ack::Done => "done",
            Ack::Fail => "fail",
        };
        self.tell(&Call::update_status(doc_id, status, description), now)
            .await
    }

    /// Registers a unit, which may then send and receive by this system, or changes it. Saying it twice is harmless.
    pub async fn register_agency(
        &self,
        unit: &NewAgency,
        now: OffsetDateTime,
    ) -> Result<Answered<()>, AxisError> {
        self.tell(&Call::register_agency(unit), now).await
    }

    /// Takes a unit off the axis, by its code.
    pub async fn delete_agency(
        &self,
        code: &str,
        now: OffsetDateTime,
    ) -> Result<Answered<()>, AxisError> {
        self.tell(&Call::delete_agency(code), now).await
    }

    /// Sends a package and returns the axis's id of the send (`DocId`).
    ///
    /// Not idempotent: an error whose fate is [`Fate::Unknown`] must not lead to another send
    /// without evidence. Without `to` the axis routes by what the package says.
    pub async fn send_edoc(
        &self,
        from: &str,
        to: &[String],
        of: MessageType,
        package: impl Into<Parcel>,
        now: OffsetDateTime,
    ) -> Result<Answered<String>, AxisError> {
        let patience = self.patience(self.config.timeouts.transfer);
        if patience.is_zero() {
            // Nothing leaves whose answer nobody would hear.
            let reason = "there is no time left".to_owned();
            return Err(AxisError::Unreachable { reason });
        }
        let package = package.into();
        let call = Call::send_edoc(from, to, of, package.sha256(), package.size());
        let headers = call.headers(&self.config.system_id, &self.secret, now);
        let departure = Arc::new(Departure::now());
        let request = self
            .request(&self.transport.sends, &call, headers)
            .timeout(patience)
            .body(package.into_body(Arc::clone(&departure)));
        let answer = self.sent(request, &departure);
        match departure.watch(&self.config.timeouts, answer).await {
            Err(error) if !departure.has_left_whole() => Err(untaken(error)),
            Err(error) => Err(error.after_sending()),
            Ok(answered) => Ok(answered),
        }
    }

    /// The copies of one send, by the id that [`Self::send_edoc`] returned.
    pub async fn sent_list(
        &self,
        of: MessageType,
        doc_id: &str,
        now: OffsetDateTime,
    ) -> Result<Answered<Vec<SentRow>>, AxisError> {
        self.list(Call::sent_list(of, doc_id), now).await
    }

    /// The whole directory.
    pub async fn agencies(&self, now: OffsetDateTime) -> Result<Answered<Vec<Agency>>, AxisError> {
        self.list(Call::agencies(), now).await
    }

    /// The directory by codes of Decision 20/2020.
    pub async fn agencies_qd20(
        &self,
        level: u8,
        now: OffsetDateTime,
    ) -> Result<Answered<Vec<Agency>>, AxisError> {
        self.list(Call::agencies_qd20(level), now).await
    }

    /// Changes of the directory.
    pub async fn synchronize_unit(
        &self,
        now: OffsetDateTime,
    ) -> Result<Answered<Vec<Unit>>, AxisError> {
        self.list(Call::synchronize_unit(), now).await
    }

    /// How many packages wait.
    pub async fn count(
        &self,
        of: MessageType,
        now: OffsetDateTime,
    ) -> Result<Answered<u64>, AxisError> {
        let call = Call::count(of);
        let (http, axis_time, body) = self.answer(&call, self.config.timeouts.call, now).await?;
        let value = answer::count(http, &body)?;
        Ok(Answered { value, axis_time })
    }

    async fn tell(&self, call: &Call, now: OffsetDateTime) -> Result<Answered<()>, AxisError> {
        let (http, axis_time, body) = self.answer(call, self.config.timeouts.call, now).await?;
        answer::verdict(http, &body)?;
        let value = ();
        Ok(Answered { value, axis_time })
    }

    async fn list<T: DeserializeOwned>(
        &self,
        call: Call,
        now: OffsetDateTime,
    ) -> Result<Answered<Vec<T>>, AxisError> {
        let patience = self.config.timeouts.transfer;
        let (http, axis_time, body) = self.answer(&call, patience, now).await?;
        let value = answer::list(http, &body)?;
        Ok(Answered { value, axis_time })
    }

    async fn answer(
        &self,
        call: &Call,
        patience: Duration,
        now: OffsetDateTime,
    ) -> Result<(u16, Option<OffsetDateTime>, Vec<u8>), AxisError> {
        let response = self.ask(call, patience, now).await?;
        let (http, axis_time) = (response.status().as_u16(), clock(&response));
        let body = bounded(response, self.config.sizes.list, || ()).await?;
        Ok((http, axis_time, body))
    }

    async fn ask(
        &self,
        call: &Call,
        patience: Duration,
        now: OffsetDateTime,
    ) -> Result<Response, AxisError> {
        let headers = call.headers(&self.config.system_id, &self.secret, now);
        let request = self
            .request(&self.transport.calls, call, headers)
            .timeout(self.patience(patience));
        let request = match &call.body {
            Body::Json(text) => request.body(text.clone()),
            Body::None | Body::Get | Body::File(_) => request,
        };
        request.send().await.map_err(|e| judge(&e))
    }

    /// How long a call may last that may last so long by itself.
    fn patience(&self, most: Duration) -> Duration {
        let left = |end: Instant| end.saturating_duration_since(Instant::now());
        self.ends.map_or(most, |end| most.min(left(end)))
    }

    async fn sent(
        &self,
        request: RequestBuilder,
        departure: &Departure,
    ) -> Result<Answered<String>, AxisError> {
        let response = request.send().await.map_err(|e| judge(&e))?;
        let (http, axis_time) = (response.status().as_u16(), clock(&response));
        let body = bounded(response, self.config.sizes.list, || departure.moves()).await?;
        let value = answer::sent(http, &body)?;
        Ok(Answered { value, axis_time })
    }

    fn request(
        &self,
        client: &reqwest::Client,
        call: &Call,
        headers: Vec<(String, String)>,
    ) -> RequestBuilder {
        let endpoint = self.config.endpoint.trim_end_matches('/');
        let url = format!("{endpoint}/{}", call.function);
        let method = match call.body {
            Body::Get => Method::GET,
            Body::None | Body::Json(_) | Body::File(_) => Method::POST,
        };
        headers
            .into_iter()
            .chain(self.config.extra_headers.iter().cloned())
            .fold(client.request(method, url), |request, (name, value)| {
                request.header(name, value)
            })
    }
}

/// An error before the document had left whole: whatever it was, the axis does not have it.
fn untaken(error: AxisError) -> AxisError {
    match (error.fate(), error) {
        (Fate::Retry, AxisError::TimedOut | AxisError::Broken { .. }) => AxisError::Unreachable {
            reason: "the connection broke before the document had left whole".to_owned(),
        },
        (_, error) => error,
    }
}

/// Whether the axis talks instead of giving a package.
fn is_json(response: &Response) -> bool {
    let kind = response.headers().get(reqwest::header::CONTENT_TYPE);
    kind.and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.starts_with("application/json"))
}

/// The axis's time in the answer's Date header (RFC 9110 section 6.6.1).
fn clock(response: &Response) -> Option<OffsetDateTime> {
    let date = response.headers().get(reqwest::header::DATE)?;
    OffsetDateTime::parse(date.to_str().ok()?, &Rfc2822).ok()
}
