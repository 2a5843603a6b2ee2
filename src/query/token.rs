//! Words, numbers, quoted names and identifiers of a question.

use unicode_normalization::UnicodeNormalization;

use crate::ifc::{GlobalId, fold};

/// One token of a question.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    /// As written, without surrounding punctuation.
    pub(super) raw: String,
    /// What it is.
    pub(super) kind: TokenKind,
    /// Whether it stands in parentheses: an apposition to what goes before.
    pub(super) aside: bool,
    /// The whole run without white space that it begins, and of how many tokens that is made.
    pub(super) piece: Option<(String, usize)>,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum TokenKind {
    /// A folded word.
    Word(String),
    /// A number, with the number of decimals it was written with.
    Number(f64),
    /// A text in quotation marks.
    Quoted,
    /// A GlobalId in either spelling.
    GlobalId(GlobalId),
}

impl Token {
    /// The folded word, or nothing for other kinds.
    pub(super) fn word(&self) -> &str {
        match &self.kind {
            TokenKind::Word(word) => word,
            TokenKind::Number(_) | TokenKind::Quoted | TokenKind::GlobalId(_) => "",
        }
    }
}

const QUOTES: &[(char, &[char])] = &[
    ('„', &['“', '”', '"', '‟']),
    ('“', &['”', '"', '“']),
    ('"', &['"', '“', '”']),
    ('»', &['«']),
    ('«', &['»']),
    ('‚', &['‘', '’']),
    ('”', &['”']),
];

/// Signs that change what a question means; other punctuation is passed over.
const SIGNS: &[char] = &['%', '‰', '+', '=', '<', '>', '≤', '≥', '*', '×', '−', '±'];

/// Splits a question into tokens.
pub(super) fn tokenise(text: &str) -> Vec<Token> {
    let text = inches(&one_word_units(text));
    let mut tokens = Vec::new();
    let mut aside = false;
    let mut rest = text.as_str();
    while let Some(first) = rest.chars().next() {
        if let Some((quoted, after)) = quoted(rest, first) {
            if quoted.trim().is_empty() {
                // Nothing in quotation marks is no name; it is kept as a word that nobody knows.
                tokens.push(Token {
                    raw: rest.chars().take(2).collect(),
                    kind: TokenKind::Word("\"\"".to_owned()),
                    aside,
                    piece: None,
                });
                rest = after;
                continue;
            }
            tokens.push(Token { raw: quoted.trim().to_owned(), kind: TokenKind::Quoted, aside, piece: None });
            rest = after;
            continue;
        }
        if first.is_whitespace() || matches!(first, '(' | ')') {
            // "print(door)" calls; an aside stands apart.
            let calls =
                text.get(..text.len() - rest.len()).is_some_and(|before| before.ends_with(char::is_alphanumeric));
            aside = (aside || first == '(' && !calls) && first != ')';
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
            continue;
        }
        let end = rest
            .char_indices()
            .find(|(_, c)| c.is_whitespace() || matches!(c, '(' | ')') || QUOTES.iter().any(|(open, _)| open == c))
            .map_or(rest.len(), |(i, _)| i)
            .max(first.len_utf8());
        let (piece, after) = rest.split_at(end);
        let before = tokens.len();
        push_piece(&mut tokens, piece, aside);
        let made = tokens.len() - before;
        if made > 1
            && let Some(token) = tokens.get_mut(before)
        {
            token.piece =
                Some((piece.trim_matches(|c: char| matches!(c, '?' | '!' | ',' | ';' | '.')).to_owned(), made));
        }
        rest = after;
    }
    tokens
}

/// "W/(m²K)" is one word, whatever its parentheses.
fn one_word_units(text: &str) -> String {
    ["W/(m²K)", "W/(m2K)", "W/(m²·K)", "W/m²K", "W/(m² K)"]
        .iter()
        .fold(text.to_owned(), |text, unit| text.replace(unit, "W/m2K"))
}

