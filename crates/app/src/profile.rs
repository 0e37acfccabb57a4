//! A profile: whose desk a data folder is, and what it needs to work.

use serde::{Deserialize, Serialize};
use trien_domain::text::fold;
use trien_domain::{Organ, OrganId};

use crate::view::Role;

/// What the store keeps of a profile, as one setting. It holds names of secrets, never a secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// Whose desk.
    pub role: Role,
    /// A practice profile: only such a one trusts a practice root.
    pub training: bool,
    /// The office.
    pub organ: OrganProfile,
    /// The person at the desk, and how to reach them (StaffInfo).
    pub person: PersonProfile,
    /// The axis, for desks that exchange.
    pub axis: Option<AxisProfile>,
    /// The token, for desks that sign or seal.
    pub token: Option<TokenProfile>,
    /// What this desk's signature looks like.
    pub mark: Option<MarkProfile>,
    /// How papers of some kinds differ from that.
    #[serde(default)]
    pub templates: Vec<TemplateProfile>,
    /// The folder through which desks hand packages over.
    pub handover_folder: Option<std::path::PathBuf>,
    /// Whether the office numbers and seals documents that were certified elsewhere (DocMDP P=2): some programs call
    /// these invalid afterwards.
    #[serde(default)]
    pub number_after_certification: bool,
    /// Whether the leader's signature certifies the document (DocMDP P=2) where it is the first: prepared fields may
    /// still be filled and signed, but a receiver's visible signature breaks it for some programs.
    #[serde(default)]
    pub certify: bool,
    /// The layout of this office's papers, by key; empty: the one that a draft's first page is known by.
    #[serde(default)]
    pub layout: String,
    /// The timestamp authority for signatures made at this desk; `None`: they get no timestamp.
    #[serde(default)]
    pub tsa: Option<String>,
    /// The level that sealed documents get at dispatch; `None`: that of their signatures.
    #[serde(default)]
    pub dispatch_level: Option<DispatchLevel>,
}

/// What a document is given before it leaves (EN 319 142-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DispatchLevel {
    /// B-LT: certificates, lists and OCSP answers.
    LongTerm,
    /// B-LTA: a timestamp over all of it, too; needs an authority.
    Archive,
}

/// The office's facts as edXML and the forms carry them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganProfile {
    /// OrganId.
    pub id: String,
    /// OrganName.
    pub name: String,
    /// OrganizationInCharge.
    pub in_charge: String,
    /// OrganAdd.
    pub address: String,
    /// Email.
    pub email: String,
    /// Telephone.
    pub telephone: String,
    /// Fax.
    pub fax: String,
    /// Website.
    pub website: String,
    /// Địa danh, as on the date line.
    pub place: String,
}

/// The person at the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonProfile {
    /// Họ tên.
    pub full_name: String,
    /// Phòng, bộ phận.
    pub department: String,
    /// E-mail.
    pub email: String,
    /// Mobile.
    pub mobile: String,
}

/// How the axis is reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AxisProfile {
    /// Base URL.
    pub endpoint: String,
    /// The registered system that signs (not the organ that sends).
    pub system_id: String,
    /// The name of the entry in the key store that holds the shared secret.
    pub secret_entry: String,
    /// How many seconds to wait for an answer; `None`: as long as a slow line may need.
    #[serde(default)]
    pub answer_within: Option<u32>,
    /// What stands between this machine and the axis; nothing by default.
    #[serde(default)]
    pub wire: WireProfile,
    /// How packages are written, where receivers want them otherwise than most do.
    #[serde(default)]
    pub package: PackageProfile,
}

/// How packages are written and fetched: receivers' programs disagree, and nobody can ask all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PackageProfile {
    /// OrganId of receivers whose programs refuse 18, the Type of a công văn, and want 1; `*` for all.
    pub cong_van_is_1_for: Vec<String>,
    /// How files that are no PDFs travel.
    pub other_files: OtherFiles,
    /// How a document is asked back.
    pub recall: RecallBy,
    /// How packages are fetched.
    pub fetch: FetchBy,
}

/// How packages are fetched from the axis.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FetchBy {
    /// As base64 in JSON (`getEdoc`): every axis has it, and says why where it refuses.
    #[default]
    Encoded,
    /// As they are (`downloadEdoc`), a quarter less on a slow line.
    Raw,
}

/// How files that are no PDFs travel.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OtherFiles {
    /// In a zip of one entry, as the public library writes and expects them.
    #[default]
    Zipped,
    /// As they are.
    Raw,
}

/// How a document is asked back; both ways are on the axis, and both are answered by 15 or 16.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecallBy {
    /// By a package of its own (BussinessDocType 1).
    #[default]
    Package,
    /// By the status 13 (*yêu cầu lấy lại*) to each receiver.
    Status,
}

/// What stands between this machine and the axis: a gateway, a proxy, a private authority.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WireProfile {
    /// A PEM file with the only authorities to trust; the system's if none is given.
    pub authorities: Option<std::path::PathBuf>,
    /// The name of the entry in the key store that holds our certificate and its key as PEM.
    pub identity_entry: Option<String>,
    /// The token with our certificate and its key, where the key lies on one.
    pub identity_token: Option<TokenProfile>,
    /// The proxy's address without a password; `direct` for none, the system's if not given.
    pub proxy: Option<String>,
    /// The name of the entry in the key store that holds the proxy's `user:password`.
    pub proxy_entry: Option<String>,
    /// Headers that a gateway wants (`X-Road-Client`): each with the name of the entry in the key store that holds its
    /// value, since some are keys.
    pub header_entries: Vec<(String, String)>,
    /// Seconds that a package waits before it leaves, so that it can be taken back.
    pub hold: u32,
}

