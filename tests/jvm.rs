//! The forms in which Java and Kotlin register routes and verify callbacks, and what hostile code does: nothing.

#![cfg(feature = "jvm")]

use connect_lint::{
    ecosystem,
    facts::{Facts, GuardClass},
    jvm::references::references,
    source::{SourceFile, Sources},
};

fn read(path: &str, text: &str) -> Facts {
    ecosystem::read(&Sources::new(vec![SourceFile::new(path, text)]))
}

fn routes(path: &str, text: &str) -> Vec<String> {
    read(path, text).routes.iter().map(|route| format!("{:?} {}", route.method, route.path.value)).collect()
}

#[test]
fn mappings_are_composed_in_java() {
    for (class, method, expected) in [
        ("", "@PostMapping(\"/a\")", vec!["Post /a"]),
        ("@RequestMapping(\"x\")", "@PostMapping(\"a/\")", vec!["Post /x/a"]),
        ("@RequestMapping(path = \"/x\")", "@PostMapping", vec!["Post /x"]),
        (
            "@RequestMapping({\"/x\", \"/y\"})",
            "@PostMapping(value = {\"a\", \"b\"})",
            vec!["Post /x/a", "Post /x/b", "Post /y/a", "Post /y/b"],
        ),
        ("", "@RequestMapping(\"/a\")", vec!["Any /a"]),
        ("", "@RequestMapping(value = \"/a\", method = RequestMethod.POST)", vec!["Post /a"]),
        ("", "@RequestMapping(value = \"/a\", method = {GET, POST})", vec!["Post /a"]),
        ("", "@RequestMapping(value = \"/a\", method = RequestMethod.GET)", vec![]),
        ("@RequestMapping(method = RequestMethod.POST)", "@RequestMapping(\"/a\")", vec!["Post /a"]),
        ("@RequestMapping(method = RequestMethod.GET)", "@RequestMapping(\"/a\")", vec![]),
        ("", "@GetMapping(\"/a\")", vec![]),
        ("", "@PostMapping(BASE + \"/a\")", vec!["Post /base/a"]),
        ("", "@PostMapping(C.BASE)", vec!["Post /base"]),
        ("", "@PostMapping(Elsewhere.PATH)", vec![]),
        ("", "@PostMapping(\"${path}\")", vec![]),
        ("", "@org.springframework.web.bind.annotation.PostMapping(\"/a\")", vec!["Post /a"]),
        ("", "// @PostMapping(\"/a\")", vec![]),
    ] {
        let text = format!(
            "package p;\n@RestController {class}\npublic class C {{ static final String BASE = \"/base\";\n{method}\npublic String m() {{ return \"\"; }} }}"
        );
        assert_eq!(routes("C.java", &text), expected, "{class} {method}");
    }
}

#[test]
fn mappings_are_composed_in_kotlin() {
    for (class, method, expected) in [
        ("", "@PostMapping(\"/a\")", vec!["Post /a"]),
        ("@RequestMapping(\"/x\")", "@PostMapping(\"a\", \"b\")", vec!["Post /x/a", "Post /x/b"]),
        ("@RequestMapping(path = [\"/x\"])", "@PostMapping", vec!["Post /x"]),
        ("", "@RequestMapping(value = [\"/a\"], method = [RequestMethod.POST])", vec!["Post /a"]),
        ("", "@RequestMapping(value = arrayOf(\"/a\"), method = arrayOf(RequestMethod.GET))", vec![]),
        ("", "@PostMapping(BASE + \"/a\")", vec!["Post /base/a"]),
        ("", "@PostMapping(\"$BASE/a\")", vec!["Post /base/a"]),
        ("", "@PostMapping(\"${C.BASE}/a\")", vec!["Post /base/a"]),
        ("", "@PostMapping(\"\\${path}/a\")", vec![]),
        ("", "@PostMapping(\"$BASE\" + \"//a/\")", vec!["Post /base/a"]),
        ("", "@PostMapping(TOP)", vec!["Post /top"]),
    ] {
        let text = format!(
            "package p\nconst val TOP = \"/top\"\n@RestController\n{class}\nclass C {{\n companion object {{\n  const val BASE = \"/base\"\n }}\n {method}\n fun m(): String = \"\"\n}}\n"
        );
        assert_eq!(routes("C.kt", &text), expected, "{class} {method}");
    }
}

