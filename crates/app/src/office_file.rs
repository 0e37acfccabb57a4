//! *Tệp cơ quan*: what a desk needs to begin, in one JSON file that is written once for an office, so that no desk
//! needs an administrator. Pictures and certificates lie beside it; no secret is in it. The form is in
//! `docs/setting-up.md`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::administration::{SignatoryForm, TrustKind, check_root};
use crate::app::App;
use crate::error::{AppError, ErrorCode, Result};
use crate::host::Host;
use crate::plain;
use crate::profile::{
    AxisProfile, DispatchLevel, MarkProfile, OrganProfile, PackageProfile, PagePlaces,
    PersonProfile, Profile, RsaProfile, TemplateProfile, TokenProfile, WireProfile,
};
use crate::seal_scan::{self, Disc};
use crate::view::{OfficeView, Role};

/// A picture, certificate or list beside the office file is at most this large: a CA's full list has some ten
/// megabytes.
const FILE_MAX: u64 = 64 * 1024 * 1024;

/// One desk of one office. Paths are relative to the file's own folder.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeFile {
    /// Whose desk.
    pub role: Role,
    /// For practice only: the window says *TẬP HUẤN*, and a practice root is trusted.
    #[serde(default)]
    pub training: bool,
    /// The office.
    pub organ: OrganProfile,
    /// The person at the desk.
    pub person: PersonProfile,
    /// The axis, for a desk that exchanges.
    pub axis: Option<AxisEntry>,
    /// The token, for a desk that signs or seals.
    pub token: Option<TokenEntry>,
    /// The picture of this desk's signature or seal.
    pub mark: Option<MarkEntry>,
    /// How papers of some kinds differ from that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub templates: Vec<TemplateEntry>,
    /// The folder through which desks hand packages over.
    pub handover_folder: Option<PathBuf>,
    /// Whether the office numbers and seals documents that were certified elsewhere (DocMDP P=2).
    #[serde(default)]
    pub number_after_certification: bool,
    /// Whether the leader's signature certifies the document (DocMDP P=2), where it is the first.
    #[serde(default)]
    pub certify: bool,
    /// The layout of this office's papers, by key; empty: the one that a draft's first page is known by.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub layout: String,
    /// The timestamp authority of this desk's signatures.
    #[serde(default)]
    pub tsa: Option<String>,
    /// The level that sealed documents get at dispatch: `long_term`, `archive`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dispatch_level: Option<DispatchLevel>,
    /// Which authorities are trusted.
    #[serde(default)]
    pub trust: TrustEntry,
    /// Who may sign for the office.
    #[serde(default)]
    pub signatories: Vec<SignatoryEntry>,
}

/// How the axis is reached. Its secret is given to the key store by itself (`trien secret`).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AxisEntry {
    /// Base URL.
    pub endpoint: String,
    /// The registered system.
    pub system_id: String,
    /// How many seconds to wait for an answer.
    pub answer_within: Option<u32>,
    /// What stands between this machine and the axis; nothing by default.
    #[serde(default)]
    pub wire: WireEntry,
    /// How packages are written, where receivers want them otherwise than most do.
    #[serde(default, skip_serializing_if = "is_default")]
    pub package: PackageProfile,
}

/// What stands between this machine and the axis. Secrets are named, and given to the key store by themselves
/// (`trien secret --entry`).
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WireEntry {
    /// A PEM file with the only authorities to trust; the system's if none is given.
    pub authorities: Option<PathBuf>,
    /// The entry with our certificate and its key as PEM.
    pub identity_entry: Option<String>,
    /// The token with our certificate, where its key lies on one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_token: Option<TokenEntry>,
    /// The proxy's address; `direct` for none, the system's if not given.
    pub proxy: Option<String>,
    /// The entry with the proxy's `user:password`.
    pub proxy_entry: Option<String>,
    /// Headers that a gateway wants, each with the entry that holds its value.
    pub header_entries: BTreeMap<String, String>,
    /// Seconds that a package waits before it leaves, so that it can be taken back.
    pub hold: u32,
}

/// Which certificate of which module.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenEntry {
    /// The PKCS#11 library: a whole path, as its vendor installs it.
    pub module: PathBuf,
    /// How an RSA key signs: `{"pss": true, "digest": "sha256"}`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub rsa: RsaProfile,
    /// The token's serial number; without it, whichever holds the certificate.
    pub serial: Option<String>,
    /// The certificate (PEM or DER).
    pub certificate: PathBuf,
}

/// A picture of a signature or a seal.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarkEntry {
    /// A PNG with a transparent ground.
    pub picture: PathBuf,
    /// A seal's true diameter in mm; none for a person's signature.
    pub diameter_mm: Option<f64>,
    /// Where the seal lies in its scan, where more is on it than the seal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disc: Option<Disc>,
}

