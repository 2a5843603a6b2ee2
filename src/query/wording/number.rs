//! Numbers as people of a language write them.

use crate::query::question::Language;

/// Rounds away the noise of binary arithmetic: nine significant digits.
pub(in crate::query) fn round(value: f64) -> f64 {
    format!("{value:.8e}").parse().unwrap_or(value)
}

/// A number with at most three decimals, or more where it would read as zero; decimal comma in German, thousands marked
/// from 10,000.
pub(in crate::query) fn number(language: Language, value: f64) -> String {
    let decimals = if value != 0.0 && value.abs() < 0.001 {
        6
    } else if value.abs() < 100.0 {
        3
    } else {
        2
    };
    let text = decimal(value, decimals);
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    let text = if text == "-0" { "0" } else { text };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let (comma, thousands) = match language {
        Language::De => (',', '.'),
        Language::En => ('.', ','),
    };
    let mut out = String::from(sign);
    for (position, digit) in digits.chars().enumerate() {
        if digits.len() > 4 && position > 0 && (digits.len() - position).is_multiple_of(3) {
            out.push(thousands);
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push(comma);
        out.push_str(fraction);
    }
    out
}

/// A number with so many decimals, rounded half away from zero as people do: by its shortest decimal form, not by its
/// binary one, in which 1.0005 lies below the half.
fn decimal(value: f64, decimals: usize) -> String {
    let shortest = format!("{}", round(value));
    let (whole, fraction) = shortest.split_once('.').unwrap_or((&shortest, ""));
    let is_half = fraction.get(decimals..).is_some_and(|rest| rest.starts_with('5') && rest.len() == 1);
    if !is_half {
        return format!("{:.decimals$}", round(value));
    }
    // One more digit puts the half above itself, so that it rounds away from zero.
    let above: f64 = format!("{whole}.{fraction}1").parse().unwrap_or(value);
    format!("{above:.decimals$}")
}

/// A count.
pub(in crate::query) fn cardinal(language: Language, count: usize) -> String {
    number(language, f64::from(u32::try_from(count).unwrap_or(u32::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_the_language_writes_them() {
        assert_eq!(number(Language::De, 78.4811), "78,481");
        assert_eq!(number(Language::De, 215_000.0), "215.000");
        assert_eq!(number(Language::En, 215_000.5), "215,000.5");
        assert_eq!(number(Language::En, 9.0), "9");
        assert_eq!(number(Language::De, -0.000_25), "-0,00025");
        assert_eq!(number(Language::De, 4542.87), "4542,87");
        assert_eq!(number(Language::De, 1.0005), "1,001", "not by the binary form, which is below the half");
        assert_eq!(number(Language::De, -2.0005), "-2,001");
        assert_eq!(number(Language::De, 0.1 + 0.2), "0,3");
        assert_eq!(number(Language::De, -0.0), "0");
        assert_eq!(number(Language::En, 1234.125), "1234.13");
    }

    #[test]
    fn rounding_removes_noise_only() {
        assert!((round(0.1 + 0.2) - 0.3).abs() < f64::EPSILON);
        assert!((round(78.481_123_4) - 78.481_123_4).abs() < 1e-9);
    }
}
