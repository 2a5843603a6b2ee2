//! One client's session that is kept.

mod attachment;
mod wire;

pub use self::attachment::{Attachment, Next};
pub use self::wire::{Accepted, Cursor, NewQuestion, QuestionState, QuestionStatus, SessionError, SessionInfo};
