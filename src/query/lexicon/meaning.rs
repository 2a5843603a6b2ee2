//! What the words of questions that are not things can mean, and under which ids the files of the lexicon list them.

use crate::ifc::Unit;
use crate::query::plan::{Comparison, Fact, MeasureKind, Statistic};

/// What a word or phrase asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::query) enum Meaning {
    /// "wie viele", "how many".
    CountHead,
    /// "wie viel", "how much".
    MuchHead,
    /// "welche", "which".
    WhichHead,
    /// "was", "what".
    WhatHead,
    /// "zeige", "list".
    ListHead,
    /// "gibt es", "is there": a yes or no when nothing else heads the question.
    ExistsHead,
    /// "wie groß", "how large".
    SizeHead,
    /// "warum", "fasse zusammen": prose that no plan answers.
    ProseHead,
    /// "wo", "where".
    WhereHead,
    /// Something measured.
    Measure(MeasureKind),
    /// A unit.
    Unit(Unit),
    /// "durchschnittlich", "average".
    Stat(Statistic),
    /// "größte", "largest"; with the measure where the word implies one.
    Superlative(Option<MeasureKind>, bool),
    /// "die meisten", "most"; true for "die wenigsten".
    Most(bool),
    /// "verteilen sich", "distributed".
    Distributed,
    /// "je", "pro", "per".
    Each,
    /// "wie oft", "how many of each".
    HowOften,
    /// "Typ", "type": the type object.
    TypeWord,
    /// "Bauteilarten", "component types".
    ComponentKinds,
    /// "Material", "made of".
    MaterialWord,
    /// "Schichten", "layers".
    Layers,
    /// "Abmessungen", "dimensions".
    Dimensions,
    /// "sitzt", "hosts", "eingebaut".
    Hosts,
    /// "begrenzen", "bound".
    Bounds,
    /// "verbindet", "connect".
    Connects,
    /// "gehören zu", "belong to".
    BelongsTo,
    /// A comparison with a number.
    Compare(Comparison),
    /// "dicker als", "wider than": a comparison that names its measure.
    CompareMeasure(Comparison, MeasureKind),
    /// "nicht", "not", "keine".
    Not,
    /// "ohne", "without".
    Without,
    /// "mit", "with", "haben".
    With,
    /// "Kosten", "cost".
    Cost,
    /// "CO2", "carbon".
    Carbon,
    /// "Fertigstellung", "when": dates and durations.
    Schedule,
    /// "Heizlast", "energy demand".
    Energy,
    /// "Minuten", "minutes".
    Minutes,
    /// "von", "by": may lead a maker or a value.
    Of,
    /// "im", "in", "on": may lead a place.
    In,
    /// "Prozent", "Anteil", "share": a part of a whole.
    Percent,
    /// "mehr Türen als Fenster": two sets compared; true for "weniger".
    More(bool),
    /// "Unterschied", "difference".
    Difference,
    /// "Verhältnis", "ratio".
    Ratio,
    /// "zwischen", "between".
    Between,
    /// "bis", "to": ends a span of numbers.
    Until,
    /// "Nachbarräume", "next to".
    Neighbour,
    /// "Eigenschaften", "details": everything about one thing.
    Describe,
    /// An attribute that everything has: "Name", "GlobalId".
    Attribute(&'static str),
    /// What the model says of itself.
    About(Fact),
    /// "Klassifikation", "classification".
    Classification,
    /// "oder mehr", "or less": after a number, how it is compared.
    OrMore(Comparison),
    /// Politeness and purpose, which change nothing.
    Frame,
    /// "lichte", "clear": from surface to surface, which only spaces are measured by.
    Clear,
}

use Meaning as M;

