//! Files that are loaded because a program lists their folder.

use crate::javascript::{
    ir::Kind,
    modules::join,
    project::ModuleId,
    routes::walk::Walker,
    values::{At, Value},
};

impl Walker<'_, '_, '_> {
    /// `require(path)` of a path that is not known, in a file that lists a folder: every file of that folder.
    pub(super) fn load_folder(&mut self, at: &At, deferred: bool) -> bool {
        let values = self.values;
        let module = values.project.module(at.module);
        let (source, outer) = match module.kind(at.node) {
            Kind::Call { callee, arguments } => match (module.kind(*callee), arguments.first()) {
                (Kind::Global(name), Some(source)) if name == "require" => (*source, at.node),
                _ => return false,
            },
            Kind::Import(source) => (*source, at.node),
            _ => return false,
        };
        if module.text(source).is_some() || values.of(&at.with(source)).as_text().is_some() {
            return false;
        }
        let Some(folder) = self.listed_folder(at) else {
            return false;
        };
        let calls = module.ids().find_map(|node| match module.kind(node) {
            Kind::Call { callee, arguments } if *callee == outer => Some((node, arguments)),
            _ => None,
        });
        let own = module.file;
        let files: Vec<ModuleId> = values
            .project
            .resolver
            .folder(&folder)
            .filter(|(_, file)| *file != own)
            .filter_map(|(_, file)| values.project.of_file(file))
            .collect();
        for id in files {
            self.enter(id, deferred);
            let Some((call, arguments)) = calls else { continue };
            if let Value::Literal(function) = values.export(id, "default") {
                self.called(&function, &at.with(call), arguments, None, deferred);
            }
        }
        true
    }

    /// The folder that a file lists by `readdir`.
    fn listed_folder(&self, at: &At) -> Option<String> {
        let values = self.values;
        let module = values.project.module(at.module);
        module.ids().find_map(|node| {
            let Kind::Call { callee, arguments } = module.kind(node) else { return None };
            let name = match module.kind(*callee) {
                Kind::Member { property, .. } => property.as_str(),
                Kind::Name(binding) => &module.binding(*binding).name,
                _ => return None,
            };
            if !matches!(name, "readdirSync" | "readdir" | "sync" | "globSync") {
                return None;
            }
            let own = values.project.path(at.module).rsplit_once('/').map_or("", |(folder, _)| folder);
            match values.of(&at.with(*arguments.first()?)) {
                Value::Text(folder, _) if folder.starts_with('.') => join(own, &folder),
                Value::Text(folder, _) => Some(folder.trim_end_matches('/').to_owned()),
                _ => None,
            }
        })
    }
}
