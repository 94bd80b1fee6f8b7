//! Card orders from printing to handover, and the book of blank cards.

use crate::outbox::{one, touch};
use crate::row::{self, millis};
use crate::store::Act;
use crate::{Reader, Store, StoreError};
use crate::{audit, deeds};
use rusqlite::{OptionalExtension as _, Row, Transaction, params};
use std::num::NonZeroU16;
use time::OffsetDateTime;
use tram_biometric::FingerPosition;
use tram_enrollment::{DossierNumber, EnrollmentId};
use tram_packet::{AuditAction, CardOrder, OrderId, PublicKey, SignedDeed};

/// How a print ended, as far as the printer or a person can say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrintEnd {
    /// The card is good. One blank is used.
    Printed,
    /// The card is not good. One blank is used.
    Spoiled {
        /// Why, in words.
        reason: String,
        /// The same, signed by whoever gave it up, for the centre.
        deed: SignedDeed,
    },
    /// No blank was used.
    NotBegun,
}

/// How far a card order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderState {
    /// Not printed yet.
    Ordered,
    /// A print was started and nobody has said how it ended; after a crash, a person must look at the card.
    Printing,
    /// Waits for the citizen.
    Printed,
    /// The citizen has it.
    HandedOver,
}

/// A card order on the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderRow {
    /// Names it.
    pub order: OrderId,
    /// The enrollment it answers.
    pub enrollment: EnrollmentId,
    /// The order as the centre signed it; verify before use.
    pub signed: Vec<u8>,
    /// How far it is.
    pub state: OrderState,
    /// When it last changed.
    pub changed_at: OffsetDateTime,
}

impl Store {
    /// Keeps a card order, once the centre's key verifies it. The same order again changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Packet`] when it is not to be believed, [`StoreError::Full`].
    pub fn store_order(
        &mut self,
        signed: &[u8],
        centre: &PublicKey,
        act: Act<'_>,
    ) -> Result<CardOrder, StoreError> {
        let order = CardOrder::verify(signed, centre)?;
        self.write(|transaction| {
            let added = transaction.execute(
                "INSERT INTO card_order (id, enrollment, signed, ordered_at, changed_at) VALUES (?, ?, ?, ?, ?)
                 ON CONFLICT (id) DO NOTHING",
                params![
                    order.id.0.as_bytes(),
                    order.enrollment.0.as_bytes(),
                    signed,
                    millis(order.ordered_at),
                    millis(act.at),
                ],
            )?;
            if added == 1 {
                touch(transaction, order.enrollment, act.at)?;
                audit::push(transaction, act, AuditAction::CardOrdered, &order.id.to_string())?;
            }
            Ok(())
        })?;
        Ok(order)
    }

    /// A print starts: from here until [`end_print`](Self::end_print) the order is in doubt.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] also when the order is printed or printing.
    pub fn start_print(&mut self, order: OrderId, act: Act<'_>) -> Result<(), StoreError> {
        self.change_order(
            order,
            act,
            AuditAction::PrintStarted,
            "printing_since = ?1",
            "printing_since IS NULL AND printed_at IS NULL",
        )
    }

    /// A print ended, or a person said how one in doubt did.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] also when no print was started.
    pub fn end_print(&mut self, order: OrderId, end: &PrintEnd, act: Act<'_>) -> Result<(), StoreError> {
        let (action, change) = match end {
            PrintEnd::Printed => (AuditAction::CardPrinted, "printing_since = NULL, printed_at = ?1"),
            PrintEnd::Spoiled { .. } => (AuditAction::BlankSpoiled, "printing_since = NULL"),
            PrintEnd::NotBegun => (AuditAction::PrintNotBegun, "printing_since = NULL"),
        };
        self.write(|transaction| {
            change_order(transaction, order, act, action, change, "printing_since IS NOT NULL")?;
            match end {
                PrintEnd::Printed => book(transaction, act, -1, "printed", Some(order)),
                PrintEnd::Spoiled { reason, deed } => {
                    deeds::keep(transaction, deed)?;
                    book(transaction, act, -1, reason, Some(order))
                }
                PrintEnd::NotBegun => Ok(()),
            }
        })
    }

    /// The citizen has the card.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] also when the card is not printed or was handed over before.
    pub fn hand_over(&mut self, order: OrderId, match_score: f32, act: Act<'_>) -> Result<(), StoreError> {
        self.write(|transaction| {
            change_order(
                transaction,
                order,
                act,
                AuditAction::HandedOver,
                "handed_over_at = ?1",
                "printed_at IS NOT NULL AND handed_over_at IS NULL",
            )?;
            transaction.execute(
                "UPDATE card_order SET match_score = ? WHERE id = ?",
                params![f64::from(match_score), order.0.as_bytes()],
            )?;
            Ok(())
        })
    }

    /// Blank cards came, with the paper that `note` names; printing books its own.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Disk`].
    pub fn receive_blanks(&mut self, count: NonZeroU16, note: &str, act: Act<'_>) -> Result<(), StoreError> {
        self.write(|transaction| {
            book(transaction, act, i32::from(count.get()), note, None)?;
            audit::push(transaction, act, AuditAction::BlanksReceived, &count.to_string())
        })
    }

