use crate::emulator::{Emulator, Side, Trouble};
use std::ops::ControlFlow;
use tram_biometric::RgbImage;
use tram_device::testing::printing::{go_on, open, print_under_faults};
use tram_device::testing::{EmulatedUsb, Faulty, under_mishaps};
use tram_device::{
    CardJob, CardPrinter, Device, DeviceError, DeviceKind, EncodingStation, PrintStage, Printed, PrinterFault,
};
use tram_evolis::language::Guide;

/// Colours over the whole range, and a black bar at the upper left.
fn picture(shift: usize) -> RgbImage {
    let pixels = (0..648).flat_map(|y| {
        (0..1016).flat_map(move |x| {
            let is_bar = (50..300).contains(&x) && (40..60).contains(&y);
            if is_bar {
                [0; 3]
            } else {
                [(x + shift) as u8 | 1, (y * 255 / 647) as u8, (x / 4 + y / 8) as u8]
            }
        })
    });
    RgbImage::new(1016, 648, pixels.collect()).expect("a card")
}

fn job(has_back: bool) -> CardJob {
    CardJob { id: "TEST-1".to_owned(), front: picture(0), back: has_back.then(|| picture(90)) }
}

/// What is wrong with a printed side: resin must be exact, dye within half a level.
fn difference(side: &Side, picture: &RgbImage) -> Option<String> {
    for (x, y) in (0..1016).flat_map(|x| (0..648).map(move |y| (x, y))) {
        let [r, g, b] = picture.get(x, y).expect("inside");
        let level = |panel| side.level(panel, x as usize, y as usize);
        let is_black = [r, g, b] == [0; 3];
        if (level('k') == 1) != is_black {
            return Some(format!("resin at {x}, {y}"));
        }
        for (panel, light) in [('y', b), ('m', g), ('c', r)] {
            let expected = if is_black { 0.0 } else { f32::from(255 - light) / 255.0 * 31.0 };
            if (f32::from(level(panel)) - expected).abs() > 0.51 {
                return Some(format!("dye {panel} at {x}, {y}"));
            }
        }
    }
    (!side.is_varnished).then(|| "no varnish".to_owned())
}

#[test]
fn a_card_is_printed_as_its_picture() {
    for has_back in [false, true] {
        let mut wire = EmulatedUsb::new(Emulator::new(None));
        let mut stages = Vec::new();
        let ending = open::<Guide, _>(&mut wire).expect("it answers").print(&job(has_back), &mut |stage| {
            stages.push(stage);
            ControlFlow::Continue(())
        });
        assert_eq!(ending, Ok(Printed::Complete));
        let expected = [PrintStage::Sending, PrintStage::Feeding, PrintStage::Printing, PrintStage::Ejecting];
        assert_eq!(stages, expected);
        assert_eq!((wire.device.complaints.len(), wire.device.blanks_used), (0, 1));
        let [card] = wire.device.cards.as_slice() else { panic!("one card") };
        assert_eq!(card.len(), 1 + usize::from(has_back));
        for (side, picture) in card.iter().zip([picture(0), picture(90)]) {
            assert_eq!(difference(side, &picture), None);
        }
    }
}

#[test]
fn trouble_is_named_and_no_blank_is_lost_unseen() {
    for (trouble, expected, blanks) in [
        (Trouble::NoBlanks, Err(DeviceError::Printer(PrinterFault::NoBlanks)), 0),
        (Trouble::CoverOpen, Err(DeviceError::Printer(PrinterFault::CoverOpen)), 0),
        (Trouble::JamsWhilePrinting, Ok(Printed::Doubtful), 1),
        (Trouble::CountsNothing, Ok(Printed::Doubtful), 1),
    ] {
        let mut wire = EmulatedUsb::new(Emulator::new(Some(trouble)));
        let ending = open::<Guide, _>(&mut wire).expect("it answers").print(&job(false), &mut go_on);
        assert_eq!((ending, wire.device.blanks_used), (expected, blanks), "{trouble:?}");
    }
    let raving = open::<Guide, _>(EmulatedUsb::new(Emulator::new(Some(Trouble::Raves))));
    assert!(matches!(raving, Err(DeviceError::Garbage { .. })));
}

#[test]
fn breaking_off_before_printing_uses_no_blank() {
    for at in [PrintStage::Sending, PrintStage::Feeding] {
        let mut wire = EmulatedUsb::new(Emulator::new(None));
        let ending = open::<Guide, _>(&mut wire).expect("it answers").print(&job(false), &mut |stage| {
            if stage == at { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert_eq!((ending, wire.device.blanks_used), (Ok(Printed::Cancelled), 0));
    }
}

#[test]
fn status_tells_ribbon_and_trouble() {
    let mut printer = open::<Guide, _>(EmulatedUsb::new(Emulator::new(None))).expect("it answers");
    let status = printer.status().expect("it answers");
    assert_eq!((status.fault, status.ribbon_left, status.blanks_left), (None, Some(87), None));
}

#[test]
fn a_card_is_held_for_its_chip_and_then_printed_without_another_blank() {
    let mut wire = EmulatedUsb::new(Emulator::new(None));
    let mut printer = open::<Guide, _>(&mut wire).expect("it answers");
    for station in [EncodingStation::Contact, EncodingStation::Contactless] {
        printer.encoding().expect("it has an encoder").hold(station).expect("a blank is there");
    }
    assert_eq!(printer.print(&job(false), &mut go_on), Ok(Printed::Complete));
    assert_eq!((wire.device.blanks_used, wire.device.cards.len()), (1, 1));
    let mut printer = open::<Guide, _>(&mut wire).expect("it answers");
    let encoding = printer.encoding().expect("it has an encoder");
    encoding.hold(EncodingStation::Contact).expect("a blank is there");
    encoding.put_out().expect("it moves");
    assert_eq!((wire.device.put_out, wire.device.blanks_used, wire.device.complaints.len()), (1, 2, 0));
    let mut empty =
        open::<Guide, _>(EmulatedUsb::new(Emulator::new(Some(Trouble::NoBlanks)))).expect("it answers");
    let held = empty.encoding().expect("it has an encoder").hold(EncodingStation::Contact);
    assert_eq!(held, Err(DeviceError::Printer(PrinterFault::NoBlanks)));
}

#[test]
fn a_cleaning_is_believed_when_it_is_counted() {
    for (trouble, cleaned) in [(None, true), (Some(Trouble::CountsNothing), false)] {
        let mut printer = open::<Guide, _>(EmulatedUsb::new(Emulator::new(trouble))).expect("it answers");
        let outcome = printer.upkeep().expect("it can be told").clean();
        assert_eq!(outcome.is_ok(), cleaned, "{outcome:?}");
        let about = [("cards printed", "1000"), ("firmware", "TEST 1.23"), ("cleanings", "0")];
        assert_eq!(printer.about(), about.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
}

#[test]
fn no_fault_loses_a_blank_unseen() {
    let table = print_under_faults::<Guide, _>(200, Emulator::hasty);
    println!("{}", table.expect("every blank is accounted for").of("evolis"));
}

#[test]
fn whatever_befalls_the_device_the_station_works_with_it_again() {
    let table = under_mishaps("evolis", DeviceKind::CardPrinter, 100, |fault| {
        let wire = Faulty::new(EmulatedUsb::new(Emulator::hasty()), fault);
        Ok(Device::CardPrinter(Box::new(open::<Guide, _>(wire)?)))
    });
    println!("{}", table.expect("it works again").of("evolis"));
}
