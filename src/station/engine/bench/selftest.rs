//! The station's self-tests: what it has besides the devices of a procedure. Each says what was seen, and what to do.

use super::super::phrase;
use super::Around;
use crate::clock::now;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tram_biometric::Language;
use tram_device::DeviceKind;
use tram_workflow::bench::SelfTest;

/// Slower than this, committing a dossier keeps the officer waiting.
const SLOWEST_COMMIT: Duration = Duration::from_millis(250);
/// What is written to learn the disk's speed: a dossier with its pictures.
const DOSSIER: usize = 3_000_000;

/// All of them, in the order of the page.
pub(super) fn all(around: &Around) -> Vec<SelfTest> {
    vec![
        device(around, DeviceKind::CardReader, ("Bộ mã hoá chip", "Chip encoder")),
        device(around, DeviceKind::CodeReader, ("Đầu đọc mã vạch", "Barcode reader")),
        device(around, DeviceKind::SignaturePad, ("Bảng ký", "Signature pad")),
        second_screen(),
        sound(),
        form_printer(),
        battery_test(),
        disk(around),
        clock(around),
        tpm(),
    ]
}

fn test(name: (&str, &str), is_good: Option<bool>, vi: impl AsRef<str>, en: impl AsRef<str>) -> SelfTest {
    SelfTest { name: phrase(name.0, name.1), is_good, said: phrase(vi.as_ref(), en.as_ref()) }
}

/// A kind of device that may be there or not, tried by opening it.
fn device(around: &Around, kind: DeviceKind, name: (&str, &str)) -> SelfTest {
    let Some(origin) = around.devices.listed(kind) else {
        return test(name, None, "Trạm này không có", "This station has none");
    };
    match around.devices.open_listed(kind) {
        Ok(_) => {
            let model = origin.model;
            test(name, Some(true), format!("{model}: trả lời"), format!("{model}: answers"))
        }
        Err(error) => {
            let advice = |language| error.advice(language);
            test(name, Some(false), advice(Language::Vietnamese), advice(Language::English))
        }
    }
}

/// Connectors of the graphics card that have something plugged in, as the kernel names them.
pub(crate) fn screens_connected() -> usize {
    entries("/sys/class/drm")
        .filter(|path| {
            fs::read_to_string(path.join("status")).is_ok_and(|status| status.trim() == "connected")
        })
        .count()
}

fn second_screen() -> SelfTest {
    let name = ("Màn hình thứ hai", "Second screen");
    match screens_connected() {
        0 => test(name, None, "Máy không cho biết có màn hình nào", "The machine names no screen"),
        1 => test(
            name,
            Some(false),
            "Chỉ có một màn hình: cắm màn hình cho người dân rồi thử lại",
            "There is one screen only: plug in the citizen's and test again",
        ),
        count => test(name, Some(true), format!("{count} màn hình"), format!("{count} screens")),
    }
}

fn sound() -> SelfTest {
    let name = ("Âm thanh", "Sound");
    let cards = fs::read_to_string("/proc/asound/cards").unwrap_or_default();
    if cards.contains('[') {
        test(name, Some(true), "Có bộ phát âm thanh", "There is a sound device")
    } else {
        test(name, None, "Máy không có bộ phát âm thanh", "The machine has no sound device")
    }
}

/// The paper printer is whatever the machine's print queue says.
fn form_printer() -> SelfTest {
    let name = ("Máy in giấy", "Printer for forms");
    let asked = Command::new("lpstat").arg("-d").stdin(Stdio::null()).stderr(Stdio::null()).output();
    let queue = asked.ok().filter(|answer| answer.status.success()).and_then(|answer| {
        let said = String::from_utf8_lossy(&answer.stdout).into_owned();
        said.rsplit_once(": ").map(|(_, queue)| queue.trim().to_owned())
    });
    match queue {
        Some(queue) => test(name, Some(true), format!("Hàng in {queue}"), format!("Queue {queue}")),
        None => test(
            name,
            None,
            "Chưa đặt máy in giấy: giấy hẹn in từ tệp PDF",
            "No paper printer is set up: slips are printed from their PDF",
        ),
    }
}

