//! A stored building model as the actors open it: for questions, for chunks, and to be exported.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::backend::Askable;
use crate::chunking::{self, ChunkDocument, ChunkError, ChunkId, ChunkInput, ChunkOptions, ChunkPlan};
use crate::ifc::{ModelReader, Problem, SourceReader};
use crate::limits;
use crate::query::{Answer, AskableModel, Completion, Evidence, Language, Overview, Plan, Question, Stop, Stopped};
use crate::store::{self, ExportError, ExportFormat, ExportTarget};

/// Plans of one model, the newest last.
#[derive(Debug, Default)]
pub(crate) struct ChunkPlans {
    kept: Mutex<Vec<Arc<ChunkPlan>>>,
}

impl ChunkPlans {
    /// The plan for some options, made when it is not kept.
    pub(crate) fn plan(&self, input: &ChunkInput<'_>, options: &ChunkOptions) -> Result<Arc<ChunkPlan>, ChunkError> {
        if let Some(found) = self.find(|plan| plan.options() == options) {
            return Ok(found);
        }
        let made = Arc::new(chunking::plan(input, options)?);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        // Another request may have made it meanwhile.
        kept.retain(|plan| plan.options() != options);
        while limits::CHUNK_PLANS_KEPT_MAX <= kept.len() {
            kept.remove(0);
        }
        kept.push(Arc::clone(&made));
        Ok(made)
    }

    /// One chunk of the plan for some options, or of any plan that is kept.
    pub(crate) fn chunk(
        &self,
        input: &ChunkInput<'_>,
        id: ChunkId,
        options: Option<&ChunkOptions>,
    ) -> Result<ChunkDocument, ChunkError> {
        let unknown = || ChunkError::Unknown(id.to_string());
        let plan = match options {
            Some(options) => self.plan(input, options)?,
            None => self.find(|plan| plan.find(id).is_some()).ok_or_else(unknown)?,
        };
        chunking::render(input, &plan, plan.find(id).ok_or_else(unknown)?)
    }

    fn find(&self, wanted: impl Fn(&ChunkPlan) -> bool) -> Option<Arc<ChunkPlan>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|plan| wanted(plan)).map(Arc::clone)
    }
}

/// Says yes until this time has passed.
fn until(time: Duration) -> impl FnMut() -> bool {
    let begin = Instant::now();
    move || begin.elapsed() < time
}

/// A model to ask and to cut.
#[derive(Debug)]
pub(crate) struct ChunkedModel<M> {
    questions: AskableModel,
    model: Arc<M>,
    plans: ChunkPlans,
}

impl<M: ModelReader + SourceReader + 'static> ChunkedModel<M> {
    pub(crate) fn new(model_id: &str, model: Arc<M>) -> ChunkedModel<M> {
        let reader: Arc<dyn ModelReader> = Arc::clone(&model) as _;
        ChunkedModel { questions: AskableModel::new(model_id.to_owned(), reader), model, plans: ChunkPlans::default() }
    }
}

impl<M: ModelReader + SourceReader + 'static> Askable for ChunkedModel<M> {
    fn fault(&self) -> Option<String> {
        self.model.fault()
    }

    fn answer(&self, question: &Question, before: Option<&Plan>, stop: &Stop) -> Result<Answer, Stopped> {
        self.questions.ask_until(question, before, stop)
    }

    fn suggest(&self, language: Language, count: usize) -> Vec<String> {
        self.questions.suggestions(language, count, &mut until(limits::SUGGESTION_TIME_MAX))
    }

    fn complete(&self, text: &str, language: Language) -> Vec<Completion> {
        self.questions.completions(text, language, &mut until(limits::SUGGESTION_TIME_MAX))
    }

    fn overview(&self) -> Overview {
        self.questions.overview().clone()
    }

    fn recompute(&self, plan: &Plan, language: Language, stop: &Stop) -> Result<Option<Evidence>, Stopped> {
        self.questions.evidence_until(plan, language, Some(self.model.as_ref()), stop)
    }

    fn problems(&self) -> Vec<Problem> {
        self.model.problems().into_owned()
    }

    fn export(&self, format: ExportFormat, target: &mut dyn ExportTarget) -> Result<(), ExportError> {
        store::export(self.model.as_ref(), self.model.as_ref(), format, target).map(|_| ())
    }

    fn chunk_plan(&self, options: &ChunkOptions) -> Result<Arc<ChunkPlan>, ChunkError> {
        self.plans.plan(&ChunkInput::new(self.model.as_ref(), self.model.as_ref()), options)
    }

    fn chunk(&self, id: ChunkId, options: Option<&ChunkOptions>) -> Result<ChunkDocument, ChunkError> {
        self.plans.chunk(&ChunkInput::new(self.model.as_ref(), self.model.as_ref()), id, options)
    }
}
