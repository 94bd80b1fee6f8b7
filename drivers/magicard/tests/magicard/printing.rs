use crate::emulator::Emulator;
use std::ops::ControlFlow;
use tram_device::session::test_card;
use tram_device::testing::printing::{go_on, open, print_under_faults};
use tram_device::testing::{EmulatedUsb, Faulty, under_mishaps};
use tram_device::{CardPrinter, Device, DeviceError, DeviceKind, EncodingStation, Printed, PrinterFault};
use tram_magicard::language::Enduro;

#[test]
fn a_card_is_printed_as_its_picture() {
    let job = test_card().expect("a card");
    let mut wire = EmulatedUsb::new(Emulator::new());
    assert_eq!(
        open::<Enduro, _>(&mut wire).expect("it answers").print(&job, &mut go_on),
        Ok(Printed::Complete)
    );
    let printer = &wire.device;
    assert!(printer.complaints.is_empty(), "{:?}", printer.complaints);
    assert_eq!((printer.cards.len(), printer.blanks_used), (1, 1));
    for (x, y) in (0..1016).flat_map(|x| (0..648).map(move |y| (x, y))) {
        let [r, g, b] = job.front.get(x, y).expect("inside");
        let dot = 12 + 647 - y as usize;
        let is_black = [r, g, b].iter().all(|light| *light < 4);
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
        let ending = open::<Enduro, _>(&mut wire)
            .expect("it answers")
            .print(&test_card().expect("a card"), &mut go_on);
        assert_eq!((ending, wire.device.blanks_used), (Err(DeviceError::Printer(fault)), 0));
    }
    let mut wire = EmulatedUsb::new(Emulator::new());
    let ending = open::<Enduro, _>(&mut wire)
        .expect("it answers")
        .print(&test_card().expect("a card"), &mut |_| ControlFlow::Break(()));
    assert_eq!((ending, wire.device.blanks_used), (Ok(Printed::Cancelled), 0));
}

#[test]
fn it_is_cleaned_and_its_counts_are_read() {
    let mut wire = EmulatedUsb::new(Emulator::new());
    let mut printer = open::<Enduro, _>(&mut wire).expect("it answers");
    assert_eq!(printer.upkeep().expect("it can be told").clean(), Ok(()));
    let about = [("cards printed", "500"), ("firmware", "112"), ("cleanings", "3")];
    assert_eq!(printer.about(), about.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let encoding = printer.encoding().expect("it has an encoder");
    encoding.hold(EncodingStation::Contact).expect("a blank is there");
    encoding.put_out().expect("it moves");
    assert_eq!((wire.device.blanks_used, wire.device.complaints.len()), (1, 0));
}

#[test]
fn no_fault_loses_a_blank_unseen() {
    let table = print_under_faults::<Enduro, _>(200, Emulator::new);
    println!("{}", table.expect("every blank is accounted for").of("magicard"));
}

#[test]
fn whatever_befalls_the_device_the_station_works_with_it_again() {
    let table = under_mishaps("magicard", DeviceKind::CardPrinter, 100, |fault| {
        let wire = Faulty::new(EmulatedUsb::new(Emulator::new()), fault);
        Ok(Device::CardPrinter(Box::new(open::<Enduro, _>(wire)?)))
    });
    println!("{}", table.expect("it works again").of("magicard"));
}
