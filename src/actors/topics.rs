//! What models were asked last, which a follow-up goes on from.
//!
//! Not an actor: a part of a session's state.

use serde::{Deserialize, Deserializer, Serialize};

use crate::limits;
use crate::query::Plan;

/// What a model was asked last.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Topic {
    model_id: String,
    plan: Plan,
    /// The question's number in the session.
    turn: u64,
    /// When it ended, on the clock of whoever keeps it.
    at_ms: u64,
}

/// At most [`limits::SESSION_TOPICS_MAX`], one per model.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Topics(#[serde(deserialize_with = "readable")] Vec<Topic>);

/// Those that are still understood: the form of plans changes with the program, and a topic is no reason to lose a session.
fn readable<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Topic>, D::Error> {
    let topics = Vec::<serde_json::Value>::deserialize(deserializer)?;
    Ok(topics.into_iter().filter_map(|topic| serde_json::from_value(topic).ok()).collect())
}

impl Topics {
    /// What a model was asked last, unless that is too long ago.
    pub(crate) fn before(&self, model_id: &str, now_ms: u64) -> Option<Plan> {
        let topic = self.0.iter().find(|topic| topic.model_id == model_id && is_fresh(topic, now_ms));
        topic.map(|topic| topic.plan.clone())
    }

    /// Notes a question that was understood. One that was asked earlier and ends later changes nothing.
    pub(crate) fn note(&mut self, turn: u64, model_id: &str, plan: &Plan, now_ms: u64) {
        if self.0.iter().any(|topic| topic.model_id == model_id && turn < topic.turn) {
            return;
        }
        self.0.retain(|topic| topic.model_id != model_id);
        // Forgotten rather than the older one kept: nobody means that any more.
        let bytes = serde_json::to_vec(plan).map_or(usize::MAX, |json| json.len());
        if limits::SESSION_PLAN_BYTES_MAX < bytes {
            return;
        }
        while limits::SESSION_TOPICS_MAX <= self.0.len() {
            self.0.remove(0);
        }
        self.0.push(Topic { model_id: model_id.to_owned(), plan: plan.clone(), turn, at_ms: now_ms });
    }

    /// Forgets what is too long ago.
    pub(crate) fn forget(&mut self, now_ms: u64) {
        self.0.retain(|topic| is_fresh(topic, now_ms));
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

fn is_fresh(topic: &Topic, now_ms: u64) -> bool {
    u128::from(now_ms.saturating_sub(topic.at_ms)) < limits::SESSION_TOPIC_AGE_MAX.as_millis()
}
