//! An emulated STU-540 for the kernel: attach it with `usbip attach -r HOST -b 1-1`. The argument is the address to
//! listen on.
#![allow(clippy::print_stdout)] // A tool.

#[path = "../tests/stu/emulator.rs"]
#[allow(dead_code)] // The tests use the rest.
mod emulator;

use emulator::Emulator;
use std::error::Error;
use std::net::TcpListener;
use tram_device::testing::usbip::{Descriptors, serve};

/// Its reports in the words of HID 1.11, 6.2.2: of the maker's own kinds, all in bytes.
const REPORTS: &[u8] = &[
    0x06, 0x0d, 0xff, 0x09, 0x01, 0xa1, 0x01, // A collection of the maker's page.
    0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08, // Numbers from 0 to 255 in eight bits.
    0x85, 0x01, 0x09, 0x01, 0x95, 6, 0x81, 0x02, // 1, in: the pen.
    0x85, 0x09, 0x09, 0x02, 0x95, 11, 0xb1, 0x02, // 9, feature: what the pad can.
    0x85, 0x20, 0x09, 0x03, 0x95, 1, 0xb1, 0x02, // 20, feature: clear.
    0x85, 0x21, 0x09, 0x04, 0x95, 1, 0xb1, 0x02, // 21, feature: ink.
    0xc0,
];

fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:3240".to_owned());
    let shown = Descriptors {
        device: [18, 1, 0, 2, 0, 0, 0, 64, 0x6a, 0x05, 0xa8, 0, 0, 1, 1, 2, 3, 1],
        configuration: vec![
            9,
            2,
            34,
            0,
            1,
            1,
            0,
            0x80,
            250, // One configuration, 500 mA.
            9,
            4,
            0,
            0,
            1,
            3,
            0,
            0,
            0, // One HID interface.
            9,
            0x21,
            0x11,
            0x01,
            0,
            1,
            0x22,
            REPORTS.len() as u8,
            0, // Its reports are described.
            7,
            5,
            0x81,
            3,
            64,
            0,
            5, // Reports.
        ],
        strings: ["Wacom", "TEST emulated STU-540", "TEST-EMULATED"].map(str::to_owned).to_vec(),
        reports: REPORTS.to_vec(),
    };
    let listener = TcpListener::bind(&address)?;
    println!("an emulated pad listens on {address}");
    serve(&listener, &shown, &mut Emulator::default())?;
    Ok(())
}
