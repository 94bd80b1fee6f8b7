//! What happens to a packet whose last byte arrived: examined, stored, entered in the log, registered, receipted.
//! Whether its fingers are somebody else's is found out afterwards, and no card is ordered before; see
//! [`crate::clearance`].
//!
//! The sealed packet is moved to its place first and everything else is one transaction, so that a crash at any moment
//! leaves either a packet that is examined again or one that has its receipt.

use crate::acts::ActKind;
use crate::centre::Centre;
use crate::database::{Transaction, values};
use crate::error::{CentralError, Refusal};
use crate::keyring::Register;
use crate::officers::{store_key, text};
use crate::stages::Stage;
use crate::{clearance, deeds, journal, merkle, uploads};
use axum::http::StatusCode;
use std::io;
use std::sync::Arc;
use time::OffsetDateTime;
use tram_enrollment::{CentreAct, Field, ReferenceData};
use tram_packet::{Digest, Opened, PacketError, PacketId, PacketKind, Profile, Receipt, SealedPacket, open};

/// What the register knows of a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Its bytes are not all here.
    Announced {
        /// The digest they must have.
        sha256: Digest,
        /// Their number.
        size: u64,
        /// The last upload was damaged.
        damaged: bool,
    },
    /// Stored; this is the receipt.
    Held {
        /// Its digest.
        sha256: Digest,
        /// Its bytes' number.
        size: u64,
        /// Signed.
        receipt: Vec<u8>,
    },
    /// Examined and not taken.
    Refused {
        /// A word for programs.
        kind: String,
        /// A sentence for people.
        detail: String,
    },
}

/// A packet that waits for a person's decision, opened.
pub(crate) struct HeldPacket {
    packet: PacketId,
    opened: Opened,
    rules: Arc<ReferenceData>,
}

/// A packet that is sound.
struct Examined {
    opened: Box<Opened>,
    /// Why it is kept until a person decides, and not registered at once; empty, mostly.
    held: String,
}

impl Centre {
    /// What is known of a packet.
    ///
    /// # Errors
    /// [`CentralError::Database`].
    pub fn packet(&self, packet: PacketId) -> Result<Option<State>, CentralError> {
        let row = self.database.first(
            "SELECT state, sha256, size, reason_kind, reason, receipt FROM packet WHERE id = ?1",
            values![packet.to_string()],
        )?;
        row.map(|row| {
            let sha256 = Digest::from_hex(&row.get::<String>(1)?).unwrap_or(Digest([0; 32]));
            let (size, kind) = (row.get(2)?, row.get::<Option<String>>(3)?);
            Ok(match row.get::<String>(0)?.as_str() {
                "announced" => State::Announced { sha256, size, damaged: kind.is_some() },
                "refused" => State::Refused {
                    kind: kind.unwrap_or_default(),
                    detail: row.get::<Option<String>>(4)?.unwrap_or_default(),
                },
                _ => State::Held { sha256, size, receipt: row.get(5)? },
            })
        })
        .transpose()
    }

    /// Takes in a packet that is complete. Called by one at a time for each packet; again is harmless.
    ///
    /// # Errors
    /// [`CentralError::Disk`], [`CentralError::Database`]: then nothing was receipted and it is tried again later.
    pub fn take_in(&self, packet: PacketId) -> Result<(), CentralError> {
        let Some(State::Announced { sha256, size, .. }) = self.packet(packet)? else { return Ok(()) };
        let read = self.stages.time(Stage::Read, || self.read_whole(packet, size))?;
        let Some((bytes, found)) = read else { return Ok(()) };
        if found != sha256 {
            log::warn!("packet {packet}: the bytes are not those announced; sent again from the beginning");
            uploads::forget(self, packet)?;
            return self.remark(
                packet,
                "announced",
                "digest-mismatch",
                "what arrived is not what was announced",
            );
        }
        match self.stages.time(Stage::Open, || self.examine(packet, bytes)) {
            Ok((sealed, examined)) => {
                if uploads::offset(self, packet)? > 0 {
                    self.stages.time(Stage::Keep, || self.keep(packet, sealed.bytes()))?;
                }
                self.stages.time(Stage::Register, || self.register(packet, sha256, &examined))?;
                uploads::forget(self, packet)
            }
            Err(CentralError::Refused(refusal)) => {
                log::warn!("packet {packet} refused: {}", refusal.kind);
                self.remark(packet, "refused", refusal.kind, &refusal.detail)?;
                uploads::forget(self, packet)
            }
            Err(other) => Err(other),
        }
    }

