//! The relations of shape A.

use std::io::{self, Write};

use super::super::kind::{FILLINGS, KINDS, MATERIALS, SPACE, WALL};
use super::super::plan::{For, GROUP_MAX, Plan, SHARING};
use super::super::random::Id;
use super::{Writer, aggregate_key, own_sets, set_id, set_key, shared_key};

/// Number of sets that neighbours share.
pub(super) fn shared_sets(plan: &Plan) -> u64 {
    plan.counts.iter().sum::<u64>().div_ceil(SHARING)
}

/// The containment relations of a storey: kind and group.
pub(super) fn groups_on(plan: &Plan, storey: u64) -> impl Iterator<Item = (usize, u64)> + '_ {
    (0..KINDS.len()).filter(|kind_at| *kind_at != SPACE).flat_map(move |kind_at| {
        let range = plan.on_storey(kind_at, storey);
        (0..(range.end - range.start).div_ceil(GROUP_MAX)).map(move |group| (kind_at, group))
    })
}

impl<W: Write> Writer<'_, W> {
    pub(super) fn relations(&mut self) -> io::Result<()> {
        self.classifications()?;
        self.materials()?;
        self.containments()?;
        self.openings_relations()?;
        self.aggregations()?;
        self.definitions()?;
        self.typings()
    }

    fn relation(&mut self, class: &str, id: Id) {
        self.tally.relations += 1;
        self.record(class, id);
        self.owner();
    }

    fn classifications(&mut self) -> io::Result<()> {
        let plan = self.plan;
        for (kind_at, kind) in KINDS.iter().enumerate().filter(|(_, kind)| kind.type_class.is_some()) {
            for group in 0..plan.counts[kind_at].div_ceil(GROUP_MAX) {
                self.relation("IfcRelAssociatesClassification", plan.kind_id(For::Classified, kind_at, group));
                let members = group * GROUP_MAX..((group + 1) * GROUP_MAX).min(plan.counts[kind_at]);
                self.references("relatedObjects", members.map(|at| plan.kind_id(For::Element, kind_at, at)));
                self.out.key("relatingClassification");
                self.out.open();
                self.out.text_member("type", "IfcClassificationReference");
                self.out.text_member("identification", kind.cost_group.0);
                self.out.text_member("name", kind.cost_group.1);
                self.out.key("referencedSource");
                self.out.open();
                self.out.text_member("type", "IfcClassification");
                self.out.text_member("source", "DIN");
                self.out.text_member("edition", "2018-12");
                self.out.text_member("name", "DIN 276");
                self.out.close();
                self.out.close();
                self.end()?;
            }
        }
        Ok(())
    }

    /// Every type with its occurrences, in groups.
    fn type_groups(&self) -> impl Iterator<Item = (usize, u64, u64)> + use<W> {
        let plan = self.plan.clone();
        (0..KINDS.len()).flat_map(move |kind_at| {
            let (types, count) = (plan.types(kind_at), plan.counts[kind_at]);
            (0..types).flat_map(move |type_at| {
                let occurrences = (count - type_at.min(count)).div_ceil(types);
                (0..occurrences.div_ceil(GROUP_MAX)).map(move |group| (kind_at, type_at, group))
            })
        })
    }

    fn occurrences(&mut self, kind_at: usize, type_at: u64, group: u64) {
        let plan = self.plan;
        let (types, count) = (plan.types(kind_at), plan.counts[kind_at]);
        let ranks = group * GROUP_MAX..(group + 1) * GROUP_MAX;
        let members = ranks.map(|rank| rank * types + type_at).take_while(|at| *at < count);
        self.references("relatedObjects", members.map(|at| plan.kind_id(For::Element, kind_at, at)));
    }

    fn materials(&mut self) -> io::Result<()> {
        for (kind_at, type_at, group) in self.type_groups() {
            let Some(material) = self.plan.material_of(kind_at, type_at) else { continue };
            let id = self.plan.kind_id(For::MadeOf, kind_at, Plan::type_group(type_at, group));
            self.relation("IfcRelAssociatesMaterial", id);
            self.occurrences(kind_at, type_at, group);
            self.out.key("relatingMaterial");
            self.composition(MATERIALS[material]);
            self.end()?;
        }
        Ok(())
    }

    fn composition(&mut self, layers: &[(&str, i64)]) {
        self.out.open();
        if let [(name, 0)] = layers {
            self.out.text_member("type", "IfcMaterial");
            self.out.text_member("name", name);
            self.out.close();
            return;
        }
        self.out.text_member("type", "IfcMaterialLayerSetUsage");
        self.out.key("forLayerSet");
        self.out.open();
        self.out.text_member("type", "IfcMaterialLayerSet");
        self.out.key("materialLayers");
        self.out.open_list();
        for (name, thickness) in layers {
            self.out.item();
            self.out.open();
            self.out.text_member("type", "IfcMaterialLayer");
            self.out.key("material");
            self.out.open();
            self.out.text_member("type", "IfcMaterial");
            self.out.text_member("name", name);
            self.out.close();
            self.out.key("layerThickness");
            self.out.fixed(*thickness, 0);
            self.out.close();
        }
        self.out.close_list();
        self.out.close();
        self.out.text_member("layerSetDirection", "AXIS2");
        self.out.text_member("directionSense", "POSITIVE");
        self.out.close();
    }

    fn containments(&mut self) -> io::Result<()> {
        let plan = self.plan;
        for storey in 0..plan.storeys {
            for (kind_at, group) in groups_on(plan, storey) {
                let id = plan.containment_id(kind_at, storey, group);
                self.relation("IfcRelContainedInSpatialStructure", id);
                let range = plan.on_storey(kind_at, storey);
                let start = range.start + group * GROUP_MAX;
                let members = start..(start + GROUP_MAX).min(range.end);
                self.references("relatedElements", members.map(|at| plan.kind_id(For::Element, kind_at, at)));
                self.reference_member("relatingStructure", plan.id(For::Storey, storey));
                self.end()?;
            }
        }
        Ok(())
    }

    fn openings_relations(&mut self) -> io::Result<()> {
        let plan = self.plan;
        for kind_at in FILLINGS {
            for at in 0..plan.counts[kind_at] {
                self.relation("IfcRelFillsElement", plan.kind_id(For::Fills, kind_at, at));
                self.reference_member("relatingOpeningElement", plan.kind_id(For::Opening, kind_at, at));
                self.reference_member("relatedBuildingElement", plan.kind_id(For::Element, kind_at, at));
                self.end()?;
            }
        }
        for kind_at in FILLINGS {
            for element in plan.elements(kind_at) {
                let wall = plan.host_of(&element);
                self.relation("IfcRelVoidsElement", plan.kind_id(For::Voids, kind_at, element.at));
                self.reference_member("relatingBuildingElement", plan.kind_id(For::Element, WALL, wall));
                self.reference_member("relatedOpeningElement", plan.kind_id(For::Opening, kind_at, element.at));
                self.end()?;
            }
        }
        Ok(())
    }

    fn aggregate(&mut self, key: u64, whole: Id, parts: impl Iterator<Item = Id>) -> io::Result<()> {
        self.relation("IfcRelAggregates", self.plan.id(For::Aggregated, key));
        self.reference_member("relatingObject", whole);
        self.references("relatedObjects", parts);
        self.end()
    }

    fn aggregations(&mut self) -> io::Result<()> {
        let plan = self.plan;
        let site = plan.id(For::Site, 0);
        self.aggregate(aggregate_key(0, 0), plan.id(For::Project, 0), [site].into_iter())?;
        let buildings = (0..plan.buildings).map(|building| plan.id(For::Building, building));
        self.aggregate(aggregate_key(1, 0), site, buildings)?;
        for building in 0..plan.buildings {
            let storeys = plan.storeys_of(building).map(|storey| plan.id(For::Storey, storey));
            self.aggregate(aggregate_key(2, building), plan.id(For::Building, building), storeys)?;
        }
        for storey in 0..plan.storeys {
            let spaces = plan.on_storey(SPACE, storey);
            if !spaces.is_empty() {
                let spaces = spaces.map(|at| plan.kind_id(For::Element, SPACE, at));
                self.aggregate(aggregate_key(3, storey), plan.id(For::Storey, storey), spaces)?;
            }
        }
        Ok(())
    }

    fn definitions(&mut self) -> io::Result<()> {
        let plan = self.plan;
        // Neighbours by number, across kinds.
        let mut neighbours = Vec::new();
        for kind_at in 0..KINDS.len() {
            for element in plan.elements(kind_at) {
                let id = plan.kind_id(For::Element, kind_at, element.at);
                for set in own_sets(&element) {
                    let relation = plan.id(For::Defined, set_key(&element, set));
                    self.define(relation, [id].into_iter(), set_id(plan, &element, set))?;
                }
                neighbours.push(id);
                if neighbours.len() as u64 == SHARING {
                    self.define_shared(element.number / SHARING, &mut neighbours)?;
                }
            }
        }
        if !neighbours.is_empty() {
            self.define_shared(shared_sets(plan) - 1, &mut neighbours)?;
        }
        Ok(())
    }

    fn define_shared(&mut self, shared: u64, neighbours: &mut Vec<Id>) -> io::Result<()> {
        let key = shared_key(shared);
        self.define(self.plan.id(For::Defined, key), neighbours.drain(..), self.plan.id(For::Set, key))
    }

    fn define(&mut self, relation: Id, related: impl Iterator<Item = Id>, set: Id) -> io::Result<()> {
        self.relation("IfcRelDefinesByProperties", relation);
        self.references("relatedObjects", related);
        self.reference_member("relatingPropertyDefinition", set);
        self.end()
    }

    fn typings(&mut self) -> io::Result<()> {
        for (kind_at, type_at, group) in self.type_groups() {
            let id = self.plan.kind_id(For::Typed, kind_at, Plan::type_group(type_at, group));
            self.relation("IfcRelDefinesByType", id);
            self.occurrences(kind_at, type_at, group);
            self.reference_member("relatingType", self.plan.kind_id(For::Type, kind_at, type_at));
            self.end()?;
        }
        Ok(())
    }
}