/// How papers of one kind are marked.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateEntry {
    /// The kind by its name: `Quyết định`; empty for every kind without a template of its own.
    #[serde(default)]
    pub kind: String,
    /// The picture of this desk's signature or seal on such papers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<MarkEntry>,
    /// Where marks stand on such papers that have no text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub places: Option<PagePlaces>,
}

/// Certificates and lists, as files.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TrustEntry {
    /// Trusted by themselves.
    pub roots: Vec<PathBuf>,
    /// Issuers: signatures of this country carry the signer's certificate alone.
    pub intermediates: Vec<PathBuf>,
    /// Revocation lists.
    pub crls: Vec<PathBuf>,
}

/// A line of the register of signatories.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignatoryEntry {
    /// Họ tên.
    pub full_name: String,
    /// Chức vụ as printed.
    pub position: String,
    /// Quyền hạn as printed.
    pub competence: String,
    /// The certificate (PEM or DER).
    pub certificate: PathBuf,
    /// The picture of the signature, for its proportions.
    pub mark: Option<PathBuf>,
}

impl OfficeFile {
    /// Whose desk a file would make, to be shown before it is made.
    ///
    /// # Errors
    /// `OfficeFileUnusable`.
    pub fn look(file: &Path) -> Result<OfficeView> {
        let office = Desk::read(file)?.office;
        Ok(OfficeView {
            role: office.role,
            organ_name: office.organ.name,
            organ_id: office.organ.id,
            person: office.person.full_name,
            training: office.training,
            axis: office.axis.map(|axis| axis.endpoint),
        })
    }
}

impl App {
    /// Makes a desk's profile from an office file, or brings an existing one up to date with it. Doing it twice
    /// has the effect of doing it once, so that a run that was cut off is simply made again.
    ///
    /// # Errors
    /// `FileNotReadable`, `OfficeFileUnusable` where the file, or one that it names, cannot be used; `ProfileOfAnother`
    /// where the folder is
    /// another desk's; `PracticeRoot`; those of the store.
    pub fn set_up(file: &Path, data: &Path, host: Arc<dyn Host>) -> Result<Self> {
        let desk = Desk::read(file)?;
        let office = &desk.office;
        if let Ok(existing) = Self::open(data, host.clone()) {
            let same = existing.profile.role == office.role
                && existing.profile.organ.id == office.organ.id;
            if !same {
                let whose = existing.profile.organ.name.clone();
                return Err(AppError::new(ErrorCode::ProfileOfAnother, whose));
            }
        }
        // Everything is read before anything is written: a file that is missing leaves no half desk.
        let (trust, signatories) = (desk.trust()?, desk.signatories()?);
        let mark = office
            .mark
            .as_ref()
            .map(|mark| desk.mark(mark))
            .transpose()?;
        let templates = office.templates.iter().map(|template| {
            let mark = template.mark.as_ref().map(|mark| desk.mark(mark));
            Ok((template, mark.transpose()?))
        });
        let templates = templates.collect::<Result<Vec<_>>>()?;
        // Pictures live in the profile's own store, so it is opened once without them.
        let mut profile = desk.profile()?;
        Self::write_profile(data, &profile)?;
        let app = Self::open(data, host.clone())?;
        let keep = |mark: Option<Picture>| mark.map(|mark| app.keep_picture(&mark)).transpose();
        profile.mark = keep(mark)?;
        for (template, mark) in templates {
            profile.templates.push(TemplateProfile {
                kind: template.kind.clone(),
                mark: keep(mark)?,
                places: template.places,
            });
        }
        Self::write_profile(data, &profile)?;
        for (kind, name, bytes) in &trust {
            app.put_trust(*kind, name, bytes)?;
        }
        for signatory in &signatories {
            app.put_signatory(signatory)?;
        }
        Self::open(data, host)
    }
}

impl App {
    fn keep_picture(&self, picture: &Picture) -> Result<MarkProfile> {
        Ok(MarkProfile {
            png_sha256: self.keep_mark(&picture.png)?,
            diameter_mm: picture.diameter_mm,
        })
    }
}

/// A picture of a signature, or of a seal that is cut to its disc.
struct Picture {
    png: Vec<u8>,
    diameter_mm: Option<f64>,
}

/// An office file and the folder that its paths start from.
struct Desk {
    office: OfficeFile,
    folder: PathBuf,
}

impl Desk {
    fn read(file: &Path) -> Result<Self> {
        let office: OfficeFile =
            serde_json::from_slice(&read(file)?).map_err(|e| unusable(file, &e))?;
        if office.organ.organ().is_none() {
            return Err(unusable(file, &format!("OrganId {:?}", office.organ.id)));
        }
        let whole = file.canonicalize();
        let whole = whole.map_err(|e| AppError::not_readable(file, &e))?;
        let folder = whole.parent().map(Path::to_owned).unwrap_or_default();
        Ok(Self { office, folder })
    }

