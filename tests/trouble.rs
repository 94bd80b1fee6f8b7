//! Devices that fail and a disk that is full in the middle of a citizen's enrollment: a clear sentence, nothing lost, and
//! the work goes on where it was.

mod common;

use common::{Demonstration, OFFICER, scripted_officer};
use std::process::Command;
use std::time::Instant;
use tram_capture::DeviceKind;
use tram_enrollment::Step;
use tram_virtual::{IrisTrouble, Trouble};
use tram_workflow::{State, sentence};

fn step(state: &State) -> Option<Step> {
    state.dossier.as_ref().map(|dossier| dossier.enrollment.step)
}

fn headline(state: &State) -> String {
    sentence::headline(state).map(|(_, text)| text).unwrap_or_default()
}

#[test]
fn an_unplugged_camera_and_a_reader_that_answers_garbage_lose_nothing() {
    let Some(demonstration) = Demonstration::start() else { return };
    let station = demonstration.station_behind(demonstration.centre_port());
    let mut lines = Vec::new();
    let (mut flow, hands) = station.flow(&mut lines);
    let officer = scripted_officer("le thi", OFFICER.1);

    // The camera is pulled in the middle of the portrait, and put back once the officer has read what is wrong.
    flow.run(
        |state| officer.next(state),
        |state| state.dossier.as_ref().is_some_and(|dossier| !dossier.portrait.view.measures.is_empty()),
    )
    .expect("the face is being measured");
    hands.unplug(DeviceKind::Camera);
    flow.run(
        |state| officer.next(state),
        |state| step(state) == Some(Step::Portrait) && headline(state).contains("not connected"),
    )
    .expect("the officer reads that the camera is gone");
    hands.plug(DeviceKind::Camera);
    let plugged = Instant::now();
    flow.run(|_| None, |state| !headline(state).contains("not connected")).expect("the camera is seen again");
    let back = plugged.elapsed();
    println!("back at work {back:.1?} after it was plugged in; three seconds are wanted");
    flow.run(|state| officer.next(state), |state| step(state) == Some(Step::Fingers))
        .expect("the portrait is taken once the camera is back");

    // Garbage from the reader, three fingers for four, and a reader pulled in mid-capture: the sequence ends whole.
    hands.iris_trouble(IrisTrouble::Unplug);
    for trouble in [Trouble::Garbage, Trouble::OneFingerShort, Trouble::Unplug] {
        hands.trouble(trouble);
    }
    let hands = hands.clone();
    std::thread::spawn(move || {
        for _ in 0..40 {
            std::thread::sleep(std::time::Duration::from_millis(500));
            hands.plug(DeviceKind::FingerReader);
            hands.plug(DeviceKind::IrisCamera);
        }
    });
    let slip = flow.enroll(&officer).expect("the dossier is sealed");
    assert!(slip.bytes > 100_000);
    let dossier = flow.state.dossier.as_ref().expect("open");
    assert_eq!(dossier.saving.pending, 0, "everything is durable");
    for finger in tram_biometric::FingerPosition::TEN {
        assert!(dossier.enrollment.best_finger(finger).is_some(), "{finger:?}");
    }
    assert!(tram_biometric::EyeLabel::BOTH.iter().all(|eye| dossier.enrollment.irises.contains_key(eye)));
    flow.drain_outbox().expect("the centre signs for it");
    drop(flow);
    assert_eq!(demonstration.persons().len(), 1);
}

#[test]
fn a_disk_that_is_full_in_the_middle_of_a_dossier_loses_nothing() {
    let may_trace = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).status();
    if !may_trace.is_ok_and(|status| status.success()) {
        println!("skipped: strace is not there or may not trace");
        return;
    }
    let Some(demonstration) = Demonstration::start() else { return };
    let station = demonstration.station_behind(demonstration.centre_port());
    // From the 600th page on the write-ahead log takes nothing more: that is among the captures.
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-o", "/dev/null", "-e", "trace=pwrite64", "-P"]);
    strace.arg(format!("{}-wal", station.home().database().display()));
    strace.args(["-e", "inject=pwrite64:error=ENOSPC:when=600+"]).arg(common::binary("tram"));
    let said = station.enroll_under(strace, &["--citizen", "le thi", "--no-card"]).fails();
    assert!(said.contains("disk is full"), "{said}");
    assert!(station.has_draft(), "the draft is as it was");
    let before = station.reader().drafts().expect("readable").len();

    // There is room again.
    station.enroll(&["--citizen", "le thi", "--no-card", "--resume"]).succeeds();
    assert_eq!(before, 1, "one citizen, one dossier");
    assert!(!station.has_draft());
    station.send_outbox().succeeds();
    assert_eq!(demonstration.persons().len(), 1);
}
