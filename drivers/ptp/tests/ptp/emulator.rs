//! A camera made from the standard and from what is public of Canon's operations, without the driver's code.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;
use tram_device::testing::UsbDevice;
use tram_device::transport::Request;

/// Bulk packets of a full-speed device.
const PACKET: usize = 64;
/// From the release to the picture.
const EXPOSURE: Duration = Duration::from_millis(350);
/// Between two live pictures.
const LIVE_EVERY: Duration = Duration::from_millis(33);

/// What kind of camera it is, and how it may misbehave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One of the standard: it is released and stores what it took.
    Generic,
    /// A Canon EOS.
    Eos,
    /// It stores pictures and cannot be released.
    Store,
    /// As the first, with a raw file beside each picture.
    GenericWithRaw,
    /// It ends nothing with an empty packet.
    EosWithoutEmptyPackets,
    /// The first release finds it busy.
    EosBusy,
    /// Nothing comes of a release.
    NeverTakes,
    /// It sends what is no picture.
    EosSendsNoise,
}

pub(crate) struct Emulator {
    kind: Kind,
    session: bool,
    /// The command whose data is awaited.
    awaited: Option<(u16, u32, Vec<u32>)>,
    incoming: Vec<u8>,
    /// Transfers on their way to the host.
    outgoing: VecDeque<Vec<u8>>,
    is_live: bool,
    live_at: Duration,
    pub(crate) live_shown: u32,
    releases: u32,
    busy: u32,
    exposed: Option<Duration>,
    objects: BTreeMap<u32, (u16, Vec<u8>)>,
    told: bool,
    pub(crate) complaints: Vec<String>,
}

/// A picture that says which one it is in its colours, and no person is on.
pub(crate) fn picture(number: u32, width: u32, height: u32) -> Vec<u8> {
    let shade = |x: u32, y: u32| {
        [(x * 255 / width) as u8, (y * 255 / height) as u8, (number.wrapping_mul(37) % 256) as u8]
    };
    let image = image::RgbImage::from_fn(width, height, |x, y| image::Rgb(shade(x, y)));
    let mut jpeg = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 90)
        .encode_image(&image)
        .expect("in memory");
    jpeg
}

/// The live picture number `number`, and the still of release number `number`, both counted from 1.
pub(crate) fn live(number: u32) -> Vec<u8> {
    picture(number, 96, 64)
}

