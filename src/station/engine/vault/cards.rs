//! Card orders: what stands on the card, what became of the blank, who got it.

use super::{Vault, store_phrase};
use crate::clock::now;
use crate::engine::{Outlet, fingers, phrase, pictures, printer};
use std::num::NonZeroU16;
use tram_biometric::FingerPosition;
use tram_card::{CardData, Sex};
use tram_device::Printed;
use tram_enrollment::Matter;
use tram_enrollment::reference::Phrase;
use tram_fingerprint::template::Template;
use tram_packet::deed::Signers;
use tram_packet::{CardOrder, CardSex, Deed, DeedKind, Digest, OrderId, Signer};
use tram_store::{PrintEnd, StoreError};
use tram_workflow::Action;
use tram_workflow::dossier::{Approval, Picture};

/// Which finger is asked for at handover: the handiest of those that were enrolled.
const HANDIEST: [FingerPosition; 4] = [
    FingerPosition::RightIndex,
    FingerPosition::LeftIndex,
    FingerPosition::RightThumb,
    FingerPosition::LeftThumb,
];

impl Vault {
    pub(super) fn render_card(&mut self, order: OrderId, outlet: &Outlet) {
        let asked =
            self.card(order).map(|card| self.around.printer.try_send(printer::Job::Render(Box::new(card))));
        match asked {
            Ok(Ok(())) => {}
            Ok(Err(_busy)) => {
                outlet.send(Action::CardRendered(Err(busy())));
            }
            Err(trouble) => {
                outlet.send(Action::CardRendered(Err(trouble)));
            }
        }
    }

    /// The print is recorded as begun before the printer hears of it: whatever happens, the blank is accounted for.
    pub(super) fn print_card(&mut self, order: OrderId, outlet: &Outlet) {
        let officer = self.officer_id();
        let card = match self.card(order) {
            Ok(card) => Box::new(card),
            Err(trouble) => {
                outlet.send(Action::PrintEnded(Err(trouble)));
                return;
            }
        };
        if let Err(error) = self.store.start_print(order, Self::act(officer.as_ref())) {
            outlet.send(Action::PrintEnded(Err(store_phrase(&error))));
            return;
        }
        if self.around.printer.try_send(printer::Job::Print { order, card }).is_err() {
            self.end_print(order, &PrintEnd::NotBegun, outlet);
            outlet.send(Action::PrintEnded(Err(busy())));
        }
        self.tell_orders(outlet);
    }

    pub(super) fn card_printed(&mut self, order: OrderId, outcome: Result<Printed, Phrase>, outlet: &Outlet) {
        match &outcome {
            Ok(Printed::Complete) => self.end_print(order, &PrintEnd::Printed, outlet),
            Ok(Printed::Cancelled) | Err(_) => self.end_print(order, &PrintEnd::NotBegun, outlet),
            // Nobody knows yet: the order stays in doubt until a person has looked.
            Ok(Printed::Doubtful) => {}
        }
        outlet.send(Action::PrintEnded(outcome));
        self.tell_orders(outlet);
    }

    /// What the officer saw after a doubtful ending; a spoiled blank before two people, where the rules say so.
    pub(super) fn record_verdict(
        &mut self,
        order: OrderId,
        good: bool,
        approval: Option<&Approval>,
        outlet: &Outlet,
    ) {
        let end = if good { Ok(PrintEnd::Printed) } else { self.give_up_blank(order, approval) };
        match end {
            Ok(end) => {
                self.end_print(order, &end, outlet);
                self.tell_orders(outlet);
            }
            Err(trouble) => {
                outlet.send(Action::VerdictRefused(trouble));
            }
        }
    }

    /// Signed by whoever gives it up, and by the second person where there is one: the centre holds it against the rules.
    fn give_up_blank(&mut self, order: OrderId, approval: Option<&Approval>) -> Result<PrintEnd, Phrase> {
        let supervisor = self.second_person(Matter::BlankSpoiled, now().date(), approval)?;
        let signed_in = self.signed_in.as_ref().ok_or_else(|| {
            phrase("Trạm đang khóa: mở khóa rồi báo lại", "The station is locked: unlock it and say it again")
        })?;
        let reason = "the officer looked after a doubtful ending".to_owned();
        let deed = Deed {
            station: self.membership.station.station.clone(),
            officer: signed_in.officer.id.clone(),
            kind: DeedKind::BlankSpoiled { order, reason: reason.clone() },
            at: now(),
        };
        let signed = deed.sign(&Signers {
            station: self.station_key.as_ref(),
            officer: &signed_in.key,
            supervisor: supervisor.as_ref().map(|key| key as &dyn Signer),
            rekey: signed_in.rekey.as_ref(),
        });
        let deed = signed.map_err(|error| {
            phrase(
                "Không ký được; phôi thẻ chưa bị hủy",
                &format!("Not signed: {error}; the blank is not given up"),
            )
        })?;
        Ok(PrintEnd::Spoiled { reason, deed })
    }

