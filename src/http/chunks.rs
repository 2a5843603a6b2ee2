//! `/v1/models/{id}/chunks`: a building model in pieces for a language model.

use actix_web::get;
use actix_web::web::{Data, Json, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::error::{ApiError, ProblemBody};
use crate::actors::model_registry::ModelRegistryHandle;
use crate::chunking::{ChunkDocument, ChunkId, ChunkOptions, Overlap, Pressure, Strategy, TokenModel};
use crate::error::ErrorCode;
use crate::limits;

/// Chunks in a page unless told otherwise.
const PAGE: usize = 100;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list_chunks).service(read_chunk);
}

/// How a model is cut.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChunkQuery {
    /// `hierarchical` (where absent), `discipline`, `entity_type`, `property` or `geometric`.
    #[serde(default)]
    pub strategy: Option<String>,
    /// Most tokens of a chunk; by the model family where absent.
    #[serde(default)]
    pub tokens: Option<u32>,
    /// What a chunk repeats of others: `none` (where absent), `related`, `percent:P` or `tokens:N`.
    #[serde(default)]
    pub overlap: Option<String>,
    /// Whose tokens: `generic` (where absent), `openai`, `gemini`, `claude` or `llama`.
    #[serde(default)]
    pub model_family: Option<String>,
    /// `next_cursor` of the page before.
    #[serde(default)]
    pub cursor: Option<usize>,
    /// Chunks in the page, 1 to 1000; 100 where absent.
    #[serde(default)]
    pub limit: Option<usize>,
}

/// A page of the chunks of a model.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChunksResponse {
    /// How entities are grouped.
    pub strategy: Strategy,
    /// Most tokens of a chunk.
    pub tokens_max: u32,
    /// What a chunk repeats of others.
    pub overlap: String,
    /// Whose tokens.
    pub model_family: TokenModel,
    /// Chunks in all.
    pub total: usize,
    /// Those of this page.
    pub chunks: Vec<ChunkItem>,
    /// For the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<usize>,
}

/// One chunk in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChunkItem {
    /// Stable as long as the chunk says the same.
    pub id: ChunkId,
    /// Where the chunk is.
    pub url: String,
    /// Names from the project to the group.
    pub path: Vec<String>,
    /// Tokens of header, content and overlap.
    pub tokens: u32,
    /// Entities at home in it.
    pub entities: usize,
    /// Whether one value alone is larger than the budget.
    pub is_oversize: bool,
}

impl ChunkQuery {
    fn names_options(&self) -> bool {
        self.strategy.is_some() || self.tokens.is_some() || self.overlap.is_some() || self.model_family.is_some()
    }

    fn options(&self) -> Result<ChunkOptions, ApiError> {
        let refused = |what: &str, text: &str| {
            ApiError::refused(ErrorCode::ChunkOptionsInvalid, format!("{what} is not one that is known: {text}"))
        };
        let parse =
            |text: Option<&str>| text.map(|text| Strategy::parse(text).ok_or_else(|| refused("strategy", text)));
        let strategy = parse(self.strategy.as_deref()).transpose()?.unwrap_or(Strategy::Hierarchical);
        let parse =
            |text: Option<&str>| text.map(|text| TokenModel::parse(text).ok_or_else(|| refused("model_family", text)));
        let family = parse(self.model_family.as_deref()).transpose()?.unwrap_or_default();
        let parse = |text: Option<&str>| text.map(|text| Overlap::parse(text).ok_or_else(|| refused("overlap", text)));
        let overlap = parse(self.overlap.as_deref()).transpose()?.unwrap_or_default();
        let options = ChunkOptions::for_conditions(strategy, family, family.context_tokens(), Pressure::Normal);
        let options = ChunkOptions { tokens_max: self.tokens.unwrap_or(options.tokens_max), overlap, ..options };
        options.check()?;
        Ok(options)
    }

    fn limit(&self) -> Result<usize, ApiError> {
        match self.limit.unwrap_or(PAGE) {
            limit @ 1..=limits::CHUNKS_LISTED_MAX => Ok(limit),
            other => {
                let detail = format!("limit is {other}; 1 to {} are possible", limits::CHUNKS_LISTED_MAX);
                Err(ApiError::refused(ErrorCode::RequestMalformed, detail))
            }
        }
    }
}

