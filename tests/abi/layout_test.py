#!/usr/bin/env python3
"""Proves the layout gate on a small invented ABI, then applies it to the real headers."""
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import layout  # noqa: E402

V1_0 = HERE / "synthetic" / "v1_0.h"
V1_1 = HERE / "synthetic" / "v1_1.h"
# The folder of the coming release has no list yet.
RELEASES = sorted((list_.parent for list_ in HERE.glob("v*.*/layout.txt")), key=lambda folder: [int(number) for number in folder.name[1:].split(".")])

TEST = "    psa_status (*test)(const psa_host *host);\n"
CREATE = "    psa_status (*create_ticket)(const psa_host *host, psa_str ticket_json);\n"
ENTRY = "const psa_plugin_api *psa_plugin_entry(const psa_host *host);"

# A change of the header of 1.0, and what the gate must report.
BREAKS = {
    "a member inserted": (CREATE, "    void *user;\n" + CREATE, "struct psa_plugin_api, member 5"),
    "a member retyped": ("uint32_t requests;", "uint64_t requests;", 'struct psa_limits, member 2: released as "requests: uint32_t"'),
    "members reordered": (TEST + CREATE, CREATE + TEST, "struct psa_plugin_api, member 4"),
    "a member renamed": ("(*test)", "(*retired_test)", 'struct psa_plugin_api, member 4: released as "test: '),
    "the last member removed": (CREATE, "", 'struct psa_plugin_api, member 5: .* now "nothing"'),
    "the signature of a member changed": ("psa_str ticket_json", "const psa_str *ticket_json", "struct psa_plugin_api, member 5"),
    "the signature of the entry changed": (ENTRY, ENTRY.replace("(const", "(int, const"), "function psa_plugin_entry"),
    "the entry renamed": ("*psa_plugin_entry(", "*psa_entry(", "function psa_plugin_entry was released and is gone"),
    "the signature of a callback changed": ("void *user, psa_str body", "psa_str body", "typedef psa_on_response"),
    "an alias widened": ("typedef uint32_t psa_status", "typedef uint64_t psa_status",
                         'typedef psa_status: released as "unsigned int", now "unsigned long"'),
    "the value of a constant changed": ("PSA_AUTH 3u", "PSA_AUTH 4u", 'const PSA_AUTH: released as "3u", now "4u"'),
    "a constant removed": ("#define PSA_AUTH 3u\n", "", "const PSA_AUTH was released and is gone"),
    "the major changed": ("PSA_ABI_MAJOR 1", "PSA_ABI_MAJOR 2", "const PSA_ABI_MAJOR"),
    "a member added to a struct without struct_size": ("    size_t size;\n", "    size_t size;\n    size_t capacity;\n",
                                                       "struct psa_str is frozen"),
    "a member added to a struct held by value": ("    uint32_t requests;\n", "    uint32_t requests;\n    uint32_t window;\n",
                                                 "struct psa_limits is frozen"),
}
GROWTH = {
    "a member appended": (CREATE, CREATE + "    psa_status (*close_ticket)(const psa_host *host);\n"),
    "a constant added": ("#define PSA_AUTH 3u\n", "#define PSA_AUTH 3u\n#define PSA_GONE 14u\n"),
    "an extension added": (ENTRY, "typedef struct psa_notes\n{\n    uint32_t struct_size;\n} psa_notes;\n" + ENTRY),
    "the minor raised": ("PSA_ABI_MINOR 0", "PSA_ABI_MINOR 1"),
}


