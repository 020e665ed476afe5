//! What Java and Kotlin code verifies, form by form.

#![cfg(feature = "jvm")]

use connect_lint::{
    ecosystem,
    facts::{Audience, Facts, GuardClass, KeySource, WeaknessKind},
    source::{SourceFile, Sources},
};

fn read(files: &[(&str, &str)]) -> Facts {
    ecosystem::read(&Sources::new(files.iter().map(|(path, text)| SourceFile::new(*path, *text)).collect()))
}

/// A controller whose method has this body; `more` follows in the class.
fn java(body: &str, more: &str) -> Facts {
    let text = format!(
        "@RestController class C {{ @PostMapping(\"/installed\") void m(@RequestHeader(\"Authorization\") String t, @RequestBody Host h) throws Exception {{ {body} }} {more} }}"
    );
    read(&[("C.java", &text)])
}

fn kinds(facts: &Facts) -> Vec<WeaknessKind> {
    facts.weaknesses.iter().map(|weakness| weakness.kind.clone()).collect()
}

#[test]
fn the_key_says_what_a_call_proves() {
    for (body, class) in [
        (
            "Algorithm a = Algorithm.HMAC256(store.secret(h)); JWT.require(a).withIssuer(h.getClientKey()).build().verify(t);",
            GuardClass::Symmetric,
        ),
        (
            "Algorithm a = Algorithm.RSA256(key, null); JWT.require(a).withIssuer(h.getClientKey()).build().verify(t);",
            GuardClass::Asymmetric,
        ),
        ("Algorithm a = Algorithm.RSA256(key, null); JWT.require(a).build().verify(t);", GuardClass::Unbound),
        // to sign is not to verify
        (
            "String own = JWT.create().withIssuer(\"app\").sign(Algorithm.HMAC256(secret)); hosts.save(h);",
            GuardClass::Unverified,
        ),
        ("JWT.decode(t); hosts.save(h);", GuardClass::Unverified),
        (
            "Jws<Claims> c = Jwts.parserBuilder().setSigningKey(publicKey(t)).requireIssuer(h.getClientKey()).build().parseClaimsJws(t);",
            GuardClass::Asymmetric,
        ),
        (
            "Signature s = Signature.getInstance(\"SHA256withRSA\"); s.initVerify(key); if (!s.verify(signature)) throw x; if (!h.clientKey.equals(claims(t).get(\"iss\"))) throw x;",
            GuardClass::Asymmetric,
        ),
        // a missing one is asked for, and it is compared with nothing
        (
            "if (!jwt.verify(new RSASSAVerifier(key))) throw x; if (h.getClientKey() == null || claims.getIssuer() == null) throw x;",
            GuardClass::Unbound,
        ),
        // the record that the issuer names is the one that goes
        (
            "if (!jwt.verify(new RSASSAVerifier(key))) throw x; hosts.deleteByClientKey(claims.getIssuer());",
            GuardClass::Asymmetric,
        ),
        (
            "if (!jwt.verify(new RSASSAVerifier(key))) throw x; log.info(claims.getIssuer()); hosts.save(h);",
            GuardClass::Unbound,
        ),
        (
            "if (!jwt.verify(new RSASSAVerifier(key))) throw x; if (x) throw new Refused(\"no issuer\"); hosts.save(h);",
            GuardClass::Unbound,
        ),
        ("String token = t.replace(\"JWT \", \"\"); checker.check(token);", GuardClass::Unknown),
        ("String agent = t; hosts.save(h); log.info(\"from {}\", agent);", GuardClass::Unverified),
    ] {
        assert_eq!(java(body, "").routes[0].decisive(), class, "{body}");
    }
}

#[test]
fn only_what_can_be_meant_is_followed() {
    let verifier = "class Signed { void check(String t) { if (!jwt.verify(new RSASSAVerifier(key))) throw x; } }";
    for (fields, body, class) in [
        ("Signed signed;", "signed.check(t);", GuardClass::Unbound),
        ("Signed signed;", "other.check(t);", GuardClass::Unbound), // there is only one such method
        ("Outside signed;", "signed.check(t);", GuardClass::Unknown),
        ("", "new Signed().check(t);", GuardClass::Unbound),
        ("", "Signed s = new Signed(); s.check(t);", GuardClass::Unbound),
        ("", "Outside s = new Outside(); s.check(t);", GuardClass::Unknown),
        ("", "Outside.check(t);", GuardClass::Unknown),
        ("", "Signed.check(t);", GuardClass::Unbound),
    ] {
        let controller = format!(
            "@RestController class C {{ {fields} @PostMapping(\"/installed\") void m(@RequestHeader String t) {{ {body} }} }}"
        );
        let facts = read(&[("C.java", &controller), ("Signed.java", verifier)]);
        assert_eq!(facts.routes[0].decisive(), class, "{fields} {body}");
    }
}

