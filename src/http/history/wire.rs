//! What the history looks like on the wire.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use crate::actors::history::{
    HistoryDetail, HistoryFailure, HistoryFilter, HistoryHandle, HistoryItem, HistoryPage, HistoryStatus, Rerun,
};
use crate::error::ErrorCode;
use crate::http::error::{ApiError, ProblemBody};
use crate::limits;
use crate::query::{Answer, AnsweredBy, CacheTier, Language};

/// Which questions to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct HistoryQuery {
    /// Only of this building model.
    #[serde(default)]
    model_id: Option<String>,
    /// Only of this session.
    #[serde(default)]
    session_id: Option<String>,
    /// Only those that ended so.
    #[serde(default)]
    status: Option<HistoryStatus>,
    /// Only those whose words hold this text; case and the spelling of umlauts do not matter.
    #[serde(default)]
    text: Option<String>,
    /// How many at most, 1 to 200; 50 where absent.
    #[serde(default)]
    limit: Option<usize>,
    /// `next_cursor` of the page before; the newest questions where absent.
    #[serde(default)]
    cursor: Option<String>,
}

impl HistoryQuery {
    pub(super) fn parse(self) -> Result<(HistoryFilter, Option<String>, usize), ApiError> {
        let HistoryQuery { model_id, session_id, status, text, limit, cursor } = self;
        let refused = |detail: String| Err(ApiError::refused(ErrorCode::RequestMalformed, detail));
        let limit = limit.unwrap_or(limits::HISTORY_PAGE_DEFAULT);
        if !(1..=limits::HISTORY_PAGE_MAX).contains(&limit) {
            return refused(format!("limit is {limit}; 1 to {} are possible", limits::HISTORY_PAGE_MAX));
        }
        if cursor.as_deref().is_some_and(|cursor| !HistoryHandle::is_cursor(cursor)) {
            return refused("the cursor is not one that this server gave".to_owned());
        }
        Ok((HistoryFilter { model_id, session_id, status, text }, cursor, limit))
    }
}

/// Which questions are meant.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct FilterQuery {
    /// Only of this building model.
    #[serde(default)]
    model_id: Option<String>,
    /// Only of this session.
    #[serde(default)]
    session_id: Option<String>,
    /// Only those that ended so.
    #[serde(default)]
    status: Option<HistoryStatus>,
    /// Only those whose words hold this text; case and the spelling of umlauts do not matter.
    #[serde(default)]
    text: Option<String>,
}

impl FilterQuery {
    pub(super) fn parse(self) -> HistoryFilter {
        let FilterQuery { model_id, session_id, status, text } = self;
        HistoryFilter { model_id, session_id, status, text }
    }
}

/// One question, without its answer.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HistoryItemBody {
    /// Its id in the history.
    #[schema(example = "01a2084654007c3a9d0e5b1f7c2d4e6a")]
    question_id: String,
    /// The id that the client gave it in its session, where that is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    session_question_id: Option<String>,
    /// When it was put, RFC 3339 in UTC.
    #[schema(example = "2026-11-23T12:00:00.000Z")]
    asked_at: String,
    /// The building model that was asked.
    model_id: String,
    /// Its name then.
    #[schema(example = "house.ifc")]
    model_name: String,
    /// The session it was put in, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    session_id: Option<String>,
    /// The question in the words of who asked.
    #[schema(example = "Wie viele Fenster befinden sich im Erdgeschoss?")]
    text: String,
    /// The language of the answer, or the one asked for; null where neither is known.
    language: Option<Language>,
    /// How it ended.
    status: HistoryStatus,
    /// The answer, or why there is none, in one line of at most 240 letters; empty for a question that was given up.
    #[schema(example = "Im Erdgeschoss befinden sich 9 Fenster.")]
    summary: String,
    /// Milliseconds from question to answer; null without an answer.
    took_ms: Option<f64>,
    /// What the answer cost in US dollars, with six decimals.
    #[schema(example = "0.000000")]
    cost_usd: String,
    /// Where the answer was kept; null without an answer.
    cache_tier: Option<CacheTier>,
    /// Who answered; null without an answer.
    answered_by: Option<AnsweredBy>,
    /// Whether the building model is no longer there.
    deleted_model: bool,
}

/// A page of questions.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HistoryResponse {
    /// The newest first.
    items: Vec<HistoryItemBody>,
    /// Where the next page begins; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
    /// How many questions the filter finds, whatever the page.
    total: usize,
    /// False where `total` counts those among the newest 20,000 questions only, and there may be more.
    total_is_exact: bool,
}

/// One question with its answer.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HistoryDetailResponse {
    /// The question.
    #[serde(flatten)]
    item: HistoryItemBody,
    /// The answer; absent where the question failed or was given up.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<Answer>,
    /// How many items of a long answer were kept, where that is not all of them. The evidence gives all.
    #[serde(skip_serializing_if = "Option::is_none")]
    items_kept: Option<usize>,
    /// How many groups of a long answer were kept, where that is not all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    groups_kept: Option<usize>,
    /// Why there is no answer, where the question failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ProblemBody>,
}

