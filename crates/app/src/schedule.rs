//! What runs by itself, and when each of it is due.
//!
//! Deadlines are by the wall clock: a machine that slept finds them passed when it wakes, where a clock that stood
//! still meanwhile would let it wait once more. Whoever turns the schedule looks at it every few seconds.
//!
//! An exchange is due earlier where a package has its own time to leave, where the axis was out of reach, and at once
//! where the machine has come into another network. It is due later where the axis asked to be left alone.

use time::{Duration, OffsetDateTime};
use trien_net::local_address;

use crate::app::App;
use crate::error::Result;

/// What runs by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Work {
    /// The changes of the directory of organs: before the exchange, which is sent to who stands there.
    Directory,
    /// A look into the hand-over folder.
    Folder,
    /// A round of exchange with the axis.
    Exchange,
}

/// All of it, in the order in which it is done where it is due together.
const ALL: [Work; 3] = [Work::Directory, Work::Folder, Work::Exchange];

impl Work {
    /// How long it may rest.
    fn every(self) -> Duration {
        match self {
            // Organs are opened and closed by decisions, not by the hour.
            Self::Directory => Duration::hours(12),
            // Listing it is cheap, and the other desk is a person.
            Self::Folder => Duration::seconds(15),
            // What waits for a status waits no longer than this.
            Self::Exchange => Duration::minutes(5),
        }
    }
}

/// How long an exchange rests that did not reach the axis: to try costs little, and most outages are short.
const PROBE: Duration = Duration::minutes(1);

/// The longest rest that an axis asks for (`net` bounds it so); one that ends later was noted before the clock was put
/// back.
const REST_MAX: Duration = Duration::HOUR;

/// When what is due.
#[derive(Debug, Clone)]
pub struct Schedule {
    due: [(Work, OffsetDateTime); ALL.len()],
    /// The address from which this machine speaks to the axis.
    place: Option<String>,
    /// Until when the axis asked to be left alone.
    rest: Option<OffsetDateTime>,
}

impl Schedule {
    /// Everything is due now.
    pub fn starting(now: OffsetDateTime) -> Self {
        Self {
            due: ALL.map(|work| (work, now)),
            place: None,
            rest: None,
        }
    }

    /// What is due, in its order. What lies further ahead than it may rest is due, too: the clock was put back.
    pub fn due(&self, now: OffsetDateTime) -> Vec<Work> {
        let due = self.due.iter();
        let due = due.filter(|(work, at)| *at <= now || *at > now + work.every());
        let due = due.map(|(work, _)| *work);
        due.filter(|work| *work != Work::Exchange || !self.is_resting(now))
            .collect()
    }

    /// It was done, well or not: a failure is no reason to hurry.
    pub fn did(&mut self, work: Work, now: OffsetDateTime) {
        self.set(work, now + work.every());
    }

    /// Somebody wants it now.
    pub fn want(&mut self, work: Work, now: OffsetDateTime) {
        if work == Work::Exchange {
            self.rest = None;
        }
        self.set(work, now);
    }

    fn is_resting(&self, now: OffsetDateTime) -> bool {
        let rests = |until| now < until && until - now <= REST_MAX;
        self.rest.is_some_and(rests)
    }

    /// It is due no later than at this time.
    fn by(&mut self, work: Work, at: OffsetDateTime) {
        if self.next(work).is_none_or(|next| next > at) {
            self.set(work, at);
        }
    }

    /// The machine speaks to the axis from this address now. In another network than before, what failed may succeed.
    fn stands_at(&mut self, place: Option<String>, now: OffsetDateTime) {
        if place.is_some() && place != self.place {
            self.want(Work::Exchange, now);
        }
        self.place = place;
    }

    /// When it is due next.
    pub fn next(&self, work: Work) -> Option<OffsetDateTime> {
        let found = self.due.iter().find(|(known, _)| *known == work);
        let at = found.map(|(_, at)| *at);
        match work {
            Work::Exchange => at.max(self.rest),
            _ => at,
        }
    }

    fn set(&mut self, work: Work, at: OffsetDateTime) {
        for (known, due) in &mut self.due {
            if *known == work {
                *due = at;
            }
        }
    }
}

