//! Pictures of pages: `page://localhost/<sha256>/<page>?scale=1.50` answers with a PNG.

use std::sync::Arc;

use tauri::http::{Request, Response, StatusCode, header};
use tauri::{Manager, Runtime, UriSchemeContext, UriSchemeResponder};
use trien_app::{App, ErrorCode};

use crate::desk::Desk;
use crate::window::MAIN;

/// The scheme; on Windows the same addresses are `http://page.localhost/…`.
pub const SCHEME: &str = "page";

/// Pixels for each point: below, nothing can be read; above, a page of A4 is more than 30 megapixels.
const SCALES: std::ops::RangeInclusive<f32> = 0.1..=8.0;

/// Which picture is asked for.
#[derive(Debug, PartialEq)]
struct Wanted {
    sha256: String,
    page: u32,
    scale: f32,
}

/// Answers on a thread that may block: a page can take the renderer a while.
pub fn serve<R: Runtime>(
    context: UriSchemeContext<'_, R>,
    request: Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    let app = context
        .app_handle()
        .try_state::<Desk>()
        .and_then(|desk| desk.app());
    let wanted = wanted(
        request.uri().path(),
        request.uri().query().unwrap_or_default(),
    );
    // Only the main window shows pages.
    let allowed = context.webview_label() == MAIN;
    tauri::async_runtime::spawn_blocking(move || {
        responder.respond(match (app, wanted) {
            (Some(app), Some(wanted)) if allowed => draw(&app, &wanted),
            _ => plain(StatusCode::BAD_REQUEST, "no such picture"),
        });
    });
}

fn draw(app: &Arc<App>, wanted: &Wanted) -> Response<Vec<u8>> {
    match app.page_png(&wanted.sha256, wanted.page, wanted.scale) {
        Ok(png) => {
            let mut response = Response::new(png);
            let headers = response.headers_mut();
            headers.insert(
                header::CONTENT_TYPE,
                header::HeaderValue::from_static("image/png"),
            );
            // The name is the hash of the file: the picture never changes.
            headers.insert(
                header::CACHE_CONTROL,
                header::HeaderValue::from_static("private, max-age=31536000, immutable"),
            );
            response
        }
        Err(error) => {
            tracing::info!(code = ?error.code, detail = %error.detail, ?wanted, "no picture");
            let status = match error.code {
                ErrorCode::NotFound => StatusCode::NOT_FOUND,
                _ => StatusCode::INTERNAL_SERVER_ERROR,
            };
            plain(status, "no picture")
        }
    }
}

fn plain(status: StatusCode, text: &str) -> Response<Vec<u8>> {
    let mut response = Response::new(text.as_bytes().to_vec());
    *response.status_mut() = status;
    response
}

fn wanted(path: &str, query: &str) -> Option<Wanted> {
    let (sha256, page) = path.strip_prefix('/')?.split_once('/')?;
    let hex = sha256.len() == 64 && sha256.bytes().all(|b| b.is_ascii_hexdigit());
    let scale = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("scale="))?
        .parse()
        .ok()?;
    (hex && SCALES.contains(&scale)).then_some(Wanted {
        sha256: sha256.to_ascii_lowercase(),
        page: page.parse().ok()?,
        scale,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_asked_for_by_hash_number_and_scale() {
        let hash = "ab".repeat(32);
        let asked = wanted(&format!("/{hash}/3"), "scale=1.50&turn=2").unwrap();
        assert_eq!(
            asked,
            Wanted {
                sha256: hash,
                page: 3,
                scale: 1.5
            }
        );
    }

    #[test]
    fn whatever_is_not_a_hash_is_refused() {
        let hash = "ab".repeat(32);
        for (path, query) in [
            ("/../../etc/passwd/0", "scale=1"),
            ("/abc/0", "scale=1"),
            (&format!("/{hash}"), "scale=1"),
            (&format!("/{hash}/-1"), "scale=1"),
            (&format!("/{hash}/0"), ""),
            (&format!("/{hash}/0"), "scale=900"),
            (&format!("/{hash}/0"), "scale=NaN"),
        ] {
            assert_eq!(wanted(path, query), None, "{path}?{query}");
        }
    }
}
