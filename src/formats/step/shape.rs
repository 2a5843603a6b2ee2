//! Shapes of parts: their instances are kept as text and parsed at the end, for parts without quantities only.

use std::io;
use std::rc::Rc;

use super::split::Record;
use super::text::Notes;
use super::value::{Arguments, Value};
use crate::ifc::{
    Body, EntityIndex, Kind, ModelBuilder, RecordIndex, ShapeLog, ShapeNode, ShapeSource, Shaped, body, kind_of,
    placement,
};
use crate::limits;

/// Deepest nesting of instances in one shape; chains of placements are the longest.
const DEPTH_MAX: usize = 96;

/// Where the attributes of a product stand.
const PLACEMENT: usize = 5;
const REPRESENTATION: usize = 6;

/// The products of a file with the numbers of their placements and representations; zero for none.
#[derive(Debug, Default)]
pub(super) struct Products {
    products: Vec<Product>,
    /// Instances looked at so far.
    looked_at: usize,
}

#[derive(Debug)]
struct Product {
    entity: EntityIndex,
    record: RecordIndex,
    placement: u32,
    representation: u32,
}

/// The place of a kind among all of them.
pub(super) fn kind_code(name: &str) -> Option<u8> {
    let kind = kind_of(name)?;
    Kind::ALL.iter().position(|known| *known == kind).and_then(|at| u8::try_from(at).ok())
}

/// Keeps an instance of a kind.
pub(super) fn keep(builder: &mut ModelBuilder, code: u8, record: &Record<'_>) {
    builder.keep_shape(record.number, &[code], record.arguments);
}

impl Products {
    /// Notes a product that has a representation.
    pub(super) fn add(&mut self, entity: EntityIndex, record: RecordIndex, arguments: &Arguments<'_>) {
        if let Some(representation) = arguments.at(REPRESENTATION).reference() {
            let placement = arguments.at(PLACEMENT).reference().unwrap_or_default();
            self.products.push(Product { entity, record, placement, representation });
        }
    }
}

impl ShapeSource for Products {
    fn parts(&self) -> Vec<EntityIndex> {
        self.products.iter().map(|product| product.entity).collect()
    }

    fn shape(&mut self, part: EntityIndex, log: &mut ShapeLog) -> io::Result<Shaped> {
        let Ok(at) = self.products.binary_search_by_key(&part, |product| product.entity) else {
            return Ok(Shaped::default());
        };
        let Some(product) = self.products.get(at) else { return Ok(Shaped::default()) };
        let mut shaped = Shaped { record: Some(product.record), ..Shaped::default() };
        let left = limits::SHAPE_NODES_ALL_MAX.saturating_sub(self.looked_at).min(limits::SHAPE_NODES_MAX);
        let mut tree = Tree { log, left };
        shaped.frame = placement(&tree.node(product.placement, 0)?);
        let definition = tree.node(product.representation, 0)?;
        self.looked_at += left - tree.left;
        let representations = definition.at("representations").map(ShapeNode::items).unwrap_or_default();
        let bodies = representations.iter().filter_map(body);
        // The body of an object says more than its box.
        let best = bodies.min_by_key(Body::is_box);
        shaped.solid = best.and_then(Body::into_solid);
        Ok(shaped)
    }
}

/// Puts the instances of one shape together.
struct Tree<'l> {
    log: &'l mut ShapeLog,
    /// Instances that may still be looked at.
    left: usize,
}

impl Tree<'_> {
    fn node(&mut self, number: u32, depth: usize) -> io::Result<ShapeNode> {
        let Some(left) = self.left.checked_sub(1).filter(|_| depth <= DEPTH_MAX) else { return Ok(ShapeNode::Other) };
        self.left = left;
        let Some(bytes) = self.log.get(number)? else { return Ok(ShapeNode::Other) };
        let Some((code, text)) = bytes.split_first() else { return Ok(ShapeNode::Other) };
        let Some(kind) = Kind::ALL.get(usize::from(*code)).copied() else { return Ok(ShapeNode::Other) };
        let Ok(arguments) = Arguments::parse(text, &mut Notes::default()) else { return Ok(ShapeNode::Other) };
        // Other representations of a part may be large, and nothing is made of them.
        let is_wanted = kind != Kind::ShapeRepresentation || matches!(arguments.at(1).text(), Some("Body" | "Box"));
        let mut attributes = Vec::new();
        for (at, name) in kind.attributes().iter().enumerate().filter(|(_, name)| !name.is_empty()) {
            if is_wanted && !arguments.at(at).is_absent() {
                attributes.push((*name, self.value(arguments.at(at), depth + 1)?));
            }
        }
        Ok(ShapeNode::Item(Rc::new((kind, attributes))))
    }

    fn value(&mut self, value: &Value<'_>, depth: usize) -> io::Result<ShapeNode> {
        Ok(match value {
            Value::Ref(number) => self.node(*number, depth)?,
            Value::Number(number) => ShapeNode::Number(*number),
            Value::Text(text) => ShapeNode::Word(text.clone().into_owned()),
            Value::Enum(word) => ShapeNode::Word((*word).to_owned()),
            Value::List(items) => {
                let items: io::Result<Vec<ShapeNode>> = items.iter().map(|item| self.value(item, depth)).collect();
                ShapeNode::List(items?)
            }
            Value::Typed(name, inner) => {
                let inner = self.value(inner, depth)?;
                match kind_of(name) {
                    Some(kind) => ShapeNode::Item(Rc::new((kind, vec![("value", inner)]))),
                    None => inner,
                }
            }
            Value::Null | Value::Derived | Value::Binary => ShapeNode::Other,
        })
    }
}
