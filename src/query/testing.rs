//! Small building models for tests: only what a test is about, in the words of the domain.

use std::sync::Arc;

use crate::ifc::{
    BuildingModel, EntityDraft, EntityIndex, MaterialDraft, Measure, ModelBuilder, ModelHead, Nowhere, PropertyDraft,
    QuantityDraft, QuantitySource, Shape, ValueDraft,
};

use super::answer::Answer;
use super::ask::AskableModel;
use super::execute::{Outcome, execute};
use super::parse::{Misunderstood, parse, parse_after};
use super::plan::{Filter, Goal, PLAN_VERSION, Plan, Selection};
use super::question::{Language, Question};
use super::vocabulary::Vocabulary;

/// A building model in the making.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) builder: ModelBuilder,
}

/// A finished one with its words.
#[derive(Debug)]
pub(super) struct Built {
    pub(super) model: Arc<BuildingModel>,
    pub(super) vocabulary: Vocabulary,
}

impl Draft {
    /// An entity drafted in full.
    pub(super) fn add(&mut self, draft: &EntityDraft<'_>) -> EntityIndex {
        self.builder.entity(draft, &Nowhere).expect("a small model has room")
    }

    /// An entity with a type and a name.
    pub(super) fn entity(&mut self, entity_type: &str, name: &str) -> EntityIndex {
        self.add(&EntityDraft { entity_type, name: Some(name), ..EntityDraft::default() })
    }

    /// A storey.
    pub(super) fn storey(&mut self, name: &str, elevation_m: f64) -> EntityIndex {
        let elevation_m = Some(elevation_m);
        self.add(&EntityDraft {
            entity_type: "IfcBuildingStorey",
            name: Some(name),
            elevation_m,
            ..EntityDraft::default()
        })
    }

    /// An entity on a storey, or standing in a space.
    pub(super) fn entity_in(&mut self, container: EntityIndex, entity_type: &str, name: &str) -> EntityIndex {
        let entity = self.entity(entity_type, name);
        self.builder.set_container(entity, container);
        entity
    }

    /// A property of the occurrence.
    pub(super) fn property(&mut self, entity: EntityIndex, name: &str, value: ValueDraft<'_>) {
        self.builder.property(entity, &PropertyDraft { set: None, name, value, from_type: false });
    }

    /// A property of the type object.
    pub(super) fn type_property(&mut self, entity: EntityIndex, name: &str, value: ValueDraft<'_>) {
        self.builder.property(entity, &PropertyDraft { set: None, name, value, from_type: true });
    }

    /// A quantity of a quantity set.
    pub(super) fn quantity(&mut self, entity: EntityIndex, name: &str, measure: Measure, value: f64) {
        self.quantity_from(entity, name, measure, value, QuantitySource::QuantitySet);
    }

    /// A quantity from anywhere.
    pub(super) fn quantity_from(
        &mut self,
        entity: EntityIndex,
        name: &str,
        measure: Measure,
        value: f64,
        source: QuantitySource,
    ) {
        let set = Some("BaseQuantities");
        self.builder.quantity(entity, &QuantityDraft { set, name, measure, value, source, from_type: false });
    }

    /// Layers with thickness in metres; without, a plain list of materials.
    pub(super) fn layers(&mut self, entity: EntityIndex, layers: &[(&str, Option<f64>)]) {
        let drafts: Vec<MaterialDraft<'_>> = layers
            .iter()
            .map(|(name, thickness_m)| MaterialDraft {
                name,
                thickness_m: *thickness_m,
                fraction: None,
                is_layer: thickness_m.is_some(),
            })
            .collect();
        self.builder.materials(entity, &drafts);
    }

    /// Resolves everything.
    pub(super) fn build(self) -> Built {
        self.build_with(ModelHead { units_declared: true, ..ModelHead::of_shape(Shape::IfcJson) })
    }

