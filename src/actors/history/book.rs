//! Reading and deleting in the catalog. Everything here blocks.

use std::ops::ControlFlow;

use unicode_normalization::UnicodeNormalization as _;

use super::entry::{HistoryEntry, HistoryStatus, KeptAnswer};
use crate::ifc::fold;
use crate::limits;
use crate::store::{Catalog, CatalogTable, Change, StoreError};

/// Which questions are meant; all without any condition.
#[derive(Debug, Clone, Default)]
pub struct HistoryFilter {
    /// Of this building model.
    pub model_id: Option<String>,
    /// Of this session.
    pub session_id: Option<String>,
    /// That ended so.
    pub status: Option<HistoryStatus>,
    /// Whose words hold this text, in any case and spelling of umlauts.
    pub text: Option<String>,
}

/// A filter with its text folded once.
struct Matcher<'a> {
    filter: &'a HistoryFilter,
    /// Folded in both ways, since people leave the dots of an umlaut out as often as they write an e for them.
    texts: Option<(String, String)>,
}

impl Matcher<'_> {
    fn new(filter: &HistoryFilter) -> Matcher<'_> {
        let text = filter.text.as_deref().filter(|text| !text.is_empty());
        Matcher { filter, texts: text.map(|text| (fold(text), bare(text))) }
    }

    fn takes_all(&self) -> bool {
        let HistoryFilter { model_id, session_id, status, text: _ } = self.filter;
        model_id.is_none() && session_id.is_none() && status.is_none() && self.texts.is_none()
    }

    fn takes(&self, entry: &HistoryEntry) -> bool {
        let HistoryFilter { model_id, session_id, status, text: _ } = self.filter;
        model_id.as_ref().is_none_or(|wanted| *wanted == entry.model_id)
            && session_id.as_ref().is_none_or(|wanted| Some(wanted) == entry.session_id.as_ref())
            && status.is_none_or(|wanted| wanted == entry.status)
            && self
                .texts
                .as_ref()
                .is_none_or(|(folded, bared)| fold(&entry.text).contains(folded) || bare(&entry.text).contains(bared))
    }
}

/// Small letters without their marks: ä as a.
fn bare(text: &str) -> String {
    let is_mark = |c: &char| matches!(c, '\u{300}'..='\u{36f}');
    let letters = text.nfkd().filter(|c| !is_mark(c)).flat_map(char::to_lowercase);
    letters.collect::<String>().replace('ß', "ss")
}

/// Some questions of the history.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) entries: Vec<HistoryEntry>,
    /// Whether older ones follow.
    pub(super) has_more: bool,
    pub(super) total: usize,
    pub(super) is_total_exact: bool,
}

/// Every key there can be lies between these.
const ALL_KEYS: (&[u8], &[u8]) = (b"", b"g");

/// The two tables of the history.
#[derive(Debug, Clone)]
pub(super) struct Book {
    pub(super) catalog: Catalog,
    /// Questions looked at for a total.
    counted_max: usize,
}

impl Book {
    pub(super) fn new(catalog: Catalog) -> Book {
        Book { catalog, counted_max: limits::HISTORY_COUNTED_MAX }
    }

    /// What writes a question. Two tables, since a list must not read answers.
    pub(super) fn put(entry: &HistoryEntry, answer: Option<Vec<u8>>) -> Vec<Change> {
        let key = || entry.question_id.clone().into_bytes();
        let value = serde_json::to_vec(entry).unwrap_or_default();
        let mut changes = vec![Change::Put { table: CatalogTable::History, key: key(), value }];
        changes.extend(answer.map(|value| Change::Put { table: CatalogTable::HistoryAnswers, key: key(), value }));
        changes
    }

    fn remove(question_id: &str) -> [Change; 2] {
        [CatalogTable::History, CatalogTable::HistoryAnswers]
            .map(|table| Change::Remove { table, key: question_id.as_bytes().to_vec() })
    }

    /// The newest `limit` questions that a filter takes, of those before a question id, and how many it takes in all.
    ///
    /// A page begins below the id of the last question before it, whether that still exists or not: whatever is added or
    /// deleted meanwhile, no question that stays is left out, and none comes twice.
    pub(super) fn list(
        &self,
        filter: &HistoryFilter,
        before: Option<&str>,
        limit: usize,
    ) -> Result<Listed, StoreError> {
        let matcher = Matcher::new(filter);
        let takes_all = matcher.takes_all();
        let mut listed = Listed { entries: Vec::new(), has_more: false, total: 0, is_total_exact: true };
        let mut seen = 0_usize;
        let mut visit = |key: &[u8], value: &[u8]| {
            seen += 1;
            let counted = takes_all || seen <= self.counted_max;
            let in_page = !listed.has_more && before.is_none_or(|before| key < before.as_bytes());
            if !counted && listed.has_more {
                listed.is_total_exact = false;
                return ControlFlow::Break(());
            }
            if takes_all {
                listed.total += 1;
            }
            if !in_page && (takes_all || !counted) {
                listed.is_total_exact &= counted;
                return ControlFlow::Continue(());
            }
            let Some(entry) = decode(value).filter(|entry| matcher.takes(entry)) else {
                return ControlFlow::Continue(());
            };
            if !takes_all && counted {
                listed.total += 1;
            }
            listed.is_total_exact &= counted;
            if in_page && listed.entries.len() == limit {
                listed.has_more = true;
            } else if in_page {
                listed.entries.push(entry);
            }
            ControlFlow::Continue(())
        };
        self.catalog.scan(CatalogTable::History, ALL_KEYS, true, &mut visit)?;
        Ok(listed)
    }

