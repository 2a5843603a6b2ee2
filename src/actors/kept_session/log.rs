//! How a session lies in the catalog: its checkpoint, its events, and where each question begins and ends.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::core::{Asked, Running};
use super::wire::{QuestionState, QuestionStatus, SessionError, SessionInfo};
use crate::actors::clock::rfc3339_millis;
use crate::actors::failure::Failure;
use crate::actors::owner::OwnerId;
use crate::actors::session_event::{EventBody, EventRecord, SessionEvent};
use crate::actors::topics::Topics;
use crate::error::ErrorCode;
use crate::limits;
use crate::store::{Catalog, CatalogTable, Change, StoreError};

/// First byte of a checkpoint.
const FORMAT: u8 = 1;

/// All that a session knows, apart from its events.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Checkpoint {
    pub(crate) model_id: Option<String>,
    pub(crate) epoch: String,
    pub(crate) first_seq: u64,
    pub(crate) last_seq: u64,
    /// Bytes of each event that is kept.
    pub(crate) sizes: VecDeque<u32>,
    pub(crate) created_ms: u64,
    pub(crate) used_ms: u64,
    pub(crate) turns: u64,
    pub(crate) topics: Topics,
    pub(crate) running: Vec<Running>,
}

impl Checkpoint {
    /// Of a session that begins, or whose log was lost.
    pub(crate) fn new(epoch: String, model_id: Option<String>, now_ms: u64) -> Checkpoint {
        Checkpoint {
            model_id,
            epoch,
            first_seq: 1,
            last_seq: 0,
            sizes: VecDeque::new(),
            created_ms: now_ms,
            used_ms: now_ms,
            turns: 0,
            topics: Topics::default(),
            running: Vec::new(),
        }
    }

    pub(crate) fn info(&self, session_id: &str, used_ms: u64) -> SessionInfo {
        SessionInfo {
            session_id: session_id.to_owned(),
            model_id: self.model_id.clone(),
            epoch: self.epoch.clone(),
            first_seq: self.first_seq,
            last_seq: self.last_seq,
            running: self.running.iter().map(|running| running.question_id.clone()).collect(),
            created_at: time_text(self.created_ms),
            expires_at: expiry_text(used_ms.max(self.used_ms)),
        }
    }

    /// The owner stands apart, so that a checkpoint of another form still tells whose session it is.
    pub(crate) fn write(&self, session_id: &str, owner: Option<&OwnerId>) -> Change {
        let owner = owner.map_or("", OwnerId::as_str).as_bytes();
        let mut value = vec![FORMAT, u8::try_from(owner.len()).unwrap_or(0)];
        value.extend_from_slice(owner);
        // Nothing in it can fail to be written: its keys are texts.
        value.extend(serde_json::to_vec(self).unwrap_or_default());
        Change::Put { table: CatalogTable::Sessions, key: session_id.into(), value }
    }
}

pub(crate) fn time_text(unix_ms: u64) -> String {
    rfc3339_millis(std::time::UNIX_EPOCH + Duration::from_millis(unix_ms))
}

/// When a session is forgotten that was used last at this time.
pub(crate) fn expiry_text(used_ms: u64) -> String {
    rfc3339_millis(std::time::UNIX_EPOCH + Duration::from_millis(used_ms) + limits::SESSION_KEPT_MAX)
}

/// Whose session it is, and its checkpoint if that can be read; `None` for what is no checkpoint of any form.
pub(crate) fn parse(value: &[u8]) -> Option<(Option<OwnerId>, Option<Checkpoint>)> {
    let (&[_format, owner_bytes], rest) = value.split_first_chunk::<2>()?;
    let (owner, json) = rest.split_at_checked(usize::from(owner_bytes))?;
    let owner = std::str::from_utf8(owner).ok()?;
    let owner = (!owner.is_empty()).then(|| OwnerId::known(owner));
    Some((owner, serde_json::from_slice(json).ok()))
}

/// Session ids hold no zero byte, so that no range of one session reaches into another's.
fn key(session_id: &str, seq: u64) -> Vec<u8> {
    let mut key = session_id.as_bytes().to_vec();
    key.push(0);
    key.extend(seq.to_be_bytes());
    key
}

fn range(session_id: &str) -> (Vec<u8>, Vec<u8>) {
    let mut to = session_id.as_bytes().to_vec();
    to.push(1);
    (key(session_id, 0), to)
}

/// The first byte tells the kind, so that it need not be looked for in the text.
pub(crate) fn put_event(session_id: &str, event: &SessionEvent) -> Change {
    let kind = EventBody::KINDS.iter().position(|kind| *kind == event.kind).unwrap_or_default();
    let mut value = vec![u8::try_from(kind).unwrap_or_default()];
    value.extend_from_slice(event.json.as_bytes());
    Change::Put { table: CatalogTable::SessionEvents, key: key(session_id, event.seq), value }
}

pub(crate) fn put_question(session_id: &str, asked: &Asked) -> Change {
    let value = serde_json::to_vec(asked).unwrap_or_default();
    Change::Put { table: CatalogTable::SessionQuestions, key: key(session_id, asked.accepted), value }
}

/// Removes the events and questions before a number.
pub(crate) fn trim(session_id: &str, first_seq: u64) -> [Change; 2] {
    [CatalogTable::SessionEvents, CatalogTable::SessionQuestions].map(|table| Change::RemoveRange {
        table,
        from: key(session_id, 0),
        to: key(session_id, first_seq),
    })
}

