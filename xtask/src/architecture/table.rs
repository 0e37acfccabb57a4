//! The arrows as data. A change here is a change of the architecture and belongs into `ARCHITECTURE.md` too.

/// What one member may name in its manifest among the other members.
#[derive(Debug)]
pub struct Arrows {
    /// The member.
    pub from: &'static str,
    /// Members it may depend on.
    pub to: &'static [&'static str],
    /// Members that its tests may use besides.
    pub tests_also: &'static [&'static str],
}

const fn row(from: &'static str, to: &'static [&'static str]) -> Arrows {
    Arrows {
        from,
        to,
        tests_also: &[],
    }
}

/// One row for each member: what is not here is forbidden.
pub const ARROWS: &[Arrows] = &[
    // Words.
    row("trien-domain", &[]),
    // Doors.
    row("trien-edxml", &["trien-domain"]),
    row("trien-pdf", &[]),
    row("trien-pades", &["trien-pdf"]),
    row("trien-render", &[]),
    row("trien-token", &[]),
    row("trien-store", &["trien-domain"]),
    row("trien-net", &[]),
    row("trien-secrets", &[]),
    // The practice axis is tested with the client that offices use.
    Arrows {
        from: "trien-practice",
        to: &["trien-pdf"],
        tests_also: &["trien-domain", "trien-edxml", "trien-net"],
    },
    row("trien-pkcs11-shim", &[]),
    // What we do.
    row(
        "trien-app",
        &[
            "trien-domain",
            "trien-edxml",
            "trien-pdf",
            "trien-pades",
            "trien-render",
            "trien-token",
            "trien-store",
            "trien-net",
            "trien-secrets",
        ],
    ),
    // Shells.
    row("trien", &["trien-app", "trien-practice"]),
    row("trien-desktop", &["trien-app"]),
    // Judges: they may look into everything but the window, which they drive from outside.
    row(
        "trien-tests",
        &[
            "trien-domain",
            "trien-edxml",
            "trien-pdf",
            "trien-pades",
            "trien-render",
            "trien-token",
            "trien-store",
            "trien-net",
            "trien-secrets",
            "trien-app",
            "trien-practice",
        ],
    ),
    row("xtask", &[]),
];

/// A dangerous dependency from outside and who keeps it.
#[derive(Debug)]
pub struct Door {
    /// Package names; a trailing `*` stands for any ending.
    pub guarded: &'static [&'static str],
    /// The members that may use it.
    pub keepers: &'static [&'static str],
    /// Members whose tests may use it.
    pub tests_of: &'static [&'static str],
    /// What it brings.
    pub why: &'static str,
}

impl Door {
    /// True where the package lies behind this door.
    pub fn guards(&self, package: &str) -> bool {
        self.guarded
            .iter()
            .any(|name| match name.strip_suffix('*') {
                Some(start) => package.starts_with(start),
                None => package == *name,
            })
    }
}

/// Every dangerous dependency with its keepers.
pub const DOORS: &[Door] = &[
    Door {
        guarded: &["tauri", "tauri-*", "wry", "tao"],
        keepers: &["trien-desktop"],
        tests_of: &[],
        why: "Tauri is the window's",
    },
    Door {
        guarded: &["rusqlite", "libsqlite3-sys", "sqlx*"],
        keepers: &["trien-store"],
        tests_of: &[],
        why: "SQL lives in the store",
    },
    Door {
        guarded: &["reqwest", "rustls*", "hyper*", "ureq"],
        // Scenarios speak WebDriver to the window, on loopback.
        keepers: &["trien-net", "trien-tests"],
        tests_of: &[],
        why: "the network has one way out",
    },
    Door {
        guarded: &["cryptoki", "cryptoki-sys"],
        // Practice makes soft tokens; the shim is a module itself.
        keepers: &["trien-token", "trien-practice", "trien-pkcs11-shim"],
        tests_of: &[],
        why: "PKCS#11 modules are foreign code",
    },
    Door {
        guarded: &["pdfium*"],
        keepers: &["trien-render"],
        tests_of: &[],
        why: "PDFium stays behind its child process",
    },
    Door {
        guarded: &["keyring*", "secret-service", "dbus-secret-service*"],
        keepers: &["trien-secrets"],
        tests_of: &[],
        why: "the system's key store has one door",
    },
    Door {
        guarded: &["axum*"],
        keepers: &["trien-practice", "trien-tests"],
        tests_of: &["trien-net", "trien-app"],
        why: "nothing that an office runs listens",
    },
    Door {
        guarded: &["quick-xml"],
        // The practice axis reads a package's header as the real axis does, with eyes of its own.
        keepers: &["trien-edxml", "trien-practice"],
        tests_of: &[],
        why: "XML from outside is read in one place",
    },
    Door {
        guarded: &["tokio", "tokio-*"],
        // `app` owns the runtime; `net` and the practice services wait on sockets; `trien` runs the practice services in
        // the foreground; scenarios have servers and a WebDriver of their own.
        keepers: &[
            "trien-app",
            "trien-net",
            "trien-practice",
            "trien",
            "trien-tests",
        ],
        tests_of: &[],
        why: "the runtime belongs to `app` and those who wait on sockets",
    },
    Door {
        guarded: &["clap*"],
        keepers: &["trien", "trien-desktop"],
        tests_of: &[],
        why: "the command line is a shell's",
    },
    Door {
        guarded: &["rpassword"],
        keepers: &["trien"],
        tests_of: &[],
        why: "a PIN is asked on a terminal by the command line alone",
    },
    Door {
        guarded: &["fantoccini"],
        keepers: &["trien-tests"],
        tests_of: &[],
        why: "WebDriver is a judge's",
    },
];