    /// The bytes of a packet and their digest; `None` when they are not all here after all.
    fn read_whole(&self, packet: PacketId, size: u64) -> Result<Option<(Vec<u8>, Digest)>, CentralError> {
        let bytes = match uploads::read(self, packet)? {
            Some(bytes) if bytes.len() as u64 != size => return Ok(None),
            Some(bytes) => bytes,
            // A crash came between the move and the commit.
            None => {
                let lost = || CentralError::Disk(io::Error::from(io::ErrorKind::NotFound));
                self.kept(packet)?.ok_or_else(lost)?
            }
        };
        let digest = Digest::of(&bytes);
        Ok(Some((bytes, digest)))
    }

    fn remark(&self, packet: PacketId, state: &str, kind: &str, reason: &str) -> Result<(), CentralError> {
        self.database.transact(|tx| {
            tx.execute(
                "UPDATE packet SET state = ?2, reason_kind = ?3, reason = ?4 WHERE id = ?1 AND state = 'announced'",
                values![packet.to_string(), state, kind, reason],
            )?;
            Ok(())
        })
    }

    /// Opens a packet and decides what becomes of it.
    fn examine(&self, packet: PacketId, bytes: Vec<u8>) -> Result<(SealedPacket, Examined), CentralError> {
        let keyring = Register::of(&self.database);
        let sealed = SealedPacket::parse(bytes).map_err(|error| unsound(&error))?;
        if sealed.header().packet != packet {
            return Err(refuse("other-packet", "the packet has another name inside").into());
        }
        let key = self.keys.opener(sealed.header().recipient);
        let opened = keyring.checked(open(&sealed, key, &keyring))?;
        let opened = Box::new(opened.map_err(|error| unsound(&error))?);
        let contents = &opened.contents;
        let is_virtual = contents.marks.is_virtual
            || contents.samples.iter().any(|sample| sample.sample.origin.is_virtual);
        if self.profile == Profile::Service && (is_virtual || contents.marks.test) {
            return Err(refuse(
                "not-real",
                "a centre in service takes nothing that is virtual, synthetic or TEST",
            )
            .into());
        }
        let signers: Vec<_> = std::iter::once(&opened.officer).chain(&opened.supervisor).collect();
        let mut held =
            keyring.doubts(&opened.station.id, &signers, contents.times.sealed_at.min(self.now()))?;
        held.extend(self.lacking(&opened)?);
        let held = held.join("; ");
        Ok((sealed, Examined { opened, held }))
    }

    /// Enters a packet into log and register and signs its receipt, all in one transaction.
    fn register(&self, packet: PacketId, sha256: Digest, examined: &Examined) -> Result<(), CentralError> {
        let (now, epoch) = (self.now(), self.epoch()?);
        let Examined { opened, held } = examined;
        let held = Some(held.as_str()).filter(|held| !held.is_empty());
        let state = if held.is_some() { "held" } else { "registered" };
        let told = self.judged(&opened.contents.deeds, &opened.station.id)?;
        let log_index = self.database.transact(|tx| {
            let log_index = journal::next(tx)?;
            let log = journal::enter(tx, log_index, merkle::leaf(packet, sha256))?;
            let receipt = Receipt {
                packet,
                digest: sha256,
                log_index,
                root: log.root,
                path: log.path,
                audit: opened.header.audit,
                epoch,
                received_at: now,
            };
            let entered = tx.execute(
                "UPDATE packet SET state = ?2, reason_kind = NULL, reason = ?3, station = ?4, sequence = ?5,
                 previous = ?6, log_index = ?7, receipt = ?8 WHERE id = ?1 AND state = 'announced'",
                values![
                    packet.to_string(),
                    state,
                    held,
                    &opened.header.station,
                    opened.header.sequence,
                    opened.header.previous.map(|digest| digest.to_string()),
                    log_index,
                    receipt.sign(&self.keys.receipts)?,
                ],
            )?;
            if entered != 1 {
                return Err(CentralError::TakenIn);
            }
            deeds::keep(tx, Some(packet), &opened.station.id, &told)?;
            if held.is_none() {
                enter(tx, packet, opened, now)?;
            }
            Ok(log_index)
        });
        match log_index {
            Ok(log_index) => log::info!("packet {packet}: {state}, entry {log_index} of the log"),
            // Another process was faster; its receipt is as good as ours.
            Err(CentralError::TakenIn) => return Ok(()),
            Err(other) => return Err(other),
        }
        self.bell.ring();
        Ok(())
    }

