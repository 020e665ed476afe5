use connect_lint::{
    ecosystem,
    facts::Facts,
    javascript,
    source::{SourceFile, Sources},
};
fn walk(root: &std::path::Path, dir: &std::path::Path, out: &mut Vec<SourceFile>) {
    let Ok(rd) = std::fs::read_dir(dir) else { return };
    for e in rd.flatten() {
        let p = e.path();
        let n = e.file_name().to_string_lossy().to_string();
        let Ok(ft) = e.file_type() else { continue };
        if ft.is_dir() {
            if ["node_modules", ".git"].contains(&n.as_str()) {
                continue;
            }
            walk(root, &p, out)
        } else if ft.is_file() {
            let rel = p.strip_prefix(root).unwrap().to_string_lossy().to_string();
            let cfg = n == "tsconfig.json"
                || n == "package.json"
                || n == "firebase.json"
                || n == "vercel.json"
                || n == "netlify.toml"
                || n.starts_with("serverless.y");
            if !cfg && !javascript::project::is_part_of_app(&rel) {
                continue;
            }
            if let Ok(b) = std::fs::read(&p) {
                out.push(SourceFile::decode(rel, b));
            }
        }
    }
}
fn main() {
    let all = std::env::var("ALL").is_ok();
    for root in std::env::args().skip(1) {
        let r = std::path::Path::new(&root);
        let mut files = vec![];
        walk(r, r, &mut files);
        let n = files.len();
        let s = Sources::new(files);
        let mut f = Facts::default();
        let t = std::time::Instant::now();
        javascript::read(&s, &mut f);
        println!(
            "== {root} files={n} {:?} routes={} opaque={} desc={}",
            t.elapsed(),
            f.routes.len(),
            f.opaque_routes.len(),
            f.descriptors.len()
        );
        let at = |sp: connect_lint::source::Span| {
            let file = s.file(sp.file);
            let line = file.text[..sp.start.min(file.text.len())].matches('\n').count() + 1;
            format!("{}:{line}", file.path)
        };
        for r in &f.routes {
            let p = r.path.value.to_lowercase();
            if !all && !["install", "enabled", "disabled", "lifecycle", "event"].iter().any(|w| p.contains(w)) {
                continue;
            }
            println!(
                "  {:?} {} [{}] reach={:?} mounted={} deferred={} bp={} addon={:?} decisive={:?}",
                r.method,
                r.path.value,
                at(r.span),
                r.reach,
                r.mounted,
                r.deferred,
                r.body_parsed,
                r.addon,
                r.decisive()
            );
            for g in &r.guards {
                println!(
                    "      guard {} {:?} ace={} stores={:?} ev={}",
                    g.name,
                    g.class,
                    g.ace_call.is_some(),
                    g.stores.map(at),
                    g.evidence.iter().map(|l| format!("{} {}", at(l.span), l.message)).collect::<Vec<_>>().join("; ")
                );
            }
            println!(
                "      handler {:?} acts={:?} ev={}",
                r.handler.class,
                r.handler.acts.map(at),
                r.handler
                    .evidence
                    .iter()
                    .map(|l| format!("{} {}", at(l.span), l.message))
                    .collect::<Vec<_>>()
                    .join("; ")
            );
        }
        for d in &f.descriptors {
            println!(
                "  descriptor {} keys={:?}",
                at(d.tree.span),
                d.tree.members().iter().map(|m| m.key.value.clone()).collect::<Vec<_>>()
            );
        }
        if all {
            for o in &f.opaque_routes {
                println!("  opaque {} {}", at(o.span), o.message);
            }
        }
        for t in &f.transformers {
            println!("  transformer {}", at(*t));
        }
    }
    let _ = ecosystem::interest("x");
}
