//! Real `tram-central` processes on loopback, stations that talk to them, and a link that misbehaves.

#![allow(dead_code, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // Each test file uses its part.

pub(crate) mod browser;
pub(crate) mod finger;
pub(crate) mod link;
#[path = "../../../sync/tests/common/mod.rs"]
pub(crate) mod memory;
pub(crate) mod ports;
pub(crate) mod postgres;
pub(crate) mod sending;
pub(crate) mod store;

use memory::{Chance, Held, MemoryOutbox};
pub(crate) use ports::free_port;
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use time::OffsetDateTime;
use tram_biometric::{Encoding, FingerPosition, Impression, Origin, Quality, Sample, SampleId};
use tram_enrollment::exception::BiometricException;
use tram_enrollment::{
    Applicant, Consent, DossierNumber, EnrollmentId, ExceptionKind, Field, Findings, OfficerId, Source,
};
use tram_packet::*;
use tram_sync::join::join;
use tram_sync::{Centre, Lane, LaneState, Membership, Outbox as _, PacketState, Transport, Way};
use uuid::Uuid;

/// Marks of everything made here.
pub(crate) const TEST: Marks = Marks { test: true, is_virtual: true };
/// The fingers of every citizen here.
pub(crate) const FINGERS: [FingerPosition; 3] =
    [FingerPosition::RightIndex, FingerPosition::LeftThumb, FingerPosition::LeftIndex];

/// Admitted with a code that the centre printed.
pub(crate) fn joined(code: &str, key: &dyn Signer) -> Membership {
    join(&code.trim().parse().unwrap(), key, way()).unwrap()
}

pub(crate) fn way() -> Way {
    Way::straight(OffsetDateTime::now_utc)
}

pub(crate) fn ten_fingers() -> impl Iterator<Item = FingerPosition> {
    (1..=10).filter_map(FingerPosition::from_code)
}

/// Who signs a packet, where it is not the officer alone.
#[derive(Clone, Copy, Default)]
pub(crate) struct Hands<'a> {
    pub(crate) officer: Option<&'a dyn Signer>,
    pub(crate) supervisor: Option<&'a dyn Signer>,
    pub(crate) rekey: Option<&'a SignedRekey>,
}

/// A finger with the reason why it is not captured.
pub(crate) fn excepted(finger: FingerPosition) -> (FingerPosition, BiometricException) {
    (finger, BiometricException { kind: ExceptionKind::Missing, note: "Cụt đốt thứ nhất (TEST)".into() })
}

/// A running centre; killed when it goes out of scope.
pub(crate) struct Central {
    child: Child,
    folder: PathBuf,
    pub(crate) port: u16,
    /// The one-time code it printed.
    pub(crate) code: String,
    /// Where adjudicators sign in.
    pub(crate) desk: u16,
    own: Option<TempDir>,
}

pub(crate) fn central(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tram-central"));
    command.arg("--dir").arg(folder).args(arguments).output().unwrap()
}

