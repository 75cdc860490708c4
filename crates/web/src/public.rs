//! The extractor of handlers that anybody may ask, without token.
//!
//! What they take is read as strictly as everywhere. There is no caller, so there is no key to repeat a request by
//! either: such an operation must be harmless to repeat, or know by its own data what it has done.

use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use motcua_kernel::Result;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;

use crate::limits::Limits;
use crate::problem::Problem;
use crate::read::NoQuery;
use crate::write::{NoBody, collect};
use crate::{body, query};

const FORWARDED_FOR: &str = "X-Forwarded-For";

/// What a handler for anybody gets: the body read strictly, and from where it came. A query is refused: what such a
/// request knows may be a secret, which stands in no URL.
#[derive(Debug)]
pub struct Public<B = NoBody> {
    /// The body. Its schema is what explains the faults of one that can't be read.
    pub body: B,
    /// From where it came, as a network that one subscriber has: an IPv4 address, or the first half of an IPv6 one.
    pub network: IpAddr,
}

impl<B: DeserializeOwned + ToSchema + 'static> FromRequest for Public<B> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move { read(request, payload).await.map_err(Problem) })
    }
}

/// What a reading handler that anybody may ask gets: the query read strictly, which then holds nothing secret.
#[derive(Debug)]
pub struct PublicRead<Q = NoQuery> {
    /// The query.
    pub query: Q,
}

impl<Q: DeserializeOwned> FromRequest for PublicRead<Q> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(query::read(request.query_string()).map(|query| Self { query }).map_err(Problem))
    }
}

async fn read<B: DeserializeOwned + ToSchema>(request: HttpRequest, payload: Payload) -> Result<Public<B>> {
    let NoQuery {} = query::read(request.query_string())?;
    let bytes = collect(&request, payload).await?;
    let body = body::typed(&body::parse(&bytes)?.sound()?)?;
    let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
    let forwarded = request.headers().get_all(FORWARDED_FOR).filter_map(|value| value.to_str().ok());
    let forwarded = forwarded.collect::<Vec<_>>().join(",");
    let proxies = request.app_data::<Limits>().map_or(0, |limits| limits.proxies);
    Ok(Public { body, network: network(origin(peer, &forwarded, proxies)) })
}

/// The address a request came from. Each of our proxies added, behind whatever the client itself wrote, the address it was
/// asked from; so as many addresses count, from the end, as there are proxies. A line shorter than that was not written by
/// them, and then nobody is believed but the connection.
fn origin(peer: IpAddr, forwarded: &str, proxies: u8) -> IpAddr {
    let Some(hop) = usize::from(proxies).checked_sub(1) else { return peer };
    let written = forwarded.rsplit(',').nth(hop).and_then(|hop| hop.trim().parse::<IpAddr>().ok());
    written.unwrap_or(peer)
}

fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &str, proxies: u8) -> String {
        network(origin(peer.parse().unwrap(), forwarded, proxies)).to_string()
    }

    #[test]
    fn only_as_many_proxies_as_there_are_are_believed() {
        assert_eq!(seen("203.0.113.7", "198.51.100.1", 0), "203.0.113.7");
        assert_eq!(seen("10.0.0.1", "198.51.100.1", 0), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", "198.51.100.1", 1), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", "198.51.100.1, 10.0.0.9", 2), "198.51.100.1");
    }

    #[test]
    fn what_a_client_writes_itself_is_not_believed() {
        assert_eq!(seen("10.0.0.1", "192.0.2.1, 198.51.100.1", 1), "198.51.100.1");
        // Asked from within the province's own network: the proxy wrote its address, the client what stands before it.
        assert_eq!(seen("10.0.0.1", "198.51.100.1, 10.1.2.3", 1), "10.1.2.3");
        assert_eq!(seen("10.0.0.1", "198.51.100.1, nonsense", 1), "10.0.0.1");
        assert_eq!(seen("127.0.0.1", "", 1), "127.0.0.1");
        assert_eq!(seen("127.0.0.1", "198.51.100.1", 2), "127.0.0.1");
    }

    #[test]
    fn one_subscriber_has_many_addresses_of_the_new_kind() {
        assert_eq!(seen("2001:db8:1:2:3:4:5:6", "", 0), seen("2001:db8:1:2::9", "", 0));
        assert_ne!(seen("2001:db8:1:2:3:4:5:6", "", 0), seen("2001:db8:1:3::9", "", 0));
    }
}
