//! Where Spring Boot looks a configuration file up, which decides between files that set the same key.

/// The place of a configuration file. Of two that set the same key the greater wins, but for the profiles of their names:
/// see [`Location::group`].
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    group: Group,
    is_config: bool,
    is_properties: bool,
    folder: String,
}

/// What is looked up together: within a group, files of a profile win over those of none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// What Spring Cloud reads first, `bootstrap.yml`.
    #[default]
    Bootstrap,
    /// What is packaged into the app: `src/main/resources`, and `config` in it.
    Packaged,
    /// What is beside the app where it runs; a folder of the tree may be that place, or not.
    Outside,
}

impl Location {
    /// The place of a file.
    pub fn of(path: &str) -> Location {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let config = folder.strip_suffix("config").filter(|rest| rest.is_empty() || rest.ends_with('/'));
        let home = config.map_or(folder, |rest| rest.trim_end_matches('/'));
        let is_packaged = home.ends_with("/resources") && home.split('/').any(|part| part == "src");
        let group = match is_packaged {
            _ if name.starts_with("bootstrap") => Group::Bootstrap,
            true => Group::Packaged,
            false => Group::Outside,
        };
        let is_properties = name.ends_with(".properties");
        Location { group, is_config: config.is_some(), is_properties, folder: home.to_owned() }
    }

    /// What its file is looked up with.
    pub fn group(&self) -> Group {
        self.group
    }

    /// The folder that is packaged or put beside the app; a `config` in it is part of it.
    pub fn folder(&self) -> &str {
        &self.folder
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_places_win() {
        let paths = [
            "api/src/main/resources/bootstrap.yml",
            "api/src/main/resources/application.yml",
            "api/src/main/resources/application.properties",
            "api/src/main/resources/config/application.yml",
            "application.yml",
            "config/application.yml",
        ];
        assert!(paths.map(Location::of).is_sorted());
        assert_eq!(Location::of("api/src/main/resources/config/a.yml").folder(), "api/src/main/resources");
        assert_eq!(Location::of("config/a.yml").folder(), "");
        assert_eq!(Location::of("resources/a.yml").group(), Group::Outside);
        assert_eq!(Location::of("deploy/appconfig/a.yml").folder(), "deploy/appconfig");
    }
}
