//! The PKI's services over real HTTP, by the client that fetches what certificates name.

// A test says what is wrong by failing, in its helpers too.
#![allow(clippy::unwrap_used)]

use time::OffsetDateTime;
use trien_net::{FetchError, Fetcher, Proxy, Vouched};
use trien_practice::pki::{PkiServer, PracticeCa};

#[tokio::test]
async fn lists_are_fetched_where_an_authority_vouches_for_the_address() {
    let (_dir, server, fetcher) = start().await;
    let url = format!("{}/issuer.crl", server.endpoint());
    let list = fetcher.get(&url, Vouched::ByAuthority).await.unwrap();
    assert!(list.starts_with(&[0x30]));
    let refused = fetcher.get(&url, Vouched::ByNobody).await;
    assert!(matches!(refused, Err(FetchError::Refused { .. })));
    server.stop().await;
}

#[tokio::test]
async fn what_is_not_there_is_an_error_and_not_an_answer() {
    let (_dir, server, fetcher) = start().await;
    let url = format!("{}/ca.json", server.endpoint());
    let missing = fetcher.get(&url, Vouched::ByAuthority).await;
    assert!(matches!(
        missing,
        Err(FetchError::Status { status: 404, .. })
    ));
    let url = format!("{}/tsa", server.endpoint());
    server.stop().await;
    let kind = "application/timestamp-query";
    let gone = fetcher
        .post(&url, kind, vec![0], Vouched::ByAuthority)
        .await;
    assert!(matches!(gone, Err(FetchError::Network { .. })));
}

async fn start() -> (tempfile::TempDir, PkiServer, Fetcher) {
    let dir = tempfile::tempdir().unwrap();
    PracticeCa::create(dir.path(), None, OffsetDateTime::now_utc()).unwrap();
    let server = PkiServer::start(dir.path(), 0).await.unwrap();
    (dir, server, Fetcher::new(&Proxy::Direct).unwrap())
}
