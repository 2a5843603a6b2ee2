//! Which entities a question is about, in canonical form.

use std::collections::BTreeSet;

use crate::ifc::{Concept, words};
use crate::query::lexicon::translate;
use crate::query::name::holds;
use crate::query::plan::{Filter, PropertyTest, Selection};
use crate::query::vocabulary::Vocabulary;

use super::gather::{Gathered, Identity, Join, Said, Slot};
use super::mark::{Mark, MarkKind};

/// The name that a run of words means: every word, or its translation, must be in the name of some entity. Where all
/// entities meant carry one name, it is that name, so that "Büro 101" and "office 101" are one.
pub(super) fn name_of_words(run: &[Mark], vocabulary: &Vocabulary) -> Option<String> {
    let said: Vec<String> = run.iter().flat_map(|mark| words_of(mark, |word| word.to_owned())).collect();
    let translated: Vec<String> =
        run.iter().flat_map(|mark| words_of(mark, |word| translate(word).unwrap_or(word).to_owned())).collect();
    [said, translated].into_iter().filter(|wanted| !wanted.is_empty()).find_map(|wanted| {
        let mut names: BTreeSet<&String> = vocabulary.names.keys().filter(|name| holds(name, &wanted)).collect();
        let whole = |name: &&String| words(name).len() == wanted.len();
        // A letter alone is in too many names: the "R" of "R-value" and of "R301".
        if wanted.len() == 1
            && wanted.iter().all(|word| word.chars().count() == 1 && word.chars().all(char::is_alphabetic))
        {
            names.retain(|name| words(name) == wanted);
        }
        if names.iter().filter(|name| whole(name)).count() == 1 {
            names.retain(whole);
        }
        match names.len() {
            0 => None,
            1 => names.first().map(|name| vocabulary.spelled(name)),
            _ => Some(wanted.join(" ")),
        }
    })
}

/// The words of a mark; a direction in its canonical spelling.
fn words_of(mark: &Mark, spell: impl Fn(&str) -> String) -> Vec<String> {
    if let MarkKind::Compass(directions) = &mark.kind {
        return directions.first().map(|d| (*d).to_owned()).into_iter().collect();
    }
    words(&mark.raw).iter().map(|word| spell(word)).collect()
}

/// The parts a question names that are not merely "building part", canonical: "Decken und Bodenplatten" is `slab`.
pub(super) fn any_of(slots: &[&Slot]) -> Vec<String> {
    let mut parts: BTreeSet<String> = slots.iter().map(|slot| canonical(&slot.part)).collect();
    if parts.len() > 1 {
        parts.remove("element");
    }
    if parts.contains("floor_slab") && parts.contains("base_slab") {
        parts.remove("floor_slab");
        parts.remove("base_slab");
        parts.insert("slab".to_owned());
    }
    let wider: Vec<&'static str> =
        parts.iter().filter_map(|p| Concept::by_id(p)).filter(|c| c.is_whole()).map(|c| c.entity_type).collect();
    parts.retain(|part| Concept::by_id(part).is_none_or(|c| c.is_whole() || !wider.contains(&c.entity_type)));
    parts.into_iter().collect()
}

/// "IfcWall" and "walls" are one.
fn canonical(part: &str) -> String {
    Concept::of_type(part).map_or_else(|| part.to_owned(), |concept| concept.id.to_owned())
}

/// The conditions that hold for every goal: storeys, materials, properties, names.
pub(super) fn selection(gathered: &Gathered, slots: &[&Slot], extra: Vec<Filter>) -> Selection {
    let mut filters = conditions(&gathered.said);
    filters.extend(extra);
    filters.extend(slots.iter().filter_map(|slot| slot.identity.as_ref()).map(identity_filter));
    filters.extend(gathered.loose_names.iter().map(identity_filter));
    let mut any_of = any_of(slots);
    let named = filters.iter().any(|f| matches!(f, Filter::Name(_) | Filter::GlobalId(_)));
    if any_of.is_empty() && !named {
        any_of.push("element".to_owned());
    }
    Selection { any_of, filters: sorted(filters) }
}

/// In canonical order, without doubles.
pub(super) fn sorted(mut filters: Vec<Filter>) -> Vec<Filter> {
    filters.sort_by_cached_key(|filter| serde_json::to_string(filter).unwrap_or_default());
    filters.dedup();
    filters
}

/// Conditions as a plan takes them: storeys are one set of places, and what "oder" joins is one condition of which any
/// may hold. Two values of one property are never both, so "und" between them means either as well.
pub(super) fn conditions(said: &[Said]) -> Vec<Filter> {
    let mut storeys: BTreeSet<String> = BTreeSet::new();
    let mut chains: Vec<Vec<Filter>> = Vec::new();
    for said in said {
        let before = chains.last_mut().filter(|chain| match (said.join, chain.last()) {
            (Join::Or, Some(_)) => true,
            (Join::And, Some(Filter::Property(before, PropertyTest::Says(_)))) => {
                matches!(&said.test, Filter::Property(name, PropertyTest::Says(_)) if name == before)
            }
            _ => false,
        });
        match before {
            Some(chain) => chain.push(said.test.clone()),
            None => chains.push(vec![said.test.clone()]),
        }
    }
    // Storeys that nothing else is an alternative to are one set of places.
    chains.retain(|chain| {
        let names = |test: &Filter| if let Filter::Storey(names) = test { Some(names.clone()) } else { None };
        let places: Option<Vec<Vec<String>>> = chain.iter().map(names).collect();
        let only_storeys = places.is_some();
        storeys.extend(places.into_iter().flatten().flatten());
        !only_storeys
    });
    let any = |chain: Vec<Filter>| match sorted(chain) {
        mut one if one.len() == 1 => one.pop(),
        several => Some(Filter::Any(several)),
    };
    let mut filters: Vec<Filter> = chains.into_iter().filter_map(any).collect();
    if !storeys.is_empty() {
        filters.push(Filter::Storey(storeys.into_iter().collect()));
    }
    filters
}

fn identity_filter(identity: &Identity) -> Filter {
    match identity {
        Identity::Id(id) => Filter::GlobalId(id.to_string()),
        Identity::Name(name) => Filter::Name(name.clone()),
    }
}

/// How a relation names its other end: the GlobalId where there is one, else the name.
pub(super) fn reference(identity: &Identity) -> String {
    match identity {
        Identity::Id(id) => id.to_string(),
        Identity::Name(name) => name.clone(),
    }
}
