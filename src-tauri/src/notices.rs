//! What a person should know although no act of theirs failed: what was interrupted and went on, and
//! hand-over packages that were not taken in. Each stands until it is put away or no longer true.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::State;
use trien_app::view::{AlarmView, HandoverReport, SyncReport};
use trien_app::{Changed, ErrorCode, ErrorView, Host};

/// More than a screenful is read by nobody; the oldest give way.
const MOST: usize = 50;

/// One thing to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Notice {
    /// Its identity while the window is open.
    pub id: u32,
    /// Which package or document, empty where it is about the exchange.
    pub about: String,
    /// What.
    pub told: ErrorView,
}

/// The notices of this window, newest last.
pub struct Notices {
    host: Arc<dyn Host>,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    next: u32,
    shown: Vec<Notice>,
    /// Put away, and still true: a refused package is met again at every look into the folder.
    away: Vec<(String, ErrorView)>,
}

impl Notices {
    /// None yet. The host tells the page when one comes.
    pub fn new(host: Arc<dyn Host>) -> Self {
        Self {
            host,
            kept: Mutex::default(),
        }
    }

    /// What an exchange has to say.
    pub fn of_sync(&self, report: &SyncReport) {
        let told = report.notices.iter().cloned();
        self.change(|kept| told.for_each(|told| kept.add(String::new(), told)));
    }

    /// What a look into the hand-over folder has to say; what is no longer refused is forgotten.
    pub fn of_handover(&self, report: &HandoverReport) {
        let refused = &report.refused;
        let still = |about: &str, told: &ErrorView| {
            about.is_empty()
                || is_alarm(told.code)
                || refused
                    .iter()
                    .any(|r| r.package == about && r.error == *told)
        };
        self.change(|kept| {
            kept.shown.retain(|one| still(&one.about, &one.told));
            kept.away.retain(|(about, told)| still(about, told));
            for refusal in refused {
                kept.add(refusal.package.clone(), refusal.error.clone());
            }
        });
    }

    /// Limits that near and receivers that are silent: each once, until it is no longer so.
    pub fn of_alarms(&self, alarms: &[AlarmView]) {
        let still = |about: &str, told: &ErrorView| {
            let known = |alarm: &AlarmView| alarm.about == about && alarm.told.code == told.code;
            !is_alarm(told.code) || alarms.iter().any(known)
        };
        self.change(|kept| {
            kept.shown.retain(|one| still(&one.about, &one.told));
            kept.away.retain(|(about, told)| still(about, told));
            for alarm in alarms {
                kept.add(alarm.about.clone(), alarm.told.clone());
            }
        });
    }

    /// Whether the hand-over folder is there. While it is away nothing comes and nothing goes back, and an empty list
    /// means nothing.
    pub fn of_folder(&self, folder: &str, missing: Option<ErrorView>) {
        self.change(|kept| match missing {
            Some(told) => kept.add(folder.to_owned(), told),
            None => {
                kept.shown.retain(|one| one.about != folder);
                kept.away.retain(|(about, _)| about != folder);
            }
        });
    }

    fn put_away(&self, id: u32) {
        self.change(|kept| {
            if let Some(at) = kept.shown.iter().position(|one| one.id == id) {
                let Notice { about, told, .. } = kept.shown.remove(at);
                // An exchange tells each thing once; what it tells again has happened again.
                if !about.is_empty() {
                    kept.away.push((about, told));
                }
            }
        });
    }

