//! What a caller may choose, and what is chosen for him.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::ChunkError;
use super::tokens::TokenModel;
use crate::limits;

/// By what entities are grouped before they are cut into chunks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// Project, site, building, storey, space.
    Hierarchical,
    /// Architecture, structure, HVAC, plumbing, electrical, fire protection.
    Discipline,
    /// Entity type, openings with their walls and parts with their wholes.
    EntityType,
    /// Material, else classification, else fire rating.
    Property,
    /// Cells of a placement grid.
    Geometric,
}

impl Strategy {
    /// Every strategy.
    pub const ALL: &'static [Strategy] =
        &[Strategy::Hierarchical, Strategy::Discipline, Strategy::EntityType, Strategy::Property, Strategy::Geometric];

    /// The word in arguments, addresses and documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Strategy::Hierarchical => "hierarchical",
            Strategy::Discipline => "discipline",
            Strategy::EntityType => "entity_type",
            Strategy::Property => "property",
            Strategy::Geometric => "geometric",
        }
    }

    /// The strategy with that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Strategy> {
        Strategy::ALL.iter().copied().find(|strategy| strategy.as_str() == word)
    }
}

/// What a chunk repeats of its neighbours. What is repeated is marked and never the home of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Overlap {
    /// Nothing.
    #[default]
    None,
    /// A line for each related entity of another chunk.
    Related,
    /// Entities before it in the group, up to a percentage of the content.
    Percent(u8),
    /// Entities before it in the group, up to a number of tokens.
    Tokens(u32),
}

impl Overlap {
    /// Parses `none`, `related`, `percent:P` and `tokens:N`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Overlap> {
        match text.split_once(':') {
            None if text == "none" => Some(Overlap::None),
            None if text == "related" => Some(Overlap::Related),
            Some(("percent", share)) => share.parse().ok().map(Overlap::Percent),
            Some(("tokens", count)) => count.parse().ok().map(Overlap::Tokens),
            None | Some(_) => None,
        }
    }
}

impl From<Overlap> for String {
    fn from(overlap: Overlap) -> String {
        overlap.to_string()
    }
}

impl TryFrom<String> for Overlap {
    type Error = String;

    fn try_from(text: String) -> Result<Overlap, String> {
        Overlap::parse(&text).ok_or_else(|| format!("{text} is no overlap"))
    }
}

impl fmt::Display for Overlap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Overlap::None => f.write_str("none"),
            Overlap::Related => f.write_str("related"),
            Overlap::Percent(share) => write!(f, "percent:{share}"),
            Overlap::Tokens(count) => write!(f, "tokens:{count}"),
        }
    }
}

/// How short memory is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pressure {
    /// Plenty.
    Normal,
    /// Above the usual.
    Elevated,
    /// Caches are being emptied.
    High,
    /// Work is being refused.
    Critical,
}

/// What is cut, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ChunkOptions {
    /// How entities are grouped.
    pub strategy: Strategy,
    /// What is repeated.
    pub overlap: Overlap,
    /// Most tokens of a chunk: header, content and overlap.
    pub tokens_max: u32,
    /// Whose tokens.
    pub token_model: TokenModel,
    /// Edge of a cell of the placement grid, in millimetres.
    pub cell_mm: u32,
}

/// Edge of a placement cell unless told otherwise.
const CELL_MM: u32 = 10_000;

impl ChunkOptions {
    /// The defaults of a strategy.
    #[must_use]
    pub fn new(strategy: Strategy) -> ChunkOptions {
        ChunkOptions {
            strategy,
            overlap: Overlap::None,
            tokens_max: limits::CHUNK_TOKENS_DEFAULT,
            token_model: TokenModel::Generic,
            cell_mm: CELL_MM,
        }
    }

    /// The size for a model that reads `context_tokens` at once, while memory is as told.
    ///
    /// A sixteenth of the context leaves room for sixteen chunks or their answers beside each other; the default is
    /// passed only when asked for, since larger chunks change more often. Under pressure chunks shrink by halves.
    #[must_use]
    pub fn for_conditions(
        strategy: Strategy,
        model: TokenModel,
        context_tokens: u32,
        pressure: Pressure,
    ) -> ChunkOptions {
        let fitting = (context_tokens / 16).min(limits::CHUNK_TOKENS_DEFAULT);
        let tokens = match pressure {
            Pressure::Normal => fitting,
            Pressure::Elevated => fitting / 2,
            Pressure::High => fitting / 4,
            Pressure::Critical => fitting / 8,
        };
        let tokens_max = tokens.max(limits::CHUNK_TOKENS_MIN);
        ChunkOptions { tokens_max, token_model: model, ..ChunkOptions::new(strategy) }
    }

    /// Refuses sizes and overlaps out of range.
    ///
    /// # Errors
    /// [`ChunkError::TokensOutOfRange`], [`ChunkError::OverlapOutOfRange`].
    pub fn check(&self) -> Result<(), ChunkError> {
        if !(limits::CHUNK_TOKENS_MIN..=limits::CHUNK_TOKENS_MAX).contains(&self.tokens_max) {
            return Err(ChunkError::TokensOutOfRange { tokens: self.tokens_max });
        }
        match self.overlap {
            Overlap::Percent(share) if !(1..=limits::CHUNK_OVERLAP_PERCENT_MAX).contains(&share) => {
                Err(ChunkError::OverlapOutOfRange { overlap: self.overlap })
            }
            Overlap::Tokens(0) => Err(ChunkError::OverlapOutOfRange { overlap: self.overlap }),
            Overlap::None | Overlap::Related | Overlap::Percent(_) | Overlap::Tokens(_) => Ok(()),
        }
    }

    /// How the tokens of a chunk are shared out.
    pub(super) fn shares(&self) -> Shares {
        let header = (self.tokens_max / 5).clamp(limits::CHUNK_HEADER_TOKENS_MIN, limits::CHUNK_HEADER_TOKENS_MAX);
        let rest = self.tokens_max.saturating_sub(header);
        let overlap = match self.overlap {
            Overlap::None => 0,
            Overlap::Related => rest / 8,
            Overlap::Percent(share) => rest / (100 + u32::from(share)) * u32::from(share),
            Overlap::Tokens(count) => count.min(rest / 2),
        };
        Shares { header, content: rest.saturating_sub(overlap), overlap }
    }
}

/// Most tokens of each part of a chunk. What header and content leave of theirs is the overlap's as well.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shares {
    pub(super) header: u32,
    pub(super) content: u32,
    pub(super) overlap: u32,
}