/// Which certificate of which module signs at this desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenProfile {
    /// The PKCS#11 library.
    pub module: std::path::PathBuf,
    /// The token's serial number; `None`: whichever holds the certificate.
    pub serial: Option<String>,
    /// SHA-256 of the certificate (DER) in hex.
    pub certificate_sha256: String,
    /// How an RSA key signs.
    #[serde(default)]
    pub rsa: RsaProfile,
}

/// How an RSA key signs. A curve brings its own digest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RsaProfile {
    /// By RSASSA-PSS where the token offers it, else by PKCS#1 v1.5.
    pub pss: bool,
    /// The digest.
    pub digest: RsaDigest,
}

/// The digest of an RSA signature.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RsaDigest {
    /// SHA-256.
    #[default]
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

/// The image that this desk puts on the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MarkProfile {
    /// The PNG's SHA-256: it lies among the blobs.
    pub png_sha256: String,
    /// A seal's true diameter in mm; `None` for a person's signature.
    pub diameter_mm: Option<f64>,
}

/// How papers of one kind are marked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TemplateProfile {
    /// The kind by its name; empty: every kind that has no template of its own.
    pub kind: String,
    /// The picture of this desk's signature or seal; `None`: the desk's usual one.
    pub mark: Option<MarkProfile>,
    /// Where marks stand on papers without text.
    pub places: Option<PagePlaces>,
}

/// Where marks stand on papers whose pages have no text to search, as scans: in mm from the upper left of the page as it
/// is shown. Number and date on the first page, the signature on the last.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PagePlaces {
    /// The number.
    pub number: LinePlace,
    /// The day.
    pub day: LinePlace,
    /// The month.
    pub month: LinePlace,
    /// The leader's signature.
    pub signature: SignaturePlace,
}

/// A gap in a printed line.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinePlace {
    /// Where it begins.
    pub left_mm: f64,
    /// The printed base line.
    pub baseline_mm: f64,
    /// How wide it is.
    pub width_mm: f64,
}

/// The space between a title and a printed name.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignaturePlace {
    /// The middle of title and name.
    pub centre_mm: f64,
    /// The lower edge of the title.
    pub title_mm: f64,
    /// The upper edge of the name.
    pub name_mm: f64,
}

impl Profile {
    /// The picture of this desk's signature or seal on papers of a kind.
    pub(crate) fn mark_on(&self, kind: &str) -> Option<&MarkProfile> {
        let mut templates = self.templates_of(kind);
        let own = templates.find_map(|template| template.mark.as_ref());
        own.or(self.mark.as_ref())
    }

    /// Where marks stand on papers of a kind that have no text.
    pub(crate) fn places_on(&self, kind: &str) -> Option<&PagePlaces> {
        let mut templates = self.templates_of(kind);
        templates.find_map(|template| template.places.as_ref())
    }

    /// The templates for a kind, its own ones before those for every kind.
    fn templates_of(&self, kind: &str) -> impl Iterator<Item = &TemplateProfile> {
        let named = move |of: &str| {
            let of = fold(of);
            self.templates
                .iter()
                .filter(move |template| fold(&template.kind) == of)
        };
        named(kind).chain(named(""))
    }

    /// Every entry in the key store that this profile names.
    pub fn secret_entries(&self) -> Vec<&str> {
        let axis = self.axis.iter();
        let entries = axis.flat_map(|axis| {
            let wire = &axis.wire;
            let headers = wire.header_entries.iter().map(|(_, entry)| entry);
            std::iter::once(&axis.secret_entry)
                .chain(&wire.identity_entry)
                .chain(&wire.proxy_entry)
                .chain(headers)
        });
        entries.map(String::as_str).collect()
    }

    /// The first address of this profile that has a password in it, by its member's name: addresses are kept in the
    /// clear.
    pub(crate) fn address_with_password(&self) -> Option<&'static str> {
        let axis = self.axis.as_ref();
        let addresses = [
            ("axis.endpoint", axis.map(|axis| axis.endpoint.as_str())),
            (
                "axis.wire.proxy",
                axis.and_then(|axis| axis.wire.proxy.as_deref()),
            ),
            ("tsa", self.tsa.as_deref()),
        ];
        let found = addresses
            .into_iter()
            .find(|(_, address)| address.is_some_and(names_user));
        found.map(|(member, _)| member)
    }
}

/// Whether an address has `user:password@` before its host.
fn names_user(address: &str) -> bool {
    let after_scheme = address.split_once("://").map_or(address, |(_, rest)| rest);
    let authority = after_scheme.split(['/', '?', '#', '\\']).next();
    authority.is_some_and(|authority| authority.contains('@'))
}

impl OrganProfile {
    /// The office as the domain knows it; `None` where the identifier is unusable.
    pub fn organ(&self) -> Option<Organ> {
        Some(Organ {
            id: OrganId::new(&self.id)?,
            name: self.name.clone(),
            in_charge: self.in_charge.clone(),
            address: self.address.clone(),
            email: self.email.clone(),
            telephone: self.telephone.clone(),
            fax: self.fax.clone(),
            website: self.website.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::names_user;

    #[test]
    fn a_user_is_found_before_the_host_and_nowhere_else() {
        for address in [
            "http://user:password@proxy:3128",
            "user:password@proxy:3128",
            "https://user@axis/path",
            "http://a:p@ss@proxy",
        ] {
            assert!(names_user(address), "{address}");
        }
        for address in [
            "direct",
            "http://proxy:3128",
            "https://axis/mail@office?to=a@b",
        ] {
            assert!(!names_user(address), "{address}");
        }
    }
}
