//! The five strategies: which group a unit belongs to, and the order of the groups.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::discipline::discipline;
use super::input::ChunkInput;
use super::link::{Links, is_opening};
use super::options::{ChunkOptions, Strategy};
use super::unit::Ownership;
use crate::ifc::{EntityIndex, PropertyValue, fold, is_a, is_placeholder};

/// Longest chain of containers, wholes and hosts that is followed.
const CHAIN_MAX: usize = 64;
/// Bytes of a name in a path.
pub(super) const NAME_BYTES_MAX: usize = 80;
/// Materials of a composition that name its group.
const MATERIALS_MAX: usize = 4;

/// A group of units.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Group {
    /// Names from the project to the group.
    pub(super) path: Vec<String>,
    /// Its units, as positions in the order of units.
    pub(super) start: u32,
    pub(super) end: u32,
}

/// Groups, and their units in order.
pub(super) struct Grouping {
    pub(super) groups: Vec<Group>,
    pub(super) order: Vec<u32>,
    /// Whether a unit follows the one it belongs to; parallel to `order`.
    pub(super) follows: Vec<bool>,
}

/// What makes two units one group; groups are ordered by it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Key {
    rank: Vec<i64>,
    path: Vec<String>,
}

/// A name fit for a path: on one line, at most [`NAME_BYTES_MAX`] long.
pub(super) fn short(name: &str) -> String {
    let clean: String = name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match clean.get(..clean.floor_char_boundary(NAME_BYTES_MAX)) {
        Some(cut) if cut.len() < clean.len() => format!("{cut}…"),
        Some(_) | None => clean,
    }
}

struct Grouper<'a, 'b> {
    input: &'b ChunkInput<'a>,
    links: &'b Links,
    options: &'b ChunkOptions,
    project: Vec<String>,
    storey_ranks: HashMap<EntityIndex, i64>,
    ids: HashMap<Key, u32>,
    /// Groups of spatial elements, which are asked for once per entity in them.
    by_anchor: HashMap<Option<EntityIndex>, u32>,
}

/// Groups the units of a model.
pub(super) fn assign(input: &ChunkInput<'_>, ownership: &Ownership, links: &Links, options: &ChunkOptions) -> Grouping {
    let project = input.entities().find(|entity| is_a(input.entity_type(*entity), "IfcContext"));
    let storeys = input.reader.storeys();
    let mut grouper = Grouper {
        input,
        links,
        options,
        project: project.map(|project| short(input.name(project))).into_iter().collect(),
        storey_ranks: storeys.iter().zip(0..).map(|(storey, rank)| (*storey, rank)).collect(),
        ids: HashMap::new(),
        by_anchor: HashMap::new(),
    };
    // Group, the unit it stays with, the unit.
    let mut rows: Vec<(u32, u32, u32)> = Vec::new();
    for unit in ownership.own_places() {
        let Some(leader) = ownership.units.leader(unit) else {
            let key = Key { rank: Vec::new(), path: vec!["records".to_owned()] };
            rows.push((grouper.id(key), unit, unit));
            continue;
        };
        let root = if options.strategy == Strategy::EntityType { grouper.root(leader) } else { leader };
        let stays_with = ownership.unit_of(root).unwrap_or(unit);
        rows.push((grouper.group(root), stays_with, unit));
    }
    arrange(&grouper.ids, rows)
}

/// Orders groups by their keys and units within them.
fn arrange(ids: &HashMap<Key, u32>, mut rows: Vec<(u32, u32, u32)>) -> Grouping {
    let mut keys: Vec<(&Key, u32)> = ids.iter().map(|(key, id)| (key, *id)).collect();
    keys.sort_unstable();
    let mut places = vec![0_u32; keys.len()];
    for ((_, id), place) in keys.iter().zip(0_u32..) {
        if let Some(slot) = places.get_mut(*id as usize) {
            *slot = place;
        }
    }
    for row in &mut rows {
        row.0 = places.get(row.0 as usize).copied().unwrap_or(0);
    }
    // The unit that others stay with comes before them, wherever the file has it.
    rows.sort_unstable_by_key(|(group, stays_with, unit)| (*group, *stays_with, unit != stays_with, *unit));
    let mut groups: Vec<Group> =
        keys.iter().map(|(key, _)| Group { path: key.path.clone(), start: 0, end: 0 }).collect();
    for ((group, ..), at) in rows.iter().zip(0_u32..) {
        if let Some(group) = groups.get_mut(*group as usize) {
            if group.end == 0 {
                group.start = at;
            }
            group.end = at + 1;
        }
    }
    let mut before = None;
    let follows = rows.iter().map(|(group, root, _)| before.replace((*group, *root)) == Some((*group, *root)));
    let follows = follows.collect();
    Grouping { groups, follows, order: rows.into_iter().map(|(_, _, unit)| unit).collect() }
}

impl Grouper<'_, '_> {
    fn id(&mut self, key: Key) -> u32 {
        let next = u32::try_from(self.ids.len()).unwrap_or(u32::MAX);
        *self.ids.entry(key).or_insert(next)
    }

    fn group(&mut self, entity: EntityIndex) -> u32 {
        let key = match self.options.strategy {
            Strategy::Hierarchical => return self.spatial(entity),
            Strategy::Discipline => {
                let found = discipline(self.input, self.links, entity);
                self.named(vec![found as i64], &[found.as_str()])
            }
            Strategy::EntityType => self.named(Vec::new(), &[self.input.entity_type(entity)]),
            Strategy::Property => {
                let (rank, kind, value) = self.property(entity);
                self.named(vec![rank], &[kind, &value])
            }
            Strategy::Geometric => self.cell(entity),
        };
        self.id(key)
    }

