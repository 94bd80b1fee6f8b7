//! The sync thread: sends packets, brings receipts, card orders and reference data. The officer never waits for it.

use super::deeds::Told;
use super::vault::{self, Vault, ask};
use super::{Outlet, renewal};
use crate::clock::now;
use crate::outbox;
use crate::pace;
use crossbeam_channel::Sender;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tram_keys::StationSigner;
use tram_packet::random::rand_core::Rng as _;
use tram_packet::{CardOrder, PacketId, PublicKey, Receipt};
use tram_store::Act;
use tram_sync::{
    Centre, Failure, Fork, Lane, LaneState, Membership, Outbox, OutboxError, PacketState, Progress, Reason,
    SyncError, Waiting, Way,
};
use tram_workflow::lists::Link;

/// The outbox is looked at this often for something new.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// The centre is asked for card orders and reference data this often, and less often while it does not answer.
const ASK_EVERY: Duration = Duration::from_secs(3);
const ASK_AGAIN: Duration = Duration::from_secs(10);

/// The machine's clock is held against the centre's this often, and the certificate's age against the clock.
const MEASURE_EVERY: Duration = Duration::from_hours(1);

/// The setting that holds how many card orders were fetched.
const CURSOR: &str = "orders/cursor";

/// The thread's work.
pub(super) fn run(mut membership: Membership, vault: &Sender<vault::Job>, outlet: &Outlet) {
    let Some(key) = ask(vault, |vault, _| vault.station_key()) else { return };
    let Some(way) = ask(vault, |vault, _| vault.way()) else { return };
    let (wire, mut centre) = match wires(&membership, &key, way) {
        Ok(wires) => wires,
        Err(error) => {
            log::error!("the station cannot speak to its centre: {error}");
            set_link(vault, Link::Untrusted { since: now(), reason: error.to_string() });
            return;
        }
    };
    let Some((keys, seen)) =
        ask(vault, |vault, _| (vault.bundle().centre_keys.clone(), outbox::checkpoint(vault.store())))
    else {
        return;
    };
    let mut lane = Lane::new(wire, keys, seen);
    let mut outbox = VaultOutbox { vault: vault.clone() };
    let started = Instant::now();
    let mut ask_at = Duration::ZERO;
    let mut measure_at = Duration::ZERO;
    let mut answered = true;
    let mut told = Told::default();
    keep_pace(vault, &mut lane, started.elapsed());
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
            let before = std::mem::replace(&mut answered, exchange(&centre, vault, &mut lane, &mut told));
            if answered && !before {
                // The way is open again: nothing waits for its turn.
                lane.hurry();
            }
            if answered && started.elapsed() >= measure_at {
                measure_clock(&centre, vault, &membership);
                if let Some(renewed) = renewal::renew_when_due(&centre, vault, &membership, &key)
                    && let Ok((wire, spoken)) = wires(&renewed, &key, way)
                {
                    lane.speak_over(wire);
                    (centre, membership) = (spoken, renewed);
                }
                measure_at = started.elapsed() + MEASURE_EVERY;
            }
            ask_at = started.elapsed() + if answered { ASK_EVERY } else { ASK_AGAIN };
            keep_checkpoint(vault, &lane);
            keep_pace(vault, &mut lane, started.elapsed());
            purge(vault);
        }
        let pause = wake_at.min(ask_at).saturating_sub(started.elapsed()).min(LOOK_EVERY);
        if outlet.wait_closed(pause) {
            return;
        }
    }
}

/// The centre over two connections of the same certificate: the lane's, and that of everything else.
fn wires(membership: &Membership, key: &StationSigner, way: Way) -> Result<(Centre, Centre), SyncError> {
    let wire = || membership.centre(Arc::clone(key) as _, way);
    Ok((wire()?, wire()?))
}

/// Asks for the time the centre signs for. An answer that comes late makes the clock look ahead by half the way at most.
fn measure_clock(centre: &Centre, vault: &Sender<vault::Job>, membership: &Membership) {
    let nonce = format!("{:016x}", tram_packet::random::system().next_u64());
    let asked = Instant::now();
    match centre.time(&nonce, &membership.station.authority) {
        Ok(signed) => {
            let signed = signed + asked.elapsed() / 2;
            ask(vault, move |vault, outlet| {
                if let Err(error) = vault.time_signed(signed, outlet) {
                    log::error!("the signed time cannot be kept: {error}");
                }
            });
        }
        Err(error) => log::warn!("the centre's time: {error}"),
    }
}

