//! What stands in which exported file. `entity` is the position of an entity in the model: it joins the tables also where
//! a file gives no GlobalIds.

use std::io;

use super::encode::Rows;
use super::row::{Cell, Column, Kind};
use crate::ifc::{
    self, EntityIndex, Measure, ModelReader, Property, PropertyValue, Quantity, QuantitySource, RecordIndex, RecordRow,
    RelationKind, RelationRow, Shape, SourceReader, TextId,
};

type Fill = fn(&dyn ModelReader, &dyn SourceReader, &mut Rows<'_>) -> io::Result<()>;

/// One exported file.
pub(super) struct ExportTable {
    pub(super) name: &'static str,
    pub(super) columns: &'static [Column],
    pub(super) fill: Fill,
}

/// Every exported file, in the order in which they are written.
pub(super) const TABLES: &[ExportTable] = &[
    ExportTable { name: "elements", columns: ELEMENTS, fill: elements },
    ExportTable { name: "properties", columns: PROPERTIES, fill: properties },
    ExportTable { name: "quantities", columns: QUANTITIES, fill: quantities },
    ExportTable { name: "materials", columns: MATERIALS, fill: materials },
    ExportTable { name: "classifications", columns: CLASSIFICATIONS, fill: classifications },
    ExportTable { name: "relations", columns: RELATIONS, fill: relations },
    ExportTable { name: "records", columns: RECORDS, fill: records },
    ExportTable { name: "problems", columns: PROBLEMS, fill: problems },
];

const ELEMENTS: &[Column] = &[
    ("entity", Kind::Count),
    ("global_id", Kind::Text),
    ("source_id", Kind::Text),
    ("ifc_type", Kind::Text),
    ("is_element", Kind::Boolean),
    ("name", Kind::Text),
    ("long_name", Kind::Text),
    ("description", Kind::Text),
    ("tag", Kind::Text),
    ("object_type", Kind::Text),
    ("predefined_type", Kind::Text),
    ("type_name", Kind::Text),
    ("label", Kind::Text),
    ("storey", Kind::Text),
    ("container", Kind::Text),
    ("container_entity", Kind::Count),
    ("host_entity", Kind::Count),
    ("whole_entity", Kind::Count),
    ("material", Kind::Text),
    ("length_m", Kind::Number),
    ("width_m", Kind::Number),
    ("height_m", Kind::Number),
    ("area_m2", Kind::Number),
    ("volume_m3", Kind::Number),
    ("weight_kg", Kind::Number),
    ("elevation_m", Kind::Number),
    ("record", Kind::Count),
];

const PROPERTIES: &[Column] = &[
    ("entity", Kind::Count),
    ("global_id", Kind::Text),
    ("set", Kind::Text),
    ("property", Kind::Text),
    ("value_text", Kind::Text),
    ("value_number", Kind::Number),
    ("value_boolean", Kind::Boolean),
    ("measure", Kind::Text),
    ("unit", Kind::Text),
    ("from_type", Kind::Boolean),
];

const QUANTITIES: &[Column] = &[
    ("entity", Kind::Count),
    ("global_id", Kind::Text),
    ("set", Kind::Text),
    ("quantity", Kind::Text),
    ("measure", Kind::Text),
    ("unit", Kind::Text),
    ("value", Kind::Number),
    ("source", Kind::Text),
    ("from_type", Kind::Boolean),
    ("corrected_by", Kind::Power),
    ("implausible", Kind::Boolean),
];

const MATERIALS: &[Column] = &[
    ("entity", Kind::Count),
    ("global_id", Kind::Text),
    ("position", Kind::Count),
    ("material", Kind::Text),
    ("is_layer", Kind::Boolean),
    ("thickness_m", Kind::Number),
    ("share", Kind::Number),
];

const CLASSIFICATIONS: &[Column] =
    &[("entity", Kind::Count), ("global_id", Kind::Text), ("system", Kind::Text), ("reference", Kind::Text)];

const RELATIONS: &[Column] = &[
    ("kind", Kind::Text),
    ("related", Kind::Count),
    ("related_global_id", Kind::Text),
    ("relating", Kind::Count),
    ("relating_global_id", Kind::Text),
    ("relating_name", Kind::Text),
    ("record", Kind::Count),
];

const RECORDS: &[Column] = &[
    ("record", Kind::Count),
    ("pointer", Kind::Text),
    ("group", Kind::Text),
    ("byte_offset", Kind::Count),
    ("bytes", Kind::Count),
];

const PROBLEMS: &[Column] = &[
    ("code", Kind::Text),
    ("severity", Kind::Text),
    ("pointer", Kind::Text),
    ("byte_offset", Kind::Count),
    ("detail", Kind::Text),
];

fn number(entity: EntityIndex) -> u64 {
    entity.index() as u64
}

fn count(entity: Option<EntityIndex>) -> Cell<'static> {
    entity.map(number).into()
}

