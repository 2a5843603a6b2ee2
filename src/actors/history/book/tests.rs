use proptest::prelude::*;

use super::*;
use crate::actors::history::tests::{answer, record};
use crate::actors::history::{HistoryRecord, QuestionEnd};

fn book() -> Book {
    Book::new(Catalog::in_memory().unwrap())
}

fn put(book: &Book, records: impl IntoIterator<Item = HistoryRecord>) {
    let changes = records.into_iter().flat_map(|record| {
        let (entry, answer) = HistoryEntry::of(record, 0);
        Book::put(&entry, answer)
    });
    book.catalog.write_and_wait(changes.collect()).unwrap();
}

fn answered(number: u32, text: &str) -> HistoryRecord {
    HistoryRecord { text: text.to_owned(), ..record(number, QuestionEnd::Answered(Box::new(answer(text)))) }
}

fn texts(book: &Book, filter: &HistoryFilter) -> Vec<String> {
    let listed = book.list(filter, None, 50).unwrap();
    assert_eq!((listed.total, listed.has_more), (listed.entries.len(), false));
    listed.entries.into_iter().map(|entry| entry.text).collect()
}

#[test]
fn filters_take_model_session_status_and_words_in_any_case_and_spelling() {
    let book = book();
    let in_session = HistoryRecord { session_id: Some("s".to_owned()), ..answered(2, "Welche Türen?") };
    let of_another = HistoryRecord { model_id: "n".to_owned(), ..answered(3, "Wie viele WÄNDE außen?") };
    put(&book, [answered(1, "How many doors?"), in_session, of_another, record(4, QuestionEnd::Cancelled)]);
    let none = HistoryFilter::default;
    assert_eq!(texts(&book, &none()), ["Frage 4", "Wie viele WÄNDE außen?", "Welche Türen?", "How many doors?"]);
    assert_eq!(texts(&book, &HistoryFilter { model_id: Some("n".to_owned()), ..none() }), ["Wie viele WÄNDE außen?"]);
    assert_eq!(texts(&book, &HistoryFilter { session_id: Some("s".to_owned()), ..none() }), ["Welche Türen?"]);
    assert_eq!(texts(&book, &HistoryFilter { status: Some(HistoryStatus::Cancelled), ..none() }), ["Frage 4"]);
    for (text, found) in [
        ("wände", "Wie viele WÄNDE außen?"),
        ("wande", "Wie viele WÄNDE außen?"),
        ("WAENDE AUSSEN", "Wie viele WÄNDE außen?"),
        ("Tu\u{308}ren", "Welche Türen?"),
        ("many", "How many doors?"),
    ] {
        assert_eq!(texts(&book, &HistoryFilter { text: Some(text.to_owned()), ..none() }), [found], "{text}");
    }
    assert_eq!(texts(&book, &HistoryFilter { text: Some("fenster".to_owned()), ..none() }), Vec::<String>::new());
    assert_eq!(texts(&book, &HistoryFilter { text: Some(String::new()), ..none() }).len(), 4, "no condition at all");
}

#[test]
fn a_total_beyond_the_bound_says_that_it_is_not_all() {
    let book = Book { counted_max: 20, ..book() };
    let count = limits::HISTORY_DELETED_AT_ONCE + 5;
    put(&book, (0..u32::try_from(count).unwrap()).map(|number| record(number, QuestionEnd::Cancelled)));
    let of_all = book.list(&HistoryFilter::default(), None, 3).unwrap();
    assert_eq!((of_all.total, of_all.is_total_exact, of_all.entries.len(), of_all.has_more), (count, true, 3, true));
    let filter = HistoryFilter { status: Some(HistoryStatus::Cancelled), ..HistoryFilter::default() };
    let some = book.list(&filter, None, 3).unwrap();
    assert_eq!((some.total, some.is_total_exact), (20, false));
    let oldest = record(2, QuestionEnd::Cancelled).question_id;
    let last = book.list(&filter, Some(&oldest), 3).unwrap();
    let texts: Vec<&str> = last.entries.iter().map(|entry| entry.text.as_str()).collect();
    assert_eq!((texts.as_slice(), last.has_more, last.is_total_exact), (&["Frage 1", "Frage 0"][..], false, false));
    assert_eq!(book.delete_all(&filter).unwrap(), count);
    assert_eq!(book.list(&HistoryFilter::default(), None, 3).unwrap().total, 0);
}

#[test]
fn trimming_keeps_the_newest_with_their_answers() {
    let book = book();
    put(&book, (0..10).map(|number| answered(number, &format!("Frage {number}"))));
    book.trim(10).unwrap();
    assert_eq!(texts(&book, &HistoryFilter::default()).len(), 10);
    book.trim(3).unwrap();
    assert_eq!(texts(&book, &HistoryFilter::default()), ["Frage 9", "Frage 8", "Frage 7"]);
    let answers = |number| book.catalog.get(CatalogTable::HistoryAnswers, answered(number, "").question_id.as_bytes());
    assert!(answers(7).unwrap().is_some());
    assert_eq!(answers(6).unwrap(), None);
}

