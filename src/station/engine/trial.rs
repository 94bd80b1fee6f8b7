//! The trial thread: lets a device do its work once when somebody on the device page asks for it.

use super::devices::Bench;
use crossbeam_channel::Receiver;
use std::path::Path;
use time::OffsetDateTime;
use time::macros::format_description;

/// Which device, and whether the session is recorded.
pub(super) struct Job {
    pub(super) driver: String,
    pub(super) port: String,
    pub(super) record: bool,
}

/// The thread's work; recordings go into `folder`.
pub(super) fn run(bench: &Bench, folder: &Path, jobs: &Receiver<Job>) {
    while let Ok(Job { driver, port, record }) = jobs.recv() {
        let file = folder.join(file_name(&driver, OffsetDateTime::now_utc()));
        let recording = record.then_some(file.as_path());
        if let Some(Err(error)) = recording.map(|_| std::fs::create_dir_all(folder)) {
            log::error!("{} cannot be made: {error}", folder.display());
        }
        bench.try_out(&driver, &port, recording);
    }
}

fn file_name(driver: &str, now: OffsetDateTime) -> String {
    let format = format_description!("[year][month][day]-[hour][minute][second]");
    // A date always has this form.
    format!("{driver}-{}.txt", now.format(format).unwrap_or_default())
}
