//! The time of day, as a parameter: the binary passes the system's clock, tests pass a fixed one.

use std::time::SystemTime;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Where the time of day comes from.
pub type Clock = fn() -> SystemTime;

/// RFC 3339 in UTC, to the second. Empty for years that the format cannot hold.
#[must_use]
pub fn rfc3339(time: SystemTime) -> String {
    let time = OffsetDateTime::from(time);
    time.replace_nanosecond(0).unwrap_or(time).format(&Rfc3339).unwrap_or_default()
}

/// RFC 3339 in UTC, to the millisecond, always with three digits of them.
#[must_use]
pub fn rfc3339_millis(time: SystemTime) -> String {
    let seconds = rfc3339(time);
    let millis = OffsetDateTime::from(time).millisecond();
    seconds.strip_suffix('Z').map_or_else(String::new, |seconds| format!("{seconds}.{millis:03}Z"))
}

/// Milliseconds since 1970.
#[must_use]
pub fn unix_millis(time: SystemTime) -> u64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn times_are_written_in_utc_to_the_second() {
        let time = UNIX_EPOCH + Duration::from_millis(1_795_435_200_750);
        assert_eq!(rfc3339(time), "2026-11-23T12:00:00Z");
    }

    #[test]
    fn milliseconds_have_three_digits() {
        assert_eq!(rfc3339_millis(UNIX_EPOCH + Duration::from_millis(1_795_435_200_007)), "2026-11-23T12:00:00.007Z");
        assert_eq!(rfc3339_millis(UNIX_EPOCH), "1970-01-01T00:00:00.000Z");
        assert_eq!(unix_millis(UNIX_EPOCH + Duration::from_millis(7)), 7);
    }
}
