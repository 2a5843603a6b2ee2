//! What is kept of a question: a small entry for lists, and the answer apart from it, cut to a bound.

use serde::{Deserialize, Serialize};
use time::{Date, Month};
use utoipa::ToSchema;

use super::{HistoryRecord, QuestionEnd};
use crate::error::{Blame, ErrorCode};
use crate::limits;
use crate::query::{Answer, AnsweredBy, CacheTier, Cost, Language, Status};

/// How a question ended: as its answer says, or without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HistoryStatus {
    /// There is an answer.
    Answered,
    /// The question is understood, and the model does not hold what it asks for.
    NotInModel,
    /// The question is not understood.
    NotUnderstood,
    /// Only a language model could answer, and none may be used.
    NeedsLlm,
    /// An error kept it from being answered.
    Failed,
    /// Whoever asked gave it up.
    Cancelled,
}

impl From<Status> for HistoryStatus {
    fn from(status: Status) -> HistoryStatus {
        match status {
            Status::Answered => HistoryStatus::Answered,
            Status::NotInModel => HistoryStatus::NotInModel,
            Status::NotUnderstood => HistoryStatus::NotUnderstood,
            Status::NeedsLlm => HistoryStatus::NeedsLlm,
        }
    }
}

/// Why a question has no answer, as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryFailure {
    /// Stable code.
    pub code: String,
    /// What was wrong.
    pub detail: String,
}

/// A question without its answer: what lists show and filters look at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// 32 hexadecimal digits that begin with the time.
    pub question_id: String,
    /// The id that the client chose for it in its session, where that is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_question_id: Option<String>,
    /// When it was put, RFC 3339 in UTC.
    pub asked_at: String,
    /// The building model that was asked.
    pub model_id: String,
    /// Its name then.
    pub model_name: String,
    /// The session it was put in, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    /// The question in the words of who asked.
    pub text: String,
    /// The language of the answer, or the one asked for.
    pub language: Option<Language>,
    /// How it ended.
    pub status: HistoryStatus,
    /// The answer, or why there is none, in one line.
    pub summary: String,
    /// Milliseconds from question to answer; `None` without an answer.
    pub took_ms: Option<f64>,
    /// US dollars, with six decimals.
    pub cost_usd: String,
    /// Where the answer was kept; `None` without an answer.
    pub cache_tier: Option<CacheTier>,
    /// Who answered; `None` without an answer.
    pub answered_by: Option<AnsweredBy>,
    /// Why it has no answer, where it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<HistoryFailure>,
}

/// An answer as far as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeptAnswer {
    /// The answer; its items and groups may be the first of more.
    pub answer: Answer,
    /// How many items are left of those the answer had, where not all are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items_kept: Option<usize>,
    /// How many groups are left, where not all are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups_kept: Option<usize>,
}

impl KeptAnswer {
    /// Cuts an answer to [`limits::HISTORY_ITEMS_MAX`] and [`limits::HISTORY_ANSWER_BYTES_MAX`]: items go first, the last
    /// half each time, then groups. Gives its JSON too.
    fn cut(answer: Answer) -> (KeptAnswer, Vec<u8>) {
        let mut kept = KeptAnswer { answer, items_kept: None, groups_kept: None };
        kept.keep_items(limits::HISTORY_ITEMS_MAX);
        loop {
            let json = serde_json::to_vec(&kept).unwrap_or_default();
            let (items, groups) = kept.answer.answer.as_ref().map_or((0, 0), |b| (b.items.len(), b.groups.len()));
            if json.len() <= limits::HISTORY_ANSWER_BYTES_MAX || items + groups == 0 {
                return (kept, json);
            }
            match items {
                0 => kept.keep_groups(groups / 2),
                items => kept.keep_items(items / 2),
            }
        }
    }

    fn keep_items(&mut self, count: usize) {
        if let Some(body) = self.answer.answer.as_mut().filter(|body| count < body.items.len()) {
            body.items.truncate(count);
            self.items_kept = Some(count);
        }
    }

    fn keep_groups(&mut self, count: usize) {
        if let Some(body) = self.answer.answer.as_mut().filter(|body| count < body.groups.len()) {
            body.groups.truncate(count);
            self.groups_kept = Some(count);
        }
    }

    /// Whether another answer to the same question says something else. What was cut off is not compared.
    pub(super) fn differs(&self, other: &Answer) -> bool {
        if self.answer.status != other.status {
            return true;
        }
        match (&self.answer.answer, &other.answer) {
            (None, None) => false,
            (Some(old), Some(new)) => {
                let items = old.items.len() + usize::from(self.items_kept.is_none());
                let groups = old.groups.len() + usize::from(self.groups_kept.is_none());
                (old.kind, &old.value, &old.unit, old.items_total) != (new.kind, &new.value, &new.unit, new.items_total)
                    || !old.items.iter().eq(new.items.iter().take(items))
                    || !old.groups.iter().eq(new.groups.iter().take(groups))
            }
            _ => true,
        }
    }
}

