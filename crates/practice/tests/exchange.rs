//! Two offices and the practice axis over real HTTP, by the client that the program uses.

// A test says what is wrong by failing, in its helpers too.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;
use time::OffsetDateTime;
use trien_domain::*;
use trien_edxml::{Attachment, Limits, Message, read, write_document, write_status};
use trien_net::MessageType::{Document, Status};
use trien_net::{Ack, AxisClient, AxisConfig, AxisError, Fate, Proxy, Refusal, Timeouts};
use trien_practice::axis::{Agency, Axis, AxisOptions, Fault, Registry, Rule, SendLine, System};

const COMMUNE: &str = "000.00.15.H99";
const DEPARTMENT: &str = "000.00.07.H99";
const PROVINCE: &str = "000.00.00.H99";

#[tokio::test]
async fn a_document_reaches_two_receivers_and_their_statuses_come_back() {
    let office = Office::start().await;
    let (commune, department, province) = (
        office.client("commune"),
        office.client("department"),
        office.client("province"),
    );
    let package = document();
    let sent = commune
        .send_edoc(COMMUNE, &[], Document, package.clone(), now())
        .await
        .unwrap();
    assert_eq!(sent.value.len(), 24);
    assert!(sent.skew(now()).unwrap().abs() < time::Duration::seconds(5));

    let rows = department
        .received_list(Document, now())
        .await
        .unwrap()
        .value;
    assert_eq!(
        (rows.len(), rows[0].to.as_str(), rows[0].status.as_str()),
        (1, DEPARTMENT, "initial")
    );
    assert_eq!(department.count(Document, now()).await.unwrap().value, 1);
    let bytes = department
        .get_edoc(&rows[0].doc_id, now(), Vec::new())
        .await
        .unwrap()
        .value;
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(
        text.contains("<edXML:OrganId>00.99.W00</edXML:OrganId>"),
        "the axis adds its trace"
    );
    let received = read(&bytes, &Limits::default()).unwrap();
    assert_eq!(received, read(&package, &Limits::default()).unwrap());

    department
        .update_status(&rows[0].doc_id, Ack::Done, "", now())
        .await
        .unwrap();
    department
        .update_status(&rows[0].doc_id, Ack::Done, "lần nữa", now())
        .await
        .unwrap();
    assert!(
        department
            .received_list(Document, now())
            .await
            .unwrap()
            .value
            .is_empty()
    );
    assert_eq!(
        province
            .received_list(Document, now())
            .await
            .unwrap()
            .value
            .len(),
        1
    );

    let copies = commune
        .sent_list(Document, &sent.value, now())
        .await
        .unwrap()
        .value;
    let state_of = |organ: &str| {
        copies
            .iter()
            .find(|c| c.receiver() == organ)
            .unwrap()
            .state()
            .to_owned()
    };
    assert_eq!(
        (state_of(DEPARTMENT).as_str(), state_of(PROVINCE).as_str()),
        ("done", "initial")
    );

    let Message::Document(facts) = received.message else {
        panic!("a status")
    };
    let status = write_status(&answer(&facts, "01"));
    department
        .send_edoc(DEPARTMENT, &[], Status, status.clone(), now())
        .await
        .unwrap();
    let rows = commune.received_list(Status, now()).await.unwrap().value;
    let back = commune
        .get_edoc(&rows[0].doc_id, now(), Vec::new())
        .await
        .unwrap()
        .value;
    assert_eq!(back, status);
    assert!(
        commune
            .received_list(Document, now())
            .await
            .unwrap()
            .value
            .is_empty()
    );
    office.axis.stop().await;
}

