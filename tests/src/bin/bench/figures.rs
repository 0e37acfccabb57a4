//! Rounds, medians and ratios, as a table and as JSON.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::Result;

/// Odd, so that the median is a measured value; few, so that the bench ends.
const ROUNDS: usize = 5;

/// Only figures of the release profile count against the bars.
const PROFILE: &str = if cfg!(debug_assertions) {
    "dev, so no figure here counts"
} else {
    "release"
};

/// One measurement: how long, and the most memory that its process held.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// Seconds.
    pub seconds: f64,
    /// Peak resident memory in KiB, where the system tells it.
    pub peak_kib: Option<u64>,
}

/// What an issue demands of a figure.
#[derive(Clone, Copy, Debug)]
pub enum Bar {
    /// At most this share of the peer's time.
    Ratio(f64),
    /// At most this share of the peer's time, in at most this memory.
    RatioWithin {
        /// Share of the peer's time.
        ratio: f64,
        /// Peak memory in MiB.
        peak_mib: f64,
    },
    /// At most this many milliseconds.
    Millis(f64),
    /// At most this much memory in MiB.
    Mib(f64),
}

/// One figure in the making.
pub struct Rounds {
    what: String,
    peer: &'static str,
    bar: Option<Bar>,
    ours: Vec<Sample>,
    theirs: Vec<Sample>,
}

impl Rounds {
    /// A figure without measurements.
    pub fn new(what: String, peer: &'static str, bar: Option<Bar>) -> Self {
        Self {
            what,
            peer,
            bar,
            ours: Vec::new(),
            theirs: Vec::new(),
        }
    }

    /// Measures us and the peer in turn.
    pub fn run(
        &mut self,
        mut ours: impl FnMut() -> Result<Sample>,
        mut theirs: Option<impl FnMut() -> Result<Sample>>,
    ) -> Result<()> {
        eprintln!("{} …", self.what);
        for _ in 0..ROUNDS {
            self.ours.push(ours()?);
            if let Some(theirs) = &mut theirs {
                self.theirs.push(theirs()?);
            }
        }
        Ok(())
    }

    /// Measures what has no peer here.
    pub fn alone(&mut self, ours: impl FnMut() -> Result<Sample>) -> Result<()> {
        self.run(ours, None::<fn() -> Result<Sample>>)
    }

    fn figure(&self) -> Figure {
        let pairs = self.ours.iter().zip(&self.theirs);
        let ratio = median(pairs.map(|(ours, theirs)| ours.seconds / theirs.seconds));
        let (ours, theirs) = (summary(&self.ours), summary(&self.theirs));
        Figure {
            what: self.what.clone(),
            peer: theirs.map(|_| self.peer),
            met: self
                .bar
                .zip(ours)
                .and_then(|(bar, ours)| bar.met(ours, ratio)),
            bar: self.bar,
            ours,
            theirs,
            ratio,
        }
    }
}

impl Bar {
    /// `None` where the peer was not there to compare with.
    fn met(self, ours: Sample, ratio: Option<f64>) -> Option<bool> {
        let within = |limit: f64| ours.peak_kib.map(|kib| mib(kib) <= limit);
        match self {
            Self::Ratio(limit) => ratio.map(|ratio| ratio <= limit),
            Self::RatioWithin {
                ratio: limit,
                peak_mib,
            } => Some(ratio? <= limit && within(peak_mib)?),
            Self::Millis(limit) => Some(ours.seconds * 1000.0 <= limit),
            Self::Mib(limit) => within(limit),
        }
    }

    fn words(self) -> String {
        match self {
            Self::Ratio(limit) => format!("≤ {limit} ×"),
            Self::RatioWithin { ratio, peak_mib } => format!("≤ {ratio} ×, ≤ {peak_mib} MiB"),
            Self::Millis(limit) => format!("≤ {limit} ms"),
            Self::Mib(limit) => format!("≤ {limit} MiB"),
        }
    }
}