#[test]
fn what_is_no_controller_maps_nothing() {
    for text in [
        "@FeignClient(\"x\") interface C { @PostMapping(\"/a\") void m(); }",
        "class C { @PostMapping(\"/a\") void m() {} }",
        "@Component class C { @EventListener void m(AddonInstalledEvent event) {} }",
    ] {
        assert_eq!(routes("C.java", text), Vec::<String>::new(), "{text}");
    }
    let exempt = "@interface Open {} @IgnoreJwt @interface Public {} @RestController class C { @Public @PostMapping(\"/a\") void m() {} @Open @PostMapping(\"/b\") void n() {} }";
    assert_eq!(read("C.java", exempt).jwt_exemptions.len(), 1);
    let inherited = "@PostMapping @interface Hook {} interface Api { @PostMapping(\"/a\") void m(); } @Controller class C implements Api { public void m() {} @Hook(\"/b\") void n() {} }";
    assert_eq!(routes("C.java", inherited), ["Post /b", "Post /a"]);
}

fn routes_of(files: &[(&str, &str)]) -> Vec<String> {
    let files = files.iter().map(|(path, text)| SourceFile::new(*path, *text)).collect();
    let facts = ecosystem::read(&Sources::new(files));
    facts.routes.iter().map(|route| format!("{:?} {}", route.method, route.path.value)).collect()
}

#[test]
fn resources_are_composed_below_their_application() {
    let resource = |class: &str, method: &str| {
        format!(
            "package p; import javax.ws.rs.*; {class} public class C {{ @POST {method} public void m(String s) {{ x.save(s); }} }}"
        )
    };
    for (class, method, expected) in [
        ("@Path(\"a\")", "@Path(\"b\")", vec!["Post /a/b"]),
        ("@Path(\"/a/\")", "@Path(\"/b\")", vec!["Post /a/b"]),
        ("@Path(\"a\")", "", vec!["Post /a"]),
        ("", "@Path(\"b\")", vec![]),
        ("@Path(X)", "@Path(\"b\")", vec![]),
        ("@Path(\"a\")", "@Path(X)", vec![]),
    ] {
        assert_eq!(routes("C.java", &resource(class, method)), expected, "{class} {method}");
    }
    assert!(routes("C.java", &resource("@Path(\"a\")", "").replace("javax.ws.rs", "retrofit2.http")).is_empty());
    let text = resource("@Path(\"a\")", "@Path(\"b\")");
    let application = "package p; @ApplicationPath(\"/rest\") class A extends ResourceConfig {}";
    let kotlin = "package p\nimport jakarta.ws.rs.*\n@Path(\"k\")\nclass K {\n @POST @Path(\"b\")\n fun m(s: String) { x.save(s) }\n}\n";
    assert_eq!(routes_of(&[("m/src/C.java", &text), ("m/src/A.java", application)]), ["Post /rest/a/b"]);
    assert_eq!(routes_of(&[("m/src/C.java", &text), ("n/src/A.java", application)]), ["Post /a/b"]);
    assert_eq!(routes_of(&[("m/src/K.kt", kotlin), ("m/src/A.java", application)]), ["Post /rest/k/b"]);
    let contract = "package p; import javax.ws.rs.*; @Path(\"i\") interface I { @POST @Path(\"b\") void m(String s); }";
    let implementation = "package p; class C implements I { public void m(String s) { x.save(s); } }";
    assert_eq!(routes_of(&[("I.java", contract), ("C.java", implementation)]), ["Post /i/b"]);
    assert!(routes("I.java", contract).is_empty(), "an interface alone is a client's");
}

