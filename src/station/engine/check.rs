//! The whole database checked once a day, beside the work: damage that nobody notices spreads into every backup.

use super::{Outlet, phrase};
use crate::home::Home;
use std::time::Duration;
use tram_store::{Reader, StoreError};
use tram_workflow::Action;

const FIRST: Duration = Duration::from_mins(2);
const EVERY: Duration = Duration::from_hours(24);

/// The thread's work.
pub(super) fn run(home: &Home, outlet: &Outlet) {
    let mut pause = FIRST;
    while !outlet.wait_closed(pause) {
        pause = EVERY;
        match check(home) {
            Ok(()) => log::info!("the database is whole"),
            Err(error) => {
                log::error!("the daily check: {error:#}");
                if matches!(error.downcast_ref(), Some(StoreError::Damaged(_))) {
                    outlet.send(Action::JournalFailed(phrase(
                        "Kho dữ liệu bị hỏng: ngừng thu nhận, xuất hàng chờ gửi và gọi kỹ thuật viên",
                        "The database is damaged: stop capturing, export the outbox and call a technician",
                    )));
                }
            }
        }
    }
}

fn check(home: &Home) -> anyhow::Result<()> {
    let reader = Reader::open(&home.database(), &home.database_key()?)?;
    reader.check()?;
    reader.verify_audit()?;
    Ok(())
}
