//! The bounded CPU pool: blocking work on blocking threads, with as many places as its limit and panics as errors.
//!
//! Not an actor: its state is one semaphore. A place is held until the work ends, also when its caller gave up, so that
//! the number of running threads never passes the limit.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{Coded, ErrorCode};

/// A pool with a fixed number of places; cheap to clone.
#[derive(Debug, Clone)]
pub struct Compute {
    places: Arc<Semaphore>,
    busy: ErrorCode,
}

/// Why work in the pool has no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ComputeError {
    /// Shed before it began.
    #[error("all places for this kind of work are taken")]
    Busy(ErrorCode),
    /// The work panicked.
    #[error("the work panicked")]
    Panicked,
    /// The runtime shut down.
    #[error("the pool is closed")]
    Closed,
}

impl Coded for ComputeError {
    fn code(&self) -> ErrorCode {
        match self {
            ComputeError::Busy(code) => *code,
            ComputeError::Panicked => ErrorCode::Internal,
            ComputeError::Closed => ErrorCode::ActorUnavailable,
        }
    }
}

impl Compute {
    /// A pool with `places_max` places. `busy` is the code of work that is shed.
    #[must_use]
    pub fn new(places_max: usize, busy: ErrorCode) -> Compute {
        Compute { places: Arc::new(Semaphore::new(places_max)), busy }
    }

    /// Runs work at once, or sheds it.
    ///
    /// # Errors
    /// [`ComputeError`].
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, ComputeError> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| ComputeError::Busy(self.busy))?;
        run_in(place, work).await
    }

    /// Begins work without waiting for its end, or sheds it. Whoever waits for something of it learns of a panic by that.
    ///
    /// # Errors
    /// [`ComputeError::Busy`].
    pub fn begin(&self, work: impl FnOnce() + Send + 'static) -> Result<(), ComputeError> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| ComputeError::Busy(self.busy))?;
        drop(tokio::task::spawn_blocking(move || {
            let _place = place;
            work();
        }));
        Ok(())
    }

    /// Runs work when a place is free. Only for callers whose own number is bounded.
    ///
    /// # Errors
    /// [`ComputeError`], never `Busy`.
    pub async fn run_in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ComputeError> {
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(|_| ComputeError::Closed)?;
        run_in(place, work).await
    }
}

async fn run_in<T: Send + 'static>(
    place: OwnedSemaphorePermit,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ComputeError> {
    let work = move || {
        let _place = place;
        work()
    };
    tokio::task::spawn_blocking(work).await.map_err(|error| match error.is_panic() {
        true => ComputeError::Panicked,
        false => ComputeError::Closed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix::test]
    async fn panic_is_an_error_and_frees_its_place() {
        let pool = Compute::new(1, ErrorCode::QuestionsBusy);
        assert_eq!(pool.run(|| panic!("planned")).await, Err::<(), _>(ComputeError::Panicked));
        assert_eq!(pool.run(|| 7).await, Ok(7));
    }

    #[actix::test]
    async fn work_beyond_the_places_is_shed_even_when_the_first_caller_gave_up() {
        let pool = Compute::new(1, ErrorCode::QuestionsBusy);
        let (release, held) = std::sync::mpsc::channel::<()>();
        let first = actix::spawn({
            let pool = pool.clone();
            async move { pool.run(move || held.recv()).await }
        });
        tokio::task::yield_now().await;
        first.abort();
        assert!(first.await.is_err_and(|error| error.is_cancelled()));
        assert_eq!(pool.run(|| ()).await, Err(ComputeError::Busy(ErrorCode::QuestionsBusy)));
        release.send(()).unwrap();
        assert_eq!(pool.run_in_turn(|| 1).await, Ok(1));
    }
}
