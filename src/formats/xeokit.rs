//! Shape I: xeokit metamodel, `{"metaObjects": [{"id", "name", "type", "parent"}], "propertySets": [{"properties": []}]}`.
//!
//! A tree and its sets; no relations but the parent, no materials, and no units. Lengths are taken for metres unless
//! they are so large that only millimetres make sense of them; the problem list says which.

#[cfg(test)]
mod tests;

use super::ShapeReader;
use super::head::Credits;
use super::json::Json;
use super::loose::{Scalar, Spot, add_declared, declared_number, flatten, link_to_parent, measure_of_name};
use super::splitter::Place;
use crate::ifc::{
    EntityDraft, EntityIndex, Meaning, Measure, ModelBuilder, ModelHead, Node, Nowhere, Origin, ProblemCode,
    QuantitySource, RelationKind, Shape, UnitAssignment,
};

/// Half of the lengths of a building in metres are below this.
const MEDIAN_LENGTH_MAX: f64 = 100.0;

/// Half of the areas of a building in square metres are below this.
const MEDIAN_AREA_MAX: f64 = 100_000.0;

/// Lengths and areas that are looked at to find the unit.
const SAMPLE_MAX: usize = 65_536;

/// The reader of shape I.
#[derive(Debug)]
pub(super) struct Xeokit {
    builder: ModelBuilder,
    lengths: Vec<f64>,
    areas: Vec<f64>,
    /// Entities whose parent comes behind them, with its identifier.
    orphans: Vec<(EntityIndex, Box<str>, Spot)>,
    schema: Option<String>,
    credits: Credits,
    written_at: Option<String>,
}

impl ShapeReader for Xeokit {
    fn header(&mut self, place: &Place, value: Json<'_>) {
        let key = place.key();
        let text = || value.text().filter(|text| !text.trim().is_empty()).map(str::to_owned);
        match key {
            "schema" => self.schema = text(),
            "creatingApplication" => self.credits.software(value.text(), None),
            "author" => value.items().filter_map(Json::text).for_each(|name| self.credits.author(name)),
            "createdAt" => self.written_at = text(),
            _ => {}
        }
    }

    fn record(&mut self, place: &Place, record: Json<'_>) {
        match place.group.as_deref() {
            Some("metaObjects" | "propertySets") if !record.is_object() => {
                self.builder.problems.push(ProblemCode::RecordNotObject, place, record.kind());
            }
            Some("metaObjects") => self.object(record, place),
            Some("propertySets") => self.set(record, place),
            _ => {}
        }
    }

    fn builder(&mut self) -> &mut ModelBuilder {
        &mut self.builder
    }

    fn resolve(&mut self) -> ModelHead {
        for (entity, parent, place) in std::mem::take(&mut self.orphans) {
            self.parent(entity, &parent, &place);
        }
        let (units, name) = self.inferred_units();
        self.builder.problems.push(ProblemCode::UnitsMissing, &Nowhere, name);
        let (schema, written_at) = (self.schema.take(), self.written_at.take());
        let mut head = ModelHead { schema, written_at, units, ..ModelHead::of_shape(Shape::XeokitMetamodel) };
        std::mem::take(&mut self.credits).give(&mut head);
        head
    }

    fn into_builder(self: Box<Self>) -> ModelBuilder {
        self.builder
    }
}

impl Xeokit {
    pub(super) fn new(builder: ModelBuilder) -> Xeokit {
        Xeokit {
            builder,
            lengths: Vec::new(),
            areas: Vec::new(),
            orphans: Vec::new(),
            schema: None,
            credits: Credits::default(),
            written_at: None,
        }
    }