#[tokio::test]
async fn a_repeated_send_makes_no_second_copy_and_a_restart_forgets_nothing() {
    let office = Office::start().await;
    let commune = office.client("commune");
    let first = commune
        .send_edoc(COMMUNE, &[], Document, document(), now())
        .await
        .unwrap()
        .value;
    let office = office.restart().await;
    let (commune, department) = (office.client("commune"), office.client("department"));
    let again = commune
        .send_edoc(COMMUNE, &[], Document, document(), now())
        .await
        .unwrap()
        .value;
    assert_eq!(again, first);
    let rows = department
        .received_list(Document, now())
        .await
        .unwrap()
        .value;
    assert_eq!(rows.len(), 1);
    department
        .update_status(&rows[0].doc_id, Ack::Fail, "", now())
        .await
        .unwrap();
    let office = office.restart().await;
    assert!(
        office
            .client("department")
            .received_list(Document, now())
            .await
            .unwrap()
            .value
            .is_empty()
    );
    let ledger = office.ledger();
    assert_eq!(
        ledger.iter().map(|l| l.duplicate).collect::<Vec<_>>(),
        [false, true]
    );
    assert_eq!(
        ledger[0].document_id,
        format!("{COMMUNE},2026/11/20,125/UBND-VP")
    );
    assert_eq!(ledger[0].to, [PROVINCE, DEPARTMENT]);
}

#[tokio::test]
async fn refusals_have_their_codes() {
    let office = Office::start().await;
    let refused = |error: AxisError| match error {
        AxisError::Refused { refusal, .. } => refusal,
        other => panic!("{other:?}"),
    };
    let commune = office.client("commune");
    let send = |from: &'static str, to: &'static str, bytes: Vec<u8>| {
        let commune = commune.clone();
        let to: Vec<String> = Some(to)
            .filter(|t| !t.is_empty())
            .map(str::to_owned)
            .into_iter()
            .collect();
        async move {
            commune
                .send_edoc(from, &to, Document, bytes, now())
                .await
                .unwrap_err()
        }
    };
    assert_eq!(
        refused(send(DEPARTMENT, "", document()).await),
        Refusal::UnknownSender
    );
    assert_eq!(
        refused(send(COMMUNE, "000.00.99.H99", document()).await),
        Refusal::UnknownReceiver
    );
    assert_eq!(
        refused(send(COMMUNE, "H99.LOCKED", document()).await),
        Refusal::ReceiverLocked
    );
    assert_eq!(
        refused(send(COMMUNE, "", b"<html/>".to_vec()).await),
        Refusal::BadEdxml
    );
    let stranger = office.client_with("commune", "wrong secret", Timeouts::default());
    let error = stranger.received_list(Document, now()).await.unwrap_err();
    assert_eq!(
        (error.fate(), refused(error)),
        (Fate::Final, Refusal::BadSecret)
    );
    let theirs = office
        .client("department")
        .get_edoc("nobody's", now(), Vec::new())
        .await
        .unwrap_err();
    assert_eq!(refused(theirs), Refusal::InvalidFile);
    assert!(office.ledger().is_empty());
}

#[tokio::test]
async fn what_is_not_the_axis_is_never_an_empty_inbox() {
    let office = Office::start().await;
    let department = office.client("department");
    for (fault, http) in [
        (Fault::Html {}, 200),
        (
            Fault::Status {
                code: 500,
                retry_after: None,
            },
            500,
        ),
        (Fault::Empty {}, 200),
    ] {
        office.plan("getReceivedEdocList", fault);
        match department.received_list(Document, now()).await {
            Err(AxisError::NotJson { http: given, .. }) => assert_eq!(given, http),
            other => panic!("{other:?}"),
        }
        assert_eq!(
            department
                .received_list(Document, now())
                .await
                .unwrap()
                .value,
            []
        );
    }
}

#[tokio::test]
async fn an_axis_that_asks_to_be_left_alone_is_not_refusing_for_good() {
    let office = Office::start().await;
    let commune = office.client("commune");
    for (http, retry_after, seconds) in [
        (429, "120", 120),
        (503, "Fri, 31 Dec 2200 00:00:00 GMT", 3600),
    ] {
        let again = Some(Duration::from_secs(seconds));
        let refuse = Fault::Refuse {
            code: "99".into(),
            description: "Qua tai".into(),
            http,
            retry_after: Some(retry_after.into()),
        };
        office.plan("getReceivedEdocList", refuse.clone());
        let asked = commune.received_list(Document, now()).await.unwrap_err();
        assert_eq!((asked.fate(), asked.retry_after()), (Fate::Retry, again));
        office.plan("sendEdoc", refuse);
        let sent = commune
            .send_edoc(COMMUNE, &[], Document, document(), now())
            .await
            .unwrap_err();
        assert_eq!((sent.fate(), sent.retry_after()), (Fate::Retry, again));
    }
    assert!(office.ledger().is_empty());
}

