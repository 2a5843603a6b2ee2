//! Shape J: IFCX (IFC5 alpha), `{"header", "data": [{"path", "children", "inherits", "attributes"}]}`.
//!
//! A file is a stack of layers over nodes: the same path comes again and again, what comes later wins, and `null` takes
//! away. So the nodes are merged while the file is read and become entities at the end. Geometry is not built.

mod node;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use self::node::Node;
use super::head::{Credits, Whereabouts, degrees};
use super::json::Json;
use super::loose::{Named, add_stored, link_to_parent, measure_of_name};
use super::splitter::Place;
use super::{ShapeReader, Skips};
use crate::ifc::{
    EntityDraft, EntityIndex, GlobalId, MaterialDraft, Measure, ModelBuilder, ModelHead, Node as Side, ProblemCode,
    QuantitySource, RelationKind, Shape, is_a,
};

/// Attributes that are geometry.
const SKIPPED_KEYS: &[&str] = &[
    "usd::usdgeom::mesh",
    "usd::usdgeom::basiscurves",
    "usd::usdgeom::visibility",
    "usd::usdshade::material",
    "usd::usdshade::materialbindingapi::material::binding",
    "usd::usdshade::shader",
    "usd::xformop",
    "usd::materials::inputs::diffusecolor",
    "points::array::positions",
];

/// Longest chain of parents and of inheritance that is followed.
const CHAIN_MAX: usize = 64;

/// Properties that are attributes of an entity.
const ATTRIBUTES: &[&str] =
    &["Name", "LongName", "Description", "Tag", "ObjectType", "PredefinedType", "TypeName", "Elevation"];

/// The reader of shape J.
#[derive(Debug)]
pub(super) struct Ifcx {
    builder: ModelBuilder,
    nodes: Vec<Node>,
    numbers: HashMap<Box<str>, usize>,
    head: Head,
}

/// What the file says about itself.
#[derive(Debug, Default)]
struct Head {
    version: Option<String>,
    credits: Credits,
    written_at: Option<String>,
}

impl ShapeReader for Ifcx {
    fn header(&mut self, place: &Place, value: Json<'_>) {
        let key = place.key();
        if key == "header" {
            let text = |key: &str| value.text_at(key).filter(|text| !text.trim().is_empty()).map(str::to_owned);
            let version = text("ifcxVersion").or_else(|| text("version"));
            let mut credits = Credits::default();
            credits.header(value);
            self.head = Head { version, credits, written_at: text("timestamp") };
        }
    }

    fn skips(&self) -> Skips {
        Skips { keys: SKIPPED_KEYS, types: &[] }
    }

    fn record(&mut self, place: &Place, record: Json<'_>) {
        if place.in_data || place.group.as_deref().is_some_and(|group| group != "data") {
            return;
        }
        if !record.is_object() {
            self.builder.problems.push(ProblemCode::RecordNotObject, place, record.kind());
            return;
        }
        let Some(path) = record.text_at("path") else {
            self.builder.problems.push(ProblemCode::IdMissing, place, "path");
            return;
        };
        let number = self.number_of(path, place);
        if let Some(node) = self.nodes.get_mut(number) {
            node.merge(record);
        }
    }

    fn builder(&mut self) -> &mut ModelBuilder {
        &mut self.builder
    }

    fn resolve(&mut self) -> ModelHead {
        let (nodes, numbers) = (std::mem::take(&mut self.nodes), std::mem::take(&mut self.numbers));
        let tree = Tree::of(&nodes, &numbers);
        let of_node = vec![None; nodes.len()];
        let mut found = Found { builder: &mut self.builder, of_node, places: Whereabouts::default() };
        for number in 0..nodes.len() {
            found.entity(&tree, number);
        }
        for number in 0..nodes.len() {
            found.link(&tree, number);
        }
        for (group, member) in &tree.members {
            found.belongs(&tree, *group, *member);
        }
        let places = found.places;
        let Head { version, credits, written_at } = std::mem::take(&mut self.head);
        let mut head = ModelHead { schema: version, written_at, ..ModelHead::of_shape(Shape::Ifcx) };
        credits.give(&mut head);
        places.give(&mut head);
        head
    }

    fn into_builder(self: Box<Self>) -> ModelBuilder {
        self.builder
    }
}

impl Ifcx {
    pub(super) fn new(builder: ModelBuilder) -> Ifcx {
        Ifcx { builder, nodes: Vec::new(), numbers: HashMap::new(), head: Head::default() }
    }

    fn number_of(&mut self, path: &str, place: &Place) -> usize {
        if let Some(number) = self.numbers.get(path) {
            return *number;
        }
        let number = self.nodes.len();
        self.numbers.insert(path.into(), number);
        self.nodes.push(Node::new(path, place));
        number
    }
}

