//! Kept sessions, as the edge reaches them.

use std::net::IpAddr;

use actix::dev::ToEnvelope;
use actix::prelude::*;
use tokio::sync::SemaphorePermit;

use super::keeping::{BeginKept, FindKept, ListKept, LookAtKept};
use super::opening::Opener;
use super::{DirectoryActor, SessionsHandle};
use crate::actors::clock::unix_millis;
use crate::actors::failure::Failure;
use crate::actors::kept_session::{
    self, Accepted, Attachment, Cancel, Connection, Cursor, Delete, FindQuestion, Found, KeptSessionActor, NewQuestion,
    QuestionState, SelectModel, SessionError, SessionInfo, SessionPhase, Shared, Submit,
};
use crate::actors::model_registry::new_id;
use crate::actors::owner::OwnerId;
use crate::actors::session_directory::index::{KeptRef, Listed};
use crate::actors::session_event::EndReason;
use crate::limits;
use crate::store::CatalogTable;

impl SessionsHandle {
    /// Begins a session that is kept, of an owner or of nobody, under an id of the caller's or one of our own. Who knows
    /// the id of one that nobody owns may use it.
    ///
    /// # Errors
    /// [`SessionError`].
    pub async fn begin(
        &self,
        owner: Option<&OwnerId>,
        id: Option<String>,
        model_id: Option<String>,
    ) -> Result<SessionInfo, SessionError> {
        self.begin_for(Vec::new(), owner, id, model_id).await
    }

    /// Begins a session of an owner, whose number in a time is bounded, as is that of what comes from one address.
    ///
    /// # Errors
    /// [`SessionError`].
    pub async fn open(
        &self,
        owner: &OwnerId,
        peer: Option<IpAddr>,
        model_id: Option<String>,
    ) -> Result<SessionInfo, SessionError> {
        let mut openers = vec![Opener::Owner(owner.clone())];
        openers.extend(peer.map(Opener::peer));
        self.begin_for(openers, Some(owner), None, model_id).await
    }

    async fn begin_for(
        &self,
        openers: Vec<Opener>,
        owner: Option<&OwnerId>,
        id: Option<String>,
        model_id: Option<String>,
    ) -> Result<SessionInfo, SessionError> {
        let _place = self.place()?;
        self.writable()?;
        if self.health.is_draining() {
            return Err(SessionError::Draining);
        }
        let id = id.unwrap_or_else(|| new_id(self.clock));
        // Keys of the catalog part at zero bytes, and are ASCII.
        if id.is_empty() || limits::CLIENT_ID_BYTES_MAX < id.len() || !id.chars().all(|c| c.is_ascii_graphic()) {
            return Err(SessionError::Unknown(id));
        }
        if let Some(model_id) = &model_id {
            self.require_model(model_id).await?;
        }
        self.ask_directory(BeginKept { id, owner: owner.cloned(), model_id, openers }).await
    }

    /// Whether there is such a model, or an upload that may become one.
    async fn require_model(&self, model_id: &str) -> Result<(), SessionError> {
        self.registry.find(model_id).await.map(drop).map_err(|error| SessionError::Ask(error.into()))
    }

    /// The sessions of an owner, the newest first.
    ///
    /// # Errors
    /// [`SessionError`].
    pub async fn list(&self, owner: &OwnerId) -> Result<Vec<SessionInfo>, SessionError> {
        let _place = self.place()?;
        let listed = self.ask_directory(ListKept(owner.clone())).await?;
        let mut infos = Vec::with_capacity(listed.len());
        for listed in listed {
            match self.describe(Some(owner), listed).await {
                Ok(info) => infos.push(info),
                // Ended meanwhile.
                Err(SessionError::Unknown(_)) => {}
                Err(error) => return Err(error),
            }
        }
        infos.sort_by(|a, b| b.created_at.cmp(&a.created_at).then_with(|| b.session_id.cmp(&a.session_id)));
        Ok(infos)
    }

    /// One session.
    ///
    /// # Errors
    /// [`SessionError`].
    pub async fn info(&self, owner: Option<&OwnerId>, id: &str) -> Result<SessionInfo, SessionError> {
        let _place = self.place()?;
        let listed = self.ask_directory(LookAtKept { id: id.to_owned(), owner: owner.cloned() }).await?;
        self.describe(owner, listed).await
    }

    /// Ends a session for good: its questions are cancelled, its log goes.
    ///
    /// # Errors
    /// [`SessionError`].
    pub async fn end(&self, owner: Option<&OwnerId>, id: &str) -> Result<(), SessionError> {
        let _place = self.place()?;
        self.writable()?;
        let kept = self.find(owner, id).await?;
        match ask(&kept, Delete(EndReason::Deleted)).await {
            // Its actor may be gone before it replies; what counts is that nothing is left on disk.
            Err(SessionError::Unavailable) if kept.shared.phase() == SessionPhase::Ended => Ok(()),
            ended => ended,
        }
    }

