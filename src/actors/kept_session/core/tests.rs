use std::time::Duration;

use super::*;
use crate::actors::testing::noon;
use crate::store::CatalogTable;

fn core() -> KeptCore {
    let checkpoint = Checkpoint::new("e".to_owned(), Some("m".to_owned()), unix_millis(noon()));
    KeptCore::restore("s", Loaded { owner: None, checkpoint, asked: Vec::new(), is_lost: false })
}

fn submit(core: &mut KeptCore, id: &str) -> Result<u64, SessionError> {
    let question = Question::parse("Wie viele?").unwrap();
    let new = NewQuestion { question_id: Some(id.to_owned()), model_id: None, question };
    core.on_submit(new, format!("history-{id}"), noon()).map(|(accepted, _)| accepted.seq)
}

/// Ends a question; gives the record that the history is to keep of it, if any.
fn fail(core: &mut KeptCore, seq: u64, detail: &str) -> Option<HistoryRecord> {
    let before = core.history.len();
    core.on_end(seq, Err(Failure::new(crate::error::ErrorCode::ModelUnknown, detail)), noon());
    core.history.get(before).cloned()
}

/// Tables of the history that a write puts records into.
fn kept(write: &Write) -> Vec<CatalogTable> {
    let tables = write.changes.iter().filter_map(|change| match change {
        Change::Put { table: table @ (CatalogTable::History | CatalogTable::HistoryAnswers), .. } => Some(*table),
        Change::Put { .. } | Change::Remove { .. } | Change::RemoveRange { .. } => None,
    });
    tables.collect()
}

#[test]
fn nothing_is_written_when_nothing_happened() {
    let mut core = core();
    assert!(core.take_write().is_none());
    core.on_use(noon());
    core.on_select("m".to_owned(), noon()).unwrap();
    core.on_cancel("q", noon());
    assert!(core.take_write().is_none(), "the model was chosen before, and nobody asked");
    core.on_use(noon() + limits::SESSION_EXPIRY_SWEEP);
    assert!(core.take_write().is_some(), "once in a while its use is");
}

#[test]
fn events_and_the_state_they_lead_to_are_written_together() {
    let mut core = core();
    submit(&mut core, "q").unwrap();
    submit(&mut core, "r").unwrap();
    let write = core.take_write().unwrap();
    // Two events, two questions, one checkpoint.
    assert_eq!(write.changes.len(), 5);
    let shown: Vec<u64> = write.visible.latest.iter().map(|event| event.seq).collect();
    assert_eq!((write.visible.last_seq, shown), (2, vec![1, 2]));
    assert_eq!(write.visible.running, ["q".into(), "r".into()]);
}

#[test]
fn log_is_bounded_in_events_and_a_forgotten_question_may_be_asked_anew() {
    let mut core = core();
    for i in 0..limits::SESSION_EVENTS_MAX {
        let seq = submit(&mut core, &i.to_string()).unwrap();
        fail(&mut core, seq, "none").unwrap();
    }
    let last = 2 * limits::SESSION_EVENTS_MAX;
    assert_eq!((core.state.first_seq, core.state.last_seq), (last - limits::SESSION_EVENTS_MAX + 1, last));
    assert_eq!(core.asked.len() as u64, limits::SESSION_EVENTS_MAX / 2);
    assert_eq!(submit(&mut core, "0"), Ok(last + 1));
    assert_eq!(submit(&mut core, &(limits::SESSION_EVENTS_MAX - 1).to_string()), Ok(last - 1), "the same as before");
}

#[test]
fn log_is_bounded_in_bytes_and_keeps_the_newest_event_all_the_same() {
    let mut core = core();
    let half = "x".repeat(usize::try_from(limits::SESSION_LOG_BYTES_MAX / 2).unwrap());
    for id in ["a", "b", "c"] {
        let seq = submit(&mut core, id).unwrap();
        fail(&mut core, seq, &half).unwrap();
        assert!(core.log_bytes <= limits::SESSION_LOG_BYTES_MAX);
    }
    assert_eq!((core.state.first_seq, core.state.last_seq), (5, 6));
    let seq = submit(&mut core, "d").unwrap();
    fail(&mut core, seq, &half.repeat(3)).unwrap();
    assert_eq!((core.state.first_seq, core.state.last_seq), (8, 8));
}

#[test]
fn question_that_runs_while_its_first_event_is_dropped_still_ends_once() {
    let mut core = core();
    let seq = submit(&mut core, "long").unwrap();
    for i in 0..limits::SESSION_EVENTS_MAX {
        core.on_select(format!("m{i}"), noon()).unwrap();
    }
    assert_eq!(submit(&mut core, "long"), Ok(seq));
    let record = fail(&mut core, seq, "none").unwrap();
    assert_eq!((record.question_id.as_str(), record.session_id.as_deref()), ("history-long", Some("s")));
    assert!(fail(&mut core, seq, "none").is_none());
    assert!(matches!(core.find("long"), Err(SessionError::QuestionUnknown(_))));
}

#[test]
fn restored_session_asks_what_had_no_end_and_accepts_nothing_twice() {
    let mut core = core();
    let (done, open) = (submit(&mut core, "done").unwrap(), submit(&mut core, "open").unwrap());
    fail(&mut core, done, "none").unwrap();
    let (checkpoint, asked) = (core.state.clone(), core.asked.clone());
    let mut restored = KeptCore::restore("s", Loaded { owner: None, checkpoint, asked, is_lost: false });
    let jobs = restored.resume(noon());
    assert_eq!(jobs.iter().map(|job| job.seq).collect::<Vec<_>>(), [open]);
    assert!(restored.take_write().is_none(), "nothing new happened");
    assert_eq!((submit(&mut restored, "done"), submit(&mut restored, "open")), (Ok(done), Ok(open)));
}

