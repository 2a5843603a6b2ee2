//! Shapes of parts: bodies are kept as they come, and the parts with the identifiers of their representations.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::io;
use std::rc::Rc;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::IfcJson;
use crate::formats::json::{Json, Value};
use crate::formats::splitter::Place;
use crate::ifc::{
    Body, EntityIndex, Frame, Kind, Origin as _, RecordIndex, ShapeLog, ShapeNode, ShapeSource, Shaped, body, is_a,
    placement,
};
use crate::limits;

/// Deepest nesting of items; chains of placements are the longest.
const DEPTH_MAX: usize = 96;

/// Longest chain of representations that are mapped to others.
const MAPPED_MAX: usize = 16;

static KINDS: LazyLock<HashMap<&str, Kind>> =
    LazyLock::new(|| Kind::ALL.iter().map(|kind| (kind.name(), *kind)).collect());

/// The parts of a file that have a representation.
#[derive(Debug, Default)]
pub(super) struct Parts(Vec<(EntityIndex, Option<RecordIndex>)>);

/// What is kept of a part: its frame and the numbers of its representations.
#[derive(Debug, Serialize, Deserialize)]
struct Part(Option<Frame>, Vec<u32>);

/// Parts and bodies share one log: a part has an odd number, a body an even one.
fn part_number(part: EntityIndex) -> Option<u32> {
    part.0.checked_mul(2)?.checked_add(1)
}

impl IfcJson {
    /// Keeps what is needed to measure an entity.
    pub(super) fn part(&mut self, index: EntityIndex, entity_type: &str, record: Json<'_>, place: &Place) {
        let is_part = ["IfcElement", "IfcSpatialElement"].iter().any(|supertype| is_a(entity_type, supertype));
        let Some(representation) = record.get("representation").filter(|_| is_part) else { return };
        let references = representation.get("representations").into_iter().flat_map(Json::items);
        let references: Vec<u32> = references.filter_map(|reference| self.body_number(reference)).collect();
        let frame = record.get("objectPlacement").and_then(|of| placement(&self.shape_node(of, &mut budget(), 0)));
        let (Some(number), Ok(bytes)) = (part_number(index), serde_json::to_vec(&Part(frame, references))) else {
            return;
        };
        self.builder.keep_shape(number, &bytes, &[]);
        self.parts.0.push((index, place.record()));
    }

    /// Keeps the body of a part, where it is one that is measured.
    pub(super) fn shape_representation(&mut self, record: Json<'_>) {
        if !matches!(record.text_at("representationIdentifier"), Some("Body" | "Box")) {
            return;
        }
        let found = body(&self.shape_node(record, &mut budget(), 0));
        if let (Some(body), Some(number)) = (found, self.body_number(record))
            && let Ok(bytes) = serde_json::to_vec(&body)
        {
            self.builder.keep_shape(number, &bytes, &[]);
        }
    }

    /// The number under which the body of a representation is kept.
    fn body_number(&mut self, value: Json<'_>) -> Option<u32> {
        let id = value.text_at("ref").or_else(|| value.text_at("globalId"))?;
        self.builder.id(id).number().checked_mul(2)
    }

    fn shape_node(&mut self, value: Json<'_>, left: &mut usize, depth: usize) -> ShapeNode {
        let Some(less) = left.checked_sub(1).filter(|_| depth <= DEPTH_MAX) else { return ShapeNode::Other };
        *left = less;
        match value.value() {
            Value::Number(number) => ShapeNode::Number(number),
            Value::Bool(flag) => ShapeNode::Word(if flag { "T" } else { "F" }.to_owned()),
            Value::Text(text) => ShapeNode::Word(text.trim_matches('.').to_owned()),
            Value::Null => ShapeNode::Other,
            Value::Array => {
                ShapeNode::List(value.items().map(|inner| self.shape_node(inner, left, depth + 1)).collect())
            }
            Value::Object => {
                let kind = value.text_at("type").and_then(|name| KINDS.get(name).copied());
                match kind {
                    Some(_) if value.get("ref").is_some() => self.reference_node(value),
                    Some(kind) => {
                        let known = |(name, value): (&str, Json<'_>)| {
                            let name = kind.attributes().iter().find(|known| !known.is_empty() && **known == name)?;
                            (!value.is_null()).then(|| (*name, self.shape_node(value, left, depth + 1)))
                        };
                        let attributes: Vec<_> = value.fields().filter_map(known).collect();
                        ShapeNode::Item(Rc::new((kind, attributes)))
                    }
                    None if value.get("type").is_none() => self.reference_node(value),
                    None => value.number().map_or(ShapeNode::Other, ShapeNode::Number),
                }
            }
        }
    }

    fn reference_node(&mut self, value: Json<'_>) -> ShapeNode {
        self.body_number(value).map_or(ShapeNode::Other, ShapeNode::Reference)
    }
}

fn budget() -> usize {
    limits::SHAPE_NODES_MAX
}

impl ShapeSource for Parts {
    fn parts(&self) -> Vec<EntityIndex> {
        self.0.iter().map(|(part, _)| *part).collect()
    }

    fn shape(&mut self, part: EntityIndex, log: &mut ShapeLog) -> io::Result<Shaped> {
        let at = self.0.binary_search_by_key(&part, |(part, _)| *part).ok();
        let record = at.and_then(|at| self.0.get(at)).and_then(|(_, record)| *record);
        let Some(number) = part_number(part) else { return Ok(Shaped::default()) };
        let kept: Option<Part> = log.get(number)?.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let Some(Part(frame, representations)) = kept else { return Ok(Shaped::default()) };
        let mut best: Option<Body> = None;
        for number in representations {
            if let Some(found) = resolved(number, log)?
                && best.as_ref().is_none_or(|best| best.is_box() && !found.is_box())
            {
                best = Some(found);
            }
        }
        Ok(Shaped { solid: best.and_then(Body::into_solid), frame, record })
    }
}

/// A body with what it is mapped to.
fn resolved(number: u32, log: &mut ShapeLog) -> io::Result<Option<Body>> {
    let mut read = |number: u32| -> io::Result<Option<Body>> {
        Ok(log.get(number)?.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
    };
    let mut found = read(number)?;
    for _ in 0..MAPPED_MAX {
        let Some(Body::Mapped(frame, of)) = found else { return Ok(found) };
        found = read(of)?.and_then(|body| body.moved(&frame));
    }
    Ok(None)
}