    /// Resolves everything, under a head.
    pub(super) fn build_with(self, head: ModelHead) -> Built {
        let model = self.builder.finish(head);
        let model = Arc::new(model.expect("memory does not fail"));
        let vocabulary = Vocabulary::of(&*model);
        Built { model, vocabulary }
    }
}

impl Built {
    /// The plan of a question, or why there is none.
    pub(super) fn plan(&self, text: &str) -> Result<Plan, Misunderstood> {
        parse(text, &self.vocabulary)
    }

    /// The plan of the last question of a dialogue, each understood after the one before.
    pub(super) fn dialogue(&self, texts: &[&str]) -> Result<Plan, Misunderstood> {
        let mut before: Option<Plan> = None;
        let mut last = Err(Misunderstood::NothingBefore);
        for text in texts {
            last = parse_after(text, before.as_ref(), &self.vocabulary);
            before = last.clone().ok().or(before);
        }
        last
    }

    /// What a goal over kinds of parts and conditions yields.
    pub(super) fn run(&self, goal: Goal, any_of: &[&str], filters: &[Filter]) -> Outcome {
        let any_of = any_of.iter().map(|kind| (*kind).to_owned()).collect();
        let of = Selection { any_of, filters: filters.to_vec() };
        execute(&Plan { version: PLAN_VERSION, goal, of }, &*self.model, &self.vocabulary)
    }

    /// A question answered in a language.
    pub(super) fn ask(&self, language: Language, text: &str) -> Answer {
        let mut question = Question::parse(text).expect("a test asks a question");
        question.language = Some(language);
        self.askable().ask(&question)
    }

    /// The model as a person asks it.
    pub(super) fn askable(&self) -> AskableModel {
        AskableModel::new("0".repeat(32), Arc::<BuildingModel>::clone(&self.model))
    }
}

/// A house of twelve entities with two storeys, enough of everything that a question may name.
pub(super) fn house() -> Built {
    let mut draft = Draft::default();
    draft.entity("IfcBuilding", "Haus");
    let ground = draft.storey("Erdgeschoss", 0.0);
    let upper = draft.storey("1. Obergeschoss", 2.8);
    let concrete = draft.entity_in(ground, "IfcWall", "Wand Nord");
    draft.layers(concrete, &[("Stahlbeton C25/30", Some(0.24))]);
    draft.quantity(concrete, "NetVolume", Measure::Volume, 4.5);
    draft.property(concrete, "IsExternal", ValueDraft::Boolean(true));
    draft.property(concrete, "LoadBearing", ValueDraft::Boolean(true));
    let timber = draft.entity_in(upper, "IfcWall", "Wand Süd");
    draft.layers(timber, &[("Konstruktionsvollholz", Some(0.1)), ("Mineralwolle", Some(0.1))]);
    draft.quantity(timber, "NetVolume", Measure::Volume, 2.0);
    draft.property(timber, "IsExternal", ValueDraft::Boolean(false));
    draft.property(timber, "LoadBearing", ValueDraft::Boolean(false));
    let door = draft.entity_in(ground, "IfcDoor", "Haustür");
    draft.builder.set_host(door, concrete);
    draft.property(door, "FireRating", ValueDraft::Text("EI30"));
    draft.quantity_from(door, "OverallWidth", Measure::Length, 1.01, QuantitySource::Attribute);
    let inner = draft.entity_in(upper, "IfcDoor", "Innentür");
    draft.property(inner, "FireRating", ValueDraft::Text("T90"));
    draft.entity_in(ground, "IfcWindow", "Fenster 1");
    draft.entity_in(upper, "IfcWindow", "Fenster 2");
    let number = Some("001");
    let room = draft.add(&EntityDraft {
        entity_type: "IfcSpace",
        name: number,
        long_name: Some("Küche"),
        ..EntityDraft::default()
    });
    draft.builder.set_container(room, ground);
    draft.quantity(room, "NetFloorArea", Measure::Area, 18.5);
    draft.entity_in(ground, "IfcSlab", "Bodenplatte");
    draft.entity_in(upper, "IfcMember", "Sparren 1");
    draft.build()
}