/// The mark of inches behind a number is no quotation mark, where it has no partner.
fn inches(text: &str) -> String {
    let text = &text.replace("''", "\"").replace('″', "\"");
    if text.matches('"').count().is_multiple_of(2) {
        return text.to_owned();
    }
    let mut written = String::with_capacity(text.len());
    for c in text.chars() {
        if c == '"' && written.ends_with(|before: char| before.is_ascii_digit()) {
            written.push_str(" inch");
        } else {
            written.push(c);
        }
    }
    written
}

fn quoted(text: &str, first: char) -> Option<(&str, &str)> {
    let (_, closers) = QUOTES.iter().find(|(open, _)| *open == first)?;
    let inner = text.get(first.len_utf8()..)?;
    let (end, closer) = inner.char_indices().find(|(_, c)| closers.contains(c))?;
    Some((inner.get(..end)?, inner.get(end + closer.len_utf8()..)?))
}

/// One run without white space: an identifier, a number with its unit, or words joined by hyphens.
fn push_piece(tokens: &mut Vec<Token>, piece: &str, aside: bool) {
    let trimmed = piece.trim_matches(|c: char| matches!(c, '?' | '!' | ',' | ';' | ':' | '\'' | '’' | '`' | '…'));
    if is_code(trimmed) {
        tokens.push(Token { raw: trimmed.to_owned(), kind: TokenKind::Word(trimmed.to_owned()), aside, piece: None });
        return;
    }
    let ordinal = is_ordinal(trimmed);
    let trimmed = if ordinal { trimmed } else { trimmed.trim_end_matches('.') };
    if trimmed.is_empty() {
        return;
    }
    let mut push = |raw: &str, kind: TokenKind| tokens.push(Token { raw: raw.to_owned(), kind, aside, piece: None });
    if let Some(id) = global_id(trimmed) {
        return push(trimmed, TokenKind::GlobalId(id));
    }
    if ordinal || is_identifier(trimmed) {
        return push(trimmed, TokenKind::Word(fold(trimmed)));
    }
    if let Some(number) = number(trimmed) {
        return push(trimmed, TokenKind::Number(number));
    }
    if let Some((digits, unit)) = number_with_unit(trimmed) {
        push(digits, TokenKind::Number(number(digits).unwrap_or_default()));
        return push(unit, TokenKind::Word(fold(unit)));
    }
    let folded = fold(trimmed);
    if folded.contains('/') && folded.chars().filter(|c| c.is_alphanumeric()).count() <= 6 {
        return push(trimmed, TokenKind::Word(folded));
    }
    if trimmed.chars().all(|c| SIGNS.contains(&c)) {
        return push(trimmed, TokenKind::Word(trimmed.to_owned()));
    }
    // Composed first, so that a combining mark does not part a word.
    let composed: String = trimmed.nfkc().collect();
    for word in composed.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        push(word, TokenKind::Word(fold(word)));
    }
}

/// Whether a run is a piece of a program, a sum, a price or a picture, and no word of a question: `{{7*7}}`, `1/0`, `$5`.
fn is_code(text: &str) -> bool {
    let alone = text.chars().all(|c| !c.is_alphanumeric());
    let digits = text.chars().any(|c| c.is_ascii_digit()) && !text.chars().any(char::is_alphabetic);
    let holds = |signs: &[char]| text.contains(signs);
    let joined_digits = digits && text.trim_start_matches(SIGNS).contains(['+', '*', '/', '^', ':', '×', '−']);
    alone
        && text.chars().count() > 1
        && holds(&['<', '>', '-', '/', '*', '#', '$', '%'])
        && !matches!(text, "<=" | ">=" | "–" | "--")
        || alone && text == "--"
        || holds(&['{', '}', '$', '^', '~', '|', '\\', '[', ']', '@', '\u{20e3}', '\u{fe0f}'])
        || !alone && text.trim_start_matches(SIGNS).contains('=')
        || !alone && text.starts_with('=')
        || text.starts_with('%') && text.chars().any(char::is_alphabetic)
        || text.starts_with('-') && digits
        || !alone && text.contains('+')
        || joined_digits
}

