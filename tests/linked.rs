//! Invariant 11: what the two programs load when they start. A library that is not on the list may be under a licence the
//! product may not have, or bring a hundred others.

mod common;

use common::binary;
use std::process::Command;

/// Debian's names, without versions.
const MAY_BE_LOADED: &[&str] = &[
    "ld-linux-x86-64",
    "libc",
    "libcrypto",
    "libgcc_s",
    "libm",
    "libpcsclite",
    "libstdc++",
    "libopencv_calib3d",
    "libopencv_core",
    "libopencv_dnn",
    "libopencv_features2d",
    "libopencv_flann",
    "libopencv_imgproc",
    "libopencv_objdetect",
    "libtss2-esys",
    "libtss2-mu",
    "libtss2-tctildr",
    "libtss2-sys",
];

#[test]
fn the_programs_load_no_library_that_is_not_on_the_list() {
    for program in ["tram", "tram-central"] {
        let read =
            Command::new("readelf").arg("-d").arg(binary(program)).output().expect("binutils are here");
        let text = String::from_utf8_lossy(&read.stdout);
        let loaded: Vec<&str> = text
            .lines()
            .filter(|line| line.contains("(NEEDED)"))
            .filter_map(|line| line.split(['[', ']']).nth(1)?.split(".so").next())
            .collect();
        assert!(loaded.contains(&"libc"), "{program} loads something: {text}");
        let strangers: Vec<_> = loaded.iter().filter(|name| !MAY_BE_LOADED.contains(name)).collect();
        assert!(strangers.is_empty(), "{program} loads {strangers:?}");
    }
}