pub(crate) fn still(number: u32) -> Vec<u8> {
    picture(100 + number, 240, 160)
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

fn text(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().chain([0]).collect();
    std::iter::once(units.len() as u8).chain(units.iter().flat_map(|unit| unit.to_le_bytes())).collect()
}

impl Emulator {
    pub(crate) fn new(kind: Kind) -> Self {
        Self {
            kind,
            session: false,
            awaited: None,
            incoming: Vec::new(),
            outgoing: VecDeque::new(),
            is_live: false,
            live_at: Duration::ZERO,
            live_shown: 0,
            releases: 0,
            busy: if kind == Kind::EosBusy { 3 } else { 0 },
            exposed: None,
            objects: BTreeMap::from([(1, (0x3801, picture(0, 16, 16)))]),
            told: false,
            complaints: Vec::new(),
        }
    }

    /// How many pictures are stored.
    pub(crate) fn stored(&self) -> usize {
        self.objects.len()
    }

    fn is_eos(&self) -> bool {
        matches!(
            self.kind,
            Kind::Eos | Kind::EosBusy | Kind::EosWithoutEmptyPackets | Kind::EosSendsNoise | Kind::NeverTakes
        )
    }

    fn description(&self) -> Vec<u8> {
        let mut operations = vec![0x1001_u16, 0x1002, 0x1003, 0x1004, 0x1007, 0x1008, 0x1009, 0x100b];
        if self.is_eos() {
            operations
                .extend([0x9107, 0x9110, 0x9114, 0x9115, 0x9116, 0x9117, 0x911a, 0x9128, 0x9129, 0x9153]);
        } else if self.kind != Kind::Store {
            operations.push(0x100e);
        }
        let mut bytes = 100_u16.to_le_bytes().to_vec();
        bytes.extend(if self.is_eos() { 11_u32 } else { 0 }.to_le_bytes());
        bytes.extend([100, 0, 0, 0, 0]);
        bytes.extend((operations.len() as u32).to_le_bytes());
        bytes.extend(operations.iter().flat_map(|operation| operation.to_le_bytes()));
        bytes.extend([0; 12]);
        bytes.extend(words(&[1]));
        bytes.extend(0x3801_u16.to_le_bytes());
        let model = if self.is_eos() { "TEST EOS" } else { "TEST camera" };
        bytes.extend([text("TEST"), text(model), text("1.0.0"), text("TEST-EMULATED")].concat());
        bytes
    }

    fn send_container(&mut self, kind: u16, code: u16, transaction: u32, content: &[u8]) {
        let mut bytes = words(&[content.len() as u32 + 12]);
        bytes.extend(kind.to_le_bytes());
        bytes.extend(code.to_le_bytes());
        bytes.extend(transaction.to_le_bytes());
        bytes.extend_from_slice(content);
        self.outgoing.push_back(bytes);
    }

    /// The picture of a release, when it has been exposed.
    fn develop(&mut self, now: Duration) {
        if self.exposed.is_none_or(|due| due > now) {
            return;
        }
        self.exposed = None;
        self.told = false;
        let jpeg = match self.kind {
            Kind::EosSendsNoise => vec![0x5a; 4000],
            _ => still(self.releases),
        };
        self.objects.insert(0x90 + self.releases, (0x3801, jpeg));
        if self.kind == Kind::GenericWithRaw {
            self.objects.insert(0x70 + self.releases, (0xb103, vec![7; 5000]));
        }
    }

    fn release(&mut self, now: Duration) {
        self.releases += 1;
        if self.kind != Kind::NeverTakes {
            self.exposed = Some(now + EXPOSURE);
        }
    }

    /// Data and response code of a command.
    fn obey(&mut self, code: u16, parameters: &[u32], data: &[u8], now: Duration) -> (Option<Vec<u8>>, u16) {
        self.develop(now);
        let first = parameters.first().copied().unwrap_or_default();
        if !self.session && !matches!(code, 0x1001 | 0x1002) {
            return (None, 0x2003);
        }
        match code {
            0x1001 => (Some(self.description()), 0x2001),
            0x1002 if self.session => (None, 0x201e),
            0x1002 => {
                self.session = true;
                (None, 0x2001)
            }
            0x1003 => {
                self.session = false;
                (None, 0x2001)
            }
            0x1004 => (Some(words(&[1, 0x1_0001])), 0x2001),
            0x1007 => {
                let handles: Vec<u32> = self.objects.keys().copied().collect();
                (Some([words(&[handles.len() as u32]), words(&handles)].concat()), 0x2001)
            }
            0x1008 => match self.objects.get(&first) {
                Some((format, bytes)) => {
                    let mut said = [words(&[0x1_0001]), format.to_le_bytes().to_vec(), vec![0, 0]].concat();
                    said.extend(words(&[bytes.len() as u32]));
                    (Some(said), 0x2001)
                }
                None => (None, 0x2009),
            },
            0x1009 => match self.objects.get(&first) {
                Some((_, bytes)) => (Some(bytes.clone()), 0x2001),
                None => (None, 0x2009),
            },
            0x100b => (None, if self.objects.remove(&first).is_some() { 0x2001 } else { 0x2009 }),
            0x100e if !self.is_eos() && self.kind != Kind::Store => {
                self.release(now);
                (None, 0x2001)
            }
            _ if self.is_eos() => self.obey_eos(code, parameters, data, now),
            _ => (None, 0x2005),
        }
    }

    fn obey_eos(
        &mut self,
        code: u16,
        parameters: &[u32],
        data: &[u8],
        now: Duration,
    ) -> (Option<Vec<u8>>, u16) {
        let first = parameters.first().copied().unwrap_or_default();
        match code {
            0x9114 | 0x9115 | 0x911a | 0x9129 => (None, 0x2001),
            0x9110 => {
                let word =
                    |at: usize| data.get(at..at + 4).map(|b| u32::from_le_bytes(b.try_into().expect("four")));
                match (word(0), word(4), word(8)) {
                    (Some(12), Some(0xd1b0), Some(value)) => {
                        self.is_live = value == 2;
                        self.live_at = now + 3 * LIVE_EVERY;
                        (None, 0x2001)
                    }
                    (Some(12), Some(0xd11c), Some(4)) => (None, 0x2001),
                    other => {
                        self.complaints.push(format!("a property {other:?}"));
                        (None, 0x2006)
                    }
                }
            }
            0x9116 => {
                let newest =
                    self.objects.iter().next_back().filter(|(handle, _)| **handle >= 0x90 && !self.told);
                let mut events = words(&[16, 0xc189, 0xd1b0, 2]);
                if let Some((handle, (format, bytes))) = newest {
                    let (format, length) = (u32::from(*format), bytes.len() as u32);
                    events.extend(words(&[32, 0xc186, *handle, format, 0, length, 0, 0]));
                    self.told = true;
                }
                events.extend(words(&[8, 0]));
                (Some(events), 0x2001)
            }
            0x9117 => (None, if self.objects.remove(&first).is_some() { 0x2001 } else { 0x2009 }),
            0x9107 => match (self.objects.get(&first), parameters) {
                (Some((_, bytes)), [_, at, count]) => {
                    let (at, count) = (*at as usize, *count as usize);
                    let end = bytes.len().min(at + count);
                    (bytes.get(at..end).map(<[u8]>::to_vec), 0x2001)
                }
                _ => (None, 0x2009),
            },
            0x9128 if self.busy > 0 => {
                self.busy -= 1;
                (None, 0x2019)
            }
            0x9128 => {
                self.release(now);
                (None, 0x2001)
            }
            0x9153 if !self.is_live || now < self.live_at => (None, 0xa102),
            0x9153 => {
                self.live_at = now + LIVE_EVERY;
                self.live_shown += 1;
                let jpeg = live(self.live_shown);
                (Some([words(&[jpeg.len() as u32 + 8, 1]), jpeg].concat()), 0x2001)
            }
            _ => (None, 0x2005),
        }
    }

    fn answer(&mut self, code: u16, transaction: u32, parameters: &[u32], data: &[u8], now: Duration) {
        let (data, response) = self.obey(code, parameters, data, now);
        if let Some(data) = data {
            self.send_container(2, code, transaction, &data);
        }
        self.send_container(3, response, transaction, &[]);
    }

    /// Takes one whole container from the host.
    fn take(&mut self, now: Duration) -> bool {
        let word = |at: usize| {
            self.incoming.get(at..at + 4).map(|b| u32::from_le_bytes(b.try_into().expect("four")))
        };
        let (Some(length), Some(kind_code), Some(transaction)) = (word(0), word(4), word(8)) else {
            return false;
        };
        if self.incoming.len() < length as usize {
            return false;
        }
        let container: Vec<u8> = self.incoming.drain(..length as usize).collect();
        let (kind, code) = (kind_code & 0xffff, (kind_code >> 16) as u16);
        let content = &container[12..];
        match kind {
            1 => {
                let parameters: Vec<u32> = content
                    .chunks_exact(4)
                    .map(|b| u32::from_le_bytes(b.try_into().expect("four")))
                    .collect();
                if code == 0x9110 {
                    self.awaited = Some((code, transaction, parameters));
                } else {
                    self.answer(code, transaction, &parameters, &[], now);
                }
            }
            2 => match self.awaited.take() {
                Some((awaited, number, parameters)) if (awaited, number) == (code, transaction) => {
                    self.answer(code, transaction, &parameters, content, now);
                }
                _ => self.complaints.push(format!("data for {code:04x} that nobody awaits")),
            },
            _ => self.complaints.push(format!("a container of kind {kind}")),
        }
        true
    }
}

impl UsbDevice for Emulator {
    fn control(&mut self, request: Request, _: &[u8], length: Option<u16>, _: Duration) -> Option<Vec<u8>> {
        match (request.request_type(), request.request, length) {
            // Reset: the session is closed and nothing is on its way.
            (0x21, 0x66, None) => {
                (self.session, self.awaited) = (false, None);
                self.incoming.clear();
                self.outgoing.clear();
                Some(Vec::new())
            }
            _ => None,
        }
    }

    fn send(&mut self, endpoint: u8, length: usize, _: Duration) -> Option<Vec<u8>> {
        if endpoint != 0x81 {
            return None;
        }
        let mut transfer = self.outgoing.pop_front()?;
        if transfer.len() > length {
            let rest = transfer.split_off(length);
            self.outgoing.push_front(rest);
        } else if transfer.len() == length && length > 0 && self.kind != Kind::EosWithoutEmptyPackets {
            // What ends with a whole packet is closed by an empty one.
            self.outgoing.push_front(Vec::new());
        } else if transfer.len().is_multiple_of(PACKET) && self.kind == Kind::EosWithoutEmptyPackets {
            // The next transfer follows in the same read.
            let room = length - transfer.len();
            if let Some(mut next) = self.outgoing.pop_front() {
                let rest = next.split_off(room.min(next.len()));
                transfer.extend(next);
                if !rest.is_empty() {
                    self.outgoing.push_front(rest);
                }
            }
        }
        Some(transfer)
    }

    fn receive(&mut self, endpoint: u8, data: &[u8], now: Duration) -> bool {
        if endpoint != 0x02 {
            return false;
        }
        self.incoming.extend_from_slice(data);
        while self.take(now) {}
        true
    }
}
