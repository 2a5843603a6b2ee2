//! The work on one question of a kept session: wait for a turn, open the model, compute, remember the evidence.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep, timeout};

use super::core::Job;
use crate::actors::backend::Askable;
use crate::actors::clock::Clock;
use crate::actors::compute::Compute;
use crate::actors::failure::Failure;
use crate::actors::history::HistoryHandle;
use crate::actors::model_registry::{EvidenceKey, ModelRegistryHandle, RegistryError};
use crate::actors::query_session::AskError;
use crate::error::ErrorCode;
use crate::limits;
use crate::query::{Answer, Stop, Stopped};
use crate::store::Catalog;

/// What kept sessions work with; cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct KeptTools {
    pub(crate) catalog: Catalog,
    /// Reads of the catalog.
    pub(crate) reads: Compute,
    pub(crate) registry: ModelRegistryHandle,
    pub(crate) compute: Compute,
    /// Questions of kept sessions wait here rather than being refused: each session bounds its own.
    pub(crate) turns: Arc<Semaphore>,
    /// Held by every question that runs, so that a drain can wait for them.
    pub(crate) running: Arc<Semaphore>,
    pub(crate) history: HistoryHandle,
    pub(crate) clock: Clock,
}

/// As many questions as all sessions together can have running.
pub(crate) const RUNNING_MAX: usize = limits::SESSIONS_MAX * limits::SESSION_QUESTIONS_MAX;

/// Stops the work when whoever drives it is gone: the session ended or panicked, or the deadline is over.
#[derive(Debug)]
struct StopOnDrop(Stop);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.set();
    }
}

/// A question whose model is open.
#[derive(Debug)]
pub(crate) struct Opened {
    job: Job,
    asked: Instant,
    model: Arc<dyn Askable>,
    /// The model's id and name.
    pub(crate) named: Option<(String, String)>,
    turn: OwnedSemaphorePermit,
    running: Option<OwnedSemaphorePermit>,
    stopping: StopOnDrop,
}

/// Waits for a turn and opens the model.
pub(crate) async fn open(tools: KeptTools, job: Job) -> Result<Opened, Failure> {
    let (asked, stopping) = (Instant::now(), StopOnDrop(job.stop.clone()));
    let running = Arc::clone(&tools.running).try_acquire_owned().ok();
    let turn = Arc::clone(&tools.turns).acquire_owned().await;
    let turn = turn.map_err(|_closed| Failure::of(&AskError::Unavailable))?;
    not_stopped(&job.stop)?;
    let model = opened(&tools, &job, asked).await?;
    let named = tools.registry.named(&job.model_id).await;
    Ok(Opened { job, asked, model, named, turn, running, stopping })
}

/// Opens the model. A registry that is being restarted, or reads its catalog, is waited for: a question that was accepted
/// before must not end for that.
async fn opened(tools: &KeptTools, job: &Job, asked: Instant) -> Result<Arc<dyn Askable>, Failure> {
    loop {
        not_stopped(&job.stop)?;
        match tools.registry.open(&job.model_id).await {
            Err(RegistryError::Unavailable | RegistryError::Overloaded)
                if asked.elapsed() < limits::QUESTION_DEADLINE =>
            {
                sleep(limits::RESTART_DELAY_MIN).await;
            }
            opened => return opened.map_err(|error| Failure::of(&error)),
        }
    }
}

/// Computes the answer in the compute pool.
pub(crate) async fn compute(tools: KeptTools, opened: Opened) -> Result<Answer, Failure> {
    let Opened { job, asked, model, named, turn, running, stopping } = opened;
    let Job { model_id, question, before, stop, .. } = job;
    let work = move || {
        // Held until the work ends, also when nobody waits for it.
        let _turn = turn;
        not_stopped(&stop)?;
        let answer = model.answer(&question, before.as_ref(), &stop);
        // Rows that could not be fetched would make it a wrong one.
        match model.fault() {
            None => answer.map_err(cancelled),
            Some(what) => Err(Failure::new(ErrorCode::StoreDamaged, what)),
        }
    };
    let late: Duration = limits::QUESTION_DEADLINE;
    let computed = timeout(late, tools.compute.run_in_turn(work)).await;
    drop(stopping);
    let computed = computed.map_err(|_elapsed| Failure::of(&AskError::Deadline(late)))?;
    let mut answer = computed.map_err(|error| Failure::of(&error))??;
    answer.took_ms = asked.elapsed().as_secs_f64() * 1000.0;
    if let (Some(evidence), Some(plan)) = (&answer.evidence, &answer.plan) {
        let model_id = named.map_or(model_id, |(id, _)| id);
        let key = EvidenceKey { model_id, plan: plan.clone(), language: answer.language };
        // An answer without reachable evidence is better than none; the plan in it gives the evidence again.
        if let Err(error) = tools.registry.remember_evidence(&evidence.id, key).await {
            tracing::warn!(%error, "evidence not remembered");
        }
    }
    drop(running);
    Ok(answer)
}

/// What is stopped was cancelled, and its end is written already: nobody sees this failure.
fn not_stopped(stop: &Stop) -> Result<(), Failure> {
    stop.unless(()).map_err(cancelled)
}

fn cancelled(_stopped: Stopped) -> Failure {
    Failure::of(&AskError::Cancelled)
}
