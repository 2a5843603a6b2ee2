//! A small model with its source, made from a JSON document, for the tests of this floor.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io;

use serde_json::Value;

use crate::ifc::{
    BuildingModel, Entity, EntityDraft, EntityIndex, MaterialDraft, MaterialUse, ModelBuilder, ModelHead, ModelReader,
    Problem, Property, PropertyDraft, Quantity, RecordIndex, RecordRow, RelationKind, RelationRow, SetId, SetLink,
    Shape, SourceReader, TextId, ValueDraft,
};

/// Objects of the list `data` with a `globalId` are entities, sets and relations as in ifcJSON; all else is records.
#[derive(Debug)]
pub(super) struct Fake {
    pub(super) file: Vec<u8>,
    pub(super) records: Vec<RecordRow>,
    model: BuildingModel,
    keys: Vec<String>,
    entity_records: Vec<RecordIndex>,
    sets: Vec<Vec<SetLink>>,
    set_records: Vec<Option<RecordIndex>>,
    relations: Vec<RelationRow>,
}

#[derive(Default)]
struct Writer {
    file: Vec<u8>,
    records: Vec<RecordRow>,
    values: Vec<Value>,
    keys: Vec<String>,
}

/// A text id beyond the model's own texts.
fn text_id(number: usize) -> TextId {
    serde_json::from_value(number.into()).unwrap()
}

const KEYS_FROM: usize = 1 << 30;

impl Writer {
    fn record(&mut self, value: &Value, index: Option<u32>) {
        let text = if index.is_some_and(|index| index % 2 == 1) {
            serde_json::to_string_pretty(value).unwrap()
        } else {
            value.to_string()
        };
        self.records.push(RecordRow {
            group: self.keys.len().checked_sub(1).map(|key| text_id(KEYS_FROM + key)),
            index,
            in_data: false,
            offset: self.file.len() as u64,
            bytes: u32::try_from(text.len()).unwrap(),
            block: 0,
            block_start: 0,
        });
        self.values.push(value.clone());
        self.file.extend_from_slice(text.as_bytes());
    }

    fn root(&mut self, document: &serde_json::Map<String, Value>) {
        self.file.push(b'{');
        for (key, value) in document {
            self.keys.push(key.clone());
            self.file.extend_from_slice(format!("{}:", Value::from(key.as_str())).as_bytes());
            match value.as_array() {
                Some(items) => {
                    self.file.push(b'[');
                    for (item, index) in items.iter().zip(0_u32..) {
                        if 0 < index {
                            self.file.push(b',');
                        }
                        self.record(item, Some(index));
                    }
                    self.file.push(b']');
                }
                None => self.record(value, None),
            }
            self.file.push(b',');
        }
        self.file.push(b'}');
    }
}

fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key).and_then(Value::as_str)
}

fn reference<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key).and_then(|target| text(target, "ref"))
}

fn references<'v>(value: &'v Value, key: &str) -> Vec<&'v str> {
    value.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(|target| text(target, "ref")).collect()
}

impl Fake {
    pub(super) fn new(document: &Value) -> Fake {
        let mut writer = Writer::default();
        writer.root(document.as_object().unwrap());
        let mut builder = ModelBuilder::new();
        let (mut entity_records, mut set_ids, mut set_records) = (Vec::new(), HashMap::new(), Vec::new());
        for (value, record) in writer.values.iter().zip((0..).map(RecordIndex)) {
            let Some(class) = text(value, "type").filter(|class| class.starts_with("Ifc")) else { continue };
            let Some(id) = text(value, "globalId") else { continue };
            if class == "IfcPropertySet" {
                set_ids.insert(id.to_owned(), (SetId(u32::try_from(set_records.len()).unwrap()), value.clone()));
                set_records.push(Some(record));
            } else if !class.starts_with("IfcRel") {
                let draft = EntityDraft {
                    entity_type: class,
                    id: Some(id),
                    name: text(value, "name"),
                    predefined_type: text(value, "predefinedType"),
                    elevation_m: value.get("elevation").and_then(Value::as_f64),
                    ..EntityDraft::default()
                };
                builder.entity(&draft, &crate::ifc::Nowhere).unwrap();
                entity_records.push(record);
            }
        }
        let mut sets = vec![Vec::new(); entity_records.len()];
        let mut relations = Vec::new();
        for (value, record) in writer.values.iter().zip((0..).map(RecordIndex)) {
            relate(&mut builder, value, record, &set_ids, &mut sets, &mut relations);
        }
        let shape = ModelHead::of_shape(Shape::IfcJson);
        let Writer { file, records, keys, .. } = writer;
        Fake {
            file,
            records,
            model: builder.finish(shape).unwrap(),
            keys,
            entity_records,
            sets,
            set_records,
            relations,
        }
    }
}

