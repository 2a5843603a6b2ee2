//! `ask`: one question, answered for a person or as JSON.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use ifc_json_chunking::formats::ReadOptions;
use ifc_json_chunking::ifc::Unit;
use ifc_json_chunking::query::{
    Answer, AnswerBody, AskableModel, Coverage, Item, Language, Plan, Question, Scalar, Status,
};

use crate::NOT_UNDERSTOOD;
use crate::args::AskArguments;
use crate::batch;
use crate::dialogue;
use crate::failure::Failure;
use crate::output::{Output, OutputError, plain};
use crate::progress;
use crate::table::{Align, Table};

/// Rows that a person gets to see; `--json` holds more.
const ROWS_MAX: usize = 20;

/// Digits after the decimal point in the table; the JSON is not rounded.
const DECIMALS: usize = 3;

pub(crate) fn run(arguments: &AskArguments) -> anyhow::Result<ExitCode> {
    let language = arguments.language.map(Language::from);
    if let Some(questions) = &arguments.batch {
        return batch::run(&arguments.file, questions, language);
    }
    let Some(text) = &arguments.question else { return dialogue::run(&arguments.file, language, arguments.json) };
    let mut question = Question::parse(text).map_err(|error| Failure::question(&error))?;
    question.language = language;
    let answer = ask(&open(&arguments.file)?, &question, None);
    let mut output = Output::standard();
    if arguments.json {
        output.json(&answer)?;
    } else {
        print(&mut output, &answer)?;
    }
    Ok(match answer.status {
        Status::Answered | Status::NotInModel => ExitCode::SUCCESS,
        Status::NotUnderstood | Status::NeedsLlm => ExitCode::from(NOT_UNDERSTOOD),
    })
}

/// Reads a file and makes it askable.
pub(crate) fn open(path: &Path) -> Result<AskableModel, Failure> {
    let (model, facts) = progress::read_model(path, ReadOptions::default())?;
    Ok(AskableModel::new(facts.content_hash, Arc::new(model)))
}

/// Asks, after a question with the plan `before`, and adds how long it took.
pub(crate) fn ask(model: &AskableModel, question: &Question, before: Option<&Plan>) -> Answer {
    let begin = Instant::now();
    let answer = model.ask_after(question, before);
    Answer { took_ms: begin.elapsed().as_secs_f64() * 1e3, ..answer }
}

pub(crate) fn print(output: &mut Output, answer: &Answer) -> Result<(), OutputError> {
    let de = answer.language == Language::De;
    if let Some(body) = &answer.answer {
        output.line(plain(&body.text))?;
        print_items(output, body, answer.language)?;
        print_groups(output, body, answer.language)?;
        return print_coverage(output, &answer.coverage, answer.language);
    }
    let no_reason = if de { "Die Frage wurde nicht verstanden." } else { "The question was not understood." };
    output.line(plain(answer.reason.as_deref().unwrap_or(no_reason)))?;
    if !answer.suggestions.is_empty() {
        output.line("")?;
        output.line(if de {
            "Fragen, die dieses Modell beantwortet:"
        } else {
            "Questions that this model answers:"
        })?;
    }
    answer.suggestions.iter().try_for_each(|suggestion| output.line(format_args!("  {}", plain(suggestion))))
}

fn print_items(output: &mut Output, body: &AnswerBody, language: Language) -> Result<(), OutputError> {
    let headings = match language {
        Language::De => ["Name", "Nummer", "Typ", "Geschoss", "Wert"],
        Language::En => ["name", "number", "type", "storey", "value"],
    };
    let [name, number, entity_type, storey, value] = headings.map(|heading| (heading, Align::Left));
    let mut table = Table::new([name, number, entity_type, storey, (value.0, Align::Right)]);
    for item in body.items.iter().take(ROWS_MAX) {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let name = item.name.clone().or_else(|| item.global_id.clone()).unwrap_or_default();
        table.row([name, text(&item.number), text(&item.entity_type), text(&item.storey), value_of(item, language)]);
    }
    print_table(output, &table.lines(), body.items_total.max(body.items.len()), language)
}