/// Every meaning that words can have, with its id in `words.tsv`.
pub(super) const MEANINGS: &[(&str, Meaning)] = &[
    ("head.count", M::CountHead),
    ("head.much", M::MuchHead),
    ("head.which", M::WhichHead),
    ("head.what", M::WhatHead),
    ("head.list", M::ListHead),
    ("head.exists", M::ExistsHead),
    ("head.size", M::SizeHead),
    ("head.prose", M::ProseHead),
    ("head.where", M::WhereHead),
    ("measure.volume", M::Measure(MeasureKind::Volume)),
    ("measure.area", M::Measure(MeasureKind::Area)),
    ("measure.opening_area", M::Measure(MeasureKind::OpeningArea)),
    ("measure.length", M::Measure(MeasureKind::Length)),
    ("measure.width", M::Measure(MeasureKind::Width)),
    ("measure.height", M::Measure(MeasureKind::Height)),
    ("measure.thickness", M::Measure(MeasureKind::Thickness)),
    ("measure.perimeter", M::Measure(MeasureKind::Perimeter)),
    ("measure.gross_volume", M::Measure(MeasureKind::GrossVolume)),
    ("measure.gross_area", M::Measure(MeasureKind::GrossArea)),
    ("measure.elevation", M::Measure(MeasureKind::Elevation)),
    ("measure.weight", M::Measure(MeasureKind::Weight)),
    ("unit.m3", M::Unit(Unit::CubicMetre)),
    ("unit.ft3", M::Unit(Unit::CubicFoot)),
    ("unit.l", M::Unit(Unit::Litre)),
    ("unit.m2", M::Unit(Unit::SquareMetre)),
    ("unit.ft2", M::Unit(Unit::SquareFoot)),
    ("unit.cm2", M::Unit(Unit::SquareCentimetre)),
    ("unit.ha", M::Unit(Unit::Hectare)),
    ("unit.mm", M::Unit(Unit::Millimetre)),
    ("unit.cm", M::Unit(Unit::Centimetre)),
    ("unit.m", M::Unit(Unit::Metre)),
    ("unit.km", M::Unit(Unit::Kilometre)),
    ("unit.ft", M::Unit(Unit::Foot)),
    ("unit.in", M::Unit(Unit::Inch)),
    ("unit.kg", M::Unit(Unit::Kilogram)),
    ("unit.t", M::Unit(Unit::Tonne)),
    ("unit.lb", M::Unit(Unit::Pound)),
    ("unit.w_m2k", M::Unit(Unit::ThermalTransmittance)),
    ("statistic.sum", M::Stat(Statistic::Sum)),
    ("statistic.average", M::Stat(Statistic::Average)),
    ("statistic.minimum", M::Stat(Statistic::Minimum)),
    ("statistic.maximum", M::Stat(Statistic::Maximum)),
    ("superlative.largest", M::Superlative(None, false)),
    ("superlative.smallest", M::Superlative(None, true)),
    ("superlative.largest.length", M::Superlative(Some(MeasureKind::Length), false)),
    ("superlative.smallest.length", M::Superlative(Some(MeasureKind::Length), true)),
    ("superlative.largest.width", M::Superlative(Some(MeasureKind::Width), false)),
    ("superlative.smallest.width", M::Superlative(Some(MeasureKind::Width), true)),
    ("superlative.largest.height", M::Superlative(Some(MeasureKind::Height), false)),
    ("superlative.largest.thickness", M::Superlative(Some(MeasureKind::Thickness), false)),
    ("superlative.smallest.thickness", M::Superlative(Some(MeasureKind::Thickness), true)),
    ("superlative.largest.weight", M::Superlative(Some(MeasureKind::Weight), false)),
    ("superlative.smallest.weight", M::Superlative(Some(MeasureKind::Weight), true)),
    ("most", M::Most(false)),
    ("fewest", M::Most(true)),
    ("distributed", M::Distributed),
    ("each", M::Each),
    ("how_often", M::HowOften),
    ("type", M::TypeWord),
    ("component_kinds", M::ComponentKinds),
    ("material", M::MaterialWord),
    ("layers", M::Layers),
    ("dimensions", M::Dimensions),
    ("relation.hosts", M::Hosts),
    ("relation.bounds", M::Bounds),
    ("relation.connects", M::Connects),
    ("relation.belongs_to", M::BelongsTo),
    ("compare.above", M::Compare(Comparison::Above)),
    ("compare.below", M::Compare(Comparison::Below)),
    ("compare.at_least", M::Compare(Comparison::AtLeast)),
    ("compare.at_most", M::Compare(Comparison::AtMost)),
    ("compare.equal", M::Compare(Comparison::Equal)),
    ("compare.above.thickness", M::CompareMeasure(Comparison::Above, MeasureKind::Thickness)),
    ("compare.below.thickness", M::CompareMeasure(Comparison::Below, MeasureKind::Thickness)),
    ("compare.above.width", M::CompareMeasure(Comparison::Above, MeasureKind::Width)),
    ("compare.below.width", M::CompareMeasure(Comparison::Below, MeasureKind::Width)),
    ("compare.above.length", M::CompareMeasure(Comparison::Above, MeasureKind::Length)),
    ("compare.below.length", M::CompareMeasure(Comparison::Below, MeasureKind::Length)),
    ("compare.above.height", M::CompareMeasure(Comparison::Above, MeasureKind::Height)),
    ("compare.below.height", M::CompareMeasure(Comparison::Below, MeasureKind::Height)),
    ("compare.above.weight", M::CompareMeasure(Comparison::Above, MeasureKind::Weight)),
    ("compare.below.weight", M::CompareMeasure(Comparison::Below, MeasureKind::Weight)),
    ("not", M::Not),
    ("without", M::Without),
    ("with", M::With),
    ("topic.cost", M::Cost),
    ("topic.carbon", M::Carbon),
    ("topic.schedule", M::Schedule),
    ("topic.energy", M::Energy),
    ("unit.minutes", M::Minutes),
    ("or_more.at_least", M::OrMore(Comparison::AtLeast)),
    ("or_more.at_most", M::OrMore(Comparison::AtMost)),
    ("frame", M::Frame),
    ("classification", M::Classification),
    ("clear", M::Clear),
    ("percent", M::Percent),
    ("more", M::More(false)),
    ("fewer", M::More(true)),
    ("difference", M::Difference),
    ("ratio", M::Ratio),
    ("between", M::Between),
    ("until", M::Until),
    ("relation.neighbour", M::Neighbour),
    ("describe", M::Describe),
    ("attribute.name", M::Attribute("name")),
    ("attribute.number", M::Attribute("number")),
    ("attribute.tag", M::Attribute("tag")),
    ("attribute.description", M::Attribute("description")),
    ("attribute.global_id", M::Attribute("global_id")),
    ("attribute.entity_type", M::Attribute("entity_type")),
    ("attribute.predefined_type", M::Attribute("predefined_type")),
    ("attribute.object_type", M::Attribute("object_type")),
    ("about.project_name", M::About(Fact::ProjectName)),
    ("about.building_name", M::About(Fact::BuildingName)),
    ("about.site_name", M::About(Fact::SiteName)),
    ("about.description", M::About(Fact::Description)),
    ("about.author", M::About(Fact::Author)),
    ("about.organisation", M::About(Fact::Organisation)),
    ("about.application", M::About(Fact::Application)),
    ("about.written_at", M::About(Fact::WrittenAt)),
    ("about.schema", M::About(Fact::Schema)),
    ("about.units", M::About(Fact::Units)),
    ("about.address", M::About(Fact::Address)),
    ("about.coordinates", M::About(Fact::Coordinates)),
    ("of", M::Of),
    ("in", M::In),
];

impl Meaning {
    /// The meaning with an id.
    pub(super) fn by_id(id: &str) -> Option<Meaning> {
        MEANINGS.iter().find(|(known, _)| *known == id).map(|(_, meaning)| *meaning)
    }
}
