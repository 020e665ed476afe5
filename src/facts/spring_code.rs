//! What Java and Kotlin code says about a Spring app beside its routes.

use crate::source::{Span, Spanned};

/// A class that shows that the app's code was read: a controller, or the application itself.
#[derive(Clone, Debug)]
pub struct SpringClass {
    /// Its first annotation that says so.
    pub span: Span,
}

/// An annotation that takes a controller's route out of ACSB's verification.
#[derive(Clone, Debug)]
pub struct JwtExemption {
    /// The registration of the route it is about: [`Route::span`](crate::facts::Route).
    pub route: Span,
    /// `IgnoreJwt` or `ContextJwt`, and the annotation with its `@`.
    pub annotation: Spanned<String>,
}

/// What a controller's method does beside answering and logging: what is lost where the method is never reached.
#[derive(Clone, Debug)]
pub struct ControllerWork {
    /// The registration of the route: [`Route::span`](crate::facts::Route).
    pub route: Span,
    /// Where it stores or calls something, or the method's name, where it takes a part of the request.
    pub span: Span,
}

/// A pattern of paths that Spring Security lets anyone reach.
#[derive(Clone, Debug)]
pub struct PermittedPath {
    /// The Ant pattern; the span is the literal.
    pub pattern: Spanned<String>,
    /// Which call lets requests pass: `permitAll`, `ignoring`.
    pub by: String,
    /// Whether the configuration holds in a profile for development or tests alone.
    pub is_for_development: bool,
}