impl App {
    /// What is due now.
    pub fn due(&self, schedule: &mut Schedule) -> Vec<Work> {
        if let Some(axis) = &self.profile.axis {
            schedule.stands_at(local_address(&axis.endpoint), self.now());
        }
        schedule.due(self.now())
    }

    /// Notes in the schedule that work was done, and where the next round is to be seen.
    ///
    /// # Errors
    /// Those of the store.
    pub fn did(&self, work: Work, schedule: &mut Schedule) -> Result<()> {
        let now = self.now();
        schedule.did(work, now);
        // A desk that has no directory yet cannot choose whom to send to.
        if work == Work::Directory && self.store.directory().version()?.is_none() {
            schedule.by(work, now + PROBE);
        }
        if work != Work::Exchange {
            return Ok(());
        }
        if self.was_out_of_reach()? {
            schedule.by(work, now + PROBE);
        }
        let package = self.store.sends().next_due(&self.organ.id)?;
        match package {
            // A round has its measure, and went well: the next one goes on.
            Some(at) if at <= now && !self.failed_last()? => schedule.want(work, now),
            // What is due and did not leave shares the fate of its round.
            Some(at) if at > now => schedule.by(work, at),
            _ => {}
        }
        schedule.rest = self.rest()?;
        self.note_next(schedule.next(work))
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const START: OffsetDateTime = datetime!(2026-11-20 08:00 +7);

    fn rested() -> Schedule {
        let mut schedule = Schedule::starting(START);
        ALL.into_iter().for_each(|work| schedule.did(work, START));
        schedule
    }

    #[test]
    fn each_work_has_its_own_deadline_and_is_done_in_order() {
        assert_eq!(Schedule::starting(START).due(START), ALL);
        let schedule = rested();
        assert_eq!(schedule.due(START), []);
        let soon = START + Duration::seconds(15);
        assert_eq!(schedule.due(soon), [Work::Folder]);
        let later = START + Duration::minutes(5);
        assert_eq!(schedule.due(later), [Work::Folder, Work::Exchange]);
    }

    #[test]
    fn a_machine_that_slept_finds_everything_due_when_it_wakes() {
        assert_eq!(rested().due(START + Duration::days(2)), ALL);
    }

    #[test]
    fn a_clock_that_is_put_back_does_not_stop_the_exchange() {
        assert_eq!(rested().due(START - Duration::days(365)), ALL);
    }

    #[test]
    fn another_network_is_a_reason_to_exchange_and_none_is_not() {
        let mut schedule = rested();
        let [office, home] = ["10.0.0.7", "192.168.1.7"].map(Some);
        for (place, due) in [
            (office, true),
            (office, false),
            (None, false),
            (office, true),
            (home, true),
        ] {
            schedule.did(Work::Exchange, START);
            schedule.stands_at(place.map(str::to_owned), START);
            let expected: &[Work] = if due { &[Work::Exchange] } else { &[] };
            assert_eq!(schedule.due(START), expected, "{place:?}");
        }
    }

    #[test]
    fn an_axis_that_asks_for_it_is_left_alone_unless_somebody_wants_otherwise() {
        let mut schedule = rested();
        let [soon, later] = [10, 21].map(|minutes| START + Duration::minutes(minutes));
        schedule.rest = Some(START + Duration::minutes(20));
        assert_eq!(schedule.due(soon), [Work::Folder]);
        assert_eq!(schedule.next(Work::Exchange), schedule.rest);
        assert_eq!(schedule.due(later), [Work::Folder, Work::Exchange]);
        let put_back = START - Duration::days(1);
        assert!(schedule.due(put_back).contains(&Work::Exchange));
        schedule.want(Work::Exchange, soon);
        assert_eq!(schedule.due(soon), [Work::Folder, Work::Exchange]);
    }

    #[test]
    fn what_is_wanted_is_due_at_once() {
        let mut schedule = rested();
        schedule.want(Work::Exchange, START);
        assert_eq!(schedule.due(START), [Work::Exchange]);
        schedule.did(Work::Exchange, START);
        let next = START + Duration::minutes(5);
        assert_eq!(schedule.next(Work::Exchange), Some(next));
    }
}