/// What a technician set for the office's link, by the station's clock.
fn keep_pace(vault: &Sender<vault::Job>, lane: &mut Lane<Centre>, elapsed: Duration) {
    let pace = ask(vault, |vault, _| pace::kept(vault.store().read()).unwrap_or_default());
    lane.keep(&pace.unwrap_or_default(), elapsed, now().time());
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

/// Brings new reference data and card orders, and tells what was done here; whether the centre answered.
fn exchange(centre: &Centre, vault: &Sender<vault::Job>, lane: &mut Lane<Centre>, told: &mut Told) -> bool {
    let epoch = lane.checkpoint().map(|seen| seen.epoch);
    let exchanged = fetch_reference(centre, vault, lane)
        .and_then(|()| told.tell(centre, vault, epoch))
        .and_then(|()| fetch_orders(centre, vault, epoch));
    let answered = exchanged.is_ok();
    match exchanged {
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

/// Card orders that are new. A centre that was restored counts them anew: all of them are asked for again, and those that are
/// there already change nothing.
fn fetch_orders(centre: &Centre, vault: &Sender<vault::Job>, epoch: Option<u32>) -> Result<(), Failure> {
    let epoch = epoch.unwrap_or(0);
    let cursor = ask(vault, move |vault, _| {
        let cursor = vault.store().read().setting(CURSOR).ok().flatten();
        cursor.and_then(|cursor| cursor_in(epoch, &String::from_utf8(cursor).ok()?)).unwrap_or(0)
    });
    let Some(cursor) = cursor else { return Ok(()) };
    let orders = centre.orders(cursor)?.orders;
    if orders.is_empty() {
        return Ok(());
    }
    ask(vault, move |vault, outlet| {
        let mut kept_all = true;
        for order in orders {
            // One that is not taken is asked for again next time, and is in nobody's way.
            match keep_order(vault, &order.order.0) {
                Err(error) => {
                    log::error!("a card order is not taken: {error}");
                    kept_all = false;
                }
                Ok(()) if kept_all => keep_cursor(vault, epoch, order.number),
                Ok(()) => {}
            }
        }
        vault.tell_orders(outlet);
        vault.tell_worklist(outlet);
    });
    Ok(())
}

/// The number after which orders are new, as it was kept, if the centre still counts as it did.
fn cursor_in(epoch: u32, kept: &str) -> Option<u64> {
    let (kept_in, number) = kept.split_once(' ')?;
    (kept_in.parse() == Ok(epoch)).then(|| number.parse().ok())?
}

fn keep_cursor(vault: &mut Vault, epoch: u32, number: u64) {
    if let Err(error) = vault.store().set_setting(CURSOR, format!("{epoch} {number}").as_bytes()) {
        log::error!("the place among card orders cannot be kept: {error}");
    }
}

fn keep_order(vault: &mut Vault, signed: &[u8]) -> anyhow::Result<()> {
    let kid = CardOrder::signed_by(signed)?;
    let key: PublicKey = vault
        .bundle()
        .centre_key(kid)
        .cloned()
        .ok_or_else(|| anyhow::anyhow!("signed by no key of the centre"))?;
    vault.store().store_order(signed, &key, Act { officer: None, at: now() })?;
    Ok(())
}

fn keep_checkpoint(vault: &Sender<vault::Job>, lane: &Lane<Centre>) {
    let Some(seen) = lane.checkpoint().copied() else { return };
    ask(vault, move |vault, _| {
        if let Err(error) = outbox::keep_checkpoint(vault.store(), &seen) {
            log::error!("the checkpoint cannot be kept: {error}");
        }
    });
}

/// The station's outbox, behind the vault's thread.
struct VaultOutbox {
    vault: Sender<vault::Job>,
}

impl VaultOutbox {
    fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Vault) -> Result<T, OutboxError> + Send + 'static,
    ) -> Result<T, OutboxError> {
        ask(&self.vault, move |vault, _| work(vault))
            .unwrap_or_else(|| Err(OutboxError("the station is closing".into())))
    }
}

impl Outbox for VaultOutbox {
    fn waiting(&mut self) -> Result<Vec<Waiting>, OutboxError> {
        self.with(|vault| vault.outbox().waiting())
    }

    fn aside(&mut self) -> Result<Vec<Waiting>, OutboxError> {
        self.with(|vault| vault.outbox().aside())
    }

    fn read(&mut self, packet: PacketId, offset: u64, length: usize) -> Result<Vec<u8>, OutboxError> {
        self.with(move |vault| vault.outbox().read(packet, offset, length))
    }

    fn record_attempt(&mut self, packet: PacketId, reason: &Reason) -> Result<(), OutboxError> {
        let reason = reason.clone();
        self.with(move |vault| vault.outbox().record_attempt(packet, &reason))
    }

    fn store_receipt(
        &mut self,
        packet: PacketId,
        signed: &[u8],
        receipt: &Receipt,
    ) -> Result<(), OutboxError> {
        let (signed, receipt) = (signed.to_vec(), receipt.clone());
        self.with(move |vault| {
            vault.outbox().store_receipt(packet, &signed, &receipt)?;
            vault.purge_what_may_go().map_err(|error| OutboxError(error.to_string()))
        })
    }

    fn quarantine(&mut self, packet: PacketId, reason: &Reason) -> Result<(), OutboxError> {
        let reason = reason.clone();
        self.with(move |vault| vault.outbox().quarantine(packet, &reason))
    }

    fn offer_again(&mut self) -> Result<(), OutboxError> {
        self.with(|vault| vault.outbox().offer_again())
    }

    fn distrust(&mut self, fork: &Fork) -> Result<(), OutboxError> {
        let fork = *fork;
        self.with(move |vault| vault.outbox().distrust(&fork))
    }
}
