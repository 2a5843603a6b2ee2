//! Conditions as three-valued tests: an entity passes, fails, or the model does not say.
//!
//! [`prepare`] resolves once what a condition names (a space, a wall, a group, a material); [`Test::holds`] then looks at
//! one entity at a time and at nothing else. [`Test::truths`] asks it of one entity for each value in a column, and says the
//! same of all that carry this value.

use std::collections::HashSet;
use std::sync::Arc;

use crate::ifc::{EntityIndex, GlobalId, fold};
use crate::query::columns::{Bits, Codes, Key};
use crate::query::entities::Entities;
use crate::query::plan::{Aspect, Comparison, Filter, MeasureKind, PropertyTest, Selection};

use super::outcome::Missing;
use super::truth::{Truth, TruthBits, join};
use super::{Scene, amount, attribute, classification, column, material, measure, property, relation, select};

/// A condition whose names are resolved.
#[derive(Debug)]
pub(super) enum Test<'f> {
    /// The same for every entity.
    Always(Option<bool>),
    Storey(&'f [String]),
    Material(&'f str),
    Property {
        name: &'f str,
        test: &'f PropertyTest,
        exact: bool,
        negated: bool,
    },
    Measure(MeasureKind, Comparison, f64),
    /// One of these, which are in the order of the file.
    Among(Vec<EntityIndex>),
    /// Directly in one of these.
    ContainedIn(HashSet<EntityIndex>),
    /// Built into one of these.
    HostedBy(HashSet<EntityIndex>),
    TypeName(String),
    Kind(&'f [String]),
    Classified(&'f str),
    Has(Aspect),
    Any(Vec<Test<'f>>),
    All(Vec<Test<'f>>),
    Not(Box<Test<'f>>),
}

/// What a condition is asked of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'e> {
    /// The entities that met the conditions before it; a name means the equal one among them.
    pub(super) entities: &'e Entities,
    /// The kinds asked for.
    pub(super) any_of: &'e [String],
    /// Whether the model has any of the kinds.
    pub(super) has_kind: bool,
    /// Whether the condition stands below an odd number of `Not`.
    pub(super) negated: bool,
}

/// Resolves what a condition names.
///
/// # Errors
/// What the model does not hold; of alternatives only when it holds none of them.
pub(super) fn prepare<'f>(scene: Scene<'_>, filter: &'f Filter, asked: Asked<'_>) -> Result<Test<'f>, Missing> {
    let Asked { entities, .. } = asked;
    Ok(match filter {
        Filter::Storey(names) => Test::Storey(names),
        Filter::StoreyUnknown(said) => return Err(Missing::Storey(said.clone())),
        Filter::Material(wanted) if material::is_in_model(scene, wanted) => Test::Material(wanted),
        // What the model does not know, nothing is made of: of that which says what it is made of.
        Filter::Material(wanted) if asked.negated => Test::Material(wanted),
        Filter::Material(wanted) => return Err(Missing::Material(wanted.clone())),
        Filter::Property(name, test) => {
            let exact = property::is_exact(scene, entities, name, test);
            Test::Property { name, test, exact, negated: asked.negated }
        }
        Filter::Measure(kind, comparison, value) => Test::Measure(*kind, *comparison, *value),
        Filter::Name(name) => {
            let named = select::named(scene, entities, name);
            if named.is_empty() && asked.has_kind {
                return Err(Missing::Named(name.clone()));
            }
            Test::Among(in_order(named))
        }
        Filter::GlobalId(text) => {
            let id = GlobalId::parse(text).ok();
            let found = id.map(|id| with_id(scene, entities, id)).unwrap_or_default();
            if found.is_empty() {
                return Err(Missing::Named(text.clone()));
            }
            Test::Among(found)
        }
        Filter::TypeName(name) => {
            let folded = fold(name);
            let some = column::representatives(scene, &Key::TypeNames, entities);
            let used = some.iter().any(|e| select::type_name_is(scene.reader, *e, &folded));
            if !used && asked.has_kind {
                return Err(Missing::Named(name.clone()));
            }
            Test::TypeName(folded)
        }
        Filter::InSpace(name) => Test::ContainedIn(relation::spaces_holding(scene, name, entities)?),
        Filter::HostedBy(name) => Test::HostedBy(relation::hosts(scene, name, entities, asked.any_of)?),
        Filter::BoundsSpace(name) => Test::Among(in_order(relation::bounding(scene, name)?)),
        Filter::Kind(kinds) => Test::Kind(kinds),
        Filter::Holds(kinds) => Test::Among(in_order(relation::holding(scene, kinds, entities)?)),
        Filter::Classified(text) => Test::Classified(text),
        Filter::InGroup(name) => Test::Among(in_order(relation::members(scene, name, entities)?)),
        Filter::Has(aspect) => Test::Has(*aspect),
        Filter::Any(filters) => Test::Any(alternatives(scene, filters, asked)?),
        Filter::All(filters) => {
            Test::All(filters.iter().map(|f| prepare(scene, f, asked)).collect::<Result<Vec<_>, Missing>>()?)
        }
        Filter::Not(inner) => Test::Not(Box::new(prepare(scene, inner, Asked { negated: !asked.negated, ..asked })?)),
    })
}

fn alternatives<'f>(scene: Scene<'_>, filters: &'f [Filter], asked: Asked<'_>) -> Result<Vec<Test<'f>>, Missing> {
    let mut tests = Vec::new();
    let mut missing = Vec::new();
    for filter in filters {
        match prepare(scene, filter, asked) {
            Ok(test) => tests.push(test),
            Err(why) => missing.push(why),
        }
    }
    if tests.is_empty()
        && let Some(first) = missing.first()
    {
        return Err(first.clone());
    }
    // A relation that the model does not give leaves the question open; a thing it does not hold does not.
    tests.extend(
        missing.iter().map(|why| Test::Always(if matches!(why, Missing::Relation(_)) { None } else { Some(false) })),
    );
    Ok(tests)
}

impl Test<'_> {
    /// Whether an entity meets the condition; `None` where the model does not say.
    pub(super) fn holds(&self, scene: Scene<'_>, entity: EntityIndex) -> Option<bool> {
        match self {
            Test::Always(truth) => *truth,
            Test::Storey(names) => {
                select::place_name(scene.reader, entity).map(|place| names.iter().any(|name| *name == place))
            }
            Test::Material(wanted) => {
                let given = material::is_given(scene, entity);
                given.then(|| material::is_made_of(scene, entity, &[*wanted]))
            }
            Test::Property { name, test, exact, negated } => {
                property::holds(scene, entity, name, test, *exact, *negated)
            }
            Test::Measure(kind, comparison, wanted) => {
                let measured = measure::measured(scene, entity, *kind).ok()?;
                let passes = |value| measure::compares(value, *comparison, *wanted);
                // Where the model holds two values, both must pass or both fail.
                let agrees = measured.other.is_none_or(|other| passes(other) == passes(measured.value));
                agrees.then(|| passes(measured.value))
            }
            Test::Among(set) => Some(set.binary_search(&entity).is_ok()),
            Test::ContainedIn(set) => Some(row_is(scene, entity, |row| row.container, set)),
            Test::HostedBy(set) => Some(row_is(scene, entity, |row| row.host, set)),
            Test::TypeName(folded) => Some(select::type_name_is(scene.reader, entity, folded)),
            Test::Kind(kinds) => Some(select::is_any_kind(scene, entity, kinds)),
            Test::Classified(text) => classification::is_classified(scene, entity, text),
            Test::Has(aspect) => Some(attribute::has(scene, entity, *aspect)),
            Test::Any(tests) => any(tests.iter().map(|test| test.holds(scene, entity))),
            Test::All(tests) => {
                any(tests.iter().map(|test| test.holds(scene, entity).map(|truth| !truth))).map(|fails| !fails)
            }
            Test::Not(test) => test.holds(scene, entity).map(|truth| !truth),
        }
    }

    /// Of each of some entities what [`Test::holds`] says, asked of as few of them as columns allow.
    pub(super) fn truths(&self, scene: Scene<'_>, entities: &[EntityIndex]) -> Vec<Truth> {
        let all = |truth| vec![truth; entities.len()];
        match self {
            Test::Always(truth) => all((*truth).into()),
            Test::Any(tests) => {
                let sides = tests.iter().map(|test| test.truths(scene, entities));
                join(sides, Truth::Yes).unwrap_or_else(|| all(Truth::No))
            }
            Test::All(tests) => {
                let sides = tests.iter().map(|test| test.truths(scene, entities));
                join(sides, Truth::No).unwrap_or_else(|| all(Truth::Yes))
            }
            Test::Not(test) => test.truths(scene, entities).into_iter().map(|truth| !truth).collect(),
            Test::Measure(kind, comparison, wanted) => match column::figures(scene, *kind, entities.len()) {
                Some(figures) => {
                    let known = self.of_codes(scene, figures.codes());
                    let compared = |e: &EntityIndex| match known.get(figures.codes().code(*e)) {
                        None | Some(Truth::Open) => Truth::Open,
                        Some(_) => Some(measure::compares(figures.value(*e), *comparison, *wanted)).into(),
                    };
                    let doubted = |e: &EntityIndex| measure::measured(scene, *e, *kind).is_ok_and(|m| m.contradicted);
                    let doubted: Vec<bool> = figures.codes().first().iter().map(doubted).collect();
                    if doubted.contains(&true) {
                        let is_doubted = |e: &EntityIndex| doubted.get(figures.codes().code(*e)) == Some(&true);
                        let read =
                            |e: &EntityIndex| if is_doubted(e) { self.holds(scene, *e).into() } else { compared(e) };
                        return entities.iter().map(read).collect();
                    }
                    entities.iter().map(compared).collect()
                }
                None => self.read(scene, entities),
            },
            Test::Storey(_)
            | Test::Material(_)
            | Test::Property { .. }
            | Test::TypeName(_)
            | Test::Classified(_)
            | Test::Has(_)
            | Test::Among(_)
            | Test::ContainedIn(_)
            | Test::HostedBy(_)
            | Test::Kind(_) => match self.coded(scene, entities.len()) {
                Some(coded) => entities.iter().map(|entity| coded.truth(*entity)).collect(),
                None => self.read(scene, entities),
            },
        }
    }

    /// The same of all entities of the model at once; `None` where columns of few values do not tell it.
    pub(super) fn bits(&self, scene: Scene<'_>, asked: usize) -> Option<TruthBits> {
        let sides = |tests: &[Test<'_>]| tests.iter().map(|test| test.bits(scene, asked)).collect::<Option<Vec<_>>>();
        let whole = scene.reader.entity_count();
        match self {
            Test::Any(tests) => Some(TruthBits::any(whole, &sides(tests)?)),
            Test::All(tests) => {
                let fails: Vec<TruthBits> = sides(tests)?.iter().map(TruthBits::negated).collect();
                Some(TruthBits::any(whole, &fails).negated())
            }
            Test::Not(test) => test.bits(scene, asked).map(|said| said.negated()),
            Test::Always(_)
            | Test::Storey(_)
            | Test::Material(_)
            | Test::Property { .. }
            | Test::Measure(..)
            | Test::Among(_)
            | Test::ContainedIn(_)
            | Test::HostedBy(_)
            | Test::TypeName(_)
            | Test::Kind(_)
            | Test::Classified(_)
            | Test::Has(_) => {
                let Coded { codes, known } = self.coded(scene, asked)?;
                let sets = codes.sets()?;
                let those = |wanted| {
                    let of_code = sets.iter().zip(&known).filter(|(_, truth)| **truth == wanted).map(|(set, _)| set);
                    Bits::any(whole, of_code)
                };
                Some(TruthBits { yes: those(Truth::Yes), open: those(Truth::Open) })
            }
        }
    }

    fn read(&self, scene: Scene<'_>, entities: &[EntityIndex]) -> Vec<Truth> {
        entities.iter().map(|entity| self.holds(scene, *entity).into()).collect()
    }

    /// The column that tells all that the test looks at, with what the test says of each of its values.
    pub(super) fn coded(&self, scene: Scene<'_>, asked: usize) -> Option<Coded> {
        let key = match self {
            Test::Storey(_) => Key::Places,
            Test::Material(_) => Key::Materials,
            Test::Property { name, .. } => Key::Property((*name).to_owned()),
            Test::TypeName(_) => Key::TypeNames,
            Test::Classified(_) => Key::References,
            Test::Has(aspect) => Key::Has(*aspect),
            Test::Always(_)
            | Test::Measure(..)
            | Test::Among(_)
            | Test::ContainedIn(_)
            | Test::HostedBy(_)
            | Test::Kind(_)
            | Test::Any(_)
            | Test::All(_)
            | Test::Not(_) => return None,
        };
        let codes = column::coded(scene, &key, asked)?;
        let known = self.of_codes(scene, &codes);
        Some(Coded { codes, known })
    }

    fn of_codes(&self, scene: Scene<'_>, codes: &Codes) -> Vec<Truth> {
        self.read(scene, codes.first())
    }
}

/// A column with the truth of each of its codes.
pub(super) struct Coded {
    codes: Arc<Codes>,
    known: Vec<Truth>,
}

impl Coded {
    #[inline]
    pub(super) fn truth(&self, entity: EntityIndex) -> Truth {
        self.known.get(self.codes.code(entity)).copied().unwrap_or(Truth::Open)
    }
}

fn in_order(entities: impl IntoIterator<Item = EntityIndex>) -> Vec<EntityIndex> {
    let mut entities: Vec<EntityIndex> = entities.into_iter().collect();
    entities.sort_unstable();
    entities
}

/// Those of some entities, which are in the order of the file, that carry a GlobalId.
fn with_id(scene: Scene<'_>, entities: &[EntityIndex], id: GlobalId) -> Vec<EntityIndex> {
    if let Some(mut found) = column::with_id(scene, id) {
        found.retain(|entity| entities.binary_search(entity).is_ok());
        return found;
    }
    let is = |e: &EntityIndex| scene.reader.entity(*e).is_some_and(|e| e.global_id == Some(id));
    entities.iter().copied().filter(is).collect()
}

/// Kleene's or: true when one is, unknown when none is and one is unknown.
fn any(truths: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut all_known = Some(false);
    for truth in truths {
        match truth {
            Some(true) => return Some(true),
            Some(false) => {}
            None => all_known = None,
        }
    }
    all_known
}

fn row_is(
    scene: Scene<'_>,
    entity: EntityIndex,
    of: impl Fn(&crate::ifc::Entity) -> Option<EntityIndex>,
    set: &HashSet<EntityIndex>,
) -> bool {
    scene.reader.entity(entity).and_then(|row| of(&row)).is_some_and(|other| set.contains(&other))
}

/// What is missing when a condition could be decided of none of the entities.
pub(super) fn why_unknown(scene: Scene<'_>, filter: &Filter, entities: &[EntityIndex]) -> Option<Missing> {
    let count = entities.len();
    match filter {
        Filter::Property(name, _) => Some(property::missing(scene, entities, name)),
        Filter::Measure(kind, ..) => {
            let entities: Entities = entities.iter().copied().collect();
            let values = amount::values(scene, &Selection::default(), &entities, *kind, kind.stored_unit());
            Some(if values.is_empty() { values.missing(count) } else { Missing::Contradictory(values.len()) })
        }
        Filter::Material(_) => Some(property::missing(scene, entities, attribute::MATERIAL)),
        Filter::Storey(_) => Some(Missing::StoreyOf(count)),
        Filter::Classified(_) => Some(Missing::Relation("classifications")),
        Filter::Any(filters) | Filter::All(filters) => filters.iter().find_map(|f| why_unknown(scene, f, entities)),
        Filter::Not(inner) => why_unknown(scene, inner, entities),
        Filter::StoreyUnknown(_)
        | Filter::Name(_)
        | Filter::GlobalId(_)
        | Filter::TypeName(_)
        | Filter::InSpace(_)
        | Filter::HostedBy(_)
        | Filter::BoundsSpace(_)
        | Filter::Kind(_)
        | Filter::Holds(_)
        | Filter::InGroup(_)
        | Filter::Has(_) => None,
    }
}