#[test]
fn question_that_is_none_any_more_ends_with_an_error_when_it_is_resumed() {
    let mut core = core();
    let (long, open) = (submit(&mut core, "long").unwrap(), submit(&mut core, "open").unwrap());
    let (mut checkpoint, asked) = (core.state.clone(), core.asked.clone());
    checkpoint.running[0].text = "x".repeat(limits::QUESTION_BYTES_MAX + 1);
    let mut restored = KeptCore::restore("s", Loaded { owner: None, checkpoint, asked, is_lost: false });
    let jobs = restored.resume(noon());
    let records = restored.history.clone();
    assert_eq!(jobs.iter().map(|job| job.seq).collect::<Vec<_>>(), [open]);
    let QuestionEnd::Failed { code, .. } = &records[0].end else { panic!("{records:?}") };
    assert_eq!(
        (records.len(), records[0].question_id.as_str(), code.as_str()),
        (1, "history-long", "question_too_long")
    );
    let visible = restored.take_write().unwrap().visible;
    assert_eq!(visible.running, ["open".into()]);
    assert_eq!(visible.latest.iter().map(|event| event.kind).collect::<Vec<_>>(), ["question_failed"]);
    assert!(matches!(restored.find("long"), Ok(Found::Ended(accepted, 3)) if accepted == long));
}

#[test]
fn checkpoint_is_read_as_it_was_written() {
    let mut core = core();
    submit(&mut core, "q").unwrap();
    let owner = OwnerId::known("0123");
    let Change::Put { value, .. } = core.state.write("s", Some(&owner)) else { panic!("no put") };
    let (read_owner, checkpoint) = log::parse(&value).unwrap();
    let checkpoint = checkpoint.unwrap();
    assert_eq!(read_owner, Some(owner.clone()));
    assert_eq!(serde_json::to_value(&checkpoint).unwrap(), serde_json::to_value(&core.state).unwrap());
    let (damaged, _) = value.split_at(value.len() - 1);
    let (read_owner, checkpoint) = log::parse(damaged).unwrap();
    assert_eq!((read_owner, checkpoint.is_none()), (Some(owner), true));
}

#[test]
fn progress_is_told_only_of_a_question_that_takes_long() {
    let mut core = core();
    let (fast, slow) = (submit(&mut core, "fast").unwrap(), submit(&mut core, "slow").unwrap());
    core.on_opened(fast, None, noon());
    fail(&mut core, fast, "none").unwrap();
    core.on_slow(fast, noon());
    core.on_slow(slow, noon() + Duration::from_millis(250));
    core.on_opened(slow, None, noon() + Duration::from_millis(300));
    let kinds: Vec<&str> = core.show().latest.iter().map(|event| event.kind).collect();
    let expected =
        ["question_accepted", "question_accepted", "question_failed", "question_progress", "question_progress"];
    assert_eq!(kinds, expected);
}

#[test]
fn session_that_is_over_leaves_nothing_and_takes_nothing() {
    let mut core = core();
    submit(&mut core, "q").unwrap();
    core.on_delete(EndReason::Deleted, noon());
    let write = core.take_write().unwrap();
    assert_eq!(write.changes[..3], log::remove("s"));
    assert_eq!((write.changes.len(), kept(&write)), (4, vec![CatalogTable::History]), "its question was cancelled");
    assert_eq!(write.visible.phase, SessionPhase::Ended);
    assert_eq!(submit(&mut core, "r"), Err(SessionError::Unknown("s".to_owned())));
    core.on_delete(EndReason::Deleted, noon());
    assert!(core.take_write().is_none());
}

#[test]
fn end_of_a_question_and_its_record_in_the_history_are_written_together() {
    let mut core = core();
    let seq = submit(&mut core, "q").unwrap();
    assert_eq!(kept(&core.take_write().unwrap()), [], "it has no end yet");
    fail(&mut core, seq, "none");
    let write = core.take_write().unwrap();
    assert_eq!(write.visible.latest.first().unwrap().kind, "question_failed");
    assert_eq!((kept(&write), write.recorded), (vec![CatalogTable::History], 1));
    assert!(core.take_write().is_none());
}

#[test]
fn what_ended_while_another_write_was_on_its_way_outlasts_the_session() {
    let mut core = core();
    let (ended, _running) = (submit(&mut core, "q").unwrap(), submit(&mut core, "r").unwrap());
    fail(&mut core, ended, "none");
    core.on_delete(EndReason::Deleted, noon());
    let write = core.take_write().unwrap();
    assert_eq!((kept(&write).len(), write.recorded), (2, 2));
}

#[test]
fn dry_run_of_a_session_is_told_and_not_kept_in_the_history() {
    let mut core = core();
    let mut question = Question::parse("Wie viele?").unwrap();
    question.dry_run = true;
    let new = NewQuestion { question_id: Some("q".to_owned()), model_id: None, question };
    let (accepted, _job) = core.on_submit(new, "history-q".to_owned(), noon()).unwrap();
    assert_eq!(fail(&mut core, accepted.seq, "none"), None);
    let write = core.take_write().unwrap();
    assert_eq!((kept(&write), write.recorded, write.visible.last_seq), (Vec::new(), 0, 2));
}
