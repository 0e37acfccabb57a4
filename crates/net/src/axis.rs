//! The client of one axis account.

use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::{Method, RequestBuilder, Response};
use time::OffsetDateTime;
use zeroize::Zeroizing;

use crate::departure::Departure;
use crate::head::Head;
use crate::parcel::Parcel;
use crate::rows::{Agency, NewAgency, ReceivedRow, SentRow, Unit};
use crate::transport::{AxisConfig, Transport, bounded, judge, pieces};
use crate::vxp::answer::{self, Rows};
use crate::vxp::{Body, Call, EdocAnswer, MessageType, RawAnswer};
use crate::{AxisError, Fate};

/// An answer with the axis's clock beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered<T> {
    /// What was asked for.
    pub value: T,
    /// The axis's time when it answered (the HTTP Date header), to the second.
    pub axis_time: Option<OffsetDateTime>,
    /// Rows of a list that could not be understood and were left out; the others need not wait for them.
    pub odd_rows: usize,
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
        let call = Call::received_list(of);
        self.list(call, answer::received, now).await
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
        let head = Head::of(&response, now);
        let mut answer = EdocAnswer::new(self.config.sizes.package, out);
        pieces(response, |piece| answer.push(piece)).await?;
        let package = answer.finish(head.http());
        head.answered(package)
    }

    /// The same without its wrapping in base64 and JSON, a quarter less on the line. Axes of before the SDK 2.0.1
    /// do not have the function, and one that refuses answers without a word why: [`AxisError::Incomplete`], as
    /// where the end of the answer could not be told from its being cut. What is no package by its look is
    /// [`AxisError::NotJson`]. [`Self::get_edoc`] may have it in all of these cases.
    pub async fn download_edoc<W: Write>(
        &self,
        doc_id: &str,
        now: OffsetDateTime,
        out: W,
    ) -> Result<Answered<W>, AxisError> {
        let call = Call::download_edoc(doc_id);
        let response = self.ask(&call, self.config.timeouts.transfer, now).await?;
        let head = Head::of(&response, now);
        let no_package = AxisError::Incomplete { what: "package" };
        if !head.status.is_success() || head.is_json() || head.is_page() {
            let body = bounded(response, self.config.sizes.list, || ()).await?;
            let said = answer::verdict(head.http(), &body);
            return head.answered(said.and(Err(no_package)));
        }
        if !head.has_an_end() {
            return head.answered(Err(no_package));
        }
        let mut answer = RawAnswer::new(head.http(), self.config.sizes.package, out);
        pieces(response, |piece| answer.push(piece)).await?;
        head.answered(answer.finish())
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
        let answer = self.sent(request, &departure, now);
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
        self.list(Call::sent_list(of, doc_id), answer::list, now)
            .await
    }

    /// The whole directory.
    pub async fn agencies(&self, now: OffsetDateTime) -> Result<Answered<Vec<Agency>>, AxisError> {
        self.list(Call::agencies(), answer::list, now).await
    }

    /// The directory by codes of Decision 20/2020.
    pub async fn agencies_qd20(
        &self,
        level: u8,
        now: OffsetDateTime,
    ) -> Result<Answered<Vec<Agency>>, AxisError> {
        self.list(Call::agencies_qd20(level), answer::list, now)
            .await
    }

    /// Changes of the directory.
    pub async fn synchronize_unit(
        &self,
        now: OffsetDateTime,
    ) -> Result<Answered<Vec<Unit>>, AxisError> {
        self.list(Call::synchronize_unit(), answer::list, now).await
    }

    /// How many packages wait.
    pub async fn count(
        &self,
        of: MessageType,
        now: OffsetDateTime,
    ) -> Result<Answered<u64>, AxisError> {
        let call = Call::count(of);
        let (head, body) = self.answer(&call, self.config.timeouts.call, now).await?;
        let count = answer::count(head.http(), &body);
        head.answered(count)
    }

    async fn tell(&self, call: &Call, now: OffsetDateTime) -> Result<Answered<()>, AxisError> {
        let (head, body) = self.answer(call, self.config.timeouts.call, now).await?;
        let verdict = answer::verdict(head.http(), &body);
        head.answered(verdict)
    }

    async fn list<T>(
        &self,
        call: Call,
        read: impl Fn(u16, &[u8]) -> Result<Rows<T>, AxisError>,
        now: OffsetDateTime,
    ) -> Result<Answered<Vec<T>>, AxisError> {
        let patience = self.config.timeouts.transfer;
        let (head, body) = self.answer(&call, patience, now).await?;
        let rows = read(head.http(), &body);
        let Answered {
            value: Rows { rows, odd },
            axis_time,
            ..
        } = head.answered(rows)?;
        Ok(Answered {
            value: rows,
            axis_time,
            odd_rows: odd,
        })
    }

    async fn answer(
        &self,
        call: &Call,
        patience: Duration,
        now: OffsetDateTime,
    ) -> Result<(Head, Vec<u8>), AxisError> {
        let response = self.ask(call, patience, now).await?;
        let head = Head::of(&response, now);
        let body = bounded(response, self.config.sizes.list, || ()).await?;
        Ok((head, body))
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
        now: OffsetDateTime,
    ) -> Result<Answered<String>, AxisError> {
        let response = request.send().await.map_err(|e| judge(&e))?;
        let head = Head::of(&response, now);
        let body = bounded(response, self.config.sizes.list, || departure.moves()).await?;
        let sent = answer::sent(head.http(), &body);
        head.answered(sent)
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