    fn profile(&self) -> Result<Profile> {
        let office = self.office.clone();
        let token = office.token.map(|token| self.token(token)).transpose()?;
        let axis = office.axis.map(|axis| self.axis(axis, office.role));
        Ok(Profile {
            role: office.role,
            training: office.training,
            organ: office.organ,
            person: office.person,
            axis: axis.transpose()?,
            token,
            mark: None,
            templates: Vec::new(),
            handover_folder: office.handover_folder.map(|path| self.folder.join(path)),
            number_after_certification: office.number_after_certification,
            certify: office.certify,
            layout: office.layout.clone(),
            tsa: office.tsa.clone(),
            dispatch_level: office.dispatch_level,
        })
    }

    fn token(&self, token: TokenEntry) -> Result<TokenProfile> {
        let certificate = plain::certificate(&self.bytes(&token.certificate)?)?;
        Ok(TokenProfile {
            module: token.module,
            serial: token.serial,
            rsa: token.rsa,
            certificate_sha256: plain::sha256(&certificate),
        })
    }

    fn axis(&self, axis: AxisEntry, role: Role) -> Result<AxisProfile> {
        let identity_token = axis.wire.identity_token;
        Ok(AxisProfile {
            secret_entry: format!("axis.{}.{}", axis.system_id, role_word(role)),
            endpoint: axis.endpoint,
            system_id: axis.system_id,
            answer_within: axis.answer_within,
            wire: WireProfile {
                authorities: axis.wire.authorities.map(|path| self.folder.join(path)),
                identity_entry: axis.wire.identity_entry,
                identity_token: identity_token.map(|token| self.token(token)).transpose()?,
                proxy: axis.wire.proxy,
                proxy_entry: axis.wire.proxy_entry,
                header_entries: axis.wire.header_entries.into_iter().collect(),
                hold: axis.wire.hold,
            },
            package: axis.package,
        })
    }

    fn mark(&self, entry: &MarkEntry) -> Result<Picture> {
        let png = self.bytes(&entry.picture)?;
        let unusable = |why: String| unusable(&self.folder.join(&entry.picture), &why);
        let png = match entry.diameter_mm {
            Some(_) => seal_scan::cut(&png, entry.disc).map_err(unusable)?,
            None => png,
        };
        Ok(Picture {
            png,
            diameter_mm: entry.diameter_mm,
        })
    }

    fn trust(&self) -> Result<Vec<(TrustKind, String, Vec<u8>)>> {
        let trust = &self.office.trust;
        let mut files = Vec::new();
        for (kind, paths) in [
            (TrustKind::Root, &trust.roots),
            (TrustKind::Intermediate, &trust.intermediates),
            (TrustKind::Crl, &trust.crls),
        ] {
            for path in paths {
                let (name, bytes) = (file_name(path)?, self.bytes(path)?);
                check_root(kind, self.office.training, &name, &bytes)?;
                files.push((kind, name, bytes));
            }
        }
        Ok(files)
    }

    fn signatories(&self) -> Result<Vec<SignatoryForm>> {
        let entries = self.office.signatories.iter();
        let forms = entries.map(|entry| {
            Ok(SignatoryForm {
                full_name: entry.full_name.clone(),
                position: entry.position.clone(),
                competence: entry.competence.clone(),
                certificate: self.bytes(&entry.certificate)?,
                mark: entry.mark.as_deref().map(|p| self.bytes(p)).transpose()?,
            })
        });
        forms.collect()
    }

    fn bytes(&self, path: &Path) -> Result<Vec<u8>> {
        read(&self.folder.join(path))
    }
}

/// Two desks of one office on one machine keep their secrets apart.
fn role_word(role: Role) -> &'static str {
    match role {
        Role::Leader => "leader",
        Role::Clerk => "clerk",
    }
}

fn file_name(path: &Path) -> Result<String> {
    let name = path.file_name().and_then(|name| name.to_str());
    name.map(str::to_owned)
        .ok_or_else(|| unusable(path, &"no file name"))
}

fn read(path: &Path) -> Result<Vec<u8>> {
    let size = fs::metadata(path);
    let size = size.map_err(|e| AppError::not_readable(path, &e))?.len();
    if size > FILE_MAX {
        return Err(unusable(path, &"too large"));
    }
    fs::read(path).map_err(|e| AppError::not_readable(path, &e))
}

fn unusable(path: &Path, why: &dyn std::fmt::Display) -> AppError {
    let detail = format!("{}: {why}", path.display());
    AppError::new(ErrorCode::OfficeFileUnusable, detail)
}
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
