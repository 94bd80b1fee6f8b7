//! Rows of the store as the screens show them.

use super::{Vault, store_phrase};
use crate::clock::now;
use crate::engine::Outlet;
use crate::pace;
use time::OffsetDateTime;
use tram_enrollment::reference::Phrase;
use tram_packet::{CardOrder, PacketId, ReferenceBundle};
use tram_store as store;
use tram_workflow::Action;
use tram_workflow::lists::{
    AuditView, DossierRow, DossierState, Link, Mirror, OrderRow, OrderState, Outbox, OutboxRow, PacketState,
};

/// Parts the languages of a trouble in the store.
const BETWEEN: &str = " / ";

impl Vault {
    pub(in crate::engine) fn tell_worklist(&self, outlet: &Outlet) {
        match self.store.read().worklist(morning()) {
            Ok(rows) => {
                outlet.send(Action::Worklist(rows.into_iter().map(dossier_row).collect()));
            }
            Err(error) => {
                outlet.send(Action::DossierFailed(store_phrase(&error)));
            }
        }
    }

    pub(in crate::engine) fn tell_outbox(&self, outlet: &Outlet) {
        match self.store.read().outbox(morning()) {
            Ok(rows) => {
                let rows = rows.into_iter().map(|row| self.outbox_row(row)).collect();
                outlet.send(Action::Outbox(Outbox {
                    rows,
                    link: self.link.clone(),
                    mirror: self.mirror.clone(),
                    pace: pace::kept(self.store.read()).ok().and_then(|pace| pace::said(&pace)),
                    contradiction: self.store.read().distrusted().ok().flatten(),
                }));
            }
            Err(error) => log::error!("the outbox cannot be listed: {error}"),
        }
    }

    pub(in crate::engine) fn tell_orders(&self, outlet: &Outlet) {
        let read = self.store.read();
        let changed_since = now() - time::Duration::days(30);
        match read.orders(changed_since).and_then(|rows| Ok((rows, read.blanks()?))) {
            Ok((rows, blanks)) => {
                let rows = rows.iter().filter_map(|row| self.order_row(row)).collect();
                outlet.send(Action::Orders(rows));
                outlet.send(Action::Blanks(blanks));
            }
            Err(error) => log::error!("card orders cannot be listed: {error}"),
        }
    }

    /// The newest entries of the audit chain, and what its examination finds.
    pub(super) fn audit_view(&self) -> Result<AuditView, store::StoreError> {
        const SHOWN: u64 = 500;
        let read = self.store.read();
        let station = self.station_key.public_key().clone();
        let report = read.examine_audit(&[station], &self.bundle.centre_keys)?;
        let after = report.chain.length.saturating_sub(SHOWN);
        let rows = read.audit_rows(after, SHOWN as usize)?;
        let unknown = |by: &tram_packet::audit::AnchoredBy| format!("{by} is signed by no key that is known");
        let findings = report.findings.iter().map(ToString::to_string);
        Ok(AuditView {
            rows: rows.into_iter().rev().map(|(row, _)| row).collect(),
            length: report.chain.length,
            anchored: report.anchored,
            findings: findings.chain(report.unverified.iter().map(unknown)).collect(),
        })
    }

    fn outbox_row(&self, row: store::OutboxRow) -> OutboxRow {
        let state = match row.state {
            store::PacketState::Received => PacketState::Receipted,
            store::PacketState::Purged => PacketState::Purged,
            store::PacketState::Quarantined { reason } => {
                PacketState::Quarantined { reason: phrase_from(&reason) }
            }
            store::PacketState::Waiting => match self.under_way.get(&row.packet) {
                Some(tram_sync::PacketState::Sending { sent, .. }) => PacketState::Sending { sent: *sent },
                Some(tram_sync::PacketState::Sent) => PacketState::Sending { sent: row.size },
                _ => PacketState::Waiting {
                    attempts: row.attempts,
                    next_try: None,
                    last_error: row.trouble.as_deref().map(phrase_from),
                },
            },
        };
        OutboxRow {
            packet: row.packet,
            dossier: row.dossier,
            bytes: row.size,
            sealed_at: row.sealed_at,
            state,
        }
    }

    fn order_row(&self, row: &store::OrderRow) -> Option<OrderRow> {
        let order = self.verified_order(&row.signed)?;
        let name = format!("{} {}", order.fields.surname, order.fields.given).trim().to_owned();
        let state = match row.state {
            store::OrderState::Ordered => OrderState::Ordered,
            store::OrderState::Printing => OrderState::Doubtful,
            store::OrderState::Printed => OrderState::Printed,
            store::OrderState::HandedOver => OrderState::HandedOver,
        };
        Some(OrderRow {
            order: row.order,
            enrollment: row.enrollment,
            name,
            personal_number: order.fields.personal_number,
            state,
            changed_at: row.changed_at,
        })
    }

    /// An order, if a key of the centre verifies it.
    pub(super) fn verified_order(&self, signed: &[u8]) -> Option<CardOrder> {
        let key = self.bundle.centre_key(CardOrder::signed_by(signed).ok()?)?;
        CardOrder::verify(signed, key).ok()
    }

    pub(in crate::engine) fn bundle(&self) -> &ReferenceBundle {
        &self.bundle
    }

    /// What the lane said of a packet.
    pub(in crate::engine) fn under_way(&mut self, packet: PacketId, state: tram_sync::PacketState) {
        match state {
            tram_sync::PacketState::Sending { .. } | tram_sync::PacketState::Sent => {
                self.under_way.insert(packet, state);
            }
            _ => {
                self.under_way.remove(&packet);
            }
        }
    }

    /// What is known of the way to the centre.
    pub(in crate::engine) fn set_link(&mut self, link: Link) {
        self.link = link;
    }

    /// What is known of the copy on a second medium.
    pub(in crate::engine) fn set_mirror(&mut self, mirror: Mirror, outlet: &Outlet) {
        self.mirror = mirror;
        self.tell_outbox(outlet);
    }

    pub(in crate::engine) fn link(&self) -> &Link {
        &self.link
    }
}

/// A trouble as the store keeps it, in both languages.
pub(crate) fn phrase_text(phrase: &Phrase) -> String {
    format!("{}{BETWEEN}{}", phrase.vi, phrase.en)
}

/// And back.
pub(crate) fn phrase_from(text: &str) -> Phrase {
    let (vi, en) = text.split_once(BETWEEN).unwrap_or((text, text));
    Phrase { vi: vi.to_owned(), en: en.to_owned() }
}

/// The day's first moment.
fn morning() -> OffsetDateTime {
    now().replace_time(time::Time::MIDNIGHT)
}

fn dossier_row(row: store::DossierRow) -> DossierRow {
    let state = match row.state {
        store::DossierState::Draft(step) => DossierState::Draft(step),
        store::DossierState::Sealed => DossierState::Sealed,
        store::DossierState::Quarantined => DossierState::Quarantined,
        store::DossierState::Received => DossierState::Received,
        store::DossierState::CardOrdered | store::DossierState::CardPrinting => DossierState::CardOrdered,
        store::DossierState::CardPrinted => DossierState::CardPrinted,
        store::DossierState::HandedOver => DossierState::HandedOver,
        store::DossierState::Withdrawn => DossierState::Withdrawn,
    };
    DossierRow {
        id: row.id,
        dossier: row.dossier,
        name: row.name,
        procedure: row.procedure,
        state,
        changed_at: row.changed_at,
    }
}
