use super::*;
use crate::transport::{ByteTransport as _, Clock as _, Recipient, RequestKind, UsbTransport as _};
use proptest::prelude::*;

const READ_STATUS: Request =
    Request { kind: RequestKind::Vendor, recipient: Recipient::Device, request: 4, value: 7, index: 0 };
const SECOND: Duration = Duration::from_secs(1);

const SESSION: &str = "tram-recording 2 toy TEST reader\n\
    0 submit 81 64\n\
    10 in 40 04 0007 0000 1 = 01\n\
    20 out 40 04 0007 0000 81 = -\n\
    30 came 81 = 56aa\n\
    40 bulk 02 0102 = -\n\
    50 came 81 ! gone\n";

fn replay(text: &str) -> Replay {
    Replay::new(Recording::read(text.as_bytes()).expect("well formed"))
}

#[test]
fn a_replay_answers_as_recorded() {
    let mut wire = replay(SESSION);
    wire.submit_in(0x81, 64).expect("recorded");
    assert_eq!(wire.next_in(0x81, SECOND), Ok(None), "nothing comes before the request it follows");
    assert_eq!(wire.now(), SECOND, "waiting costs no real time");
    assert_eq!(wire.control_in(READ_STATUS, 1, SECOND), Ok(vec![1]));
    assert_eq!(wire.control_out(READ_STATUS, &[0x81], SECOND), Ok(()));
    assert_eq!(wire.bulk_out(2, &[1, 2], SECOND), Ok(()));
    assert_eq!(wire.remaining(), 0);
    assert_eq!(wire.next_in(0x81, SECOND), Ok(Some(vec![0x56, 0xaa])));
    wire.submit_in(0x81, 64).expect("may wait for more");
    assert!(matches!(wire.next_in(0x81, SECOND), Err(TransportError::Gone(_))));
}

#[test]
fn a_driver_that_leaves_the_recording_is_told_where() {
    let mut wire = replay(SESSION);
    let error = wire.control_out(READ_STATUS, &[0x80], SECOND).expect_err("a read was recorded");
    let place = "line 3 is in 40 04 0007 0000 (1 bytes), the driver did out 40 04 0007 0000 80";
    assert_eq!(error, TransportError::Diverged(place.to_owned()));
    assert!(matches!(wire.submit_in(0x81, 128), Err(TransportError::Diverged(_))));
}

#[test]
fn a_byte_stream_replays_however_it_is_cut() {
    let mut wire = replay("tram-recording 2\n0 write 0102\n1 write 03\n2 read 0a0b0c\n3 closed\n");
    assert_eq!(wire.read(8, SECOND), Ok(vec![]));
    wire.write(&[1]).expect("recorded");
    wire.write(&[2, 3]).expect("recorded");
    assert_eq!(wire.read(2, SECOND), Ok(vec![0x0a, 0x0b]));
    assert_eq!(wire.read(2, SECOND), Ok(vec![0x0c]));
    assert!(matches!(wire.read(2, SECOND), Err(TransportError::Gone(_))));
}

#[test]
fn recording_a_replay_gives_the_same_recording() {
    let path = tempfile::NamedTempFile::new().expect("a temporary file");
    let sink = Box::new(path.reopen().expect("the same file"));
    let mut wire = Recorder::new(replay(SESSION), "toy", "TEST reader", Box::new(Nothing), sink);
    wire.submit_in(0x81, 64).expect("recorded");
    wire.control_in(READ_STATUS, 1, SECOND).expect("recorded");
    wire.control_out(READ_STATUS, &[0x81], SECOND).expect("recorded");
    wire.next_in(0x81, SECOND).expect("recorded");
    wire.bulk_out(2, &[1, 2], SECOND).expect("recorded");
    wire.submit_in(0x81, 64).expect("queued");
    wire.next_in(0x81, SECOND).expect_err("recorded as gone");
    wire.finish().expect("written");
    let text = std::fs::read_to_string(path.path()).expect("written");
    let words = |text: &str| -> Vec<String> {
        text.lines().map(|line| line.split_once(' ').expect("a time").1.to_owned()).collect()
    };
    let expected = SESSION.replace("50 came", "45 submit 81 64\n50 came");
    assert_eq!(words(&text), words(&expected));
}

#[test]
fn a_recording_for_developers_has_no_picture() {
    let path = tempfile::NamedTempFile::new().expect("a temporary file");
    let sink = Box::new(path.reopen().expect("the same file"));
    let picture = format!("{}{}", "11".repeat(64), "77".repeat(1000));
    let wire = replay(&format!("tram-recording 2\n0 submit 82 2048\n1 came 82 = {picture}\n"));
    let mut wire = Recorder::new(wire, "toy", "TEST reader", Box::new(Tails), sink);
    wire.submit_in(0x82, 2048).expect("recorded");
    let came = wire.next_in(0x82, SECOND).expect("recorded").expect("recorded");
    assert_eq!(came.len(), 1064, "the driver itself sees everything");
    assert_eq!(came.last(), Some(&0x77), "the driver itself sees everything");
    wire.finish().expect("written");
    let text = std::fs::read_to_string(path.path()).expect("written");
    assert!(text.contains(&"11".repeat(64)) && !text.contains("77"), "{text}");
}

#[test]
fn of_a_card_only_its_length_and_digest_are_kept() {
    let card = vec![0x77; 1000];
    let line = format!("0 bulk 01 #1000:{:016x} = -\n", digest(&card));
    let text = format!("tram-recording 2 toy TEST printer\n{line}expect ready\n");
    let recording = Recording::read(text.as_bytes()).expect("well formed");
    assert_eq!((recording.driver.as_str(), recording.about.as_str()), ("toy", "TEST printer"));
    assert_eq!(
        (recording.expected.as_slice(), recording.to_text()),
        (&["ready".to_owned()][..], text.clone())
    );
    assert_eq!(replay(&text).bulk_out(1, &card, SECOND), Ok(()));
    let other = [card.as_slice(), &[0]].concat();
    assert!(matches!(replay(&text).bulk_out(1, &other, SECOND), Err(TransportError::Diverged(_))));
}

#[test]
fn wrong_lines_are_named() {
    for (text, reason) in [
        ("not a recording", "this file is not a recording"),
        ("tram-recording 2\nx submit 81 64", "line 2 of the recording is wrong: a time"),
        ("tram-recording 2\n0 came 81 = 0", "line 2"),
        ("tram-recording 2\n0 submit 81 64\n1 in f0 04 0007 0000 1 = 01", "line 3"),
        ("tram-recording 2\n0 closed now", "\"now\" is too much"),
    ] {
        let error = Recording::read(text.as_bytes()).expect_err(text).to_string();
        assert!(error.contains(reason), "{error}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "(tram-recording 2\n)?([0-9]{1,4} (in|out|came|submit|bulk|read) .{0,40}\n){0,5}") {
        if let Ok(recording) = Recording::read(text.as_bytes()) {
            let again = Recording::read(recording.to_text().as_bytes()).expect("our own text");
            prop_assert_eq!(recording, again);
        }
    }
}
