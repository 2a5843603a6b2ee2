use super::*;
use crate::actors::backend::Backend as _;
use crate::actors::testing::{FakeBackend, manifest, plan};
use crate::query::Language;

fn loaded(count: usize) -> RegistryCore {
    let mut core = RegistryCore::default();
    let manifests = (0..count).map(|i| manifest(&format!("m{i}"), "house")).collect();
    core.on_loaded(Listing { manifests, ..Listing::default() });
    core
}

type Reply = oneshot::Receiver<Result<Arc<dyn Askable>, RegistryError>>;

fn open(core: &mut RegistryCore, id: &str) -> (Opening, Reply) {
    let (waiter, reply) = oneshot::channel();
    (core.on_open(id, waiter), reply)
}

fn model(id: &str) -> Arc<dyn Askable> {
    let backend = FakeBackend::default();
    backend.models.lock().unwrap().insert(id.to_owned(), manifest(id, "house"));
    backend.open(id).unwrap()
}

fn key(model_id: &str) -> EvidenceKey {
    EvidenceKey { model_id: model_id.to_owned(), plan: plan(), language: Language::De }
}

#[test]
fn many_waiters_share_one_load() {
    let mut core = loaded(1);
    let (first, mut first_reply) = open(&mut core, "m0");
    let (second, mut second_reply) = open(&mut core, "m0");
    assert!(matches!((first, second), (Opening::Load, Opening::Wait)));
    core.on_opened("m0", &Ok(model("m0")));
    assert!(first_reply.try_recv().unwrap().is_ok() && second_reply.try_recv().unwrap().is_ok());
    assert!(matches!(open(&mut core, "m0").0, Opening::Open(_)));
}

#[test]
fn failed_load_reaches_every_waiter_and_is_tried_again() {
    let mut core = loaded(1);
    let (_, mut reply) = open(&mut core, "m0");
    core.on_opened("m0", &Err(Failure::new(ErrorCode::StoreDamaged, "checksum")));
    let failed = Failure::new(ErrorCode::StoreDamaged, "checksum");
    assert_eq!(reply.try_recv().unwrap().unwrap_err(), RegistryError::Store(failed));
    assert!(matches!(open(&mut core, "m0").0, Opening::Load));
}

#[test]
fn least_recently_asked_model_is_closed() {
    let mut core = loaded(limits::OPEN_MODELS_MAX + 1);
    for i in 0..limits::OPEN_MODELS_MAX {
        let id = format!("m{i}");
        let _reply = open(&mut core, &id);
        core.on_opened(&id, &Ok(model(&id)));
    }
    assert!(matches!(open(&mut core, "m0").0, Opening::Open(_)));
    let last = format!("m{}", limits::OPEN_MODELS_MAX);
    let _reply = open(&mut core, &last);
    core.on_opened(&last, &Ok(model(&last)));
    assert_eq!(core.open_count(), limits::OPEN_MODELS_MAX);
    assert!(matches!(open(&mut core, "m0").0, Opening::Open(_)));
    assert!(matches!(open(&mut core, "m1").0, Opening::Load));
}

#[test]
fn model_deleted_while_it_is_opened_stays_closed() {
    let mut core = loaded(1);
    let _reply = open(&mut core, "m0");
    core.on_deleted("m0");
    core.on_opened("m0", &Ok(model("m0")));
    assert_eq!(core.open_count(), 0);
}

#[test]
fn upload_id_leads_from_progress_to_the_model() {
    let mut core = RegistryCore::default();
    let (_progress, reader) = watch::channel(IngestProgress::default());
    core.on_begin("u1", "house", reader, None);
    assert!(matches!(core.find("u1"), Some(ModelState::Ingesting { .. })));
    assert_eq!(core.resolve("u1"), Err(RegistryError::NotReady("u1".to_owned())));
    core.on_finished("u1", Ok(Arc::new(manifest("m1", "house"))));
    assert_eq!(core.resolve("u1"), Ok("m1".to_owned()));
    assert_eq!(core.list().len(), 1);
    core.on_ingest_gone("u1");
    assert_eq!(core.resolve("u1"), Ok("m1".to_owned()));
    core.on_deleted("m1");
    assert!(core.find("u1").is_none() && core.find("m1").is_none());
}

#[test]
fn ingest_that_ends_without_a_report_has_failed() {
    let mut core = RegistryCore::default();
    let (_progress, reader) = watch::channel(IngestProgress::default());
    core.on_begin("u1", "house", reader, None);
    core.on_ingest_gone("u1");
    assert!(matches!(core.find("u1"), Some(ModelState::Failed { failure, .. }) if failure.code_is_internal()));
    assert!(matches!(core.on_delete("u1"), Ok(Deletion::Done)));
    assert_eq!(core.on_delete("u1").unwrap_err(), RegistryError::Unknown("u1".to_owned()));
}

trait CodeIsInternal {
    fn code_is_internal(&self) -> bool;
}
impl CodeIsInternal for Failure {
    fn code_is_internal(&self) -> bool {
        crate::error::Coded::code(self) == ErrorCode::Internal
    }
}

#[test]
fn same_content_twice_is_one_model_with_two_uploads() {
    let mut core = RegistryCore::default();
    core.on_finished("u1", Ok(Arc::new(manifest("m1", "house"))));
    core.on_finished("u2", Ok(Arc::new(manifest("m1", "villa"))));
    assert_eq!(core.list().len(), 1);
    assert_eq!((core.resolve("u1"), core.resolve("u2")), (Ok("m1".to_owned()), Ok("m1".to_owned())));
}

#[test]
fn oldest_ended_upload_is_forgotten_and_a_running_one_never() {
    let mut core = RegistryCore::default();
    let (_progress, reader) = watch::channel(IngestProgress::default());
    core.on_begin("running", "house", reader, None);
    for i in 0..=limits::UPLOADS_KEPT_MAX {
        core.on_finished(&format!("u{i}"), Err(Failure::new(ErrorCode::JsonSyntax, "byte 0")));
    }
    assert!(core.find("running").is_some() && core.find("u0").is_none());
    assert_eq!(core.list().len(), limits::UPLOADS_KEPT_MAX);
}

#[test]
fn oldest_evidence_goes_first_and_evidence_of_a_deleted_model_goes_with_it() {
    let mut core = loaded(2);
    for i in 0..=limits::EVIDENCE_KEPT_MAX {
        core.on_evidence(&format!("e{i}"), key("m0"));
    }
    core.on_finished("u1", Ok(Arc::new(manifest("m1", "house"))));
    core.on_evidence("other", key("u1"));
    assert_eq!((core.evidence("e0"), core.evidence("e9")), (None, Some(key("m0"))));
    core.on_deleted("m0");
    assert_eq!((core.evidence("e9"), core.evidence("other")), (None, Some(key("m1"))));
}

#[test]
fn full_folder_admits_no_upload() {
    assert_eq!(loaded(limits::MODELS_MAX).admit(), Err(RegistryError::Full(limits::MODELS_MAX)));
    assert_eq!(loaded(limits::MODELS_MAX - 1).admit(), Ok(()));
}
