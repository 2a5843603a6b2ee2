//! The way to the history: records without waiting, reads on threads of their own.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::UNIX_EPOCH;

use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::book::{Book, HistoryFilter};
use super::entry::{HistoryEntry, KeptAnswer, is_id};
use super::{HistoryError, HistoryRecord, QuestionEnd};
use crate::actors::backend::Askable;
use crate::actors::clock::{Clock, unix_millis};
use crate::actors::compute::Compute;
use crate::actors::failure::Failure;
use crate::actors::model_registry::{EvidenceKey, ModelRegistryHandle, ModelState, new_id};
use crate::actors::query_session::AskError;
use crate::actors::session_directory::SessionsHandle;
use crate::actors::stopping::StopOnDrop;
use crate::error::{Coded as _, ErrorCode};
use crate::limits;
use crate::query::{Answer, Evidence, Question};
use crate::store::{Catalog, Change, StoreError};

/// The way to the history; cheap to clone.
#[derive(Debug, Clone)]
pub struct HistoryHandle {
    book: Book,
    models: ModelRegistryHandle,
    reads: Compute,
    clock: Clock,
    tally: Arc<Tally>,
}

#[derive(Debug, Default)]
struct Tally {
    /// Records handed in and not yet written.
    unwritten: AtomicUsize,
    /// Records since the start.
    recorded: AtomicUsize,
}

/// Counts a record as unwritten, until it is written or lost.
struct Unwritten(Arc<Tally>);

impl Unwritten {
    fn new(tally: &Arc<Tally>) -> Unwritten {
        tally.unwritten.fetch_add(1, Ordering::SeqCst);
        Unwritten(Arc::clone(tally))
    }
}

impl Drop for Unwritten {
    fn drop(&mut self) {
        self.0.unwritten.fetch_sub(1, Ordering::SeqCst);
    }
}

/// One row of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryItem {
    /// The question.
    pub entry: HistoryEntry,
    /// Whether its building model is gone.
    pub is_model_deleted: bool,
}

/// Some questions, the newest first.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryPage {
    /// The questions.
    pub items: Vec<HistoryItem>,
    /// Where the next page begins; `None` at the end.
    pub next_cursor: Option<String>,
    /// How many the filter finds.
    pub total: usize,
    /// Whether that is all of them; else they are those among the newest [`limits::HISTORY_COUNTED_MAX`].
    pub is_total_exact: bool,
}

/// A question with its answer.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryDetail {
    /// The question.
    pub item: HistoryItem,
    /// The answer, as far as it is kept.
    pub kept: Option<KeptAnswer>,
}

/// A question that was put again.
#[derive(Debug, Clone, PartialEq)]
pub struct Rerun {
    /// Its id in the history.
    pub question_id: String,
    /// The answer now.
    pub answer: Answer,
    /// Whether it says something else than before.
    pub is_changed: bool,
}

impl HistoryHandle {
    pub(crate) fn new(catalog: Catalog, models: ModelRegistryHandle, clock: Clock) -> HistoryHandle {
        let reads = Compute::new(limits::HISTORY_READS_MAX, ErrorCode::HistoryBusy);
        HistoryHandle { book: Book::new(catalog), models, reads, clock, tally: Arc::default() }
    }

    /// Keeps a question that ended. Never waits; where the disk cannot follow, the record is lost and that is logged.
    pub(crate) fn record(&self, record: &HistoryRecord) {
        self.keep(record.clone());
    }

    fn keep(&self, record: HistoryRecord) {
        let changes = changes_of(record, unix_millis((self.clock)()));
        let unwritten = Unwritten::new(&self.tally);
        if let Err(error) = self.book.catalog.write(changes, move |_logged_there| drop(unwritten)) {
            tracing::warn!(%error, "a question is missing in the history");
        }
        self.on_recorded(1);
    }

