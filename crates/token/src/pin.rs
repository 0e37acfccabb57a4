//! The PIN: typed once, carried once, wiped.

use std::fmt;

use zeroize::Zeroizing;

/// A PIN as it was typed.
///
/// It can't be cloned, shown or compared; its bytes are wiped when it is dropped. Logging in takes
/// it by value, so that one PIN typed is at most one `C_Login`: a token counts wrong tries and
/// locks for good.
pub struct Pin(Zeroizing<String>);

impl Pin {
    /// Takes a PIN over from where it was typed. The string's own buffer becomes the PIN's.
    #[must_use]
    pub fn new(typed: String) -> Self {
        Self(Zeroizing::new(typed))
    }

    /// The characters, for the one call that needs them.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_never_shows_the_pin() {
        let pin = Pin::new("29071945".to_owned());
        assert_eq!(format!("{pin:?}"), "Pin(redacted)");
    }
}
