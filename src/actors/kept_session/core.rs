//! All state of a kept session and all its decisions. No clock, no disk: what is to be written is asked for.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::log::{self, Checkpoint, Loaded};
use super::shared::{SessionPhase, Visible};
use super::wire::{Accepted, NewQuestion, QuestionState, QuestionStatus, SessionError};
use crate::actors::clock::{rfc3339_millis, unix_millis};
use crate::actors::failure::Failure;
use crate::actors::history::{self, HistoryRecord, QuestionEnd};
use crate::actors::owner::OwnerId;
use crate::actors::session_event::{EndReason, EventBody, EventProblem, EventRecord, SessionEvent, Stage};
use crate::error::Coded as _;
use crate::limits;
use crate::query::{Answer, Language, Mode, Plan, Question, Stop};
use crate::store::Change;

/// A question without an end, as it stands in the checkpoint.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Running {
    pub(crate) question_id: String,
    /// Its id in the history.
    history_id: String,
    text: String,
    model_id: String,
    language: Option<Language>,
    mode: Mode,
    dry_run: bool,
    asked_ms: u64,
    /// The number of the event that accepted it, which tells it from every other of the session.
    seq: u64,
    turn: u64,
    /// Set when nobody waits for it any more.
    #[serde(skip)]
    stop: Stop,
    /// How far it is; told once it takes long.
    #[serde(skip)]
    stage: Option<Stage>,
    #[serde(skip)]
    is_slow: bool,
    /// The model's id and name, once it is open.
    #[serde(skip)]
    model: Option<(String, String)>,
}

/// A question whose first event is kept: so the same question is not asked twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Asked {
    id_hash: u64,
    text_hash: u64,
    pub(crate) accepted: u64,
    /// The number of its last event; 0 while it runs.
    ended: u64,
}

/// Eight bytes for an id of 64 and a text of 4,096. Who finds two that agree disturbs their own session.
fn short_hash(text: &str) -> u64 {
    let hash = blake3::hash(text.as_bytes());
    hash.as_bytes().first_chunk::<8>().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// Work to begin.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) seq: u64,
    pub(crate) model_id: String,
    pub(crate) question: Question,
    pub(crate) before: Option<Plan>,
    pub(crate) stop: Stop,
}

/// Where a question is found.
#[derive(Debug)]
pub(crate) enum Found {
    /// It runs.
    Running(Box<QuestionState>),
    /// It ended: the numbers of its first and last event.
    Ended(u64, u64),
}

/// What is to be written, and what is shown once it is.
#[derive(Debug)]
pub(crate) struct Write {
    pub(crate) changes: Vec<Change>,
    pub(crate) visible: Visible,
    /// Records of the history among the changes.
    pub(crate) recorded: usize,
}

/// The state.
#[derive(Debug)]
pub(crate) struct KeptCore {
    id: Box<str>,
    owner: Option<OwnerId>,
    state: Checkpoint,
    asked: Vec<Asked>,
    log_bytes: u64,
    is_over: bool,
    /// Since the last write.
    changes: Vec<Change>,
    events: Vec<SessionEvent>,
    /// Since the last write, too, and written with it. They outlast the session, so they stand apart from its own.
    history: Vec<HistoryRecord>,
    is_changed: bool,
}

impl KeptCore {
    pub(crate) fn restore(id: &str, loaded: Loaded) -> KeptCore {
        let Loaded { owner, checkpoint: state, asked, is_lost } = loaded;
        let log_bytes = state.sizes.iter().map(|bytes| u64::from(*bytes)).sum();
        let changes = if is_lost { log::remove_log(id).to_vec() } else { Vec::new() };
        let (id, events, history) = (id.into(), Vec::new(), Vec::new());
        KeptCore { id, owner, state, asked, log_bytes, is_over: false, changes, events, history, is_changed: is_lost }
    }

