#!/usr/bin/env python3
"""The program of release 0.1 runs today's plugins, and today's program runs those of release 0.1: each describes them, tests a
connection of theirs, and creates a ticket in the simulators. Plugins that need minor 1 of the ABI are too new for 0.1.

Usage: programs_test.py BUILD_0_1 HOST SANDBOX PLUGIN... -- NEEDS_MINOR_1...
  BUILD_0_1         what scripts/build-0.1.sh makes; the exit code is 77 if it is not there
  HOST, SANDBOX     today's programs
  PLUGIN...         today's plugins, psa-NAME.so
  NEEDS_MINOR_1...  plugins that need minor 1 of the ABI
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

PSAS = ("autotask", "connectwise")
COMPANY = "Acme Dental"


def fail(what):
    raise SystemExit(f"programs_test.py: {what}")


class Simulators:
    def __init__(self, program, work):
        self.processes = [subprocess.Popen([program, psa, "--port", "0", "--state-dir", work / psa, "--ready-file",
                                            work / f"{psa}.json"], stdout=subprocess.DEVNULL) for psa in PSAS]
        until = time.monotonic() + 60
        while not all((work / f"{psa}.json").exists() for psa in PSAS):
            if time.monotonic() > until:
                fail("the simulators do not start")
            time.sleep(0.05)
        self.ready = {psa: json.loads((work / f"{psa}.json").read_text()) for psa in PSAS}

    def end(self):
        for process in self.processes:
            process.terminate()
            process.wait()

    def tickets(self, psa):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.ready[psa]['controlPort']}/truth") as answer:
            return json.load(answer)["tickets"]

    def egress(self, work):
        autotask, connectwise = (self.ready[psa] for psa in PSAS)
        (work / "ca.pem").write_text("".join(pathlib.Path(self.ready[psa]["ca"]).read_text() for psa in PSAS))
        hosts = {"webservices.autotask.net": autotask, f"webservices{autotask['zone']}.autotask.net": autotask,
                 connectwise["site"]: connectwise, connectwise["site"].removeprefix("api-"): connectwise}
        lines = "".join(f'"{host}:443" = "127.0.0.1:{of["port"]}"\n' for host, of in hosts.items())
        return f'[egress]\nca_file = "{work}/ca.pem"\n[egress.connect_to]\n{lines}'

    def configuration(self, psa):
        ready = self.ready[psa]
        if psa == "autotask":
            return {"userName": ready["user"], "integrationCode": {"env": "CODE"}, "secret": {"env": "SECRET"}}
        return {"siteUrl": "https://" + ready["site"].removeprefix("api-"), "companyId": ready["company"],
                "publicKey": ready["publicKey"], "clientId": {"env": "CODE"}, "privateKey": {"env": "SECRET"}}

    def environment(self, psa):
        ready = self.ready[psa]
        return {"CODE": ready["integrationCode"] if psa == "autotask" else ready["clientId"],
                "SECRET": pathlib.Path(ready["secretFile"]).read_text().strip()}


DEFAULTS = {"autotask": {"queue": "Monitoring Alert", "category": "Standard", "status": "New", "priority": "Medium"},
            "connectwise": {"queue": "Alerts", "status": "New Alert", "priority": "Priority 3 - Normal Response"}}


def toml(values):
    text = lambda value: f'{{ env = "{value["env"]}" }}' if isinstance(value, dict) else json.dumps(value)
    return "".join(f"{name} = {text(value)}\n" for name, value in values.items())


def assignee_list(described):
    """The list of a field "assignee" anywhere in a description; None = there is no such field."""
    if isinstance(described, dict) and "choices" in described.get("assignee", {}):
        return described["assignee"]["choices"]
    parts = described.values() if isinstance(described, dict) else described if isinstance(described, list) else ()
    return next((found for found in map(assignee_list, parts) if found), None)


class Pair:
    """One program with the plugins of the other release."""

    def __init__(self, name, program, plugins, simulators, work):
        self.name, self.program, self.simulators = name, program, simulators
        self.work = work / name.replace(" ", "-")
        (self.work / "plugins").mkdir(parents=True)
        for plugin in plugins:
            shutil.copy(plugin, self.work / "plugins")
        (self.work / "psa-host.toml").write_text(
            f'[plugins]\nfolders = ["{self.work}/plugins"]\n[store]\nfolder = "{self.work}/state"\n'
            + simulators.egress(self.work))

    def run(self, *arguments, more=None):
        return subprocess.run([self.program, "--config", self.work / "psa-host.toml", *arguments], text=True,
                              capture_output=True, env={**os.environ, **(more or {})}, timeout=300)

    def good(self, *arguments, more=None):
        result = self.run(*arguments, more=more)
        if result.returncode != 0:
            fail(f"{self.name}: psa-host {' '.join(map(str, arguments))}: exit code {result.returncode}\n"
                 f"{result.stdout}{result.stderr}")
        return result.stdout

    def file(self, psa, defaults):
        file = self.work / f"{psa}.toml"
        file.write_text(f'plugin = "{psa}"\n[configuration]\n' + toml(self.simulators.configuration(psa))
                        + "[ticket_defaults]\n" + toml(defaults))
        return file

    def defaults(self, psa, environment):
        """With an assignee, if the plugin has that default: 0.1 does not know it as a field of every ticket."""
        described = json.loads(self.good("plugins", "describe", psa, "--json"))
        list_ = assignee_list(described)
        if list_ is None:
            return DEFAULTS[psa]
        choices = self.good("connection", "choices", self.file(psa, DEFAULTS[psa]), list_, "--json",
                            *self.depends_on(psa), more=environment)
        return {**DEFAULTS[psa], "assignee": json.loads(choices)[0]["id"]}

    @staticmethod
    def depends_on(psa):
        return [word for name, value in DEFAULTS[psa].items() for word in ("--depends-on", f"{name}={value}")]

    def check(self, psa):
        environment = self.simulators.environment(psa)
        defaults = self.defaults(psa, environment)
        file = self.file(psa, defaults)
        self.good("connection", "test", file, more=environment)
        title = f"Created by {self.name}, {psa}"
        self.good("ticket", "create", "--connection", file, "--title", title, "--company", COMPANY, more=environment)
        created = [each for each in self.simulators.tickets(psa) if title in (each.get("title"), each.get("summary"))]
        if len(created) != 1:
            fail(f"{self.name}: {psa} has {len(created)} tickets \"{title}\", expected one")
        if "assignee" in defaults and not (created[0].get("assignee") or created[0].get("owner")):
            fail(f"{self.name}: nobody is assigned to the ticket, expected {defaults['assignee']}")
        print(f"ok: {self.name}: {psa} described, tested, one ticket created"
              + (", with the default assignee" if "assignee" in defaults else ""))

    def refuses(self, plugin):
        shutil.copy(plugin, self.work / "plugins")
        listed = self.run("plugins", "list", "--json")
        states = {pathlib.Path(each["file"]).name: each["state"] for each in json.loads(listed.stdout)}
        if states.get(plugin.name) != "too new":
            fail(f"{self.name}: {plugin.name} needs minor 1 and is not too new:\n{listed.stdout}{listed.stderr}")
        print(f"ok: {self.name}: {plugin.name}, which needs minor 1, is too new")


def main():
    end = sys.argv.index("--")
    build, host, sandbox, *plugins = (pathlib.Path(each).resolve() for each in sys.argv[1:end])
    if not (build / "complete").exists():
        print(f"skipped: {build} is not there; scripts/build-0.1.sh makes it")
        sys.exit(77)
    released = [build / f"root/usr/lib/psa-host/plugins/psa-{psa}.so" for psa in PSAS]
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        simulators = Simulators(sandbox, work)
        try:
            old = Pair("0.1 with the plugins of today", build / "root/usr/bin/psa-host", plugins, simulators, work)
            new = Pair("today with the plugins of 0.1", host, released, simulators, work)
            for psa in PSAS:
                old.check(psa)
                new.check(psa)
            for plugin in sys.argv[end + 1:]:
                old.refuses(pathlib.Path(plugin).resolve())
        finally:
            simulators.end()


if __name__ == "__main__":
    main()
