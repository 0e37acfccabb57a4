//! The axis's configuration from the profile: authorities, certificate, proxy, headers.

use std::fs;

use trien_net::{AxisConfig, Proxy};
use zeroize::Zeroizing;

use crate::app::App;
use crate::error::{AppError, Result};
use crate::profile::{AxisProfile, WireProfile};

/// How the profile says that no proxy is to be used, whatever the system says.
const DIRECT: &str = "direct";

impl App {
    /// How the axis is reached. Secrets are taken from the key store by their names.
    ///
    /// # Errors
    /// `FileNotReadable`; those of the key store.
    pub(crate) fn wire_config(&self, axis: &AxisProfile) -> Result<AxisConfig> {
        let wire = &axis.wire;
        let mut config = AxisConfig::new(&axis.endpoint, &axis.system_id);
        if let Some(path) = &wire.authorities {
            config.ca_pem = fs::read(path).map_err(|e| AppError::not_readable(path, &e))?;
        }
        if let Some(entry) = &wire.identity_entry {
            let pem = self.secret(entry)?;
            config.identity_pem = Zeroizing::new(pem.as_bytes().to_vec());
        }
        if let Some(token) = &wire.identity_token {
            config.identity = Some(self.wire_identity(token)?);
        }
        config.proxy = self.proxy(wire)?;
        for (name, entry) in &wire.header_entries {
            let value = self.secret(entry)?.to_string();
            config.extra_headers.push((name.clone(), value));
        }
        Ok(config)
    }

    fn proxy(&self, wire: &WireProfile) -> Result<Proxy> {
        let Some(address) = &wire.proxy else {
            return Ok(Proxy::System);
        };
        if address == DIRECT {
            return Ok(Proxy::Direct);
        }
        let url = match &wire.proxy_entry {
            None => Zeroizing::new(address.clone()),
            Some(entry) => {
                let password = self.secret(entry)?;
                let (scheme, host) = address.split_once("://").unwrap_or(("http", address));
                Zeroizing::new(format!("{scheme}://{}@{host}", password.as_str()))
            }
        };
        Ok(Proxy::Url(url))
    }
}
