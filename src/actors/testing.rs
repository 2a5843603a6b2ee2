//! Stand-ins for the floors below, for tests of actors and of the edge.

use std::collections::BTreeMap;
use std::io::Read;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, OnceLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use actix::prelude::*;

use super::backend::{Askable, Backend, PendingModel};
use super::chunked::ChunkPlans;
use super::owner::OwnerKey;
use super::root::Dependencies;
use crate::chunking::{ChunkDocument, ChunkError, ChunkId, ChunkInput, ChunkOptions, ChunkPlan};
use crate::formats::{self, ContentEncoding, Progress, ReadError, ReadOptions};
use crate::ifc::{BuildingModel, Problem, ProblemCode, Problems};
use crate::query::{
    Answer, AnswerBody, AnswerKind, AnsweredBy, CacheTier, Completion, CompletionKind, Cost, Coverage, Evidence,
    EvidenceElement, EvidenceReference, Goal, Item, Language, Overview, OverviewStorey, Plan, Question, Role, Scalar,
    Selection, SourcePlace, Status, Stop, Stopped,
};
use crate::store::{
    BrokenModel, Catalog, ExportError, ExportFormat, ExportTarget, ImportError, Listing, Manifest, PartialRecord,
    Partials, Store, StoreError,
};

/// Makes the actor that handles it panic.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(crate) struct Boom;

/// 2026-11-23T12:00:00Z, always.
pub(crate) fn noon() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_795_435_200)
}

/// A backend in memory: a file is a model when its bytes begin with `[`, each `x` in it is one entity.
#[derive(Debug, Default)]
pub(crate) struct FakeBackend {
    /// What questions that begin with `slow` wait for.
    pub(crate) gate: Arc<Gate>,
    pub(crate) models: Mutex<BTreeMap<String, Manifest>>,
    /// Bytes that were read and wait to be published.
    contents: Mutex<BTreeMap<String, Vec<u8>>>,
    pub(crate) opened: AtomicUsize,
    pub(crate) listed: AtomicUsize,
    pub(crate) hold: Mutex<Option<Hold>>,
    /// Uploads in pieces are files, here too.
    pub(crate) uploads: OnceLock<(tempfile::TempDir, Arc<Partials>)>,
    pub(crate) waiting: Arc<Waiting>,
    /// Whether the models named `full` find room after all.
    pub(crate) has_room: AtomicBool,
}

/// Tells of a question that is answered never.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    pub(crate) begun: tokio::sync::Notify,
    pub(crate) stopped: tokio::sync::Notify,
}

/// Open until it is shut; a thread that finds it shut waits.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    is_shut: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    pub(crate) fn shut(&self) {
        *self.is_shut.lock().unwrap() = true;
    }

    pub(crate) fn open(&self) {
        *self.is_shut.lock().unwrap() = false;
        self.opened.notify_all();
    }

    fn pass(&self) {
        drop(self.opened.wait_while(self.is_shut.lock().unwrap(), |is_shut| *is_shut).unwrap());
    }
}

/// Holds the next publication between its last step on disk and its return.
#[derive(Debug)]
pub(crate) struct Hold {
    on_disk: tokio::sync::oneshot::Sender<()>,
    release: std::sync::mpsc::Receiver<()>,
}

impl FakeBackend {
    pub(crate) fn dependencies() -> (Arc<FakeBackend>, Dependencies) {
        let backend = Arc::new(FakeBackend::default());
        let catalog = Catalog::in_memory().unwrap();
        let dependencies = Dependencies {
            backend: Arc::clone(&backend) as _,
            catalog,
            clock: noon,
            owner_key: OwnerKey::random(),
            replica: "one".into(),
        };
        (backend, dependencies)
    }

    /// Holds the next publication; gives what tells that it is on disk, and what lets it go on.
    pub(crate) fn hold(&self) -> (tokio::sync::oneshot::Receiver<()>, std::sync::mpsc::Sender<()>) {
        let ((on_disk, told), (go, release)) = (tokio::sync::oneshot::channel(), std::sync::mpsc::channel());
        *self.hold.lock().unwrap() = Some(Hold { on_disk, release });
        (told, go)
    }

