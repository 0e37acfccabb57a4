//! A search over both directions: two lists, each by its own keyset, merged newest first.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use trien_store::{COUNT_CAP, IncomingId, OutgoingId};

use super::{PAGE, parse_cursor};
use crate::app::App;
use crate::error::Result;
use crate::view::{RowPage, RowView};

/// Where the next page of a search starts: the last row of each direction that was shown, `None`
/// before the first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    incoming: Option<i64>,
    outgoing: Option<i64>,
}

/// A row beside what it moves the place to.
struct Hit {
    /// When it came to this desk or was begun here: rows of one direction are in this order.
    since: OffsetDateTime,
    place: Place,
    row: RowView,
}

impl App {
    pub(super) fn search_page(&self, text: &str, cursor: Option<&str>) -> Result<RowPage> {
        let mut place = parse_cursor::<Place>(cursor)?.unwrap_or_default();
        let (incoming, more_came) = self.search_incoming(text, place)?;
        let (outgoing, more_ours) = self.search_outgoing(text, place)?;
        let found = incoming.len() + outgoing.len();
        let more = more_came || more_ours || found > PAGE as usize;
        let mut rows = Vec::new();
        for hit in merged(incoming, outgoing).take(PAGE as usize) {
            place.incoming = hit.place.incoming.or(place.incoming);
            place.outgoing = hit.place.outgoing.or(place.outgoing);
            rows.push(hit.row);
        }
        let total = rows.len() + usize::from(more);
        Ok(RowPage {
            rows,
            next: more.then(|| serde_json::to_string(&place).ok()).flatten(),
            total: u32::try_from(total).unwrap_or(COUNT_CAP),
        })
    }

    fn search_incoming(&self, text: &str, place: Place) -> Result<(Vec<Hit>, bool)> {
        let before = place.incoming.map(IncomingId);
        let inbox = self.store.incoming();
        let found = inbox.search(&self.organ.id, text, before, PAGE)?;
        let rows = self.incoming_rows(&found.documents)?;
        let hit = |(document, row): (&trien_store::Incoming, RowView)| Hit {
            since: document.arrived_at,
            place: Place {
                incoming: Some(document.id.0),
                outgoing: None,
            },
            row,
        };
        let hits = found.documents.iter().zip(rows).map(hit).collect();
        Ok((hits, found.more))
    }

    fn search_outgoing(&self, text: &str, place: Place) -> Result<(Vec<Hit>, bool)> {
        let before = place.outgoing.map(OutgoingId);
        let outbox = self.store.outgoing();
        let found = outbox.search(&self.organ.id, text, before, PAGE)?;
        let hit = |document: &trien_store::Outgoing| {
            Ok(Hit {
                since: document.created_at,
                place: Place {
                    incoming: None,
                    outgoing: Some(document.id.0),
                },
                row: self.outgoing_row(document, self.stands(document)?)?,
            })
        };
        let hits = found.documents.iter().map(hit).collect::<Result<_>>()?;
        Ok((hits, found.more))
    }
}

/// The rows of both, the newer one first; each direction stays in its order, whatever its clock said.
fn merged(came: Vec<Hit>, ours: Vec<Hit>) -> impl Iterator<Item = Hit> {
    let (mut came, mut ours) = (came.into_iter().peekable(), ours.into_iter().peekable());
    std::iter::from_fn(move || match (came.peek(), ours.peek()) {
        (Some(one), Some(other)) if one.since >= other.since => came.next(),
        (_, Some(_)) => ours.next(),
        (_, None) => came.next(),
    })
}
