//! The station's screens over its real workers, in a window of egui's test harness: keys in, pictures out.

#![allow(clippy::expect_used)] // Outside of test functions, but in a test.

use crate::common::Station;
use crate::raster::Raster;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use std::sync::Arc;
use std::time::{Duration, Instant};
use time::OffsetDateTime;
use tram_station::compose;
use tram_station::engine::{Drivers, Engine, Stage};
use tram_station::screens::{Local, Pictures, station_ui};
use tram_virtual::{Config, Handle};
use tram_workflow::state::Session;
use tram_workflow::{Action, State, apply};

/// How long one step may take on a busy machine.
const PATIENCE: Duration = Duration::from_mins(4);

struct Window {
    engine: Engine,
    state: State,
    local: Local,
    pictures: Pictures,
}

impl Window {
    fn take(&mut self, action: Action) {
        let mut todo = vec![action];
        while let Some(action) = todo.pop() {
            for effect in apply(&mut self.state, action) {
                todo.extend(self.engine.act(effect));
            }
        }
    }

    fn ui(&mut self, ui: &mut egui::Ui) {
        let heard: Vec<Action> = self.engine.actions().collect();
        let now = OffsetDateTime::now_utc().to_offset(time::macros::offset!(+7));
        self.take(Action::Tick { now, touched: true });
        for action in heard {
            self.take(action);
        }
        self.pictures.set_camera(ui.ctx(), self.engine.preview().newest());
        self.pictures.set_platen(ui.ctx(), self.engine.platen().newest());
        for action in station_ui(ui, &self.state, &mut self.local, &mut self.pictures) {
            self.take(action);
        }
    }
}

/// A window at work, and whoever sits before it.
pub(crate) struct Desk<'a> {
    harness: Harness<'a, Window>,
    hands: Handle,
}

impl Desk<'_> {
    pub(crate) fn open(station: &Station) -> Self {
        let devices = Config::immediate(station.home().cards());
        let (drivers, stage) = compose::drivers(station.home(), Some(devices));
        Self::open_with(station, drivers, stage)
    }

    /// With these drivers, and the hands that lay targets before what stands behind them.
    pub(crate) fn open_with(station: &Station, drivers: Drivers, stage: Stage) -> Self {
        let hands = stage.clone().expect("virtual devices");
        let (engine, state) =
            Engine::start(station.home(), drivers, stage, Arc::new(|| {})).expect("the station starts");
        let window = Window { engine, state, local: Local::default(), pictures: Pictures::default() };
        let harness = Harness::builder()
            .with_size([1280.0, 720.0])
            .with_context_setup(tram_theme::install)
            .with_render_cursor(false)
            .renderer(Raster::default())
            .build_ui_state(|ui, window: &mut Window| window.ui(ui), window);
        Self { harness, hands }
    }

    pub(crate) fn hands(&self) -> &Handle {
        &self.hands
    }

    pub(crate) fn state(&self) -> &State {
        &self.harness.state().state
    }

    /// Paints until it is so.
    #[track_caller]
    pub(crate) fn wait(&mut self, done: impl Fn(&State) -> bool) {
        let until = Instant::now() + PATIENCE;
        loop {
            self.harness.run_steps(1);
            if done(self.state()) {
                self.harness.run_steps(2);
                return;
            }
            let state = self.state();
            assert!(
                Instant::now() < until,
                "the window stands still at {:?}: {:?}, {:?}",
                state.screen,
                state.devices,
                state.bench.exception_refused
            );
            std::thread::sleep(Duration::from_millis(15));
        }
    }

    pub(crate) fn press(&mut self, key: Key) {
        self.press_with(Modifiers::NONE, key);
    }

    pub(crate) fn press_alt(&mut self, key: Key) {
        self.press_with(Modifiers::ALT, key);
    }

    pub(crate) fn press_ctrl(&mut self, key: Key) {
        self.press_with(Modifiers::CTRL | Modifiers::COMMAND, key);
    }

    fn press_with(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.harness.run_steps(3);
    }

    pub(crate) fn type_in(&mut self, text: &str) {
        self.harness.event(egui::Event::Text(text.to_owned()));
        self.harness.run_steps(3);
    }

    pub(crate) fn sign_in(&mut self, (who, passphrase): (&str, &str)) {
        self.harness.run_steps(3);
        self.type_in(who);
        self.press(Key::Enter);
        self.type_in(passphrase);
        self.press(Key::Enter);
        self.wait(|state| matches!(state.session, Session::In(_)));
    }

    pub(crate) fn sign_out(&mut self) {
        self.harness.state_mut().take(Action::SignOut);
        self.wait(|state| matches!(state.session, Session::Out { .. }));
    }

    /// Keeps what is shown as a picture for people to look at, where `TRAM_PICTURES` names a folder.
    pub(crate) fn picture(&mut self, name: &str) {
        let Some(folder) = std::env::var_os("TRAM_PICTURES") else { return };
        self.harness.run_steps(2);
        let path = std::path::Path::new(&folder).join(format!("{name}.png"));
        self.harness.render().expect("painted").save(path).expect("written");
    }
}
