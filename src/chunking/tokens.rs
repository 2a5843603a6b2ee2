//! How many tokens a text costs, estimated from runs of byte classes, always a little too high.
//!
//! Real tokenizers are megabytes of tables and differ by family and version; a chunk must not pass its budget in any of
//! them. So the estimate counts runs (words, capitals, digits, punctuation, white space, other bytes) and weighs them per
//! family. The weights were fitted to real tokenizers over building data; docs/chunking.md states how far they are off.
//! Cutting a text at punctuation never makes the sum of its parts smaller than the whole.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Kinds of runs that are counted.
const FEATURES: usize = 10;
const WORD: usize = 0;
const WORD_BYTES: usize = 1;
const WORD_LONG_BYTES: usize = 2;
const CAPITALS: usize = 3;
const CAPITAL_BYTES: usize = 4;
const DIGIT_GROUPS: usize = 5;
const DIGIT_BYTES: usize = 6;
const MARKS: usize = 7;
const MARK_BYTES: usize = 8;
const OTHER_BYTES: usize = 9;

/// Bytes of a word that common tokenizers hold as one token.
const WORD_BYTES_SHORT: u32 = 8;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Lower,
    Upper,
    Digit,
    Space,
    Mark,
    Other,
}

const fn class(byte: u8) -> Class {
    match byte {
        b'a'..=b'z' => Class::Lower,
        b'A'..=b'Z' => Class::Upper,
        b'0'..=b'9' => Class::Digit,
        b' ' | b'\n' | b'\r' | b'\t' => Class::Space,
        0x80.. => Class::Other,
        _ => Class::Mark,
    }
}

/// A family of tokenizers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TokenModel {
    /// Never below any of the others.
    #[default]
    Generic,
    /// OpenAI, `o200k_base`.
    OpenAi,
    /// Gemini.
    Gemini,
    /// Claude.
    Claude,
    /// Llama 3.
    Llama,
}

/// Thousandths of a token per counted thing, by family, in the order of the features.
const WEIGHTS: [(TokenModel, [u64; FEATURES]); 5] = [
    (TokenModel::Generic, [923, 118, 1141, 499, 390, 306, 921, 936, 62, 615]),
    (TokenModel::OpenAi, [698, 173, 621, 2248, 262, 1097, 51, 718, 62, 767]),
    (TokenModel::Gemini, [643, 133, 604, 723, 348, 425, 835, 1143, 62, 692]),
    (TokenModel::Claude, [719, 237, 925, 406, 615, 1221, 51, 560, 61, 864]),
    (TokenModel::Llama, [402, 278, 299, 1581, 338, 1245, 51, 661, 61, 402]),
];

impl TokenModel {
    /// Every family.
    pub const ALL: &'static [TokenModel] =
        &[TokenModel::Generic, TokenModel::OpenAi, TokenModel::Gemini, TokenModel::Claude, TokenModel::Llama];

    /// The word in arguments and documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            TokenModel::Generic => "generic",
            TokenModel::OpenAi => "openai",
            TokenModel::Gemini => "gemini",
            TokenModel::Claude => "claude",
            TokenModel::Llama => "llama",
        }
    }

    /// The family with that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<TokenModel> {
        TokenModel::ALL.iter().copied().find(|model| model.as_str() == word)
    }

    /// Tokens of the longest text that current models of the family read at once; the smallest for the generic one.
    #[must_use]
    pub const fn context_tokens(self) -> u32 {
        match self {
            TokenModel::Generic | TokenModel::OpenAi | TokenModel::Llama => 128_000,
            TokenModel::Claude => 200_000,
            TokenModel::Gemini => 1_000_000,
        }
    }

    /// Estimated tokens of a text; above what the family's tokenizer counts, as docs/chunking.md measures.
    #[must_use]
    pub fn count(self, bytes: &[u8]) -> u32 {
        let weights = WEIGHTS.iter().find(|(model, _)| *model == self).map_or(&[0; FEATURES], |(_, weights)| weights);
        let measure = TextMeasure::of(bytes);
        let thousandths: u64 =
            measure.counts.iter().zip(weights).map(|(count, weight)| u64::from(*count) * weight).sum();
        u32::try_from(thousandths.div_ceil(1000)).unwrap_or(u32::MAX)
    }
}

/// What a text is made of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TextMeasure {
    counts: [u32; FEATURES],
}