    /// Takes the questions up again that ran when the session was last seen.
    pub(crate) fn resume(&mut self, now: SystemTime) -> Vec<Job> {
        let (mut jobs, mut refused) = (Vec::new(), Vec::new());
        for running in &mut self.state.running {
            running.stage = Some(Stage::Opening);
            let (seq, model_id, stop) = (running.seq, running.model_id.clone(), running.stop.clone());
            match Question::parse(&running.text) {
                Ok(mut question) => {
                    (question.language, question.mode, question.dry_run) =
                        (running.language, running.mode, running.dry_run);
                    let before = self.state.topics.before(&model_id, unix_millis(now));
                    jobs.push(Job { seq, model_id, question, before, stop });
                }
                // It was a question when it was accepted; bounds have become narrower since.
                Err(error) => refused.push((seq, Failure::of(&error))),
            }
        }
        for (seq, failure) in refused {
            self.on_end(seq, Err(failure), now);
        }
        jobs
    }

    /// Whether a question has no end yet.
    pub(crate) fn runs(&self, seq: u64) -> bool {
        self.state.running.iter().any(|running| running.seq == seq)
    }

    pub(crate) fn is_over(&self) -> bool {
        self.is_over
    }

    pub(crate) fn last_seq(&self) -> u64 {
        self.state.last_seq
    }

    /// Notes that somebody uses the session, seldom enough that it costs nothing.
    pub(crate) fn on_use(&mut self, now: SystemTime) {
        let now_ms = unix_millis(now);
        if limits::SESSION_EXPIRY_SWEEP.as_millis() <= u128::from(now_ms.saturating_sub(self.state.used_ms)) {
            self.state.used_ms = now_ms;
            self.is_changed = true;
        }
    }

    /// Takes a question, or finds that it was taken before. `fresh` is an id that nothing has.
    pub(crate) fn on_submit(
        &mut self,
        new: NewQuestion,
        fresh: String,
        now: SystemTime,
    ) -> Result<(Accepted, Option<Job>), SessionError> {
        self.still_there()?;
        if let Some(question_id) = &new.question_id
            && let Some(accepted) = self.known(question_id, new.question.text())?
        {
            return Ok((accepted, None));
        }
        if limits::SESSION_QUESTIONS_MAX <= self.state.running.len() {
            return Err(SessionError::Busy(limits::SESSION_QUESTIONS_MAX));
        }
        let model_id = new.model_id.or_else(|| self.state.model_id.clone()).ok_or(SessionError::ModelMissing)?;
        let question_id = new.question_id.unwrap_or_else(|| fresh.clone());
        let (question, now_ms) = (new.question, unix_millis(now));
        let text = question.text().to_owned();
        let body = EventBody::QuestionAccepted {
            question_id: question_id.clone(),
            text: text.clone(),
            model_id: model_id.clone(),
        };
        let seq = self.append(body, now);
        let (id_hash, text_hash) = (short_hash(&question_id), short_hash(&text));
        self.note_asked(Asked { id_hash, text_hash, accepted: seq, ended: 0 });
        self.state.turns += 1;
        self.state.used_ms = now_ms;
        let stop = Stop::default();
        let before = self.state.topics.before(&model_id, now_ms);
        let job = Job { seq, model_id: model_id.clone(), question: question.clone(), before, stop: stop.clone() };
        self.state.running.push(Running {
            question_id: question_id.clone(),
            history_id: fresh,
            text,
            model_id,
            language: question.language,
            mode: question.mode,
            dry_run: question.dry_run,
            asked_ms: now_ms,
            seq,
            turn: self.state.turns,
            stop,
            stage: Some(Stage::Opening),
            is_slow: false,
            model: None,
        });
        Ok((Accepted { question_id, seq }, Some(job)))
    }

    fn still_there(&self) -> Result<(), SessionError> {
        if self.is_over { Err(SessionError::Unknown(self.id.as_ref().to_owned())) } else { Ok(()) }
    }

    /// The same question, if it was taken already.
    fn known(&self, question_id: &str, text: &str) -> Result<Option<Accepted>, SessionError> {
        let taken = |is_same: bool, seq| match is_same {
            true => Ok(Some(Accepted { question_id: question_id.to_owned(), seq })),
            false => Err(SessionError::QuestionIdTaken(question_id.to_owned())),
        };
        if let Some(running) = self.state.running.iter().find(|running| running.question_id == question_id) {
            return taken(running.text == text, running.seq);
        }
        let hash = short_hash(question_id);
        match self.asked.iter().find(|asked| asked.id_hash == hash) {
            Some(asked) => taken(asked.text_hash == short_hash(text), asked.accepted),
            None => Ok(None),
        }
    }

