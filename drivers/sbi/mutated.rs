//! Whatever bytes come, no parser panics; and nothing of a changed capture is taken that the device did not sign.

use crate::capture::{Request, first_hash, verify};
use crate::identity::{Discovered, read_discovery, read_info};
use crate::{Anchors, DeviceInfo, Dialect, Environment, Kind, Part, Site, Target, record};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use time::OffsetDateTime;
use time::macros::datetime;
use tram_biometric::FingerPosition;
use tram_sbi_emulator::{self as emulator, Authority, Modality, Service, Spec};

const NOW: OffsetDateTime = datetime!(2026-11-22 08:00 UTC);
const SERIAL: &str = "TEST-SLAP-0001";

/// Where a finger's record with one quality says how it is encoded.
const COMPRESSION: usize = 16 + 4 + 14 + 6 + 3 + 8 + 1;

/// A whole conversation with a device that is in order.
struct Conversation {
    site: Site,
    discovery: Vec<u8>,
    info: Vec<u8>,
    capture: Vec<u8>,
    device: DeviceInfo,
    request: Request,
    records: Vec<Vec<u8>>,
}

static CONVERSATION: LazyLock<Conversation> = LazyLock::new(|| {
    let authority = Arc::new(Authority::trusted(NOW));
    let device = emulator::Device {
        picture: (16, 20),
        ..emulator::Device::new(SERIAL, Spec::Mds095, Modality::SlapReader)
    };
    let mut service = Service::new(device, 4501, &authority, NOW);
    let site = Site {
        anchors: Anchors::new([authority.certificate().to_vec()]),
        environment: Environment::Developer,
        clock: Arc::new(|| NOW),
        random: Arc::new(|| 7),
    };
    let mut ask = |verb: &str, path: &str, body: Value| {
        let request = emulator::Request { verb: verb.to_owned(), path: path.to_owned(), body };
        let bytes = service.answer(Duration::ZERO, NOW, &request).next().expect("an answer").bytes;
        let body = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("a head") + 4;
        bytes[body..].to_vec()
    };
    let discovery = ask("MOSIPDISC", "/device", json!({}));
    let info = ask("MOSIPDINFO", "/info", json!({}));
    let discovered = read_discovery(&discovery, Dialect::Mds095).expect("a discovery").remove(0);
    let device = read_info(&info, &discovered, 4501, &site).expect("an info");
    let request = Request {
        target: Target::Fingers(FingerPosition::PlainThumbs),
        absent: Vec::new(),
        sub_id: 3,
        transaction: "TEST-transaction".to_owned(),
        previous_hash: first_hash(),
        begun: NOW,
    };
    let question: Value = serde_json::from_str(&request.question(&device, &site).body).expect("JSON");
    let capture = ask("RCAPTURE", "/capture", question);
    let verified = verify(&capture, &request, &device, &site).expect("a capture");
    let records = verified.images.into_iter().map(|image| image.record).collect();
    Conversation { site, discovery, info, capture, device, request, records }
});

/// Changes, cuts and doubles bytes.
fn mutate(bytes: &[u8], changes: &[(usize, u8)], cut: Option<usize>) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (at, value) in changes {
        let at = at % bytes.len();
        bytes[at] = *value;
    }
    bytes.truncate(cut.map_or(bytes.len(), |cut| cut % bytes.len()));
    bytes
}

