#!/usr/bin/env python3
"""layers.py finds each kind of violation, in trees of two modules."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

LAYERS = pathlib.Path(__file__).with_name("layers.py")


class Layers(unittest.TestCase):
    def check(self, modules, body="namespace psa::{} {{\n}}\n", **files):
        """What layers.py says of a tree with these declarations, and a source of each module with these includes and this
        body, in which {} is the name of the module."""
        with tempfile.TemporaryDirectory() as folder:
            host = pathlib.Path(folder) / "host"
            host.mkdir()
            (host / "CMakeLists.txt").write_text("\n".join(modules) + "\n", encoding="utf-8")
            for module, includes in files.items():
                (host / module).mkdir()
                (host / module / "a.cpp").write_text("".join(f'#include "{file}"\n' for file in includes) + body.format(module),
                                                      encoding="utf-8")
            done = subprocess.run([sys.executable, "-B", LAYERS, folder], capture_output=True, text=True, check=False)
            return done.returncode, done.stdout

    def test_what_is_declared_may_be_included(self):
        self.assertEqual(self.check(["psa_module(net)", "psa_module(store USES net)"],
                                    net=["host/net/b.h", "vector"], store=["host/net/b.h", "psa/plugin.h"]),
                         (0, "2 modules include only what they may\n"))

    def test_an_include_that_is_not_declared_fails(self):
        code, said = self.check(["psa_module(net)", "psa_module(store)"], net=[], store=["host/net/b.h"])
        self.assertEqual(code, 1)
        self.assertIn("host/store/a.cpp includes host/net/b.h, but host/CMakeLists.txt does not let store use net", said)

    def test_a_cycle_fails_however_it_is_declared(self):
        code, said = self.check(["psa_module(net USES store)", "psa_module(store USES net)"],
                                net=["host/store/b.h"], store=["host/net/b.h"])
        self.assertEqual(code, 1)
        self.assertIn("lets net use store, which is not declared above it", said)

    def test_an_include_of_what_is_built_on_the_host_fails(self):
        code, said = self.check(["psa_module(net)"], net=["tests/support/clock.h"])
        self.assertEqual(code, 1)
        self.assertIn("host/net/a.cpp includes tests/support/clock.h, which is built on the host", said)

    def test_a_declaration_that_is_not_needed_fails(self):
        code, said = self.check(["psa_module(net)", "psa_module(store USES net)", "psa_module(gone)"], net=[], store=[])
        self.assertEqual(code, 1)
        self.assertIn("lets store use net, which it does not include", said)
        self.assertIn("declares gone, which is not a folder with sources", said)

    def test_a_folder_without_a_declaration_fails(self):
        code, said = self.check(["psa_module(net)"], net=[], extra=[])
        self.assertEqual(code, 1)
        self.assertIn("host/extra has no psa_module()", said)

    def test_names_in_another_namespace_than_that_of_the_folder_fail(self):
        code, said = self.check(["psa_module(net)"], "namespace psa::host {{\nint x;\n}} // namespace psa::host\n", net=[])
        self.assertEqual(code, 1)
        self.assertIn("host/net/a.cpp defines names in psa::host, and not in psa::net", said)
        self.assertIn("host/net/a.cpp has no namespace psa::net", said)

    def test_a_type_of_another_module_may_be_declared(self):
        self.assertEqual(self.check(["psa_module(net)"], "namespace psa::store {{\nclass Store;\n}}\nnamespace psa::{} {{\n}}\n",
                                    net=[])[0], 0)


if __name__ == "__main__":
    unittest.main()
