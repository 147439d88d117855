#!/usr/bin/env python3
"""Each check of the project belongs to one stage of scripts/check_all.py. Usage: check_all_test.py CTEST BUILD_FOLDER"""
import json
import pathlib
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import check_all  # noqa: E402
import stages  # noqa: E402

CTEST, BUILD = (sys.argv.pop(1) for _ in range(2)) if len(sys.argv) > 2 else ("ctest", "build")
# In the build of check_all.py, not in every one: the option PSA_BROWSER_TESTS, and what sanitizers leave out.
OPTIONAL = {"browser", "abi.exports", "abi.package", "abi.rust", "docs.writing-a-plugin"}


def tests():
    said = subprocess.run([CTEST, "--test-dir", BUILD, "--show-only=json-v1"], check=True, text=True, stdout=subprocess.PIPE).stdout
    return {test["name"] for test in json.loads(said)["tests"]} | OPTIONAL


class CheckAll(unittest.TestCase):
    def test_each_test_is_in_one_stage(self):
        for name in sorted(tests()):
            having = [stage for stage, selected in check_all.TESTS.items() if selected.build == "build" and selected.have(name)]
            self.assertEqual(len(having), 1, f"{name} is in these stages: {having}")

    def test_each_selection_is_of_existing_tests(self):
        names = tests()
        for stage, selected in check_all.TESTS.items():
            depth, part, parts = 0, "", []
            for letter in selected.only + "|":  # the alternatives that are not in parentheses
                depth += {"(": 1, ")": -1}.get(letter, 0)
                if letter == "|" and depth == 0:
                    parts.append(part)
                    part = ""
                else:
                    part += letter
            for each in parts:
                self.assertTrue(any(check_all.re.fullmatch(each, name) for name in names), f"{stage}: no test is named {each}")

    def test_a_stage_runs_the_tests_that_are_counted_for_it(self):
        for stage in check_all.TABLE:
            self.assertEqual("ctest" in stage.command, stage.name in check_all.TESTS, stage.name)
            if stage.name in check_all.TESTS:
                selected = check_all.TESTS[stage.name]
                self.assertIn(f"ctest --test-dir {selected.build} -R '^({selected.only})$'", stage.command)
                self.assertIn("--output-junit $PSA_REPORTS/", stage.command)

    def test_each_script_is_in_a_stage(self):
        for script in sorted([*ROOT.glob("scripts/*.sh"), *ROOT.glob("packaging/*.sh")]):
            name = str(script.relative_to(ROOT))
            used = any(name in stage.command for stage in check_all.TABLE)
            self.assertNotEqual(used, name in check_all.NO_STAGE, f"{name}: give it a stage, or say in NO_STAGE why it needs none")

    def test_each_fuzz_target_is_in_a_stage(self):
        fuzz = [stage.command for stage in check_all.TABLE if "scripts/fuzz.sh" in stage.command]
        self.assertEqual(len(fuzz), 1)
        self.assertRegex(fuzz[0], r"scripts/fuzz\.sh \d+$")  # no names: all of them

    def test_the_stages_are_named_once_and_need_earlier_ones(self):
        names = [stage.name for stage in check_all.TABLE]
        self.assertEqual(len(names), len(set(names)))
        for i, stage in enumerate(check_all.TABLE):
            self.assertLessEqual(set(stage.needs), set(names[:i]), stage.name)

    def test_all_stages_end_within_two_hours_on_two_processors(self):
        kept = {"tools", "release-0.1", "earlier-host"}  # a machine that ran them once has what they make
        self.assertLessEqual(stages.longest([stage for stage in check_all.TABLE if stage.name not in kept], 2), 2 * 60 * 60)


if __name__ == "__main__":
    unittest.main()
