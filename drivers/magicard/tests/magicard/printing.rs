use crate::emulator::Emulator;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use tram_biometric::{Origin, RgbImage};
use tram_device::testing::{EmulatedUsb, Fault, Faulty};
use tram_device::transport::UsbTransport;
use tram_device::{CardJob, CardPrinter, DeviceError, PrintStage, Printed, PrinterFault};
use tram_magicard::Printer;

fn open<T: UsbTransport>(wire: T) -> Result<Printer<T>, DeviceError> {
    let (driver, model) = ("magicard".to_owned(), "TEST printer".to_owned());
    Printer::open(wire, (0x01, 0x82), Origin { driver, model, serial: String::new(), is_virtual: true })
}

/// Colours over the whole range, and a black bar at the upper left.
fn job() -> CardJob {
    let pixels = (0..648).flat_map(|y| {
        (0..1016).flat_map(move |x| {
            let is_bar = (50..300).contains(&x) && (40..60).contains(&y);
            if is_bar { [0; 3] } else { [x as u8 | 1, (y * 255 / 647) as u8, (x / 4 + y / 8) as u8] }
        })
    });
    let front = RgbImage::new(1016, 648, pixels.collect()).expect("a card");
    CardJob { id: "TEST-1".to_owned(), front, back: None }
}

fn go_on(_: PrintStage) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

#[test]
fn a_card_is_printed_as_its_picture() {
    let job = job();
    let mut wire = EmulatedUsb::new(Emulator::new());
    assert_eq!(open(&mut wire).expect("it answers").print(&job, &mut go_on), Ok(Printed::Complete));
    let printer = &wire.device;
    assert!(printer.complaints.is_empty(), "{:?}", printer.complaints);
    assert_eq!((printer.cards.len(), printer.blanks_used), (1, 1));
    for (x, y) in (0..1016).flat_map(|x| (0..648).map(move |y| (x, y))) {
        let [r, g, b] = job.front.get(x, y).expect("inside");
        let dot = 12 + 647 - y as usize;
        let is_black = [r, g, b] == [0; 3];
        assert_eq!(printer.level('K', x as usize, dot), u32::from(is_black), "resin at {x}, {y}");
        for (plane, light) in [('B', b), ('G', g), ('R', r)] {
            let expected = if is_black { 0 } else { u32::from(255 - light) / 4 };
            assert_eq!(printer.level(plane, x as usize, dot), expected, "dye {plane} at {x}, {y}");
        }
    }
}

#[test]
fn trouble_is_named_before_a_blank_moves() {
    for (name, value, fault) in
        [("DFR", 0, PrinterFault::NoRibbon), ("CCQ", 250, PrinterFault::CleaningNeeded)]
    {
        let mut wire = EmulatedUsb::new(Emulator::new().with(name, value));
        let ending = open(&mut wire).expect("it answers").print(&job(), &mut go_on);
        assert_eq!((ending, wire.device.blanks_used), (Err(DeviceError::Printer(fault)), 0));
    }
    let mut wire = EmulatedUsb::new(Emulator::new());
    let ending = open(&mut wire).expect("it answers").print(&job(), &mut |_| ControlFlow::Break(()));
    assert_eq!((ending, wire.device.blanks_used), (Ok(Printed::Cancelled), 0));
}

#[test]
fn no_fault_loses_a_blank_unseen() {
    let mut state = 0x1234_5679_u32;
    let mut draw = |below: u32| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state % below
    };
    let job = job();
    let mut table: BTreeMap<(String, &str), u32> = BTreeMap::new();
    for _ in 0..200 {
        let fault = match draw(7) {
            0 => Fault::Unplug,
            1 => Fault::Stall,
            2 => Fault::Timeout,
            3 => Fault::Short(draw(12) as usize),
            4 => Fault::Garbage(draw(u32::MAX)),
            5 => Fault::Empty,
            _ => Fault::Long,
        };
        let mut wire = Faulty::new(EmulatedUsb::new(Emulator::new()), [(draw(20) as usize, fault)]);
        let ending = open(&mut wire).and_then(|mut printer| printer.print(&job, &mut go_on));
        let printer = &wire.inner.device;
        let outcome = match ending {
            Ok(Printed::Complete) => {
                assert_eq!(printer.cards.len(), 1, "a card that is not there after {fault:?}");
                "complete"
            }
            Ok(Printed::Doubtful) => "doubtful",
            Ok(Printed::Cancelled) => panic!("nobody broke off"),
            Err(_) => {
                assert_eq!(printer.blanks_used, 0, "a blank lost unseen after {fault:?}");
                "refused, no blank used"
            }
        };
        let name = format!("{fault:?}").split('(').next().unwrap_or_default().to_owned();
        *table.entry((name, outcome)).or_default() += 1;
    }
    for ((fault, outcome), count) in table {
        println!("{fault:8} {outcome}: {count}");
    }
}