#[test]
fn deployment_descriptors_map_servlets_and_resources() {
    let servlet = "package p; public class S extends HttpServlet { public void doPost(HttpServletRequest r, HttpServletResponse a) {} }";
    let mapped = |class: &str, pattern: &str| {
        format!(
            "<web-app><servlet><servlet-name>s</servlet-name><servlet-class>{class}</servlet-class></servlet><servlet-mapping><servlet-name>s</servlet-name><url-pattern>{pattern}</url-pattern></servlet-mapping></web-app>"
        )
    };
    let path = "m/src/main/webapp/WEB-INF/web.xml";
    for (class, file, expected) in [
        ("p.S", "m/src/main/java/p/S.java", vec!["Post /a"]),
        ("q.S", "m/src/main/java/p/S.java", vec![]),
        ("p.S", "other/src/main/java/p/S.java", vec![]),
    ] {
        assert_eq!(routes_of(&[(path, &mapped(class, "/a")), (file, servlet)]), expected, "{class} {file}");
    }
    let annotated = servlet.replace("public class", "@WebServlet({\"/x\", \"/y\"}) public class");
    assert_eq!(routes("S.java", &annotated), ["Post /x", "Post /y"]);
    assert!(routes("S.java", &annotated.replace("doPost", "doGet")).is_empty());
    let resource = "package p; import javax.ws.rs.*; @Path(\"a\") class C { @POST void m(String s) {} }";
    for (class, pattern) in [
        ("org.glassfish.jersey.servlet.ServletContainer", "/rest/*"),
        ("com.sun.jersey.spi.container.servlet.ServletContainer", "/rest/*"),
        ("javax.ws.rs.core.Application", "/rest/*"),
    ] {
        let files = [(path, &*mapped(class, pattern)), ("m/src/main/java/p/C.java", resource)];
        assert_eq!(routes_of(&files), ["Post /rest/a"], "{class}");
    }
}

#[test]
fn functional_routers_are_read_at_any_depth() {
    let handler = "package p; class H { ServerResponse m(ServerRequest r) { hosts.save(r); return ok(); } }";
    for (expression, expected) in [
        ("route().POST(\"/a\", h::m).build()", vec!["Post /a"]),
        ("route().GET(\"/a\", h::m).build()", vec![]),
        ("route().POST(\"/a\", accept(JSON), h::m).POST(\"b/\", h::m).build()", vec!["Post /b", "Post /a"]),
        ("route(POST(\"/a\"), h::m)", vec!["Post /a"]),
        ("route(GET(\"/x\"), h::m).andRoute(RequestPredicates.POST(A), h::m)", vec!["Post /const"]),
        ("route().path(\"/x\", b -> b.POST(\"/a\", h::m)).build()", vec!["Post /x/a"]),
        ("route().path(\"/x\", b -> b.nest(path(\"/y\"), c -> c.POST(\"/a\", h::m)))", vec!["Post /x/y/a"]),
        ("nest(path(\"/x\"), route(POST(\"/a\"), h::m))", vec!["Post /x/a"]),
        ("route().POST(prefix() + \"/a\", h::m).build()", vec![]),
    ] {
        let router = format!(
            "package p; import org.springframework.web.servlet.function.*; class R {{ static final String A = \"/const\"; RouterFunction<ServerResponse> r(H h) {{ return {expression}; }} }}"
        );
        let files = [("R.java", &*router), ("H.java", handler)];
        assert_eq!(routes_of(&files), expected, "{expression}");
    }
    for (expression, expected) in [
        ("POST(\"/a\", h::m)", vec!["Post /a"]),
        ("\"/x\".nest {\n POST(\"/a\", h::m)\n}", vec!["Post /x/a"]),
        ("(\"/x\" and accept(JSON)).nest {\n \"/y\".nest {\n POST(\"/a\", h::m)\n}\n}", vec!["Post /x/y/a"]),
        ("POST(\"/a\") { hosts.save(it); ok() }", vec!["Post /a"]),
    ] {
        let router = format!(
            "package p\nimport org.springframework.web.reactive.function.server.router\nclass R {{\n fun r(h: H) = router {{\n {expression}\n }}\n}}\n"
        );
        let files = [("R.kt", &*router), ("H.java", handler)];
        assert_eq!(routes_of(&files), expected, "{expression}");
    }
    let client = "package p; class R { void r() { HttpRequest.newBuilder().POST(BodyPublishers.ofString(\"/a\")); } }";
    assert!(routes("R.java", client).is_empty());
}

