//! Which uploads have a place, which one loses it to another, and which go by themselves.

use std::sync::Arc;

use super::entry::{Entry, Turn};
use super::{PartialError, Shared, reading};
use crate::limits;
use crate::store::PartialRecord;

/// An upload that has to go for another one. Nobody sends to it any more.
#[derive(Debug)]
pub(super) struct Leaving {
    entry: Arc<Entry>,
    /// Held until its files are gone; one that ended has no sender.
    _turn: Option<Turn>,
}

impl Leaving {
    pub(super) fn entry(&self) -> &Entry {
        &self.entry
    }
}

/// When the last byte of an upload came, or when it began.
fn last_byte(record: &PartialRecord) -> u64 {
    record.expires_at.saturating_sub(limits::UPLOAD_EXPIRY.as_secs())
}

impl Shared {
    /// Takes a place for an upload, if there is one; gives what has to go for it. When all are taken, unfinished uploads go
    /// that had no byte for [`limits::UPLOAD_IDLE_MAX`], the longest idle first and no more than have to.
    pub(super) fn admit(&self, entry: Arc<Entry>) -> Result<Vec<Leaving>, PartialError> {
        let (now, length) = (self.now(), entry.record().length);
        let mut table = self.table();
        let (mut count, mut bytes, mut idle) = (0, 0_u64, Vec::new());
        for held in table.values() {
            let record = held.record();
            if record.outcome.is_some() {
                continue;
            }
            (count, bytes) = (count + 1, bytes.saturating_add(record.length));
            if !record.is_complete() && last_byte(&record) + limits::UPLOAD_IDLE_MAX.as_secs() <= now {
                idle.push((last_byte(&record), record.length, Arc::clone(held)));
            }
        }
        idle.sort_by_key(|(last, ..)| *last);
        // One that somebody sends to is not idle: its bytes are not durable yet.
        let mut idle =
            idle.into_iter().filter_map(|(_, freed, entry)| entry.try_turn().map(|turn| (freed, entry, turn)));
        let mut leaving = Vec::new();
        while limits::UPLOADS_PARTIAL_MAX <= count || limits::UPLOADS_PARTIAL_BYTES_MAX < bytes.saturating_add(length) {
            let (freed, entry, turn) = idle.next().ok_or(PartialError::Full)?;
            (count, bytes) = (count - 1, bytes.saturating_sub(freed));
            leaving.push(Leaving { entry, _turn: Some(turn) });
        }
        for Leaving { entry, .. } in &leaving {
            tracing::info!(upload_id = entry.id(), "an idle upload goes for another one");
            entry.end();
            table.remove(entry.id());
        }
        table.insert(entry.id().to_owned(), entry);
        if limits::UPLOADS_KEPT_MAX < table.len() {
            let oldest = table.values().find(|entry| entry.record().outcome.is_some()).cloned();
            leaving.extend(oldest.map(|entry| Leaving { entry, _turn: None }));
        }
        Ok(leaving)
    }

    /// Forgets what took no byte for too long, and what a deletion could not wait for. What is whole stays until its reading
    /// had an end, which is begun here where nobody is at it.
    pub(super) async fn sweep(self: &Arc<Self>) {
        let entries: Vec<Arc<Entry>> = self.table().values().cloned().collect();
        for entry in entries.into_iter().filter(|entry| !entry.is_being_read()) {
            if entry.is_unread() && !entry.is_ended() {
                if !self.health.is_draining() {
                    drop(tokio::spawn(reading::read(Arc::clone(self), entry)));
                }
                continue;
            }
            let Some(_turn) = entry.try_turn() else { continue };
            // Its last bytes may have come meanwhile.
            let is_expired = entry.record().expires_at <= self.now() && !entry.is_unread();
            if is_expired || entry.is_ended() {
                tracing::info!(upload_id = entry.id(), "an upload expired");
                self.forget(&entry).await;
            }
        }
    }
}