fn changes() -> impl Strategy<Value = (Vec<(usize, u8)>, Option<usize>)> {
    (proptest::collection::vec(any::<(usize, u8)>(), 1..4), proptest::option::weighted(0.2, any::<usize>()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn a_changed_capture_is_refused_or_the_same((changes, cut) in changes()) {
        let whole = &*CONVERSATION;
        let bytes = mutate(&whole.capture, &changes, cut);
        if let Ok(verified) = verify(&bytes, &whole.request, &whole.device, &whole.site) {
            let records: Vec<_> = verified.images.into_iter().map(|image| image.record).collect();
            prop_assert!(records == whole.records);
        }
    }

    #[test]
    fn a_changed_identity_is_refused_or_the_same((changes, cut) in changes()) {
        let whole = &*CONVERSATION;
        let _ = read_discovery(&mutate(&whole.discovery, &changes, cut), Dialect::Mds095);
        let discovered = Discovered { id: whole.device.id.clone(), dialect: Dialect::Mds095 };
        if let Ok(info) = read_info(&mutate(&whole.info, &changes, cut), &discovered, 4501, &whole.site) {
            prop_assert_eq!(info.id, whole.device.id.clone());
        }
    }

    #[test]
    fn a_changed_record_is_read_or_refused((changes, cut) in changes(), kind in 0..3) {
        let picture = emulator::picture::Picture::eye(1, (16, 20));
        let whole = match kind {
            0 => emulator::records::finger(2, 50, &picture, emulator::records::Encoding::Png),
            1 => emulator::records::iris(1, &picture),
            _ => emulator::records::face(&picture),
        };
        // Most changes fall into the picture; the headers are what is read.
        let changes: Vec<_> = changes.into_iter().map(|(at, value)| (at % 110, value)).collect();
        let bytes = mutate(&whole, &changes, cut);
        if let Ok(image) = record::read(&bytes) {
            prop_assert!(bytes.get(image.bytes).is_some());
        }
    }

    #[test]
    fn any_bytes_are_a_message_or_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let whole = &*CONVERSATION;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        for message in [bytes, json!([{ "deviceInfo": text, "digitalId": text, "error": { "errorCode": text } }])
            .to_string().into_bytes(), json!({ "biometrics": [{ "data": text }] }).to_string().into_bytes()]
        {
            let _ = read_discovery(&message, Dialect::Sbi10);
            let discovered = Discovered { id: whole.device.id.clone(), dialect: Dialect::Sbi10 };
            prop_assert!(read_info(&message, &discovered, 4501, &whole.site).is_err());
            prop_assert!(verify(&message, &whole.request, &whole.device, &whole.site).is_err());
            let _ = record::read(&message);
        }
    }
}

#[test]
fn encoded_images_state_their_own_size() {
    // Headers alone, made by hand from the standards: 20 wide and 16 high.
    let jp2 = [
        b"\0\0\0\x0cjP  \r\n\x87\n".as_slice(),
        b"\0\0\0\x2djp2h\0\0\0\x16ihdr",
        &[0, 0, 0, 16, 0, 0, 0, 20],
    ];
    let codestream =
        [b"\xff\x4f\xff\x51\0\x29\0\0".as_slice(), &[0, 0, 0, 22, 0, 0, 0, 17], &[0, 0, 0, 2, 0, 0, 0, 1]];
    let wsq = [b"\xff\xa0\xff\xa8\0\x04no".as_slice(), b"\xff\xa2\0\x11\0\xff", &[0, 16, 0, 20]];
    let picture = emulator::picture::Picture::eye(1, (20, 16));
    for (code, data) in [
        (5, jp2.concat()),
        (4, codestream.concat()),
        (2, wsq.concat()),
        (3, picture.jpeg()),
        (0, picture.pixels.clone()),
    ] {
        let mut whole = emulator::records::finger(2, 50, &picture, emulator::records::Encoding::Raw);
        let start = whole.len() - picture.pixels.len();
        whole.truncate(start);
        whole.extend(&data);
        whole[start - 4..start].copy_from_slice(&(data.len() as u32).to_be_bytes());
        let length = whole.len() as u32;
        whole[8..12].copy_from_slice(&length.to_be_bytes());
        whole[16..20].copy_from_slice(&(length - 16).to_be_bytes());
        whole[COMPRESSION] = code;
        let image = record::read(&whole).unwrap_or_else(|error| panic!("{code}: {error}"));
        assert_eq!(
            (image.part, image.width, image.height),
            (Some(Part::Finger(FingerPosition::RightIndex)), 20, 16)
        );
        // Another width in the header is caught.
        whole[start - 7] ^= 1;
        assert!(record::read(&whole).is_err(), "{code}");
    }
    assert_eq!(CONVERSATION.device.id.kind, Kind::Finger);
}
