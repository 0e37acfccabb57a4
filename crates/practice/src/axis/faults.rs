//! Faults by plan, so that clients can be taught what real networks do.
//!
//! The plan is `faults.json` in the axis's folder, read anew at every call, or what was last posted
//! to `/_faults`, which writes that file. `GET /_faults` tells how often each rule was met: a fault that no call met
//! has taught nothing.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::AxisError;

const FILE: &str = "faults.json";

/// One line of a plan: which calls meet which fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The function's name, or `*`.
    pub function: String,
    /// `edoc` or `status`; any where it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub messagetype: Option<String>,
    /// How many matching calls pass unharmed first.
    #[serde(default)]
    pub skip: usize,
    /// How many calls after those meet the fault.
    #[serde(default = "once")]
    pub times: usize,
    /// What happens.
    pub fault: Fault,
}

/// What can happen to a call. Kinds without members have braces so that a member which a plan gives them is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Fault {
    /// An HTML page with this HTTP status; nothing is done.
    Status {
        /// The HTTP status.
        code: u16,
        /// The header Retry-After: seconds, or a date.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<String>,
    },
    /// An HTML page with HTTP 200; nothing is done.
    Html {},
    /// HTTP 200 with an empty body; nothing is done.
    Empty {},
    /// The axis's no; nothing is done.
    Refuse {
        /// ErrorCode.
        code: String,
        /// ErrorDesc.
        description: String,
        /// The HTTP status, for gateways that say it so.
        #[serde(default = "ok")]
        http: u16,
        /// The header Retry-After: seconds, or a date.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<String>,
    },
    /// The connection breaks before anything is done.
    Drop {},
    /// The connection breaks when so many bytes of the request's body have come; nothing is done.
    DropDuring {
        /// How many bytes are read.
        bytes: usize,
    },
    /// It is done, and the connection breaks before the answer.
    DropAfter {},
    /// It is done, and the connection breaks after so many bytes of the answer, head included.
    Truncate {
        /// How many bytes leave.
        bytes: usize,
    },
    /// It is done after so many milliseconds.
    Delay {
        /// How long.
        ms: u64,
    },
    /// `sendEdoc` delivers twice; lists name every row twice.
    Duplicate {},
    /// It is done, and the answer trickles: so many bytes at a time, with so many milliseconds between.
    Slow {
        /// How many bytes at a time.
        bytes: usize,
        /// How long between.
        ms: u64,
    },
    /// It is done, and the answer's clock is so many seconds ahead.
    Clock {
        /// How far, or behind where negative.
        seconds: i64,
    },
    /// It is done, and the answer is followed by so many bytes more.
    Long {
        /// How many.
        bytes: usize,
    },
    /// It is done; the answer says that it is compressed and is not.
    Garbled {},
    /// JSON that says neither yes nor no; nothing is done.
    Bare {},
    /// Nothing is done; the answer is so many zeros, compressed a thousandfold.
    Bomb {
        /// How many.
        bytes: u32,
    },
    /// Lists come in reverse order.
    Reverse {},
    /// Lists name a package that is not there, too.
    Unknown {},
}

/// The plan with how often each rule has matched.
pub(super) struct Faults {
    path: PathBuf,
    text: Vec<u8>,
    rules: Vec<(Rule, usize)>,
}

impl Faults {
    pub(super) fn open(folder: &Path) -> Self {
        Self {
            path: folder.join(FILE),
            text: Vec::new(),
            rules: Vec::new(),
        }
    }

    /// Writes a new plan; counting starts again.
    pub(super) fn replace(&mut self, plan: &[u8]) -> Result<(), AxisError> {
        parse(&self.path, plan)?;
        fs::write(&self.path, plan).map_err(|e| AxisError::io("writing", &self.path, &e))?;
        self.text.clear();
        Ok(())
    }

    /// The fault of this call, if the plan has one. A plan that cannot be read has none, and says
    /// so in the log.
    pub(super) fn next(&mut self, function: &str, messagetype: &str) -> Option<Fault> {
        self.reread();
        for (rule, seen) in &mut self.rules {
            let kind = rule.messagetype.as_deref();
            let fits = (rule.function == "*" || rule.function == function)
                && kind.is_none_or(|kind| kind == messagetype);
            if !fits {
                continue;
            }
            *seen += 1;
            if *seen > rule.skip && *seen <= rule.skip.saturating_add(rule.times) {
                return Some(rule.fault.clone());
            }
        }
        None
    }

    /// How many calls have met the fault of each rule of the plan.
    pub(super) fn met(&mut self) -> Vec<usize> {
        self.reread();
        let met = |(rule, seen): &(Rule, usize)| seen.saturating_sub(rule.skip).min(rule.times);
        self.rules.iter().map(met).collect()
    }

    fn reread(&mut self) {
        let text = fs::read(&self.path).unwrap_or_default();
        if text == self.text && !text.is_empty() {
            return;
        }
        self.rules = match parse(&self.path, &text) {
            Ok(rules) => rules.into_iter().map(|rule| (rule, 0)).collect(),
            Err(error) => {
                tracing::warn!(%error, "the fault plan is not used");
                Vec::new()
            }
        };
        self.text = text;
    }
}

fn parse(path: &Path, plan: &[u8]) -> Result<Vec<Rule>, AxisError> {
    if plan.trim_ascii().is_empty() {
        return Ok(Vec::new());
    }
    serde_json::from_slice(plan).map_err(|e| AxisError::Damaged {
        path: path.to_owned(),
        line: e.line(),
        reason: e.to_string(),
    })
}

fn once() -> usize {
    1
}

fn ok() -> u16 {
    200
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(plan: &str) -> Result<Vec<Rule>, AxisError> {
        parse(Path::new(FILE), plan.as_bytes())
    }

    #[test]
    fn a_plan_with_a_word_that_nobody_knows_is_refused() {
        assert!(read(r#"[{"function":"*","fault":{"kind":"drop"}}]"#).is_ok());
        for typo in [
            r#"[{"function":"*","time":2,"fault":{"kind":"drop"}}]"#,
            r#"[{"function":"*","fault":{"kind":"drop","bytes":2}}]"#,
            r#"[{"function":"*","fault":{"kind":"delay","ms":1,"seconds":2}}]"#,
            r#"[{"function":"*","fault":{"kind":"dropp"}}]"#,
        ] {
            assert!(read(typo).is_err(), "{typo}");
        }
    }

    #[test]
    fn the_largest_numbers_are_numbers() {
        let folder = tempfile::tempdir().unwrap();
        let most = usize::MAX;
        let rules =
            format!(r#"[{{"function":"a","skip":1,"times":{most},"fault":{{"kind":"drop"}}}}]"#);
        let mut faults = Faults::open(folder.path());
        faults.replace(rules.as_bytes()).unwrap();
        let met: Vec<bool> = (0..3).map(|_| faults.next("a", "").is_some()).collect();
        assert_eq!(met, [false, true, true]);
        assert_eq!(faults.met(), [2]);
    }
}
