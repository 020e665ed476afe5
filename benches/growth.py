#!/usr/bin/env python3
"""Counts the instructions of checks of one file in which lines of one kind are repeated, and prints how the cost grows with
them. Exits with 1 where it grows faster than the lines do.

Needs valgrind, and a release build. Names of forms, or parts of them, may be given.
"""

import argparse
import json
import os
import sys
import tempfile

from instructions import PROJECT, count

SIZES = [100, 200, 400, 800]
# what the last doubling adds, to what the one before added: 2 where every line costs the same, 4 where each costs what all do
LIMIT = 2.6

DESCRIPTOR = json.dumps({"key": "a.b", "baseUrl": "https://a.example", "lifecycle": {"installed": "/installed"}})
EXPRESS = "const app = require('express')();\nfunction f(req, res) { save(req.body); res.end(); }\napp.post('/installed', f);\n"
ACE = "const ace = require('atlassian-connect-express');\n" + EXPRESS + "const addon = ace(app);\n"
FLASK = "from flask import Flask, Blueprint\napp = Flask(__name__)\n"
POM = (
    "<project><dependencies><dependency><groupId>com.atlassian.connect</groupId>"
    "<artifactId>atlassian-connect-spring-boot-starter</artifactId><version>2.1.0</version></dependency>"
)
JAVA = 'Object i%d(@RequestBody Host host) { hosts.save(host); return null; }\n'

# by name: the file, what stands before the lines, a line with %d for its number, and what stands behind
FORMS = {
    "Express, routes": ("app.js", EXPRESS, "app.post('/a%d', (req, res) => { save(req.body); });\n", ""),
    "Express, routes of one hook": ("app.js", EXPRESS, "app.post('/installed', f); // %d\n", ""),
    "Express, paths": ("app.js", EXPRESS + "app.post([", "'/a%d', ", "'/installed'], f);\n"),
    "Express, middlewares": ("app.js", EXPRESS, "app.use('/a%d', f);\n", ""),
    "Express, setup functions": ("app.js", EXPRESS, "function s%d(a) { a.post('/installed', f); }\n", ""),
    "Express, calls of one": ("app.js", EXPRESS + "function s(p) { app.post(p, f); }\n", "s('/installed'); // %d\n", ""),
    "ACE, routes": ("app.js", ACE, "app.post('/a%d', addon.authenticate(), (req, res) => { save(req.body); });\n", ""),
    "ACE, routers": ("app.js", ACE, "{ const r = require('express').Router(); r.post('/installed', f); app.use(r); } // %d\n", ""),
    "decoded tokens": (
        "app.js",
        "const jwt = require('atlassian-jwt');\n" + EXPRESS + "app.post('/installed', (req, res) => {\n",
        "const t%d = jwt.decode(req.query.jwt, '', true);\n",
        "});\n",
    ),
    "Nest": ("a.controller.ts", "@Controller()\nclass A {\n", "@Post('installed') i%d(@Body() b) { this.s.save(b); }\n", "}\n"),
    "Flask, routes": ("app.py", FLASK, "@app.route('/installed', methods=['POST'])\ndef i%d():\n    save(request.json)\n", ""),
    "Flask, blueprints": (
        "app.py",
        FLASK,
        "b%d = Blueprint('b')\n@b%d.post('/installed')\ndef i():\n    save(request.json)\napp.register_blueprint(b%d)\n",
        "",
    ),
    "Django": ("urls.py", "urlpatterns = [\n", "path('installed', i%d), path('a%d/', include('a%d.urls')),\n", "]\n"),
    "Sinatra": ("app.rb", "require 'sinatra'\n", "post '/installed' do\n  save(params) # %d\nend\n", ""),
    "Laravel": ("routes/web.php", "<?php\n", "Route::post('/installed', function ($r) { save($r); })->middleware('a%d');\n", ""),
    "Go": ("main.go", "package main\nfunc main() {\n", "r.Use(a%d)\nr.POST(\"/installed\", i)\n", "}\nfunc i(c Context) { save(c) }\n"),
    "ASP.NET": ("A.cs", "class A {\n", '[HttpPost("/installed")] object I%d(Host h) { repo.Save(h); return 1; }\n', "}\n"),
    "Spring, controllers": ("A.java", "", '@RestController class A%d { @PostMapping("/installed") ' + JAVA[:-1] + " }\n", ""),
    "Spring, mappings": ("A.java", "@RestController class A {\n", '@PostMapping("/installed") ' + JAVA, "}\n"),
    "YAML, documents": (
        "src/main/resources/application.yml",
        "a: b\n",
        "---\nspring.config.activate.on-profile: p%d\natlassian.connect.allow-reinstall-missing-host: true\n",
        "",
    ),
    "pom.xml": ("pom.xml", POM, "<dependency><groupId>a</groupId><artifactId>b%d</artifactId></dependency>\n", "</dependencies></project>"),
    "Gemfile": ("Gemfile", "", "gem 'atlassian-jwt', '0.1.%d'\n", ""),
    "findings in lines": ("Dockerfile", "FROM a\n", "ENV AC_OPTS=no-auth A=%d\n", ""),
    "findings in a line": ("Dockerfile", "FROM a\nENV", " AC_OPTS=no-auth A=%d", "\n"),
}


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    arguments.add_argument("--bin", default=os.path.join(os.environ.get("CARGO_TARGET_DIR", f"{PROJECT}/target"), "release/connect-lint"))
    arguments.add_argument("--format", default="sarif", help="the report's, whose cost is part of it")
    arguments.add_argument("forms", nargs="*")
    options = arguments.parse_args()
    chosen = [name for name in FORMS if not options.forms or any(part in name for part in options.forms)]
    if not chosen:
        sys.exit(f"no such form; there are: {', '.join(FORMS)}")
    print(f"  {'instructions, in millions':28}" + "".join(f"{size:>9}" for size in SIZES) + "   growth")
    faster = [name for name in chosen if grows(name, options)]
    sys.exit(f"grows faster than its lines: {', '.join(faster)}" if faster else 0)


def grows(name, options):
    """Prints the row of a form; whether its cost grows faster than its lines."""
    counted = [measured(name, size, options) for size in SIZES]
    growth = (counted[3] - counted[2]) / max(counted[2] - counted[1], 1)
    # lines that are not read cost next to nothing, and what they add is noise
    is_over = growth > LIMIT and counted[3] > 1.1 * counted[2]
    print(f"  {name:28}" + "".join(f"{figure / 1e6:9.1f}" for figure in counted) + f"   {growth:6.2f}  {'OVER' if is_over else ''}")
    return is_over


def measured(name, size, options):
    """The instructions of a check of an app whose file has so many lines of a form."""
    path, before, line, behind = FORMS[name]
    lines = "".join(line.replace("%d", str(number)) for number in range(size))
    package = "atlassian-connect-express" if "ace(app)" in before or path == "Dockerfile" else "express"
    files = {
        "atlassian-connect.json": DESCRIPTOR,
        "package.json": json.dumps({"dependencies": {package: "6.0.0"}}),
        path: before + lines + behind,
    }
    with tempfile.TemporaryDirectory() as root:
        for relative, text in files.items():
            os.makedirs(os.path.dirname(os.path.join(root, relative)), exist_ok=True)
            with open(os.path.join(root, relative), "w", encoding="utf-8") as file:
                file.write(text)
        return count([options.bin, "check", root, "--format", options.format])


if __name__ == "__main__":
    main()
