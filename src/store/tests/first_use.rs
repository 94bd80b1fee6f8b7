//! The first opening in a process, by several threads at the same time. One test, so that nothing opens before it.

#![allow(clippy::unwrap_used, clippy::expect_used)] // Tests may, their helpers as well.

mod common;

use common::*;
use std::sync::Barrier;
use std::thread;

#[test]
fn threads_that_open_at_the_same_moment_all_get_a_database() {
    const THREADS: usize = 8;
    let together = Barrier::new(THREADS);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                let folder = tempfile::tempdir().unwrap();
                together.wait();
                open_dossier(&mut store(folder.path()), id(1));
            });
        }
    });
}
