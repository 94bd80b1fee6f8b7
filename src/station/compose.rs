//! Which drivers this station has: the one visible list.

use crate::engine::{Drivers, Stage};
use crate::home::Home;
use std::path::PathBuf;
use std::sync::Arc;
use tram_device::Factory;
use tram_packet::random::{self, rand_core::Rng as _};
use tram_sbi::{Anchors, Environment, Site};
use tram_virtual::Config;

/// Where a camera that speaks MJPEG over HTTP is, if the site has one; several are parted by spaces.
const MJPEG_CAMERAS: &str = "TRAM_MJPEG_CAMERAS";
/// The serial ports with a ZFM fingerprint module, such as `/dev/ttyUSB0`; several are parted by spaces. A serial line
/// does not say what hangs on it, and a greeting would confuse what else might.
const ZFM_PORTS: &str = "TRAM_ZFM_PORTS";
/// The serial ports with a reader of bar codes, QR codes and machine-readable zones, in the same way.
const CODE_READERS: &str = "TRAM_CODE_READERS";
/// Libraries with the functions of `tram_vendor.h`, in the same way.
const VENDOR_LIBRARIES: &str = "TRAM_VENDOR_LIBRARIES";

/// The drivers, and the hands around the virtual devices where those are among them.
///
/// A demonstration has the virtual devices besides the real ones; a station in service has the real ones only.
pub fn drivers(home: &Home, virtual_devices: Option<Config>) -> (Drivers, Stage) {
    let mut drivers: Vec<Box<dyn Factory>> = vec![
        Box::new(tram_uareu::Uareu::new(Arc::new(|| random::system().next_u32()))),
        Box::new(tram_camera::V4l2),
        Box::new(tram_camera::Mjpeg::new(places(MJPEG_CAMERAS))),
        Box::new(tram_zfm::Zfm::new(places(ZFM_PORTS).into_iter().map(PathBuf::from))),
        Box::new(tram_evolis::Evolis::default()),
        Box::new(tram_magicard::Magicard::default()),
        Box::new(tram_ptp::Ptp),
        Box::new(tram_stu::Stu),
        Box::new(tram_smartcard::Pcsc),
        Box::new(tram_barcode::Barcode::new(places(CODE_READERS).into_iter().map(PathBuf::from))),
    ];
    drivers.push(Box::new(tram_barcode::Wedge));
    drivers.push(Box::new(vendor()));
    drivers.push(Box::new(tram_sbi::Sbi::new(sbi_site(home, virtual_devices.is_some()))));
    let stage = virtual_devices.map(|config| {
        let (factory, hands) = tram_virtual::devices(Config { cards: home.cards(), ..config });
        drivers.push(Box::new(factory));
        hands
    });
    (Arc::new(drivers), stage)
}

/// What devices behind SBI services are held to: the certificates in the station's folder for them, and the environment
/// they must be registered for. A folder that cannot be read holds none, and every device says so.
fn sbi_site(home: &Home, is_demonstration: bool) -> Site {
    let anchors = Anchors::read(&home.device_anchors()).unwrap_or_else(|error| {
        log::error!("the certificates of device providers cannot be read: {error}");
        Anchors::default()
    });
    let environment = if is_demonstration { Environment::Developer } else { Environment::Production };
    let half = || u128::from(random::system().next_u64());
    let random = move || half() << 64 | half();
    Site { anchors, environment, clock: Arc::new(crate::clock::now), random: Arc::new(random) }
}

/// The libraries of device makers that the site has, each around its maker's SDK; the program that loads them lies beside
/// this one.
fn vendor() -> tram_vendor::Vendor {
    let ours = std::env::current_exe().unwrap_or_default();
    let libraries = places(VENDOR_LIBRARIES).into_iter().map(PathBuf::from);
    tram_vendor::Vendor::new(ours.with_file_name("tram-vendor-host"), libraries)
}

/// Where devices are that cannot be found by looking, as the site has set it.
fn places(variable: &str) -> Vec<String> {
    std::env::var(variable).unwrap_or_default().split_whitespace().map(str::to_owned).collect()
}