    /// Uploads in pieces of an earlier process: their bytes, their length and when they expire; gives their ids.
    pub(crate) fn partials_of(&self, uploads: &[(&str, u64, u64)]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let open = || Arc::new(Store::open(folder.path()).unwrap().partials().unwrap());
        let before = open();
        let make = |(number, (bytes, length, expires_at)): (usize, &(&str, u64, u64))| {
            let record = PartialRecord::new(format!("{number:032x}"), *length, "house".to_owned(), *expires_at);
            before.create(&record).unwrap();
            let mut file = before.append(record).unwrap();
            file.write(bytes.as_bytes()).unwrap();
            file.sync(*expires_at).unwrap();
            file.record().upload_id.clone()
        };
        let ids = uploads.iter().enumerate().map(make).collect();
        drop(before);
        let partials = open();
        self.uploads.set((folder, partials)).unwrap();
        ids
    }

    pub(crate) fn published(&self) -> usize {
        self.models.lock().unwrap().len()
    }
}

pub(crate) fn manifest(model_id: &str, name: &str) -> Manifest {
    Manifest {
        format: 1,
        model_id: model_id.to_owned(),
        name: name.to_owned(),
        content_bytes: 4,
        entities: 2,
        elements: 2,
        problems: 1,
        shape: "ifc_json".to_owned(),
        schema: Some("IFC4".to_owned()),
        published_at: "2026-11-23T12:00:00Z".to_owned(),
        source_bytes_compressed: 0,
        is_truncated: false,
        files: Vec::new(),
    }
}

