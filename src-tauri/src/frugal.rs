//! The surroundings in which WebKitGTK's processes start, where its settings do not reach.
//!
//! Pages are pictures and nothing moves, so what makes moving pages fast is memory without a use.

/// What is set unless the person has set it: name, value.
#[cfg(target_os = "linux")]
const SURROUNDINGS: &[(&str, &str)] = &[
    // Without shared GPU buffers nothing is composed on the GPU and no GPU driver is loaded into the
    // page's process: 95 MB less. It is the guard against blank windows, too (tauri#9304).
    ("WEBKIT_DISABLE_DMABUF_RENDERER", "1"),
    // The toolkit would try one for its own window.
    ("GDK_GL", "disable"),
    // Scripts here wait for people. 10 MB less, and no page may make code of its own.
    ("JSC_useJIT", "0"),
    // Each thread of the page's process would get a heap of its own.
    ("MALLOC_ARENA_MAX", "2"),
];

/// Sets them for the processes that this one will start. Call it before there are threads.
#[cfg(target_os = "linux")]
pub fn prepare() {
    for (name, value) in SURROUNDINGS {
        if let Err(error) = glib::setenv(name, value, false) {
            tracing::warn!(%error, name, "not set");
        }
    }
}

/// The other systems' web views decide for themselves.
#[cfg(not(target_os = "linux"))]
pub fn prepare() {}