struct Figure {
    what: String,
    peer: Option<&'static str>,
    bar: Option<Bar>,
    met: Option<bool>,
    ours: Option<Sample>,
    theirs: Option<Sample>,
    ratio: Option<f64>,
}

/// How long many answers took, of which the slow ones matter.
pub struct Latencies {
    what: String,
    seconds: Vec<f64>,
    peers: Vec<(String, Vec<f64>)>,
}

impl Latencies {
    /// Ours.
    pub fn new(what: String, seconds: Vec<f64>) -> Self {
        let peers = Vec::new();
        Self {
            what,
            seconds,
            peers,
        }
    }

    /// A peer's answers to the same questions.
    pub fn beside(&mut self, peer: &str, seconds: Vec<f64>) {
        self.peers.push((peer.to_owned(), seconds));
    }

    fn met(&self) -> bool {
        let within =
            |percent, limit| percentile(&self.seconds, percent).is_some_and(|p| p <= limit);
        within(95, P95) && within(99, P99)
    }
}

/// What 95 and 99 of a hundred answers may take, in seconds: a person who types does not notice.
const P95: f64 = 0.010;
const P99: f64 = 0.050;
/// The columns of a table of answers.
const PERCENTS: [usize; 3] = [50, 95, 99];

fn percentile(seconds: &[f64], percent: usize) -> Option<f64> {
    let mut sorted = seconds.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
        .get((sorted.len() * percent / 100).min(sorted.len().checked_sub(1)?))
        .copied()
}

/// Everything measured, and what was not.
pub struct Figures {
    rows: Vec<Figure>,
    latencies: Vec<Latencies>,
    skipped: Vec<(String, String)>,
    load: Option<String>,
}

impl Figures {
    /// No figures yet; the machine's load is that of now.
    pub fn new() -> Self {
        Self {
            rows: Vec::new(),
            latencies: Vec::new(),
            skipped: Vec::new(),
            load: load(),
        }
    }

    /// Adds a figure.
    pub fn add(&mut self, rounds: Rounds) {
        self.rows.push(rounds.figure());
    }

    /// Adds the times of many answers.
    pub fn latency(&mut self, latencies: Latencies) {
        self.latencies.push(latencies);
    }

    /// Says what is not measured, and why; it is no figure.
    pub fn skip(&mut self, what: &str, why: &str) {
        eprintln!("skipped: {what} ({why})");
        self.skipped.push((what.into(), why.into()));
    }