/// How many questions were deleted.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeletedResponse {
    /// The number.
    pub(super) deleted: usize,
}

/// A question that was put again.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RerunResponse {
    /// Its id in the history.
    question_id: String,
    /// The answer now.
    answer: Answer,
    /// Whether its value, items or groups, or how it ended, are other than before.
    changed: bool,
}

impl From<HistoryItem> for HistoryItemBody {
    fn from(item: HistoryItem) -> HistoryItemBody {
        let HistoryItem { entry, is_model_deleted } = item;
        HistoryItemBody {
            question_id: entry.question_id,
            session_question_id: entry.session_question_id,
            asked_at: entry.asked_at,
            model_id: entry.model_id,
            model_name: entry.model_name,
            session_id: entry.session_id,
            text: entry.text,
            language: entry.language,
            status: entry.status,
            summary: entry.summary,
            took_ms: entry.took_ms,
            cost_usd: entry.cost_usd,
            cache_tier: entry.cache_tier,
            answered_by: entry.answered_by,
            deleted_model: is_model_deleted,
        }
    }
}

impl From<HistoryPage> for HistoryResponse {
    fn from(page: HistoryPage) -> HistoryResponse {
        let HistoryPage { items, next_cursor, total, is_total_exact } = page;
        let items = items.into_iter().map(HistoryItemBody::from).collect();
        HistoryResponse { items, next_cursor, total, total_is_exact: is_total_exact }
    }
}

/// The problem body of a failure that was kept. A code of a later version reads as a defect.
fn problem(failure: &HistoryFailure) -> ProblemBody {
    let code = ErrorCode::ALL.iter().copied().find(|code| code.as_str() == failure.code);
    ApiError::refused(code.unwrap_or(ErrorCode::Internal), failure.detail.clone()).body()
}

impl From<HistoryDetail> for HistoryDetailResponse {
    fn from(detail: HistoryDetail) -> HistoryDetailResponse {
        let HistoryDetail { item, kept } = detail;
        let error = item.entry.failure.as_ref().map(problem);
        let (items_kept, groups_kept) = kept.as_ref().map_or((None, None), |kept| (kept.items_kept, kept.groups_kept));
        let answer = kept.map(|kept| kept.answer);
        HistoryDetailResponse { item: item.into(), answer, items_kept, groups_kept, error }
    }
}

impl From<Rerun> for RerunResponse {
    fn from(rerun: Rerun) -> RerunResponse {
        let Rerun { question_id, answer, is_changed } = rerun;
        RerunResponse { question_id, answer, changed: is_changed }
    }
}

const QUESTION: &str = "Wie viele Fenster befinden sich im Erdgeschoss?";
const SENTENCE: &str = "Im Erdgeschoss befinden sich 9 Fenster.";

fn item_example() -> Value {
    json!({
        "question_id": "01a2084654007c3a9d0e5b1f7c2d4e6a",
        "asked_at": "2026-11-23T12:00:00.000Z",
        "model_id": "b929bf29757d440c7790ef77b83954e4",
        "model_name": "house.ifc",
        "session_id": "01a2084653007d1b8c4f2a6e9b3c5d7f",
        "text": QUESTION,
        "language": "de",
        "status": "answered",
        "summary": SENTENCE,
        "took_ms": 1.8,
        "cost_usd": "0.000000",
        "cache_tier": "miss",
        "answered_by": "exact",
        "deleted_model": false,
    })
}

fn answer_example() -> Value {
    let item = json!({"global_id": "1srAI$R4T8ihLXSNHmUSET", "name": "EG-Fenster-1", "type": "IfcWindow",
        "storey": "Erdgeschoss"});
    json!({
        "question": QUESTION,
        "language": "de",
        "status": "answered",
        "answer": {"kind": "count", "value": 9, "unit": "count", "items": [item], "items_total": 9, "groups": [],
            "text": SENTENCE},
        "coverage": {"elements": 9, "with_value": 9, "left_out": []},
        "evidence": {"id": "5f0c", "url": "/v1/evidence/5f0c",
            "rule": "count of IfcWindow contained in storey Erdgeschoss"},
        "plan": null,
        "reason": null,
        "answered_by": "exact",
        "cache": "miss",
        "cost": {"usd": "0.000000", "input_tokens": 0, "output_tokens": 0, "model": null},
        "took_ms": 1.8,
    })
}

pub(super) fn list_example() -> Value {
    json!({"items": [item_example()], "next_cursor": "01a2084654007c3a9d0e5b1f7c2d4e6a", "total": 120,
        "total_is_exact": true})
}

pub(super) fn detail_example() -> Value {
    let mut detail = item_example();
    if let Some(fields) = detail.as_object_mut() {
        fields.insert("answer".to_owned(), answer_example());
        fields.insert("items_kept".to_owned(), json!(1));
    }
    detail
}

pub(super) fn rerun_example() -> Value {
    json!({"question_id": "01a2084a1c007e5f8a2b4c6d8e0f1a3b", "answer": answer_example(), "changed": false})
}

pub(super) fn deleted_example() -> Value {
    json!({"deleted": 120})
}