    fn object(&mut self, record: Json<'_>, place: &Place) {
        let Some(entity_type) = record.text_at("type") else {
            let id = record.text_at("id").unwrap_or_default();
            self.builder.problems.push(ProblemCode::TypeMissing, place, id);
            return;
        };
        let id = record.text_at("originalSystemId").or_else(|| record.text_at("id"));
        let draft = EntityDraft {
            entity_type,
            id,
            name: record.text_at("name"),
            long_name: record.text_at("longName"),
            description: record.text_at("description"),
            tag: record.text_at("tag"),
            object_type: record.text_at("objectType"),
            predefined_type: record.text_at("predefinedType"),
            ..EntityDraft::default()
        };
        let Some(entity) = self.builder.entity(&draft, place) else { return };
        if let Some(own) = record.text_at("id").filter(|own| id != Some(own)) {
            self.builder.mark(own, Meaning::Entity(entity));
        }
        for set in record.get("propertySetIds").into_iter().flat_map(Json::items).filter_map(Json::text) {
            let set = Node::Id(self.builder.id(&set_id(set)));
            self.builder.relate(RelationKind::HasSet, Node::Entity(entity), set, place);
        }
        let Some(parent) = record.get("parent").and_then(Json::to_text) else { return };
        if self.builder.find(&parent).is_some() {
            self.parent(entity, &parent, place);
        } else {
            self.orphans.push((entity, parent.as_ref().into(), Spot::of(place)));
        }
    }

    fn parent(&mut self, entity: EntityIndex, id: &str, place: &dyn Origin) {
        let parent = self.builder.find(id);
        let kind = parent.map_or(RelationKind::IsPartOf, |parent| {
            link_to_parent(self.builder.type_of(entity), self.builder.type_of(parent))
        });
        let parent = Node::Id(self.builder.id(id));
        self.builder.relate(kind, Node::Entity(entity), parent, place);
    }

    fn set(&mut self, record: Json<'_>, place: &Place) {
        let name = record.text_at("name");
        let named_so = |name: &str| name.starts_with("Qto_") || name.contains("Quantit");
        let is_quantities = record.text_at("type") == Some("IfcElementQuantity") || name.is_some_and(named_so);
        let source = if is_quantities { QuantitySource::QuantitySet } else { QuantitySource::Property };
        let set = self.builder.open_set(name, place);
        if let Some(id) = record.get("id").and_then(Json::to_text) {
            self.builder.mark(&set_id(&id), Meaning::Set(set));
        }
        for property in record.get("properties").into_iter().flat_map(Json::items) {
            let (Some(name), Some(value)) = (property.text_at("name"), property.get("value")) else { continue };
            let said = property.text_at("type").or_else(|| property.text_at("valueType")).and_then(measure_of_type);
            flatten(name, value, &mut |name, scalar| self.value(name, &scalar, said, source));
        }
    }

    fn value(&mut self, name: &str, value: &Scalar<'_>, said: Option<Measure>, source: QuantitySource) {
        let Scalar::Number(number) = value else { return add_declared(&mut self.builder, name, value, source) };
        let measure = said.or_else(|| measure_of_name(name));
        let sample = match measure {
            Some(Measure::Length) => Some(&mut self.lengths),
            Some(Measure::Area) => Some(&mut self.areas),
            _ => None,
        };
        if let Some(sample) = sample.filter(|sample| sample.len() < SAMPLE_MAX && 0.0 < *number) {
            sample.push(*number);
        }
        match measure {
            Some(measure) => declared_number(&mut self.builder, name, *number, measure, source),
            None => add_declared(&mut self.builder, name, value, source),
        }
    }

    /// SI, except where the middle length or area says that only millimetres make a building of it.
    fn inferred_units(&mut self) -> (UnitAssignment, &'static str) {
        let mut units = UnitAssignment::default();
        if median(&mut self.lengths).is_none_or(|middle| middle <= MEDIAN_LENGTH_MAX) {
            return (units, "");
        }
        units.length = Some(1e-3);
        if median(&mut self.areas).is_some_and(|middle| MEDIAN_AREA_MAX < middle) {
            units.area = Some(1e-6);
            units.volume = Some(1e-9);
            return (units, "mm, mm2, mm3");
        }
        (units, "mm, m2, m3")
    }
}

/// The identifier that stands for a set; exports use one number range for objects and sets.
fn set_id(id: &str) -> String {
    format!("set:{id}")
}

/// What a value of an IFC type measures; `None` where the type is not told or says no dimension.
fn measure_of_type(name: &str) -> Option<Measure> {
    match name {
        "IfcQuantityLength" => Some(Measure::Length),
        "IfcQuantityArea" => Some(Measure::Area),
        "IfcQuantityVolume" => Some(Measure::Volume),
        "IfcQuantityWeight" => Some(Measure::Weight),
        "IfcQuantityCount" => Some(Measure::Count),
        "IfcQuantityTime" => Some(Measure::Time),
        other => Measure::of_type(other),
    }
}

fn median(numbers: &mut [f64]) -> Option<f64> {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied()
}
