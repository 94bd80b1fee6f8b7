use crate::card::Card;
use crate::lengths::{Direct, update};
use std::path::Path;
use std::time::Duration;
use tram_device::recording::{Event, Recording};
use tram_device::session::{self, Trial};
use tram_device::testing::recordings::kept;
use tram_device::{CardReader, Device};
use tram_smartcard::recorded::{Played, Recorded};
use tram_smartcard::{Capabilities, Command, Pcsc, exchange};

fn session() -> Recording {
    let recorded = session::record(&Pcsc, Trial::Look, Duration::from_secs(1), |sink| {
        let reader = Recorded::new(Direct::new(Some(Card::new(100))), sink);
        Ok(Device::CardReader(Box::new(reader)))
    });
    let (came, recording) = recorded.expect("it opens");
    assert_eq!(came, recording.expected);
    recording
}

#[test]
fn a_recorded_card_is_replayed() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings/emulated-card.txt");
    let recording = kept(&file, session).expect("it belongs to the project");
    assert_eq!(session::check(&Pcsc, &recording), Ok(()));
}

/// A long command and its answer are followed through a recording, in which no byte of theirs stands.
#[test]
fn no_data_stands_in_a_recording() {
    let (data, can) = (vec![7; 600], Capabilities::default());
    let write = |reader: &mut dyn CardReader| {
        let done = exchange(reader, &update(data.clone()), can).expect("it answers");
        let read = exchange(reader, &Command::read_binary(0, 256), can).expect("it answers");
        assert!(done.is_done() && read.is_done());
        read.data
    };
    let mut live = Vec::new();
    let (_, recording) = session::record(&Pcsc, Trial::Look, Duration::from_secs(1), |sink| {
        let mut reader = Recorded::new(Direct::new(Some(Card::new(100))), sink);
        live = write(&mut reader);
        Ok(Device::CardReader(Box::new(reader)))
    })
    .expect("it opens");
    assert_eq!(live, data);
    assert_eq!(write(&mut Played::new(recording.clone())), vec![0; 600]);
    let is_bare = |event: &Event| match event {
        Event::Write { data } | Event::Read { data } => !data.windows(2).any(|pair| pair == [7, 7]),
        _ => true,
    };
    assert!(recording.events.iter().all(|(_, event)| is_bare(event)));
}
