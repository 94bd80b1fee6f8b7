use crate::emulator::Emulator;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use tram_device::session::test_card;
use tram_device::testing::printing::{go_on, open};
use tram_device::testing::{EmulatedUsb, UsbDevice};
use tram_device::{CardPrinter, Printed};
use tram_magicard::language::Enduro;

/// Gutenprint prints up to three dots from the edges, we to the edges.
const WIDTH: usize = 642;
const HEIGHT: usize = 1016;
const LEFT: usize = 15;
const DOTS: usize = 672;

/// The test card held upright, without its edges: as our driver turns it, its top is on the right.
fn upright() -> Vec<u8> {
    let card = test_card().expect("a card").front;
    let pixel = |x: usize, y: usize| card.get(y as u32, 647 - (x as u32 + 3)).expect("inside");
    (0..HEIGHT).flat_map(|y| (0..WIDTH).flat_map(move |x| pixel(x, y))).collect()
}

/// Gutenprint hands eight bits a dot to its own sender, which drops the lowest two, moves what is full of all three dyes
/// to the black panel and makes bit planes of the rest: what is compared is what the printer gets.
#[test]
fn gutenprint_prints_the_same_card_dot_for_dot() {
    let folder = tempfile::tempdir().expect("a folder");
    let (picture, job) = (folder.path().join("picture.rgb"), folder.path().join("job"));
    std::fs::write(&picture, upright()).expect("written");
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/magicard/gutenprint.py");
    let sizes = [WIDTH.to_string(), HEIGHT.to_string()];
    let output = Command::new("python3").arg(program).arg(&picture).args(sizes).arg(&job).output();
    let output = output.expect("python runs");
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(why.contains("libgutenprint.so.9"), "{why}");
        println!("skipped: libgutenprint9 is not installed");
        return;
    }
    let mut theirs = Emulator::new();
    theirs.receive(1, &std::fs::read(&job).expect("a job"), Duration::ZERO);
    assert_eq!((theirs.cards.len(), theirs.complaints.as_slice()), (1, &[][..]));

    let mut ours = EmulatedUsb::new(Emulator::new());
    let printed =
        open::<Enduro, _>(&mut ours).expect("it answers").print(&test_card().expect("a card"), &mut go_on);
    assert_eq!(printed, Ok(Printed::Complete));
    let (ours, planes) = (&ours.device, &theirs.cards[0]);
    let mut differing = 0;
    for (line, dot) in (0..HEIGHT).flat_map(|line| (LEFT..LEFT + WIDTH).map(move |dot| (line, dot))) {
        let dye = ['B', 'G', 'R'].map(|plane| u32::from(planes[&plane][line * DOTS + dot] >> 2));
        let is_black = dye == [0x3f; 3];
        let expected = if is_black { [0; 3] } else { dye };
        let got = ['B', 'G', 'R'].map(|plane| ours.level(plane, line, dot));
        differing += usize::from(got != expected || (ours.level('K', line, dot) == 1) != is_black);
    }
    println!("{differing} of {} dots differ", HEIGHT * WIDTH);
    assert_eq!(differing, 0);
    for key in ["WID", "HGT", "ESS", "XCO", "YCO"] {
        assert_eq!(ours.keys.get(key), theirs.keys.get(key), "{key}");
    }
}
