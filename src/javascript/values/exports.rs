//! What files and packages export.

use crate::javascript::{
    ir::{Exported, Imported, Kind, Module, NodeId},
    modules::Target,
    project::ModuleId,
    values::{Link, Root, Value, Values},
};

impl Values<'_, '_> {
    /// What a file or package exports.
    pub fn import(&self, from: ModuleId, source: &str, imported: &Imported) -> Value {
        match (self.project.resolver.resolve(self.project.path(from), source), imported) {
            (Target::File(file), imported) => match (self.project.of_file(file), imported) {
                (Some(module), Imported::Namespace) => Value::Module(module),
                (Some(module), Imported::Named(name)) => self.export(module, name),
                (None, _) => Value::unknown(source),
            },
            (Target::Package(package), Imported::Namespace) => Value::chain(Root::Package(package)),
            (Target::Package(package), Imported::Named(name)) if name == "default" => {
                Value::chain(Root::Package(package))
            }
            (Target::Package(package), Imported::Named(name)) => {
                Value::chain(Root::Package(package)).then(Link::Member(name.clone()))
            }
            (Target::Missing, Imported::Named(name)) if name != "default" => Value::unknown(name),
            (Target::Missing, _) => Value::unknown(source.rsplit('/').next().unwrap_or(source)),
        }
    }

    /// What a file exports by a name.
    pub fn export(&self, module: ModuleId, name: &str) -> Value {
        self.try_export(module, name, 0).unwrap_or_else(|| Value::unknown(name))
    }

    pub(super) fn try_export(&self, id: ModuleId, name: &str, hops: usize) -> Option<Value> {
        let module = self.project.module(id);
        let exported = |value: &Exported| match value {
            Exported::Node(node) => self.of(&self.at_top(id, *node)),
            Exported::Binding(binding) => self.binding(&self.at_top(id, NodeId(0)), *binding),
            Exported::From { source, imported } => self.import(id, source, imported),
        };
        if let Some(export) = module.exports.iter().find(|export| export.name == name) {
            return Some(exported(&export.value));
        }
        for star in module.exports.iter().filter(|export| export.name == "*" && hops < 16) {
            let Exported::From { source, .. } = &star.value else { continue };
            let Target::File(file) = self.project.resolver.resolve(self.project.path(id), source) else { continue };
            let found = self.project.of_file(file).and_then(|next| self.try_export(next, name, hops + 1));
            if found.is_some() {
                return found;
            }
        }
        self.common_export(id, name)
    }

    /// What a file exports by assignments to `module.exports` and `exports`.
    pub(super) fn common_export(&self, id: ModuleId, name: &str) -> Option<Value> {
        if let Some(value) = self.common_members(id, name).last() {
            return Some(self.of(&self.at_top(id, value)));
        }
        let whole = self.common_whole(id).map(|node| self.of(&self.at_top(id, node)));
        match (name, whole) {
            ("default", Some(whole)) => Some(whole),
            ("default", None) if self.has_common_members(id) => Some(Value::Module(id)),
            (_, Some(whole)) => Some(self.member(&whole, name)),
            (_, None) => None,
        }
    }

    /// What is assigned to `module.exports`, or exported by `export =`.
    pub(super) fn common_whole(&self, id: ModuleId) -> Option<NodeId> {
        let module = self.project.module(id);
        let equals = module.exports.iter().find(|export| export.name == "=");
        match equals.map(|export| &export.value) {
            Some(Exported::Node(node)) => Some(*node),
            _ => module.index.exports,
        }
    }

    /// What is assigned to a member of `exports`.
    pub(super) fn common_members(&self, id: ModuleId, name: &str) -> impl Iterator<Item = NodeId> {
        let module = self.project.module(id);
        module.assigned(name).filter(move |(object, _)| is_exports(module, *object)).map(|(_, value)| value)
    }

    pub(super) fn has_common_members(&self, id: ModuleId) -> bool {
        let module = self.project.module(id);
        module.index.assignments.keys().any(|name| self.common_members(id, name).next().is_some())
    }

    /// What `require` gives for a file.
    pub(super) fn required(&self, id: ModuleId) -> Value {
        let module = self.project.module(id);
        if module.exports.iter().any(|export| export.name != "=") {
            return Value::Module(id);
        }
        match self.common_whole(id) {
            Some(node) => match self.of(&self.at_top(id, node)) {
                Value::Literal(at) if matches!(self.project.node(at.module, at.node).kind, Kind::Object(_)) => {
                    Value::Module(id)
                }
                value => value,
            },
            None => Value::Module(id),
        }
    }
}

/// Whether an expression is `exports` or `module.exports`.
fn is_exports(module: &Module, node: NodeId) -> bool {
    module.is_exports(node) || matches!(module.kind(node), Kind::Global(name) if name == "exports")
}