fn global_id(text: &str) -> Option<GlobalId> {
    let mixed = text.chars().any(|c| c.is_ascii_digit()) || text.chars().any(|c| c.is_ascii_uppercase());
    GlobalId::parse(text).ok().filter(|_| mixed)
}

/// "2.", "3rd", "1st": an ordinal keeps its mark.
fn is_ordinal(text: &str) -> bool {
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let mark = text.get(digits.len()..).unwrap_or_default();
    !digits.is_empty()
        && digits.len() <= 3
        && digits.chars().all(|c| c.is_ascii_digit())
        && matches!(fold(mark).as_str(), "." | "st" | "nd" | "rd" | "th" | "te" | "ter" | "tes" | "ten")
}

/// Letters or digits joined by `_`, or by `-` and `:` together with digits: a name somebody gave a part.
fn is_identifier(text: &str) -> bool {
    let has_digit = text.chars().any(|c| c.is_ascii_digit());
    let has_letter = text.chars().any(char::is_alphabetic);
    has_letter && (text.contains('_') || (has_digit && text.chars().any(|c| matches!(c, '-' | ':'))))
}

/// A number as people write it: 0,4 and 0.4; 1.234,5 and 1,234.5.
pub(super) fn number(text: &str) -> Option<f64> {
    if !text.chars().next()?.is_ascii_digit() || !text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',')) {
        return None;
    }
    let Some(decimal) = text.rfind([',', '.']) else { return text.parse().ok() };
    let only_one = text.matches([',', '.']).count() == 1;
    let grouped =
        text.len() - decimal == 4 && text.starts_with(|c: char| c != '0') && (!only_one || text.contains('.'));
    let (whole, fraction) = if grouped && !only_one { (text, "") } else { text.split_at(decimal) };
    let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
    let fraction: String = fraction.chars().filter(char::is_ascii_digit).collect();
    format!("{whole}.{fraction}0").parse().ok()
}

fn number_with_unit(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',')))?;
    let (digits, unit) = text.split_at(end);
    let is_unit = matches!(
        fold(unit).as_str(),
        "mm" | "cm"
            | "m"
            | "km"
            | "m2"
            | "m3"
            | "kg"
            | "t"
            | "ft"
            | "in"
            | "min"
            | "l"
            | "qm"
            | "sqm"
            | "cbm"
            | "cm2"
            | "mm2"
    );
    (is_unit && number(digits).is_some()).then_some((digits, unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        tokenise(text)
            .iter()
            .map(|t| match &t.kind {
                TokenKind::Word(word) => word.clone(),
                TokenKind::Number(n) => format!("#{n}"),
                TokenKind::Quoted => format!("\"{}\"", t.raw),
                TokenKind::GlobalId(id) => format!("id:{id}"),
            })
            .collect()
    }

    #[test]
    fn words_numbers_names_and_ids_are_told_apart() {
        assert_eq!(shown("Wie viele Tür-Typen gibt es?"), ["wie", "viele", "tuer", "typen", "gibt", "es"]);
        assert_eq!(shown("U-Wert von 0,4 oder 1.5"), ["u", "wert", "von", "#0.4", "oder", "#1.5"]);
        assert_eq!(shown("im 2. OG, ST_2OG_002"), ["im", "2.", "og", "st_2og_002"]);
        assert_eq!(
            shown("Wand „Wand-Ext 1“ (3rPX_Juz59peXXY6wDJl18)?"),
            ["wand", "\"Wand-Ext 1\"", "id:3rPX_Juz59peXXY6wDJl18"]
        );
        assert_eq!(shown("dicker als 20cm"), ["dicker", "als", "#20", "cm"]);
        assert_eq!(shown("the 3rd upper floor"), ["the", "3rd", "upper", "floor"]);
        assert_eq!(shown("1,234.5 und 1.234,5"), ["#1234.5", "und", "#1234.5"]);
    }

    #[test]
    fn an_aside_is_marked() {
        let tokens = tokenise("Erdgeschoss (Level 1) da");
        assert_eq!(tokens.iter().map(|t| t.aside).collect::<Vec<_>>(), [false, true, true, false]);
    }
}