/// What a command printed; it must have succeeded.
pub(crate) fn printed(folder: &Path, arguments: &[&str]) -> String {
    let output = central(folder, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A command that is told a passphrase on its standard input: whether it succeeded, and all that it said.
pub(crate) fn told(folder: &Path, arguments: &[&str], passphrase: &str) -> (bool, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tram-central"))
        .arg("--dir")
        .arg(folder)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(passphrase.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

impl Central {
    /// A demonstration centre in a folder of its own.
    pub(crate) fn demo() -> Self {
        let own = TempDir::new().unwrap();
        let mut central = Self::demo_in(own.path(), free_port());
        central.own = Some(own);
        central
    }

    pub(crate) fn demo_in(folder: &Path, port: u16) -> Self {
        let (child, lines) = start(folder, &["demo", "--port", &port.to_string()], |line| line.contains('#'));
        let code = lines.last().unwrap().trim().to_owned();
        let port = code.split(['#', ':']).nth(2).unwrap().parse().unwrap();
        let desk = lines.iter().find_map(|line| line.trim().strip_prefix("https://localhost:")).unwrap();
        Self { child, folder: folder.to_owned(), port, desk: desk.parse().unwrap(), code, own: None }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// SIGKILL, at whatever moment this is.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts it again at its port.
    pub(crate) fn revive(&mut self) {
        let own = self.own.take();
        *self = Self::demo_in(&self.folder.clone(), self.port);
        self.own = own;
    }

    pub(crate) fn persons(&self) -> Vec<String> {
        printed(&self.folder, &["persons", "list"]).lines().map(str::to_owned).collect()
    }

    pub(crate) fn show(&self, packet: PacketId) -> serde_json::Value {
        serde_json::from_str(&printed(&self.folder, &["packet", "show", &packet.to_string()])).unwrap()
    }
}

impl Drop for Central {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Starts a process and waits for the line that says that it is ready; what it printed so far.
pub(crate) fn start(
    folder: &Path,
    arguments: &[&str],
    is_ready: impl Fn(&str) -> bool,
) -> (Child, Vec<String>) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tram-central"))
        .arg("--dir")
        .arg(folder)
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut errors = child.stderr.take().unwrap();
    let errors = std::thread::spawn(move || {
        let mut said = Vec::new();
        errors.read_to_end(&mut said).ok();
        String::from_utf8_lossy(&said).into_owned()
    });
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut seen: Vec<String> = Vec::new();
    while !seen.last().is_some_and(|line| is_ready(line)) {
        match lines.next() {
            Some(line) => seen.push(line.unwrap()),
            None => panic!("{arguments:?} ended: {}", errors.join().unwrap()),
        }
    }
    // Whatever it still prints must not block it.
    std::thread::spawn(move || lines.for_each(drop));
    (child, seen)
}

/// One of several processes that serve a folder; killed when it goes out of scope.
pub(crate) struct Process {
    child: Child,
    pub(crate) port: u16,
}

impl Process {
    pub(crate) fn start(folder: &Path) -> Self {
        Self::start_with(folder, &[])
    }

    pub(crate) fn start_with(folder: &Path, more: &[&str]) -> Self {
        let port = free_port();
        let listen = format!("127.0.0.1:{port}");
        let arguments = [&["serve", "--listen", &listen], more].concat();
        let (child, _) = start(folder, &arguments, |line| line.contains("listening"));
        Self { child, port }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A station with an officer signed in.
pub(crate) struct Station {
    pub(crate) key: Arc<StationKey>,
    pub(crate) membership: Membership,
    pub(crate) bundle: ReferenceBundle,
    pub(crate) officer: OfficerKey,
    pub(crate) outbox: MemoryOutbox,
    pub(crate) sealed: BTreeMap<PacketId, Contents>,
    sequence: u64,
    previous: Option<Digest>,
}

impl Station {
    pub(crate) fn join(code: &str) -> Self {
        let key = Arc::new(StationKey::generate().unwrap());
        let membership = joined(code, &*key);
        Self::signed_in(key, membership, "khanh.lv", "sen trang 2026")
    }

    pub(crate) fn signed_in(
        key: Arc<StationKey>,
        membership: Membership,
        officer: &str,
        passphrase: &str,
    ) -> Self {
        let centre = membership.centre(key.clone(), way()).unwrap();
        let bundle = centre.reference(None).unwrap().unwrap();
        let bundle = ReferenceBundle::verify(&bundle, &membership.station.authority).unwrap();
        let officer =
            bundle.officer(&OfficerId(officer.into())).unwrap().sealed_key.open(passphrase).unwrap();
        Self {
            key,
            membership,
            bundle,
            officer,
            outbox: MemoryOutbox::default(),
            sealed: BTreeMap::new(),
            sequence: 0,
            previous: None,
        }
    }

    /// The same station on another disk.
    pub(crate) fn of(other: &Self) -> Self {
        let (key, membership) = (other.key.clone(), other.membership.clone());
        Self::signed_in(key, membership, "khanh.lv", "sen trang 2026")
    }

    pub(crate) fn centre(&self) -> Centre {
        self.membership.centre(self.key.clone(), way()).unwrap()
    }

    /// The centre behind a link at this port.
    pub(crate) fn centre_at(&self, port: u16) -> Centre {
        let membership =
            Membership { address: format!("https://localhost:{port}"), ..self.membership.clone() };
        membership.centre(self.key.clone(), way()).unwrap()
    }

    /// Seals a citizen's enrollment into the outbox.
    pub(crate) fn enroll(&mut self, citizen: u64) -> PacketId {
        self.enroll_with(citizen, citizen)
    }

    /// The same with somebody else's fingers.
    pub(crate) fn enroll_with(&mut self, citizen: u64, fingers_of: u64) -> PacketId {
        let contents = self.contents(PacketKind::Enrollment, citizen, fingers_of, TEST);
        self.seal_contents(contents)
    }

    pub(crate) fn seal(&mut self, kind: PacketKind, citizen: u64, marks: Marks) -> PacketId {
        let contents = self.contents(kind, citizen, citizen, marks);
        self.seal_contents(contents)
    }

    pub(crate) fn seal_contents(&mut self, contents: Contents) -> PacketId {
        self.seal_by(contents, Hands::default())
    }

    /// Sealed by other hands than those of the officer at this station.
    pub(crate) fn seal_by(&mut self, contents: Contents, hands: Hands<'_>) -> PacketId {
        self.sequence += 1;
        let now = OffsetDateTime::now_utc();
        let packet = PacketId(Uuid::now_v7());
        let envelope = Envelope {
            packet,
            sequence: self.sequence,
            previous: self.previous,
            recipient: self.bundle.recipient_on(now.date()).unwrap(),
            station: &*self.key,
            officer: hands.officer.unwrap_or(&self.officer),
            supervisor: hands.supervisor,
            rekey: hands.rekey,
        };
        let sealed = seal(&contents, &envelope, &mut random::system()).unwrap();
        self.previous = Some(sealed.digest());
        self.outbox.packets.insert(packet, Held::new(sealed.into_bytes()));
        self.sealed.insert(packet, contents);
        packet
    }

    pub(crate) fn contents(&self, kind: PacketKind, citizen: u64, fingers_of: u64, marks: Marks) -> Contents {
        let now = OffsetDateTime::now_utc();
        let names = ["Lò Thị Mẩy", "Vàng A Páo", "H'Blơi Niê", "Nguyễn Văn Đạt"];
        let mut applicant = Applicant::default();
        for (field, value) in [
            (Field::PersonalNumber, format!("0221949{citizen:05}")),
            (Field::FullName, names[citizen as usize % names.len()].to_owned()),
            (Field::BirthDate, "1994-03-12".to_owned()),
            (Field::Sex, "female".to_owned()),
            (Field::Nationality, "VNM".to_owned()),
            (Field::Ethnicity, "Dao".to_owned()),
            (Field::BirthPlace, "Xã Quảng La, Quảng Ninh".to_owned()),
            (Field::ResidenceUnit, "07054".to_owned()),
            (Field::ResidenceDetail, "Thôn TEST".to_owned()),
        ] {
            applicant.set(field, value, Source::Typed, None);
        }
        let mut chance = Chance(citizen);
        let mut sample = |encoding, size: usize| {
            let origin = Origin {
                driver: if marks.is_virtual { "virtual" } else { "TEST" }.into(),
                model: "TEST reader".into(),
                serial: "7".into(),
                is_virtual: marks.is_virtual,
            };
            let bytes = (0..size).map(|_| chance.next() as u8).collect();
            let (width, height, ppi, quality) = (300, 400, 500, Quality::new(71));
            Sample {
                id: SampleId(Uuid::now_v7().as_u128()),
                encoding,
                bytes,
                width,
                height,
                ppi,
                quality,
                origin,
            }
        };
        let full = SampleRole::PortraitFull {
            failing: Vec::new(),
            override_reason: None,
            findings: Findings::default(),
            confirmed: None,
        };
        let mut samples = vec![
            PacketSample { role: full, sample: sample(Encoding::Jpeg, 700_000), certificate: None },
            PacketSample {
                role: SampleRole::PortraitCard,
                sample: sample(Encoding::Jpeg, 120_000),
                certificate: None,
            },
            PacketSample {
                role: SampleRole::Signature,
                sample: sample(Encoding::Png, 9_000),
                certificate: None,
            },
        ];
        for position in FINGERS {
            let role = SampleRole::Finger { position, impression: Impression::Plain, step: position };
            // Nobody lays a finger down twice in the same way.
            let degrees = (self.sequence % 5) as i8 * 3;
            let mut sample = sample(Encoding::Wsq, 0);
            sample.bytes = finger::print(fingers_of, position, degrees);
            (sample.width, sample.height) = finger::size();
            samples.push(PacketSample { role, sample, certificate: None });
        }
        Contents {
            kind,
            enrollment: EnrollmentId(Uuid::from_u128(u128::from(citizen) + 1)),
            dossier: DossierNumber::new(
                &self.membership.station.office_code,
                now.date(),
                self.membership.station.first_number + self.sequence as u32 + 1,
            ),
            procedure: "identity-card.first-issue".into(),
            reference_edition: self.bundle.edition,
            applicant,
            eye_exceptions: BTreeMap::new(),
            exceptions: ten_fingers().filter(|finger| !FINGERS.contains(finger)).map(excepted).collect(),
            consent: Some(Consent { statement: self.bundle.rules.consent.vi.clone(), given_at: now }),
            officer: self.officer_id(),
            station: self.membership.station.station.clone(),
            times: Times {
                received_at: now,
                sealed_at: now,
                uptime_millis: 1,
                boot: Uuid::from_u128(5),
                last_trusted: Some(self.bundle.issued_at),
            },
            audit: tram_packet::AuditChain { length: 1, head: Digest::of(b"TEST audit") },
            marks,
            equipment: tram_packet::Equipment::default(),
            deeds: Vec::new(),
            samples,
        }
    }

    fn officer_id(&self) -> OfficerId {
        let key = self.officer.public_key();
        self.bundle.officers.iter().find(|officer| officer.public_key == *key).unwrap().id.clone()
    }

    /// Sends until nothing waits. Pauses are skipped, so that a link that fails for a while costs no time; the last
    /// state of each packet is returned.
    pub(crate) fn sync_over(&mut self, transport: impl Transport) -> BTreeMap<PacketId, PacketState> {
        let mut states = BTreeMap::new();
        let mut lane = Lane::new(transport, self.bundle.centre_keys.clone(), None);
        let (mut now, mut chance) = (Duration::ZERO, Chance(7));
        for _ in 0..5_000 {
            let progress = lane.step(&mut self.outbox, now, chance.next()).unwrap();
            states.extend(progress.packet);
            if progress.lane == LaneState::Idle && self.outbox.waiting().unwrap().is_empty() {
                return states;
            }
            if let LaneState::Stopped { because, .. } = progress.lane {
                panic!("the lane stopped: {because}");
            }
            now = progress.wake_at.max(now + Duration::from_millis(1));
        }
        panic!("not sent after 5000 steps: {states:?}");
    }

    pub(crate) fn sync(&mut self) -> BTreeMap<PacketId, PacketState> {
        self.sync_over(self.centre())
    }

    /// The receipt of a packet, verified here and now from its bytes.
    pub(crate) fn receipt(&self, packet: PacketId) -> Receipt {
        let held = &self.outbox.packets[&packet];
        let signed = held.receipt.as_ref().unwrap();
        let key = self.bundle.centre_key(Receipt::signed_by(signed).unwrap()).unwrap();
        let receipt = Receipt::verify(signed, key).unwrap();
        assert_eq!((receipt.packet, receipt.digest), (packet, Digest::of(&held.bytes)));
        receipt
    }

    /// The centre holds exactly what was sealed.
    pub(crate) fn compare(&self, central: &Central, packet: PacketId) {
        let (shown, sealed) = (central.show(packet), &self.sealed[&packet]);
        assert_eq!(shown["applicant"], serde_json::to_value(&sealed.applicant).unwrap());
        assert_eq!(shown["exceptions"], serde_json::to_value(&sealed.exceptions).unwrap());
        assert_eq!(shown["dossier"], sealed.dossier.as_str());
        let samples = shown["samples"].as_array().unwrap();
        assert_eq!(samples.len(), sealed.samples.len());
        for (shown, sealed) in samples.iter().zip(&sealed.samples) {
            assert_eq!(shown["sha256"], Digest::of(&sealed.sample.bytes).to_string());
            assert_eq!(shown["role"], serde_json::to_value(&sealed.role).unwrap());
        }
    }
}

/// Looks until it is so.
pub(crate) fn eventually<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = std::time::Instant::now();
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(start.elapsed() < Duration::from_mins(1), "never: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
