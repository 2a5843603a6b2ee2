//! Sessions that are kept, as the edge reaches them.

use super::SessionsHandle;
use crate::actors::kept_session::{
    Accepted, Attachment, Cursor, NewQuestion, QuestionState, SessionError, SessionInfo,
};
use crate::actors::owner::OwnerId;

#[expect(clippy::unused_async, clippy::unused_self, reason = "not written yet")]
impl SessionsHandle {
    /// Begins a session that is kept, of an owner or of nobody, under an id of the caller's or one of our own.
    ///
    /// # Errors
    /// [`SessionError`].
    pub async fn begin(
        &self,
        _owner: Option<&OwnerId>,
        _id: Option<String>,
        _model_id: Option<String>,
    ) -> Result<SessionInfo, SessionError> {
        Err(SessionError::Unavailable)
    }

    /// The sessions of an owner, the newest first.
    ///
    /// # Errors
    /// [`SessionError`].
    pub async fn list(&self, _owner: &OwnerId) -> Result<Vec<SessionInfo>, SessionError> {
        Err(SessionError::Unavailable)
    }

    /// One session.
    ///
    /// # Errors
    /// [`SessionError`].
    pub async fn info(&self, _owner: Option<&OwnerId>, _id: &str) -> Result<SessionInfo, SessionError> {
        Err(SessionError::Unavailable)
    }

    /// Ends a session for good: its questions are cancelled, its log goes.
    ///
    /// # Errors
    /// [`SessionError`].
    pub async fn end(&self, _owner: Option<&OwnerId>, _id: &str) -> Result<(), SessionError> {
        Err(SessionError::Unavailable)
    }

    /// Chooses the building model of questions that name none.
    ///
    /// # Errors
    /// [`SessionError`].
    pub async fn select_model(
        &self,
        _owner: Option<&OwnerId>,
        _id: &str,
        _model_id: String,
    ) -> Result<SessionInfo, SessionError> {
        Err(SessionError::Unavailable)
    }

    /// Puts a question, which will have an end whatever happens to this process. Returns when it is on disk.
    ///
    /// # Errors
    /// [`SessionError`].
    pub async fn submit(
        &self,
        _owner: Option<&OwnerId>,
        _id: &str,
        _question: NewQuestion,
    ) -> Result<Accepted, SessionError> {
        Err(SessionError::Unavailable)
    }

    /// What is known of a question.
    ///
    /// # Errors
    /// [`SessionError`].
    pub async fn question(
        &self,
        _owner: Option<&OwnerId>,
        _id: &str,
        _question_id: &str,
    ) -> Result<QuestionState, SessionError> {
        Err(SessionError::Unavailable)
    }

    /// Cancels a question and stops the work on it. One that ended stays as it is.
    ///
    /// # Errors
    /// [`SessionError`].
    pub async fn cancel(
        &self,
        _owner: Option<&OwnerId>,
        _id: &str,
        _question_id: &str,
    ) -> Result<QuestionState, SessionError> {
        Err(SessionError::Unavailable)
    }

    /// Follows a session: from a place in its log, or only what is new.
    ///
    /// # Errors
    /// [`SessionError`].
    pub async fn attach(
        &self,
        _owner: Option<&OwnerId>,
        _id: &str,
        _from: Option<Cursor>,
    ) -> Result<Attachment, SessionError> {
        Err(SessionError::Unavailable)
    }
}
