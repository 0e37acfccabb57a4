//! Lists: one page, so many rows, or all of them, page by page.

use trien_app::view::{
    Book, Folder, HeldSend, Only, RegisterPage, RowPage, SendTrouble, SyncView, TrackingView,
};
use trien_app::{App, Result};

use crate::args::Pages;
use crate::output;

/// A folder.
pub fn folder(app: &App, folder: Folder, only: Only, pages: &Pages, json: bool) -> Result<()> {
    let page = gather(pages, |after| app.list(folder, only, after))?;
    output::result(&page, json, rows);
    Ok(())
}

/// A search.
pub fn search(app: &App, text: &str, pages: &Pages, json: bool) -> Result<()> {
    let page = gather(pages, |after| app.search(text, after))?;
    output::result(&page, json, rows);
    Ok(())
}

/// A book, or the lines of it that have every word of `find`.
pub fn register(
    app: &App,
    book: Book,
    year: i32,
    find: &str,
    pages: &Pages,
    json: bool,
) -> Result<()> {
    let page = gather(pages, |after| app.register(book, year, find, after))?;
    output::result(&page, json, |page: &RegisterPage| {
        std::iter::once(&page.columns)
            .chain(&page.rows)
            .map(|cells| cells.join(" | "))
            .collect()
    });
    Ok(())
}

/// Organs of the directory.
pub fn organs(app: &App, text: &str, json: bool) -> Result<()> {
    output::result(&app.organs(text)?, json, |organs| {
        let line = |organ: &trien_app::view::OrganView| {
            let closed = if organ.closed { " (đã đóng)" } else { "" };
            let alike = organ.lookalike.as_ref();
            let alike = alike.map_or(String::new(), |twin| format!(" ({})", twin.vi));
            format!(
                "{} {}{closed} – {}{alike}",
                organ.id, organ.name, organ.parent
            )
        };
        organs.iter().map(line).collect()
    });
    Ok(())
}

/// What the exchange needs a person for.
pub fn troubles(app: &App, json: bool) -> Result<()> {
    output::result(&app.exchange_troubles()?, json, |troubles| {
        let line = |trouble: &trien_app::view::ExchangeTrouble| {
            let send = trouble.send.map(|id| format!("[{id}] {}", trouble.key));
            let by = send.or_else(|| trouble.dismissal.clone());
            let by = by.unwrap_or_default();
            format!("{by} {}: {}", trouble.who, trouble.text.vi)
        };
        troubles.iter().map(line).collect()
    });
    Ok(())
}

/// Recipient × status: a line for each recipient, with the hash of the message behind each status.
pub fn tracking_lines(view: &TrackingView) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(deadline) = &view.deadline {
        let late = if deadline.late { "QUÁ HẠN " } else { "" };
        lines.push(format!(
            "{late}Hạn gửi {} ({})",
            deadline.due, deadline.law.vi
        ));
    }
    for row in &view.rows {
        let codes: Vec<&str> = row.cells.iter().map(|cell| cell.code.as_str()).collect();
        lines.push(format!(
            "{} {:?} {}",
            row.organ_name,
            row.delivery,
            codes.join(" ")
        ));
        let silent = row.silent.iter();
        lines.extend(silent.map(|alarm| format!("  ! {}", alarm.vi)));
        let operations = row.operations.iter();
        lines.extend(operations.map(|one| {
            let at = one.at.as_deref().unwrap_or_default();
            format!("  {} {:?} {at}", one.text.vi, one.delivery)
        }));
        let messages = row.cells.iter();
        lines.extend(messages.map(|cell| format!("  {} {} {}", cell.code, cell.at, cell.raw)));
    }
    let trouble = |trouble: &SendTrouble| format!("! {} {}", trouble.send, trouble.error.title.vi);
    let held =
        |held: &HeldSend| format!("… {} {} {}", held.send, held.at, held.recipients.join("; "));
    lines.extend(view.troubles.iter().map(trouble));
    lines.extend(view.held.iter().map(held));
    lines
}

/// Last, next, why not.
pub fn sync_lines(sync: &SyncView) -> Vec<String> {
    let mut lines = vec![
        format!("Lần cuối: {}", sync.last.as_deref().unwrap_or("chưa")),
        format!(
            "Lần gửi tiếp: {}",
            sync.next.as_deref().unwrap_or("không có gì chờ")
        ),
        format!(
            "Chờ gửi {}, chưa rõ {}, cần người xem {}",
            sync.waiting, sync.unclear, sync.troubles
        ),
    ];
    if sync.running {
        lines.push("Đang đồng bộ".to_owned());
    }
    if sync.interrupted {
        lines.push("Lần trước bị ngắt giữa chừng; lần sau làm tiếp".to_owned());
    }
    lines.extend(sync.clock_warning.iter().map(|warning| warning.vi.clone()));
    let error = sync.error.iter();
    lines.extend(error.map(|error| format!("{}. {}", error.title.vi, error.action.vi)));
    lines
}

fn rows(page: &RowPage) -> Vec<String> {
    let line = |row: &trien_app::view::RowView| {
        let hint = row.hint.iter().map(|hint| format!(" [{}]", hint.vi));
        let hint: String = hint.collect();
        format!(
            "{} {} {} {}{hint}",
            row.key.id, row.who, row.code, row.subject
        )
    };
    let more = page.next.iter().map(|next| format!("… --after '{next}'"));
    page.rows.iter().map(line).chain(more).collect()
}

/// A page of a list, whatever its rows are.
trait Page {
    fn len(&self) -> usize;
    fn next(&self) -> Option<String>;
    /// Takes the rows of the page after this one.
    fn append(&mut self, next: Self);
}

macro_rules! pages_of_rows {
    ($($page:ty),*) => {
        $(impl Page for $page {
            fn len(&self) -> usize {
                self.rows.len()
            }
            fn next(&self) -> Option<String> {
                self.next.clone()
            }
            fn append(&mut self, next: Self) {
                self.rows.extend(next.rows);
                self.next = next.next;
            }
        })*
    };
}

pages_of_rows!(RowPage, RegisterPage);

/// Pages from the first wanted one on, until there are enough rows. A limit is met by whole pages, so
/// that `next` always says where the list goes on.
fn gather<P: Page>(pages: &Pages, page: impl Fn(Option<&str>) -> Result<P>) -> Result<P> {
    let mut gathered = page(pages.after.as_deref())?;
    let wanted = match (pages.all, pages.limit) {
        (true, _) => usize::MAX,
        (false, limit) => limit.unwrap_or(0),
    };
    while let Some(next) = gathered.next().filter(|_| gathered.len() < wanted) {
        gathered.append(page(Some(&next))?);
    }
    Ok(gathered)
}
