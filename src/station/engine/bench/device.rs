//! A device open at the bench, whatever its kind: its live picture, and what a step takes of it.

use super::super::Outlet;
use super::super::devices::Bench;
use super::super::paper;
use super::Around;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tram_biometric::{EyeLabel, FingerPosition, GrayImage, Impression, Origin, RgbImage};
use tram_calibration::DeviceClass;
use tram_calibration::bench::{Shots, Take};
use tram_calibration::printer::curve::RibbonCurve;
use tram_device::{
    Camera, CardJob, CardPrinter, Device, DeviceError, DeviceKind, FingerReader, FingerRequest, IrisCamera,
    IrisFrame, Printed,
};

const FRAME: Duration = Duration::from_millis(150);
/// A step that has not its pictures after this long has failed.
const PATIENCE: Duration = Duration::from_secs(20);
/// Pictures a camera may need to settle its exposure.
const SETTLING: usize = 3;
/// The target stands where both eyes would be.
const EYES: [EyeLabel; 2] = [EyeLabel::Right, EyeLabel::Left];
/// A card's face at 300 dpi.
const FACE: (u32, u32) = (1011, 638);

enum Kind {
    Reader(Box<dyn FingerReader>, FingerRequest),
    Iris(Box<dyn IrisCamera>),
    Camera(Box<dyn Camera>),
    /// A printer's card is looked at by the station's own camera.
    Printer(Box<dyn CardPrinter>, Option<Box<dyn Camera>>),
}

/// A device that is open.
pub(super) struct Opened {
    kind: Kind,
    pub(super) origin: Origin,
    pub(super) about: Vec<(String, String)>,
}

/// What lies on the platen is asked for like a capture.
fn request(class: DeviceClass) -> FingerRequest {
    let position = match class {
        DeviceClass::SlapReader => FingerPosition::PlainRightFour,
        _ => FingerPosition::RightIndex,
    };
    FingerRequest { position, impression: Impression::Plain }
}

impl Opened {
    /// Opens the device in use, whether or not its certificate holds: that is what the bench is for.
    pub(super) fn open(kind: DeviceKind, class: DeviceClass, bench: &Bench) -> Result<Self, DeviceError> {
        let (device, listing) = bench.open_any(kind)?;
        let (kind, about) = match device {
            Device::FingerReader(mut reader) => {
                let request = request(class);
                reader.begin(request)?;
                let about = reader.about();
                (Kind::Reader(reader, request), about)
            }
            Device::Camera(mut camera) => {
                camera.start()?;
                let about = camera.about();
                (Kind::Camera(camera), about)
            }
            Device::CardPrinter(printer) => {
                let about = printer.about();
                (Kind::Printer(printer, None), about)
            }
            Device::IrisCamera(mut camera) => {
                camera.begin(&EYES)?;
                let about = camera.about();
                (Kind::Iris(camera), about)
            }
            other => {
                return Err(DeviceError::Unsupported { detail: format!("{other:?} has no procedure") });
            }
        };
        bench.ledger().see(&listing.origin, about.clone());
        Ok(Self { kind, origin: listing.origin, about })
    }

    /// Puts the newest picture on the screen; a device without pictures waits as long.
    pub(super) fn live(&mut self, around: &Around) -> Result<(), DeviceError> {
        match &mut self.kind {
            Kind::Reader(reader, request) => frame(reader.as_mut(), *request, around).map(|_| ()),
            Kind::Iris(camera) => preview(camera.as_mut(), around).map(|_| ()),
            Kind::Camera(camera) => picture(camera.as_mut(), around).map(|_| ()),
            Kind::Printer(_, camera) => {
                if camera.is_none() {
                    *camera = station_camera(&around.devices);
                }
                let shown = match camera {
                    Some(open) => picture(open.as_mut(), around).is_ok(),
                    None => false,
                };
                if !shown {
                    *camera = None;
                    std::thread::sleep(FRAME);
                }
                Ok(())
            }
        }
    }

    /// What a step takes; a proof is printed through `ribbon`.
    pub(super) fn take(
        &mut self,
        take: Take,
        ribbon: Option<&RibbonCurve>,
        around: &Around,
        outlet: &Outlet,
    ) -> Result<Shots, DeviceError> {
        match (&mut self.kind, take) {
            (Kind::Reader(reader, request), Take::Frames(count)) => {
                let next = || frame(reader.as_mut(), *request, around);
                frames(count, next, outlet).map(Shots::Frames)
            }
            (Kind::Iris(camera), Take::Frames(count)) => {
                frames(count, || preview(camera.as_mut(), around), outlet).map(Shots::Frames)
            }
            (Kind::Camera(camera), Take::Picture) => {
                settled(camera.as_mut(), around, outlet).map(Shots::Picture)
            }
            (Kind::Printer(printer, _), Take::TestCard) => {
                print(printer.as_mut(), None).map(|()| Shots::Printed)
            }
            (Kind::Printer(printer, _), Take::Proof) => {
                print(printer.as_mut(), ribbon).map(|()| Shots::Printed)
            }
            (Kind::Printer(_, camera), Take::Picture) => {
                if camera.is_none() {
                    *camera = station_camera(&around.devices);
                }
                let none = || DeviceError::Gone { detail: "no camera to read the card with".into() };
                settled(camera.as_mut().ok_or_else(none)?.as_mut(), around, outlet).map(Shots::Picture)
            }
            _ => Err(DeviceError::Unsupported { detail: format!("{take:?}") }),
        }
    }
}

