//! The answer contract: the same shape over HTTP, WebSocket and the command line.

use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

use super::plan::Plan;
use super::question::Language;

/// How a question ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// There is an answer.
    Answered,
    /// The question is understood, and the model does not hold what it asks for.
    NotInModel,
    /// The question is not understood.
    NotUnderstood,
    /// Only a language model could answer, and none may be used.
    NeedsLlm,
}

/// What kind of answer it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AnswerKind {
    /// A number of elements.
    Count,
    /// A measured number.
    Number,
    /// Yes or no.
    Boolean,
    /// Elements, materials, storeys or layers.
    List,
    /// A distribution.
    Groups,
    /// A name or a text.
    Text,
}

/// Who answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AnsweredBy {
    /// The plan was executed on stored values.
    Exact,
    /// A language model read chunks.
    Llm,
}

/// Where an answer was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CacheTier {
    /// Computed now.
    Miss,
    /// In this process.
    Memory,
    /// In Redis.
    Redis,
    /// On disk.
    Disk,
}

/// A number, a boolean or a text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Scalar {
    /// Yes or no.
    Boolean(bool),
    /// A whole number, written without a decimal point.
    Integer(i64),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
}

/// By hand: derived, a whole number would have to be an integer or a number, and is both.
impl PartialSchema for Scalar {
    fn schema() -> RefOr<Schema> {
        let kinds = [Type::Boolean, Type::Number, Type::String];
        let any = ObjectBuilder::new().schema_type(SchemaType::from_iter(kinds));
        any.description(Some("A number, a boolean or a text.")).into()
    }
}

impl ToSchema for Scalar {}

/// One element, material, storey or layer that an answer names.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Item {
    /// GlobalId in its 22-character form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub global_id: Option<String>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its number: of a space its number, of a list part its part number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Its entity type.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub entity_type: Option<String>,
    /// Name of its storey.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storey: Option<String>,
    /// The value that the answer rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Scalar>,
    /// Unit of the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Where the value was found, e.g. `BaseQuantities.NetVolume`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Thickness of a layer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thickness_mm: Option<f64>,
    /// Key of the group it counts to, in a distribution or a comparison.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
}

/// One bar of a distribution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Group {
    /// What is grouped by.
    pub key: String,
    /// Its number.
    pub value: f64,
    /// Unit of the number.
    pub unit: String,
}

/// The answer proper.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AnswerBody {
    /// What kind of answer it is.
    pub kind: AnswerKind,
    /// The value, in `unit`.
    pub value: Option<Scalar>,
    /// Unit of the value.
    pub unit: Option<String>,
    /// What the answer names or rests on; the first 1,000.
    pub items: Vec<Item>,
    /// How many there are in all.
    pub items_total: usize,
    /// The bars of a distribution.
    pub groups: Vec<Group>,
    /// The sentence a person reads.
    pub text: String,
}

/// Elements that carry no usable value, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LeftOut {
    /// Why, in the question's language.
    pub reason: String,
    /// How many.
    pub count: usize,
}

/// How much of what the question means carried a value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Coverage {
    /// Elements the question matched.
    pub elements: usize,
    /// Those with a usable value.
    pub with_value: usize,
    /// The others.
    pub left_out: Vec<LeftOut>,
}

/// Where the evidence is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EvidenceReference {
    /// Its id: a hash of the model's content and the plan.
    pub id: String,
    /// Its address on the server.
    pub url: String,
    /// The rule in one line, in English.
    pub rule: String,
}

/// What an answer cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Cost {
    /// US dollars, with six decimals.
    pub usd: String,
    /// Tokens read by a language model.
    pub input_tokens: u64,
    /// Tokens written by one.
    pub output_tokens: u64,
    /// The one that was billed.
    pub model: Option<String>,
}

impl Default for Cost {
    fn default() -> Cost {
        Cost { usd: "0.000000".to_owned(), input_tokens: 0, output_tokens: 0, model: None }
    }
}

/// What a question returns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Answer {
    /// The question as asked.
    pub question: String,
    /// Language of the sentence.
    pub language: Language,
    /// How it ended.
    pub status: Status,
    /// The answer, when there is one.
    pub answer: Option<AnswerBody>,
    /// How much carried a value.
    pub coverage: Coverage,
    /// Where the evidence is, when there is an answer.
    pub evidence: Option<EvidenceReference>,
    /// The canonical plan, when the question was understood.
    #[schema(value_type = Option<Object>)]
    pub plan: Option<Plan>,
    /// What the question was taken to mean: the whole question that the plan answers, in the question's language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub understood_as: Option<String>,
    /// Why there is no answer.
    pub reason: Option<String>,
    /// Questions that this model can answer, when this one was not understood.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suggestions: Vec<String>,
    /// Who answered.
    pub answered_by: AnsweredBy,
    /// Where the answer was kept.
    pub cache: CacheTier,
    /// What it cost.
    pub cost: Cost,
    /// Milliseconds from question to answer; the caller's clock.
    pub took_ms: f64,
}