    /// Where a question is.
    pub(crate) fn find(&self, question_id: &str) -> Result<Found, SessionError> {
        self.still_there()?;
        if let Some(running) = self.state.running.iter().find(|running| running.question_id == question_id) {
            return Ok(Found::Running(Box::new(QuestionState {
                question_id: question_id.to_owned(),
                status: QuestionStatus::Running,
                text: running.text.clone(),
                model_id: running.model_id.clone(),
                asked_at: log::time_text(running.asked_ms),
                ended_at: None,
                answer: None,
                error: None,
            })));
        }
        let hash = short_hash(question_id);
        let asked = self.asked.iter().find(|asked| asked.id_hash == hash && 0 < asked.ended);
        asked.map_or_else(
            || Err(SessionError::QuestionUnknown(question_id.to_owned())),
            |asked| Ok(Found::Ended(asked.accepted, asked.ended)),
        )
    }

    /// The model of a question is open, and the computing begins.
    pub(crate) fn on_opened(&mut self, seq: u64, model: Option<(String, String)>, now: SystemTime) {
        let Some(running) = self.state.running.iter_mut().find(|running| running.seq == seq) else { return };
        running.model = model;
        running.stage = Some(Stage::Computing);
        if running.is_slow {
            let question_id = running.question_id.clone();
            self.append(EventBody::QuestionProgress { question_id, stage: Stage::Computing }, now);
        }
    }

    /// A question takes long.
    pub(crate) fn on_slow(&mut self, seq: u64, now: SystemTime) {
        let Some(running) = self.state.running.iter_mut().find(|running| running.seq == seq) else { return };
        running.is_slow = true;
        let (question_id, stage) = (running.question_id.clone(), running.stage.unwrap_or(Stage::Opening));
        self.append(EventBody::QuestionProgress { question_id, stage }, now);
    }

    /// A question ended by itself; nothing happens when it was cancelled before.
    pub(crate) fn on_end(&mut self, seq: u64, result: Result<Answer, Failure>, now: SystemTime) {
        let Some(at) = self.state.running.iter().position(|running| running.seq == seq) else { return };
        let running = self.state.running.remove(at);
        let question_id = running.question_id.clone();
        let (body, end) = match result {
            Ok(answer) => {
                if let Some(plan) = &answer.plan {
                    self.state.topics.note(running.turn, &running.model_id, plan, unix_millis(now));
                }
                let (model_id, answer) = (running.model_id.clone(), Box::new(answer));
                let end = QuestionEnd::Answered(answer.clone());
                (EventBody::QuestionAnswered { question_id, model_id, answer }, end)
            }
            Err(failure) => {
                let error = EventProblem::of(&failure);
                let (code, detail) = (failure.code().as_str().to_owned(), error.detail.clone());
                (EventBody::QuestionFailed { question_id, error }, QuestionEnd::Failed { code, detail })
            }
        };
        self.close(running, body, end, now);
    }

    /// Cancels a question, if it runs.
    pub(crate) fn on_cancel(&mut self, question_id: &str, now: SystemTime) {
        let at = self.state.running.iter().position(|running| running.question_id == question_id);
        let Some(at) = at else { return };
        let running = self.state.running.remove(at);
        running.stop.set();
        let body = EventBody::QuestionCancelled { question_id: running.question_id.clone() };
        self.close(running, body, QuestionEnd::Cancelled, now);
    }

    /// Chooses a model; nothing happens when it is chosen already.
    pub(crate) fn on_select(&mut self, model_id: String, now: SystemTime) -> Result<(), SessionError> {
        self.still_there()?;
        if self.state.model_id.as_ref() != Some(&model_id) {
            self.state.model_id = Some(model_id.clone());
            self.append(EventBody::ModelSelected { model_id }, now);
        }
        Ok(())
    }

    /// Ends the session for good. Nothing of it is kept but what its connections are told last.
    pub(crate) fn on_delete(&mut self, reason: EndReason, now: SystemTime) {
        if self.is_over {
            return;
        }
        let ids: Vec<String> = self.state.running.iter().map(|running| running.question_id.clone()).collect();
        ids.iter().for_each(|id| self.on_cancel(id, now));
        self.append(EventBody::SessionEnded { reason }, now);
        self.changes = log::remove(&self.id);
        self.is_over = true;
    }

