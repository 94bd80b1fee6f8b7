//! A STU-540 on which somebody draws a circle, lifts the pen and draws a line.

use std::time::Duration;
use tram_device::testing::UsbDevice;
use tram_device::transport::Request;

const REPORT_TIME: Duration = Duration::from_millis(5);

#[derive(Default)]
pub(crate) struct Emulator {
    reports: u32,
    pub(crate) cleared: u32,
    pub(crate) shows_ink: bool,
}

impl Emulator {
    /// Pressure, x and y of report `number`, in the pad's units.
    pub(crate) fn pen(number: u32) -> [u16; 3] {
        let turn = number as f32 * 0.1;
        match number {
            0..64 => [700, (5400.0 + 2000.0 * turn.cos()) as u16, (3240.0 + 2000.0 * turn.sin()) as u16],
            64..74 => [0, 5000, 3000],
            _ => [500, (2000 + 20 * (number % 300)) as u16, 5000],
        }
    }
}

impl UsbDevice for Emulator {
    fn control(
        &mut self,
        request: Request,
        data: &[u8],
        length: Option<u16>,
        _: Duration,
    ) -> Option<Vec<u8>> {
        match (request.request_type(), request.request, request.value, data, length) {
            (0x21, 0x01, 0x0309, _, Some(_)) => {
                let mut report = vec![9];
                report.extend([10_800_u16, 6_480, 1023, 800, 480].iter().flat_map(|n| n.to_be_bytes()));
                report.push(200);
                Some(report)
            }
            (0x21, 0x09, 0x0320, [0x20, 0], None) => {
                self.cleared += 1;
                Some(Vec::new())
            }
            (0x21, 0x09, 0x0321, [0x21, ink], None) => {
                self.shows_ink = *ink == 1;
                Some(Vec::new())
            }
            _ => None,
        }
    }

    fn send(&mut self, endpoint: u8, _: usize, now: Duration) -> Option<Vec<u8>> {
        if endpoint != 0x81 || now < REPORT_TIME * (self.reports + 1) {
            return None;
        }
        let [pressure, x, y] = Self::pen(self.reports);
        self.reports += 1;
        let near = 0x9000 | pressure;
        Some(std::iter::once(0x01).chain([near, x, y].iter().flat_map(|n| n.to_be_bytes())).collect())
    }

    fn receive(&mut self, _: u8, _: &[u8], _: Duration) -> bool {
        false
    }
}
