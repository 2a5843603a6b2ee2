//! An answer of the history as a file: JSON, CSV, a workbook, or a page to print.

use actix_web::web::{Data, Path, Query};
use actix_web::{HttpResponse, get};
use serde::Deserialize;
use utoipa::IntoParams;

use super::print::print;
use super::wire::{HistoryDetailResponse, detail_example};
use crate::actors::history::{HistoryDetail, HistoryHandle};
use crate::error::ErrorCode;
use crate::http::error::{ApiError, ProblemBody};
use crate::http::evidence::table::{COLUMNS, Cell, ITEM_COLUMNS, heading, item_row, row, scalar};
use crate::http::evidence::{XLSX, attachment, csv, xlsx};
use crate::query::{Answer, AnswerBody, Evidence, Group, Language, Scalar};

/// What to write it as.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ExportQuery {
    /// `json`, `csv`, `xlsx` or `html` (a page to print); JSON where absent.
    #[serde(default)]
    format: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Json,
    Csv,
    Xlsx,
    Html,
}

impl Format {
    fn parse(name: Option<&str>) -> Result<Format, ApiError> {
        match name {
            None | Some("json") => Ok(Format::Json),
            Some("csv") => Ok(Format::Csv),
            Some("xlsx") => Ok(Format::Xlsx),
            Some("html") => Ok(Format::Html),
            Some(_) => {
                let code = ErrorCode::HistoryFormatUnknown;
                Err(ApiError::refused(code, code.meaning()))
            }
        }
    }
}

