//! Versions and ranges of every registry; patterns of paths; expressions over profiles.

#![no_main]

use connect_lint_fuzz::{laws, seeds::Seeds, target};

/// A line is one version, range, path, pattern or expression.
const LINES: &[&str] = &[
    "7.4.4\n^7.4.4\n7.0.0-beta.1\n>=6 <8\n~7\n7.x || 8.x\n6.6.0 - 7\n",
    "2.2.3\n2.2.3-SNAPSHOT\n[2.1,2.3)\n(,2.2.1]\n[2.2.3]\n2.3.0-RC1\n2.2-alpha-1\n2.2.ga\n",
    "0.9.1\n~> 0.9\n>= 1, < 2\n!= 1.2\n1.0.0.pre\n",
    "1.3.0\n^1.3 || ~2.0\n1.*\ndev-main\n>=1.0 <2.0,!=1.5\n1.0 - 2.0\nv1.2.3@stable\n",
    "1.8.0\n~=1.8\n==1.*\n>=1,<2\n1.0rc1\n1!2.0.post1.dev3\n===1.0\n",
    "v0.2.1\nv0.2.1-0.20210101000000-abcdefabcdef\nv2.0.0+incompatible\n",
    "apps/legacy\napps/legacy/server.js\n**/*.js\n./services/*/server.ts\n{a,b}/[c-d]?\n",
    "prod & !dev\n!(dev | us), test\n${a.b:${c:d}}\n@project.version@\n/installed?x#y\n/**/installed\n",
    "src/main/resources/config/application-prod.yml\nbootstrap.properties\nATLASSIAN_CONNECT_ALLOW_REINSTALL\n",
];

target!(law: laws::versions, seeds: Seeds::of(LINES));