#[test]
fn only_what_stands_before_the_deed_counts() {
    const VERIFIES: &str = "JWT.require(Algorithm.RSA256(key, null)).withIssuer(h.clientKey).build().verify(t);";
    const CHECKS: &str = "boolean ok() { try { V return true; } catch (Exception e) { return false; } } String who() { try { V return h.clientKey; } catch (JWTVerificationException e) { return null; } } Answer ask() { try { V return Answer.yes(); } catch (Exception e) { return Answer.no(e); } }";
    let mut wrong = Vec::new();
    let (holds, open, unknown) = (GuardClass::Asymmetric, GuardClass::Unverified, GuardClass::Unknown);
    for (body, class) in [
        ("V hosts.save(h);", holds),
        ("try { V hosts.save(h); } catch (Exception e) { log.warn(e); }", holds),
        ("try { V } catch (Exception e) { throw new Refused(e); } hosts.save(h);", holds),
        ("try { V } catch (Exception e) { response.sendError(401); return; } hosts.save(h);", holds),
        ("try { V } catch (Exception e) { log.warn(e); } hosts.save(h);", open),
        ("try { V } catch (Exception e) { response.sendError(401); } hosts.save(h);", open),
        ("try { V } catch (IOException e) { log.warn(e); } hosts.save(h);", unknown),
        ("try { V } finally { hosts.save(h); }", open),
        (
            "boolean fine = false; try { V fine = true; } catch (Exception e) { log.warn(e); } if (fine) hosts.save(h);",
            holds,
        ),
        (
            "List<String> faults = new ArrayList<>(); try { V } catch (Exception e) { faults.add(e); } if (!faults.isEmpty()) return; hosts.save(h);",
            holds,
        ),
        (
            "Exception fault = null; try { V } catch (Exception e) { fault = e; } if (fault != null) return; hosts.save(h);",
            holds,
        ),
        ("if (!ok()) return; hosts.save(h);", holds),
        ("if (t == null || !ok()) { return; } hosts.save(h);", holds),
        ("if (t != null && !ok()) { return; } hosts.save(h);", unknown),
        ("if (ok() == false) throw new Refused(); hosts.save(h);", holds),
        ("boolean fine = ok(); if (fine) { hosts.save(h); }", holds),
        ("if (!Boolean.TRUE.equals(ok())) return; hosts.save(h);", holds),
        ("Assert.isTrue(ok(), \"no\"); hosts.save(h);", holds),
        ("ok(); hosts.save(h);", open),
        ("if (ok()) return; tenantRepository.save(h);", open),
        ("if (who() == null) return; hosts.save(h);", holds),
        ("String who = who(); if (who == null) { throw new Refused(); } hosts.save(h);", holds),
        ("Answer answer = ask(); if (!answer.isYes()) { return; } hosts.save(h);", holds),
        ("Answer answer = ask(); if (answer.isYes()) { hosts.save(h); }", holds),
        ("for (Key key : keys) { V } hosts.save(h);", unknown),
        ("if (known) { V } hosts.save(h);", unknown),
        ("if (known) { V } else { throw new Refused(); } hosts.save(h);", holds),
        ("assert ok(); hosts.save(h);", unknown),
        ("executor.submit(() -> { V }); hosts.save(h);", unknown),
        ("transaction.execute(status -> { V hosts.save(h); return null; });", holds),
        ("switch (kind) { case A: V break; default: throw new Refused(); } hosts.save(h);", holds),
        ("switch (kind) { case A: V break; default: log.warn(kind); } hosts.save(h);", unknown),
        ("V work.enqueue(h);", holds),
        ("if (known) { V } work.enqueue(h);", unknown),
        ("return ok() ? install(h) : refuse();", unknown),
    ] {
        let facts = java(&body.replace('V', VERIFIES), &CHECKS.replace('V', VERIFIES));
        let found = facts.routes[0].decisive();
        wrong.extend((found != class).then(|| format!("{found:?}: {body}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn parts_of_aud_are_told_from_all_of_it() {
    let verified = "SignedJWT j = SignedJWT.parse(t); if (!j.verify(new RSASSAVerifier(key))) throw x; JWTClaimsSet c = j.getJWTClaimsSet(); qsh(c); c.getExpirationTime();";
    for (body, expected) in [
        ("", Some(Audience::Unchecked)),
        ("if (!c.getAudience().contains(baseUrl)) throw x;", None),
        ("if (!c.getAudience().get(0).contains(baseUrl)) throw x;", Some(Audience::Partly)),
        ("if (!c.getAudience().get(0).equals(baseUrl)) throw x;", None),
        ("if (!c.getAudience().toString().startsWith(baseUrl)) throw x;", Some(Audience::Partly)),
        ("checks.audience(c);", None),
    ] {
        let facts = java(&format!("{verified} {body}"), "void qsh(JWTClaimsSet s) {}");
        let found = kinds(&facts).into_iter().find_map(|kind| match kind {
            WeaknessKind::Audience(audience) => Some(audience),
            _ => None,
        });
        assert_eq!(found, expected, "{body}");
    }
}

#[test]
fn the_host_of_a_key_is_followed_to_where_it_is_from() {
    for (address, expected) in [
        ("\"https://keys.example.com/\" + kid", None),
        ("KEYS + kid", None),
        ("String.format(\"%s/%s\", KEYS, kid)", None),
        ("String.format(\"https://keys.example.com/%s\", kid)", None),
        ("settings.host() + kid", None),
        ("\"http://keys.example.com/\" + kid", Some(KeySource::Http)),
        ("\"http://localhost:8081/\" + kid", None),
        ("h.getBaseUrl() + \"/keys/\" + kid", Some(KeySource::Request)),
        ("\"https://\" + h.getBaseUrl() + \"/keys/\" + kid", Some(KeySource::Request)),
        ("j.getJWTClaimsSet().getIssuer() + \"/\" + kid", Some(KeySource::Request)),
        ("site + \"/\" + kid", Some(KeySource::Request)),
    ] {
        let body = format!(
            "SignedJWT j = SignedJWT.parse(t); String kid = j.getHeader().getKeyID(); String site = j.getJWTClaimsSet().getIssuer(); String pem = http.getForObject({address}, String.class); j.verify(new RSASSAVerifier(read(pem)));"
        );
        let facts = java(&body, "static final String KEYS = \"https://keys.example.com/\";");
        let found = kinds(&facts).into_iter().find_map(|kind| match kind {
            WeaknessKind::Key(source) => Some(source),
            _ => None,
        });
        assert_eq!(found, expected, "{address}");
    }
}

#[test]
fn other_requests_of_the_handler_fetch_no_key() {
    let body = "if (!jwt.verify(new RSASSAVerifier(key))) throw x; http.getForObject(h.getBaseUrl() + \"/rest/api/3/myself\", String.class);";
    let facts = java(body, "");
    assert!(!kinds(&facts).iter().any(|kind| matches!(kind, WeaknessKind::Key(_))), "{:?}", kinds(&facts));
}

const CONTROLLER: &str = "@RestController class C { @PostMapping(\"/installed\") void m(@RequestBody Host h) { hosts.save(h); } @PostMapping(\"/uninstalled\") void n(@RequestBody Host h) { hosts.delete(h); } }";

/// The decisive classes of `/installed` and `/uninstalled` behind more code.
fn behind(more: &str) -> [GuardClass; 2] {
    let facts = read(&[("C.java", CONTROLLER), ("D.java", more)]);
    [facts.routes[0].decisive(), facts.routes[1].decisive()]
}

/// A filter with a condition around its verification of Connect's tokens.
fn filter(head: &str, body: &str) -> String {
    format!(
        "{head} class TokenFilter {{ void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain) {{ {body} }} void check(HttpServletRequest request) {{ String token = request.getHeader(\"Authorization\").replace(\"JWT\", \"\"); jwt.verify(new MACVerifier(secret)); }} }}"
    )
    .replace("class TokenFilter", "class TokenFilter extends OncePerRequestFilter")
}

#[test]
fn filters_are_judged_on_each_path() {
    use GuardClass::{Symmetric, Unknown, Unverified};
    let refuse = "response.sendError(401);";
    for (body, expected) in [
        (format!("check(request); {refuse}"), [Symmetric, Symmetric]),
        ("check(request); chain.doFilter(request, response);".to_owned(), [Unknown, Unknown]),
        (
            format!(
                "if (!request.getRequestURI().equals(\"/installed\")) {{ check(request); {refuse} }} chain.doFilter(request, response);"
            ),
            [Unverified, Symmetric],
        ),
        (
            format!(
                "if (request.getServletPath().startsWith(\"/un\")) {{ chain.doFilter(request, response); return; }} check(request); {refuse}"
            ),
            [Symmetric, Unverified],
        ),
        (format!("if (isOpen(request)) {{ return; }} check(request); {refuse}"), [Unknown, Unknown]),
        (format!("if (PATHS.contains(request.getRequestURI())) {{ check(request); {refuse} }}"), [Unknown, Unknown]),
        (
            format!("if (request.getRequestURI().matches(\"^/in.*\")) {{ check(request); {refuse} }}"),
            [Unknown, Unknown],
        ),
    ] {
        assert_eq!(behind(&filter("", &body)), expected, "{body}");
    }
    let exempt = "@Override protected boolean shouldNotFilter(HttpServletRequest request) { return request.getServletPath().endsWith(\"/installed\"); }";
    let both = filter("", &format!("check(request); {refuse}")).replace("void check", &format!("{exempt} void check"));
    // `/uninstalled` ends otherwise than with `/installed`
    assert_eq!(behind(&both), [Unverified, Symmetric]);
    let other = filter("", &format!("check(request); {refuse}")).replace("\"JWT\"", "\"Bearer\"");
    assert_eq!(behind(&other), [Unknown, Unknown]);
}

#[test]
fn filters_are_registered_for_paths() {
    use GuardClass::{Symmetric, Unknown, Unverified};
    let verifying = filter("", "check(request); response.sendError(401);");
    for (head, more, expected) in [
        ("@WebFilter(\"/installed\")", "", [Symmetric, Unverified]),
        ("@WebFilter(urlPatterns = {\"/api/*\", \"/uninstalled\"})", "", [Unverified, Symmetric]),
        (
            "",
            "class F { FilterRegistrationBean<TokenFilter> bean() { FilterRegistrationBean<TokenFilter> bean = new FilterRegistrationBean<>(new TokenFilter()); bean.addUrlPatterns(\"/installed/*\"); return bean; } }",
            [Symmetric, Unverified],
        ),
    ] {
        assert_eq!(behind(&format!("{head} {verifying} {more}")), expected, "{head} {more}");
    }
    let interceptor = verifying.replace("extends OncePerRequestFilter", "implements HandlerInterceptor");
    for (registration, expected) in [
        ("registry.addInterceptor(filter);", [Symmetric, Symmetric]),
        ("registry.addInterceptor(filter).addPathPatterns(\"/in*\");", [Symmetric, Unverified]),
        (
            "registry.addInterceptor(filter).addPathPatterns(\"/**\").excludePathPatterns(\"/installed\");",
            [Unverified, Symmetric],
        ),
        ("registry.addInterceptor(new TokenFilter()).excludePathPatterns(\"/**\");", [Unverified, Unverified]),
        ("", [Unknown, Unknown]),
    ] {
        let more = format!(
            "class W {{ TokenFilter filter; void addInterceptors(InterceptorRegistry registry) {{ {registration} }} }}"
        );
        assert_eq!(behind(&format!("{interceptor} {more}")), expected, "{registration}");
    }
}

#[test]
fn the_first_rule_of_the_first_chain_decides() {
    use GuardClass::{Unknown, Unverified};
    let method = |annotation: &str, body: &str| {
        format!("{annotation} SecurityFilterChain c(HttpSecurity http) {{ return http.{body}.build(); }}")
    };
    for (methods, expected) in [
        (method("", "authorizeHttpRequests(a -> a.anyRequest().authenticated())"), [Unknown, Unknown]),
        (
            method(
                "",
                "authorizeHttpRequests(a -> a.requestMatchers(\"/installed\").permitAll().anyRequest().authenticated())",
            ),
            [Unverified, Unknown],
        ),
        (
            method(
                "",
                "authorizeRequests().antMatchers(\"/installed\").authenticated().antMatchers(\"/**\").permitAll()",
            ),
            [Unknown, Unverified],
        ),
        (
            method("", "authorizeRequests().antMatchers(OPEN).permitAll().anyRequest().denyAll()"),
            [Unverified, Unverified],
        ),
        (
            method(
                "",
                "authorizeRequests().antMatchers(HttpMethod.GET, \"/**\").permitAll().anyRequest().authenticated()",
            ),
            [Unknown, Unknown],
        ),
        (method("", "csrf().disable()"), [Unverified, Unverified]),
        (
            method("@Order(2)", "authorizeHttpRequests(a -> a.anyRequest().authenticated())")
                + &method(
                    "@Order(1)",
                    "securityMatcher(\"/installed\").authorizeHttpRequests(a -> a.anyRequest().permitAll())",
                ),
            [Unverified, Unknown],
        ),
        (
            method("@Order(Ordered.HIGHEST_PRECEDENCE)", "authorizeHttpRequests(a -> a.anyRequest().authenticated())")
                + &method("@Order(1)", "authorizeHttpRequests(a -> a.anyRequest().permitAll())"),
            [Unknown, Unknown],
        ),
        (
            method("", "authorizeHttpRequests(a -> a.anyRequest().authenticated())")
                + "WebSecurityCustomizer w() { return web -> web.ignoring().requestMatchers(\"/uninstalled\"); }",
            [Unknown, Unverified],
        ),
    ] {
        let text = format!(
            "@Configuration class S {{ static final String[] OPEN = {{ \"/installed\", \"/un*\" }}; {methods} }}"
        );
        assert_eq!(behind(&text), expected, "{methods}");
    }
}
