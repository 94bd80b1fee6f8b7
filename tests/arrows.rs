//! Invariants 1 and 11: the arrows between our crates are those of the table and no others, and nothing the product
//! links is under a licence it may not have.

#![allow(clippy::expect_used)] // Outside of test functions, but in a test.

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Crate by crate, what it may use of ours. `tests` may use all.
const ARROWS: &[(&str, &[&str])] = &[
    ("biometric", &[]),
    ("fingerprint", &["biometric"]),
    ("portrait", &["biometric"]),
    ("synthetic", &["biometric", "fingerprint"]),
    ("enrollment", &["biometric"]),
    ("packet", &["biometric", "enrollment"]),
    ("keys", &["packet"]),
    ("capture", &["biometric", "enrollment", "fingerprint", "portrait", "calibration", "device"]),
    ("card", &["biometric", "enrollment"]),
    ("calibration", &["biometric", "fingerprint", "portrait", "device"]),
    ("store", &["biometric", "enrollment", "packet"]),
    ("sync", &["packet"]),
    ("workflow", &["biometric", "enrollment", "capture", "calibration", "card", "packet"]),
    ("central", &["biometric", "enrollment", "packet", "sync", "fingerprint", "card"]),
    ("theme", &[]),
    ("update", &[]),
    ("device", &["biometric"]),
    ("virtual", &["device", "biometric", "synthetic"]),
    ("sbi-emulator", &[]),
];

/// Every crate under `drivers/` but those above has the same arrows.
const DRIVER: &[&str] = &["device", "biometric"];

fn metadata() -> Metadata {
    MetadataCommand::new().exec().expect("cargo metadata runs")
}

fn ours(metadata: &Metadata) -> BTreeMap<&str, &Package> {
    metadata
        .workspace_packages()
        .into_iter()
        .filter_map(|package| Some((package.name.strip_prefix("tram-")?, package)))
        .collect()
}

fn uses<'a>(package: &'a Package, kinds: &[DependencyKind]) -> BTreeSet<&'a str> {
    package
        .dependencies
        .iter()
        .filter(|dependency| kinds.contains(&dependency.kind))
        .filter_map(|dependency| dependency.name.strip_prefix("tram-"))
        .collect()
}

#[test]
fn no_arrow_that_the_table_does_not_have() {
    let metadata = metadata();
    let packages = ours(&metadata);
    let table: BTreeMap<_, _> = ARROWS.iter().copied().collect();
    let mut wrong = Vec::new();
    for (name, package) in &packages {
        let is_driver = package.manifest_path.as_str().contains("/drivers/");
        let allowed: BTreeSet<&str> = match (*name, table.get(name)) {
            ("tests", _) => continue,
            ("station", _) => packages.keys().copied().filter(|other| *other != "central").collect(),
            (_, Some(arrows)) => arrows.iter().copied().collect(),
            (_, None) if is_driver => DRIVER.iter().copied().collect(),
            (_, None) => BTreeSet::new(),
        };
        for used in uses(package, &[DependencyKind::Normal, DependencyKind::Build]).difference(&allowed) {
            wrong.push(format!("{name} -> {used}"));
        }
    }
    assert!(wrong.is_empty(), "arrows the table does not have: {wrong:?}");
}

#[test]
fn only_the_desktop_names_concrete_drivers_and_nothing_names_the_tests() {
    let metadata = metadata();
    for (name, package) in ours(&metadata) {
        for used in uses(package, &[DependencyKind::Normal]) {
            let driver = metadata.workspace_packages().into_iter().any(|other| {
                other.name.strip_prefix("tram-") == Some(used)
                    && other.manifest_path.as_str().contains("/drivers/")
                    && used != "device"
            });
            assert!(!driver || name == "station", "{name} names the driver {used}");
            assert_ne!(used, "tests", "{name} uses the tests");
        }
    }
}

/// What an emulated device's program says of another file it is made of.
const PATH: &str = "#[path = \"";

