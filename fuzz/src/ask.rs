//! Target that asks.

use std::ops::ControlFlow;
use std::sync::{Arc, OnceLock};

use ifc_json_chunking::formats::{ContentEncoding, read};
use ifc_json_chunking::query::{AskableModel, Question};

/// The sample building, so that words of a question meet names of a model.
const SAMPLE: &[u8] = include_bytes!("../../samples/house.ifcjson.json");
static MODEL: OnceLock<AskableModel> = OnceLock::new();

fn model() -> &'static AskableModel {
    MODEL.get_or_init(|| {
        let read = read(SAMPLE, ContentEncoding::Identity, &mut |_| ControlFlow::Continue(()));
        let read = read.expect("the sample is read in the tests of the program");
        AskableModel::new(read.content_hash, Arc::new(read.model))
    })
}

/// A question in any words.
pub(crate) fn question(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(question) = Question::parse(text) else { return };
    let answer = model().ask(&question);
    // The same words give the same answer, evidence included.
    assert_eq!(answer, model().ask(&question));
}
