//! The sync thread: sends packets, brings receipts, card orders and reference data. The officer never waits for it.

use super::vault::{self, Vault, ask};
use super::{Outlet, phrase};
use crate::clock::now;
use crossbeam_channel::Sender;
use std::time::{Duration, Instant};
use tram_enrollment::reference::Phrase;
use tram_packet::random::rand_core::Rng as _;
use tram_packet::{CardOrder, PacketId, PublicKey, Receipt};
use tram_store::{Act, StoreError};
use tram_sync::{
    Centre, Failure, Fork, Lane, LaneState, Membership, Outbox, OutboxError, PacketState, Progress, Reason,
    Waiting,
};
use tram_workflow::lists::Link;

/// The outbox is looked at this often for something new.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// The centre is asked for card orders and reference data this often, and less often while it does not answer.
const ASK_EVERY: Duration = Duration::from_secs(3);
const ASK_AGAIN: Duration = Duration::from_secs(10);

/// The setting that holds how many card orders were fetched.
const CURSOR: &str = "orders/cursor";
/// The setting that holds the last checkpoint seen.
const CHECKPOINT: &str = "checkpoint";

/// The thread's work.
pub(super) fn run(membership: &Membership, vault: &Sender<vault::Job>, outlet: &Outlet) {
    let Some(key) = ask(vault, |vault, _| vault.station_key()) else { return };
    let wires = membership.centre(key.clone()).and_then(|lane| Ok((lane, membership.centre(key)?)));
    let (wire, centre) = match wires {
        Ok(wires) => wires,
        Err(error) => {
            log::error!("the station cannot speak to its centre: {error}");
            set_link(vault, Link::Untrusted { since: now(), reason: error.to_string() });
            return;
        }
    };
    let Some((keys, seen)) = ask(vault, |vault, _| {
        let seen = vault.store().read().setting(CHECKPOINT).ok().flatten();
        (vault.bundle().centre_keys.clone(), seen.and_then(|seen| serde_json::from_slice(&seen).ok()))
    }) else {
        return;
    };
    let mut lane = Lane::new(wire, keys, seen);
    let mut outbox = StoreOutbox { vault: vault.clone() };
    let started = Instant::now();
    let mut ask_at = Duration::ZERO;
    let mut answered = true;
    loop {
        let random = tram_packet::random::system().next_u64();
        let wake_at = match lane.step(&mut outbox, started.elapsed(), random) {
            Ok(progress) => tell(vault, progress),
            Err(error) => {
                log::error!("{error}");
                started.elapsed() + ASK_AGAIN
            }
        };
        if started.elapsed() >= ask_at {
            let before = std::mem::replace(&mut answered, fetch(&centre, vault, &mut lane));
            if answered && !before {
                // The way is open again: nothing waits for its turn.
                lane.hurry();
            }
            ask_at = started.elapsed() + if answered { ASK_EVERY } else { ASK_AGAIN };
            keep_checkpoint(vault, &lane);
            purge(vault);
        }
        let pause = wake_at.min(ask_at).saturating_sub(started.elapsed()).min(LOOK_EVERY);
        if outlet.wait_closed(pause) {
            return;
        }
    }
}

/// Packets whose time at the station is over go.
fn purge(vault: &Sender<vault::Job>) {
    ask(vault, |vault, _| {
        if let Err(error) = vault.purge_what_may_go() {
            log::error!("packets that may go cannot be purged: {error}");
        }
    });
}

/// Tells what a step did, and when to step again.
fn tell(vault: &Sender<vault::Job>, progress: Progress) -> Duration {
    let Progress { lane, packet, wake_at } = progress;
    let link = match lane {
        LaneState::Working if packet.is_some() => Some(Link::Up { since: now() }),
        LaneState::Working | LaneState::Idle => None,
        LaneState::Pausing { because, .. } | LaneState::Stopped { because, .. } => Some(link_of(&because)),
    };
    if packet.is_some() || link.is_some() {
        ask(vault, move |vault, outlet| {
            let before = vault.link().clone();
            if let Some((packet, state)) = packet.clone() {
                vault.under_way(packet, state);
            }
            if let Some(link) = link.clone() {
                vault.set_link(steady(before.clone(), link));
            }
            if packet.is_some() || *vault.link() != before {
                vault.tell_outbox(outlet);
            }
            if matches!(packet, Some((_, PacketState::Receipted | PacketState::Quarantined { .. }))) {
                vault.tell_worklist(outlet);
            }
        });
    }
    wake_at
}