    /// Tells the end of a question and keeps it in the history, both in the next write. Of a dry run the history keeps
    /// nothing, since nothing was asked.
    fn close(&mut self, running: Running, body: EventBody, end: QuestionEnd, now: SystemTime) {
        let ended = self.append(body, now);
        if let Some(asked) = self.asked.iter_mut().find(|asked| asked.accepted == running.seq) {
            asked.ended = ended;
            let asked = *asked;
            self.changes.push(log::put_question(&self.id, &asked));
        }
        if running.dry_run {
            return;
        }
        let (model_id, model_name) = running.model.unwrap_or_else(|| (running.model_id, String::new()));
        self.history.push(HistoryRecord {
            question_id: running.history_id,
            asked_at: log::time_text(running.asked_ms),
            model_id,
            model_name,
            session_id: Some(self.id.as_ref().to_owned()),
            text: running.text,
            language: running.language,
            end,
        });
    }

    fn note_asked(&mut self, asked: Asked) {
        self.changes.push(log::put_question(&self.id, &asked));
        self.asked.push(asked);
    }

    fn append(&mut self, body: EventBody, now: SystemTime) -> u64 {
        let (seq, kind) = (self.state.last_seq + 1, body.kind());
        let record = EventRecord { epoch: self.state.epoch.clone(), seq, at: rfc3339_millis(now), body };
        // Nothing in it can fail to be written: its keys are texts.
        let json: Arc<str> = serde_json::to_string(&record).unwrap_or_default().into();
        let event = SessionEvent { seq, kind, json };
        self.state.last_seq = seq;
        self.state.sizes.push_back(u32::try_from(event.json.len()).unwrap_or(u32::MAX));
        self.log_bytes += event.json.len() as u64;
        self.changes.push(log::put_event(&self.id, &event));
        self.events.push(event);
        self.trim();
        seq
    }

    /// Drops the oldest events beyond the bounds, never the newest.
    fn trim(&mut self) {
        let first_before = self.state.first_seq;
        while 1 < self.state.sizes.len()
            && (limits::SESSION_EVENTS_MAX < self.state.sizes.len() as u64
                || limits::SESSION_LOG_BYTES_MAX < self.log_bytes)
        {
            self.log_bytes -= self.state.sizes.pop_front().map_or(0, u64::from);
            self.state.first_seq += 1;
        }
        if first_before < self.state.first_seq {
            let first_seq = self.state.first_seq;
            self.asked.retain(|asked| first_seq <= asked.accepted);
            self.changes.extend(log::trim(&self.id, first_seq));
        }
    }

    /// What happened since the last write, if anything: to be written together, and to be shown then.
    pub(crate) fn take_write(&mut self) -> Option<Write> {
        if self.changes.is_empty() && !self.is_changed {
            return None;
        }
        self.is_changed = false;
        let mut changes = std::mem::take(&mut self.changes);
        if !self.is_over {
            changes.push(self.state.write(&self.id, self.owner.as_ref()));
        }
        let (history, used_ms) = (std::mem::take(&mut self.history), self.state.used_ms);
        let recorded = history.len();
        changes.extend(history.into_iter().flat_map(|record| history::changes_of(record, used_ms)));
        Some(Write { changes, visible: self.show(), recorded })
    }

    /// The state as it is shown, with the events since the last time.
    pub(crate) fn show(&mut self) -> Visible {
        let mut latest: VecDeque<SessionEvent> = std::mem::take(&mut self.events).into();
        let mut bytes: usize = latest.iter().map(|event| event.json.len()).sum();
        // Of a session that is over, nothing can be read any more.
        while !self.is_over && limits::SESSION_LATEST_BYTES_MAX < bytes {
            bytes -= latest.pop_front().map_or(bytes, |event| event.json.len());
        }
        Visible {
            phase: if self.is_over { SessionPhase::Ended } else { SessionPhase::Live },
            epoch: self.state.epoch.as_str().into(),
            first_seq: self.state.first_seq,
            last_seq: self.state.last_seq,
            latest: Vec::from(latest).into(),
            model_id: self.state.model_id.as_deref().map(Into::into),
            running: self.state.running.iter().map(|running| running.question_id.as_str().into()).collect(),
            created_ms: self.state.created_ms,
            is_asked: 0 < self.state.turns,
            fault: None,
        }
    }
}

#[cfg(test)]
mod tests;
