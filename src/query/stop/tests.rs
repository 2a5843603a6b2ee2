use std::sync::atomic::AtomicUsize;

use proptest::prelude::*;

use super::*;
use crate::query::testing::house;
use crate::query::{AskableModel, Language, Question};

const QUESTIONS: &[&str] = &[
    "Wie viele Wände gibt es?",
    "Wie groß ist das Volumen der tragenden Außenwände?",
    "Wie verteilen sich die Türen auf die Geschosse?",
    "Welche Tür hat den Feuerwiderstand EI30?",
    "Welcher Raum ist der größte?",
    "Wie viele Zwerge gibt es?",
];

/// Says stop at one of the reads of an entity.
#[derive(Debug)]
struct GivingUp {
    reader: Arc<dyn ModelReader>,
    reads_left: AtomicUsize,
    stop: Stop,
}

impl ModelReader for GivingUp {
    fn fault(&self) -> Option<String> {
        self.reader.fault()
    }

    fn head(&self) -> &ModelHead {
        self.reader.head()
    }

    fn entity_count(&self) -> usize {
        self.reader.entity_count()
    }

    fn entity(&self, index: EntityIndex) -> Option<Entity> {
        if self.reads_left.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.stop.set();
        }
        self.reader.entity(index)
    }

    fn text(&self, id: TextId) -> &str {
        self.reader.text(id)
    }

    fn properties(&self, entity: EntityIndex) -> Cow<'_, [Property]> {
        self.reader.properties(entity)
    }

    fn quantities(&self, entity: EntityIndex) -> Cow<'_, [Quantity]> {
        self.reader.quantities(entity)
    }

    fn materials(&self, entity: EntityIndex) -> Cow<'_, [MaterialUse]> {
        self.reader.materials(entity)
    }

    fn classifications(&self, entity: EntityIndex) -> Cow<'_, [(Option<TextId>, TextId)]> {
        self.reader.classifications(entity)
    }

    fn boundaries(&self, space: EntityIndex) -> Cow<'_, [EntityIndex]> {
        self.reader.boundaries(space)
    }

    fn groups(&self, entity: EntityIndex) -> Cow<'_, [EntityIndex]> {
        self.reader.groups(entity)
    }

    fn storeys(&self) -> Cow<'_, [EntityIndex]> {
        self.reader.storeys()
    }

    fn problems(&self) -> Cow<'_, [Problem]> {
        self.reader.problems()
    }
}

fn giving_up(reads: usize, stop: &Stop) -> AskableModel {
    let (reader, reads_left) = (house().model, AtomicUsize::new(reads));
    AskableModel::new("0".repeat(32), Arc::new(GivingUp { reader, reads_left, stop: stop.clone() }))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_stopped_question_has_no_answer_and_leaves_nothing_behind(reads in 1..600_usize, place in 0..QUESTIONS.len()) {
        let question = Question::parse(QUESTIONS[place]).unwrap();
        let whole = house().askable().ask(&question);
        let stop = Stop::default();
        let model = giving_up(reads, &stop);
        for _ in 0..4 {
            // Later ones are answered from what the first remembered.
            let answer = model.ask_until(&question, None, &stop);
            prop_assert_eq!(answer, if stop.is_set() { Err(Stopped) } else { Ok(whole.clone()) });
        }
        prop_assert_eq!(model.ask(&question), whole, "without a stop");
    }

    #[test]
    fn stopped_evidence_is_none_and_leaves_nothing_behind(reads in 1..600_usize, place in 0..QUESTIONS.len() - 1) {
        let house = house();
        let plan = house.plan(QUESTIONS[place]).unwrap();
        let whole = house.askable().evidence(&plan, Language::De);
        let stop = Stop::default();
        let model = giving_up(reads, &stop);
        for _ in 0..4 {
            let evidence = model.evidence_until(&plan, Language::De, None, &stop);
            prop_assert_eq!(evidence, if stop.is_set() { Err(Stopped) } else { Ok(whole.clone()) });
        }
        prop_assert_eq!(model.evidence(&plan, Language::De), whole, "without a stop");
    }
}

#[test]
fn a_question_that_is_stopped_before_it_begins_reads_nothing() {
    let (stop, unused) = (Stop::default(), Stop::default());
    stop.set();
    let model = giving_up(1, &unused);
    let question = Question::parse("Wie viele Wände gibt es?").unwrap();
    assert_eq!(model.ask_until(&question, None, &stop), Err(Stopped));
    assert!(!unused.is_set(), "an entity was read");
}