#[test]
fn deleting_takes_the_answer_along_and_a_later_format_is_left_out_of_lists() {
    let book = book();
    put(&book, [answered(1, "a")]);
    let id = answered(1, "a").question_id;
    assert_eq!(book.find(&id).unwrap().unwrap().1.unwrap().answer.question, "a");
    assert_eq!((book.delete(&id).unwrap(), book.delete(&id).unwrap()), (true, false));
    assert_eq!(book.find(&id).unwrap(), None);
    assert_eq!(book.catalog.get(CatalogTable::HistoryAnswers, id.as_bytes()).unwrap(), None);
    let later = Change::Put { table: CatalogTable::History, key: id.clone().into_bytes(), value: b"{}".to_vec() };
    book.catalog.write_and_wait(vec![later]).unwrap();
    assert_eq!(book.list(&HistoryFilter::default(), None, 5).unwrap().entries, []);
    assert_eq!(book.find(&id).unwrap(), None);
}

#[test]
fn the_answer_of_a_session_is_found_without_the_session_and_never_one_of_another() {
    let book = Book { counted_max: 3, ..book() };
    let of = |session: &str, record: HistoryRecord| HistoryRecord { session_id: Some(session.to_owned()), ..record };
    put(&book, [of("s", answered(1, "a")), of("t", answered(2, "b")), of("u", record(3, QuestionEnd::Cancelled))]);
    put(&book, [of("v", answered(4, "c"))]);
    let noon_ms = 1_795_435_200_000;
    let found = |session: &str, since_ms| book.answer_in_session(session, since_ms).unwrap();
    assert_eq!(found("s", noon_ms).unwrap().answer.question, "a");
    assert_eq!(found("t", noon_ms - 1000).unwrap().answer.question, "b");
    assert_eq!(found("s", noon_ms + 1), None, "of an earlier time");
    assert_eq!(found("u", noon_ms), None, "it was cancelled");
    assert_eq!(found("v", noon_ms), None, "beyond the bound");
    assert_eq!(found("none", noon_ms), None);
    book.delete(&answered(1, "a").question_id).unwrap();
    assert_eq!(found("s", noon_ms), None);
}

/// What happens between two pages.
#[derive(Debug, Clone)]
enum Step {
    Put(u32),
    Delete(u32),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![(0..60_u32).prop_map(Step::Put), (0..60_u32).prop_map(Step::Delete)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn pages_neither_double_nor_lose_a_question_while_others_come_and_go(
        first in proptest::collection::btree_set(0..60_u32, 0..40),
        between in proptest::collection::vec(proptest::collection::vec(step(), 0..6), 0..30),
        limit in 1..6_usize,
        is_filtered: bool,
    ) {
        let book = book();
        let write = |number: u32| put(&book, [record(number, QuestionEnd::Cancelled)]);
        put(&book, first.iter().map(|number| record(*number, QuestionEnd::Cancelled)));
        let status = is_filtered.then_some(HistoryStatus::Cancelled);
        let filter = HistoryFilter { status, ..HistoryFilter::default() };
        let id = |number: u32| record(number, QuestionEnd::Cancelled).question_id;
        let (mut throughout, mut ever) = (first.clone(), first);
        let mut seen: Vec<String> = Vec::new();
        let mut cursor: Option<String> = None;
        let mut between = between.into_iter();
        loop {
            let page = book.list(&filter, cursor.as_deref(), limit).unwrap();
            prop_assert!(page.entries.len() <= limit);
            prop_assert!(seen.len() <= ever.len(), "it never ends: {seen:?}");
            seen.extend(page.entries.iter().map(|entry| entry.question_id.clone()));
            if !page.has_more {
                break;
            }
            cursor = page.entries.last().map(|last| last.question_id.clone());
            for step in between.next().unwrap_or_default() {
                match step {
                    Step::Put(number) => {
                        write(number);
                        ever.insert(number);
                    }
                    Step::Delete(number) => {
                        book.delete(&id(number)).unwrap();
                        throughout.remove(&number);
                    }
                }
            }
        }
        prop_assert!(seen.windows(2).all(|pair| pair[1] < pair[0]), "newest first, none twice: {seen:?}");
        for number in throughout {
            prop_assert!(seen.contains(&id(number)), "{number} was there all the time");
        }
        prop_assert!(seen.iter().all(|seen| ever.iter().any(|number| id(*number) == *seen)));
    }
}
