//! The station's window: the screens over the engine's state. It waits for nobody.

mod citizen;
mod unlock;

use crate::clock::now;
use crate::compose;
use crate::engine::Engine;
use crate::home::Home;
use crate::screens::{Local, Pictures, station_ui};
use anyhow::{Context as _, anyhow};
use eframe::egui::{self, Context, Ui, ViewportBuilder};
use std::sync::Arc;
use std::time::{Duration, Instant};
use time::OffsetDateTime;
use tram_packet::Profile;
use tram_theme::tokens::space;
use tram_workflow::lists::{Link, Notice};
use tram_workflow::state::Session;
use tram_workflow::{Action, Dossier, Screen, State, apply};

/// The smallest window every page is made for.
const LEAST: [f32; 2] = [1280.0, 720.0];

/// Opens the window and runs until it is closed.
///
/// # Errors
/// When no window can be opened. A station that cannot start says why in the window.
pub fn run(home: &Home) -> anyhow::Result<()> {
    let options = eframe::NativeOptions {
        viewport: ViewportBuilder::default()
            .with_title("Trạm")
            .with_app_id("tram")
            .with_inner_size([1440.0, 900.0])
            .with_min_inner_size(LEAST),
        renderer: eframe::Renderer::Glow,
        persist_window: false,
        ..eframe::NativeOptions::default()
    };
    let home = home.clone();
    let app = move |creation: &eframe::CreationContext<'_>| -> Result<Box<dyn eframe::App>, _> {
        tram_theme::install(&creation.egui_ctx);
        Ok(if home.is_locked() {
            Box::new(unlock::Locked::new(home))
        } else {
            opened(&home, &creation.egui_ctx)
        })
    };
    eframe::run_native("tram", options, Box::new(app))
        .map_err(|error| anyhow!("{error}"))
        .context("no window can be opened here; without a display use `tram enroll --headless`")
}

/// A station at work, or why it is not.
fn opened(home: &Home, context: &Context) -> Box<dyn eframe::App> {
    match Window::open(home, context) {
        Ok(window) => Box::new(window),
        Err(error) => Box::new(Refused { reason: format!("{error:#}") }),
    }
}

/// A station at work.
struct Window {
    engine: Engine,
    state: State,
    local: Local,
    pictures: Pictures,
    /// Somebody touched the station since the last tick.
    touched: bool,
    ticked: Instant,
}

impl Window {
    fn open(home: &Home, context: &Context) -> anyhow::Result<Self> {
        let is_demonstration = home.membership()?.station.profile == Profile::Test;
        let virtual_devices = is_demonstration.then(|| tram_virtual::Config::demonstration(home.cards()));
        let (drivers, stage) = compose::drivers(home, virtual_devices);
        let waker = context.clone();
        let (engine, state) = Engine::start(home, drivers, stage, Arc::new(move || waker.request_repaint()))?;
        Ok(Self {
            engine,
            state,
            local: Local::default(),
            pictures: Pictures::default(),
            touched: false,
            ticked: Instant::now(),
        })
    }

    /// Takes an action in, and hands what follows from it to the engine.
    fn take(&mut self, action: Action) {
        let mut todo = vec![action];
        while let Some(action) = todo.pop() {
            for effect in apply(&mut self.state, action) {
                todo.extend(self.engine.act(effect));
            }
        }
    }

    /// What the workers brought, and the time.
    fn listen(&mut self, context: &Context) {
        let heard: Vec<Action> = self.engine.actions().collect();
        for action in heard {
            self.take(action);
        }
        self.touched |= context.input(|input| !input.events.is_empty());
        if self.ticked.elapsed() >= Duration::from_millis(950) {
            self.ticked = Instant::now();
            let touched = std::mem::take(&mut self.touched);
            self.take(Action::Tick { now: now(), touched });
        }
        self.pictures.set_camera(context, self.engine.preview().newest());
        self.pictures.set_platen(context, self.engine.platen().newest());
        self.pictures.set_eyes(context, self.engine.eyes().newest());
    }
}

impl eframe::App for Window {
    fn ui(&mut self, ui: &mut Ui, _: &mut eframe::Frame) {
        let context = ui.ctx().clone();
        self.listen(&context);
        let actions = station_ui(ui, &self.state, &mut self.local, &mut self.pictures);
        let did = !actions.is_empty();
        for action in actions {
            self.take(action);
        }
        if self.local.shows_citizen() && citizen::show(&context, &self.state, &mut self.pictures) {
            self.local.close_citizen();
        }
        if did {
            context.request_repaint();
        }
        context.request_repaint_after(rest(&self.state));
    }

    /// Behind other windows nothing is painted, but the workers are still heard.
    fn logic(&mut self, context: &Context, _: &mut eframe::Frame) {
        let hidden = context.input(|input| input.viewport().minimized == Some(true));
        if hidden {
            self.listen(context);
            context.request_repaint_after(Duration::from_secs(1));
        }
    }
}

/// How long nothing needs to be painted unless something happens.
///
/// A page that tells seconds is painted every second; any other waits for the clock's next minute, for a notice to go,
/// or for the station to lock.
fn rest(state: &State) -> Duration {
    let now = now();
    if tells_seconds(state, now) {
        return Duration::from_secs(1);
    }
    let minute = 60 - u64::from(now.second());
    let notice =
        state.notices.iter().map(|notice| Notice::STANDS.saturating_sub((now - notice.since).unsigned_abs()));
    let lock =
        state.officer().map(|_| state.idle_limit().saturating_sub((now - state.touched_at).unsigned_abs()));
    let minute = Duration::from_secs(minute.max(1));
    notice.chain(lock).fold(minute, Duration::min).max(Duration::from_secs(1))
}

/// Whether the page says how many seconds ago something was, or holds typing that is to be kept within a second.
fn tells_seconds(state: &State, now: OffsetDateTime) -> bool {
    let is_fresh = |at: OffsetDateTime| now - at < time::Duration::MINUTE;
    let is_typed =
        |dossier: &Dossier| !dossier.form.typing.is_empty() || dossier.saving.saved_at.is_some_and(is_fresh);
    match (&state.session, state.screen) {
        (Session::In(_), Screen::Dossier) => state.dossier.as_ref().is_some_and(is_typed),
        (Session::In(_), Screen::Outbox) => match state.outbox.link {
            Link::Up { since } | Link::Down { since, .. } => is_fresh(since),
            Link::Unknown | Link::Untrusted { .. } => false,
        },
        _ => false,
    }
}

/// A station that could not start.
struct Refused {
    reason: String,
}

impl eframe::App for Refused {
    fn ui(&mut self, ui: &mut Ui, _: &mut eframe::Frame) {
        egui::Frame::new().inner_margin(space::XXL).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = space::L;
            tram_theme::text::title(ui, "Trạm chưa chạy được · The station cannot start");
            tram_theme::notice(ui, tram_theme::Status::Bad, &self.reason);
            tram_theme::text::muted(
                ui,
                "Xử lý việc trên rồi mở lại cửa sổ này. Mend this, then open the window again: tram doctor says more.",
            );
        });
    }
}
