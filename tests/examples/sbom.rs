//! The bill of materials of a package, `CycloneDX` 1.5 as JSON on standard output: every crate that is linked, with version,
//! licence and digest.
//!
//!     cargo run -p tram-tests --example sbom -- tram-station

#![allow(clippy::expect_used, clippy::print_stdout, clippy::indexing_slicing)] // A tool for packaging.

use cargo_metadata::{DependencyKind, MetadataCommand, Package};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

fn main() {
    let name = std::env::args().nth(1).expect("the package's name");
    let metadata = MetadataCommand::new().exec().expect("cargo metadata runs");
    let packages: BTreeMap<_, _> = metadata.packages.iter().map(|package| (&package.id, package)).collect();
    let nodes: BTreeMap<_, _> =
        metadata.resolve.iter().flat_map(|all| &all.nodes).map(|node| (&node.id, node)).collect();
    let root =
        metadata.packages.iter().find(|package| package.name == name).expect("a package of the workspace");
    let checksums = checksums(&metadata.workspace_root.join("Cargo.lock").into_std_path_buf());
    let mut todo = vec![&root.id];
    let mut linked = BTreeSet::new();
    while let Some(id) = todo.pop() {
        if linked.insert(id) {
            let normal = nodes[id]
                .deps
                .iter()
                .filter(|next| next.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal));
            todo.extend(normal.map(|next| &next.pkg));
        }
    }
    let components: Vec<Value> = linked.iter().map(|id| component(packages[*id], &checksums)).collect();
    let dependencies: Vec<Value> = linked
        .iter()
        .map(|id| {
            let on = nodes[*id]
                .deps
                .iter()
                .filter(|next| linked.contains(&next.pkg))
                .map(|next| reference(packages[&next.pkg]));
            json!({ "ref": reference(packages[*id]), "dependsOn": on.collect::<Vec<_>>() })
        })
        .collect();
    let bill = json!({
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": { "component": component(root, &checksums) },
        "components": components, "dependencies": dependencies,
    });
    println!("{}", serde_json::to_string_pretty(&bill).expect("JSON"));
}

fn reference(package: &Package) -> String {
    format!("pkg:cargo/{}@{}", package.name, package.version)
}

fn component(package: &Package, checksums: &BTreeMap<(String, String), String>) -> Value {
    let mut component = json!({
        "type": "library", "bom-ref": reference(package), "purl": reference(package),
        "name": package.name, "version": package.version.to_string(),
    });
    if let Some(licence) = &package.license {
        component["licenses"] = json!([{ "expression": licence.replace('/', " OR ") }]);
    }
    if let Some(sum) = checksums.get(&(package.name.to_string(), package.version.to_string())) {
        component["hashes"] = json!([{ "alg": "SHA-256", "content": sum }]);
    }
    component
}

/// The digests that Cargo.lock pins.
fn checksums(lock: &std::path::Path) -> BTreeMap<(String, String), String> {
    let text = std::fs::read_to_string(lock).expect("a lock file");
    text.split("[[package]]")
        .filter_map(|entry| {
            let value = |key: &str| {
                let line = entry.lines().find(|line| line.starts_with(key))?;
                Some(line.split('"').nth(1)?.to_owned())
            };
            Some(((value("name")?, value("version")?), value("checksum")?))
        })
        .collect()
}