    /// A table for people.
    pub fn markdown(&self) -> String {
        let mut text = String::from(
            "| figure | Triện | peak | peer | its time | peak | ratio | bar | met |\n|---|---|---|---|---|---|---|---|---|\n",
        );
        for row in &self.rows {
            let time = |sample: Option<Sample>| sample.map_or("–".into(), |s| shown(s.seconds));
            let peak = |sample: Option<Sample>| {
                let kib = sample.and_then(|s| s.peak_kib);
                kib.map_or("–".into(), |kib| format!("{:.0} MiB", mib(kib)))
            };
            let ratio = row.ratio.map_or("–".into(), |ratio| format!("{ratio:.3}"));
            let met = match row.met {
                Some(true) => "yes",
                Some(false) => "**no**",
                None => "–",
            };
            // Writing to a string cannot fail.
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} | {} | {} | {ratio} | {} | {met} |",
                row.what,
                time(row.ours),
                peak(row.ours),
                row.peer.unwrap_or("–"),
                time(row.theirs),
                peak(row.theirs),
                row.bar.map_or("–".into(), Bar::words),
            );
        }
        text += &self.answers();
        for (what, why) in &self.skipped {
            let _ = writeln!(text, "\nNot measured: {what} ({why}).");
        }
        let _ = writeln!(text, "\nProfile: {PROFILE}.");
        let load = [self.load.clone(), load()].map(|load| load.unwrap_or("unknown".into()));
        let _ = writeln!(text, "\nLoad before: {}; after: {}.", load[0], load[1]);
        text
    }

    /// The table of answers: 50, 95 and 99 of a hundred take at most so long.
    fn answers(&self) -> String {
        let mut text = String::new();
        if self.latencies.is_empty() {
            return text;
        }
        text += "\n| answers | who | p50 | p95 (≤ 10 ms) | p99 (≤ 50 ms) | met |\n|---|---|---|---|---|---|\n";
        for row in &self.latencies {
            let ours = (
                "Triện",
                &row.seconds,
                if row.met() { "yes" } else { "**no**" },
            );
            let theirs = row
                .peers
                .iter()
                .map(|(name, seconds)| (name.as_str(), seconds, "–"));
            for (who, seconds, met) in std::iter::once(ours).chain(theirs) {
                let [p50, p95, p99] =
                    PERCENTS.map(|p| percentile(seconds, p).map_or("–".into(), shown));
                // Writing to a string cannot fail.
                let _ = writeln!(
                    text,
                    "| {} | {who} | {p50} | {p95} | {p99} | {met} |",
                    row.what
                );
            }
        }
        text
    }

    /// The same for programs. Times are seconds, memory is KiB.
    pub fn json(&self) -> Value {
        let sample = |sample: Option<Sample>| match sample {
            Some(sample) => json!({"seconds": sample.seconds, "peak_kib": sample.peak_kib}),
            None => Value::Null,
        };
        let row = |row: &Figure| {
            json!({
                "figure": row.what,
                "ours": sample(row.ours),
                "peer": row.peer,
                "theirs": sample(row.theirs),
                "ratio": row.ratio,
                "bar": row.bar.map(Bar::words),
                "met": row.met,
            })
        };
        let percentiles = |seconds: &Vec<f64>| json!(PERCENTS.map(|p| percentile(seconds, p)));
        let answers = |row: &Latencies| {
            let peers = row.peers.iter();
            let peers = peers
                .map(|(name, seconds)| json!({"peer": name, "p50_95_99": percentiles(seconds)}));
            json!({
                "answers": row.what,
                "p50_95_99": percentiles(&row.seconds),
                "peers": peers.collect::<Vec<_>>(),
                "met": row.met(),
            })
        };
        let skipped = self.skipped.iter();
        let skipped = skipped.map(|(what, why)| json!({"figure": what, "reason": why}));
        json!({
            "rounds": ROUNDS,
            "profile": PROFILE,
            "load_before": self.load,
            "load_after": load(),
            "figures": self.rows.iter().map(row).collect::<Vec<_>>(),
            "answers": self.latencies.iter().map(answers).collect::<Vec<_>>(),
            "skipped": skipped.collect::<Vec<_>>(),
        })
    }
}

/// The middle value, or the upper of the two.
pub fn median(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

fn summary(samples: &[Sample]) -> Option<Sample> {
    Some(Sample {
        seconds: median(samples.iter().map(|sample| sample.seconds))?,
        peak_kib: median(
            samples
                .iter()
                .filter_map(|sample| Some(sample.peak_kib? as f64)),
        )
        .map(|kib| kib as u64),
    })
}

fn mib(kib: u64) -> f64 {
    kib as f64 / 1024.0
}

fn shown(seconds: f64) -> String {
    match seconds * 1000.0 {
        millis if millis < 10.0 => format!("{millis:.2} ms"),
        millis if millis < 1000.0 => format!("{millis:.0} ms"),
        millis => format!("{:.2} s", millis / 1000.0),
    }
}

/// Load of 1, 5 and 15 minutes: a figure from a busy machine must say so.
fn load() -> Option<String> {
    let text = std::fs::read_to_string("/proc/loadavg").ok()?;
    let parts: Vec<&str> = text.split_whitespace().take(3).collect();
    Some(parts.join(" "))
}