    /// One question, with its answer where it has one.
    pub(super) fn find(&self, question_id: &str) -> Result<Option<(HistoryEntry, Option<KeptAnswer>)>, StoreError> {
        let Some(entry) = self.catalog.get(CatalogTable::History, question_id.as_bytes())?.as_deref().and_then(decode)
        else {
            return Ok(None);
        };
        let answer = self.catalog.get(CatalogTable::HistoryAnswers, question_id.as_bytes())?;
        let answer: Option<KeptAnswer> = answer.and_then(|json| serde_json::from_slice(&json).ok());
        let has_none = matches!(entry.status, HistoryStatus::Failed | HistoryStatus::Cancelled);
        // Deleted between the two reads.
        Ok((has_none || answer.is_some()).then_some((entry, answer)))
    }

    /// The answer to the last question of a session among the [`limits::HISTORY_COUNTED_MAX`] after a time.
    pub(super) fn answer_in_session(&self, session_id: &str, since_ms: u64) -> Result<Option<KeptAnswer>, StoreError> {
        // Ids begin with the time, and so do the questions of a session that was begun then.
        let from = format!("{since_ms:012x}");
        let (mut seen, mut last) = (0_usize, None);
        let mut visit = |key: &[u8], value: &[u8]| {
            seen += 1;
            if decode(value).is_some_and(|entry| entry.session_id.as_deref() == Some(session_id)) {
                last = Some(key.to_vec());
            }
            if seen < self.counted_max { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        self.catalog.scan(CatalogTable::History, (from.as_bytes(), ALL_KEYS.1), false, &mut visit)?;
        let Some(key) = last else { return Ok(None) };
        let answer = self.catalog.get(CatalogTable::HistoryAnswers, &key)?;
        Ok(answer.and_then(|json| serde_json::from_slice(&json).ok()))
    }

    /// Deletes one question; whether it was there.
    pub(super) fn delete(&self, question_id: &str) -> Result<bool, StoreError> {
        let is_there = self.catalog.get(CatalogTable::History, question_id.as_bytes())?.is_some();
        if is_there {
            self.catalog.write_and_wait(Book::remove(question_id).into())?;
        }
        Ok(is_there)
    }

    /// Deletes the questions that a filter takes now; how many they were.
    pub(super) fn delete_all(&self, filter: &HistoryFilter) -> Result<usize, StoreError> {
        let matcher = Matcher::new(filter);
        let takes_all = matcher.takes_all();
        let mut ids = Vec::new();
        let mut visit = |key: &[u8], value: &[u8]| {
            if takes_all || decode(value).is_some_and(|entry| matcher.takes(&entry)) {
                ids.push(String::from_utf8_lossy(key).into_owned());
            }
            ControlFlow::Continue(())
        };
        self.catalog.scan(CatalogTable::History, ALL_KEYS, false, &mut visit)?;
        for some in ids.chunks(limits::HISTORY_DELETED_AT_ONCE) {
            self.catalog.write_and_wait(some.iter().flat_map(|id| Book::remove(id)).collect())?;
        }
        Ok(ids.len())
    }

    /// Deletes all but the newest.
    pub(super) fn trim(&self, keep: usize) -> Result<(), StoreError> {
        let mut count = 0;
        let mut newest_to_go = None;
        let mut visit = |key: &[u8], _: &[u8]| {
            if count == keep {
                newest_to_go = Some(key.to_vec());
                return ControlFlow::Break(());
            }
            count += 1;
            ControlFlow::Continue(())
        };
        self.catalog.scan(CatalogTable::History, ALL_KEYS, true, &mut visit)?;
        let Some(mut to) = newest_to_go else { return Ok(()) };
        // The end of a range is not in it.
        to.push(0);
        let remove = |table| Change::RemoveRange { table, from: Vec::new(), to: to.clone() };
        self.catalog.write_and_wait([CatalogTable::History, CatalogTable::HistoryAnswers].map(remove).to_vec())
    }
}

/// An entry; `None` for one that a later version wrote in another way, which lists leave out.
fn decode(json: &[u8]) -> Option<HistoryEntry> {
    serde_json::from_slice(json).ok()
}

#[cfg(test)]
mod tests;