    fn change(&self, change: impl FnOnce(&mut Kept)) {
        let mut kept = self.kept();
        let before = kept.shown.clone();
        change(&mut kept);
        let changed = kept.shown != before;
        drop(kept);
        if changed {
            self.host.changed(Changed::Sync);
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn add(&mut self, about: String, told: ErrorView) {
        // What else is told of an alarm changes as time goes by.
        let alike = |t: &ErrorView| *t == told || is_alarm(t.code) && t.code == told.code;
        let known = |a: &str, t: &ErrorView| *a == about && alike(t);
        let shown = self.shown.iter().any(|one| known(&one.about, &one.told));
        if shown || self.away.iter().any(|(about, told)| known(about, told)) {
            return;
        }
        self.next = self.next.wrapping_add(1);
        self.shown.push(Notice {
            id: self.next,
            about,
            told,
        });
        if self.shown.len() > MOST {
            self.shown.remove(0);
        }
    }
}

/// Whether it is an alarm of the exchange, not of the hand-over folder.
fn is_alarm(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::SendingDue | ErrorCode::ReceiverSilent)
}

/// What there is to know.
#[tauri::command]
#[specta::specta]
pub fn notices(notices: State<'_, Arc<Notices>>) -> Vec<Notice> {
    notices.kept().shown.clone()
}

/// The person has read one.
#[tauri::command]
#[specta::specta]
pub fn put_away_notice(notices: State<'_, Arc<Notices>>, id: u32) {
    notices.put_away(id);
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;
    use trien_app::host::{Asked, Secret};
    use trien_app::view::{HandoverRefusal, PinRequest};
    use trien_app::{AppError, PinAnswer};

    use super::*;

    /// Nobody listens.
    struct Deaf;

    impl Host for Deaf {
        fn now(&self) -> OffsetDateTime {
            OffsetDateTime::UNIX_EPOCH
        }
        fn ask_pin(&self, _: &PinRequest) -> Option<PinAnswer> {
            None
        }
        fn pass_phrase(&self, _: Asked) -> Option<Secret> {
            None
        }
        fn changed(&self, _: Changed) {}
    }

    fn refusing(packages: &[&str]) -> HandoverReport {
        let refused = packages.iter().map(|package| HandoverRefusal {
            package: (*package).to_owned(),
            error: AppError::from(ErrorCode::HandoverDamaged).view(),
        });
        HandoverReport {
            taken: Vec::new(),
            refused: refused.collect(),
        }
    }

    fn abouts(notices: &Notices) -> Vec<String> {
        let kept = notices.kept();
        kept.shown.iter().map(|one| one.about.clone()).collect()
    }

    #[test]
    fn a_refused_package_is_told_once_and_not_again_when_put_away() {
        let notices = Notices::new(Arc::new(Deaf));
        notices.of_handover(&refusing(&["Báo cáo", "Tờ trình"]));
        notices.of_handover(&refusing(&["Báo cáo", "Tờ trình"]));
        assert_eq!(abouts(&notices), ["Báo cáo", "Tờ trình"]);

        let first = notices.kept().shown[0].id;
        notices.put_away(first);
        notices.of_handover(&refusing(&["Báo cáo", "Tờ trình"]));
        assert_eq!(abouts(&notices), ["Tờ trình"]);
    }

    #[test]
    fn what_is_no_longer_refused_is_no_longer_told_and_may_be_told_anew() {
        let notices = Notices::new(Arc::new(Deaf));
        notices.of_handover(&refusing(&["Báo cáo"]));
        let first = notices.kept().shown[0].id;
        notices.put_away(first);
        notices.of_handover(&refusing(&[]));
        notices.of_handover(&refusing(&["Báo cáo"]));
        assert_eq!(abouts(&notices), ["Báo cáo"]);
    }

    #[test]
    fn an_alarm_is_told_once_however_often_the_folder_is_looked_into_and_anew_when_it_comes_again()
    {
        let notices = Notices::new(Arc::new(Deaf));
        let alarm = |detail: &str| AlarmView {
            about: "412/UBND-KT".to_owned(),
            told: AppError::new(ErrorCode::SendingDue, detail).view(),
        };
        notices.of_alarms(&[alarm("Gửi trước 17:00")]);
        notices.of_handover(&refusing(&[]));
        assert_eq!(abouts(&notices), ["412/UBND-KT"]);
        let first = notices.kept().shown[0].id;
        notices.put_away(first);
        notices.of_alarms(&[alarm("Quá hạn gửi 17:00")]);
        assert_eq!(abouts(&notices), Vec::<String>::new());
        notices.of_alarms(&[]);
        notices.of_alarms(&[alarm("Gửi trước 12:00")]);
        assert_eq!(abouts(&notices), ["412/UBND-KT"]);
    }
}
