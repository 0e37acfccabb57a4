//! What parent and worker say to each other: frames on one stream.
//!
//! A frame is two 32-bit big-endian lengths, a JSON header of the first length and a secret of the second. A PIN is the
//! only secret: it never enters a header, and both ends keep it in a buffer that is wiped.

use std::io::{self, Read, Write};
use std::path::PathBuf;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::message::{LoginId, Request, Response};
use crate::{FinalTry, Mechanism, Pin, PinEntry, SignOrder, TokenError, TokenId};

/// A header holds at most the certificates of a token: 256 of 64 KiB, which JSON makes some four times as long.
const MAX_HEADER: usize = 80 << 20;
/// Longer than any token takes.
const MAX_PIN: usize = 1024;

/// The first frame to a worker.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Setup {
    pub(crate) module: PathBuf,
}

/// A [`Request`] without its PIN.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Asked {
    Load,
    Snapshot,
    Certificates(TokenId),
    Offers {
        token: TokenId,
        mechanism: Mechanism,
    },
    Login {
        token: TokenId,
        on_device: bool,
        final_try: FinalTry,
    },
    Sign {
        login: LoginId,
        order: SignOrder,
    },
    Logout(LoginId),
    ShutDown,
}

/// What a worker answers.
pub(crate) type Answer = Result<Response, TokenError>;

/// Takes a request apart into its header and its PIN.
pub(crate) fn apart(request: Request) -> (Asked, Option<Pin>) {
    match request {
        Request::Load => (Asked::Load, None),
        Request::Snapshot => (Asked::Snapshot, None),
        Request::Certificates(token) => (Asked::Certificates(token), None),
        Request::Offers { token, mechanism } => (Asked::Offers { token, mechanism }, None),
        Request::Login {
            token,
            entry,
            final_try,
        } => {
            let on_device = matches!(entry, PinEntry::OnDevice);
            let asked = Asked::Login {
                token,
                on_device,
                final_try,
            };
            match entry {
                PinEntry::Typed(pin) => (asked, Some(pin)),
                PinEntry::OnDevice => (asked, None),
            }
        }
        Request::Sign { login, order } => (Asked::Sign { login, order }, None),
        Request::Logout(login) => (Asked::Logout(login), None),
        Request::ShutDown => (Asked::ShutDown, None),
    }
}

/// Puts a request together again; `None` where a PIN is missing or was sent with what takes none.
pub(crate) fn together(asked: Asked, pin: Option<Pin>) -> Option<Request> {
    Some(match (asked, pin) {
        (
            Asked::Login {
                token,
                on_device,
                final_try,
            },
            pin,
        ) => Request::Login {
            token,
            entry: match (on_device, pin) {
                (true, None) => PinEntry::OnDevice,
                (false, Some(pin)) => PinEntry::Typed(pin),
                _ => return None,
            },
            final_try,
        },
        (_, Some(_)) => return None,
        (Asked::Load, None) => Request::Load,
        (Asked::Snapshot, None) => Request::Snapshot,
        (Asked::Certificates(token), None) => Request::Certificates(token),
        (Asked::Offers { token, mechanism }, None) => Request::Offers { token, mechanism },
        (Asked::Sign { login, order }, None) => Request::Sign { login, order },
        (Asked::Logout(login), None) => Request::Logout(login),
        (Asked::ShutDown, None) => Request::ShutDown,
    })
}

/// Writes one frame and flushes it.
pub(crate) fn write<H: Serialize>(
    to: &mut impl Write,
    header: &H,
    pin: Option<&Pin>,
) -> io::Result<()> {
    let header = serde_json::to_vec(header)?;
    let secret = pin.map_or("", Pin::expose).as_bytes();
    let length = |bytes: &[u8]| u32::try_from(bytes.len()).map_err(|_| too_long());
    to.write_all(&length(&header)?.to_be_bytes())?;
    to.write_all(&length(secret)?.to_be_bytes())?;
    to.write_all(&header)?;
    to.write_all(secret)?;
    to.flush()
}

/// Reads one frame; `None` at the stream's end.
pub(crate) fn read<H: DeserializeOwned>(
    from: &mut impl Read,
) -> io::Result<Option<(H, Option<Pin>)>> {
    let mut lengths = [0; 8];
    if from.read(lengths.get_mut(..1).unwrap_or_default())? == 0 {
        return Ok(None);
    }
    from.read_exact(lengths.get_mut(1..).unwrap_or_default())?;
    let [a, b, c, d, e, f, g, h] = lengths;
    let header = u32::from_be_bytes([a, b, c, d]) as usize;
    let secret = u32::from_be_bytes([e, f, g, h]) as usize;
    if header > MAX_HEADER || secret > MAX_PIN {
        return Err(too_long());
    }
    let mut bytes = vec![0; header];
    from.read_exact(&mut bytes)?;
    let header = serde_json::from_slice(&bytes)?;
    if secret == 0 {
        return Ok(Some((header, None)));
    }
    let mut pin = Zeroizing::new(vec![0; secret]);
    from.read_exact(&mut pin)?;
    let text = std::str::from_utf8(&pin).map_err(|_| io::ErrorKind::InvalidData)?;
    Ok(Some((header, Some(Pin::new(text.to_owned())))))
}

fn too_long() -> io::Error {
    io::ErrorKind::InvalidInput.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login(entry: PinEntry) -> Request {
        Request::Login {
            token: TokenId("0123".to_owned()),
            entry,
            final_try: FinalTry::Refuse,
        }
    }

    #[test]
    fn a_login_arrives_with_its_pin_which_no_header_holds() {
        let typed = PinEntry::Typed(Pin::new("29071945".to_owned()));
        let (asked, pin) = apart(login(typed));
        assert!(!serde_json::to_string(&asked).unwrap().contains("29071945"));
        let mut frame = Vec::new();
        write(&mut frame, &asked, pin.as_ref()).unwrap();
        let (asked, pin) = read::<Asked>(&mut frame.as_slice()).unwrap().unwrap();
        let arrived = together(asked, pin).unwrap();
        assert!(matches!(
            arrived,
            Request::Login { entry: PinEntry::Typed(pin), .. } if pin.expose() == "29071945"
        ));
    }

    #[test]
    fn a_pin_goes_with_a_login_only_and_a_frame_is_bounded() {
        let pin = || Some(Pin::new("29071945".to_owned()));
        assert!(together(Asked::Snapshot, pin()).is_none());
        let (on_device, _) = apart(login(PinEntry::OnDevice));
        assert!(together(on_device, pin()).is_none());
        let endless = [0xFF; 8];
        assert!(read::<Asked>(&mut endless.as_slice()).is_err());
        assert!(read::<Asked>(&mut [].as_slice()).unwrap().is_none());
    }
}