/// Writes one answer as JSON, CSV, a workbook or a page to print. Where its building model is still there, every element
/// it rests on is in it, else those that were kept.
#[utoipa::path(
    tag = "history",
    params(("id" = String, Path, description = "`question_id` of a question in the history"), ExportQuery),
    responses(
        (status = 200, description = "the answer", content(
            (HistoryDetailResponse = "application/json", example = json!(detail_example())),
            (String = "text/csv", example = "GlobalId,Name,Number,Type,Storey"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (String = "text/html", example = "<!doctype html>"),
        )),
        (status = 400, description = "history_format_unknown, request_malformed", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "question_unknown", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 413, description = "evidence_too_large", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 500, description = "store_failed, store_damaged, internal", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 503, description = "history_busy, questions_busy, actor_unavailable", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 504, description = "question_deadline", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
#[get("/v1/history/{id}/export")]
pub(super) async fn export_history(
    id: Path<String>,
    query: Query<ExportQuery>,
    history: Data<HistoryHandle>,
) -> Result<HttpResponse, ApiError> {
    let format = Format::parse(query.format.as_deref())?;
    if format == Format::Json {
        let detail = HistoryDetailResponse::from(history.find(&id).await?);
        return Ok(HttpResponse::Ok().insert_header(attachment("answer", &id, "json")).json(detail));
    }
    let write = move |detail, evidence| Told::new(detail, evidence).write(format);
    let body = history.export_as(&id, write).await??;
    let mut response = HttpResponse::Ok();
    Ok(match format {
        Format::Csv => response
            .content_type("text/csv; charset=utf-8; header=present")
            .insert_header(attachment("answer", &id, "csv"))
            .body(body),
        Format::Xlsx => response.content_type(XLSX).insert_header(attachment("answer", &id, "xlsx")).body(body),
        Format::Html | Format::Json => response.content_type("text/html; charset=utf-8").body(body),
    })
}

/// A question with all that is known of its answer.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) detail: HistoryDetail,
    pub(super) evidence: Option<Evidence>,
    pub(super) language: Language,
}

impl Told {
    pub(super) fn new(detail: HistoryDetail, evidence: Option<Evidence>) -> Told {
        let language = detail.item.entry.language.unwrap_or(Language::En);
        Told { detail, evidence, language }
    }

    pub(super) fn answer(&self) -> Option<&Answer> {
        self.detail.kept.as_ref().map(|kept| &kept.answer)
    }

    /// What was answered: as kept, since that is what was said then.
    pub(super) fn body(&self) -> Option<&AnswerBody> {
        self.answer()?.answer.as_ref()
    }

    /// The sentence, or why there is none.
    pub(super) fn sentence(&self) -> &str {
        let reason = || self.answer().and_then(|answer| answer.reason.as_deref());
        self.body().map(|body| body.text.as_str()).or_else(reason).unwrap_or(&self.detail.item.entry.summary)
    }

    /// Every group, also where the kept answer was cut.
    pub(super) fn groups(&self) -> &[Group] {
        let whole = self.evidence.as_ref().map(|evidence| &evidence.answer).or_else(|| self.body());
        whole.map(|body| body.groups.as_slice()).unwrap_or_default()
    }

    /// How many rows [`Told::rows`] has.
    pub(super) fn rows_len(&self) -> usize {
        let kept = || self.body().map(|body| body.items.len());
        self.evidence.as_ref().map(|evidence| evidence.elements.len()).or_else(kept).unwrap_or_default()
    }

    /// How many there were: more, where the model is gone and the answer was cut.
    pub(super) fn rows_total(&self) -> usize {
        let said = self.body().map_or(0, |body| body.items_total);
        if self.evidence.is_some() { self.rows_len() } else { said.max(self.rows_len()) }
    }

    /// The elements of the evidence, else the items that were kept.
    pub(super) fn rows(&self) -> Box<dyn Iterator<Item = Vec<Cell>> + '_> {
        match &self.evidence {
            Some(evidence) => Box::new(evidence.elements.iter().map(row)),
            None => Box::new(self.body().into_iter().flat_map(|body| &body.items).map(item_row)),
        }
    }

    /// The columns of [`Told::rows`], with their widths.
    pub(super) fn columns(&self) -> Vec<(&'static str, f64)> {
        let count = if self.evidence.is_some() { COLUMNS.len() } else { ITEM_COLUMNS };
        COLUMNS.iter().take(count).map(|column| (heading(column, self.language), column.2)).collect()
    }

    pub(super) fn pick<T>(&self, german: T, english: T) -> T {
        match self.language {
            Language::De => german,
            Language::En => english,
        }
    }

    fn group_columns(&self) -> Vec<(&'static str, f64)> {
        vec![
            (self.pick("Gruppe", "Group"), 40.0),
            (self.pick("Wert", "Value"), 14.0),
            (self.pick("Einheit", "Unit"), 10.0),
        ]
    }

    fn group_rows(&self) -> Box<dyn Iterator<Item = Vec<Cell>> + '_> {
        let row = |group: &Group| {
            vec![Cell::Text(group.key.clone()), Cell::Number(group.value), Cell::Text(group.unit.clone())]
        };
        Box::new(self.groups().iter().map(row))
    }

    /// What is said of the answer as a whole: name and value.
    fn pairs(&self) -> Vec<(&'static str, Cell)> {
        let entry = &self.detail.item.entry;
        let text = |text: &str| Cell::Text(text.to_owned());
        let body = self.body();
        let evidence = self.answer().and_then(|answer| answer.evidence.as_ref());
        let mut pairs = vec![
            (self.pick("Frage", "Question"), text(&entry.text)),
            (self.pick("Antwort", "Answer"), text(self.sentence())),
            (self.pick("Ergebnis", "Result"), scalar(body.and_then(|body| body.value.as_ref()))),
            (self.pick("Einheit", "Unit"), body.and_then(|body| body.unit.as_deref()).map_or(Cell::Empty, text)),
            (self.pick("Gefragt am", "Asked at"), text(&entry.asked_at)),
            (self.pick("Modell", "Model"), text(&entry.model_name)),
            (self.pick("Modell-Kennung", "Model id"), text(&entry.model_id)),
            (self.pick("Regel", "Rule"), evidence.map_or(Cell::Empty, |evidence| text(&evidence.rule))),
            (self.pick("Beleg", "Evidence"), evidence.map_or(Cell::Empty, |evidence| text(&evidence.url))),
            (self.pick("Kosten (US-Dollar)", "Cost (US dollars)"), text(&entry.cost_usd)),
        ];
        if self.rows_len() < self.rows_total() {
            let count = |count| scalar(i64::try_from(count).ok().map(Scalar::Integer).as_ref());
            pairs.push((self.pick("Elemente", "Elements"), count(self.rows_total())));
            pairs.push((self.pick("Davon aufbewahrt", "Kept of them"), count(self.rows_len())));
        }
        pairs
    }

    fn write(&self, format: Format) -> Result<Vec<u8>, ApiError> {
        match format {
            Format::Csv => Ok(self.csv().into_bytes()),
            Format::Xlsx => self.workbook(),
            Format::Html | Format::Json => Ok(print(self).into_bytes()),
        }
    }

    /// One table: the groups of a distribution, else the elements, else what is said of the answer as a whole.
    fn csv(&self) -> String {
        let headings = |columns: Vec<(&'static str, f64)>| -> Vec<&str> {
            columns.into_iter().map(|(heading, _)| heading).collect()
        };
        if !self.groups().is_empty() {
            return csv::table(&headings(self.group_columns()), self.group_rows());
        }
        if 0 < self.rows_len() {
            return csv::table(&headings(self.columns()), self.rows());
        }
        let pairs = self.pairs().into_iter().map(|(name, value)| vec![Cell::Text(name.to_owned()), value]);
        csv::table(&[self.pick("Angabe", "Field"), self.pick("Wert", "Value")], pairs)
    }

    fn workbook(&self) -> Result<Vec<u8>, ApiError> {
        let longest = self.rows_len().max(self.groups().len());
        if xlsx::ROWS_MAX < longest {
            let detail = format!("{longest} elements; a worksheet holds {}", xlsx::ROWS_MAX);
            return Err(ApiError::refused(ErrorCode::EvidenceTooLarge, detail));
        }
        let mut sheets = Vec::new();
        if !self.groups().is_empty() {
            let name = self.pick("Gruppen", "Groups");
            sheets.push(xlsx::Sheet { name, columns: self.group_columns(), rows: self.group_rows() });
        }
        if 0 < self.rows_len() {
            let name = self.pick("Elemente", "Elements");
            sheets.push(xlsx::Sheet { name, columns: self.columns(), rows: self.rows() });
        }
        xlsx::workbook(self.pick("Antwort", "Answer"), &self.pairs(), sheets).map_err(|error| {
            tracing::error!(%error, "an answer could not be written as a workbook");
            ApiError::refused(ErrorCode::Internal, ErrorCode::Internal.meaning())
        })
    }
}