#[tokio::test]
async fn a_page_is_never_kept_as_a_raw_package() {
    let office = Office::start().await;
    let (commune, department) = (office.client("commune"), office.client("department"));
    let sent = commune.send_edoc(COMMUNE, &[], Document, document(), now());
    sent.await.unwrap();
    let listed = department.received_list(Document, now()).await.unwrap();
    let id = &listed.value[0].doc_id;
    for fault in [
        Fault::Html {},
        Fault::Bare {},
        Fault::Refuse {
            code: "20".into(),
            description: "Khong co ham nay".into(),
            http: 200,
            retry_after: None,
        },
    ] {
        let name = format!("{fault:?}");
        office.plan("downloadEdoc", fault);
        let raw = department.download_edoc(id, now(), Vec::new()).await;
        let error = raw.unwrap_err();
        assert!(
            matches!(error, AxisError::NotJson { .. } | AxisError::Refused { .. }),
            "{name}: {error:?}"
        );
        assert_eq!(error.fate(), Fate::Retry, "{name}");
    }
}

#[tokio::test]
async fn a_lost_answer_leaves_the_send_unclear_and_the_document_once() {
    let office = Office::start().await;
    let commune = office.client("commune");
    for (fault, sends) in [
        (Fault::DropAfter {}, 1),
        (Fault::Truncate { bytes: 60 }, 2),
        (Fault::Drop {}, 2),
        (Fault::Html {}, 2),
    ] {
        let name = format!("{fault:?}");
        office.plan("sendEdoc", fault);
        let error = commune
            .send_edoc(COMMUNE, &[], Document, document(), now())
            .await
            .unwrap_err();
        assert_eq!(error.fate(), Fate::Unknown, "{name}: {error}");
        assert_eq!(office.ledger().len(), sends, "{name}");
    }
    let copies: Vec<SendLine> = office
        .ledger()
        .into_iter()
        .filter(|l| !l.duplicate)
        .collect();
    assert_eq!(copies.len(), 1);
}

#[tokio::test]
async fn a_connection_that_breaks_while_a_package_leaves_took_nothing() {
    let office = Office::start().await;
    let commune = office.client("commune");
    // More than the system keeps on the way.
    let large = [document(), vec![b' '; 32 << 20]].concat();
    for bytes in [0, 1 << 10, 1 << 20] {
        office.plan("sendEdoc", Fault::DropDuring { bytes });
        let broken = commune
            .send_edoc(COMMUNE, &[], Document, large.clone(), now())
            .await
            .unwrap_err();
        assert_eq!(broken.fate(), Fate::Retry, "after {bytes} bytes: {broken}");
    }
    // All of a small one has left when the first KiB of it is cut: nobody can tell it from one that was taken.
    office.plan("sendEdoc", Fault::DropDuring { bytes: 1 << 10 });
    let broken = commune
        .send_edoc(COMMUNE, &[], Document, document(), now())
        .await
        .unwrap_err();
    assert_eq!(broken.fate(), Fate::Unknown, "{broken}");
    assert!(office.ledger().is_empty());
}

#[tokio::test]
async fn a_slow_axis_times_out_and_a_dead_one_is_unreachable() {
    let office = Office::start().await;
    let patience = Timeouts {
        idle: Duration::from_millis(200),
        answer: Duration::from_millis(200),
        ..Timeouts::default()
    };
    let commune = office.client_with("commune", "secret of commune", patience);
    office.plan("*", Fault::Delay { ms: 1_500 });
    assert_eq!(
        commune.received_list(Document, now()).await,
        Err(AxisError::TimedOut)
    );
    office.plan("sendEdoc", Fault::Delay { ms: 1_500 });
    let slow = commune
        .send_edoc(COMMUNE, &[], Document, document(), now())
        .await
        .unwrap_err();
    assert_eq!(
        slow,
        AxisError::SendOutcomeUnknown {
            cause: Box::new(AxisError::TimedOut)
        }
    );
    office.axis.stop().await;
    let dead = commune
        .send_edoc(COMMUNE, &[], Document, document(), now())
        .await
        .unwrap_err();
    assert!(matches!(dead, AxisError::Unreachable { .. }), "{dead:?}");
    assert_eq!(dead.fate(), Fate::Retry);
}

