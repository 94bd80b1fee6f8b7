use std::collections::VecDeque;
use std::time::Duration;
use tram_device::testing::UsbDevice;
use tram_device::transport::Request;

/// Between two reports of a full-speed keyboard.
const REPORT_TIME: Duration = Duration::from_millis(2);
/// What each key is without and with shift, in the order of the usage table from 4 on; `\n` is enter, `\0` no character.
const PLAIN: &str = "abcdefghijklmnopqrstuvwxyz1234567890\n\0\0\0 -=[]\\\0;'`,./";
const SHIFTED: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ!@#$%^&*()\n\0\0\0 _+{}|\0:\"~<>?";

/// A reader that types the codes held before it at these times. A letter it has no key for becomes key 0x64 with Alt.
pub(crate) struct Keyboard(VecDeque<(Duration, [u8; 8])>);

impl Keyboard {
    pub(crate) fn new(codes: &[(Duration, &str)]) -> Self {
        let mut reports = VecDeque::new();
        for (start, code) in codes {
            let mut at = *start;
            for character in code.chars().chain(['\n']) {
                let key = |table: &str| {
                    table.chars().position(|c| c == character && c != '\0').map(|n| n as u8 + 4)
                };
                let (modifiers, key) = match (key(PLAIN), key(SHIFTED)) {
                    (Some(key), _) => (0, key),
                    (None, Some(key)) => (0x02, key),
                    (None, None) => (0x04, 0x64),
                };
                for report in [[modifiers, 0, key, 0, 0, 0, 0, 0], [0; 8]] {
                    reports.push_back((at, report));
                    at += REPORT_TIME;
                }
            }
        }
        Self(reports)
    }
}

impl UsbDevice for Keyboard {
    fn control(&mut self, request: Request, _: &[u8], length: Option<u16>, _: Duration) -> Option<Vec<u8>> {
        // Boot protocol and idle; this one does not know the second.
        (request.request_type() == 0x21 && request.request == 0x0b && length.is_none()).then(Vec::new)
    }

    fn send(&mut self, endpoint: u8, _: usize, now: Duration) -> Option<Vec<u8>> {
        if endpoint != 0x81 || self.0.front().is_none_or(|(due, _)| *due > now) {
            return None;
        }
        self.0.pop_front().map(|(_, report)| report.to_vec())
    }

    fn receive(&mut self, _: u8, _: &[u8], _: Duration) -> bool {
        false
    }
}