    /// Chooses the building model of questions that name none.
    ///
    /// # Errors
    /// [`SessionError`].
    pub async fn select_model(
        &self,
        owner: Option<&OwnerId>,
        id: &str,
        model_id: String,
    ) -> Result<SessionInfo, SessionError> {
        let _place = self.place()?;
        self.writable()?;
        let kept = self.find(owner, id).await?;
        self.require_model(&model_id).await?;
        ask(&kept, SelectModel(model_id)).await?;
        Ok(kept.shared.info(unix_millis((self.clock)())))
    }

    /// Puts a question, which will have an end whatever happens to this process. Returns when it is on disk. Put again
    /// under the same id it is the same question, as long as its first event is kept.
    ///
    /// # Errors
    /// [`SessionError`].
    pub async fn submit(
        &self,
        owner: Option<&OwnerId>,
        id: &str,
        question: NewQuestion,
    ) -> Result<Accepted, SessionError> {
        let _place = self.place()?;
        self.writable()?;
        if self.health.is_draining() {
            return Err(SessionError::Draining);
        }
        let kept = self.find(owner, id).await?;
        ask(&kept, Submit(question)).await
    }

    /// What is known of a question.
    ///
    /// # Errors
    /// [`SessionError`].
    pub async fn question(
        &self,
        owner: Option<&OwnerId>,
        id: &str,
        question_id: &str,
    ) -> Result<QuestionState, SessionError> {
        self.look_at(owner, id, question_id, FindQuestion(question_id.to_owned())).await
    }

    /// Cancels a question and stops the work on it. One that ended stays as it is.
    ///
    /// # Errors
    /// [`SessionError`].
    pub async fn cancel(
        &self,
        owner: Option<&OwnerId>,
        id: &str,
        question_id: &str,
    ) -> Result<QuestionState, SessionError> {
        self.writable()?;
        self.look_at(owner, id, question_id, Cancel(question_id.to_owned())).await
    }

    /// What is known of a question once a message was obeyed.
    async fn look_at<M>(
        &self,
        owner: Option<&OwnerId>,
        id: &str,
        question_id: &str,
        message: M,
    ) -> Result<QuestionState, SessionError>
    where
        KeptSessionActor: Handler<M>,
        Context<KeptSessionActor>: ToEnvelope<KeptSessionActor, M>,
        M: Message<Result = Result<Found, SessionError>> + Send + 'static,
    {
        let _place = self.place()?;
        let kept = self.find(owner, id).await?;
        let found = ask(&kept, message).await?;
        self.tell(&kept.shared, question_id, found).await
    }

    /// Follows a session: from a place in its log, or only what is new.
    ///
    /// # Errors
    /// [`SessionError`].
    pub async fn attach(
        &self,
        owner: Option<&OwnerId>,
        id: &str,
        from: Option<Cursor>,
    ) -> Result<Attachment, SessionError> {
        let _place = self.place()?;
        let kept = self.find(owner, id).await?;
        restored(&kept.shared).await?;
        let connection = Connection::open(kept.shared)?;
        let sources = (self.catalog.clone(), self.reads.clone(), self.health.clone());
        Ok(Attachment::new(connection, sources, from, unix_millis((self.clock)())))
    }

    /// Takes all places for calls, as a crowd of clients does.
    #[cfg(test)]
    pub(crate) fn crowd(&self) -> tokio::sync::OwnedSemaphorePermit {
        let all = u32::try_from(limits::SESSION_CALLS_MAX).unwrap();
        std::sync::Arc::clone(&self.calls).try_acquire_many_owned(all).unwrap()
    }

    /// Makes the actor of a session panic.
    #[cfg(test)]
    pub(crate) async fn boom_in(&self, owner: &OwnerId, id: &str) -> Result<(), SessionError> {
        let addr = self.find(Some(owner), id).await?.addr.ok_or(SessionError::Unavailable)?;
        addr.send(crate::actors::testing::Boom).await.map_err(|_| SessionError::Unavailable)
    }

    /// Makes the directory panic.
    #[cfg(test)]
    pub(crate) async fn boom(&self) -> Result<(), SessionError> {
        let called = self.slot.call(crate::actors::testing::Boom, limits::ACTOR_REPLY_MAX).await;
        called.map_err(|_| SessionError::Unavailable)
    }

    /// Questions of kept sessions whose work is not done, or that wait for it.
    #[cfg(test)]
    pub(crate) fn in_flight(&self) -> usize {
        super::RUNNING_MAX - self.running.available_permits()
    }

