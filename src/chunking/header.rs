//! The context header: what a reader of one chunk must know of the rest of the model.

use serde::Serialize;
use utoipa::ToSchema;

use super::group::short;
use super::input::ChunkInput;
use super::link::LinkKind;
use super::tokens::TokenModel;
use crate::ifc::EntityIndex;

/// An entity of another chunk, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RelatedEntity {
    /// What it is to an entity of this chunk.
    pub relation: LinkKind,
    /// Its identifier.
    pub id: String,
    /// Its class.
    pub entity_type: String,
    /// Its name.
    pub name: String,
}

/// What a reader of one chunk must know of the rest.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ContextHeader {
    /// Names from the project to the group.
    pub path: Vec<String>,
    /// Factors from the file's units to metres, square metres, cubic metres and kilograms.
    pub units: String,
    /// Schema version, as the file names it.
    pub schema: Option<String>,
    /// Which part of a divided entity the chunk is.
    pub part: Option<String>,
    /// Entities of other chunks that those of this chunk have to do with.
    pub related: Vec<RelatedEntity>,
    /// How many more there are.
    pub related_omitted: usize,
}

fn line(related: &RelatedEntity) -> String {
    let RelatedEntity { relation, id, entity_type, name } = related;
    format!("{}: {entity_type} \"{}\" {id}\n", relation.as_str(), short(name))
}

impl ContextHeader {
    /// The header as text, as its tokens are counted.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = self.head();
        self.related.iter().for_each(|related| text.push_str(&line(related)));
        if 0 < self.related_omitted {
            text.push_str(&format!("and {} more\n", self.related_omitted));
        }
        text
    }

    fn head(&self) -> String {
        let mut text = format!("path: {}\nunits: {}\n", self.path.join(" / "), self.units);
        for (name, value) in [("schema", &self.schema), ("part", &self.part)] {
            if let Some(value) = value {
                text.push_str(&format!("{name}: {value}\n"));
            }
        }
        text
    }

    /// Drops what does not fit: related entities from the end, then names from the front of the path, then the rest.
    pub(super) fn fit(&mut self, model: TokenModel, tokens_max: u32) {
        let count = |header: &ContextHeader| model.count(header.text().as_bytes());
        let related = std::mem::take(&mut self.related);
        self.related_omitted += related.len();
        // The line that tells how many were left out is counted all the while.
        let mut used = count(self);
        for entity in related {
            used = used.saturating_add(model.count(line(&entity).as_bytes()));
            if tokens_max < used {
                break;
            }
            self.related.push(entity);
            self.related_omitted -= 1;
        }
        while tokens_max < count(self) && 1 < self.path.len() {
            self.path.remove(0);
        }
        let drops: [fn(&mut ContextHeader); 4] =
            [|h| h.schema = None, |h| h.units.clear(), |h| h.path.clear(), |h| h.part = None];
        for drop in drops {
            if tokens_max < count(self) {
                drop(self);
            }
        }
    }
}

/// The units of a model on one line.
pub(super) fn units(input: &ChunkInput<'_>) -> String {
    let head = input.reader.head();
    if !head.units_declared {
        return "not declared, SI assumed".to_owned();
    }
    let units = &head.units;
    let known = [("length", units.length, "m"), ("area", units.area, "m2"), ("volume", units.volume, "m3")];
    let weight = ("weight", units.weight, "kg");
    let said = known.into_iter().chain([weight]).filter_map(|(name, factor, unit)| {
        let factor = factor?;
        Some(format!("{name} {factor} {unit}"))
    });
    said.collect::<Vec<_>>().join(", ")
}

/// An entity of another chunk.
pub(super) fn related(input: &ChunkInput<'_>, relation: LinkKind, entity: EntityIndex) -> RelatedEntity {
    RelatedEntity {
        relation,
        id: input.id(entity),
        entity_type: input.entity_type(entity).to_owned(),
        name: short(input.name(entity)),
    }
}

/// The line that stands before the records of an entity.
pub(super) fn heading(input: &ChunkInput<'_>, entity: EntityIndex) -> String {
    format!("{} \"{}\"", input.entity_type(entity), short(input.name(entity)))
}

/// The line by which an entity is repeated in another chunk.
pub(super) fn reference(input: &ChunkInput<'_>, related: &RelatedEntity, entity: EntityIndex) -> String {
    let mut text = format!("{} {} \"{}\" {}", related.relation.as_str(), related.entity_type, related.name, related.id);
    if let Some(row) = input.reader.entity(entity) {
        let said =
            [("predefined type", row.predefined_type), ("type", row.type_name), ("description", row.description)];
        for (name, value) in said {
            if let Some(value) = value {
                text.push_str(&format!(", {name} {}", short(input.reader.text(value))));
            }
        }
        if let Some(storey) = row.storey {
            text.push_str(&format!(", storey {}", short(input.name(storey))));
        }
    }
    text
}
