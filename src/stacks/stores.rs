//! What stores a tenant.

use crate::stacks::{
    code::{Code, NodeId},
    evidence::{is_client_key, is_shared_secret},
};

/// Whether a node stores: it is the name of a method that does, or assigns the secret to a member or under a key.
pub(super) fn is_store(code: &Code<'_>, node: NodeId) -> bool {
    const NAMES: [&str; 31] = [
        "destroy",
        "destroy!",
        "destroy_all",
        "delete_all",
        "save",
        "save!",
        "create!",
        "update_or_create",
        "get_or_create",
        "updateOrCreate",
        "firstOrCreate",
        "insert_one",
        "insertOne",
        "update_one",
        "upsert",
        "persist",
        "SaveChanges",
        "SaveChangesAsync",
        "UpsertAsync",
        "find_or_create_by",
        "find_or_create_by!",
        "first_or_create",
        "put_item",
        "PutItem",
        "InsertOne",
        "FirstOrCreate",
        "bulk_create",
        "forceFill",
        "WriteFile",
        "write_text",
        "file_put_contents",
    ];
    let is_called = |above: NodeId| code.kind(above).contains("call") || code.kind(above).contains("invocation");
    if code.is_name(node) {
        return NAMES.contains(&code.text(node)) && code.ancestors(node).take(2).any(is_called);
    }
    assigns_secret(code, node)
}

/// Whether a node is `config.secret = body['sharedSecret']`, or `tenants[key] = body` beside the body's `clientKey`.
fn assigns_secret(code: &Code<'_>, node: NodeId) -> bool {
    const ASSIGNMENTS: [&str; 3] = ["assignment", "assignment_expression", "assignment_statement"];
    const PLACES: [&str; 8] = [
        "attribute",
        "subscript",
        "element_reference",
        "selector_expression",
        "index_expression",
        "member_access_expression",
        "element_access_expression",
        "subscript_expression",
    ];
    if !ASSIGNMENTS.contains(&code.kind(node)) || code.below(node).len() > 40 {
        return false;
    }
    let (Some(left), Some(right)) = (code.field(node, "left"), code.field(node, "right")) else { return false };
    let place = code.child(node, "expression_list").and_then(|list| code.children(list).next()).unwrap_or(left);
    let is_secret = |node: NodeId| is_shared_secret(code, node) && code.is_leaf(node);
    let is_keyed = |node: NodeId| is_client_key(code, node);
    PLACES.contains(&code.kind(place))
        && (code.below(right).any(is_secret) || code.kind(place) != "attribute" && code.below(left).any(is_keyed))
}