#[test]
fn tables_of_play_name_methods() {
    let controller = "package controllers; public class C { public Result m() { return ok(); } }";
    for (line, expected) in [
        ("POST /a controllers.C.m()", vec!["Post /a"]),
        ("POST\t/a/\t@controllers.C.m", vec!["Post /a"]),
        ("POST /a controllers.C.m(id: Long, r: Request)", vec!["Post /a"]),
        ("GET /a controllers.C.m()", vec![]),
        ("# POST /a controllers.C.m()", vec![]),
        ("POST /a controllers.C.other()", vec![]),
        ("POST /a other.C.m()", vec![]),
        ("-> /x more.Routes", vec!["Post /x/b"]),
    ] {
        let files =
            [("conf/routes", line), ("conf/more.routes", "POST /b controllers.C.m()"), ("app/C.java", controller)];
        assert_eq!(routes_of(&files), expected, "{line}");
    }
    let endless = [("conf/routes", "-> /a x.Routes"), ("conf/x.routes", "-> /a x.Routes"), ("app/C.java", controller)];
    assert!(routes_of(&endless).is_empty());
}

#[test]
fn bodies_are_followed_to_what_verifies() {
    for (parameters, body, class) in [
        ("@RequestBody Host h", "hosts.save(h);", GuardClass::Unverified),
        ("@RequestBody Host h", "keep(h);", GuardClass::Unverified),
        ("HttpServletRequest r", "log.info(r.getHeader(\"a\"));", GuardClass::Unverified),
        ("HttpServletRequest r", "verifier.check(r);", GuardClass::Unknown),
        ("@RequestHeader(\"Authorization\") String t", "verifier.check(t);", GuardClass::Unknown),
        ("@RequestHeader String t", "if (!jwt.verify(new RSASSAVerifier(key))) throw x;", GuardClass::Unbound),
        (
            "@RequestHeader String t",
            "JWT.require(Algorithm.RSA256(key, null)).withIssuer(h.clientKey).build().verify(t);",
            GuardClass::Asymmetric,
        ),
        (
            "@RequestHeader String t",
            "if (!jwt.verify(new RSASSAVerifier(key)) || !iss.equals(h.getClientKey())) throw x;",
            GuardClass::Asymmetric,
        ),
        ("@RequestHeader String t", "jwt.verify(new MACVerifier(secret));", GuardClass::Symmetric),
        (
            "@RequestHeader String t",
            "Jwts.parser().setSigningKey(sharedSecret).parseClaimsJws(t);",
            GuardClass::Symmetric,
        ),
        (
            "@RequestHeader String t",
            "Jwts.parser().verifyWith((PublicKey) key).build().parseSignedClaims(t);",
            GuardClass::Unbound,
        ),
        ("@RequestHeader String t", "readerFactory.getReader(t).readAndVerify(t, checks);", GuardClass::Symmetric),
        ("@RequestHeader String t", "signed(t);", GuardClass::Unbound),
    ] {
        let text = format!(
            "@RestController class C {{ @PostMapping(\"/a\") void m({parameters}) {{ {body} }} void keep(Host h) {{ hosts.save(h); }} void signed(String t) {{ if (!jwt.verify(new RSASSAVerifier(key))) throw x; }} }}"
        );
        let facts = read("C.java", &text);
        assert_eq!(facts.routes[0].decisive(), class, "{body}");
    }
}

