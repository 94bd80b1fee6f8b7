//! Which drivers this station has: the one visible list.

use crate::engine::{Drivers, Stage};
use crate::home::Home;
use std::path::PathBuf;
use std::sync::Arc;
use tram_device::Factory;
use tram_virtual::Config;

/// Where a camera that speaks MJPEG over HTTP is, if the site has one; several are parted by spaces.
const MJPEG_CAMERAS: &str = "TRAM_MJPEG_CAMERAS";
/// The serial ports with a ZFM fingerprint module, such as `/dev/ttyUSB0`; several are parted by spaces. A serial line
/// does not say what hangs on it, and a greeting would confuse what else might.
const ZFM_PORTS: &str = "TRAM_ZFM_PORTS";

/// The drivers, and the hands around the virtual devices where those are among them.
///
/// A demonstration has the virtual devices besides the real ones; a station in service has the real ones only.
pub fn drivers(home: &Home, virtual_devices: Option<Config>) -> (Drivers, Stage) {
    let mut drivers: Vec<Box<dyn Factory>> = vec![
        Box::new(tram_uareu::Uareu::new(Arc::new(|| {
            tram_packet::random::rand_core::Rng::next_u32(&mut tram_packet::random::system())
        }))),
        Box::new(tram_camera::V4l2),
        Box::new(tram_camera::Mjpeg::new(places(MJPEG_CAMERAS))),
        Box::new(tram_zfm::Zfm::new(places(ZFM_PORTS).into_iter().map(PathBuf::from))),
        Box::new(tram_evolis::Evolis::default()),
        Box::new(tram_magicard::Magicard::default()),
        Box::new(tram_stu::Stu),
        Box::new(tram_smartcard::Pcsc),
    ];
    let stage = virtual_devices.map(|config| {
        let (factory, hands) = tram_virtual::devices(Config { cards: home.cards(), ..config });
        drivers.push(Box::new(factory));
        hands
    });
    (Arc::new(drivers), stage)
}

/// Where devices are that cannot be found by looking, as the site has set it.
fn places(variable: &str) -> Vec<String> {
    std::env::var(variable).unwrap_or_default().split_whitespace().map(str::to_owned).collect()
}