#[tokio::test]
async fn a_broken_download_is_a_broken_download() {
    let office = Office::start().await;
    let (commune, department) = (office.client("commune"), office.client("department"));
    commune
        .send_edoc(COMMUNE, &[], Document, document(), now())
        .await
        .unwrap();
    let id = department
        .received_list(Document, now())
        .await
        .unwrap()
        .value[0]
        .doc_id
        .clone();
    for fault in [
        Fault::Truncate { bytes: 900 },
        Fault::Drop {},
        Fault::DropAfter {},
    ] {
        office.plan("getEdoc", fault);
        let error = department
            .get_edoc(&id, now(), Vec::new())
            .await
            .unwrap_err();
        assert!(matches!(error, AxisError::Broken { .. }), "{error:?}");
        assert_eq!(error.fate(), Fate::Retry);
    }
    let mut config = office.config("department", Timeouts::default());
    config.sizes.package = 1_000;
    let small = AxisClient::new(config, "secret of department".to_owned().into()).unwrap();
    assert_eq!(
        small.get_edoc(&id, now(), Vec::new()).await,
        Err(AxisError::TooLarge { limit: 1_000 })
    );
    assert_eq!(
        small.download_edoc(&id, now(), Vec::new()).await,
        Err(AxisError::TooLarge { limit: 1_000 })
    );
    let got = department.get_edoc(&id, now(), Vec::new()).await.unwrap();
    let raw = department.download_edoc(&id, now(), Vec::new()).await;
    assert_eq!(raw.unwrap().value, got.value);
    assert_eq!(
        department
            .download_edoc("nobody's", now(), Vec::new())
            .await,
        Err(AxisError::Incomplete { what: "package" }),
        "a refusal has no body"
    );
    assert!(department.get_edoc(&id, now(), Vec::new()).await.is_ok());
}

#[tokio::test]
async fn a_delivery_can_come_twice_under_two_ids() {
    let office = Office::start().await;
    office.plan("sendEdoc", Fault::Duplicate {});
    office
        .client("commune")
        .send_edoc(COMMUNE, &[], Document, document(), now())
        .await
        .unwrap();
    let rows = office
        .client("department")
        .received_list(Document, now())
        .await
        .unwrap()
        .value;
    assert_eq!(rows.len(), 2);
    assert_ne!(rows[0].doc_id, rows[1].doc_id);
}

#[tokio::test]
async fn the_directory_is_read_whole() {
    let office = Office::start().await;
    let commune = office.client("commune");
    let agencies = commune.agencies(now()).await.unwrap().value;
    assert_eq!(agencies.len(), 4);
    assert_eq!(agencies[0].name, "UBND xã An Hòa");
    assert_eq!(
        commune.agencies_qd20(1, now()).await.unwrap().value.len(),
        4
    );
    assert!(
        commune
            .synchronize_unit(now())
            .await
            .unwrap()
            .value
            .iter()
            .all(|u| u.is_agency)
    );
}

#[tokio::test]
async fn it_listens_on_this_machine_only() {
    let folder = TempDir::new().unwrap();
    let mut options = AxisOptions::new(folder.path());
    options.listen = ([0, 0, 0, 0], 0).into();
    assert!(Axis::start(options).await.is_err());
}

/// A practice axis with three registered systems.
struct Office {
    folder: TempDir,
    axis: Axis,
}

