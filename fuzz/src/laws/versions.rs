//! Versions, ranges of them, and the small languages of paths and profiles.

use std::cmp::Ordering;

use connect_lint::{
    app::route_path,
    facts::spring::{self, location::Location, profile, value},
    patterns::Patterns,
    version::{Scheme, Version, VersionRange},
};

const SCHEMES: [Scheme; 6] = [Scheme::Npm, Scheme::Maven, Scheme::Gem, Scheme::Composer, Scheme::Pypi, Scheme::Golang];

/// The order of versions is one, and ranges agree with it.
pub fn versions(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let lines: Vec<&str> = text.lines().take(12).collect();
    for scheme in SCHEMES {
        antisymmetry_holds(&lines.iter().filter_map(|line| Version::parse(scheme, line)).collect::<Vec<_>>());
        let lines = || lines.iter().filter(|line| scheme != Scheme::Maven || has_a_place(line));
        let versions: Vec<_> = lines().filter_map(|line| Version::parse(scheme, line)).collect();
        let ranges: Vec<_> = lines().filter_map(|line| VersionRange::parse(scheme, line)).collect();
        transitivity_holds(&versions);
        ranges_hold(&ranges, &versions);
    }
    for pair in lines.windows(2) {
        let _ = spring::matches_path(pair[0], pair[1]);
        if let Ok(patterns) = Patterns::new([pair[0]], "a/b") {
            let _ = patterns.admit(pair[1]);
        }
    }
    for line in lines {
        let active = |name: &str| name.len() % 2 == 0;
        let _ = (profile::holds(line, &active), profile::asked(line), value::written(line), value::truth(line));
        let _ = (Location::of(line), spring::relaxed(line), spring::names_tests(line));
        assert_eq!(route_path(&route_path(line)), route_path(line));
    }
}

/// Whether Maven puts the versions of a line, or the bounds of a range, in one row with others. Its `ComparableVersion`
/// runs in circles, and we follow it: 3.8.7 says `2.2.n-1 < 2.2-alpha-1 < 2.2 < 2.2.n-1`. At one place of a version, a word
/// is before a list and a list before a number, but nothing may stand after the list and before the word. So no word
/// may stand behind a dot (at the end it opens a list), and no list at the beginning of another: behind zeros alone, or
/// behind nothing or a word that counts as nothing.
fn has_a_place(line: &str) -> bool {
    let versions = line.split(|c: char| c.is_whitespace() || "[](),<>=|".contains(c)).filter(|text| !text.is_empty());
    versions.map(str::to_lowercase).all(|version| {
        let is_digit = |c: char| c.is_ascii_digit();
        let parts: Vec<&str> = version.split(['.', '-']).collect();
        let numbers = but_last(version.split(|c| !is_digit(c) && c != '.'));
        let words = but_last(version.split(|c| is_digit(c) || c == '.' || c == '-'));
        let behind_dot = but_last(version.split_inclusive(['.', '-']));
        let is_word = |part: &str| !part.contains(is_digit);
        !parts.contains(&"")
            && !behind_dot.windows(2).any(|pair| pair[0].ends_with('.') && is_word(pair[1]))
            && !numbers.iter().any(|number| !number.is_empty() && number.chars().all(|c| c == '0' || c == '.'))
            && !words.iter().any(|word| ["ga", "final", "release"].contains(word))
    })
}

fn but_last<'text>(pieces: impl Iterator<Item = &'text str>) -> Vec<&'text str> {
    let mut pieces: Vec<_> = pieces.collect();
    pieces.pop();
    pieces
}

fn antisymmetry_holds(versions: &[Version]) {
    for one in versions {
        assert_eq!(one.cmp(one), Ordering::Equal);
        assert!(one.to_string().parse::<u64>().map_or(true, |number| number == one.major()));
        for other in versions {
            assert_eq!(one.cmp(other), other.cmp(one).reverse(), "{one} and {other}");
        }
    }
}

fn transitivity_holds(versions: &[Version]) {
    for one in versions {
        for other in versions.iter().filter(|other| one <= other) {
            for third in versions.iter().filter(|third| other <= *third) {
                assert!(one <= third, "{one}, {other}, {third}");
            }
        }
    }
}

fn ranges_hold(ranges: &[VersionRange], versions: &[Version]) {
    for one in ranges {
        assert!(one.is_within(one) && one.overlaps(one), "{one}");
        for other in ranges {
            assert_eq!(one.overlaps(other), other.overlaps(one), "{one} and {other}");
            for version in versions.iter().filter(|version| one.admits(version)) {
                assert!(!one.is_within(other) || other.admits(version), "{version} of {one} within {other}");
                assert!(!other.admits(version) || one.overlaps(other), "{version} of {one} and {other}");
            }
        }
    }
}
