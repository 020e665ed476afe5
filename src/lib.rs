//! Lints and rewrites Atlassian Connect apps: whether their install and uninstall callbacks can be forged.
//!
//! Data flows one way, one module a step. A module uses the ones above it, never those below
//! (`tests/layers.rs`).
//!
//! | step | modules | what goes in and comes out |
//! |---|---|---|
//! | text | [`names`], [`source`], [`lines`], [`edit`], [`spelling`], [`patterns`], [`literals`] | positions in files, and changes to them |
//! | parse | [`tree`], [`syntax`] | text → trees whose every node knows its span |
//! | tokens | [`jwt`], [`query_hash`], [`mod@token`] | bytes of a callback → what signs it, and back; what is wrong with it |
//! | read | [`version`], [`severity`], [`frameworks`], [`facts`], [`ecosystem`], [`discover`], [`app`] | trees → facts of each app |
//! | check | [`finding`], [`rule`], [`rules`] | an app → findings |
//! | decide | [`config`], [`comments`], [`suppress`], [`baseline`], [`gate`] | findings → those that count, and those put aside |
//! | fix | [`plan`], [`mend`], [`patch`], [`write`](mod@write) | findings → changed text, proven, on disk |
//! | advise | [`proof`], [`readiness`] | an app and its findings → what is done and what is to do |
//! | ask | [`probe`](mod@probe) | a running app's answers → findings |
//! | report | [`report`] | findings → bytes |
//! | command | [`error`], [`run`], [`workers`], [`cli`] | arguments → an exit code |

pub mod names;
pub mod source;
pub mod lines;
pub mod edit;
pub mod spelling;
pub mod patterns;
pub mod literals;
pub mod tree;
pub mod syntax;
pub mod jwt;
pub mod query_hash;
pub mod version;
pub mod severity;
pub mod problem;
pub mod token;
pub mod frameworks;
pub mod facts;
pub mod declared;
pub mod javascript;
#[cfg(feature = "jvm")]
pub mod jvm;
#[cfg(feature = "stacks")]
pub mod stacks;
pub mod ecosystem;
pub mod git;
pub mod discover;
pub mod app;
pub mod finding;
pub mod baseline;
pub mod rule;
pub mod schema;
pub mod rules;
pub mod config;
pub mod comments;
pub mod suppress;
pub mod plan;
pub mod patch;
pub mod write;
pub mod proof;
pub mod readiness;
pub mod probe;
pub mod report;
pub mod error;
pub mod run;
pub mod workers;
pub mod gate;
pub mod mend;
pub mod page;
pub mod cli;