/// Members that may name these packages and nothing else.
pub const PURE: &[(&str, &[&str])] = &[(
    "trien-domain",
    &["thiserror", "time", "unicode-normalization"],
)];

/// Pairs that no chain of arrows may join in a program that we ship: the window starts the practice axis as
/// a child and never holds it, and neither shell holds the other.
pub const UNREACHABLE: &[(&str, &str)] = &[
    ("trien-desktop", "trien-practice"),
    ("trien-app", "trien-practice"),
    ("trien-token", "trien-pdf"),
    ("trien-pades", "trien-token"),
];

/// Whoever opens a socket names one of these.
const SOCKETS: [&str; 2] = ["std::net", "tokio::net"];
/// Why only `net` does.
const ONE_WAY_OUT: &str = "the network has one way out, `net`";

/// Words that a member's sources must not hold outside their tests, and why.
pub const ABSENCES: &[(&str, &[&str], &str)] = &[
    (
        "crates/domain/src",
        &[
            "std::fs",
            "std::env",
            "SystemTime",
            "now_utc",
            "now_local",
            "Instant::now",
        ],
        "the words are pure: no disk, no clock",
    ),
    (
        "crates/edxml/src",
        &[
            "std::fs",
            "std::env",
            "SystemTime",
            "now_utc",
            "now_local",
            "Instant::now",
        ],
        "edXML is bytes in, bytes out: no files, no clock",
    ),
    (
        "crates/pades/src",
        &["std::env", "SystemTime", "now_utc", "now_local"],
        "`now` is an argument",
    ),
    (
        "crates/store/src",
        &[
            "now_utc",
            "now_local",
            "CURRENT_TIME",
            "CURRENT_DATE",
            "'now'",
            "unixepoch(",
        ],
        "a row's times are its caller's: `now` is an argument below `app`, SQLite's too",
    ),
    (
        "crates/token/src",
        &["std::fs", "SystemTime::now", "now_utc"],
        "the token sees a digest and nothing else",
    ),
    (
        "src-tauri/src",
        &["rusqlite", "reqwest", "cryptoki"],
        "the window asks `app` for everything",
    ),
    ("crates/domain/src", &SOCKETS, ONE_WAY_OUT),
    ("crates/edxml/src", &SOCKETS, ONE_WAY_OUT),
    ("crates/pdf/src", &SOCKETS, ONE_WAY_OUT),
    ("crates/pades/src", &SOCKETS, ONE_WAY_OUT),
    ("crates/render/src", &SOCKETS, ONE_WAY_OUT),
    ("crates/token/src", &SOCKETS, ONE_WAY_OUT),
    ("crates/store/src", &SOCKETS, ONE_WAY_OUT),
    ("crates/secrets/src", &SOCKETS, ONE_WAY_OUT),
    ("crates/app/src", &SOCKETS, ONE_WAY_OUT),
    ("crates/cli/src", &SOCKETS, ONE_WAY_OUT),
    ("src-tauri/src", &SOCKETS, ONE_WAY_OUT),
];