impl TextMeasure {
    /// Counts the runs of a text.
    #[must_use]
    pub fn of(bytes: &[u8]) -> TextMeasure {
        let mut counts = [0_u32; FEATURES];
        let mut rest = bytes;
        while let Some(&first) = rest.first() {
            let kind = class(first);
            let (run, after) = split_run(rest, kind);
            rest = after;
            let bytes = u32::try_from(run).unwrap_or(u32::MAX);
            match kind {
                Class::Lower => {
                    counts[WORD] += 1;
                    counts[WORD_BYTES] += bytes;
                    counts[WORD_LONG_BYTES] += bytes.saturating_sub(WORD_BYTES_SHORT);
                }
                Class::Upper => {
                    // One capital begins the word after it; several are a word of their own.
                    let begins_word = bytes == 1 && rest.first().is_some_and(|next| class(*next) == Class::Lower);
                    if begins_word {
                        counts[WORD_BYTES] += 1;
                    } else {
                        counts[CAPITALS] += 1;
                        counts[CAPITAL_BYTES] += bytes;
                    }
                }
                Class::Digit => {
                    counts[DIGIT_GROUPS] += bytes.div_ceil(3);
                    counts[DIGIT_BYTES] += bytes;
                }
                // A single blank belongs to the word after it.
                Class::Space if bytes == 1 && first == b' ' => counts[WORD_BYTES] += 1,
                Class::Space => counts[MARKS] += 1 + bytes / 16,
                Class::Mark => {
                    counts[MARKS] += 1;
                    counts[MARK_BYTES] += bytes;
                }
                Class::Other => counts[OTHER_BYTES] += bytes,
            }
        }
        TextMeasure { counts }
    }

    /// The counts, for fitting weights.
    #[must_use]
    pub fn counts(&self) -> &[u32] {
        &self.counts
    }
}

fn split_run(bytes: &[u8], kind: Class) -> (usize, &[u8]) {
    let run = bytes.iter().position(|byte| class(*byte) != kind).unwrap_or(bytes.len());
    (run, bytes.get(run..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts with what `o200k_base` and the published tokenizers of Gemini, Llama 3 and Claude count.
    const COUNTED: [(&str, [u32; 4]); 6] = [
        (
            r#"{"type":"IfcWall","globalId":"0a1b2c3d-1234-4abc-9def-0123456789ab","name":"Außenwand Süd","tag":"W-017","predefinedType":"SOLIDWALL","objectPlacement":{"ref":"17"},"representations":[[0.0,1.25,3.5],[12.75,0.125,2.0]]}"#,
            [92, 105, 93, 90],
        ),
        (
            r"#4711=IFCWALLSTANDARDCASE('3hJ$k9_aX0fQv2LmN8pRst',#41,'Wand-Ext-\X2\00FC\X0\',$,$,#4690,#4708,'0A1B2C');",
            [64, 72, 67, 66],
        ),
        (
            r#"{"Name":"Pset_WallCommon","IsExternal":true,"LoadBearing":false,"FireRating":"F90-AB","ThermalTransmittance":0.24,"Reference":"Kalksandstein 24 cm"}"#,
            [47, 48, 48, 47],
        ),
        (
            "{\n  \"GUID\": \"2O2Fr$t4X7Zf8NOew3FLOH\",\n  \"Material\": \"Konstruktionsvollholz\",\n  \"Kostengruppe (DIN 276)\": 331,\n  \"Länge\": 3190,\n  \"Breite\": 48.0,\n  \"Geschoss\": \"2OG\"\n}",
            [79, 89, 84, 82],
        ),
        (
            r#"{"expressID":105,"type":"IfcDoor","GlobalId":{"type":1,"value":"1xS3BCk291UvhgP2dvNtE4"},"OverallHeight":{"type":4,"value":2010.0},"OwnerHistory":{"type":5,"value":41}}"#,
            [63, 70, 64, 63],
        ),
        ("Der Raum 0.12 grenzt an die Treppe; lichte Höhe 2,75 m, Fläche 18,4 m².", [29, 32, 33, 32]),
    ];

    #[test]
    fn estimates_lie_above_real_counts_and_not_far_above() {
        for (text, [openai, gemini, llama, claude]) in COUNTED {
            let most = openai.max(gemini).max(llama).max(claude);
            for (model, counted) in [
                (TokenModel::OpenAi, openai),
                (TokenModel::Gemini, gemini),
                (TokenModel::Llama, llama),
                (TokenModel::Claude, claude),
                (TokenModel::Generic, most),
            ] {
                let estimated = model.count(text.as_bytes());
                assert!((counted..=counted * 3 / 2).contains(&estimated), "{model:?} {estimated} of {counted}: {text}");
            }
        }
    }

    #[test]
    fn parts_cut_at_punctuation_cost_as_much_as_the_whole() {
        let (text, model) = (COUNTED[0].0, TokenModel::Generic);
        for (at, _) in text.match_indices(',') {
            let (left, right) = text.split_at(at + 1);
            assert!(model.count(text.as_bytes()) <= model.count(left.as_bytes()) + model.count(right.as_bytes()));
        }
        assert_eq!(model.count(b""), 0);
    }
}
