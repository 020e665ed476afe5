//! What the program is made of: each dependency has its row, and the network is for `probe` alone.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use walkdir::WalkDir;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The rows of the table: the names of the packages, their keeper.
fn rows() -> Vec<(Vec<String>, String)> {
    let text = read("supply-chain/README.md");
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    let row = |line: &str| {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        assert!(cells.len() == 4 && cells.iter().all(|cell| !cell.is_empty()), "{line}");
        (cells[0].split(", ").map(|name| name.trim_matches('`').to_owned()).collect(), cells[1].to_owned())
    };
    rows.map(row).collect()
}

/// The packages that the manifest names, by name, with where they say they are kept; none of those of other platforms.
fn dependencies() -> BTreeMap<String, Option<String>> {
    let metadata = common::cargo_metadata();
    let packages = metadata["packages"].as_array().unwrap();
    let own = packages.iter().find(|package| package["name"] == "connect-lint").unwrap();
    let direct = own["dependencies"].as_array().unwrap().iter().filter(|dependency| dependency["kind"].is_null());
    let kept = |name: &str| {
        let package = packages.iter().find(|package| package["name"] == name)?;
        Some(package["repository"].as_str().unwrap().to_owned())
    };
    direct.map(|dependency| dependency["name"].as_str().unwrap()).map(|name| (name.to_owned(), kept(name))).collect()
}

#[test]
fn every_dependency_has_a_row_and_the_keeper_that_it_names() {
    let dependencies = dependencies();
    let listed: Vec<String> = rows().into_iter().flat_map(|(names, _)| names).collect();
    assert_eq!(listed.iter().collect::<BTreeSet<_>>(), dependencies.keys().collect::<BTreeSet<_>>());
    assert_eq!(listed.len(), dependencies.len(), "each once");
    let first: Vec<_> = rows().into_iter().map(|(names, _)| names[0].clone()).collect();
    assert!(first.is_sorted(), "{first:?}");
    for (names, keeper) in rows() {
        for name in names {
            let is_kept = |at: &String| at.starts_with(&format!("https://{keeper}/"));
            assert!(dependencies[&name].as_ref().is_none_or(is_kept), "{name} is kept at {:?}", dependencies[&name]);
        }
    }
}

#[test]
fn every_dependency_says_why_it_is_there() {
    let manifest = read("Cargo.toml");
    let (mut lines, mut is_of_dependencies) = (Vec::new(), false);
    for line in manifest.lines().filter(|line| !line.is_empty()) {
        match line.strip_prefix('[') {
            Some(section) => is_of_dependencies = section == "dependencies]" || section.ends_with(".dependencies]"),
            None => lines.extend(Some(line).filter(|_| is_of_dependencies)),
        }
    }
    assert_eq!(lines.len(), dependencies().len());
    for line in lines {
        let reason = line.split_once(" # ").map_or("", |(_, reason)| reason);
        assert!(!reason.is_empty(), "{line}");
    }
}

#[test]
fn only_probe_opens_a_socket_or_starts_a_program() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut network, mut programs, mut read) = (BTreeSet::new(), BTreeSet::new(), 0);
    for entry in WalkDir::new(&src).into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file()) {
        let path = entry.path().strip_prefix(&src).unwrap().to_str().unwrap().replace('\\', "/");
        let text = fs::read_to_string(entry.path()).unwrap();
        let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let names = |words: &[&str]| words.iter().any(|word| code.contains(word));
        if names(&["std::net", "net::{", "TcpStream", "TcpListener", "UdpSocket", "ureq::", "tiny_http::"]) {
            network.insert(path.clone());
        }
        if names(&["process::Command", "process::{", "Command::new("]) {
            programs.insert(path.clone());
        }
        read += 1;
    }
    assert!(read > 100);
    let probe = |path: &String| path.split('/').any(|part| part == "probe" || part == "probe.rs");
    let others: Vec<_> = network.iter().chain(&programs).filter(|path| !probe(path)).collect();
    assert!(others.is_empty(), "{others:?}");
}
