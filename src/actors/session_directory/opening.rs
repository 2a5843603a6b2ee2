//! How many sessions one client may open in a time, by its address and by its token. No clock.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use crate::actors::owner::OwnerId;
use crate::limits;

/// Who opens a session.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Opener {
    /// From where.
    Peer(IpAddr),
    /// Whose it will be.
    Owner(OwnerId),
}

impl Opener {
    /// A network of 64 bits is one customer's, who has all its addresses.
    pub(crate) fn peer(address: IpAddr) -> Opener {
        match address.to_canonical() {
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Opener::Peer(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into())
            }
            address @ IpAddr::V4(_) => Opener::Peer(address),
        }
    }
}

/// Time that opening one session uses up of what a client may.
fn each() -> Duration {
    limits::SESSIONS_OPENED_SPAN / limits::SESSIONS_OPENED_MAX
}

/// What was opened of late. A client has [`limits::SESSIONS_OPENED_MAX`] at once, and one more whenever its share of
/// [`limits::SESSIONS_OPENED_SPAN`] is over: so one number a client is enough.
#[derive(Debug, Default)]
pub(crate) struct Openings {
    /// Until when what was opened counts.
    counts_until: HashMap<Opener, Duration>,
}

impl Openings {
    fn counts_until(&self, opener: &Opener, now: Duration) -> Duration {
        self.counts_until.get(opener).copied().unwrap_or_default().max(now)
    }

    /// Counts one session for each of them; when one has opened too many, none, and gives the time until one more may be.
    pub(crate) fn admit(&mut self, openers: &[Opener], now: Duration) -> Result<(), Duration> {
        let over =
            |opener| (self.counts_until(opener, now) + each()).saturating_sub(now + limits::SESSIONS_OPENED_SPAN);
        match openers.iter().map(over).max() {
            Some(wait) if !wait.is_zero() => return Err(wait),
            Some(_) | None => {}
        }
        self.make_room(now);
        for opener in openers {
            let until = self.counts_until(opener, now) + each();
            self.counts_until.insert(opener.clone(), until);
        }
        Ok(())
    }

    fn make_room(&mut self, now: Duration) {
        if self.counts_until.len() < limits::SESSION_OPENERS_MAX {
            return;
        }
        self.counts_until.retain(|_, until| now < *until);
        // So many clients at the same time are no loop of one of them: rather all begin anew than one is kept out.
        if limits::SESSION_OPENERS_MAX <= self.counts_until.len() {
            self.counts_until.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(last: u8) -> Opener {
        Opener::peer(IpAddr::from([192, 0, 2, last]))
    }

    #[test]
    fn client_opens_so_many_at_once_and_then_one_whenever_its_share_of_the_time_is_over() {
        let (mut openings, start) = (Openings::default(), Duration::from_secs(5));
        let busy = [Opener::Owner(OwnerId::known("a")), peer(1)];
        for _ in 0..limits::SESSIONS_OPENED_MAX {
            openings.admit(&busy, start).unwrap();
        }
        assert_eq!(openings.admit(&busy, start), Err(each()));
        assert_eq!(openings.admit(&busy[..1], start), Err(each()), "its token alone");
        assert_eq!(
            openings.admit(&[Opener::Owner(OwnerId::known("b")), peer(1)], start),
            Err(each()),
            "its address alone"
        );
        openings.admit(&[peer(2)], start).unwrap();
        openings.admit(&[], start).unwrap();
        openings.admit(&busy, start + each()).unwrap();
        assert_eq!(openings.admit(&busy, start + each()), Err(each()));
        assert_eq!(openings.admit(&busy, start + each() + each() / 4), Err(each() - each() / 4));
        let later = start + limits::SESSIONS_OPENED_SPAN * 2;
        for _ in 0..limits::SESSIONS_OPENED_MAX {
            openings.admit(&busy, later).unwrap();
        }
        assert_eq!(openings.admit(&busy, later), Err(each()));
    }

    #[test]
    fn refused_opening_counts_for_nobody() {
        let mut openings = Openings::default();
        for _ in 0..limits::SESSIONS_OPENED_MAX {
            openings.admit(&[peer(1)], Duration::ZERO).unwrap();
        }
        openings.admit(&[peer(2), peer(1)], Duration::ZERO).unwrap_err();
        for _ in 0..limits::SESSIONS_OPENED_MAX {
            openings.admit(&[peer(2)], Duration::ZERO).unwrap();
        }
    }

    #[test]
    fn clients_are_told_apart_by_network_and_their_number_is_bounded() {
        let address = |text: &str| Opener::peer(text.parse().unwrap());
        assert_eq!(address("2001:db8:1:2::1"), address("2001:db8:1:2:ffff::9"));
        assert_ne!(address("2001:db8:1:2::1"), address("2001:db8:1:3::1"));
        assert_eq!(address("::ffff:192.0.2.1"), peer(1));
        let mut openings = Openings::default();
        for number in 0..u32::try_from(limits::SESSION_OPENERS_MAX).unwrap() {
            openings.admit(&[Opener::peer(IpAddr::from(number.to_be_bytes()))], Duration::ZERO).unwrap();
        }
        assert_eq!(openings.counts_until.len(), limits::SESSION_OPENERS_MAX);
        openings.admit(&[address("2001:db8::1")], Duration::ZERO).unwrap();
        assert_eq!(openings.counts_until.len(), 1);
        openings.admit(&[peer(1)], limits::SESSIONS_OPENED_SPAN).unwrap();
        assert_eq!(openings.counts_until.len(), 2);
    }
}
