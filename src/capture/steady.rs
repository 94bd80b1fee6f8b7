//! A camera kept as it is while a picture takes itself: exposure, white balance and focus no longer sought anew, so that the
//! frames of a burst are measured alike. What it does not have is left alone.

use tram_device::{CameraControls, DeviceError};

/// The automatics of cameras under Linux by the names their drivers give them, older and newer, and their value when off. Menus
/// of exposure say 1 for "by hand".
const AUTOMATICS: [(&str, i64); 8] = [
    ("Exposure, Auto", 1),
    ("Auto Exposure", 1),
    ("White Balance, Automatic", 0),
    ("White Balance, Auto", 0),
    ("White Balance Temperature, Auto", 0),
    ("Focus, Automatic Continuous", 0),
    ("Focus, Auto", 0),
    ("Focus, Automatic", 0),
];

/// What was switched off, with what it was before.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Held(Vec<(String, i64)>);

impl Held {
    /// Whether anything is held.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Switches off what seeks by itself. What was set by hand stays as it is: whoever did it meant it.
///
/// # Errors
/// When the camera does not answer; nothing is held then.
pub fn hold(controls: &mut dyn CameraControls) -> Result<Held, DeviceError> {
    let mut held = Held::default();
    for control in controls.list()? {
        let automatic = AUTOMATICS.iter().find(|(name, _)| name.eq_ignore_ascii_case(&control.name));
        let Some((_, off)) = automatic.filter(|(_, off)| *off != control.value) else { continue };
        // A camera may refuse one of them, and keeps the others all the same.
        if controls.set(&control.name, *off).is_ok() {
            held.0.push((control.name, control.value));
        }
    }
    Ok(held)
}

/// Gives the camera back what it sought by itself.
///
/// # Errors
/// The first refusal; every automatic is tried.
pub fn release(controls: &mut dyn CameraControls, held: Held) -> Result<(), DeviceError> {
    let mut outcome = Ok(());
    for (name, before) in held.0 {
        outcome = outcome.and(controls.set(&name, before));
    }
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;
    use tram_device::CameraControl;

    struct Camera(Vec<(&'static str, i64)>);

    impl CameraControls for Camera {
        fn list(&mut self) -> Result<Vec<CameraControl>, DeviceError> {
            let control = |(name, value): &(&str, i64)| CameraControl {
                name: (*name).to_owned(),
                minimum: 0,
                maximum: 10_000,
                default: 0,
                value: *value,
            };
            Ok(self.0.iter().map(control).collect())
        }

        fn set(&mut self, name: &str, value: i64) -> Result<(), DeviceError> {
            let missing = || DeviceError::Unsupported { detail: name.to_owned() };
            self.0.iter_mut().find(|(known, _)| *known == name).ok_or_else(missing)?.1 = value;
            Ok(())
        }
    }

    #[test]
    fn automatics_are_off_while_held_and_back_afterwards_and_what_was_set_by_hand_stays() {
        let as_found = vec![
            ("Brightness", 128),
            ("White Balance, Automatic", 1),
            ("Auto Exposure", 3),
            ("Focus, Automatic Continuous", 0),
        ];
        let mut camera = Camera(as_found.clone());
        let held = hold(&mut camera).expect("answers");
        let values: Vec<i64> = camera.0.iter().map(|(_, value)| *value).collect();
        assert_eq!(values, [128, 0, 1, 0]);
        release(&mut camera, held).expect("takes them back");
        assert_eq!(camera.0, as_found);
        assert!(hold(&mut Camera(vec![("Zoom, Absolute", 100)])).expect("answers").is_empty());
    }
}
