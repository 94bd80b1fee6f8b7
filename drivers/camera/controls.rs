//! What can be set about a camera that the kernel drives: exposure, white balance, focus and whatever else it has.

use std::io;
use tram_device::{CameraControl, DeviceError};
use v4l::control::{Control, Description, Flags, Type, Value};

/// The camera's numbers and switches with their values now. What is switched off meanwhile or is no number is left out.
pub(crate) fn list(device: &v4l::Device) -> io::Result<Vec<CameraControl>> {
    let descriptions = device.query_controls()?;
    Ok(descriptions.into_iter().filter_map(|description| read(device, description)).collect())
}

fn is_number(description: &Description) -> bool {
    let unusable = Flags::DISABLED | Flags::INACTIVE | Flags::READ_ONLY | Flags::WRITE_ONLY;
    matches!(description.typ, Type::Integer | Type::Boolean | Type::Menu | Type::IntegerMenu)
        && !description.flags.intersects(unusable)
}

fn read(device: &v4l::Device, description: Description) -> Option<CameraControl> {
    if !is_number(&description) {
        return None;
    }
    let value = match device.control(description.id).ok()?.value {
        Value::Integer(value) => value,
        Value::Boolean(value) => value.into(),
        _ => return None,
    };
    let Description { name, minimum, maximum, default, .. } = description;
    Some(CameraControl { name, minimum, maximum, default, value })
}

/// Sets the control of this name.
pub(crate) fn set(device: &v4l::Device, name: &str, value: i64) -> Result<(), DeviceError> {
    let failed = |error: io::Error| DeviceError::Unsupported { detail: format!("{name}: {error}") };
    let descriptions = device.query_controls().map_err(failed)?;
    let meant =
        descriptions.into_iter().find(|description| description.name == name && is_number(description));
    let meant = meant.ok_or_else(|| failed(io::ErrorKind::NotFound.into()))?;
    if !(meant.minimum..=meant.maximum).contains(&value) {
        let detail = format!("{name}: {value} is not from {} to {}", meant.minimum, meant.maximum);
        return Err(DeviceError::Unsupported { detail });
    }
    let value = if meant.typ == Type::Boolean { Value::Boolean(value != 0) } else { Value::Integer(value) };
    device.set_control(Control { id: meant.id, value }).map_err(failed)
}