impl Office {
    async fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let system = |id: &str, code: &str, name: &str| System {
            id: id.into(),
            secret: format!("secret of {id}"),
            organs: vec![Agency::named(code, name)],
        };
        let registry = Registry {
            centre: "00.99.W00".into(),
            systems: vec![
                system("commune", COMMUNE, "UBND xã An Hòa"),
                system("department", DEPARTMENT, "Sở Nội vụ"),
                system("province", PROVINCE, "UBND tỉnh Mẫu Sơn"),
            ],
            directory: vec![Agency {
                locked: true,
                ..Agency::named("H99.LOCKED", "Đơn vị đã đóng")
            }],
        };
        registry.save(folder.path()).unwrap();
        Self {
            axis: running(folder.path()).await,
            folder,
        }
    }

    async fn restart(self) -> Self {
        self.axis.stop().await;
        Self {
            axis: running(self.folder.path()).await,
            folder: self.folder,
        }
    }

    fn client(&self, system: &str) -> AxisClient {
        self.client_with(system, &format!("secret of {system}"), Timeouts::default())
    }

    fn client_with(&self, system: &str, secret: &str, timeouts: Timeouts) -> AxisClient {
        AxisClient::new(self.config(system, timeouts), secret.to_owned().into()).unwrap()
    }

    fn config(&self, system: &str, timeouts: Timeouts) -> AxisConfig {
        let mut config = AxisConfig::new(&self.axis.endpoint(), system);
        config.proxy = Proxy::Direct;
        config.timeouts = timeouts;
        config
    }

    /// The next call of a function meets a fault.
    fn plan(&self, function: &str, fault: Fault) {
        let rule = Rule {
            function: function.into(),
            messagetype: None,
            skip: 0,
            times: 1,
            fault,
        };
        let plan = serde_json::to_vec(&[rule]).unwrap();
        std::fs::write(self.folder.path().join("faults.json"), plan).unwrap();
    }

    fn ledger(&self) -> Vec<SendLine> {
        let text = std::fs::read_to_string(self.folder.path().join("ledger.jsonl")).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

async fn running(folder: &Path) -> Axis {
    Axis::start(AxisOptions::new(folder)).await.unwrap()
}

fn now() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}

fn document() -> Vec<u8> {
    let organ = |code: &str, name: &str| Organ::named(OrganId::new(code).unwrap(), name);
    let code = Code::parse("125/UBND-VP");
    let date = time::macros::date!(2026 - 11 - 20);
    let facts = DocumentFacts {
        id: DocumentId::compose(&OrganId::new(COMMUNE).unwrap(), date, &code),
        from: organ(COMMUNE, "UBND xã An Hòa"),
        to: vec![
            organ(PROVINCE, "UBND tỉnh Mẫu Sơn"),
            organ(DEPARTMENT, "Sở Nội vụ"),
        ],
        code,
        place: "An Hòa".into(),
        date: Some(date),
        kind: trien_domain::document::Kind::cong_van(),
        subject: "V/v báo cáo".into(),
        content: String::new(),
        signatory: Signatory::default(),
        due: None,
        urgency: Urgency::Normal,
        sphere: String::new(),
        typist: String::new(),
        copies: None,
        pages: None,
        appendices: vec![],
        responds_to: vec![],
        steering: 0,
        to_places: vec![],
        operation: Operation::New,
        reason: String::new(),
        paper: false,
        concerns: vec![],
        staff: Default::default(),
    };
    let pdf = Attachment {
        content_id: "1".into(),
        name: "125.pdf".into(),
        description: "Văn bản chính".into(),
        content_type: "application/pdf".into(),
        bytes: b"%PDF-1.7\n".repeat(200),
    };
    write_document(&facts, &[pdf], OffsetDateTime::UNIX_EPOCH)
}

fn answer(facts: &DocumentFacts, digits: &str) -> StatusMessage {
    StatusMessage {
        from: Organ::named(OrganId::new(DEPARTMENT).unwrap(), "Sở Nội vụ"),
        to: facts.from.id.clone(),
        code: facts.code.clone(),
        document: facts.id.clone(),
        date: facts.date,
        staff: Default::default(),
        digits: digits.into(),
        description: "Đã đến".into(),
        at: Some(OffsetDateTime::UNIX_EPOCH),
    }
}
