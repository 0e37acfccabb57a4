//! What leaves the client, byte for byte, and through what.

// A test says what is wrong by failing, in its helpers too.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use time::OffsetDateTime;
use trien_net::vxp::Call;
use trien_net::{Ack, AxisClient, AxisConfig, AxisError, Fate, MessageType, Parcel, Proxy};

const SECRET: &str = "canary-bi-mat";

struct Seen {
    first_line: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// A server that answers one request with the given answer and tells what it saw.
fn one_answer(answer: &'static str) -> (String, JoinHandle<Seen>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let seen = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut reader = BufReader::new(stream);
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            match line.trim_end() {
                "" => break,
                line => lines.push(line.to_owned()),
            }
        }
        let first_line = lines.remove(0);
        let headers: Vec<(String, String)> = lines
            .iter()
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .filter(|(name, _)| !matches!(name.as_str(), "host" | "accept"))
            .collect();
        let length = headers.iter().find(|(name, _)| name == "content-length");
        let mut body = vec![0; length.unwrap().1.parse().unwrap()];
        reader.read_exact(&mut body).unwrap();
        let http = format!(
            "HTTP/1.1 200 OK\r\nDate: Fri, 20 Nov 2026 02:15:30 GMT\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{answer}",
            answer.len()
        );
        reader.get_mut().write_all(http.as_bytes()).unwrap();
        Seen {
            first_line,
            headers,
            body,
        }
    });
    (address, seen)
}

fn client(endpoint: &str, change: impl FnOnce(&mut AxisConfig)) -> AxisClient {
    let mut config = AxisConfig::new(endpoint, "vxp.test.01");
    config.proxy = Proxy::Direct;
    change(&mut config);
    AxisClient::new(config, SECRET.to_owned().into()).unwrap()
}

fn expected(call: &Call, now: OffsetDateTime) -> Vec<(String, String)> {
    let headers = call.headers("vxp.test.01", SECRET, now);
    let mut headers: Vec<_> = headers
        .into_iter()
        .map(|(n, v)| (n.to_lowercase(), v))
        .collect();
    headers.sort();
    headers
}

#[tokio::test]
async fn nothing_but_the_signed_headers_leaves() {
    let now = OffsetDateTime::now_utc();
    let package = b"<edXML/>\n".to_vec();
    let to = ["B".to_owned()];

    let (address, seen) = one_answer(r#"{"ErrorCode":"0","data":[]}"#);
    let list = client(&address, |_| {})
        .received_list(MessageType::Status, now)
        .await
        .unwrap();
    assert_eq!(
        list.axis_time,
        Some(time::macros::datetime!(2026-11-20 02:15:30 UTC))
    );
    check(
        seen.join().unwrap(),
        &Call::received_list(MessageType::Status),
        b"",
        now,
    );

    let (address, seen) = one_answer(r#"{"ErrorCode":0}"#);
    client(&address, |_| {})
        .update_status("7", Ack::Done, "", now)
        .await
        .unwrap();
    check(
        seen.join().unwrap(),
        &Call::update_status("7", "done", ""),
        b"{}",
        now,
    );

    let (address, seen) = one_answer(r#"{"ErrorCode":"0","DocId":"68edb8c8c2dcb14db773ce44"}"#);
    let sent = client(&address, |_| {})
        .send_edoc("A", &to, MessageType::Document, package.clone(), now)
        .await
        .unwrap();
    assert_eq!(sent.value, "68edb8c8c2dcb14db773ce44");
    let parcel = Parcel::from(package);
    let (sha256, size) = (parcel.sha256(), parcel.size());
    let call = Call::send_edoc("A", &to, MessageType::Document, sha256, size);
    check(seen.join().unwrap(), &call, b"<edXML/>\n\r\n", now);
}

fn check(mut seen: Seen, call: &Call, body: &[u8], now: OffsetDateTime) {
    seen.headers.sort();
    assert_eq!(seen.first_line, format!("POST /{} HTTP/1.1", call.function));
    assert_eq!(seen.headers, expected(call, now));
    assert_eq!(seen.body, body);
}

#[tokio::test]
async fn a_proxy_and_a_gateways_headers_are_used() {
    let (proxy, seen) = one_answer(r#"{"ErrorCode":"0","data":[]}"#);
    let client = client("http://axis.invalid/XrdAdapter/adapter/", |config| {
        config.proxy = Proxy::Url(proxy.clone().into());
        config.extra_headers = vec![("X-Road-Client".into(), "VN/GOV/A".into())];
    });
    client.agencies(OffsetDateTime::now_utc()).await.unwrap();
    let seen = seen.join().unwrap();
    assert_eq!(
        seen.first_line,
        "POST http://axis.invalid/XrdAdapter/adapter/getAgenciesList HTTP/1.1"
    );
    assert!(
        seen.headers
            .contains(&("x-road-client".into(), "VN/GOV/A".into()))
    );
}

#[tokio::test]
async fn no_call_lasts_beyond_the_end_of_its_round() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    let started = Instant::now();
    let client = client(&endpoint, |_| ()).until(started + Duration::from_millis(100));
    let now = OffsetDateTime::UNIX_EPOCH;
    let listed = client.received_list(MessageType::Document, now).await;
    assert_eq!(listed.unwrap_err(), AxisError::TimedOut);
    let sent = client.send_edoc("H99.15", &[], MessageType::Document, b"x".to_vec(), now);
    let refused = sent.await.unwrap_err();
    assert_eq!(refused.fate(), Fate::Retry, "nothing left: {refused}");
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_raw_package_whose_end_cannot_be_told_is_not_believed() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]).unwrap();
        let cut = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n<edXML><MessageHe";
        stream.write_all(cut).unwrap();
    });
    let now = OffsetDateTime::now_utc();
    let client = client(&endpoint, |_| {});
    let got = client.download_edoc("1", now, Vec::new()).await;
    let incomplete = AxisError::Incomplete { what: "package" };
    assert_eq!(got.unwrap_err(), incomplete);
}

#[tokio::test]
async fn the_secret_shows_nowhere() {
    let (address, seen) = one_answer("<html>đăng nhập</html>");
    let client = client(&address, |_| {});
    let error = client
        .received_list(MessageType::Document, OffsetDateTime::now_utc())
        .await
        .unwrap_err();
    assert!(matches!(&error, AxisError::NotJson { first, .. } if first.starts_with("<html>")));
    let seen = seen.join().unwrap();
    let everything = format!(
        "{error} {error:?} {client:?} {:?} {:?}",
        seen.headers, seen.first_line
    );
    assert!(!everything.contains(SECRET));
}

#[tokio::test]
async fn a_configuration_that_cannot_work_says_so() {
    let now = OffsetDateTime::now_utc();
    let error = client("không phải địa chỉ", |_| {})
        .agencies(now)
        .await
        .unwrap_err();
    assert!(matches!(error, AxisError::Config { .. }), "{error:?}");
    let mut config = AxisConfig::new("https://axis.invalid", "s");
    config.ca_pem = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_vec();
    let error = AxisClient::new(config, SECRET.to_owned().into()).unwrap_err();
    assert!(matches!(error, AxisError::Config { .. }), "{error:?}");
}