fn print_groups(output: &mut Output, body: &AnswerBody, language: Language) -> Result<(), OutputError> {
    let (key, value) = if language == Language::De { ("Gruppe", "Wert") } else { ("group", "value") };
    let mut table = Table::new([(key, Align::Left), (value, Align::Right)]);
    for group in body.groups.iter().take(ROWS_MAX) {
        table.row([group.key.clone(), with_unit(number(group.value, language), Some(&group.unit))]);
    }
    print_table(output, &table.lines(), body.groups.len(), language)
}

fn print_table(output: &mut Output, lines: &[String], total: usize, language: Language) -> Result<(), OutputError> {
    if lines.is_empty() {
        return Ok(());
    }
    output.line("")?;
    lines.iter().try_for_each(|line| output.line(line))?;
    match (total.saturating_sub(ROWS_MAX), language) {
        (0, _) => Ok(()),
        (more, Language::De) => output.line(format_args!("  … und {more} weitere")),
        (more, Language::En) => output.line(format_args!("  … and {more} more")),
    }
}

fn print_coverage(output: &mut Output, coverage: &Coverage, language: Language) -> Result<(), OutputError> {
    let Coverage { elements, with_value, left_out } = coverage;
    if *elements == 0 && left_out.is_empty() {
        return Ok(());
    }
    output.line("")?;
    match language {
        Language::De => output.line(format_args!("Abdeckung: {with_value} von {elements} Bauteilen mit Wert"))?,
        Language::En => output.line(format_args!("Coverage: {with_value} of {elements} elements with a value"))?,
    }
    left_out.iter().try_for_each(|left| output.line(format_args!("  {}: {}", left.count, plain(&left.reason))))
}

fn value_of(item: &Item, language: Language) -> String {
    match (&item.value, item.thickness_mm) {
        (None, None) => String::new(),
        (None, Some(thickness)) => with_unit(number(thickness, language), Some("mm")),
        (Some(value), _) => with_unit(scalar(value, language), item.unit.as_deref()),
    }
}

fn scalar(value: &Scalar, language: Language) -> String {
    match (value, language) {
        (Scalar::Boolean(true), Language::De) => "ja".to_owned(),
        (Scalar::Boolean(false), Language::De) => "nein".to_owned(),
        (Scalar::Boolean(true), Language::En) => "yes".to_owned(),
        (Scalar::Boolean(false), Language::En) => "no".to_owned(),
        (Scalar::Integer(value), _) => value.to_string(),
        (Scalar::Number(value), language) => number(*value, language),
        (Scalar::Text(text), _) => text.clone(),
    }
}

fn number(value: f64, language: Language) -> String {
    let text = format!("{value:.DECIMALS$}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if language == Language::De { text.replace('.', ",") } else { text.to_owned() }
}

fn with_unit(value: String, unit: Option<&str>) -> String {
    match unit {
        None | Some("" | "count") => value,
        Some(code) => {
            let known = Unit::ALL.iter().find(|unit| unit.code() == code);
            format!("{value} {}", known.map_or(code, |unit| unit.sign()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_language_writes_them() {
        assert_eq!(with_unit(number(12.5, Language::De), Some("m3")), "12,5 m³");
        assert_eq!(with_unit(number(1200.0, Language::En), Some("mm")), "1200 mm");
        assert_eq!(with_unit(number(9.0, Language::De), Some("count")), "9");
        assert_eq!(number(0.0, Language::En), "0");
    }

    #[test]
    fn a_layer_shows_its_thickness_where_it_has_no_other_value() {
        let layer = Item { name: Some("Putz".to_owned()), thickness_mm: Some(15.0), ..Item::default() };
        assert_eq!(value_of(&layer, Language::De), "15 mm");
    }
}