impl HistoryEntry {
    /// What is kept of a record: the entry, and the JSON of the answer where there is one. `now_ms` stands in where the
    /// time of asking cannot be read.
    pub(super) fn of(record: HistoryRecord, now_ms: u64) -> (HistoryEntry, Option<Vec<u8>>) {
        let (question_id, session_question_id) = own_id(&record, now_ms);
        let HistoryRecord { asked_at, model_id, model_name, session_id, text, language, end, .. } = record;
        let mut entry = HistoryEntry {
            question_id,
            session_question_id,
            asked_at,
            model_id,
            model_name,
            session_id,
            text,
            language,
            status: HistoryStatus::Cancelled,
            summary: String::new(),
            took_ms: None,
            cost_usd: Cost::default().usd,
            cache_tier: None,
            answered_by: None,
            failure: None,
        };
        match end {
            QuestionEnd::Answered(answer) => {
                let (kept, json) = KeptAnswer::cut(*answer);
                entry.tell(&kept.answer);
                return (entry, Some(json));
            }
            QuestionEnd::Failed { code, detail } => {
                let detail = shown(&code, detail);
                entry.status = HistoryStatus::Failed;
                entry.summary = line(&detail);
                entry.failure = Some(HistoryFailure { code, detail });
            }
            QuestionEnd::Cancelled => {}
        }
        (entry, None)
    }

    fn tell(&mut self, answer: &Answer) {
        let said = answer.answer.as_ref().map(|body| &body.text).or(answer.reason.as_ref());
        self.summary = said.map(|text| line(text)).unwrap_or_default();
        self.language = Some(answer.language);
        self.status = answer.status.into();
        self.took_ms = Some(answer.took_ms);
        self.cost_usd.clone_from(&answer.cost.usd);
        self.cache_tier = Some(answer.cache);
        self.answered_by = Some(answer.answered_by);
    }
}

/// A text in one line of at most [`limits::HISTORY_SUMMARY_CHARS_MAX`] letters.
fn line(text: &str) -> String {
    let mut letters = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut line: String = letters.by_ref().take(limits::HISTORY_SUMMARY_CHARS_MAX).collect();
    if letters.next().is_some() {
        line.pop();
        line.push('…');
    }
    line
}

/// Defects of ours may name paths or addresses; of those the meaning is kept only.
fn shown(code: &str, detail: String) -> String {
    let known = ErrorCode::ALL.iter().find(|known| known.as_str() == code);
    match known.map(|known| (known.blame(), known.meaning())) {
        Some((Blame::Server, meaning)) => meaning.to_owned(),
        Some((Blame::Client | Blame::Capacity, _)) | None => detail,
    }
}

/// Farthest that the time in an id may be from the time of asking.
const ID_OFF_MS_MAX: u64 = 60_000;

/// The id under which a record is kept, and the client's where that is another.
///
/// One that does not begin with the time of asking was chosen by a client: it is unique in its session only, and out of
/// order. The id made for it is the same each time, so that a question which is recorded again after a crash stands once.
fn own_id(record: &HistoryRecord, now_ms: u64) -> (String, Option<String>) {
    let asked_ms = milliseconds(&record.asked_at).unwrap_or(now_ms);
    let given = &record.question_id;
    let is_ours = is_id(given)
        && given
            .get(..12)
            .and_then(|time| u64::from_str_radix(time, 16).ok())
            .is_some_and(|time| time.abs_diff(asked_ms) <= ID_OFF_MS_MAX);
    if is_ours {
        return (given.clone(), None);
    }
    let mut hash = blake3::Hasher::new();
    hash.update(record.session_id.as_deref().unwrap_or_default().as_bytes()).update(&[0]).update(given.as_bytes());
    let rest: String = hash.finalize().to_hex().chars().take(20).collect();
    (format!("{asked_ms:012x}{rest}"), Some(given.clone()))
}

/// Whether a text can be the id of a question in the history, and so a cursor.
pub(super) fn is_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'))
}

