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
        let versions: Vec<_> = lines.iter().filter_map(|line| Version::parse(scheme, line)).collect();
        let ranges: Vec<_> = lines.iter().filter_map(|line| VersionRange::parse(scheme, line)).collect();
        order_holds(&versions);
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

fn order_holds(versions: &[Version]) {
    for one in versions {
        assert_eq!(one.cmp(one), Ordering::Equal);
        assert!(one.to_string().parse::<u64>().map_or(true, |number| number == one.major()));
        for other in versions {
            assert_eq!(one.cmp(other), other.cmp(one).reverse(), "{one} and {other}");
            for third in versions {
                assert!(!(one <= other && other <= third) || one <= third, "{one}, {other}, {third}");
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
