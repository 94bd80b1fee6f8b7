//! Everything the screens show.

use crate::bench::Bench;
use crate::dossier::Dossier;
use crate::lists::{AuditView, DeviceRow, DossierRow, Notice, OrderRow, Outbox, Reach};
use std::sync::Arc;
use std::time::Duration;
use time::OffsetDateTime;
use tram_biometric::{Language, RgbImage};
use tram_capture::{DeviceKind, FingerView, PrintStage};
use tram_enrollment::reference::Phrase;
use tram_enrollment::{OfficerId, ReferenceData, Role};
use tram_packet::KeyProtection;

/// Who the station is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Station {
    /// Its id at the centre.
    pub id: String,
    /// What people call it, such as `Công an xã Quảng La · máy 03`.
    pub name: String,
    /// The unit's code, which begins every dossier number.
    pub unit: String,
    /// What holds its keys: the screen always says it, and so does every packet.
    pub key_protection: KeyProtection,
    /// Whether this is a demonstration: everything it makes is marked TEST.
    pub is_demonstration: bool,
}

/// The person at the station.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Officer {
    /// Names them.
    pub id: OfficerId,
    /// With rank, such as `Thượng úy Lò Văn Khánh`.
    pub name: String,
    /// What they may do.
    pub role: Role,
}

/// Why a sign-in was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No such officer, or the passphrase is wrong: which of the two is not said.
    Wrong,
    /// Too many failures: wait.
    Wait(Duration),
    /// The officer's right to work here has ended.
    Expired,
    /// Something else, in words.
    Failed(Phrase),
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Session {
    /// Nobody.
    Out {
        /// A passphrase is being checked.
        busy: bool,
        /// Why the last try was refused.
        refused: Option<Refusal>,
    },
    /// At work.
    In(Officer),
    /// The screen is locked; the officer's key is gone until the passphrase comes again, or rests for a short while until
    /// their own finger does ([`OwnFinger`]). Drafts stay.
    Locked {
        /// Who locked it.
        officer: Officer,
        /// A passphrase is being checked.
        busy: bool,
        /// Why the last try was refused.
        refused: Option<Refusal>,
    },
}

/// Which screen is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Screen {
    /// Today's dossiers and the state of the station.
    #[default]
    Worklist,
    /// The open dossier, at its step.
    Dossier,
    /// Packets on their way.
    Outbox,
    /// Devices.
    Devices,
    /// Card orders: print and hand over.
    Cards,
    /// The audit chain, for who inspects.
    Audit,
    /// The technician's bench.
    Bench,
    /// The morning test.
    Morning,
}

/// How far the printing of a card is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Printing {
    /// Not begun.
    #[default]
    Idle,
    /// On its way; nothing said yet or the last stage heard.
    Running(Option<PrintStage>),
    /// The printer failed; no blank was used.
    Failed(Phrase),
    /// The printer stopped answering with a blank inside: the officer looks and decides.
    Doubtful,
    /// The card is out.
    Done,
}

/// How far a handover is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Handover {
    /// Not begun.
    #[default]
    Idle,
    /// The reader waits for a finger.
    Live(FingerView),
    /// The finger was compared with the enrolled one.
    Compared {
        /// The matcher's score.
        score: f32,
        /// Whether it is the same finger.
        is_match: bool,
    },
    /// The comparison could not be made.
    Failed(Phrase),
    /// Handed over.
    Done,
}

/// The card order that is open.
#[derive(Clone, Debug, PartialEq)]
pub struct CardWork {
    /// Its row.
    pub row: OrderRow,
    /// The rendered faces, front and back, once they are there.
    pub faces: Option<(Arc<RgbImage>, Arc<RgbImage>)>,
    /// Printing.
    pub printing: Printing,
    /// Handover.
    pub handover: Handover,
}

/// The help an officer gets who forgot the passphrase.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PassphraseHelp {
    /// Being carried out.
    pub busy: bool,
    /// Why it was refused.
    pub refused: Option<Refusal>,
}

/// An officer's own finger: kept, it tells when officers enroll themselves, and opens a station that locked by itself.
/// It is a convenience and never the only factor: the same officer's passphrase came first, a short while ago.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum OwnFinger {
    /// Not asked for.
    #[default]
    Away,
    /// The reader waits for it, to keep it.
    Keeping(FingerView),
    /// It was not kept, and why.
    Refused(Phrase),
    /// Locked: it may open the station.
    Opens,
    /// The reader waits for it, to open the station.
    Opening(FingerView),
}

