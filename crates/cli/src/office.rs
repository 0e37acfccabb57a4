//! Making the practice office: three desks with their tokens, and an axis with letters waiting on it.
//!
//! Every step is a command of this very program in a process of its own, because each desk has a
//! token folder and SoftHSM knows only one in a process; and because what works here works for people.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use time::OffsetDateTime;
use trien_app::calendar::vietnam_day;
use trien_app::office_file::{
    AxisEntry, MarkEntry, OfficeFile, SignatoryEntry, TokenEntry, TrustEntry, WireEntry,
};
use trien_app::profile::{OrganProfile, PackageProfile, PersonProfile};
use trien_app::view::Role;
use trien_app::{AppError, ErrorCode, Result};
use trien_practice::axis::{Agency, Registry, System};
use trien_practice::office::{ANSWER, COMMUNE, DEPARTMENT, Letter, NEIGHBOURS, Office, REQUESTS};
use trien_practice::pki::PracticeCa;
use trien_practice::pki::softtoken::{TokenFolder, installed_module};

use crate::disk::failed;
use crate::output;
use crate::practice::{self, internal, of_axis, of_pki};

/// The PIN of every practice token: told openly, nothing of value is behind it.
pub const PIN: &str = "12345678";
/// The variable in which children find it.
const PIN_VARIABLE: &str = "TRIEN_PRACTICE_PIN";
/// The variable in which a child finds the axis's secret.
const SECRET_VARIABLE: &str = "TRIEN_PRACTICE_SECRET";

/// From the department's request to the day by which it wants an answer.
const ANSWER_WITHIN: time::Duration = time::Duration::days(7);

/// Where the desks of the exercise are.
struct Desks {
    root: PathBuf,
    port: u16,
}

/// Makes the office in a folder that is not there yet.
pub fn make(folder: &Path, port: u16, json: bool) -> Result<()> {
    if folder.join("office.json").exists() {
        return Err(AppError::new(
            ErrorCode::BadArgument,
            format!("{} holds an office already", folder.display()),
        ));
    }
    fs::create_dir_all(folder).map_err(|e| failed(folder, &e))?;
    let root = folder.canonicalize().map_err(|e| failed(folder, &e))?;
    let desks = Desks { root, port };
    desks.authority()?;
    desks.tokens()?;
    desks.registry()?;
    for made in [desks.handover(), desks.office_files()] {
        fs::create_dir_all(&made).map_err(|e| failed(&made, &e))?;
    }
    desks.set_up("van-thu", &COMMUNE, Role::Clerk)?;
    desks.set_up("lanh-dao", &COMMUNE, Role::Leader)?;
    desks.set_up("noi-nhan", &DEPARTMENT, Role::Clerk)?;
    desks.write_drafts()?;
    desks.letters_from_the_department()?;
    let told = desks.told();
    let text = serde_json::to_vec_pretty(&told).map_err(internal)?;
    fs::write(desks.root.join("office.json"), text).map_err(|e| failed(&desks.root, &e))?;
    output::result(&told, json, |_| {
        vec![
            format!("Cơ quan tập huấn: {}", desks.root.display()),
            format!("Mã PIN tập huấn: {PIN}"),
            format!(
                "Trục tập huấn: trien practice axis {}",
                desks.axis().display()
            ),
        ]
    });
    Ok(())
}

impl Desks {
    fn pki(&self) -> PathBuf {
        self.root.join("pki")
    }

    fn axis(&self) -> PathBuf {
        self.root.join("truc")
    }

    fn office_files(&self) -> PathBuf {
        self.root.join("co-quan")
    }

    fn handover(&self) -> PathBuf {
        self.root.join("trinh-ky")
    }

    fn drafts(&self) -> PathBuf {
        self.root.join("du-thao")
    }