class Synthetic(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.released = layout.dump([V1_0])

    def breaksAfter(self, before, after):
        text = V1_0.read_text()
        self.assertEqual(text.count(before), 1, f"{before!r} must stand once in {V1_0.name}")
        with tempfile.TemporaryDirectory() as folder:
            changed = Path(folder) / "changed.h"
            changed.write_text(text.replace(before, after))
            return layout.breaks(self.released, layout.dump([changed]))

    def testEachBreakIsFoundAndNamed(self):
        for name, (before, after, expected) in BREAKS.items():
            with self.subTest(name):
                self.assertRegex("\n".join(self.breaksAfter(before, after)), expected)

    def testGrowthPasses(self):
        for name, (before, after) in GROWTH.items():
            with self.subTest(name):
                self.assertEqual(self.breaksAfter(before, after), [])

    def testTheGoodSuccessorPassesAndItsAdditionsAreSeen(self):
        successor = layout.dump([V1_1])
        self.assertEqual(layout.breaks(self.released, successor), [])
        for line in ("const PSA_GONE: 14u", "struct psa_notes: struct_size: uint32_t"):
            self.assertIn(line, successor)
        self.assertTrue(layout.breaks(successor, self.released), "going back from 1.1 to 1.0 is a break")

    def testWhatCannotBeListedIsRefused(self):
        for text in ("typedef enum psa_kind { PSA_A } psa_kind;", "typedef union psa_u { int i; } psa_u;",
                     "typedef struct psa_bits { unsigned one : 1; } psa_bits;"):
            with self.subTest(text), tempfile.TemporaryDirectory() as folder:
                header = Path(folder) / "odd.h"
                header.write_text("#define PSA_ABI_MINOR 0\n" + text)
                self.assertRaisesRegex(SystemExit, "this ABI", layout.dump, [header])

    def testTheCommandSaysWhatBrokeAndExitsWithOne(self):
        with tempfile.TemporaryDirectory() as folder:
            released = Path(folder) / "1_1.txt"
            released.write_text("\n".join(layout.dump([V1_1])) + "\n")
            run = subprocess.run([sys.executable, HERE / "layout.py", "check", released, V1_0], text=True, capture_output=True)
        self.assertEqual(run.returncode, 1)
        self.assertIn("struct psa_notes was released and is gone", run.stdout)


class TargetMinor(unittest.TestCase):
    def compile(self, minor):
        command = ["clang-14", "-std=c11", "-Wall", "-Werror", "-fsyntax-only", f"-DPSA_TARGET_MINOR={minor}",
                   HERE / "synthetic" / "uses_1_1.c"]
        return subprocess.run(command, text=True, capture_output=True)

    def testAMemberOfANewerMinorIsHidden(self):
        hidden = self.compile(0)
        self.assertNotEqual(hidden.returncode, 0)
        self.assertRegex(hidden.stderr, "close_ticket")
        self.assertRegex(hidden.stderr, "PSA_GONE")
        self.assertEqual(self.compile(1).stderr, "")


def version(lines):
    """(major, minor) of a list."""
    found = dict(re.findall(r"^const PSA_ABI_(MAJOR|MINOR): (\d+)$", "\n".join(lines), re.MULTILINE))
    return int(found["MAJOR"]), int(found["MINOR"])


class Headers(unittest.TestCase):
    def testEveryReleaseIsKept(self):
        current = layout.dump(layout.public_headers())
        same_major = [folder for folder in RELEASES if folder.name.startswith(f"v{version(current)[0]}.")]
        self.assertTrue(same_major, "there is no release of this major: has its folder been moved?")
        for released in same_major:
            with self.subTest(released.name):
                self.assertEqual(layout.breaks((released / "layout.txt").read_text().splitlines(), current), [])

    def testAChangeAfterAReleaseRaisesTheMinor(self):
        current, newest = layout.dump(layout.public_headers()), (RELEASES[-1] / "layout.txt").read_text().splitlines()
        if version(current) == version(newest):
            self.assertEqual(current, newest, f"the headers say that they are {RELEASES[-1].name}, and are not: raise PSA_ABI_MINOR")
        else:
            self.assertGreater(version(current), version(newest))

    def testTheHeadersOfAReleaseAreThoseThatItsListWasMadeOf(self):
        for released in RELEASES:
            with self.subTest(released.name):
                self.assertEqual(layout.dump(sorted((released / "include" / "psa").glob("*.h"))),
                                 (released / "layout.txt").read_text().splitlines())


if __name__ == "__main__":
    unittest.main()