#[test]
fn no_emulator_shares_code_with_the_driver_it_tests() {
    let metadata = metadata();
    let mut emulators = Vec::new();
    for package in metadata.workspace_packages() {
        let is_driver = package.manifest_path.as_str().contains("/drivers/");
        let emulated = package.targets.iter().filter(|target| target.name.starts_with("emulated_"));
        for target in emulated.filter(|target| is_driver && target.is_example()) {
            let program = std::fs::read_to_string(&target.src_path).expect("its source");
            let parts = program.lines().filter_map(|line| line.strip_prefix(PATH)?.split('"').next());
            let folder = target.src_path.parent().expect("a folder");
            let sources: Vec<String> = parts
                .map(|part| std::fs::read_to_string(folder.join(part)).expect("a part of it"))
                .chain([program.clone()])
                .collect();
            assert!(sources.len() > 1, "{} is made of nothing", target.name);
            let library = package.name.replace('-', "_");
            for source in &sources {
                assert!(!source.contains(&library), "{} uses {library}", target.name);
            }
            emulators.push(target.name.clone());
        }
    }
    println!("{emulators:?}");
    assert!(emulators.len() >= 7, "{emulators:?}");
    let files = emulators_of_tests(&metadata);
    for (library, file) in &files {
        let source = std::fs::read_to_string(file).expect("its source");
        assert!(!source.contains(library), "{} uses {library}", file.display());
    }
    println!("{} files of emulated devices", files.len());
    assert!(files.len() >= 10, "{files:?}");
    // The emulated SBI service is a crate of its own, which uses nothing of ours at all (ARROWS).
    let packages = ours(&metadata);
    let sbi = packages.get("sbi-emulator").expect("it is there");
    assert!(uses(sbi, &[DependencyKind::Normal, DependencyKind::Build]).is_empty());
}

/// What emulated devices are called among the tests of the drivers: the library each must not use, and the file.
fn emulators_of_tests(metadata: &Metadata) -> Vec<(String, PathBuf)> {
    const NAMES: [&str; 5] = ["emulator.rs", "keyboard.rs", "card.rs", "server.rs", "raster.rs"];
    let mut files = Vec::new();
    for package in metadata.workspace_packages() {
        let folder = package.manifest_path.with_file_name("tests");
        let Some(name) = package.name.strip_prefix("tram-").filter(|_| folder.as_str().contains("/drivers/"))
        else {
            continue;
        };
        let named = NAMES.map(|file| folder.join(name).join(file).into_std_path_buf());
        let there = named.into_iter().filter(|file| file.exists());
        files.extend(there.map(|file| (package.name.replace('-', "_"), file)));
    }
    files
}

#[test]
fn the_toy_driver_of_the_readme_is_under_a_hundred_lines() {
    let toy = concat!(env!("CARGO_MANIFEST_DIR"), "/../drivers/device/examples/toy_driver.rs");
    assert!(std::fs::read_to_string(toy).expect("its source").lines().count() < 100);
}

/// Licences the product may link. MPL-2.0 stays in its own files; LGPL would have to be linked dynamically, and no
/// crate is.
const LICENCES: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "OFL-1.1",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "Zlib",
    "bzip2-1.0.6",
];

#[test]
fn nothing_the_product_links_is_under_another_licence() {
    let metadata = metadata();
    let packages: BTreeMap<_, _> = metadata.packages.iter().map(|package| (&package.id, package)).collect();
    let resolve = metadata.resolve.as_ref().expect("a resolved graph");
    let nodes: BTreeMap<_, _> = resolve.nodes.iter().map(|node| (&node.id, node)).collect();
    let mut todo: Vec<_> = ["tram-station", "tram-central", "tram-update"]
        .into_iter()
        .filter_map(|name| metadata.workspace_packages().into_iter().find(|package| package.name == name))
        .map(|package| &package.id)
        .collect();
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    while let Some(id) = todo.pop() {
        if !seen.insert(id) {
            continue;
        }
        let package = packages[id];
        if !is_permitted(package.license.as_deref()) {
            wrong.push(format!("{} {}: {:?}", package.name, package.version, package.license));
        }
        let linked = nodes[id]
            .deps
            .iter()
            .filter(|dependency| dependency.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal));
        todo.extend(linked.map(|dependency| &dependency.pkg));
    }
    assert!(seen.len() > 100, "the closure was not walked");
    assert!(wrong.is_empty(), "licences to look at: {wrong:#?}");
}

/// Whether one of the alternatives of an SPDX expression has only permitted parts.
fn is_permitted(licence: Option<&str>) -> bool {
    let Some(licence) = licence else { return false };
    let licence = licence.replace('/', " OR ").replace(['(', ')'], "");
    licence.split(" OR ").any(|alternative| {
        alternative
            .split(" AND ")
            .all(|part| LICENCES.contains(&part.trim().trim_end_matches(" WITH LLVM-exception")))
    })
}