/// Milliseconds since 1970 of a time as RFC 3339 in UTC, to the second or finer.
fn milliseconds(text: &str) -> Option<u64> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let mut date = date.splitn(3, '-');
    let year = date.next()?.parse().ok()?;
    let month = Month::try_from(date.next()?.parse::<u8>().ok()?).ok()?;
    let date = Date::from_calendar_date(year, month, date.next()?.parse().ok()?).ok()?;
    let mut time = time.splitn(3, ':');
    let (hour, minute) = (time.next()?.parse().ok()?, time.next()?.parse().ok()?);
    let (second, fraction) = time.next().map(|second| second.split_once('.').unwrap_or((second, "0")))?;
    let thousandths = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    let moment = date.with_hms_milli(hour, minute, second.parse().ok()?, thousandths).ok()?.assume_utc();
    u64::try_from(moment.unix_timestamp_nanos() / 1_000_000).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actors::history::tests::{answer, record};
    use crate::query::Item;

    #[test]
    fn times_are_read_to_the_millisecond() {
        assert_eq!(milliseconds("2026-11-23T12:00:00Z"), Some(1_795_435_200_000));
        assert_eq!(milliseconds("2026-11-23T12:00:00.750Z"), Some(1_795_435_200_750));
        assert_eq!(milliseconds("2026-11-23T12:00:00.7Z"), Some(1_795_435_200_700));
        for bad in ["", "2026-11-23", "2026-13-23T12:00:00Z", "1969-01-01T00:00:00Z", "2026-11-23T12:00:00.ä23Z"] {
            assert_eq!(milliseconds(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_id_that_a_client_chose_gets_one_beside_it_that_stands_in_the_order_of_asking() {
        let ours = record(1, QuestionEnd::Cancelled);
        assert_eq!(own_id(&ours, 0), (ours.question_id.clone(), None));
        let mut chosen = HistoryRecord { question_id: "q1".to_owned(), ..ours };
        let (first, told) = own_id(&chosen, 0);
        assert!(is_id(&first) && first.starts_with("01a20846"), "{first}");
        assert_eq!(told.as_deref(), Some("q1"));
        assert_eq!(own_id(&chosen, 0).0, first, "the same again after a crash");
        chosen.session_id = Some("other".to_owned());
        assert_ne!(own_id(&chosen, 0).0, first, "another session has its own q1");
        // All digits, and of a time far from that of asking: it would stay at the head for ever.
        chosen.question_id = "f".repeat(32);
        assert!(own_id(&chosen, 0).0.starts_with("01a20846"));
    }

    #[test]
    fn an_answer_over_the_bound_keeps_sentence_value_and_groups_and_the_first_items() {
        let mut long = answer("Wie viele?");
        let body = long.answer.as_mut().unwrap();
        body.items = (0..1000).map(|n| Item { name: Some(format!("{n}")), ..Item::default() }).collect();
        let (kept, json) = KeptAnswer::cut(long.clone());
        assert_eq!((kept.items_kept, kept.groups_kept), (Some(limits::HISTORY_ITEMS_MAX), None));
        assert!(json.len() < limits::HISTORY_ANSWER_BYTES_MAX);
        let names = |kept: &KeptAnswer| kept.answer.answer.as_ref().unwrap().items[1].name.clone();
        assert_eq!(names(&kept).as_deref(), Some("1"), "the first ones");

        let body = long.answer.as_mut().unwrap();
        body.items.iter_mut().for_each(|item| item.storey = Some("x".repeat(1000)));
        let (kept, json) = KeptAnswer::cut(long.clone());
        assert!(json.len() <= limits::HISTORY_ANSWER_BYTES_MAX);
        assert_eq!(kept.items_kept, Some(25), "halved until it fits");
        let (short, long) = (kept.answer.answer.unwrap(), long.answer.unwrap());
        assert_eq!((short.text, short.value, short.groups), (long.text, long.value, long.groups));
        assert_eq!(serde_json::from_slice::<KeptAnswer>(&json).unwrap().items_kept, Some(25));
    }

    #[test]
    fn another_value_is_a_change_and_another_time_is_none() {
        let kept = KeptAnswer::cut(answer("Wie viele?")).0;
        let mut again = answer("Wie viele?");
        again.took_ms = 99.0;
        assert!(!kept.differs(&again));
        again.answer.as_mut().unwrap().value = Some(crate::query::Scalar::Integer(3));
        assert!(kept.differs(&again));
        assert!(kept.differs(&Answer { answer: None, status: Status::NotInModel, ..answer("Wie viele?") }));
        let mut more = answer("Wie viele?");
        more.answer.as_mut().unwrap().items.push(Item::default());
        assert!(kept.differs(&more), "an item more, where all were kept");
    }

    #[test]
    fn a_defect_of_ours_is_kept_without_its_detail_and_long_lines_are_cut() {
        let failed = |code: &str| QuestionEnd::Failed { code: code.to_owned(), detail: "/var/secret\nline".to_owned() };
        let (entry, json) = HistoryEntry::of(record(1, failed("store_failed")), 0);
        assert_eq!((entry.status, json), (HistoryStatus::Failed, None));
        assert_eq!(entry.failure.unwrap().detail, ErrorCode::StoreFailed.meaning());
        assert!(!entry.summary.contains("secret"));
        let (entry, _) = HistoryEntry::of(record(1, failed("question_deadline")), 0);
        assert_eq!(entry.summary, "/var/secret line");
        assert_eq!(line(&"ä".repeat(1000)).chars().count(), limits::HISTORY_SUMMARY_CHARS_MAX);
    }
}
