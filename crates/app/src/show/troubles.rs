//! *Gửi lỗi*: sends that need a person, whichever way their document goes.

use trien_store::{COUNT_CAP, IncomingId, OutgoingId};

use crate::app::App;
use crate::error::Result;
use crate::view::{Folder, RowPage, RowView, Text};

impl App {
    pub(super) fn count_trouble(&self) -> Result<u32> {
        let count = self.documents_troubled()?.len() + self.statuses_troubled()?.len();
        Ok(u32::try_from(count).unwrap_or(COUNT_CAP))
    }

    pub(super) fn list_trouble(&self) -> Result<RowPage> {
        let documents = self
            .documents_troubled()?
            .into_iter()
            .map(|id| self.outgoing_row(&self.store.outgoing().get(id)?, Folder::SendTrouble));
        let statuses = self.statuses_troubled()?.into_iter().map(|id| {
            Ok(RowView {
                hint: Some(Text::new(
                    "Nơi gửi chưa nhận được trạng thái",
                    "The sender lacks a status",
                )),
                ..self.incoming_row(&self.store.incoming().get(id)?, &[])?
            })
        });
        let mut rows: Vec<RowView> = documents.chain(statuses).collect::<Result<_>>()?;
        rows.sort_by(|a, b| b.at.cmp(&a.at));
        let total = u32::try_from(rows.len()).unwrap_or(COUNT_CAP);
        Ok(RowPage {
            rows,
            next: None,
            total,
        })
    }

    /// Documents of ours: the answer was lost, or the axis refused.
    fn documents_troubled(&self) -> Result<Vec<OutgoingId>> {
        Ok(self.store.sends().in_trouble(&self.organ.id, COUNT_CAP)?)
    }

    /// Documents that came, of which the sender was not told.
    fn statuses_troubled(&self) -> Result<Vec<IncomingId>> {
        let sends = self.store.sends();
        Ok(sends.statuses_in_trouble(&self.organ.id, COUNT_CAP)?)
    }
}
