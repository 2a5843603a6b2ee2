//! How fast questions are answered, over a million entities that are made in memory.
//!
//! The same table is made by `bench-peers/duckdb_answers.py`; both print their figures, which must agree.
#![expect(clippy::expect_used, clippy::print_stderr, reason = "a measurement that fails must say so and end")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use criterion::{Criterion, criterion_group, criterion_main};
use ifc_json_chunking::ifc::{
    BuildingModel, EntityDraft, EntityIndex, GlobalId, Measure, ModelBuilder, ModelHead, ModelReader, Nowhere,
    PropertyDraft, QuantityDraft, QuantitySource, Shape, Unit, ValueDraft,
};
use ifc_json_chunking::query::{
    Amount, AskableModel, Filter, Goal, GroupKey, MeasureKind, PLAN_VERSION, Plan, PropertyTest, Question, Selection,
    Statistic,
};

/// As in the program.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

const ENTITIES: u64 = 1_000_000;
const STOREYS: u64 = 40;
const TYPES: [&str; 30] = [
    "IfcWall",
    "IfcDoor",
    "IfcWindow",
    "IfcSlab",
    "IfcBeam",
    "IfcColumn",
    "IfcMember",
    "IfcPlate",
    "IfcRailing",
    "IfcStair",
    "IfcRamp",
    "IfcRoof",
    "IfcCovering",
    "IfcCurtainWall",
    "IfcFooting",
    "IfcPile",
    "IfcBuildingElementProxy",
    "IfcFurniture",
    "IfcPipeSegment",
    "IfcDuctSegment",
    "IfcPipeFitting",
    "IfcDuctFitting",
    "IfcValve",
    "IfcPump",
    "IfcFan",
    "IfcLamp",
    "IfcOutlet",
    "IfcSensor",
    "IfcBoiler",
    "IfcReinforcingBar",
];
const RATINGS: [&str; 5] = ["EI30", "EI60", "EI90", "REI60", "REI90"];

/// A number that follows no period a processor could learn; DuckDB makes the same.
fn scattered(number: u64, factor: u64) -> u64 {
    ((number + 1) * factor % 4_294_967_296) >> 8
}

fn pick<'t>(texts: &[&'t str], number: u64) -> &'t str {
    let count = u64::try_from(texts.len()).expect("short");
    let place = usize::try_from(number % count).expect("short");
    texts.get(place).copied().unwrap_or_default()
}

fn small(number: u64) -> f64 {
    f64::from(u32::try_from(number).expect("small"))
}

fn add(builder: &mut ModelBuilder, draft: &EntityDraft<'_>) -> EntityIndex {
    builder.entity(draft, &Nowhere).expect("there is room for a million")
}

fn part(builder: &mut ModelBuilder, number: u64, storeys: &[EntityIndex]) {
    let id = GlobalId::from_bits((u128::from(scattered(number, 2_654_435_761)) << 64) | u128::from(number)).to_string();
    let name = format!("Teil {number}");
    let entity = add(
        builder,
        &EntityDraft {
            entity_type: pick(&TYPES, scattered(number, 2_246_822_519)),
            id: Some(&id),
            name: Some(&name),
            ..EntityDraft::default()
        },
    );
    let storey = usize::try_from(scattered(number, 3_266_489_917) % STOREYS).expect("small");
    builder.set_container(entity, *storeys.get(storey).expect("forty storeys"));
    let mut property = |name, value| {
        builder.property(entity, &PropertyDraft { set: Some("Pset_Common"), name, value, from_type: false });
    };
    property("IsExternal", ValueDraft::Boolean(scattered(number, 668_265_263).is_multiple_of(2)));
    property("LoadBearing", ValueDraft::Boolean(scattered(number, 374_761_393).is_multiple_of(2)));
    property("FireRating", ValueDraft::Text(pick(&RATINGS, scattered(number, 2_869_860_233))));
    builder.quantity(
        entity,
        &QuantityDraft {
            set: Some("BaseQuantities"),
            name: "NetVolume",
            measure: Measure::Volume,
            value: small(scattered(number, 3_624_381_081) % 10_000) / 1000.0,
            source: QuantitySource::QuantitySet,
            from_type: false,
        },
    );
}

