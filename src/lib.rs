//! Reads building models (IFC data) as streams, stores them, and answers questions about them exactly.
//!
//! Start with `ARCHITECTURE.md`. The floors, from the ground: [`limits`] and [`error`]; [`ifc`], the vocabulary of a
//! building model; [`formats`], bytes to entities; [`chunking`], entities to chunks;
//! [`query`], question to plan to answer; [`store`], files on disk;
//! [`actors`], what has state and a life cycle; [`http`], the edge. A module names only modules below it;
//! `tests/tidy.rs` checks that.
//!
//! ```
//! use std::{ops::ControlFlow, sync::Arc};
//! use ifc_json_chunking::formats::{ContentEncoding, read};
//! use ifc_json_chunking::query::{AskableModel, Question, Scalar};
//!
//! let file = r#"{"header": {}, "data": {"IfcDoor": [{"id": "d1", "name": "Haustür", "storey": "EG"}]}}"#;
//! let read = read(file.as_bytes(), ContentEncoding::Identity, &mut |_| ControlFlow::Continue(()))?;
//! let model = AskableModel::new(read.content_hash, Arc::new(read.model));
//! let answer = model.ask(&Question::parse("Wie viele Türen gibt es im Erdgeschoss?")?);
//! let body = answer.answer.ok_or("the model holds a door")?;
//! assert_eq!(body.value, Some(Scalar::Integer(1)));
//! assert_eq!(body.text, "Es gibt 1 Tür im Geschoss „EG“.");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod actors;
pub mod chunking;
pub mod error;
pub mod formats;
pub mod http;
pub mod ifc;
pub mod limits;
pub mod query;
pub mod store;
