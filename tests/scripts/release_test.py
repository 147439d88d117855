#!/usr/bin/env python3
"""scripts/release.sh and scripts/sbom.py, in a repository whose packages take no time to build."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGE = r"""#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "$0")/.."
build=build-package
mkdir -p $build/packages $build/root/usr/bin $build/root/DEBIAN
{
    printf 'rule cc\n  command = gcc -MD -MF $out.d -c $in -o $out\n  deps = gcc\n  depfile = $out.d\nbuild a.o: cc ../a.c\n' > $build/build.ninja
    ninja -C $build
} >&2
version=$(sed -n 's/^project(psa-host VERSION \([0-9.]*\) .*/\1/p' CMakeLists.txt)
printf '#!/bin/sh\necho %s\n# %s\n' "$version" "$(cat path 2> /dev/null && pwd || true)" > $build/root/usr/bin/psa-host
printf 'Package: psa-host\nVersion: %s\nArchitecture: amd64\nMaintainer: The authors <a@b.example>\nDepends: libc6 (>= 2.36), nobody-has-it | dpkg\nDescription: a\n' \
    "$version" > $build/root/DEBIAN/control
chmod -R u=rwX,go=rX $build/root
chmod 755 $build/root/usr/bin/psa-host
find $build/root -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
dpkg-deb --root-owner-group -b $build/root $build/packages/psa-host_${version}_amd64.deb >&2
ls "$PWD"/$build/packages/*.deb
"""


class Release(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name) / "tree"
        (self.root / "scripts").mkdir(parents=True)
        (self.root / "packaging" / "deb").mkdir(parents=True)
        for name in ("release.sh", "sbom.py", "install-packages.sh"):
            shutil.copy(ROOT / "scripts" / name, self.root / "scripts")
        (self.root / "scripts" / "packages.sh").write_text("release_packages=(minisign) header_packages=()\n")
        (self.root / "scripts" / "package.sh").write_text(PACKAGE)
        (self.root / "scripts" / "package.sh").chmod(0o755)
        (self.root / "a.c").write_text("#include <stdio.h>\nint main(void) { return puts(\"\"); }\n")
        (self.root / ".gitignore").write_text("build-*/\n")
        self.write("1.2.0", "## 1.2.0 (2026-12-01)", "Tue, 01 Dec 2026 10:00:00 +0000")
        self.git("init", "--quiet")
        self.commit()

    def tearDown(self):
        self.folder.cleanup()

    def write(self, version, heading, debian_day, debian_version=None):
        (self.root / "CMakeLists.txt").write_text(f"project(psa-host VERSION {version} LANGUAGES C CXX)\n")
        (self.root / "CHANGELOG.md").write_text(f"# Changelog\n\n{heading}\n\n- New.\n\n## 1.1.0 (2026-11-01)\n")
        (self.root / "packaging" / "deb" / "changelog").write_text(
            f"psa-host ({debian_version or version}) bookworm; urgency=medium\n\n  * New.\n\n -- The authors <a@b.example>  {debian_day}\n")

    def git(self, *words):
        return subprocess.run(["git", "-C", self.root, "-c", "user.name=a", "-c", "user.email=a@b.example", *words], check=True, text=True,
                              stdout=subprocess.PIPE).stdout.strip()

    def commit(self):
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "All")

    def release(self, *words):
        """Exit code and what was said."""
        environment = {name: value for name, value in os.environ.items() if name != "PSA_RELEASE_KEY"}
        done = subprocess.run([self.root / "scripts" / "release.sh", *words], text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, env=environment, check=False)
        return done.returncode, done.stdout

    def refused(self, message, *words):
        code, said = self.release(*(words or ("--unsigned",)))
        self.assertEqual(code, 1, said)
        self.assertIn(message, said)
        self.assertFalse((self.root / "build-release" / "psa-host-1.2.0").exists())

    def keys(self, password=None):
        """A pair made for this test."""
        secret, public = self.root.parent / "throw-away.key", self.root.parent / "throw-away.pub"
        command = ["minisign", "-G", "-f", "-s", secret, "-p", public] + ([] if password else ["-W"])
        subprocess.run(command, input=f"{password}\n{password}\n", text=True, check=True, stdout=subprocess.DEVNULL)
        return str(secret), str(public)

    # --- what is refused

    def test_uncommitted_files_are_refused(self):
        (self.root / "new.c").write_text("")
        self.refused("not committed")

    def test_an_unreleased_changelog_is_refused(self):
        for heading in ("## Unreleased (1.2)", "## 1.2.0", "## 1.2.0 (soon)", "## 1.3.0 (2026-12-01)", "## 1.2.0-rc1 (2026-12-01)"):
            self.write("1.2.0", heading, "Tue, 01 Dec 2026 10:00:00 +0000")
            self.commit()
            self.refused(f'CHANGELOG.md begins with "{heading}"; expected "## 1.2.0 (YYYY-MM-DD)"')

    def test_the_changelog_of_the_package_must_agree(self):
        self.write("1.2.0", "## 1.2.0 (2026-12-01)", "Tue, 01 Dec 2026 10:00:00 +0000", debian_version="1.1.0")
        self.commit()
        self.refused("expected an entry of 1.2.0")
        self.write("1.2.0", "## 1.2.0 (2026-12-01)", "Mon, 30 Nov 2026 10:00:00 +0000")
        self.commit()
        self.refused("and CHANGELOG.md of 2026-12-01")

    def test_a_version_that_was_released_is_refused(self):
        self.git("tag", "v1.2.0")
        (self.root / "later").touch()
        self.commit()
        self.refused("v1.2.0 is another commit")

    def test_builds_that_differ_are_refused(self):
        (self.root / "path").touch()  # the fake build writes its folder into the program
        self.commit()
        self.refused("the two builds of psa-host_1.2.0_amd64.deb differ")

    def test_a_release_without_a_key_has_to_be_asked_for(self):
        self.refused("there is no key to sign with", "--public-key", "a")
        self.refused("there is no file nowhere", "--key", "nowhere")
        self.assertEqual(self.release("--nonsense")[0], 2)

    def test_a_signature_of_another_key_is_refused(self):
        other = self.root.parent / "other.pub"
        shutil.copy(self.keys()[1], other)
        secret, _ = self.keys()
        code, said = self.release("--key", secret, "--public-key", str(other))
        self.assertEqual(code, 1, said)
        self.assertIn(f"the signature is not one of the key in {other}", said)

    # --- what is made

    def test_a_signed_release_can_be_verified(self):
        secret, public = self.keys("pass word")
        password = self.root.parent / "password"
        password.write_text("pass word\n")
        code, said = self.release("--key", secret, "--public-key", public, "--password-file", str(password))
        self.assertEqual(code, 0, said)
        self.assertNotIn("NOT SIGNED", said)
        target = self.root / "build-release" / "psa-host-1.2.0"
        self.assertEqual(sorted(file.name for file in target.iterdir()),
                         ["SHA256SUMS", "SHA256SUMS.minisig", "psa-host-1.2.0.spdx.json", "psa-host_1.2.0_amd64.deb"])
        verified = subprocess.run(["minisign", "-V", "-p", public, "-m", target / "SHA256SUMS"], text=True, capture_output=True, check=True)
        self.assertIn("psa-host-1.2.0 of commit " + self.git("rev-parse", "HEAD"), verified.stdout)
        subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=target, check=True, stdout=subprocess.DEVNULL)
        password.write_text("wrong\n")
        code, said = self.release("--key", secret, "--public-key", public, "--password-file", str(password))
        self.assertEqual(code, 1, said)
        self.assertIn("minisign did not sign", said)

    def test_an_unsigned_release_says_so(self):
        code, said = self.release("--unsigned")
        self.assertEqual(code, 0, said)
        self.assertIn("NOT SIGNED: these files are not for publishing.", said)
        self.assertFalse((self.root / "build-release" / "psa-host-1.2.0" / "SHA256SUMS.minisig").exists())

    def test_a_rehearsal_reports_what_a_release_refuses(self):
        self.write("1.2.0", "## Unreleased (1.2)", "Tue, 01 Dec 2026 10:00:00 +0000")
        code, said = self.release("--rehearsal")
        self.assertEqual(code, 0, said)
        self.assertIn("not ready for a release: the tree has changes", said)
        self.assertIn("not ready for a release: CHANGELOG.md begins with", said)
        self.assertIn("NOT SIGNED", said)

    def test_two_releases_of_a_commit_are_equal(self):
        made = []
        for _ in range(2):
            self.assertEqual(self.release("--unsigned")[0], 0)
            made.append((self.root / "build-release" / "psa-host-1.2.0" / "SHA256SUMS").read_text())
        self.assertEqual(made[0], made[1])

    # --- the SBOM

    def sbom(self):
        code, said = self.release("--unsigned")
        self.assertEqual(code, 0, said)
        return json.loads((self.root / "build-release" / "psa-host-1.2.0" / "psa-host-1.2.0.spdx.json").read_text())

    def test_the_sbom_has_what_spdx_demands(self):
        document = self.sbom()
        self.assertEqual((document["spdxVersion"], document["dataLicense"], document["SPDXID"]), ("SPDX-2.3", "CC0-1.0", "SPDXRef-DOCUMENT"))
        self.assertRegex(document["documentNamespace"], "^https://[^#]+$")
        self.assertRegex(document["creationInfo"]["created"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        elements = [package["SPDXID"] for package in document["packages"]]
        self.assertEqual(len(elements), len(set(elements)))
        for package in document["packages"]:
            self.assertRegex(package["SPDXID"], "^SPDXRef-[A-Za-z0-9.-]+$")
            self.assertTrue(package["name"] and package["versionInfo"] and package["downloadLocation"], package)
            self.assertRegex(package["licenseDeclared"], r"^(NOASSERTION|[A-Za-z0-9.-]+( AND [A-Za-z0-9.-]+)*)$")
        for each in document["relationships"]:
            for end in ("spdxElementId", "relatedSpdxElement"):
                self.assertIn(each[end], [*elements, "SPDXRef-DOCUMENT"])

    def test_the_sbom_names_what_is_installed(self):
        document = self.sbom()
        packages = {package["name"]: package for package in document["packages"]}
        relations = {(each["spdxElementId"], each["relationshipType"], each["relatedSpdxElement"]) for each in document["relationships"]}
        def related(one, kind, other):
            return (packages[one]["SPDXID"], kind, packages[other]["SPDXID"]) in relations
        self.assertTrue(related("psa-host", "DEPENDS_ON", "libc6"))
        self.assertTrue(related("psa-host", "DEPENDS_ON", "dpkg"))  # the alternative that is installed
        self.assertTrue(related("dpkg", "DEPENDS_ON", "tar"))
        self.assertTrue(related("libc6-dev", "BUILD_DEPENDENCY_OF", "psa-host"))  # its library is linked at run time
        for name in ("libc6", "tar"):
            installed = subprocess.run(["dpkg-query", "-W", "-f=${Version}", name], text=True, stdout=subprocess.PIPE, check=True).stdout
            self.assertEqual(packages[name]["versionInfo"], installed)
            self.assertIn(f"pkg:deb/debian/{name}@", packages[name]["externalRefs"][0]["referenceLocator"])


if __name__ == "__main__":
    unittest.main()
