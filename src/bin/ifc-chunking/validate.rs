//! `validate`: what a file holds and what is wrong with it.

use std::collections::BTreeMap;
use std::process::ExitCode;

use ifc_json_chunking::formats::{ReadFacts, ReadOptions};
use ifc_json_chunking::ifc::{ModelReader as _, ModelSummary, Problem, ProblemCode};
use ifc_json_chunking::query::Language;
use ifc_json_chunking::store::StoredModel;
use serde::Serialize;

use crate::args::ValidateArguments;
use crate::failure::FailureReport;
use crate::output::{Output, OutputError, plain};
use crate::progress;
use crate::settings::Settings;
use crate::table::{Align, Table};

/// Problems that a person gets to see; `--json` holds all that were kept.
const PROBLEMS_SHOWN_MAX: usize = 20;

#[derive(Serialize)]
struct Unreadable {
    readable: bool,
    error: FailureReport,
}

#[derive(Serialize)]
struct Report {
    readable: bool,
    model_id: String,
    content_bytes: u64,
    shape: &'static str,
    schema: Option<String>,
    application: Option<String>,
    written_at: Option<String>,
    units_declared: bool,
    entities: u64,
    /// Building parts among the entities.
    elements: u64,
    entities_by_type: BTreeMap<String, usize>,
    /// From the lowest to the highest.
    storeys: Vec<String>,
    problems: ProblemReport,
}

#[derive(Serialize)]
struct ProblemReport {
    total: u64,
    /// Counts those in `kept`.
    kept_by_code: BTreeMap<&'static str, usize>,
    kept: Vec<Problem>,
}

pub(crate) fn run(arguments: &ValidateArguments, settings: &Settings) -> anyhow::Result<ExitCode> {
    let mut output = Output::standard();
    let (model, facts) = match progress::read_model(&arguments.file, ReadOptions { strict: arguments.strict }) {
        Ok(read) => read,
        Err(failure) => {
            if arguments.json {
                output.json(&Unreadable { readable: false, error: failure.report(settings.language) })?;
            }
            return Err(failure.into());
        }
    };
    let report = Report::new(&model, facts);
    if arguments.json {
        output.json(&report)?;
    } else {
        print(&mut output, &report, settings.language)?;
    }
    Ok(ExitCode::SUCCESS)
}

impl Report {
    fn new(model: &StoredModel, facts: ReadFacts) -> Report {
        let ReadFacts { content_hash, content_bytes, .. } = facts;
        let mut entities_by_type = BTreeMap::new();
        for (_, entity) in model.iter() {
            *entities_by_type.entry(model.text(entity.entity_type)).or_insert(0_usize) += 1;
        }
        let ModelSummary { head, problems, storeys, entities, elements, .. } = model.summary();
        let storeys = storeys.iter().filter_map(|storey| model.entity(*storey)?.name);
        let mut kept_by_code = BTreeMap::new();
        for problem in &problems.kept {
            *kept_by_code.entry(problem.code.as_str()).or_insert(0) += 1;
        }
        Report {
            readable: true,
            model_id: content_hash,
            content_bytes,
            shape: head.shape.as_str(),
            storeys: storeys.map(|name| model.text(name).to_owned()).collect(),
            entities: *entities,
            elements: *elements,
            entities_by_type: entities_by_type.into_iter().map(|(name, count)| (name.to_owned(), count)).collect(),
            schema: head.schema.clone(),
            application: head.application.clone(),
            written_at: head.written_at.clone(),
            units_declared: head.units_declared,
            problems: ProblemReport { total: problems.total, kept_by_code, kept: problems.kept.clone() },
        }
    }
}

fn print(output: &mut Output, report: &Report, language: Language) -> Result<(), OutputError> {
    let say = |de: &'static str, en: &'static str| if language == Language::De { de } else { en };
    let unknown = say("nicht angegeben", "not stated");
    let units = if report.units_declared {
        say("angegeben", "declared")
    } else {
        say("nicht angegeben, SI angenommen", "not declared, SI assumed")
    };
    let or_unknown = |text: &Option<String>| text.as_deref().map_or_else(|| unknown.to_owned(), plain);
    let facts = [
        (say("Form", "Shape"), report.shape.to_owned()),
        (say("Schema", "Schema"), or_unknown(&report.schema)),
        (say("Programm", "Application"), or_unknown(&report.application)),
        (say("Geschrieben", "Written"), or_unknown(&report.written_at)),
        (say("Einheiten", "Units"), units.to_owned()),
        (say("Bytes", "Bytes"), report.content_bytes.to_string()),
        (say("Geschosse", "Storeys"), plain(&report.storeys.join(", "))),
        (say("Entitäten", "Entities"), report.entities.to_string()),
        (say("Bauteile", "Elements"), report.elements.to_string()),
    ];
    for (name, value) in facts {
        output.line(format_args!("{name:<12} {value}"))?;
    }
    let mut table =
        Table::new([(say("Entitätstyp", "entity type"), Align::Left), (say("Anzahl", "count"), Align::Right)]);
    let mut types: Vec<_> = report.entities_by_type.iter().collect();
    types.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    types.into_iter().for_each(|(name, count)| table.row([name.clone(), count.to_string()]));
    output.line("")?;
    table.lines().iter().try_for_each(|line| output.line(line))?;
    print_problems(output, &report.problems, language)
}

fn print_problems(output: &mut Output, problems: &ProblemReport, language: Language) -> Result<(), OutputError> {
    let say = |de: &'static str, en: &'static str| if language == Language::De { de } else { en };
    output.line("")?;
    if problems.total == 0 {
        return output.line(say("Keine Auffälligkeiten.", "No problems."));
    }
    output.line(format_args!("{}: {}", say("Auffälligkeiten", "Problems"), problems.total))?;
    for code in ProblemCode::ALL {
        if let Some(count) = problems.kept_by_code.get(code.as_str()) {
            output.line(format_args!("  {count:>6}  {}: {}", code.as_str(), code.meaning()))?;
        }
    }
    let kept = problems.kept.len();
    if (kept as u64) < problems.total {
        let of = say("gezählt unter den ersten", "counted among the first");
        output.line(format_args!("  ({of} {kept})"))?;
    }
    output.line("")?;
    for Problem { code, pointer, byte_offset, detail, .. } in problems.kept.iter().take(PROBLEMS_SHOWN_MAX) {
        let (pointer, detail) = (plain(pointer), plain(detail));
        output.line(format_args!("  {} {pointer} (byte {byte_offset}): {detail}", code.as_str()))?;
    }
    Ok(())
}