/// Charge in percent and whether mains is there; `None` for a machine without battery.
pub(super) fn battery() -> Option<(u8, bool)> {
    let read = |path: &Path, name: &str| fs::read_to_string(path.join(name)).unwrap_or_default();
    let supplies: Vec<_> = entries("/sys/class/power_supply").collect();
    let on_mains = supplies.iter().any(|path| read(path, "online").trim() == "1");
    let charge = supplies
        .iter()
        .filter(|path| read(path, "type").trim() == "Battery")
        .filter_map(|path| read(path, "capacity").trim().parse::<u8>().ok())
        .min()?;
    Some((charge, on_mains))
}

fn battery_test() -> SelfTest {
    let name = ("Pin", "Battery");
    match battery() {
        None => test(name, None, "Máy dùng điện lưới", "The machine runs on mains"),
        Some((charge, false)) if charge < 60 => test(
            name,
            Some(false),
            format!("Pin {charge} %: cắm sạc"),
            format!("Battery {charge} %: plug in the charger"),
        ),
        Some((charge, _)) => test(name, Some(true), format!("Pin {charge} %"), format!("Battery {charge} %")),
    }
}

/// Bytes left on the disk of the station's home.
pub(super) fn disk_room(around: &Around) -> Option<u64> {
    let disk = rustix::fs::statvfs(around.home.dir()).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Writes a dossier's worth and waits until it is on the disk, as a commit does.
fn disk(around: &Around) -> SelfTest {
    let name = ("Tốc độ ổ đĩa", "Disk speed");
    let path = around.home.dir().join("disk-test.part");
    let write = || -> std::io::Result<Duration> {
        let begun = Instant::now();
        let mut file = fs::File::create(&path)?;
        file.write_all(&vec![0x5a; DOSSIER])?;
        file.sync_all()?;
        Ok(begun.elapsed())
    };
    let took = write();
    // It may never have been made.
    fs::remove_file(&path).ok();
    match took {
        Ok(took) => {
            let millis = took.as_millis();
            let is_fast = took <= SLOWEST_COMMIT;
            let vi = if is_fast {
                "đủ nhanh"
            } else {
                "chậm: đổi ổ đĩa hoặc gọi kỹ thuật viên"
            };
            let en = if is_fast { "fast enough" } else { "slow: replace the disk" };
            test(
                name,
                Some(is_fast),
                format!("Ghi 3 MB mất {millis} ms, {vi}"),
                format!("3 MB written in {millis} ms, {en}"),
            )
        }
        Err(error) => {
            test(name, Some(false), "Không ghi được ổ đĩa", format!("The disk cannot be written: {error}"))
        }
    }
}

fn clock(around: &Around) -> SelfTest {
    let name = ("Đồng hồ", "Clock");
    let newest = super::vault::ask(&around.vault, |vault, _| vault.newest_entry()).flatten();
    match newest {
        Some(newest) if newest > now() + time::Duration::MINUTE => test(
            name,
            Some(false),
            "Đồng hồ chậm hơn việc đã ghi: đặt lại giờ",
            "The clock is behind what was written already: set it",
        ),
        _ => test(name, Some(true), "Đồng hồ không đi lùi", "The clock does not run backwards"),
    }
}

fn tpm() -> SelfTest {
    let name = ("TPM", "TPM");
    if Path::new("/dev/tpmrm0").exists() {
        let version = fs::read_to_string("/sys/class/tpm/tpm0/tpm_version_major").unwrap_or_default();
        test(name, Some(true), format!("TPM {}", version.trim()), format!("TPM {}", version.trim()))
    } else {
        test(
            name,
            None,
            "Máy không có TPM: khoá của trạm nằm trong tệp",
            "The machine has no TPM: the station's key rests in a file",
        )
    }
}

fn entries(folder: &str) -> impl Iterator<Item = std::path::PathBuf> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path())
}
