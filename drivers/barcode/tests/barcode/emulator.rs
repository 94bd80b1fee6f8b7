use std::collections::VecDeque;
use std::time::Duration;
use tram_device::testing::SerialDevice;

/// Ten bits a byte at 9,600 baud.
const BYTE_TIME: Duration = Duration::from_micros(1_042);

/// A reader before which codes are held at these times.
pub(crate) struct Emulator(VecDeque<(Duration, u8)>);

impl Emulator {
    pub(crate) fn new(codes: &[(Duration, &str)]) -> Self {
        let bytes = codes.iter().flat_map(|(at, code)| {
            let times = (0..).map(move |number| *at + BYTE_TIME * number);
            times.zip(code.bytes().chain([b'\r']))
        });
        Self(bytes.collect())
    }
}

impl SerialDevice for Emulator {
    fn receive(&mut self, _: &[u8], _: Duration) {}

    fn send(&mut self, limit: usize, now: Duration) -> Vec<u8> {
        let due = self.0.iter().take(limit).take_while(|(due, _)| *due <= now).count();
        self.0.drain(..due).map(|(_, byte)| byte).collect()
    }
}