    /// Counts records that were handed in, here or with the changes of others ([`changes_of`]), and trims after some.
    pub(crate) fn on_recorded(&self, count: usize) {
        let before = self.tally.recorded.fetch_add(count, Ordering::Relaxed);
        let round = |recorded: usize| recorded.div_ceil(limits::HISTORY_TRIM_EVERY);
        if round(before) < round(before + count) && Handle::try_current().is_ok() {
            self.begin_trim();
        }
    }

    /// Trims in the background. One that finds no place is made up for by the next.
    fn begin_trim(&self) {
        let book = self.book.clone();
        let trim = move || {
            if let Err(error) = book.trim(limits::HISTORY_MAX) {
                tracing::warn!(%error, "the history could not be trimmed");
            }
        };
        if self.reads.begin(trim).is_err() {
            tracing::info!("the history is trimmed later; all its places are taken");
        }
    }

    /// Notes a question that begins; `None` for what no record is kept of: a dry run, and a model that is not there.
    pub(crate) async fn begin(
        &self,
        question_id: &str,
        session_id: Option<&str>,
        model_id: &str,
        question: &Question,
    ) -> Option<Recording> {
        if question.dry_run {
            return None;
        }
        let Ok(ModelState::Ready { manifest, .. }) = self.models.find(model_id).await else { return None };
        let record = HistoryRecord {
            question_id: question_id.to_owned(),
            asked_at: timestamp(self.clock),
            model_id: manifest.model_id.clone(),
            model_name: manifest.name.clone(),
            session_id: session_id.map(str::to_owned),
            text: question.text().to_owned(),
            language: question.language,
            end: QuestionEnd::Cancelled,
        };
        Some(Recording { history: self.clone(), record: Some(record) })
    }

