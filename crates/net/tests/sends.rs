//! A package on its way out: how long it may take, and what is known where it does not arrive.

// A test says what is wrong by failing, in its helpers too.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use time::OffsetDateTime;
use trien_net::{AxisClient, AxisConfig, AxisError, Fate, MessageType, Proxy, Timeouts};

/// More than the system keeps between two programs.
const LARGE: usize = 24 << 20;
const IDLE: Duration = Duration::from_millis(400);

#[tokio::test]
async fn a_package_may_be_longer_on_its_way_than_any_silence() {
    let axis = axis(|mut stream| {
        let mut piece = vec![0; 1 << 20];
        let mut whole = 0;
        while whole < LARGE {
            std::thread::sleep(Duration::from_millis(40));
            whole += stream.read(&mut piece).unwrap();
        }
        answer(stream, r#"{"ErrorCode":"0","DocId":"1"}"#);
    });
    let started = Instant::now();
    assert_eq!(send(&axis, LARGE).await, Ok("1".to_owned()));
    assert!(started.elapsed() > 2 * IDLE, "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_package_that_stands_still_on_its_way_was_not_taken() {
    let axis = axis(|stream| {
        std::thread::sleep(10 * IDLE);
        drop(stream);
    });
    let started = Instant::now();
    let error = send(&axis, LARGE).await.unwrap_err();
    assert_eq!(error.fate(), Fate::Retry, "{error}");
    assert!(started.elapsed() < 9 * IDLE, "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_connection_that_breaks_on_the_way_leaves_nothing_unclear() {
    let axis = axis(|mut stream| stream.read_exact(&mut [0; 1 << 20]).unwrap());
    let error = send(&axis, LARGE).await.unwrap_err();
    assert!(matches!(error, AxisError::Unreachable { .. }), "{error:?}");
}

#[tokio::test]
async fn an_answer_may_be_thought_about_longer_than_the_way_may_stand_still() {
    let axis = axis(|mut stream| {
        let _ = stream.read(&mut [0; 64 << 10]).unwrap();
        std::thread::sleep(2 * IDLE);
        answer(stream, r#"{"ErrorCode":"0","DocId":"2"}"#);
    });
    assert_eq!(send(&axis, 100).await, Ok("2".to_owned()));
}

async fn send(endpoint: &str, size: usize) -> Result<String, AxisError> {
    let mut config = AxisConfig::new(endpoint, "vxp.test.01");
    config.proxy = Proxy::Direct;
    config.timeouts = Timeouts {
        idle: IDLE,
        answer: 20 * IDLE,
        ..Timeouts::default()
    };
    let client = AxisClient::new(config, "a secret".to_owned().into()).unwrap();
    let package = vec![b'x'; size];
    let now = OffsetDateTime::now_utc();
    let sent = client.send_edoc("A", &[], MessageType::Document, package, now);
    Ok(sent.await?.value)
}

/// An axis that deals so with one connection.
fn axis(deal: impl FnOnce(TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || deal(listener.accept().unwrap().0));
    endpoint
}

fn answer(mut stream: TcpStream, json: &str) {
    let length = json.len();
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(json.as_bytes()).unwrap();
    // What of the request is unread makes the system reset the connection, and the answer with it.
    let _ = stream.read_to_end(&mut Vec::new());
}