fn text(model: &dyn ModelReader, id: Option<TextId>) -> Cell<'_> {
    id.map(|id| model.text(id)).into()
}

fn global_id(model: &dyn ModelReader, entity: EntityIndex) -> Option<String> {
    Some(model.entity(entity)?.global_id?.to_string())
}

/// IFC attribute Name of an entity.
fn name_of(model: &dyn ModelReader, entity: Option<EntityIndex>) -> Cell<'_> {
    text(model, entity.and_then(|entity| model.entity(entity)?.name))
}

fn each_entity(
    model: &dyn ModelReader,
    mut visit: impl FnMut(EntityIndex, Option<&str>) -> io::Result<()>,
) -> io::Result<()> {
    for entity in (0..model.entity_count()).filter_map(EntityIndex::new) {
        visit(entity, global_id(model, entity).as_deref())?;
    }
    Ok(())
}

fn elements(model: &dyn ModelReader, source: &dyn SourceReader, rows: &mut Rows<'_>) -> io::Result<()> {
    each_entity(model, |index, id| {
        let Some(entity) = model.entity(index) else { return Ok(()) };
        let materials = model.materials(index);
        let materials: Vec<&str> = materials.iter().map(|used| model.text(used.material)).collect();
        let materials = (!materials.is_empty()).then(|| materials.join(", "));
        let quantities = model.quantities(index);
        let best = |measure, names| Cell::from(best(model, &quantities, measure, names));
        let entity_type = model.text(entity.entity_type);
        rows.push(&[
            Cell::Count(number(index)),
            id.into(),
            text(model, entity.source_id),
            Cell::Text(entity_type),
            Cell::Boolean(ifc::is_element(entity_type)),
            text(model, entity.name),
            text(model, entity.long_name),
            text(model, entity.description),
            text(model, entity.tag),
            text(model, entity.object_type),
            text(model, entity.predefined_type),
            text(model, entity.type_name),
            text(model, entity.label),
            name_of(model, entity.storey),
            name_of(model, entity.container),
            count(entity.container),
            count(entity.host),
            count(entity.whole),
            materials.as_deref().into(),
            best(Measure::Length, LENGTHS),
            best(Measure::Length, WIDTHS),
            best(Measure::Length, HEIGHTS),
            best(Measure::Area, AREAS),
            best(Measure::Volume, VOLUMES),
            best(Measure::Weight, WEIGHTS),
            entity.elevation_m.into(),
            source.entity_record(index).map(|record| u64::from(record.0)).into(),
        ])
    })
}

/// Names of quantities that a column shows, the first that an entity has: net before gross (docs/store.md).
const LENGTHS: &[&str] = &["Length", "OverallLength", "NominalLength"];
const WIDTHS: &[&str] = &["Width", "OverallWidth", "NominalWidth"];
const HEIGHTS: &[&str] = &["Height", "OverallHeight", "NominalHeight"];
const AREAS: &[&str] = &[
    "NetSideArea",
    "NetFloorArea",
    "NetArea",
    "NetSurfaceArea",
    "GrossSideArea",
    "GrossFloorArea",
    "GrossArea",
    "GrossSurfaceArea",
    "Area",
];
const VOLUMES: &[&str] = &["NetVolume", "GrossVolume", "Volume"];
const WEIGHTS: &[&str] = &["NetWeight", "GrossWeight", "Weight"];