/// Removes all events and questions.
pub(crate) fn remove_log(session_id: &str) -> [Change; 2] {
    [CatalogTable::SessionEvents, CatalogTable::SessionQuestions].map(|table| {
        let (from, to) = range(session_id);
        Change::RemoveRange { table, from, to }
    })
}

/// Removes a session.
pub(crate) fn remove(session_id: &str) -> Vec<Change> {
    let mut changes = remove_log(session_id).to_vec();
    changes.push(Change::Remove { table: CatalogTable::Sessions, key: session_id.into() });
    changes
}

/// What a session starts from.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) owner: Option<OwnerId>,
    pub(crate) checkpoint: Checkpoint,
    pub(crate) asked: Vec<Asked>,
    /// The log was lost: it is to be removed, and the epoch is new.
    pub(crate) is_lost: bool,
}

/// Reads a session; `None` when there is none. A log or checkpoint that cannot be used gives way to a new one under the
/// epoch `fresh`. Blocks.
///
/// # Errors
/// [`StoreError`].
pub(crate) fn load(
    catalog: &Catalog,
    session_id: &str,
    fresh: String,
    now_ms: u64,
) -> Result<Option<Loaded>, StoreError> {
    let Some(value) = catalog.get(CatalogTable::Sessions, session_id.as_bytes())? else { return Ok(None) };
    let Some((owner, checkpoint)) = parse(&value) else { return Ok(None) };
    let mut ends = Vec::new();
    if let Some(Checkpoint { first_seq, last_seq, .. }) = &checkpoint
        && first_seq <= last_seq
    {
        for seq in [*first_seq, *last_seq] {
            ends.push(catalog.get(CatalogTable::SessionEvents, &key(session_id, seq))?.is_some());
        }
    }
    let whole = |checkpoint: &Checkpoint| {
        let count = checkpoint.sizes.len() as u64;
        ends.iter().all(|is_there| *is_there) && checkpoint.first_seq + count == checkpoint.last_seq + 1
    };
    let Some(checkpoint) = checkpoint.filter(whole) else {
        let checkpoint = Checkpoint::new(fresh, None, now_ms);
        return Ok(Some(Loaded { owner, checkpoint, asked: Vec::new(), is_lost: true }));
    };
    let mut asked = Vec::new();
    let (from, to) = range(session_id);
    catalog.scan(CatalogTable::SessionQuestions, (&from, &to), false, &mut |_, value| {
        asked.extend(serde_json::from_slice::<Asked>(value).ok());
        ControlFlow::Continue(())
    })?;
    Ok(Some(Loaded { owner, checkpoint, asked, is_lost: false }))
}

/// Events after `after`, up to `last`, as many as a page holds. Blocks.
///
/// # Errors
/// [`StoreError`].
pub(crate) fn page(
    catalog: &Catalog,
    session_id: &str,
    after: u64,
    last: u64,
) -> Result<VecDeque<SessionEvent>, StoreError> {
    let (mut events, mut bytes) = (VecDeque::new(), 0);
    let range = (key(session_id, after + 1), key(session_id, last + 1));
    catalog.scan(CatalogTable::SessionEvents, (&range.0, &range.1), false, &mut |key, value| {
        let Some(event) = event(key, value) else { return ControlFlow::Break(()) };
        bytes += event.json.len();
        events.push_back(event);
        match limits::SESSION_PAGE_EVENTS_MAX <= events.len() || limits::SESSION_PAGE_BYTES_MAX <= bytes {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    })?;
    Ok(events)
}

fn event(key: &[u8], value: &[u8]) -> Option<SessionEvent> {
    let seq = u64::from_be_bytes(*key.last_chunk::<8>()?);
    let (kind, json) = value.split_first()?;
    let kind = EventBody::KINDS.get(usize::from(*kind))?;
    Some(SessionEvent { seq, kind, json: Arc::from(std::str::from_utf8(json).ok()?) })
}

/// What is known of a question that ended, from its two events. Blocks.
///
/// # Errors
/// [`SessionError::QuestionUnknown`] when they are not kept any more.
pub(crate) fn question(
    catalog: &Catalog,
    session_id: &str,
    question_id: &str,
    (accepted, ended): (u64, u64),
) -> Result<QuestionState, SessionError> {
    let record = |seq| -> Result<EventRecord, SessionError> {
        let unknown = || SessionError::QuestionUnknown(question_id.to_owned());
        let found = catalog.get(CatalogTable::SessionEvents, &key(session_id, seq));
        let value = found.map_err(|error| SessionError::Store(Failure::of(&error)))?.ok_or_else(unknown)?;
        let json = value.split_first().map(|(_, json)| json).unwrap_or_default();
        serde_json::from_slice(json)
            .map_err(|error| SessionError::Store(Failure::new(ErrorCode::StoreFailed, error.to_string())))
    };
    let (begin, end) = (record(accepted)?, record(ended)?);
    let EventBody::QuestionAccepted { text, model_id, .. } = begin.body else {
        return Err(SessionError::QuestionUnknown(question_id.to_owned()));
    };
    #[expect(clippy::wildcard_enum_match_arm, reason = "only three kinds end a question")]
    let (status, answer, error) = match end.body {
        EventBody::QuestionAnswered { answer, .. } => (QuestionStatus::Answered, Some(answer), None),
        EventBody::QuestionFailed { error, .. } => (QuestionStatus::Failed, None, Some(error)),
        _ => (QuestionStatus::Cancelled, None, None),
    };
    let (question_id, asked_at, ended_at) = (question_id.to_owned(), begin.at, Some(end.at));
    Ok(QuestionState { question_id, status, text, model_id, asked_at, ended_at, answer, error })
}
