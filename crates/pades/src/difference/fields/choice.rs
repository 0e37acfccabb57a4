//! Buttons and choices (ISO 32000-2 12.7.5.2 and 12.7.5.4): a value, and a look that must agree with it.

use trien_pdf::{Object, ReadAt};

use super::fill::Fill;
use crate::difference::form::{Form, FormError, Node};
use crate::difference::step::{Step, value};
use crate::difference::{Act, Cover};
use crate::report::ReasonCode;

/// `/Ff` of a push button and of a combo box (ISO 32000-2 tables 229 and 233).
const PUSH_BUTTON: i64 = 1 << 16;
const COMBO: i64 = 1 << 17;

/// What a field must show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::difference) enum Wanted {
    /// This text.
    Text(String),
    /// Some lines of this list, the chosen ones marked.
    SomeOf(String),
    /// The value is of a kind that has no text.
    Unknown,
}

impl<S: ReadAt> Step<'_, S> {
    /// Check boxes and radio buttons: the state shown is the value; the looks of the states stay.
    pub(super) fn button(
        &mut self,
        before: &Node,
        after: &Node,
        changed: &[String],
        old: Option<&Form>,
        new: &Form,
    ) -> Result<(), FormError> {
        let name = Some(after.name.as_str());
        let flags = new
            .inherited(self.new, after, "Ff")?
            .as_integer()
            .unwrap_or(0);
        if flags & PUSH_BUTTON != 0
            && (!changed.is_empty() || self.appearance_overwritten(after)?)
        {
            self.deny(after.id, name, ReasonCode::FieldDefinitionChanged);
            return Ok(());
        }
        let Some(fill) = self.fill(before, after, changed, old, new, &["V", "AS", "AP", "M"])?
        else {
            return Ok(());
        };
        let mut act = Act::Fill {
            value: fill.value_changed || changed.iter().any(|key| key == "AS"),
            overwrites: fill.overwrites,
            shown: true,
            cover: Cover::Free,
        };
        if !after.has_kids {
            match self.state(after, &fill)? {
                State::Agrees => {}
                State::Differs => {
                    self.deny(after.id, name, ReasonCode::ValueAppearanceMismatch);
                    return Ok(());
                }
                State::NotShown => {
                    act = Act::Fill {
                        value: true,
                        overwrites: fill.overwrites,
                        shown: false,
                        cover: Cover::Free,
                    }
                }
            }
            if fill.look_changed {
                let code = ReasonCode::AppearanceNotUnderstood;
                self.note(after.id, name, Act::Unsure(code), code.code());
            }
        }
        self.note(after.id, name, act, "field_filled");
        Ok(())
    }

    /// Lists and combo boxes.
    pub(super) fn choice(
        &mut self,
        before: &Node,
        after: &Node,
        changed: &[String],
        old: Option<&Form>,
        new: &Form,
    ) -> Result<(), FormError> {
        let keys = ["V", "AP", "I", "TI", "M"];
        let Some(fill) = self.fill(before, after, changed, old, new, &keys)? else {
            return Ok(());
        };
        let options = new.inherited(self.new, after, "Opt")?;
        let options = self.options(options.as_array().unwrap_or_default())?;
        let chosen: Vec<String> = match &fill.value {
            Object::Null => Vec::new(),
            Object::String(one) => vec![one.to_text()],
            Object::Array(all) => all
                .iter()
                .filter_map(Object::as_string)
                .map(|one| one.to_text())
                .collect(),
            _ => return self.shown(after, new, &Wanted::Unknown, &fill),
        };
        let indices = new.inherited(self.new, after, "I")?;
        if let Some(indices) = indices.as_array() {
            let at = |index: &Object| usize::try_from(index.as_integer()?).ok();
            let named = indices
                .iter()
                .map(|index| options.get(at(index)?).map(|(value, _)| value));
            let named: Option<Vec<&String>> = named.collect();
            if named.is_none_or(|named| !named.iter().all(|value| chosen.contains(value))) {
                self.deny(
                    after.id,
                    Some(&after.name),
                    ReasonCode::ValueAppearanceMismatch,
                );
                return Ok(());
            }
        }
        let display = |value: &String| {
            let option = options.iter().find(|(export, _)| export == value);
            option.map_or_else(|| value.clone(), |(_, display)| display.clone())
        };
        let flags = new
            .inherited(self.new, after, "Ff")?
            .as_integer()
            .unwrap_or(0);
        let wanted = if flags & COMBO != 0 {
            Wanted::Text(chosen.iter().map(display).collect())
        } else {
            Wanted::SomeOf(
                options
                    .iter()
                    .map(|(_, display)| display.as_str())
                    .collect(),
            )
        };
        self.shown(after, new, &wanted, &fill)
    }

    /// Export value and display text of each option.
    fn options(&self, items: &[Object]) -> Result<Vec<(String, String)>, FormError> {
        let text = |object: &Object| object.as_string().map(|text| text.to_text());
        let mut options = Vec::new();
        for item in items {
            let item = self.new.resolve(item)?;
            let pair = item.as_array().map(|pair| (pair.first(), pair.get(1)));
            let (export, display) = match pair {
                Some((export, display)) => (export.and_then(text), display.and_then(text)),
                None => (text(&item), text(&item)),
            };
            let export = export.unwrap_or_default();
            options.push((export.clone(), display.unwrap_or(export)));
        }
        Ok(options)
    }

    /// Whether the state shown by a widget is the one that the value names.
    fn state(&self, widget: &Node, fill: &Fill) -> Result<State, FormError> {
        let looks = self.new.get(&widget.dict, "AP")?;
        let looks = match looks.as_dict() {
            Some(looks) => self.new.get(looks, "N")?,
            None => Object::Null,
        };
        let Object::Dictionary(looks) = looks else {
            return Ok(State::NotShown);
        };
        let chosen = match &fill.value {
            Object::Name(name) => name.as_bytes(),
            Object::Null => b"Off",
            _ => return Ok(State::Differs),
        };
        let wanted = if looks.get_bytes(chosen).is_some() {
            chosen
        } else {
            b"Off"
        };
        let shown = value(&widget.dict, "AS")
            .as_name()
            .map_or(&b"Off"[..], |name| name.as_bytes());
        Ok(if shown == wanted {
            State::Agrees
        } else {
            State::Differs
        })
    }
}

enum State {
    Agrees,
    Differs,
    NotShown,
}