    fn named(&self, rank: Vec<i64>, names: &[&str]) -> Key {
        let names = names.iter().map(|name| short(name)).filter(|name| !name.is_empty());
        Key { rank, path: self.project.iter().cloned().chain(names).collect() }
    }

    /// The entity that this one stays with: the wall of an opening, the whole of a part.
    fn root(&self, entity: EntityIndex) -> EntityIndex {
        let mut root = entity;
        for _ in 0..CHAIN_MAX {
            let Some(row) = self.input.reader.entity(root) else { break };
            let class = self.input.reader.text(row.entity_type);
            let next = if is_opening(class) { row.host.or(row.whole) } else { row.whole };
            // Storeys are parts of a building, and buildings are not told apart by that.
            match next.filter(|next| *next != root && is_a(self.input.entity_type(*next), "IfcElement")) {
                Some(next) => root = next,
                None => break,
            }
        }
        root
    }

    /// The group of the spatial element that an entity is, or is in.
    fn spatial(&mut self, entity: EntityIndex) -> u32 {
        let mut anchor = Some(entity);
        for _ in 0..CHAIN_MAX {
            match anchor {
                Some(found) if !is_spatial(self.input.entity_type(found)) => {
                    let row = self.input.reader.entity(found);
                    anchor = self.input.above(found).or(row.and_then(|row| row.storey));
                }
                Some(_) | None => break,
            }
        }
        let anchor = anchor.filter(|anchor| is_spatial(self.input.entity_type(*anchor)));
        if let Some(known) = self.by_anchor.get(&anchor) {
            return *known;
        }
        let key = match anchor {
            Some(anchor) => self.chain(anchor),
            None => self.named(vec![i64::MAX], &["without container"]),
        };
        let id = self.id(key);
        self.by_anchor.insert(anchor, id);
        id
    }

    /// Names and ranks from the project down to a spatial element.
    fn chain(&self, anchor: EntityIndex) -> Key {
        let mut chain = vec![anchor];
        while let Some(above) = chain.last().and_then(|last| self.input.above(*last)) {
            if CHAIN_MAX <= chain.len() || chain.contains(&above) {
                break;
            }
            chain.push(above);
        }
        chain.reverse();
        let rank = |entity: &EntityIndex| {
            let storey = self.storey_ranks.get(entity).copied();
            storey.unwrap_or_else(|| i64::try_from(entity.index()).unwrap_or(i64::MAX))
        };
        let is_project = |entity: &EntityIndex| is_a(self.input.entity_type(*entity), "IfcContext");
        let has_project = chain.first().is_some_and(is_project);
        let head = self.project.iter().filter(|_| !has_project).cloned();
        let path = head.chain(chain.iter().map(|entity| short(self.input.name(*entity)))).collect();
        Key { rank: chain.iter().map(rank).collect(), path }
    }

    /// Material, else classification, else fire rating.
    fn property(&self, entity: EntityIndex) -> (i64, &'static str, String) {
        let reader = self.input.reader;
        let materials = reader.materials(entity);
        let mut names: Vec<&str> = Vec::new();
        for used in materials.iter() {
            let name = reader.text(used.material).trim();
            if !name.is_empty()
                && !is_placeholder("Material", name)
                && !names.contains(&name)
                && names.len() < MATERIALS_MAX
            {
                names.push(name);
            }
        }
        if !names.is_empty() {
            return (0, "material", names.join(", "));
        }
        if let Some((system, code)) = reader.classifications(entity).first() {
            let system = system.map_or("", |system| reader.text(system));
            return (1, "classification", format!("{system} {}", reader.text(*code)).trim().to_owned());
        }
        let properties = reader.properties(entity);
        let rating = properties.iter().find_map(|property| {
            let name = fold(reader.text(property.name)).replace(['_', ' '], "");
            let known = ["firerating", "fireresistance", "feuerwiderstand"].iter().any(|word| name.starts_with(word));
            match property.value {
                PropertyValue::Text(text) if known => Some(reader.text(text))
                    .filter(|text| !text.trim().is_empty() && !is_placeholder(reader.text(property.name), text)),
                PropertyValue::Text(_) | PropertyValue::Number { .. } | PropertyValue::Boolean(_) => None,
            }
        });
        match rating {
            Some(rating) => (2, "fire rating", rating.to_owned()),
            None => (3, "without material, classification and fire rating", String::new()),
        }
    }

    /// The cell of the placement grid; the storey where no placement is known.
    #[expect(clippy::cast_possible_truncation, reason = "a float beyond the range becomes the last cell")]
    fn cell(&self, entity: EntityIndex) -> Key {
        let edge_m = f64::from(self.options.cell_mm.max(1)) / 1000.0;
        if let Some(place) = (self.input.placement)(entity).filter(|place| place.iter().all(|part| part.is_finite())) {
            let cell = place.map(|part| (part / edge_m).floor() as i64);
            let name = format!("cell {} {} {}", cell[0], cell[1], cell[2]);
            return self.named([0, cell[2], cell[1], cell[0]].to_vec(), &[&name]);
        }
        let row = self.input.reader.entity(entity);
        let is_storey = self.storey_ranks.contains_key(&entity);
        let storey = row.and_then(|row| row.storey).or(Some(entity).filter(|_| is_storey));
        let rank = storey.and_then(|storey| self.storey_ranks.get(&storey)).copied().unwrap_or(i64::MAX);
        let name = storey.map_or_else(|| "without storey".to_owned(), |storey| self.input.name(storey).to_owned());
        self.named(vec![1, rank], &["without placement", &name])
    }
}

fn is_spatial(entity_type: &str) -> bool {
    is_a(entity_type, "IfcSpatialElement") || is_a(entity_type, "IfcContext")
}
