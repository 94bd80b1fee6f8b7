//! Packet to contents, and everything that is checked on the way.
//!
//! Nothing is believed before the station's signature on the head verifies; nothing inside is returned before the
//! signatures of station and officer over it verify and inside and outside say the same.

use crate::PacketError;
use crate::cbor;
use crate::contents::{Contents, PacketSample};
use crate::cose;
use crate::header::{Header, Outside, PartKind, SealedPacket};
use crate::hybrid::Opener;
use crate::id::Digest;
use crate::keyring::{self, Keyring, OfficerIdentity, StationIdentity};
use crate::manifest::{self, Biometrics, LARGEST_ITEM, Manifest};
use crate::officer::Rekey;
use crate::recipient::RecipientKey;
use crate::seal::part_info;
use std::io::{Cursor, Read, Seek, SeekFrom, Take};
use tram_enrollment::Right;
use zeroize::Zeroizing;

/// A packet that was opened and believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// What its head says.
    pub header: Header,
    /// The digest of the whole packet.
    pub digest: Digest,
    /// What it says.
    pub contents: Contents,
    /// Who signed as station.
    pub station: StationIdentity,
    /// Who signed as officer.
    pub officer: OfficerIdentity,
    /// Who signed as supervisor, if anybody did.
    pub supervisor: Option<OfficerIdentity>,
    /// The key renewal the officer's signature rests on, verified; the centre should take it over.
    pub rekey: Option<Rekey>,
}

/// Opens a packet in memory.
///
/// # Errors
/// As [`open_from`] and [`Inside::next_sample`].
pub fn open(packet: &SealedPacket, key: &RecipientKey, keyring: &dyn Keyring) -> Result<Opened, PacketError> {
    let mut inside = open_inside(packet.outside(), Cursor::new(packet.bytes()), key, keyring)?;
    while let Some(sample) = inside.next_sample()? {
        inside.opened.contents.samples.push(sample);
    }
    Ok(inside.opened)
}

/// A packet that was opened and believed, whose samples come one by one and are each believed before they come.
pub struct Inside<R> {
    /// Everything but the samples.
    pub opened: Opened,
    biometrics: Biometrics<Take<R>>,
}

impl<R: Read> Inside<R> {
    /// The next sample; none once all have come.
    ///
    /// # Errors
    /// [`PacketError::Mismatch`] when it is not the one that was signed, [`PacketError::Decrypt`], [`PacketError::Io`].
    pub fn next_sample(&mut self) -> Result<Option<PacketSample>, PacketError> {
        self.biometrics.next()
    }
}

/// Opens a packet from a file: it is read once to see that it is whole and once to decrypt it, and no more of it than a
/// sample is in memory.
///
/// # Errors
/// [`PacketError::UnknownKey`] when the keyring does not vouch for a signer, [`PacketError::Signature`] when one
/// did not sign, [`PacketError::Decrypt`] when the packet is for another key, [`PacketError::Mismatch`] when its
/// inside is not the inside of this outside, [`PacketError::Io`] when the source fails.
pub fn open_from<R: Read + Seek>(
    mut source: R,
    key: &RecipientKey,
    keyring: &dyn Keyring,
) -> Result<Inside<R>, PacketError> {
    source.seek(SeekFrom::Start(0))?;
    let outside = Outside::read(&mut source)?;
    open_inside(&outside, source, key, keyring)
}

fn open_inside<R: Read + Seek>(
    outside: &Outside,
    mut source: R,
    key: &RecipientKey,
    keyring: &dyn Keyring,
) -> Result<Inside<R>, PacketError> {
    let kid = outside.station_kid();
    let station = keyring.station(kid).ok_or(PacketError::UnknownKey { what: "packet's head", kid })?;
    let header = outside.verify(&station.key)?.clone();
    if header.recipient != key.public_key().kid() {
        return Err(PacketError::Decrypt);
    }
    let signed = small_part(outside, PartKind::Manifest, &mut source, key)?;
    let statement = cose::parse_sign(&manifest::FORM, &signed)?;
    let manifest: Manifest = cbor::decode(statement.unverified(), manifest::FORM.what)?;
    statement.verify(0, &station.key)?;
    let rekey = keyring::renewal(manifest.rekey.as_ref(), &manifest.station, keyring)?;
    let officer = keyring::signer(&statement, 1, keyring, rekey.as_ref())?;
    let supervisor = keyring::second_person(&statement, keyring)?;

    let agreements = [
        ("the packet's id", manifest.packet == header.packet),
        ("the recipient", manifest.recipient == header.recipient),
        ("the station", manifest.station == header.station && manifest.station == station.id),
        ("the officer", manifest.officer == officer.id && officer.role.may(Right::Enroll)),
        ("the trainer's packet", manifest.marks.test || !officer.role.is_for_training()),
        ("the supervisor", supervisor.as_ref().is_none_or(|person| person.role.may(Right::ApproveException))),
    ];
    if let Some((what, _)) = agreements.into_iter().find(|(_, agrees)| !agrees) {
        return Err(PacketError::Mismatch { what });
    }
    let demographics = small_part(outside, PartKind::Demographics, &mut source, key)?;
    let mut contents = manifest.contents(&header, &demographics)?;
    let ((exceptions, eye_exceptions), biometrics) =
        Biometrics::of(part(outside, PartKind::Biometrics, source, key)?, &manifest)?;
    contents.exceptions = exceptions;
    contents.eye_exceptions = eye_exceptions;
    let digest = outside.digest();
    let opened = Opened { header, digest, contents, station, officer, supervisor, rekey };
    Ok(Inside { opened, biometrics })
}