    /// Whether a session has no actor.
    #[cfg(test)]
    pub(crate) async fn rests(&self, owner: &OwnerId, id: &str) -> bool {
        let look = LookAtKept { id: id.to_owned(), owner: Some(owner.clone()) };
        self.ask_directory(look).await.unwrap().shared.is_none()
    }

    /// While nothing can be written, refuses what would have to be, with the reason, before it costs a session its life.
    fn writable(&self) -> Result<(), SessionError> {
        self.catalog.fault().map_or(Ok(()), |fault| Err(SessionError::Store(Failure::of(&fault))))
    }

    /// Sheds rather than queues without a bound.
    fn place(&self) -> Result<SemaphorePermit<'_>, SessionError> {
        self.calls.try_acquire().map_err(|_| SessionError::Overloaded)
    }

    async fn ask_directory<M, T>(&self, message: M) -> Result<T, SessionError>
    where
        DirectoryActor: Handler<M>,
        Context<DirectoryActor>: ToEnvelope<DirectoryActor, M>,
        M: Message<Result = Result<T, SessionError>> + Send + 'static,
        T: Send + 'static,
    {
        self.slot.call(message, limits::ACTOR_REPLY_MAX).await.map_err(|_| SessionError::Unavailable)?
    }

    async fn find(&self, owner: Option<&OwnerId>, id: &str) -> Result<KeptRef, SessionError> {
        self.ask_directory(FindKept { id: id.to_owned(), owner: owner.cloned() }).await
    }

    /// From its state where it is alive, else from its checkpoint: both are the last commit.
    async fn describe(&self, owner: Option<&OwnerId>, listed: Listed) -> Result<SessionInfo, SessionError> {
        let Listed { id, used_ms, shared } = listed;
        if let Some(shared) = shared {
            return Ok(shared.info(used_ms));
        }
        let (catalog, key) = (self.catalog.clone(), id.clone());
        let read = move || catalog.get(CatalogTable::Sessions, key.as_bytes());
        let value = self.reads.run_in_turn(read).await.map_err(|error| SessionError::Store(Failure::of(&error)))?;
        let value = value.map_err(|error| SessionError::Store(Failure::of(&error)))?;
        let value = value.ok_or_else(|| SessionError::Unknown(id.as_ref().to_owned()))?;
        if let Some((_, Some(checkpoint))) = kept_session::parse(&value) {
            return Ok(checkpoint.info(&id, used_ms));
        }
        // It cannot be read: the session makes a new one of it.
        let kept = self.find(owner, &id).await?;
        restored(&kept.shared).await?;
        Ok(kept.shared.info(used_ms))
    }

    async fn tell(&self, shared: &Shared, question_id: &str, found: Found) -> Result<QuestionState, SessionError> {
        match found {
            Found::Running(state) => Ok(*state),
            Found::Ended(accepted, ended) => {
                let (catalog, id, question_id) = (self.catalog.clone(), shared.id.clone(), question_id.to_owned());
                let read = move || kept_session::question(&catalog, &id, &question_id, (accepted, ended));
                let read = self.reads.run_in_turn(read).await;
                read.map_err(|error| SessionError::Store(Failure::of(&error)))?
            }
        }
    }
}

/// Waits until a session was read from the catalog.
async fn restored(shared: &Shared) -> Result<(), SessionError> {
    let restored = tokio::time::timeout(limits::ACTOR_REPLY_MAX, shared.restored()).await;
    restored.map_err(|_elapsed| SessionError::Unavailable)??;
    match shared.phase() {
        SessionPhase::Ended => Err(SessionError::Unknown(shared.id.as_ref().to_owned())),
        SessionPhase::Live | SessionPhase::Restoring => Ok(()),
        SessionPhase::Moved => Err(SessionError::Unavailable),
    }
}

/// Asks a session; holds it so that it does not go to rest meanwhile.
async fn ask<M, T>(kept: &KeptRef, message: M) -> Result<T, SessionError>
where
    KeptSessionActor: Handler<M>,
    Context<KeptSessionActor>: ToEnvelope<KeptSessionActor, M>,
    M: Message<Result = Result<T, SessionError>> + Send + 'static,
    T: Send + 'static,
{
    // A life ended with a write that failed, and the next waits until it can be written.
    if let Some(fault) = kept.shared.fault() {
        return Err(SessionError::Store(fault));
    }
    let addr = kept.addr.as_ref().ok_or(SessionError::Unavailable)?;
    let reply = addr.send(message).timeout(limits::ACTOR_REPLY_MAX).await;
    // The actor ends with a write that fails, perhaps before it replies.
    reply.unwrap_or_else(|_| Err(kept.shared.fault().map_or(SessionError::Unavailable, SessionError::Store)))
}