/// The merged nodes with the parent of each and the key it has there.
struct Tree<'n> {
    nodes: &'n [Node],
    numbers: &'n HashMap<Box<str>, usize>,
    parents: Vec<Option<(usize, &'n str)>>,
    /// Groups and what belongs to them beside its place in the tree.
    members: Vec<(usize, usize)>,
}

impl<'n> Tree<'n> {
    fn of(nodes: &'n [Node], numbers: &'n HashMap<Box<str>, usize>) -> Tree<'n> {
        let mut parents = vec![None; nodes.len()];
        let mut members = Vec::new();
        for (number, node) in nodes.iter().enumerate() {
            for (key, path) in &node.children {
                let child = numbers.get(path.as_ref()).filter(|child| **child != number);
                if let (Some(child), true) = (child, node.is_group()) {
                    // A member of a group stands elsewhere in the tree as well.
                    members.push((number, *child, key.as_ref()));
                    continue;
                }
                if let Some(slot) = child.and_then(|child| parents.get_mut(*child))
                    && slot.is_none()
                {
                    *slot = Some((number, key.as_ref()));
                }
            }
        }
        let mut stands_elsewhere = |(group, child, key): &(usize, usize, &'n str)| match parents.get_mut(*child) {
            Some(slot @ None) => {
                *slot = Some((*group, *key));
                false
            }
            _ => true,
        };
        members.retain(&mut stands_elsewhere);
        let members = members.into_iter().map(|(group, child, _)| (group, child)).collect();
        Tree { nodes, numbers, parents, members }
    }

    fn node(&self, number: usize) -> Option<&'n Node> {
        self.nodes.get(number)
    }

    /// The nodes above one, the nearest first.
    fn above(&self, number: usize) -> impl Iterator<Item = usize> {
        let up = |number: usize| self.parents.get(number).copied().flatten().map(|(parent, _)| parent);
        std::iter::successors(up(number), move |current| up(*current)).take(CHAIN_MAX)
    }

    /// The nodes that a node inherits from, with the key of the inheritance.
    fn inherited(&self, node: &'n Node) -> impl Iterator<Item = (&'n str, &'n Node)> {
        node.inherits
            .iter()
            .filter_map(|(key, path)| Some((key.as_ref(), self.node(*self.numbers.get(path.as_ref())?)?)))
    }

    /// The name a node has, or that its parent gives it, without the identifier that exporters put behind it.
    fn name(&self, number: usize) -> Option<&'n str> {
        let node = self.node(number)?;
        if let Some(name) = node.property("Name") {
            return Some(name);
        }
        let (_, key) = self.parents.get(number).copied().flatten()?;
        let name = key.strip_suffix(node.id()).map_or(key, |name| name.trim_end_matches([' ', '-', '_']));
        // Exporters write the class for an entity without a name.
        let says_something = !name.is_empty() && GlobalId::parse(name).is_err() && node.class() != Some(name);
        says_something.then_some(name)
    }
}

/// The entities made of nodes.
struct Found<'b> {
    builder: &'b mut ModelBuilder,
    of_node: Vec<Option<EntityIndex>>,
    places: Whereabouts,
}