/// Lists the chunks of a building model, cut as asked.
#[utoipa::path(
    tag = "chunks",
    params(("id" = String, Path, description = "model id or upload id"), ChunkQuery),
    responses(
        (status = 200, body = ChunksResponse),
        (status = 400, description = "chunk_options_invalid, request_malformed", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "model_unknown", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "model_not_ready", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
#[get("/v1/models/{id}/chunks")]
async fn list_chunks(
    id: Path<String>,
    query: Query<ChunkQuery>,
    models: Data<ModelRegistryHandle>,
) -> Result<Json<ChunksResponse>, ApiError> {
    let (options, limit, from) = (query.options()?, query.limit()?, query.cursor.unwrap_or(0));
    let plan = models.chunk_plan(&id, options).await?;
    let ChunkOptions { strategy, tokens_max, overlap, token_model, .. } = options;
    let asked = format!(
        "strategy={}&tokens={tokens_max}&overlap={overlap}&model_family={}",
        strategy.as_str(),
        token_model.as_str()
    );
    let end = plan.len().min(from.saturating_add(limit));
    let item = |chunk: crate::chunking::ChunkSummary| ChunkItem {
        id: chunk.id,
        url: format!("/v1/models/{id}/chunks/{}?{asked}", chunk.id),
        path: chunk.path,
        tokens: chunk.tokens,
        entities: chunk.entities,
        is_oversize: chunk.is_oversize,
    };
    Ok(Json(ChunksResponse {
        strategy,
        tokens_max,
        overlap: overlap.to_string(),
        model_family: token_model,
        total: plan.len(),
        chunks: (from..end).filter_map(|index| plan.summary(index)).map(item).collect(),
        next_cursor: (end < plan.len()).then_some(end),
    }))
}

/// Gives one chunk with its text. Without options, it is looked for in what was listed lately.
#[utoipa::path(
    tag = "chunks",
    params(
        ("id" = String, Path, description = "model id or upload id"),
        ("chunk_id" = String, Path, description = "id of a chunk, as listed"),
        ChunkQuery,
    ),
    responses(
        (status = 200, body = ChunkDocument),
        (status = 400, description = "chunk_options_invalid", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "model_unknown, chunk_unknown", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "model_not_ready", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
#[get("/v1/models/{id}/chunks/{chunk_id}")]
async fn read_chunk(
    path: Path<(String, String)>,
    query: Query<ChunkQuery>,
    models: Data<ModelRegistryHandle>,
) -> Result<Json<ChunkDocument>, ApiError> {
    let (id, chunk_id) = path.into_inner();
    let unknown = |error| ApiError::refused(ErrorCode::ChunkUnknown, format!("{chunk_id}: {error}"));
    let chunk = ChunkId::parse(&chunk_id).map_err(unknown)?;
    let options = query.names_options().then(|| query.options()).transpose()?;
    Ok(Json(models.chunk(&id, chunk, options).await?))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use crate::http::testing::{app, line, with_model};

    #[actix_web::test]
    async fn chunks_and_error_bodies() {
        let (handles, id) = with_model("house").await;
        let app = app(&handles).await;
        let base = format!("/v1/models/{id}/chunks");
        let mut seen = String::new();
        for query in ["?limit=1", "?strategy=entity_type&tokens=300&overlap=related&model_family=claude"] {
            seen.push_str(&line(&app, TestRequest::get().uri(&format!("{base}{query}"))).await);
        }
        let listed = seen.clone();
        let url = listed.split("\"url\":\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        for path in [
            url.to_owned(),
            url.split('?').next().unwrap().to_owned(),
            format!("{base}/0123456789abcdef0123456789abcdef"),
            format!("{base}/nothing"),
            format!("{base}?strategy=none"),
            format!("{base}?tokens=1"),
            format!("{base}?overlap=percent:90"),
            format!("{base}?limit=0"),
            format!("{base}?cursor=1000"),
            "/v1/models/nothing/chunks".to_owned(),
        ] {
            seen.push_str(&line(&app, TestRequest::get().uri(&path)).await);
        }
        insta::assert_snapshot!(seen);
    }
}
