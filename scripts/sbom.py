#!/usr/bin/env python3
"""Writes an SBOM of Debian packages that were built on this machine: SPDX 2.3 in JSON, from dpkg's data.

    sbom.py BUILD_FOLDER VERSION OUTPUT PACKAGE.deb...

For each package: what it depends on, as installed here, and what that depends on in turn. For the build: every package whose
headers were included, by the records of ninja; of those of which no library is linked at run time, such as header-only ones,
the code is in the programs (CONTAINS). Versions, sources and maintainers are dpkg's; licences come from Debian's machine-readable copyright
files, and are NOASSERTION, with Debian's names as a comment, where those cannot be mapped to SPDX's. SOURCE_DATE_EPOCH is the
time of creation.
"""
import datetime
import gzip
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

PROJECT = "https://psa-host.example"
# Names in Debian's copyright files: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/#license-short-name
LICENSES = {
    "apache-2.0": "Apache-2.0", "apache-2": "Apache-2.0", "artistic": "Artistic-1.0-Perl", "bsd-2-clause": "BSD-2-Clause",
    "bsd-3-clause": "BSD-3-Clause", "bsl-1": "BSL-1.0", "bsl-1.0": "BSL-1.0", "boost-1.0": "BSL-1.0", "cc0-1.0": "CC0-1.0", "expat": "MIT", "mit": "MIT",
    "isc": "ISC", "mpl-2.0": "MPL-2.0", "openssl": "OpenSSL", "postgresql": "PostgreSQL", "public-domain": None, "zlib": "Zlib",
}
for _family in ("GPL", "LGPL"):
    for _version in ("2.0", "2.1", "3.0"):
        for _name in (_version, _version.removesuffix(".0")):
            LICENSES[f"{_family}-{_name}".lower()] = f"{_family}-{_version}-only"
            LICENSES[f"{_family}-{_name}+".lower()] = f"{_family}-{_version}-or-later"


def run(*words, folder=None):
    return subprocess.run(words, check=True, text=True, stdout=subprocess.PIPE, cwd=folder).stdout


class Installed:
    """What dpkg knows of this machine."""

    FIELDS = ("Package", "Version", "Architecture", "source:Package", "source:Version", "Maintainer", "Homepage",
              "Depends", "Pre-Depends", "Provides", "db:Status-Abbrev")

    def __init__(self):
        form = "\\x1f".join("${" + field + "}" for field in self.FIELDS) + "\\x1e"
        form = form.replace("\\x1f", "\x1f").replace("\\x1e", "\x1e")
        self.packages, self.providers = {}, {}
        for record in run("dpkg-query", "-W", "-f=" + form).split("\x1e"):
            values = dict(zip(self.FIELDS, record.split("\x1f")))
            if values.get("db:Status-Abbrev", "").startswith("ii"):
                self.packages[values["Package"]] = values
                for provided in names(values["Provides"]):
                    self.providers.setdefault(provided[0], values["Package"])

    def resolve(self, alternatives, wanted_by):
        """The installed package that satisfies one of the alternatives."""
        for name in alternatives:
            found = name if name in self.packages else self.providers.get(name)
            if found:
                return found
        raise SystemExit(f"sbom.py: {wanted_by} depends on {' | '.join(alternatives)}, which is not installed here. "
                         f"Next: apt-get install {alternatives[0]}")

    def below(self, name):
        """What an installed package depends on."""
        values = self.packages[name]
        return [self.resolve(each, name) for field in ("Pre-Depends", "Depends") for each in names(values[field])]

    def owner(self, files):
        """{file: package} of installed files."""
        found = {}
        for line in subprocess.run(["dpkg-query", "-S", *files], text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                   check=False).stdout.splitlines():
            packages, _, file = line.partition(": ")
            found[file] = packages.split(",")[0].split(":")[0]
        return found


def names(relation):
    """[[alternative, ...], ...] of a field such as Depends."""
    return [[re.split(r"[\s(:\[]", each.strip())[0] for each in group.split("|")] for group in relation.split(",") if group.strip()]


def licenses(package, root="/"):
    """(SPDX expression or NOASSERTION, Debian's names) of a package."""
    file = pathlib.Path(root, "usr/share/doc", package, "copyright")
    text = file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""
    if not re.match(r"Format: https?://www\.debian\.org/doc/packaging-manuals/copyright-format", text):
        return "NOASSERTION", []
    paragraphs = [each for each in re.split(r"\n\s*\n", text) if each.startswith("Files:")]
    found = {match.strip() for each in paragraphs for match in re.findall(r"^License:[ \t]*(.*)$", each, re.MULTILINE) if match.strip()}
    spdx = set()
    for name in found:
        for part in re.split(r",?\s+(?:and|or)\s+|\s+and/or\s+", name):
            spdx.add(LICENSES.get(part.lower()))
    if not spdx or None in spdx or any(" or " in name or " with " in name for name in found):
        return "NOASSERTION", sorted(found)
    return " AND ".join(sorted(spdx)), sorted(found)


def headers(build):
    """Every file outside the build and its source that was read by a compiler, by ninja's records."""
    files = set()
    for line in run("ninja", "-t", "deps", folder=build).splitlines():
        if line.startswith("    "):
            file = os.path.realpath(os.path.join(build, line.strip()))
            if "/usr/include/" in file or file.startswith("/usr/lib/"):
                files.add(file)
    return sorted(files)