    fn desk(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    fn certificate(&self, name: &str) -> PathBuf {
        self.root.join("chung-thu").join(format!("{name}.pem"))
    }

    fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn authority(&self) -> Result<()> {
        let ca =
            PracticeCa::create(&self.pki(), None, OffsetDateTime::now_utc()).map_err(of_pki)?;
        ca.publish_crls(OffsetDateTime::now_utc()).map_err(of_pki)
    }

    /// Each desk's token in the desk's own folder, and the department's director's beside.
    fn tokens(&self) -> Result<()> {
        let certificates = self.root.join("chung-thu");
        fs::create_dir_all(&certificates).map_err(|e| failed(&certificates, &e))?;
        for (desk, office, person) in [
            ("van-thu", COMMUNE, false),
            ("lanh-dao", COMMUNE, true),
            ("noi-nhan", DEPARTMENT, false),
            ("giam-doc", DEPARTMENT, true),
        ] {
            let folder = TokenFolder::prepare(&self.desk(desk).join("token")).map_err(of_pki)?;
            let (variable, conf) = folder.environment();
            let name = if person {
                office.leader.name
            } else {
                office.name
            };
            let mut command = self.trien()?;
            command
                .env(variable, conf)
                .args(["practice", "token"])
                .arg(self.desk(desk).join("token"));
            command
                .arg("--ca")
                .arg(self.pki())
                .args(["--label", name, "--pin-env", PIN_VARIABLE]);
            command
                .args(["--name", name, "--organ", office.name])
                .arg("--out")
                .arg(self.certificate(desk));
            if person {
                command.args(["--title", office.leader.title]);
            }
            run(command)?;
        }
        Ok(())
    }

    fn registry(&self) -> Result<()> {
        let system = |office: &Office| System {
            id: office.system.to_owned(),
            secret: secret_of(office),
            organs: vec![Agency {
                pcode: "000.00.00.H99".to_owned(),
                ..Agency::named(office.id, office.name)
            }],
        };
        let neighbours = NEIGHBOURS
            .iter()
            .map(|(code, name)| Agency::named(code, name));
        let registry = Registry {
            centre: "00.99.W00".to_owned(),
            systems: vec![system(&COMMUNE), system(&DEPARTMENT)],
            directory: neighbours.collect(),
        };
        registry.save(&self.axis()).map_err(of_axis)?;
        practice::keep_port(&self.axis(), self.port)
    }

    /// A desk's profile from an office file, which stays beside as an example.
    fn set_up(&self, desk: &str, office: &Office, role: Role) -> Result<()> {
        let file = self.office_file(desk, office, role)?;
        self.at(desk, [OsStr::new("set-up"), file.as_os_str()])?;
        if role == Role::Clerk {
            let mut command = self.trien()?;
            command
                .arg("--data")
                .arg(self.desk(desk))
                .args(["secret", "--secret-env", SECRET_VARIABLE])
                .env(SECRET_VARIABLE, secret_of(office));
            run(command)?;
        }
        Ok(())
    }

    fn office_file(&self, desk: &str, office: &Office, role: Role) -> Result<PathBuf> {
        let leader = role == Role::Leader;
        let module = installed_module()
            .ok_or_else(|| AppError::new(ErrorCode::TokenModuleMissing, "SoftHSM2"))?;
        let person = if leader {
            office.leader.name
        } else {
            office.clerk
        };
        let leader_desk = if office.id == COMMUNE.id {
            "lanh-dao"
        } else {
            "giam-doc"
        };
        let signature = self.picture(&format!("{leader_desk}.png"), office.leader.signature)?;
        let mark = if leader {
            MarkEntry {
                picture: signature.clone(),
                diameter_mm: None,
                disc: None,
            }
        } else {
            MarkEntry {
                picture: self.picture(&format!("dau-{desk}.png"), office.seal)?,
                diameter_mm: Some(office.seal_mm),
                disc: None,
            }
        };
        let pki = |name: &str| Path::new("../pki").join(name);
        let certificate = |desk: &str| Path::new("../chung-thu").join(format!("{desk}.pem"));
        let file = OfficeFile {
            role,
            training: true,
            organ: organ_profile(office),
            person: PersonProfile {
                full_name: person.to_owned(),
                department: "Văn thư".to_owned(),
                email: "vanthu@example.gov.vn".to_owned(),
                mobile: "0900000001".to_owned(),
            },
            axis: (!leader).then(|| AxisEntry {
                endpoint: self.endpoint(),
                system_id: office.system.to_owned(),
                answer_within: None,
                wire: WireEntry::default(),
                package: PackageProfile::default(),
            }),
            token: Some(TokenEntry {
                module,
                serial: None,
                rsa: Default::default(),
                certificate: certificate(desk),
            }),
            mark: Some(mark),
            templates: Vec::new(),
            handover_folder: (office.id == COMMUNE.id).then(|| self.handover()),
            number_after_certification: false,
            certify: false,
            layout: String::new(),
            tsa: None,
            dispatch_level: None,
            trust: TrustEntry {
                roots: vec![pki("root.pem")],
                intermediates: vec![pki("issuer.pem")],
                crls: vec![pki("root.crl"), pki("issuer.crl")],
            },
            signatories: vec![SignatoryEntry {
                full_name: office.leader.name.to_owned(),
                position: office.leader.position.to_owned(),
                competence: office.leader.competence.to_owned(),
                certificate: certificate(leader_desk),
                mark: Some(signature),
            }],
        };
        let path = self.office_files().join(format!("{desk}.json"));
        let text = serde_json::to_vec_pretty(&file).map_err(internal)?;
        fs::write(&path, text).map_err(|e| failed(&path, &e))?;
        Ok(path)
    }

    /// Puts a picture beside the office files; what it returns is its name there.
    fn picture(&self, name: &str, png: &[u8]) -> Result<PathBuf> {
        let path = self.office_files().join(name);
        fs::write(&path, png).map_err(|e| failed(&path, &e))?;
        Ok(name.into())
    }

    /// The commune's answer, ready to be taken in, and the department's letters.
    fn write_drafts(&self) -> Result<()> {
        let folder = self.drafts();
        fs::create_dir_all(&folder).map_err(|e| failed(&folder, &e))?;
        let year = vietnam_day(OffsetDateTime::now_utc()).year();
        let (subject, paragraphs) = ANSWER;
        let answer = Letter {
            office: &COMMUNE,
            subject,
            to: DEPARTMENT.name,
            paragraphs,
            year,
        };
        let path = folder.join("tra-loi.pdf");
        fs::write(&path, answer.write().map_err(internal)?).map_err(|e| failed(&path, &e))?;
        for (i, (subject, paragraphs)) in REQUESTS.iter().enumerate() {
            let to = "Ủy ban nhân dân các xã, phường";
            let letter = Letter {
                office: &DEPARTMENT,
                subject,
                to,
                paragraphs,
                year,
            };
            let path = folder.join(format!("so-noi-vu-{}.pdf", i + 1));
            fs::write(&path, letter.write().map_err(internal)?).map_err(|e| failed(&path, &e))?;
        }
        Ok(())
    }

    /// The department drafts, signs, numbers, seals and sends its letters through the running axis.
    fn letters_from_the_department(&self) -> Result<()> {
        let runtime = tokio::runtime::Runtime::new().map_err(internal)?;
        let axis = runtime.block_on(practice::start(&self.axis(), self.port))?;
        let sync =
            |desk, options: &[&str]| self.at(desk, ["sync"].iter().chain(options)).map(|_| ());
        // The directory first: a letter bears its receivers' names as they were when it was written.
        let sent = sync("noi-nhan", &["--directory"])
            .and_then(|()| (1..=REQUESTS.len()).try_for_each(|n| self.letter(n)))
            .and_then(|()| sync("noi-nhan", &[]))
            .and_then(|()| sync("van-thu", &["--directory"]));
        runtime.block_on(axis.stop());
        sent
    }

    fn letter(&self, n: usize) -> Result<()> {
        let (subject, _) = REQUESTS
            .get(n - 1)
            .ok_or_else(|| internal("no such letter"))?;
        let draft = self.drafts().join(format!("so-noi-vu-{n}.pdf"));
        let (prepared, signed) = (
            self.drafts().join("prepared.pdf"),
            self.drafts().join("signed.pdf"),
        );
        let people = self.at("noi-nhan", ["signatories"])?;
        let signatory = people
            .get(0)
            .and_then(|p| p.get("id"))
            .map(ToString::to_string)
            .unwrap_or_default();
        let path = |path: &Path| path.display().to_string();
        let draft = path(&draft);
        let mut form = vec![
            "draft",
            &draft,
            "--subject",
            subject,
            "--notation",
            DEPARTMENT.notation,
            "--signatory",
            &signatory,
            "--to",
            COMMUNE.id,
        ];
        let due = (vietnam_day(OffsetDateTime::now_utc()) + ANSWER_WITHIN).to_string();
        // The first letter asks for a report, so that there is a day to keep.
        if n == 1 {
            form.extend(["--due", &due]);
        }
        let key = self.at("noi-nhan", form)?;
        let id = key.get("id").map(ToString::to_string).unwrap_or_default();
        self.at("noi-nhan", ["show", "out", &id, "--save", &path(&prepared)])?;
        let picture = self.drafts().join("chu-ky.png");
        fs::write(&picture, DEPARTMENT.leader.signature).map_err(|e| failed(&picture, &e))?;
        let module = installed_module()
            .ok_or_else(|| AppError::new(ErrorCode::TokenModuleMissing, "SoftHSM2"))?;
        let mut sign = self.trien()?;
        sign.arg("--data")
            .arg(self.desk("giam-doc"))
            .arg("sign")
            .arg(&prepared)
            .arg("--out")
            .arg(&signed);
        sign.arg("--module").arg(module).args([
            "--token",
            DEPARTMENT.leader.name,
            "--pin-env",
            PIN_VARIABLE,
        ]);
        sign.arg("--mark").arg(&picture);
        run(sign)?;
        self.at("noi-nhan", ["take-signed", &id, &path(&signed)])?;
        self.at("noi-nhan", ["seal", &id, "--pin-env", PIN_VARIABLE])?;
        self.at("noi-nhan", ["send", &id])?;
        for left in [prepared, signed, picture] {
            fs::remove_file(&left).map_err(|e| failed(&left, &e))?;
        }
        Ok(())
    }

    /// Runs a command at a desk and takes its JSON.
    fn at<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(
        &self,
        desk: &str,
        arguments: I,
    ) -> Result<Value> {
        let mut command = self.trien()?;
        command.arg("--data").arg(self.desk(desk)).args(arguments);
        run(command)
    }

    fn trien(&self) -> Result<Command> {
        let mut command = Command::new(std::env::current_exe().map_err(internal)?);
        command
            .arg("--json")
            .env(PIN_VARIABLE, PIN)
            .env_remove("SOFTHSM2_CONF")
            .env_remove("TRIEN_DATA");
        Ok(command)
    }

    fn told(&self) -> Value {
        json!({
            "endpoint": self.endpoint(),
            "pin": PIN,
            "clerk": self.desk("van-thu"),
            "leader": self.desk("lanh-dao"),
            "receiver": self.desk("noi-nhan"),
            "axis": self.axis(),
            "pki": self.pki(),
            "handover": self.handover(),
            "drafts": self.drafts(),
            "certificates": self.root.join("chung-thu"),
        })
    }
}

fn organ_profile(office: &Office) -> OrganProfile {
    OrganProfile {
        id: office.id.to_owned(),
        name: office.name.to_owned(),
        in_charge: office.in_charge.to_owned(),
        address: office.address.to_owned(),
        email: "vanthu@example.gov.vn".to_owned(),
        telephone: "02990000001".to_owned(),
        fax: String::new(),
        website: "example.gov.vn".to_owned(),
        place: office.place.to_owned(),
    }
}

/// The shared secret of a practice system; it opens nothing but the practice axis on this machine.
fn secret_of(office: &Office) -> String {
    format!("khoa-tap-huan-{}", office.system)
}

/// Runs a child and takes its JSON, or the error that it told.
fn run(mut command: Command) -> Result<Value> {
    let output = command.output().map_err(internal)?;
    let told: Value = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    if output.status.success() {
        return Ok(told);
    }
    let code = told.pointer("/error/code").cloned();
    let code = code.and_then(|code| serde_json::from_value(code).ok());
    let stderr = String::from_utf8_lossy(&output.stderr);
    let why = format!("{command:?}: {} {told} {stderr}", output.status);
    Err(AppError::new(code.unwrap_or(ErrorCode::Internal), why))
}
