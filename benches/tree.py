"""Trees to measure on: real code of many packages with apps planted in it.

The packages come from the npm registry, each in a pinned release; what they hold is the same wherever it is unpacked. Their
folders are renamed where any tool leaves them out by their names, so that everybody looks at the same files. 80 of the
planted apps verify a lifecycle callback wrongly; 80 others look alike and do not.
"""

import json
import os
import random
import re
import shutil
import subprocess
import tarfile
import tempfile

PACKAGES = [
    "next@14.2.5", "monaco-editor@0.50.0", "date-fns@3.6.0", "@mui/material@5.16.4", "three@0.166.1", "core-js@3.37.1",
    "googleapis@140.0.1", "antd@5.19.2", "webpack@5.93.0", "lodash@4.17.21", "aws-sdk@2.1659.0", "rxjs@7.8.1",
    "typeorm@0.3.20", "puppeteer-core@22.13.1", "ethers@6.13.1", "mongoose@8.5.1", "graphql@16.9.0",
    "@nestjs/core@10.3.10", "@nestjs/common@10.3.10", "knex@3.1.0", "sequelize@6.37.3", "web3@4.11.0", "express@4.19.2",
    "@aws-sdk/client-s3@3.614.0", "@angular/core@18.1.1",
]

# names that ignore lists of linters have, and what stands for them
NEUTRAL = {
    "dist": "emitted", "build": "assembled", "out": "outcome", "bin": "commands", "target": "goal",
    "test": "trial", "tests": "trials", "__tests__": "trials-inside", "vendor": "foreign", "vendors": "foreigners",
    "node_modules": "installed-packages", "third_party": "third", "min": "small",
}
CODE = re.compile(r"\.[cm]?[jt]sx?$")
NO_CODE = re.compile(r"\.(d\.[cm]?ts|min\.[cm]?js)$")
LARGEST = 600_000

# a line of this length on average is not written by people; every linter looks at it in its own way
LONGEST_LINES = 400

# 80 apps that are wrong, 80 that are right
PLANTED = 80
SERVER = """import express from 'express';
import connect from 'atlassian-connect-express';

const app = express();
const addon = connect(app);
const router = express.Router();
app.use('/', router);

"""
WRONG = [
    "app.post('/uninstalled', addon.authenticate(), (request, response) => response.sendStatus(204));\n",
    "router.post('/uninstalled', addon.authenticate(), function (request, response) {\n  response.status(204).end();\n});\n",
    "app.post(\n  \"/uninstalled\",\n  addon.authenticate(),\n  async (request, response) => {\n"
    "    await tenants.remove(request.context.clientKey);\n    response.sendStatus(204);\n  },\n);\n",
    "router.post('/uninstalled', addon.authenticate(true), limit, (request, response) => response.sendStatus(204));\n",
]
RIGHT = [
    "app.post('/uninstalled', addon.authenticateInstall(), (request, response) => response.sendStatus(204));\n",
    "// app.post('/uninstalled', addon.authenticate(), (request, response) => response.sendStatus(204));\n",
    "const example = \"app.post('/uninstalled', addon.authenticate(), remove)\";\n",
    "app.post('/issue-updated', addon.authenticate(), (request, response) => response.sendStatus(204));\n",
]
DESCRIPTOR = {
    "key": "planted", "baseUrl": "https://planted.example.com", "authentication": {"type": "jwt"},
    "lifecycle": {"installed": "/installed", "uninstalled": "/uninstalled"},
    "apiMigrations": {"signed-install": True, "context-qsh": True}, "modules": {},
}
MANIFEST = {"name": "planted", "private": True, "dependencies": {"atlassian-connect-express": "11.5.3"}}
# the findings of the planted apps, and of nothing else
RULE = "symmetric-lifecycle-hook"


def packages(folder):
    """Unpacks the code of every package, once; the paths of its files, in order."""
    os.makedirs(folder, exist_ok=True)
    for package in PACKAGES:
        own = os.path.join(folder, package.replace("/", "-").lstrip("@"))
        if not os.path.isdir(own):
            unpack(package, own)
    files = [os.path.join(at, name) for at, _, names in os.walk(folder) for name in names]
    return sorted(os.path.relpath(path, folder) for path in files)


def unpack(package, folder):
    with tempfile.TemporaryDirectory() as download:
        subprocess.run(["npm", "pack", package, "--silent", "--pack-destination", download], check=True, stdout=subprocess.DEVNULL)
        [archive] = os.listdir(download)
        part = folder + ".part"
        shutil.rmtree(part, ignore_errors=True)
        with tarfile.open(os.path.join(download, archive)) as members:
            for member in members:
                parts = member.name.split("/")[1:]
                if not member.isfile() or ".." in parts or not is_code(parts[-1] if parts else "", member.size):
                    continue
                text = members.extractfile(member).read()
                if len(text) > LONGEST_LINES * (text.count(b"\n") + 1):
                    continue
                path = os.path.join(part, *[NEUTRAL.get(name, name) for name in parts])
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "wb") as file:
                    file.write(text)
        os.makedirs(part, exist_ok=True)
        os.rename(part, folder)


def is_code(name, size):
    return bool(CODE.search(name)) and not NO_CODE.search(name) and 0 < size < LARGEST


def build(pool, root, count=None):
    """A tree of `count` files of the pool, or of all of them, with the planted apps; more than there are is copies of them.

    Returns the paths of the files that are wrong."""
    shutil.rmtree(root, ignore_errors=True)
    files = packages(pool)
    chance = random.Random(8)
    count = len(files) if count is None else count
    chosen = []
    for copy in range(-(-count // len(files))):
        some = files if count - len(chosen) >= len(files) else sorted(chance.sample(files, count - len(chosen)))
        chosen += [(path, os.path.join(f"part-{copy + 1}", path)) for path in some]
    for source, path in chosen:
        place(os.path.join(root, path), read(os.path.join(pool, source)))
    return plant(root, sorted({os.path.dirname(path) for _, path in chosen}), chance)


def plant(root, folders, chance):
    wrong = []
    for number, folder in enumerate(chance.choices(folders, k=2 * PLANTED)):
        path = os.path.join(folder, f"planted-{number + 1:03}.{'ts' if number % 3 == 2 else 'js'}")
        if number < PLANTED:
            wrong.append(path)
        last = (WRONG if number < PLANTED else RIGHT)[number % 4]
        place(os.path.join(root, path), (SERVER + last).encode())
    place(os.path.join(root, "atlassian-connect.json"), json.dumps(DESCRIPTOR, indent=2).encode())
    place(os.path.join(root, "package.json"), json.dumps(MANIFEST, indent=2).encode())
    return sorted(wrong)


def copies(apps, root, count):
    """`count` copies of each app, in folders of their own."""
    shutil.rmtree(root, ignore_errors=True)
    for number in range(count):
        for app in apps:
            shutil.copytree(app, os.path.join(root, f"{number + 1:04}", os.path.basename(os.path.normpath(app))), symlinks=True)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def place(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(text)