/// Everything the screens show.
#[derive(Clone, Debug)]
pub struct State {
    /// The language of the screens.
    pub language: Language,
    /// Whether what the citizen is to do is said aloud.
    pub sound: bool,
    /// The time of the last tick, local.
    pub now: OffsetDateTime,
    /// When a person last touched the station.
    pub touched_at: OffsetDateTime,
    /// Who the station is.
    pub station: Station,
    /// The rules.
    pub reference: Arc<ReferenceData>,
    /// Who is signed in.
    pub session: Session,
    /// The officer's own finger.
    pub own_finger: OwnFinger,
    /// Whose card is in a reader, if it is kept here: its PIN signs them in.
    pub card_in: Option<Officer>,
    /// Open while a supervisor mends a forgotten passphrase.
    pub help: Option<PassphraseHelp>,
    /// Which screen is shown.
    pub screen: Screen,
    /// Dossiers of the day and every draft; `None` while loading.
    pub worklist: Option<Vec<DossierRow>>,
    /// Packets and the way to the centre.
    pub outbox: Outbox,
    /// Devices; `None` while the first look at them lasts.
    pub devices: Option<Vec<DeviceRow>>,
    /// Card orders; `None` while loading.
    pub orders: Option<Vec<OrderRow>>,
    /// Blank cards on hand by the book, below nothing where more were used than came; `None` while loading.
    pub blanks: Option<i64>,
    /// The open order.
    pub card: Option<CardWork>,
    /// The technician's bench.
    pub bench: Bench,
    /// The open dossier.
    pub dossier: Option<Dossier>,
    /// A dossier is being opened.
    pub opening: bool,
    /// How far the machine's clock is ahead of what the centre signed for; `None` while nobody knows better.
    pub clock_ahead: Option<time::Duration>,
    /// The audit chain as an inspector sees it; `None` while loading.
    pub audit: Option<AuditView>,
    /// Said for a moment.
    pub notices: Vec<Notice>,
    /// The station cannot keep anything any more: what happened and what to do. Nothing else is done until it is mended.
    pub halted: Option<Phrase>,
}

impl State {
    /// A station that has just started: nobody signed in, lists loading.
    pub fn new(station: Station, reference: Arc<ReferenceData>, now: OffsetDateTime) -> Self {
        Self {
            language: Language::default(),
            sound: false,
            now,
            touched_at: now,
            station,
            reference,
            session: Session::Out { busy: false, refused: None },
            own_finger: OwnFinger::Away,
            card_in: None,
            help: None,
            screen: Screen::default(),
            worklist: None,
            outbox: Outbox::default(),
            devices: None,
            orders: None,
            blanks: None,
            card: None,
            bench: Bench::default(),
            dossier: None,
            opening: false,
            clock_ahead: None,
            audit: None,
            notices: Vec::new(),
            halted: None,
        }
    }

    /// Without a touch for this long the station locks; also where the rules in force say nothing of it.
    pub fn idle_limit(&self) -> Duration {
        const UNSAID: u16 = 5;
        let practice = self.reference.practice(self.now.date());
        Duration::from_mins(practice.map_or(UNSAID, |practice| practice.idle_lock_minutes).into())
    }

    /// The officer at work, nobody while locked.
    pub fn officer(&self) -> Option<&Officer> {
        match &self.session {
            Session::In(officer) => Some(officer),
            Session::Out { .. } | Session::Locked { .. } => None,
        }
    }

    /// The device in use for a kind.
    pub fn device(&self, kind: DeviceKind) -> Option<&DeviceRow> {
        self.devices.iter().flatten().find(|device| device.kind == kind && device.in_use)
    }

    /// What the fingerprint reader in use can take.
    pub fn reach(&self) -> Reach {
        self.device(DeviceKind::FingerReader).map(|reader| reader.reach).unwrap_or_default()
    }

    /// Says something for a moment.
    pub fn notice(&mut self, vi: impl Into<String>, en: impl Into<String>, is_trouble: bool) {
        let text = Phrase { vi: vi.into(), en: en.into() };
        self.notices.retain(|notice| notice.text != text);
        self.notices.push(Notice { text, is_trouble, since: self.now });
    }
}