    fn change_order(
        &mut self,
        order: OrderId,
        act: Act<'_>,
        action: AuditAction,
        change: &str,
        allowed: &str,
    ) -> Result<(), StoreError> {
        self.write(|transaction| change_order(transaction, order, act, action, change, allowed))
    }
}

fn change_order(
    transaction: &Transaction<'_>,
    order: OrderId,
    act: Act<'_>,
    action: AuditAction,
    change: &str,
    allowed: &str,
) -> Result<(), StoreError> {
    let enrollment = transaction
        .query_row(
            &format!(
                "UPDATE card_order SET {change}, changed_at = ?1 WHERE id = ?2 AND {allowed} RETURNING enrollment"
            ),
            params![millis(act.at), order.0.as_bytes()],
            |row| row.get::<_, [u8; 16]>(0),
        )
        .optional()?
        .ok_or(StoreError::NotFound("card order in that state"))?;
    touch(transaction, EnrollmentId(uuid::Uuid::from_bytes(enrollment)), act.at)?;
    audit::push(transaction, act, action, &order.to_string())
}

fn book(
    transaction: &Transaction<'_>,
    act: Act<'_>,
    change: i32,
    reason: &str,
    order: Option<OrderId>,
) -> Result<(), StoreError> {
    let booked = transaction.execute(
        "INSERT INTO stock (at, officer, change, reason, card_order) VALUES (?, ?, ?, ?, ?)",
        params![
            millis(act.at),
            act.officer.map(|officer| officer.0.as_str()),
            change,
            reason,
            order.map(|order| *order.0.as_bytes()),
        ],
    )?;
    one(booked, "stock")
}

impl Reader {
    /// Orders that are not handed over, and those that changed since a time; oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn orders(&self, changed_since: OffsetDateTime) -> Result<Vec<OrderRow>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT * FROM card_order WHERE handed_over_at IS NULL OR changed_at >= ? ORDER BY ordered_at",
        )?;
        let mut rows = statement.query([millis(changed_since)])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(order_row(row)?);
        }
        Ok(found)
    }

    /// An order by its id.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn order(&self, order: OrderId) -> Result<OrderRow, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT * FROM card_order WHERE id = ?")?;
        let mut rows = statement.query([order.0.as_bytes()])?;
        rows.next()?.map_or(Err(StoreError::NotFound("card order")), order_row)
    }

    /// Blank cards on hand by the book; below nothing where cards were printed on blanks nobody booked in.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn blanks(&self) -> Result<i64, StoreError> {
        Ok(self.connection.query_row("SELECT coalesce(sum(change), 0) FROM stock", [], |row| row.get(0))?)
    }

    /// What handover compares a live finger with.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] for a position that is none.
    pub fn templates(&self, enrollment: EnrollmentId) -> Result<Vec<(FingerPosition, Vec<u8>)>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT position, bytes FROM template WHERE enrollment = ? ORDER BY position")?;
        let mut rows = statement.query([enrollment.0.as_bytes()])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let position =
                FingerPosition::from_code(row.get(0)?).ok_or(StoreError::Unreadable("finger position"))?;
            found.push((position, row.get(1)?));
        }
        Ok(found)
    }

    /// The templates of every sealed dossier whose person is not forgotten yet, with its number.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] for a position that is none.
    pub fn all_templates(&self) -> Result<Vec<KnownTemplate>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT t.enrollment, e.dossier, t.position, t.bytes FROM template t
             JOIN enrollment e ON e.id = t.enrollment ORDER BY t.enrollment, t.position",
        )?;
        let mut rows = statement.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let position =
                FingerPosition::from_code(row.get(2)?).ok_or(StoreError::Unreadable("finger position"))?;
            let enrollment = row::enrollment(row, "enrollment")?;
            let dossier = row::dossier(row, "dossier")?;
            found.push(KnownTemplate { enrollment, dossier, position, bytes: row.get(3)? });
        }
        Ok(found)
    }
}

/// A finger of a sealed dossier.
#[derive(Clone)]
pub struct KnownTemplate {
    /// Of which enrollment.
    pub enrollment: EnrollmentId,
    /// Its dossier's number.
    pub dossier: DossierNumber,
    /// Which finger.
    pub position: FingerPosition,
    /// The template.
    pub bytes: Vec<u8>,
}

fn order_row(row: &Row<'_>) -> Result<OrderRow, StoreError> {
    let is_set = |column: &str| row.get::<_, Option<i64>>(column).map(|at| at.is_some());
    let state = match (is_set("handed_over_at")?, is_set("printed_at")?, is_set("printing_since")?) {
        (true, ..) => OrderState::HandedOver,
        (_, true, _) => OrderState::Printed,
        (_, _, true) => OrderState::Printing,
        _ => OrderState::Ordered,
    };
    Ok(OrderRow {
        order: OrderId(row::uuid(row, "id")?),
        enrollment: row::enrollment(row, "enrollment")?,
        signed: row.get("signed")?,
        state,
        changed_at: row::at(row, "changed_at")?,
    })
}