fn model() -> Arc<BuildingModel> {
    let mut builder = ModelBuilder::default();
    let storeys: Vec<EntityIndex> = (0..STOREYS)
        .map(|number| {
            let name = format!("Ebene {number:02}");
            let elevation_m = Some(3.0 * small(number));
            add(
                &mut builder,
                &EntityDraft {
                    entity_type: "IfcBuildingStorey",
                    name: Some(&name),
                    elevation_m,
                    ..EntityDraft::default()
                },
            )
        })
        .collect();
    for number in 0..ENTITIES {
        part(&mut builder, number, &storeys);
    }
    let head = ModelHead { units_declared: true, ..ModelHead::of_shape(Shape::IfcJson) };
    Arc::new(builder.finish(head).expect("memory does not fail"))
}

fn is(property: &str) -> Filter {
    Filter::Property(property.to_owned(), PropertyTest::Is(true))
}

fn plan(goal: Goal, any_of: &[&str], mut filters: Vec<Filter>) -> Plan {
    filters.sort_by_key(|filter| format!("{filter:?}"));
    let any_of = any_of.iter().map(|kind| (*kind).to_owned()).collect();
    Plan { version: PLAN_VERSION, goal, of: Selection { any_of, filters } }
}

fn plans(id: &str) -> Vec<(&'static str, Plan)> {
    let volume = Amount { measure: MeasureKind::Volume, statistic: Statistic::Sum, unit: Unit::CubicMetre };
    let Amount { measure, statistic, unit } = volume;
    let sum = || Goal::Measure { measure, statistic, unit };
    let group = |amount| Goal::Distribution { by: GroupKey::Storey, amount };
    let storey = || Filter::Storey(vec!["Ebene 07".to_owned()]);
    vec![
        ("count_by_type", plan(Goal::Count, &["wall"], vec![])),
        ("sum_two_filters", plan(sum(), &[], vec![is("is_external"), is("load_bearing")])),
        ("sum_two_filters_of_walls", plan(sum(), &["wall"], vec![storey(), is("is_external")])),
        ("group_by_two_filters", plan(group(Some(volume)), &[], vec![is("is_external"), is("load_bearing")])),
        ("group_by_two_filters_counted", plan(group(None), &[], vec![is("is_external"), is("load_bearing")])),
        (
            "group_by_two_filters_of_walls",
            plan(group(Some(volume)), &["wall"], vec![is("is_external"), is("load_bearing")]),
        ),
        ("global_id", plan(Goal::Count, &[], vec![Filter::GlobalId(id.to_owned())])),
    ]
}

const QUESTIONS: &[&str] = &[
    "Wie viele Wände gibt es?",
    "How many doors are there on Ebene 07?",
    "Wie groß ist das Volumen der tragenden Außenwände?",
    "Volume of the load-bearing external walls per storey",
    "Welche Türen haben einen Feuerwiderstand EI30?",
    "Wie viel Prozent der Wände sind tragend?",
    "Mehr Türen in Ebene 03 oder in Ebene 04?",
    "Which windows are not external?",
    "Wie viele tragende Stützen und Balken gibt es je Geschoss?",
    "What is the total volume of slabs in m3?",
];

fn measure(criterion: &mut Criterion) {
    let started = Instant::now();
    let model = model();
    eprintln!("made in {:.1} s", started.elapsed().as_secs_f64());
    let id = model.entity(EntityIndex(500_000)).and_then(|entity| entity.global_id).expect("it has one").to_string();
    let askable = AskableModel::new("0".repeat(32), model);
    let question = |text: &str| Question::parse(text).expect("a question");
    let first = QUESTIONS.first().expect("there are some");
    for time in ["first", "second"] {
        let started = Instant::now();
        black_box(askable.ask(&question(first)));
        eprintln!("{time} question: {:.1} ms", started.elapsed().as_secs_f64() * 1e3);
    }
    for (name, plan) in plans(&id) {
        let started = Instant::now();
        let found = askable.figures(&plan);
        eprintln!("{name}: first time {:.1} ms, {found:?}", started.elapsed().as_secs_f64() * 1e3);
        for _ in 0..40 {
            black_box(askable.figures(&plan));
        }
    }
    for (name, plan) in plans(&id) {
        criterion.bench_function(name, |bencher| bencher.iter(|| askable.figures(black_box(&plan))));
    }
    for text in QUESTIONS {
        let mut dry = question(text);
        dry.dry_run = true;
        criterion.bench_function(&format!("plan/{text}"), |bencher| bencher.iter(|| askable.ask(black_box(&dry))));
        let asked = question(text);
        criterion.bench_function(&format!("ask/{text}"), |bencher| bencher.iter(|| askable.ask(black_box(&asked))));
    }
}

criterion_group! {
    name = answers;
    config = Criterion::default().sample_size(20).measurement_time(std::time::Duration::from_secs(2)).warm_up_time(std::time::Duration::from_millis(500));
    targets = measure
}
criterion_main!(answers);