#[test]
fn a_guard_that_cannot_be_followed_is_unknown() {
    let controller = "@RestController class C { @PostMapping(\"/a\") void m() {} }";
    for other in [
        "class F extends OncePerRequestFilter { void doFilterInternal(HttpServletRequest r) { tokens.verify(r); } }",
        "class S { void c(HttpSecurity http) { http.authorizeRequests().anyRequest().authenticated(); } }",
    ] {
        let facts = read("C.java", &format!("{controller} {other}"));
        assert_eq!(facts.routes[0].decisive(), GuardClass::Unknown, "{other}");
    }
    let facts = read("C.java", &controller.replace("@Post", "@PreAuthorize(\"x\") @Post"));
    assert_eq!(facts.routes[0].decisive(), GuardClass::Unknown);
    let facts = read(
        "C.java",
        &format!(
            "{controller} class F implements Filter {{ void doFilter(ServletRequest r) {{ chain.doFilter(r, s); }} }}"
        ),
    );
    assert_eq!(facts.routes[0].decisive(), GuardClass::Unverified);
}

#[test]
fn hostile_code_ends() {
    for (open, close) in [
        ("(", ")"),
        ("class A { ", "}"),
        ("f(", ")"),
        ("@A(", ")"),
        ("\"a\" + ", ""),
        ("a.", ""),
        ("void m() {", "}"),
        ("{", "}"),
    ] {
        for path in ["A.java", "A.kt"] {
            let deep =
                format!("@RestController class C {{ String s = {}1{}; }}", open.repeat(3_000), close.repeat(3_000));
            read(path, &deep);
            read(path, &format!("{}{}", open.repeat(3_000), close.repeat(9)));
        }
    }
    let circle = "@RestController class C extends C { static final String A = B; static final String B = A + A; @PostMapping(A) void m() { m(); n(); } void n() { m(); } } @interface X {} @X @interface X {}";
    assert!(read("C.java", circle).routes.is_empty());
}

#[test]
fn references_are_files_of_the_tree() {
    let references = |path: &str, package: &str, import: &str| {
        let text = format!("{package}\nimport {import};\nclass Callbacks {{ Tenants tenants; }}");
        references(&SourceFile::new(path, text.as_str())).concat()
    };
    for (path, package, import, expected) in [
        ("Callbacks.java", "", "rooms.Door", ["Tenants.java", "rooms/Door.java"]),
        (
            "src/main/java/Callbacks.java",
            "",
            "rooms.Door",
            ["src/main/java/Tenants.java", "src/main/java/rooms/Door.java"],
        ),
        (
            "src/main/java/app/Callbacks.java",
            "package app;",
            "rooms.Door",
            ["src/main/java/app/Tenants.java", "src/main/java/rooms/Door.java"],
        ),
        ("app/Callbacks.java", "package app;", "rooms.Door", ["app/Tenants.java", "rooms/Door.java"]),
    ] {
        let found = references(path, package, import);
        assert!(expected.iter().all(|path| found.iter().any(|one| one == path)), "{path}: {found:?}");
        assert!(found.iter().all(|path| path.split('/').all(|part| !part.is_empty())), "{path}: {found:?}");
    }
    // where packages begin is not known: only what stands beside the file may be meant
    assert!(
        references("myapp/Callbacks.java", "package app;", "rooms.Door").iter().all(|path| path.starts_with("myapp/"))
    );
    let remark = "/* Of this package only. See import. */ package app;";
    let found = references("src/app/Callbacks.java", remark, "static rooms.Door.open");
    assert!(found.iter().any(|path| path == "src/rooms/Door.java"), "{found:?}");
    let found = references("src/main/java/app/Callbacks.java", "package app;", "rooms.*");
    for path in ["src/main/java/rooms/Tenants.java", "src/main/kotlin/rooms/Tenants.kt", "src/main/java/rooms.java"] {
        assert!(found.iter().any(|one| one == path), "{path}: {found:?}");
    }
    let many = format!(
        "{}{}",
        "import a.*; ".repeat(9),
        (0..50_000).map(|n| format!("T{n} import b{n}.*; ")).collect::<String>()
    );
    assert!(references("A.java", &many, "rooms.Door").len() < 300_000);
    assert!(references("src/app/callbacks.js", "", "rooms.Door").is_empty());
    assert!(references("Callbacks.java", "", "*").iter().all(|path| !path.starts_with('/')));
}
