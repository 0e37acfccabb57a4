//! Where this machine stands in the network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};

use reqwest::Url;

/// What stands for any host that is known by its name: an address that is nobody's (RFC 5737, TEST-NET-1).
const ANYWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
/// The service that discards what it gets (RFC 863); nothing is sent to it.
const PORT: u16 = 9;

/// The address from which this machine would speak to an endpoint: another one after it came into another network, none
/// where it is in none.
///
/// Nothing is sent and no name is looked up: to connect a datagram socket is to ask the system for its route.
pub fn local_address(endpoint: &str) -> Option<String> {
    let url = Url::parse(endpoint).ok()?;
    let host = url.host_str()?.trim_matches(['[', ']']);
    let to = host.parse().unwrap_or(ANYWHERE);
    let any = match to {
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    };
    let socket = UdpSocket::bind((any, 0)).ok()?;
    socket.connect((to, PORT)).ok()?;
    Some(socket.local_addr().ok()?.ip().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_speaks_to_itself_from_its_own_address() {
        let place = local_address("http://127.0.0.1:8080/XrdAdapter");
        assert_eq!(place.as_deref(), Some("127.0.0.1"));
        assert_eq!(local_address("no address"), None);
    }
}