/// The next frame; a reader that ended its capture is armed again.
fn frame(
    reader: &mut dyn FingerReader,
    request: FingerRequest,
    around: &Around,
) -> Result<Option<Arc<GrayImage>>, DeviceError> {
    let Some(frame) = reader.next_frame(FRAME)? else { return Ok(None) };
    if frame.is_final {
        reader.begin(request)?;
    }
    let image = Arc::new(frame.image);
    around.platen.put(Arc::clone(&image));
    Ok(Some(image))
}

/// The next preview; a camera that found eyes is armed again.
fn preview(camera: &mut dyn IrisCamera, around: &Around) -> Result<Option<Arc<GrayImage>>, DeviceError> {
    match camera.next_frame(FRAME)? {
        Some(IrisFrame::Preview(image)) => {
            let image = Arc::new(image);
            around.platen.put(Arc::clone(&image));
            Ok(Some(image))
        }
        Some(IrisFrame::Finished(_)) => {
            camera.begin(&EYES)?;
            Ok(None)
        }
        None => Ok(None),
    }
}

fn frames(
    count: usize,
    mut next: impl FnMut() -> Result<Option<Arc<GrayImage>>, DeviceError>,
    outlet: &Outlet,
) -> Result<Vec<GrayImage>, DeviceError> {
    let begun = Instant::now();
    let mut frames = Vec::new();
    while frames.len() < count {
        if let Some(image) = next()? {
            frames.push((*image).clone());
            outlet.wake();
        }
        if begun.elapsed() > PATIENCE {
            return Err(DeviceError::Timeout { detail: format!("{} of {count} frames", frames.len()) });
        }
    }
    Ok(frames)
}

fn picture(camera: &mut dyn Camera, around: &Around) -> Result<Option<Arc<RgbImage>>, DeviceError> {
    let Some(frame) = camera.next_frame(FRAME)? else { return Ok(None) };
    let image = Arc::new(frame.image);
    around.preview.put(Arc::clone(&image));
    Ok(Some(image))
}

/// The picture after the exposure has settled.
fn settled(camera: &mut dyn Camera, around: &Around, outlet: &Outlet) -> Result<RgbImage, DeviceError> {
    let begun = Instant::now();
    let mut seen = 0;
    loop {
        if let Some(image) = picture(camera, around)? {
            outlet.wake();
            seen += 1;
            if seen > SETTLING {
                return Ok((*image).clone());
            }
        }
        if begun.elapsed() > PATIENCE {
            return Err(DeviceError::Timeout { detail: "no picture".into() });
        }
    }
}

fn station_camera(bench: &Bench) -> Option<Box<dyn Camera>> {
    match bench.open_any(DeviceKind::Camera) {
        Ok((Device::Camera(mut camera), _)) => camera.start().is_ok().then_some(camera),
        _ => None,
    }
}

fn print(printer: &mut dyn CardPrinter, ribbon: Option<&RibbonCurve>) -> Result<(), DeviceError> {
    let front = paper::test_card(FACE).map_err(|error| DeviceError::Unsupported {
        detail: format!("the test card cannot be drawn: {error}"),
    })?;
    let front = ribbon.map_or_else(|| front.clone(), |ribbon| ribbon.apply(front.clone()));
    let job = CardJob { id: "TEST-CARD".to_owned(), front, back: None };
    match printer.print(&job, &mut |_| ControlFlow::Continue(()))? {
        Printed::Complete => Ok(()),
        Printed::Doubtful | Printed::Cancelled => {
            Err(DeviceError::Timeout { detail: "the printer did not say that the card came out".into() })
        }
    }
}

/// The newest picture of a device for a fault that is written down: of the bench where it is open, else a fresh one of a
/// camera. A platen with a finger on it is never kept.
pub(super) fn snapshot(class: DeviceClass, around: &Around) -> Option<RgbImage> {
    match class {
        DeviceClass::Camera | DeviceClass::CardPrinter => {
            around.preview.newest().1.map(|picture| (*picture).clone())
        }
        // What an iris camera shows is somebody's eyes.
        DeviceClass::IrisCamera => None,
        DeviceClass::FingerReader | DeviceClass::SlapReader => {
            let platen = around.platen.newest().1?;
            let pixels = platen.pixels().iter().flat_map(|level| [*level; 3]).collect();
            RgbImage::new(platen.width(), platen.height(), pixels).ok()
        }
    }
}
