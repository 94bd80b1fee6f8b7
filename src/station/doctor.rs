//! What is missing on this machine, and how to mend it.

use crate::home::Home;
use anyhow::bail;
use std::io::Write;
use std::path::Path;

/// Below this much room no capture is begun (see the store).
const ROOM: u64 = 512 * 1024 * 1024;

struct Finding {
    what: &'static str,
    /// What is so; or what is wrong and how to mend it.
    state: Result<String, String>,
}

/// Looks at everything a station needs and says what it saw.
///
/// # Errors
/// When something is missing, so that scripts can tell.
pub fn run(home: &Home, out: &mut dyn Write) -> anyhow::Result<()> {
    let findings = [
        member(home),
        keys(home),
        database(home),
        register(home),
        room(home),
        swap(),
        display(),
        drawing(),
        cameras(),
    ];
    for finding in &findings {
        match &finding.state {
            Ok(state) => writeln!(out, "ok       {}: {state}", finding.what)?,
            Err(remedy) => writeln!(out, "missing  {}: {remedy}", finding.what)?,
        }
    }
    let missing = findings.iter().filter(|finding| finding.state.is_err()).count();
    if missing > 0 {
        bail!("{missing} things are missing");
    }
    Ok(())
}

fn member(home: &Home) -> Finding {
    let state = home
        .membership()
        .map(|member| format!("{} at {}", member.station.office_name, member.address))
        .map_err(|error| error.to_string());
    Finding { what: "centre", state }
}

fn keys(home: &Home) -> Finding {
    let state = match home.protection() {
        Ok(Some(held_by)) => Ok(format!("held by {held_by}")),
        Ok(None) => Err("the station has none yet: see tram join".to_owned()),
        Err(error) => Err(format!("{error:#}")),
    };
    Finding { what: "keys", state }
}

/// What is swapped out lies on the disk as it was in memory, unless the swap is encrypted or itself in memory.
fn swap() -> Finding {
    let swaps = std::fs::read_to_string("/proc/swaps").unwrap_or_default();
    let is_open = |name: &&str| !name.starts_with("/dev/zram") && !name.starts_with("/dev/dm-");
    let open: Vec<&str> =
        swaps.lines().skip(1).filter_map(|line| line.split_whitespace().next()).filter(is_open).collect();
    let state = if open.is_empty() {
        Ok("none, in memory, or encrypted".to_owned())
    } else {
        Err(format!("{} may keep what was in memory: encrypt it (crypttab) or swapoff", open.join(", ")))
    };
    Finding { what: "swap", state }
}

fn database(home: &Home) -> Finding {
    let open = || -> anyhow::Result<()> {
        tram_store::Reader::open(&home.database(), &home.database_key()?)?.check()?;
        Ok(())
    };
    let state = open().map(|()| format!("{} opens and is whole", home.database().display()));
    Finding { what: "store", state: state.map_err(|error| format!("{error:#}")) }
}

fn register(home: &Home) -> Finding {
    let open = || -> anyhow::Result<u64> {
        Ok(tram_store::Register::open(&home.register(), &home.register_key()?)?.count()?)
    };
    let state = open()
        .map(|people| format!("{people} people"))
        .map_err(|error| format!("{error:#}; applicants can be typed in meanwhile"));
    Finding { what: "register", state }
}

fn room(home: &Home) -> Finding {
    let state = match rustix::fs::statvfs(home.dir()) {
        Ok(disk) => {
            let free = disk.f_bavail * disk.f_frsize;
            let text = format!("{} MB free", free / 1_000_000);
            if free >= ROOM {
                Ok(text)
            } else {
                Err(format!("{text}: make room, or captures will be refused"))
            }
        }
        Err(error) => Err(format!("the disk cannot be asked: {error}")),
    };
    Finding { what: "disk", state }
}

fn display() -> Finding {
    let found = ["WAYLAND_DISPLAY", "DISPLAY"].into_iter().find(|name| std::env::var_os(name).is_some());
    let remedy = "no display: start a desktop session, or use `tram enroll --headless`";
    Finding { what: "display", state: found.map(str::to_owned).ok_or_else(|| remedy.to_owned()) }
}

fn drawing() -> Finding {
    let places = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib", "/usr/lib64"];
    let missing: Vec<&str> = ["libGL.so.1", "libEGL.so.1", "libxkbcommon.so.0", "libX11.so.6"]
        .into_iter()
        .filter(|library| !places.iter().any(|place| Path::new(place).join(library).exists()))
        .collect();
    let state = if missing.is_empty() {
        Ok("OpenGL, EGL and keyboard libraries are there".to_owned())
    } else {
        Err(format!("{}: apt-get install libgl1 libegl1 libxkbcommon0 libx11-6", missing.join(", ")))
    };
    Finding { what: "window", state }
}

fn cameras() -> Finding {
    // A station without a camera of its own may have one over the network: not missing, only said.
    let seen = (0..8).filter(|number| Path::new(&format!("/dev/video{number}")).exists()).count();
    Finding { what: "cameras", state: Ok(format!("{seen} at /dev/video*")) }
}