fn best(model: &dyn ModelReader, quantities: &[Quantity], measure: Measure, names: &[&str]) -> Option<f64> {
    let rank = |quantity: &Quantity| {
        let name = model.text(quantity.name);
        let place = names.iter().position(|known| *known == name)?;
        Some((place, quantity.source, quantity.from_type))
    };
    let usable = quantities.iter().filter(|quantity| quantity.measure == measure && !quantity.implausible);
    let ranked = usable.filter_map(|quantity| Some((rank(quantity)?, quantity.value)));
    ranked.min_by_key(|(rank, _)| *rank).map(|(_, value)| value)
}

fn unit(measure: Measure) -> Cell<'static> {
    measure.stored_unit().map(|unit| unit.code()).into()
}

fn measure_name(measure: Measure) -> &'static str {
    match measure {
        Measure::Length => "length",
        Measure::Area => "area",
        Measure::Volume => "volume",
        Measure::Weight => "weight",
        Measure::Time => "time",
        Measure::Count => "count",
        Measure::ThermalTransmittance => "thermal_transmittance",
        Measure::Angle => "angle",
        Measure::Plain => "plain",
        Measure::Unknown => "unknown",
    }
}

fn properties(model: &dyn ModelReader, _: &dyn SourceReader, rows: &mut Rows<'_>) -> io::Result<()> {
    each_entity(model, |index, id| {
        for Property { set, name, value, from_type } in model.properties(index).iter() {
            let (mut words, mut figure, mut choice) = (Cell::Nothing, Cell::Nothing, Cell::Nothing);
            let (mut measured, mut unit_of) = (Cell::Nothing, Cell::Nothing);
            match *value {
                PropertyValue::Text(value) => words = Cell::Text(model.text(value)),
                PropertyValue::Boolean(value) => choice = Cell::Boolean(value),
                PropertyValue::Number { value, measure } => {
                    figure = Cell::Number(value);
                    (measured, unit_of) = (Cell::Text(measure_name(measure)), unit(measure));
                }
            }
            rows.push(&[
                Cell::Count(number(index)),
                id.into(),
                text(model, *set),
                Cell::Text(model.text(*name)),
                words,
                figure,
                choice,
                measured,
                unit_of,
                Cell::Boolean(*from_type),
            ])?;
        }
        Ok(())
    })
}

fn source_name(source: QuantitySource) -> &'static str {
    match source {
        QuantitySource::QuantitySet => "quantity_set",
        QuantitySource::Property => "property",
        QuantitySource::Attribute => "attribute",
        QuantitySource::Dimensions => "dimensions",
        QuantitySource::Computed => "computed",
    }
}

fn quantities(model: &dyn ModelReader, _: &dyn SourceReader, rows: &mut Rows<'_>) -> io::Result<()> {
    each_entity(model, |index, id| {
        for quantity in model.quantities(index).iter() {
            rows.push(&[
                Cell::Count(number(index)),
                id.into(),
                text(model, quantity.set),
                Cell::Text(model.text(quantity.name)),
                Cell::Text(measure_name(quantity.measure)),
                unit(quantity.measure),
                Cell::Number(quantity.value),
                Cell::Text(source_name(quantity.source)),
                Cell::Boolean(quantity.from_type),
                quantity.corrected_by.map_or(Cell::Nothing, Cell::Power),
                Cell::Boolean(quantity.implausible),
            ])?;
        }
        Ok(())
    })
}

fn materials(model: &dyn ModelReader, _: &dyn SourceReader, rows: &mut Rows<'_>) -> io::Result<()> {
    each_entity(model, |index, id| {
        for (position, used) in (0..).zip(model.materials(index).iter()) {
            rows.push(&[
                Cell::Count(number(index)),
                id.into(),
                Cell::Count(position),
                Cell::Text(model.text(used.material)),
                Cell::Boolean(used.is_layer),
                used.thickness_m.into(),
                used.share.into(),
            ])?;
        }
        Ok(())
    })
}

