//! The newest of something, for a reader that never waits: live video on its way to the screen.

use std::sync::{Arc, Mutex, PoisonError};

/// Holds the newest value and how many there were; clones share it.
#[derive(Debug)]
pub struct Slot<T>(Arc<Mutex<(u64, Option<Arc<T>>)>>);

impl<T> Clone for Slot<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self(Arc::new(Mutex::new((0, None))))
    }
}

impl<T> Slot<T> {
    /// Puts a newer value in place of the last.
    pub fn put(&self, value: Arc<T>) {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *slot = (slot.0 + 1, Some(value));
    }

    /// Empties the slot.
    pub fn clear(&self) {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *slot = (slot.0 + 1, None);
    }

    /// The newest value and its number; the number changes with every value.
    pub fn newest(&self) -> (u64, Option<Arc<T>>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