/// A reason in both languages, with what the centre said besides.
fn said(reason: &Reason) -> Phrase {
    let (vi, en) = reason.texts();
    match reason {
        Reason::Refused { detail, .. } => phrase(&format!("{vi}: {detail}"), &format!("{en}: {detail}")),
        _ => phrase(vi, en),
    }
}

fn link_of(because: &Reason) -> Link {
    let (since, reason) = (now(), because.to_string());
    match because {
        Reason::Untrusted | Reason::NotAdmitted | Reason::Forked => Link::Untrusted { since, reason },
        Reason::Unreachable => Link::Down { since, reason },
        // It answers, if not as one would wish.
        _ => Link::Up { since },
    }
}

/// The same state keeps the time since when it holds.
fn steady(before: Link, after: Link) -> Link {
    match (&before, &after) {
        (Link::Up { .. }, Link::Up { .. })
        | (Link::Down { .. }, Link::Down { .. })
        | (Link::Untrusted { .. }, Link::Untrusted { .. }) => before,
        _ => after,
    }
}

fn set_link(vault: &Sender<vault::Job>, link: Link) {
    ask(vault, move |vault, outlet| {
        let before = vault.link().clone();
        let after = steady(before.clone(), link.clone());
        if after != before {
            vault.set_link(after);
            vault.tell_outbox(outlet);
        }
    });
}

/// Brings new card orders and reference data; whether the centre answered.
fn fetch(centre: &Centre, vault: &Sender<vault::Job>, lane: &mut Lane<Centre>) -> bool {
    let fetched = fetch_reference(centre, vault, lane).and_then(|()| fetch_orders(centre, vault));
    let answered = fetched.is_ok();
    match fetched {
        Ok(()) => set_link(vault, Link::Up { since: now() }),
        Err(Failure::Untrusted { what }) => set_link(vault, Link::Untrusted { since: now(), reason: what }),
        Err(Failure::Unreachable { what }) => set_link(vault, Link::Down { since: now(), reason: what }),
        Err(other) => log::warn!("{other}"),
    }
    answered
}

fn fetch_reference(
    centre: &Centre,
    vault: &Sender<vault::Job>,
    lane: &mut Lane<Centre>,
) -> Result<(), Failure> {
    let Some(held) = ask(vault, |vault, _| vault.bundle().edition) else { return Ok(()) };
    let Some(signed) = centre.reference(Some(held))? else { return Ok(()) };
    let keys = ask(vault, move |vault, outlet| {
        if let Err(error) = vault.renew(&signed, outlet) {
            log::error!("the new reference data is not taken: {error}");
        }
        vault.bundle().centre_keys.clone()
    });
    lane.trust(keys.unwrap_or_default());
    Ok(())
}

fn fetch_orders(centre: &Centre, vault: &Sender<vault::Job>) -> Result<(), Failure> {
    let cursor = ask(vault, |vault, _| {
        let cursor = vault.store().read().setting(CURSOR).ok().flatten();
        cursor.and_then(|cursor| String::from_utf8(cursor).ok()?.parse().ok()).unwrap_or(0)
    });
    let Some(cursor) = cursor else { return Ok(()) };
    let orders = centre.orders(cursor)?.orders;
    if orders.is_empty() {
        return Ok(());
    }
    ask(vault, move |vault, outlet| {
        for order in orders {
            if let Err(error) = keep_order(vault, &order.order.0, order.number) {
                // It is asked for again next time.
                log::error!("a card order is not taken: {error}");
                break;
            }
        }
        vault.tell_orders(outlet);
        vault.tell_worklist(outlet);
    });
    Ok(())
}

