# The commands of a working day. `just` lists them.

[private]
default:
    @just --list

# toolchain and packages; nothing after it needs the network
setup:
    rustup show active-toolchain || rustup toolchain install
    cargo fetch --locked

# does it compile, tests included
check:
    cargo check --locked --all-targets

# all tests, or those of a file: `just test --test rules signed-install`
test *arguments:
    cargo test --locked {{ arguments }}

fmt:
    cargo fmt

lint:
    cargo fmt --check
    cargo clippy --locked --all-targets -- -D warnings
    cargo clippy --locked --no-default-features -- -D warnings

docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps

# licences, sources, advisories; needs cargo-deny, and the network for the advisories
deny:
    cargo deny --locked check

# what sarif-multitool says of our reports: of every fixture with findings, or of the trees given; needs npm
sarif-check *trees:
    ./.ci/sarif-check {{ trees }}

# real apps, checked and asked, and one of them mended, or those whose name is given; needs Node 18, npm and the registry
e2e *name:
    ./.ci/e2e {{ name }}

# a pull request that adds an open hook, as GitHub Actions sees it
pull-request:
    ./.ci/pull-request

# hostile input: every target for so many seconds, or executions: `just fuzz 60`, `just fuzz 1000000x json`
fuzz limit="60" *targets:
    ./.ci/fuzz {{ limit }} {{ targets }}

# a release, built twice in two folders: is it the same bytes?
reproducible target="x86_64-unknown-linux-gnu":
    ./.ci/reproducible {{ target }}

# connect-lint beside `rg -l` and other linters, and how its cost grows; needs Python 3, npm and the registry
bench *arguments:
    cargo build --release --locked
    python3 benches/run.py {{ arguments }}

# instructions of some checks, compared with benches/instructions.json; needs Python 3 and valgrind
bench-instructions *arguments:
    cargo build --release --locked
    python3 benches/instructions.py {{ arguments }}

# how the cost of a file grows with its lines, in instructions: `just bench-growth Flask`; needs Python 3 and valgrind
bench-growth *forms:
    cargo build --release --locked
    python3 benches/growth.py {{ forms }}

# everything a change must pass
ci:
    ./.ci/run