    /// Accounts for the blank. Where that cannot be kept the order stays in doubt, and the station says that it cannot keep
    /// anything.
    fn end_print(&mut self, order: OrderId, end: &PrintEnd, outlet: &Outlet) {
        let officer = self.officer_id();
        if let Err(error) = self.store.end_print(order, end, Self::act(officer.as_ref())) {
            Self::trouble(&error, outlet, Action::JournalFailed);
        }
    }

    pub(super) fn receive_blanks(&mut self, count: NonZeroU16, note: &str, outlet: &Outlet) {
        let officer = self.officer_id();
        match self.store.receive_blanks(count, note, Self::act(officer.as_ref())) {
            Ok(()) => self.tell_orders(outlet),
            Err(error) => Self::trouble(&error, outlet, Action::BlanksRefused),
        }
    }

    pub(super) fn start_handover(&mut self, order: OrderId, outlet: &Outlet) {
        let purpose = match self.handover(order) {
            Ok(purpose) => purpose,
            Err(trouble) => {
                outlet.send(Action::HandoverCompared(Err(trouble)));
                return;
            }
        };
        if self.around.fingers.try_send(fingers::Job::Start(purpose)).is_err() {
            outlet.send(Action::HandoverCompared(Err(busy())));
        }
    }

    fn handover(&mut self, order: OrderId) -> Result<fingers::Purpose, Phrase> {
        let order = self.order(order)?;
        let templates =
            self.store.read().templates(order.enrollment).map_err(|error| store_phrase(&error))?;
        let chosen = HANDIEST
            .iter()
            .find_map(|finger| templates.iter().find(|(position, _)| position == finger))
            .or_else(|| templates.first());
        let enrolled =
            chosen.and_then(|(position, bytes)| Some((*position, Template::from_bytes(bytes).ok()?)));
        let Some((position, enrolled)) = enrolled else {
            return Err(phrase(
                "Hồ sơ này không có vân tay để so: đối chiếu bằng ảnh và giấy tờ, có đội trưởng chứng kiến",
                "This dossier has no finger to compare: compare face and papers before a supervisor",
            ));
        };
        let missing = self.store.read().load(order.enrollment).ok().flatten();
        let missing = missing.map(|enrollment| enrollment.exceptions).unwrap_or_default();
        self.set_stage(&order.fields.personal_number, missing.keys());
        Ok(fingers::Purpose::Handover { position, enrolled })
    }

    pub(super) fn record_handover(&mut self, order: OrderId, score: f32, outlet: &Outlet) {
        let officer = self.officer_id();
        match self.store.hand_over(order, score, Self::act(officer.as_ref())) {
            Ok(()) => {
                outlet.send(Action::HandoverRecorded);
            }
            Err(error) => {
                outlet.send(Action::HandoverCompared(Err(store_phrase(&error))));
            }
        }
        self.tell_orders(outlet);
    }

    fn order(&self, order: OrderId) -> Result<CardOrder, Phrase> {
        let row = self.store.read().order(order).map_err(|error| store_phrase(&error))?;
        self.verified_order(&row.signed).ok_or_else(|| {
            phrase(
                "Chữ ký của lệnh in thẻ không đúng: không in, báo trung tâm",
                "The signature of the card order is wrong: do not print, tell the centre",
            )
        })
    }

    /// What stands on the card: the order's words, and the portrait this station took, if it is the one the order means.
    fn card(&self, order: OrderId) -> Result<CardData, Phrase> {
        let order = self.order(order)?;
        let portrait = match order.portrait {
            None => None,
            Some(named) => {
                let sample = self.store.read().sample(named.sample).map_err(|error| store_phrase(&error))?;
                if Digest::of(&sample.bytes) != named.sha256 {
                    return Err(store_phrase(&StoreError::Unreadable("portrait")));
                }
                match pictures::of(&[&sample]).pop() {
                    Some((_, Picture::Rgb(picture))) => pictures::theirs(&picture),
                    _ => return Err(store_phrase(&StoreError::Unreadable("portrait"))),
                }
            }
        };
        let fields = order.fields;
        Ok(CardData {
            personal_number: fields.personal_number,
            surname: fields.surname,
            given: fields.given,
            birth: fields.birth,
            sex: match fields.sex {
                CardSex::Male => Sex::Male,
                CardSex::Female => Sex::Female,
            },
            nationality: fields.nationality,
            residence: fields.residence,
            birth_registration: fields.birth_registration,
            issued: fields.issued,
            expiry: fields.expiry,
            old_number: fields.old_number,
            cancelled_number: fields.cancelled_number,
            parents: fields.parents,
            portrait,
            specimen: order.specimen,
        })
    }
}

fn busy() -> Phrase {
    phrase("Thiết bị đang bận, mời thử lại", "The device is busy, please try again")
}
