//! OpenSSL as the timestamp authority.

use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use super::pki::Pki;

const CONFIG: &str = "[tsa]\ndefault_tsa = here\n[here]\nserial = ./serial\ndefault_policy = 1.2.3.4.1\n\
    signer_digest = sha256\ndigests = sha256\nordering = no\ness_cert_id_chain = no\n";

/// An authority under the issuer of a PKI.
pub struct Tsa {
    folder: TempDir,
}

impl Tsa {
    /// `None` where OpenSSL is not installed.
    pub fn new(pki: &Pki) -> Option<Self> {
        let tsa = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let put = |name: &str, bytes: &[u8]| std::fs::write(tsa.path(name), bytes).unwrap();
        put("serial", b"01\n");
        put("tsa.cnf", CONFIG.as_bytes());
        assert!(tsa.openssl("genrsa -out key.pem 2048")?);
        assert!(tsa.openssl("pkey -in key.pem -pubout -outform DER -out public.der")?);
        let public = std::fs::read(tsa.path("public.der")).unwrap();
        put("tsa.cer", &pki.issue_tsa(99, &public));
        assert!(tsa.openssl("x509 -inform DER -in tsa.cer -out tsa.pem")?);
        Some(tsa)
    }

    /// Answers a request.
    pub fn answer(&self, request: &[u8]) -> Vec<u8> {
        std::fs::write(self.path("query"), request).unwrap();
        let answer =
            "ts -reply -config tsa.cnf -queryfile query -inkey key.pem -signer tsa.pem -out answer";
        assert_eq!(self.openssl(answer), Some(true));
        std::fs::read(self.path("answer")).unwrap()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn openssl(&self, arguments: &str) -> Option<bool> {
        let mut command = Command::new("openssl");
        command.args(arguments.split_whitespace());
        let output = command.current_dir(self.folder.path()).output().ok()?;
        if !output.status.success() {
            eprintln!("{}", String::from_utf8_lossy(&output.stderr));
        }
        Some(output.status.success())
    }
}
