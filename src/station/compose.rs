//! Which drivers this station has: the one visible list.

use crate::engine::{Drivers, Stage};
use crate::home::Home;
use std::sync::Arc;
use tram_device::Factory;
use tram_virtual::Config;

/// Where a camera that speaks MJPEG over HTTP is, if the site has one; several are parted by spaces.
const MJPEG_CAMERAS: &str = "TRAM_MJPEG_CAMERAS";

/// The drivers, and the hands around the virtual devices where those are among them.
///
/// A demonstration has the virtual devices besides the real ones; a station in service has the real ones only.
pub fn drivers(home: &Home, virtual_devices: Option<Config>) -> (Drivers, Stage) {
    let cameras = std::env::var(MJPEG_CAMERAS).unwrap_or_default();
    let cameras: Vec<String> = cameras.split_whitespace().map(str::to_owned).collect();
    let mut drivers: Vec<Box<dyn Factory>> = vec![
        Box::new(tram_uareu::Uareu::new(Arc::new(|| {
            tram_packet::random::rand_core::Rng::next_u32(&mut tram_packet::random::system())
        }))),
        Box::new(tram_camera::V4l2),
        Box::new(tram_camera::Mjpeg::new(cameras)),
    ];
    let stage = virtual_devices.map(|config| {
        let (factory, hands) = tram_virtual::devices(Config { cards: home.cards(), ..config });
        drivers.push(Box::new(factory));
        hands
    });
    (Arc::new(drivers), stage)
}