fn keep_order(vault: &mut Vault, signed: &[u8], number: u64) -> anyhow::Result<()> {
    let kid = CardOrder::signed_by(signed)?;
    let key: PublicKey = vault
        .bundle()
        .centre_key(kid)
        .cloned()
        .ok_or_else(|| anyhow::anyhow!("signed by no key of the centre"))?;
    vault.store().store_order(signed, &key, Act { officer: None, at: now() })?;
    vault.store().set_setting(CURSOR, number.to_string().as_bytes())?;
    Ok(())
}

fn keep_checkpoint(vault: &Sender<vault::Job>, lane: &Lane<Centre>) {
    let Some(checkpoint) = lane.checkpoint().and_then(|seen| serde_json::to_vec(seen).ok()) else { return };
    ask(vault, move |vault, _| {
        let known = vault.store().read().setting(CHECKPOINT).ok().flatten();
        if known.as_deref() != Some(checkpoint.as_slice())
            && let Err(error) = vault.store().set_setting(CHECKPOINT, &checkpoint)
        {
            log::error!("the checkpoint cannot be kept: {error}");
        }
    });
}

/// The station's outbox, behind the vault's thread.
struct StoreOutbox {
    vault: Sender<vault::Job>,
}

impl StoreOutbox {
    fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Vault) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, OutboxError> {
        ask(&self.vault, move |vault, _| work(vault).map_err(|error| OutboxError(error.to_string())))
            .unwrap_or_else(|| Err(OutboxError("the station is closing".into())))
    }
}

/// The station itself acts.
fn nobody() -> Act<'static> {
    Act { officer: None, at: now() }
}

impl Outbox for StoreOutbox {
    fn waiting(&mut self) -> Result<Vec<Waiting>, OutboxError> {
        self.with(|vault| {
            let rows = vault.store().read().waiting()?;
            let waiting = |row: tram_store::OutboxRow| Waiting {
                packet: row.packet,
                sha256: row.digest,
                size: row.size,
                attempts: row.attempts,
            };
            Ok(rows.into_iter().map(waiting).collect())
        })
    }

    fn read(&mut self, packet: PacketId, offset: u64, length: usize) -> Result<Vec<u8>, OutboxError> {
        self.with(move |vault| vault.store().read().packet_part(packet, offset, length))
    }

    fn record_attempt(&mut self, packet: PacketId, reason: &Reason) -> Result<(), OutboxError> {
        let why = vault::phrase_text(&said(reason));
        self.with(move |vault| vault.store().record_attempt(packet, &why, now()))
    }

    fn store_receipt(
        &mut self,
        packet: PacketId,
        signed: &[u8],
        _receipt: &Receipt,
    ) -> Result<(), OutboxError> {
        let signed = signed.to_vec();
        self.with(move |vault| {
            let kid = Receipt::signed_by(&signed)?;
            let unknown = StoreError::Packet(tram_packet::PacketError::UnknownKey { what: "receipt", kid });
            let key = vault.bundle().centre_key(kid).cloned().ok_or(unknown)?;
            vault.store().store_receipt(packet, &signed, &key, nobody())?;
            vault.purge_what_may_go()?;
            Ok(())
        })
    }

    fn quarantine(&mut self, packet: PacketId, reason: &Reason) -> Result<(), OutboxError> {
        let why = vault::phrase_text(&said(reason));
        self.with(move |vault| vault.store().quarantine(packet, &why, nobody()))
    }

    fn offer_again(&mut self) -> Result<(), OutboxError> {
        self.with(|vault| vault.store().offer_again(nobody()).map(|_| ()))
    }

    fn distrust(&mut self, fork: &Fork) -> Result<(), OutboxError> {
        let evidence = fork.to_string();
        self.with(move |vault| vault.store().distrust(&evidence, nobody()))
    }
}
