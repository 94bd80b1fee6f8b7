//! The lid and sleep: a laptop that is closed, or wakes from sleep, is locked. Nobody sits before it.

use super::Outlet;
use std::path::Path;
use std::time::{Duration, Instant};
use tram_workflow::Action;

/// Where the kernel says how the lid stands; machines without one have nothing there.
const LIDS: &str = "/proc/acpi/button/lid";
/// Counts on while the machine sleeps, which the clock of [`Instant`] does not.
const UPTIME: &str = "/proc/uptime";
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// A machine that merely had much to do loses less than that between two looks.
const SLEPT: Duration = Duration::from_secs(5);

/// The thread's work.
pub(super) fn run(outlet: &Outlet) {
    let start = Instant::now();
    let slept = || uptime(Path::new(UPTIME)).map(|uptime| uptime.saturating_sub(start.elapsed()));
    let (mut before, mut was_closed) = (slept(), false);
    loop {
        let (now, is_closed) = (slept(), is_closed(Path::new(LIDS)));
        let has_slept = matches!((before, now), (Some(before), Some(now)) if now > before + SLEPT);
        if has_slept || is_closed && !was_closed {
            outlet.send(Action::Lock);
        }
        (before, was_closed) = (now, is_closed);
        if outlet.wait_closed(LOOK_EVERY) {
            return;
        }
    }
}

fn uptime(path: &Path) -> Option<Duration> {
    let text = std::fs::read_to_string(path).ok()?;
    Duration::try_from_secs_f64(text.split(' ').next()?.parse().ok()?).ok()
}

fn is_closed(lids: &Path) -> bool {
    let Ok(lids) = std::fs::read_dir(lids) else { return false };
    let says_closed = |path: &Path| std::fs::read_to_string(path).is_ok_and(|text| text.contains("closed"));
    lids.filter_map(Result::ok).any(|lid| says_closed(&lid.path().join("state")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_lid_is_seen() {
        let folder = std::env::temp_dir().join(format!("tram-lid-{}", std::process::id()));
        let lid = folder.join("LID0");
        std::fs::create_dir_all(&lid).unwrap();
        assert!(!is_closed(&folder), "a lid that does not say how it stands");
        for (state, closed) in [("state:      open\n", false), ("state:      closed\n", true)] {
            std::fs::write(lid.join("state"), state).unwrap();
            assert_eq!(is_closed(&folder), closed);
        }
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(!is_closed(&folder), "a machine without a lid");
        assert!(uptime(Path::new(UPTIME)).is_some());
    }
}