    /// Waits until what was handed in is written, so that a client finds the question it has just asked.
    async fn settle(&self) {
        if self.tally.unwritten.load(Ordering::SeqCst) == 0 {
            return;
        }
        let (sender, written) = oneshot::channel();
        let handed_in = self.book.catalog.write(Vec::new(), move |_result| {
            // Who does not wait any more needs no word.
            sender.send(()).ok();
        });
        // A list without the last questions is better than none.
        if handed_in.is_err() || timeout(limits::ACTOR_REPLY_MAX, written).await.is_err() {
            tracing::warn!("the history is read before its last questions are written");
        }
    }

    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Book) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, HistoryError> {
        self.settle().await;
        let book = self.book.clone();
        self.reads.run(move || read(&book)).await?.map_err(|error| HistoryError::Store(Failure::of(&error)))
    }

    /// Whether a text can be a cursor.
    #[must_use]
    pub fn is_cursor(text: &str) -> bool {
        is_id(text)
    }

    /// The newest questions that a filter takes, from a cursor on.
    ///
    /// # Errors
    /// [`HistoryError`].
    pub async fn list(
        &self,
        filter: HistoryFilter,
        cursor: Option<String>,
        limit: usize,
    ) -> Result<HistoryPage, HistoryError> {
        let listed = self.read(move |book| book.list(&filter, cursor.as_deref(), limit)).await?;
        let there: HashSet<String> = self.models.list().await?.into_iter().filter_map(stored_id).collect();
        let next_cursor = listed.entries.last().filter(|_| listed.has_more).map(|last| last.question_id.clone());
        let item = |entry: HistoryEntry| HistoryItem { is_model_deleted: !there.contains(&entry.model_id), entry };
        Ok(HistoryPage {
            items: listed.entries.into_iter().map(item).collect(),
            next_cursor,
            total: listed.total,
            is_total_exact: listed.is_total_exact,
        })
    }

    /// One question with its answer. Its evidence can be read again afterwards, as it could when it was new.
    ///
    /// # Errors
    /// [`HistoryError`].
    pub async fn find(&self, question_id: &str) -> Result<HistoryDetail, HistoryError> {
        let id = question_id.to_owned();
        let found = self.read(move |book| book.find(&id)).await?;
        let (entry, kept) = found.ok_or_else(|| HistoryError::Unknown(question_id.to_owned()))?;
        let is_model_deleted =
            !self.models.list().await?.into_iter().filter_map(stored_id).any(|id| id == entry.model_id);
        let answer = kept.as_ref().map(|kept| &kept.answer).filter(|_| !is_model_deleted);
        if let Some(Answer { evidence: Some(evidence), plan: Some(plan), language, .. }) = answer {
            let key = EvidenceKey { model_id: entry.model_id.clone(), plan: plan.clone(), language: *language };
            if let Err(error) = self.models.remember_evidence(&evidence.id, key).await {
                tracing::warn!(%error, "evidence not remembered");
            }
        }
        Ok(HistoryDetail { item: HistoryItem { entry, is_model_deleted }, kept })
    }

    /// Makes of a question and its evidence, computed again where its model is still there, what the caller wants.
    ///
    /// # Errors
    /// [`HistoryError`].
    pub async fn export_as<T: Send + 'static>(
        &self,
        question_id: &str,
        write: impl FnOnce(HistoryDetail, Option<Evidence>) -> T + Send + 'static,
    ) -> Result<T, HistoryError> {
        let detail = self.find(question_id).await?;
        let answer = detail.kept.as_ref().map(|kept| &kept.answer).filter(|_| !detail.item.is_model_deleted);
        let again = answer.and_then(|answer| Some((answer.plan.clone()?, answer.language)));
        let model = match &again {
            Some(_) => self.open(&detail.item.entry.model_id).await?,
            None => None,
        };
        let stopping = StopOnDrop::default();
        let stop = stopping.stop();
        let work = move || {
            let evidence = model.zip(again).and_then(|(model, (plan, language))| {
                let evidence = model.recompute(&plan, language, &stop);
                // Rows that could not be fetched would make it a wrong one; what was kept still holds.
                evidence.ok().flatten().filter(|_| model.fault().is_none())
            });
            write(detail, evidence)
        };
        let written = self.reads.run(work).await;
        drop(stopping);
        Ok(written?)
    }

    /// A model; `None` where it is gone or damaged for good, so that nothing but what was kept is left.
    async fn open(&self, model_id: &str) -> Result<Option<Arc<dyn Askable>>, HistoryError> {
        match self.models.open(model_id).await {
            Ok(model) => Ok(Some(model)),
            Err(error) if GONE.contains(&error.code()) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The answer to the last question of a session, as far as it is kept, also when the session is not any more; `None`
    /// where it has none or is deleted. The question was put at a time or later, milliseconds since 1970.
    ///
    /// # Errors
    /// [`HistoryError`].
    pub async fn answer_in_session(&self, session_id: &str, since_ms: u64) -> Result<Option<KeptAnswer>, HistoryError> {
        let id = session_id.to_owned();
        self.read(move |book| book.answer_in_session(&id, since_ms)).await
    }

    /// Deletes one question.
    ///
    /// # Errors
    /// [`HistoryError`].
    pub async fn delete(&self, question_id: &str) -> Result<(), HistoryError> {
        let id = question_id.to_owned();
        let was_there = self.read(move |book| book.delete(&id)).await?;
        if was_there { Ok(()) } else { Err(HistoryError::Unknown(question_id.to_owned())) }
    }

    /// Deletes the questions that a filter takes; how many they were.
    ///
    /// # Errors
    /// [`HistoryError`].
    pub async fn delete_all(&self, filter: HistoryFilter) -> Result<usize, HistoryError> {
        self.read(move |book| book.delete_all(&filter)).await
    }

    /// Puts a question again, in the same words and language, and tells whether the answer says something else now.
    ///
    /// One that went on from another in its session means nothing by itself: where its own words lead to another plan,
    /// the whole question it was taken to mean is put instead.
    ///
    /// # Errors
    /// [`HistoryError`].
    pub async fn rerun(&self, sessions: &SessionsHandle, question_id: &str) -> Result<Rerun, HistoryError> {
        let HistoryDetail { item: HistoryItem { entry, .. }, kept } = self.find(question_id).await?;
        let before = kept.as_ref().map(|kept| &kept.answer);
        let mut question = Question::parse(&entry.text)?;
        question.language = entry.language;
        let new_id = new_id(self.clock);
        let mut recording = self.begin(&new_id, None, &entry.model_id, &question).await;
        let mut result = sessions.put(None, &entry.model_id, question).await;
        let whole = before.and_then(|before| before.understood_as.as_ref()).filter(|_| entry.session_id.is_some());
        if let (Ok(answer), Some(whole), Some(before)) = (&result, whole, before)
            && answer.plan != before.plan
        {
            let mut question = Question::parse(whole)?;
            question.language = Some(before.language);
            if let Some(recording) = &mut recording {
                recording.reword(whole);
            }
            result = sessions.put(None, &entry.model_id, question).await;
        }
        if let Some(recording) = recording {
            recording.end(&result);
        }
        let answer = result?;
        let is_changed = kept.is_none_or(|kept| kept.differs(&answer));
        Ok(Rerun { question_id: new_id, answer, is_changed })
    }
}

/// What writes a record, for those who write it together with changes of their own. `now_ms` stands in where the time of
/// asking cannot be read.
pub(crate) fn changes_of(record: HistoryRecord, now_ms: u64) -> Vec<Change> {
    let (entry, answer) = HistoryEntry::of(record, now_ms);
    Book::put(&entry, answer)
}

/// Codes of models that no waiting brings back.
const GONE: [ErrorCode; 4] =
    [ErrorCode::ModelUnknown, ErrorCode::ModelNotReady, ErrorCode::StoreDamaged, ErrorCode::StoreFormatUnknown];

/// The id of what is stored, also when it is damaged.
fn stored_id(state: ModelState) -> Option<String> {
    match state {
        ModelState::Ready { manifest, .. } => Some(manifest.model_id.clone()),
        ModelState::Broken { model_id, .. } => Some(model_id),
        ModelState::Ingesting { .. } | ModelState::Failed { .. } => None,
    }
}

/// A question on its way. Dropped before its end, it was given up by who asked.
#[derive(Debug)]
pub(crate) struct Recording {
    history: HistoryHandle,
    record: Option<HistoryRecord>,
}

/// Codes of questions that were turned away before anything was done about them.
const REFUSALS: [ErrorCode; 4] =
    [ErrorCode::QuestionsBusy, ErrorCode::SessionBusy, ErrorCode::SessionsFull, ErrorCode::Draining];

impl Recording {
    /// Keeps how the question ended. One that was refused was not put.
    pub(crate) fn end(mut self, result: &Result<Answer, AskError>) {
        let end = match result {
            Ok(answer) => QuestionEnd::Answered(Box::new(answer.clone())),
            Err(error) => {
                let (code, failure) = (error.code(), Failure::of(error));
                if REFUSALS.contains(&code) {
                    self.record = None;
                    return;
                }
                QuestionEnd::Failed { code: code.as_str().to_owned(), detail: failure.detail().to_owned() }
            }
        };
        if let Some(record) = self.record.take() {
            self.history.keep(HistoryRecord { end, ..record });
        }
    }

    fn reword(&mut self, text: &str) {
        if let Some(record) = &mut self.record {
            text.clone_into(&mut record.text);
        }
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        if let Some(record) = self.record.take() {
            self.history.record(&record);
        }
    }
}

/// Now, RFC 3339 in UTC with milliseconds.
fn timestamp(clock: Clock) -> String {
    let now = clock();
    let seconds = crate::actors::clock::rfc3339(now);
    let ms = now.duration_since(UNIX_EPOCH).unwrap_or_default().subsec_millis();
    seconds.strip_suffix('Z').map(|seconds| format!("{seconds}.{ms:03}Z")).unwrap_or_default()
}