impl Backend for FakeBackend {
    fn read(
        &self,
        source: &mut (dyn Read + Send),
        _encoding: ContentEncoding,
        _options: ReadOptions,
        on_progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<PendingModel, ImportError> {
        let (mut all, mut buffer) = (Vec::new(), [0_u8; 8]);
        loop {
            let offset = all.len() as u64;
            let count = source.read(&mut buffer).map_err(|source| ReadError::Io { offset, source })?;
            if count == 0 {
                break;
            }
            all.extend_from_slice(&buffer[..count]);
            assert!(!all.starts_with(b"[boom"), "planned");
            if !all.starts_with(b"[") {
                return Err(ReadError::Syntax { offset, what: "expected [".to_owned() }.into());
            }
            let entities = all.iter().filter(|byte| **byte == b'x').count() as u64;
            if on_progress(Progress { bytes_read: all.len() as u64, entities }).is_break() {
                return Err(ReadError::Cancelled.into());
            }
        }
        let content_hash: String = blake3::hash(&all).to_hex().chars().take(32).collect();
        self.contents.lock().unwrap().insert(content_hash.clone(), all);
        Ok(PendingModel { content_hash, staged: None })
    }

    fn list(&self) -> Result<Listing, StoreError> {
        self.listed.fetch_add(1, Ordering::SeqCst);
        let (broken, manifests) =
            self.models.lock().unwrap().values().cloned().partition::<Vec<_>, _>(|manifest| manifest.name == "broken");
        let broken = broken.into_iter().map(|Manifest { model_id, .. }| {
            let error = StoreError::Damaged { model_id: model_id.clone(), what: "planned".to_owned() };
            BrokenModel { model_id, error }
        });
        Ok(Listing { manifests, broken: broken.collect() })
    }

    fn publish(&self, name: &str, published_at: &str, model: PendingModel) -> Result<Manifest, StoreError> {
        if name == "full" && !self.has_room.load(Ordering::SeqCst) {
            return Err(StoreError::DiskFull(std::io::ErrorKind::StorageFull.into()));
        }
        let content = self.contents.lock().unwrap().remove(&model.content_hash).unwrap();
        let manifest = Manifest {
            content_bytes: content.len() as u64,
            entities: content.iter().filter(|byte| **byte == b'x').count() as u64,
            published_at: published_at.to_owned(),
            ..manifest(&model.content_hash, name)
        };
        self.models.lock().unwrap().insert(model.content_hash, manifest.clone());
        let hold = self.hold.lock().unwrap().take();
        if let Some(Hold { on_disk, release }) = hold {
            on_disk.send(()).unwrap();
            release.recv().unwrap();
        }
        Ok(manifest)
    }

    fn open(&self, model_id: &str) -> Result<Arc<dyn Askable>, StoreError> {
        self.opened.fetch_add(1, Ordering::SeqCst);
        let models = self.models.lock().unwrap();
        let manifest = models.get(model_id).ok_or_else(|| StoreError::Unknown(model_id.to_owned()))?;
        if manifest.name == "damaged" {
            let what = "checksum of model.bin".to_owned();
            return Err(StoreError::Damaged { model_id: model_id.to_owned(), what });
        }
        let fails = manifest.name == "fails";
        let house: &[u8] = br#"{"header": {}, "data": {"IfcDoor": [{"id": "d1", "name": "Door", "storey": "EG"}]}}"#;
        let house = formats::read(house, ContentEncoding::Identity, &mut |_| ControlFlow::Continue(())).unwrap().model;
        let (gate, waiting, model_id) = (Arc::clone(&self.gate), Arc::clone(&self.waiting), model_id.to_owned());
        Ok(Arc::new(FakeModel { gate, model_id, fails, house, plans: ChunkPlans::default(), waiting }))
    }

    fn delete(&self, model_id: &str) -> Result<(), StoreError> {
        self.models.lock().unwrap().remove(model_id);
        Ok(())
    }

    fn partials(&self) -> Arc<Partials> {
        let (_folder, partials) = self.uploads.get_or_init(|| {
            let folder = tempfile::tempdir().unwrap();
            let partials = Arc::new(Store::open(folder.path()).unwrap().partials().unwrap());
            (folder, partials)
        });
        Arc::clone(partials)
    }
}

/// A model that answers 2 to everything, and to what goes on from another question that it does.
#[derive(Debug)]
pub(crate) struct FakeModel {
    gate: Arc<Gate>,
    model_id: String,
    /// Whether its export does: at once as CSV, later as Arrow.
    fails: bool,
    /// What is cut into chunks.
    house: BuildingModel,
    plans: ChunkPlans,
    waiting: Arc<Waiting>,
}

pub(crate) fn plan() -> Plan {
    Plan { version: 1, goal: Goal::Count, of: Selection { any_of: vec!["wall".to_owned()], filters: Vec::new() } }
}

/// A plan about what was asked, so that a test sees which question it is of.
fn plan_about(text: &str) -> Plan {
    let asked = text.strip_prefix("about ").unwrap_or("wall");
    Plan { of: Selection { any_of: vec![asked.to_owned()], filters: Vec::new() }, ..plan() }
}

fn body() -> AnswerBody {
    AnswerBody {
        kind: AnswerKind::Count,
        value: Some(Scalar::Integer(2)),
        unit: Some("count".to_owned()),
        items: Vec::new(),
        items_total: 2,
        groups: Vec::new(),
        text: "Es sind 2.".to_owned(),
    }
}

/// Two walls, of which one has a name that a spreadsheet would compute.
fn elements() -> Vec<EvidenceElement> {
    let wall = |name: &str, byte_offset| EvidenceElement {
        role: Role::Counted,
        item: Item { name: Some(name.to_owned()), entity_type: Some("IfcWall".to_owned()), ..Item::default() },
        groups: Vec::new(),
        place: Some(SourcePlace { pointer: "/data/1".to_owned(), byte_offset }),
        value_place: None,
    };
    vec![wall("=1+1", 17), wall("Wand, außen", 40)]
}

impl Askable for FakeModel {
    fn fault(&self) -> Option<String> {
        None
    }