/// Decrypts a part.
fn part<R: Read + Seek>(
    outside: &Outside,
    kind: PartKind,
    mut source: R,
    key: &RecipientKey,
) -> Result<Opener<Take<R>>, PacketError> {
    let (at, size) = outside.place(kind);
    source.seek(SeekFrom::Start(at))?;
    Opener::new(source.take(size), key, &part_info(outside.header().packet, kind)?)
}

/// Decrypts a part that is small in every packet.
fn small_part<R: Read + Seek>(
    outside: &Outside,
    kind: PartKind,
    source: &mut R,
    key: &RecipientKey,
) -> Result<Zeroizing<Vec<u8>>, PacketError> {
    let mut opener = part(outside, kind, source, key)?;
    let plain = opener.take(LARGEST_ITEM)?;
    if opener.next(1)?.is_empty() { Ok(plain) } else { Err(PacketError::TooLarge { what: "packet" }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::header::Part;
    use crate::keys::{OfficerKey, Signer, StationKey};
    use crate::{AuditChain, Envelope, Kid, PacketId, PacketKind, Times, hybrid, random, seal};
    use time::OffsetDateTime;
    use tram_enrollment::{Applicant, DossierNumber, EnrollmentId, OfficerId, Role};
    use uuid::Uuid;

    struct Two {
        station: StationKey,
        officer: OfficerKey,
    }

    impl Keyring for Two {
        fn station(&self, _: Kid) -> Option<StationIdentity> {
            Some(StationIdentity { id: "TEST".into(), key: self.station.public_key().clone() })
        }

        fn officer(&self, _: Kid) -> Option<OfficerIdentity> {
            let key = self.officer.public_key().clone();
            Some(OfficerIdentity { id: OfficerId("test".into()), role: Role::Officer, key, vouched_by: None })
        }

        fn officer_by_id(&self, _: &OfficerId) -> Option<OfficerIdentity> {
            None
        }
    }

    fn withdrawal() -> Contents {
        let at = OffsetDateTime::UNIX_EPOCH;
        Contents {
            kind: PacketKind::Withdrawal { of: PacketId(Uuid::nil()), reason: "TEST".into() },
            enrollment: EnrollmentId(Uuid::nil()),
            dossier: DossierNumber::new("TEST", at.date(), 1),
            procedure: String::new(),
            reference_edition: 1,
            applicant: Applicant::default(),
            exceptions: [].into(),
            eye_exceptions: [].into(),
            consent: None,
            officer: OfficerId("test".into()),
            station: "TEST".into(),
            times: Times {
                received_at: at,
                sealed_at: at,
                uptime_millis: 0,
                boot: Uuid::nil(),
                last_trusted: None,
            },
            audit: AuditChain::default(),
            marks: crate::Marks::default(),
            equipment: crate::Equipment::default(),
            deeds: Vec::new(),
            samples: Vec::new(),
        }
    }

    /// The insides of one packet, encrypted and signed outside as those of another: by the station itself, gone bad.
    #[test]
    fn an_inside_cannot_be_moved_into_another_outside() {
        let two = Two {
            station: StationKey::generate().unwrap(),
            officer: OfficerKey::from_seed(&[3; 32]).unwrap(),
        };
        let mut system = random::system();
        let (first, second) = (RecipientKey::generate(&mut system), RecipientKey::generate(&mut system));
        let envelope = Envelope {
            packet: PacketId(Uuid::from_u128(1)),
            sequence: 1,
            previous: None,
            recipient: first.public_key(),
            station: &two.station,
            officer: &two.officer,
            supervisor: None,
            rekey: None,
        };
        let packet = seal(&withdrawal(), &envelope, &mut system).unwrap();
        assert!(open(&packet, &first, &two).is_ok());

        let mut moved = |id: PacketId, recipient: &RecipientKey, change: &dyn Fn(&mut [Vec<u8>; 3])| {
            let mut plain = PartKind::ALL.map(|kind| {
                let source = Cursor::new(packet.bytes());
                part(packet.outside(), kind, source, &first).unwrap().take(10_000).unwrap().to_vec()
            });
            change(&mut plain);
            let mut parts = Vec::new();
            let mut bytes = Vec::new();
            for (kind, plain) in PartKind::ALL.into_iter().zip(&plain) {
                let info = part_info(id, kind).unwrap();
                let sealed = hybrid::seal(plain, recipient.public_key(), &info, &mut system).unwrap();
                parts.push(Part { kind, size: sealed.len() as u64, sha256: Digest::of(&sealed) });
                bytes.extend(cbor::bytes_head(sealed.len() as u64));
                bytes.extend(sealed);
            }
            let recipient_kid = recipient.public_key().kid();
            let header = Header { packet: id, recipient: recipient_kid, parts, ..packet.header().clone() };
            let forged = [header.sign(&two.station).unwrap(), bytes].concat();
            open(&SealedPacket::parse(forged).unwrap(), recipient, &two)
        };
        let id = packet.header().packet;
        assert!(moved(id, &first, &|_| {}).is_ok(), "the same inside in the same outside");
        let other = PacketId(Uuid::from_u128(2));
        assert_eq!(moved(other, &first, &|_| {}), Err(PacketError::Mismatch { what: "the packet's id" }));
        assert_eq!(moved(id, &second, &|_| {}), Err(PacketError::Mismatch { what: "the recipient" }));
        for change in [
            (|plain| plain[1].push(0)) as fn(&mut [Vec<u8>; 3]),
            |plain| plain[2].push(0),
            |plain| plain.swap(1, 2),
            |plain| plain[2][3] ^= 1,
        ] {
            let refused = moved(id, &first, &change);
            assert!(
                matches!(refused, Err(PacketError::Mismatch { .. } | PacketError::Format { .. })),
                "{refused:?}"
            );
        }
    }
}