fn relate(
    builder: &mut ModelBuilder,
    value: &Value,
    record: RecordIndex,
    set_ids: &HashMap<String, (SetId, Value)>,
    sets: &mut [Vec<SetLink>],
    relations: &mut Vec<RelationRow>,
) {
    let (kind, one, many) = match text(value, "type") {
        Some("IfcRelDefinesByProperties") => (RelationKind::HasSet, "relatingPropertyDefinition", "relatedObjects"),
        Some("IfcRelDefinesByType") => (RelationKind::IsOccurrenceOf, "relatingType", "relatedObjects"),
        Some("IfcRelContainedInSpatialStructure") => {
            (RelationKind::IsContainedIn, "relatingStructure", "relatedElements")
        }
        Some("IfcRelAggregates") => (RelationKind::IsPartOf, "relatingObject", "relatedObjects"),
        Some("IfcRelVoidsElement") => (RelationKind::Voids, "relatingBuildingElement", "relatedOpeningElement"),
        Some("IfcRelAssignsToGroup") => (RelationKind::BelongsTo, "relatingGroup", "relatedObjects"),
        Some("IfcRelAssociatesMaterial") => (RelationKind::IsMadeOf, "relatingMaterial", "relatedObjects"),
        Some(_) | None => return,
    };
    let mut related = references(value, many);
    related.extend(reference(value, many));
    let related: Vec<EntityIndex> = related.into_iter().filter_map(|id| builder.find(id)).collect();
    let target = reference(value, one).and_then(|id| builder.find(id));
    for entity in related {
        match (kind, target) {
            (RelationKind::IsContainedIn, Some(target)) => builder.set_container(entity, target),
            (RelationKind::IsPartOf, Some(target)) => builder.set_whole(entity, target),
            (RelationKind::Voids, Some(target)) => builder.set_host(entity, target),
            _ => {}
        }
        let mut relating = target.map_or(0, |target| u32::try_from(target.index()).unwrap());
        if let Some(material) = value.get(one).and_then(|material| text(material, "name")) {
            let draft = MaterialDraft { name: material, thickness_m: None, fraction: None, is_layer: false };
            builder.materials(entity, &[draft]);
        }
        if let Some((set, record)) = reference(value, one).and_then(|id| set_ids.get(id)) {
            relating = set.0;
            sets[entity.index()].push(SetLink { set: *set, from_type: false });
            properties(builder, entity, record);
        }
        relations.push(RelationRow { kind, related: entity, relating, record: Some(record) });
    }
}

fn properties(builder: &mut ModelBuilder, entity: EntityIndex, set: &Value) {
    for property in set.get("hasProperties").and_then(Value::as_array).into_iter().flatten() {
        let Some(name) = text(property, "name") else { continue };
        let value = match property.get("value") {
            Some(Value::Bool(value)) => ValueDraft::Boolean(*value),
            Some(Value::String(value)) => ValueDraft::Text(value),
            _ => continue,
        };
        builder.property(entity, &PropertyDraft { set: text(set, "name"), name, value, from_type: false });
    }
}

impl ModelReader for Fake {
    fn groups(&self, entity: EntityIndex) -> Cow<'_, [EntityIndex]> {
        self.model.groups(entity)
    }

    fn fault(&self) -> Option<String> {
        None
    }

    fn head(&self) -> &ModelHead {
        self.model.head()
    }

    fn entity_count(&self) -> usize {
        self.model.entity_count()
    }

    fn entity(&self, index: EntityIndex) -> Option<Entity> {
        self.model.entity(index)
    }

    fn text(&self, id: TextId) -> &str {
        id.index().checked_sub(KEYS_FROM).map_or_else(|| self.model.text(id), |key| self.keys[key].as_str())
    }

    fn properties(&self, entity: EntityIndex) -> Cow<'_, [Property]> {
        ModelReader::properties(&self.model, entity)
    }

    fn quantities(&self, entity: EntityIndex) -> Cow<'_, [Quantity]> {
        ModelReader::quantities(&self.model, entity)
    }

    fn materials(&self, entity: EntityIndex) -> Cow<'_, [MaterialUse]> {
        ModelReader::materials(&self.model, entity)
    }

    fn classifications(&self, entity: EntityIndex) -> Cow<'_, [(Option<TextId>, TextId)]> {
        ModelReader::classifications(&self.model, entity)
    }

    fn boundaries(&self, space: EntityIndex) -> Cow<'_, [EntityIndex]> {
        ModelReader::boundaries(&self.model, space)
    }

    fn storeys(&self) -> Cow<'_, [EntityIndex]> {
        ModelReader::storeys(&self.model)
    }

    fn problems(&self) -> Cow<'_, [Problem]> {
        ModelReader::problems(&self.model)
    }
}

impl SourceReader for Fake {
    fn record_count(&self) -> u32 {
        u32::try_from(self.records.len()).unwrap()
    }

    fn record(&self, index: RecordIndex) -> Option<RecordRow> {
        self.records.get(index.index()).copied()
    }

    fn record_bytes(&self, index: RecordIndex) -> io::Result<Vec<u8>> {
        let row = self.records[index.index()];
        let start = usize::try_from(row.offset).unwrap();
        Ok(self.file[start..start + row.bytes as usize].to_vec())
    }

    fn entity_record(&self, entity: EntityIndex) -> Option<RecordIndex> {
        self.entity_records.get(entity.index()).copied()
    }

    fn sets_of(&self, entity: EntityIndex) -> Vec<SetLink> {
        self.sets.get(entity.index()).cloned().unwrap_or_default()
    }

    fn set_name(&self, _: SetId) -> Option<TextId> {
        None
    }

    fn set_record(&self, set: SetId) -> Option<RecordIndex> {
        self.set_records.get(set.index()).copied().flatten()
    }

    fn each_relation(&self, visit: &mut dyn FnMut(RelationRow)) -> io::Result<()> {
        self.relations.iter().copied().for_each(visit);
        Ok(())
    }
}