fn classifications(model: &dyn ModelReader, _: &dyn SourceReader, rows: &mut Rows<'_>) -> io::Result<()> {
    each_entity(model, |index, id| {
        for (system, reference) in model.classifications(index).iter() {
            let reference = Cell::Text(model.text(*reference));
            rows.push(&[Cell::Count(number(index)), id.into(), text(model, *system), reference])?;
        }
        Ok(())
    })
}

/// The name of a kind, and whether its one side is an entity.
fn kind_name(kind: RelationKind) -> (&'static str, bool) {
    match kind {
        RelationKind::HasSet => ("has_set", false),
        RelationKind::IsOccurrenceOf => ("is_occurrence_of", true),
        RelationKind::IsContainedIn => ("is_contained_in", true),
        RelationKind::IsPartOf => ("is_part_of", true),
        RelationKind::Voids => ("voids", true),
        RelationKind::Fills => ("fills", true),
        RelationKind::Bounds => ("bounds", true),
        RelationKind::IsMadeOf => ("is_made_of", false),
        RelationKind::IsClassifiedAs => ("is_classified_as", false),
        RelationKind::BelongsTo => ("belongs_to", true),
    }
}

fn relations(model: &dyn ModelReader, source: &dyn SourceReader, rows: &mut Rows<'_>) -> io::Result<()> {
    let mut row = |relation: RelationRow| {
        let (kind, is_entity) = kind_name(relation.kind);
        let relating = is_entity.then(|| EntityIndex::new(relation.relating as usize)).flatten();
        let related_id = global_id(model, relation.related);
        let relating_id = relating.and_then(|relating| global_id(model, relating));
        let name = if relation.kind == RelationKind::HasSet {
            text(model, source.set_name(ifc::SetId(relation.relating)))
        } else {
            name_of(model, relating)
        };
        rows.push(&[
            Cell::Text(kind),
            Cell::Count(number(relation.related)),
            related_id.as_deref().into(),
            count(relating),
            relating_id.as_deref().into(),
            name,
            relation.record.map(|record| u64::from(record.0)).into(),
        ])
    };
    let mut written = Ok(());
    source.each_relation(&mut |relation| {
        if written.is_ok() {
            written = row(relation);
        }
    })?;
    written
}

/// JSON Pointer (RFC 6901) of a record, or `#17` for a STEP instance.
pub(super) fn pointer(model: &dyn ModelReader, record: &RecordRow) -> String {
    if model.head().shape == Shape::Step {
        return record.index.map(|number| format!("#{number}")).unwrap_or_default();
    }
    let mut pointer = if record.in_data { "/data".to_owned() } else { String::new() };
    if let Some(group) = record.group {
        pointer.push('/');
        pointer.push_str(&model.text(group).replace('~', "~0").replace('/', "~1"));
    }
    if let Some(index) = record.index {
        pointer.push('/');
        pointer.push_str(&index.to_string());
    }
    pointer
}

fn records(model: &dyn ModelReader, source: &dyn SourceReader, rows: &mut Rows<'_>) -> io::Result<()> {
    for index in 0..source.record_count() {
        let Some(record) = source.record(RecordIndex(index)) else { continue };
        rows.push(&[
            Cell::Count(u64::from(index)),
            Cell::Text(&pointer(model, &record)),
            text(model, record.group),
            Cell::Count(record.offset),
            Cell::Count(u64::from(record.bytes)),
        ])?;
    }
    Ok(())
}

fn problems(model: &dyn ModelReader, _: &dyn SourceReader, rows: &mut Rows<'_>) -> io::Result<()> {
    for problem in model.problems().iter() {
        let severity = match problem.severity {
            ifc::Severity::Notice => "notice",
            ifc::Severity::Warning => "warning",
        };
        rows.push(&[
            Cell::Text(problem.code.as_str()),
            Cell::Text(severity),
            Cell::Text(&problem.pointer),
            Cell::Count(problem.byte_offset),
            Cell::Text(&problem.detail),
        ])?;
    }
    Ok(())
}