    fn answer(&self, question: &Question, before: Option<&Plan>, stop: &Stop) -> Result<Answer, Stopped> {
        if question.text().starts_with("slow") {
            self.gate.pass();
        }
        assert!(question.text() != "boom", "planned");
        if question.text() == "for ever" {
            self.waiting.begun.notify_one();
            while !stop.is_set() {
                std::thread::yield_now();
            }
            self.waiting.stopped.notify_one();
            return Err(Stopped);
        }
        let id = format!("e-{}", self.model_id);
        let reference =
            EvidenceReference { url: format!("/v1/evidence/{id}"), id, rule: "count of IfcWall".to_owned() };
        Ok(Answer {
            question: question.text().to_owned(),
            language: question.language.unwrap_or(Language::De),
            status: Status::Answered,
            answer: Some(body()),
            coverage: Coverage { elements: 2, with_value: 2, left_out: Vec::new() },
            evidence: Some(reference),
            plan: (question.text() != "nonsense").then(|| plan_about(question.text())),
            understood_as: before.and_then(|plan| plan.of.any_of.first().cloned()),
            reason: None,
            suggestions: Vec::new(),
            answered_by: AnsweredBy::Exact,
            cache: CacheTier::Miss,
            cost: Cost::default(),
            took_ms: 0.0,
        })
    }

    fn suggest(&self, language: Language, count: usize) -> Vec<String> {
        let all = match language {
            Language::De => ["Wie viele Wände gibt es?", "Welche Türen gibt es?"],
            Language::En => ["How many walls are there?", "Which doors are there?"],
        };
        all.into_iter().take(count).map(str::to_owned).collect()
    }

    fn complete(&self, text: &str, language: Language) -> Vec<Completion> {
        let label = match language {
            Language::De => "Wand",
            Language::En => "wall",
        };
        vec![Completion { text: format!("{text}{label}"), label: label.to_owned(), kind: CompletionKind::Part }]
    }

    fn overview(&self) -> Overview {
        let storey = OverviewStorey { name: "EG".to_owned(), elevation_m: Some(0.0), elements: 2 };
        Overview { elements: 2, storeys: vec![storey], storeys_total: 1, ..Overview::default() }
    }

    fn recompute(&self, plan: &Plan, language: Language, _stop: &Stop) -> Result<Option<Evidence>, Stopped> {
        let (model_id, rule) = (self.model_id.clone(), "count of IfcWall".to_owned());
        let text = match language {
            Language::De => "Es sind 2.",
            Language::En => "There are 2.",
        };
        let answer = AnswerBody { text: text.to_owned(), ..body() };
        let elements = elements();
        Ok(Some(Evidence {
            id: format!("e-{model_id}"),
            model_id,
            rule,
            plan: plan.clone(),
            answer,
            elements,
            explanation: Vec::new(),
        }))
    }

    fn problems(&self) -> Vec<Problem> {
        let mut problems = Problems::default();
        problems.push_at(ProblemCode::IdRepeated, "/data/1".to_owned(), 17, "w");
        problems.kept
    }

    fn export(&self, format: ExportFormat, target: &mut dyn ExportTarget) -> Result<(), ExportError> {
        let failed = || Err(ExportError::Fault("planned".to_owned()));
        if self.fails && format == ExportFormat::Csv {
            return failed();
        }
        target.begin("elements")?;
        if self.fails {
            // More than is buffered, and nothing that becomes smaller.
            let bytes: Vec<u8> =
                (0..200_000_u32).flat_map(|n| blake3::hash(&n.to_le_bytes()).as_bytes()[..4].to_vec()).collect();
            target.write(&bytes)?;
            return failed();
        }
        target.write(b"rows")?;
        target.end()?;
        Ok(target.finish()?)
    }

    fn chunk_plan(&self, options: &ChunkOptions) -> Result<Arc<ChunkPlan>, ChunkError> {
        self.plans.plan(&ChunkInput::new(&self.house, &self.house), options)
    }

    fn chunk(&self, id: ChunkId, options: Option<&ChunkOptions>) -> Result<ChunkDocument, ChunkError> {
        self.plans.chunk(&ChunkInput::new(&self.house, &self.house), id, options)
    }
}