impl Found<'_> {
    fn entity(&mut self, tree: &Tree<'_>, number: usize) {
        let Some(node) = tree.node(number) else { return };
        let Some(class) = node.class() else { return };
        let type_node = tree.inherited(node).find(|(key, other)| is_type(key, other)).map(|(_, node)| node);
        let draft = EntityDraft {
            entity_type: class,
            id: Some(node.id()),
            name: tree.name(number),
            long_name: node.property("LongName"),
            description: node.property("Description"),
            tag: node.property("Tag"),
            object_type: node.property("ObjectType"),
            predefined_type: node.property("PredefinedType"),
            type_name: type_node
                .and_then(|node| node.property("TypeName").or_else(|| node.property("Name")))
                .or_else(|| node.property("TypeName")),
            ..EntityDraft::default()
        };
        let Some(entity) = self.builder.entity(&draft, &node.place) else { return };
        if let Some(slot) = self.of_node.get_mut(number) {
            *slot = Some(entity);
        }
        self.values(entity, node, false);
        if let Some(type_node) = type_node {
            self.values(entity, type_node, true);
        }
        self.materials(tree, entity, node);
        self.classifications(tree, entity, node);
        if is_a(class, "IfcSite") {
            let angle = |name| degrees(node.numbers(name));
            self.places.coordinates(angle("RefLatitude"), angle("RefLongitude"));
        }
    }

    /// The classes of other systems, own and inherited: `"nlsfb::class": {"code": "21.21"}`.
    fn classifications(&mut self, tree: &Tree<'_>, entity: EntityIndex, node: &Node) {
        for of in std::iter::once(node).chain(tree.inherited(node).map(|(_, other)| other)) {
            for (system, code) in of.classifications() {
                self.builder.classification(entity, Some(system), &code);
            }
        }
    }

    fn belongs(&mut self, tree: &Tree<'_>, group: usize, member: usize) {
        let of = |number: usize| self.of_node.get(number).copied().flatten().map(Side::Entity);
        if let (Some(group_entity), Some(member), Some(node)) = (of(group), of(member), tree.node(group)) {
            self.builder.relate(RelationKind::BelongsTo, member, group_entity, &node.place);
        }
    }

    /// Every property and every other attribute. Lengths are metres by the definition of the format.
    fn values(&mut self, entity: EntityIndex, node: &Node, from_type: bool) {
        for attribute in &node.attributes {
            if attribute.is_class() || attribute.is_material() || attribute.is_boundary() {
                continue;
            }
            let set = attribute.namespace();
            for (inner, value) in &attribute.values {
                let base = attribute.name();
                let name = if inner.is_empty() { base.to_owned() } else { format!("{base}.{inner}") };
                if set.is_none() && ATTRIBUTES.contains(&name.as_str()) {
                    if let (false, "Elevation", Some(elevation)) = (from_type, name.as_str(), value.number()) {
                        self.builder.set_elevation(entity, elevation);
                    }
                    continue;
                }
                let at = Named { entity, set, name: &name, from_type };
                add_stored(self.builder, at, value, 1.0, source_of(&name));
            }
        }
    }

    /// The materials a node inherits, in the order of their keys; thicknesses are not in the format.
    fn materials(&mut self, tree: &Tree<'_>, entity: EntityIndex, node: &Node) {
        let own = node.material().into_iter();
        let names: Vec<&str> = own.chain(tree.inherited(node).filter_map(|(_, other)| other.material())).collect();
        let draft =
            |name: &&'_ str| MaterialDraft { name: "", thickness_m: None, fraction: None, is_layer: name.is_empty() };
        let drafts: Vec<MaterialDraft<'_>> = names.iter().map(|name| MaterialDraft { name, ..draft(name) }).collect();
        if !drafts.is_empty() {
            self.builder.materials(entity, &drafts);
        }
    }

    fn link(&mut self, tree: &Tree<'_>, number: usize) {
        let Some(node) = tree.node(number) else { return };
        if let Some((space, element)) = node.boundary() {
            self.boundary(space, element, node);
        }
        let Some(entity) = self.of_node.get(number).copied().flatten() else { return };
        let parent = tree.above(number).find_map(|above| {
            let entity = self.of_node.get(above).copied().flatten()?;
            Some((above, entity))
        });
        let (Some(class), Some((above, parent))) = (node.class(), parent) else { return };
        let parent_class = tree.node(above).and_then(Node::class).unwrap_or_default();
        let kind = link_to_parent(class, parent_class);
        let target = if kind == RelationKind::Voids { self.behind_opening(tree, above, parent) } else { parent };
        self.builder.relate(kind, Side::Entity(entity), Side::Entity(target), &node.place);
    }

    /// A door in an opening is hosted by the wall around it.
    fn behind_opening(&self, tree: &Tree<'_>, above: usize, parent: EntityIndex) -> EntityIndex {
        let is_opening = tree.node(above).and_then(Node::class).is_some_and(|class| is_a(class, "IfcOpeningElement"));
        let wall = tree.above(above).find_map(|number| self.of_node.get(number).copied().flatten());
        wall.filter(|_| is_opening).unwrap_or(parent)
    }

    fn boundary(&mut self, space: &str, element: &str, node: &Node) {
        let space = Side::Id(self.builder.id(last_part(space)));
        let element = Side::Id(self.builder.id(last_part(element)));
        self.builder.relate(RelationKind::Bounds, element, space, &node.place);
    }
}

/// A node is the type of what inherits from it unless it is a material.
fn is_type(key: &str, node: &Node) -> bool {
    node.material().is_none() && !key.starts_with("material")
}

/// Outer sizes are attributes of doors and windows; the format keeps no names of sets, so the rest counts as quantities
/// where it is one of theirs.
fn source_of(name: &str) -> QuantitySource {
    match (name, measure_of_name(name)) {
        ("OverallWidth" | "OverallHeight", _) => QuantitySource::Attribute,
        (_, Some(Measure::Length | Measure::Area | Measure::Volume | Measure::Weight)) => QuantitySource::QuantitySet,
        _ => QuantitySource::Property,
    }
}

fn last_part(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