def of_headers(installed, files):
    """{package: folder that its files were unpacked to, "/" where installed} of what the compilers read."""
    owners = installed.owner([file for file in files if file.startswith("/usr/")])
    found = {package: "/" for package in owners.values()}
    for file in files:
        if not file.startswith("/usr/"):  # unpacked by scripts/install-packages.sh
            root = file.split("/usr/include/")[0]
            for doc in pathlib.Path(root, "usr/share/doc").iterdir():
                found.setdefault(doc.name, root)
        elif file not in owners:
            raise SystemExit(f"sbom.py: no package has {file}, which the build reads. Next: remove it, or install it with apt.")
    return found


def element(name):
    return "SPDXRef-Package-" + re.sub(r"[^A-Za-z0-9.-]", "-", name)


def package(name, version, maintainer, license_found, **more):
    """An SPDX package."""
    spdx, debian = license_found
    entry = {"SPDXID": element(name), "name": name, "versionInfo": version, "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
             "supplier": "Organization: " + re.sub(r" <.*", "", maintainer) if maintainer else "NOASSERTION",
             "licenseConcluded": "NOASSERTION", "licenseDeclared": spdx, "copyrightText": "NOASSERTION", **more}
    if spdx == "NOASSERTION" and debian:
        entry["licenseComments"] = "Debian's copyright file names: " + ", ".join(debian)
    return entry


def of_debian(installed, name, root="/"):
    """The SPDX package of an installed or unpacked package."""
    if root == "/":
        values = installed.packages[name]
        source, version = f"{values['source:Package']} {values['source:Version']}", values["Version"]
        maintainer, homepage, architecture = values["Maintainer"], values["Homepage"], values["Architecture"]
    else:
        log = next(pathlib.Path(root, "usr/share/doc", name).glob("changelog.Debian*"))
        first = (gzip.open(log, "rt", encoding="utf-8") if log.suffix == ".gz" else log.open(encoding="utf-8")).readline()
        source, version = re.match(r"(\S+) \((\S+)\)", first).groups()
        source, maintainer, homepage, architecture = f"{source} {version}", "", "", "all"
    more = {"sourceInfo": "built from Debian's source package " + source,
            "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                              "referenceLocator": f"pkg:deb/debian/{name}@{version}?arch={architecture}&distro=bookworm".replace("+", "%2B")}]}
    if homepage:
        more["homepage"] = homepage
    return package(name, version, maintainer, licenses(name, root), **more)


def of_release(deb):
    """(fields of the control file, the SPDX package) of a package of ours."""
    def field(name):
        return run("dpkg-deb", "-f", deb, name).strip()
    fields = {name: field(name) for name in ("Package", "Version", "Architecture", "Maintainer", "Depends", "Pre-Depends")}
    digest = hashlib.sha256(pathlib.Path(deb).read_bytes()).hexdigest()
    return fields, package(fields["Package"], fields["Version"], fields["Maintainer"], ("Apache-2.0", []), primaryPackagePurpose="INSTALL",
                           packageFileName=os.path.basename(deb), checksums=[{"algorithm": "SHA256", "checksumValue": digest}])


def relation(one, kind, other):
    return {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other}


def closure(installed, first):
    """The packages, and everything that they depend on in turn."""
    found, new = [], list(first)
    while new:
        name = new.pop(0)
        if name not in found:
            found.append(name)
            new += installed.below(name)
    return found


def document(installed, build, version, debs):
    ours = [of_release(deb) for deb in debs]
    known = {fields["Package"] for fields, _ in ours}
    packages = [entry for _, entry in ours]
    relations = [relation("SPDXRef-DOCUMENT", "DESCRIBES", entry["SPDXID"]) for entry in packages]
    direct = []
    for fields, entry in ours:
        for group in names(fields["Pre-Depends"] + "," + fields["Depends"]):
            name = group[0] if group[0] in known else installed.resolve(group, fields["Package"])
            relations.append(relation(entry["SPDXID"], "DEPENDS_ON", element(name)))
            direct += [name] if name not in known else []
    needed = sorted(closure(installed, direct))
    for name in needed:
        relations += [relation(element(name), "DEPENDS_ON", element(below)) for below in dict.fromkeys(installed.below(name))]
    read = of_headers(installed, headers(build))
    shared = {installed.packages[name]["source:Package"] for name in needed}
    for name, root in sorted(read.items()):
        source = installed.packages[name]["source:Package"] if root == "/" else name
        if name in needed or source in shared or name == "linux-libc-dev":  # the kernel's interface is numbers and structs
            relations.append(relation(element(name), "BUILD_DEPENDENCY_OF", packages[0]["SPDXID"]))
        else:
            relations.append(relation(packages[0]["SPDXID"], "CONTAINS", element(name)))
    tools = [name for name in ("g++", "cmake", "ninja-build", "binutils") if name in installed.packages]
    relations += [relation(element(name), "BUILD_TOOL_OF", packages[0]["SPDXID"]) for name in tools]
    every = {**{name: "/" for name in [*needed, *tools]}, **read}
    packages += [of_debian(installed, name, root) for name, root in sorted(every.items())]
    created = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc)
    content = hashlib.sha256(json.dumps([packages, relations], sort_keys=True).encode()).hexdigest()
    return {"spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": f"psa-host-{version}",
            "documentNamespace": f"{PROJECT}/spdx/psa-host-{version}-{content[:32]}",
            "creationInfo": {"created": created.strftime("%Y-%m-%dT%H:%M:%SZ"), "creators": ["Tool: psa-host scripts/sbom.py"]},
            "packages": packages, "relationships": relations}


def main():
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    build, version, output, *debs = sys.argv[1:]
    made = document(Installed(), build, version, debs)
    pathlib.Path(output).write_text(json.dumps(made, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    contained = sum(each["relationshipType"] == "CONTAINS" for each in made["relationships"])
    print(f"{output}: {len(made['packages'])} packages, of which the code of {contained} is in the programs")


if __name__ == "__main__":
    main()