    /// Registers a packet that was held: a person decided that it stands. A station's or an officer's being barred, a
    /// missing second signature and fingers that cannot be read are decided so; alike fingers by adjudication.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when it is not held, or the rules leave it to two people.
    pub fn release(&self, packet: PacketId) -> Result<(), CentralError> {
        let held = self.held(packet)?;
        let is_withdrawal = matches!(held.opened.contents.kind, PacketKind::Withdrawal { .. });
        let act = if is_withdrawal { CentreAct::Withdraw } else { CentreAct::Release };
        self.may_be_done_alone(act, ActKind::Release)?;
        self.database.transact(|tx| self.release_held(tx, &held))?;
        self.bell.ring();
        Ok(())
    }

    /// What releasing a packet needs to know of it, read before the transaction: an embedded register answers one at a
    /// time.
    pub(crate) fn held(&self, packet: PacketId) -> Result<HeldPacket, CentralError> {
        Ok(HeldPacket { packet, opened: self.opened(packet)?, rules: self.rules()? })
    }

    pub(crate) fn release_held(&self, tx: &Transaction<'_>, held: &HeldPacket) -> Result<(), CentralError> {
        let HeldPacket { packet, opened, rules } = held;
        let released = tx.execute(
            "UPDATE packet SET state = 'registered', reason = NULL WHERE id = ?1 AND state = 'held'",
            values![packet.to_string()],
        )?;
        if released == 1 {
            enter(tx, *packet, opened, self.now())
        } else {
            self.clear_unread(tx, *packet, opened, rules)
        }
    }

    /// Opens a packet that is held here, to look at it.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when it is not held.
    pub fn opened(&self, packet: PacketId) -> Result<Opened, CentralError> {
        let absent = || CentralError::Setup(format!("packet {packet} is not held here"));
        let bytes = self.kept(packet)?.ok_or_else(absent)?;
        let keyring = Register::of(&self.database);
        let sealed = SealedPacket::parse(bytes)?;
        let key = self.keys.opener(sealed.header().recipient);
        Ok(keyring.checked(open(&sealed, key, &keyring))??)
    }
}

/// Registers what a packet says of a person, to be searched for duplicates.
fn enter(
    tx: &Transaction<'_>,
    packet: PacketId,
    opened: &Opened,
    now: OffsetDateTime,
) -> Result<(), CentralError> {
    if opened.rekey.is_some() {
        store_key(tx, &opened.officer, now)?;
    }
    let contents = &opened.contents;
    let (kind, earlier) = match &contents.kind {
        PacketKind::Enrollment => (None, None),
        PacketKind::Correction { of } => (Some("correction"), Some(of)),
        PacketKind::Withdrawal { of, .. } => (Some("withdrawal"), Some(of)),
    };
    if let (Some(kind), Some(earlier)) = (kind, earlier) {
        tx.execute(
            "INSERT INTO supersession (packet, earlier, station, kind) VALUES (?1, ?2, ?3, ?4)",
            values![packet.to_string(), earlier.to_string(), &contents.station, kind],
        )?;
    }
    if kind == Some("withdrawal") {
        return Ok(());
    }
    let value = |field| contents.applicant.value(field);
    tx.execute(
        "INSERT INTO enrollment (packet, enrollment, personal_number, full_name, birth_date, sex, dossier, procedure,
         station, officer, sealed_at, test) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        values![
            packet.to_string(),
            contents.enrollment.to_string(),
            value(Field::PersonalNumber),
            value(Field::FullName),
            value(Field::BirthDate),
            value(Field::Sex),
            contents.dossier.as_str(),
            &contents.procedure,
            &contents.station,
            &contents.officer.0,
            text(contents.times.sealed_at),
            !contents.marks.is_real(),
        ],
    )?;
    clearance::make_due(tx, packet, now)
}

fn refuse(kind: &'static str, detail: &str) -> Refusal {
    Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, kind, detail)
}

fn unsound(error: &PacketError) -> Refusal {
    let kind = match error {
        PacketError::Decrypt => "other-recipient",
        PacketError::UnknownKey { .. } => "unknown-signer",
        PacketError::Signature { .. } => "bad-signature",
        _ => "unsound",
    };
    refuse(kind, &error.to_string())
}
