"""A psa-host with a simulated PSA behind it, before which real senders are set up with the text that its presets give.
Everything can be killed and started again."""
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

PATIENCE = 60  # seconds to wait for an expected event


def until(what, condition, patience=PATIENCE):
    """Waits for `condition`, looking again and again; fails with `what` if it does not come."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"it never came to this: {what}")


def free_port(candidates=(0,)):
    """For a program that must have the same port after it was killed."""
    for port in candidates:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return probe.getsockname()[1]
            except OSError:
                continue
    raise AssertionError("no port is free")


def ask(port, method, path, body=None, token=None):
    """(status, document); status 0 if there is no answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    try:
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text[:1] in (b"{", b"[") else text.decode()
    except (OSError, http.client.HTTPException):
        return 0, None
    finally:
        connection.close()


class Program:
    """A process that is started, killed and started again with the same command."""

    def __init__(self, command, log, environment=None):
        self.command, self.log, self.process = [str(word) for word in command], log, None
        self.environment = {**os.environ, **(environment or {})}
        self.start()

    def start(self):
        with open(self.log, "a") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log, env=self.environment)

    def end(self, how):
        self.process.send_signal(how)
        self.process.wait()

    def kill(self):
        self.end(signal.SIGKILL)

    def alive(self):
        return self.process.poll() is None


class House:
    """All of it below `folder`. `connection` is the name of the one connection; one rule makes a ticket of each problem."""

    connection = "acme"

    def __init__(self, folder, psa_host, sandbox, plugin):
        self.folder, self.psa_host = Path(folder), psa_host
        self.host_port = free_port()
        self.programs = []
        self.psa = self._start_sandbox(sandbox)
        self._configure(plugin)
        self.host = self.run([psa_host, "--config", self.folder / "psa-host.toml", "serve"], "psa-host.log")
        self.wait_for_host()
        self.need("POST", "/v1/rules", {
            "name": "Every problem", "mode": "on", "do": "ticket",
            "ticket": {"connection": self.connection, "fields": {"title": "{{title}}", "description": "{{text}}"},
                       "unknownCustomer": {"company": "Acme Dental"}},
            "storm": {"tickets": 100, "minutes": 5}, "onReturn": {"reopenWithinHours": None}})

    def run(self, command, log, environment=None):
        self.programs.append(Program(command, self.folder / log, environment))
        return self.programs[-1]

    def close(self):
        for program in reversed(self.programs):
            if program.alive():
                program.end(signal.SIGTERM)

    def _start_sandbox(self, sandbox):
        ready = self.folder / "psa.json"
        program = self.run([sandbox, "autotask", "--port", 0, "--state-dir", self.folder / "psa", "--ready-file", ready], "psa.log")

        def read():
            assert program.alive(), (self.folder / "psa.log").read_text()
            try:
                return json.loads(ready.read_text())
            except (FileNotFoundError, json.JSONDecodeError):
                return None
        return until("the simulator listens", read)

    def _configure(self, plugin):
        plugins = self.folder / "plugins"
        plugins.mkdir()
        shutil.copy(plugin, plugins)
        plugins.joinpath(Path(plugin).name).chmod(0o755)
        leads = "\n".join(f'"{name}.autotask.net:443" = "127.0.0.1:{self.psa["port"]}"'
                          for name in ("webservices", f"webservices{self.psa['zone']}"))
        self.write("psa-host.toml", f"""
[plugins]
folders = ["{plugins}"]
[store]
folder = "{self.folder}/state"
[secrets]
master_key_file = "{self.folder}/master.key"
[serve]
listen = "127.0.0.1:{self.host_port}"
[delivery]
quiet_seconds = 1
[egress]
ca_file = "{self.psa['ca']}"
[egress.connect_to]
{leads}
""")
        code = self.write("code", self.psa["integrationCode"])
        code.chmod(0o600)
        self.write("acme.toml", f"""
plugin = "autotask"
[configuration]
userName = "{self.psa['user']}"
integrationCode = {{ file = "{code}" }}
secret = {{ file = "{self.psa['secretFile']}" }}
[ticket_defaults]
queue = "Monitoring Alert"
category = "Standard"
status = "New"
priority = "Medium"
company = "Acme Dental"
""")
        self.command("keys", "generate", self.folder / "master.key")
        self.command("connection", "add", self.connection, "--file", self.folder / "acme.toml")
        token = json.loads(self.command("token", "add", "admin", "--scope", "admin", "--json"))["token"]
        self.write("admin.token", token)

    def write(self, name, text, executable=False):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        if executable:
            path.chmod(0o755)
        return path

    def logs(self):
        """The last that each program said."""
        return [f"--- {program.log.name}\n{program.log.read_text()[-3000:]}" for program in self.programs]

    def command(self, *words):
        """What `psa-host WORDS` prints."""
        run = subprocess.run([self.psa_host, "--config", self.folder / "psa-host.toml", *map(str, words)], text=True,
                             capture_output=True)
        assert run.returncode == 0, run.stderr
        return run.stdout

    def api(self, method, path, body=None):
        """The document of the answer; None if it is an error, or there is none."""
        status, document = ask(self.host_port, method, path, body, self.folder.joinpath("admin.token").read_text())
        return document if status in (200, 201) else None

    def need(self, method, path, body=None):
        status, document = ask(self.host_port, method, path, body, self.folder.joinpath("admin.token").read_text())
        assert status in (200, 201), (method, path, status, document)
        return document

    def add_source(self, name, preset):
        """The text of the preset's instructions by their titles, as the page shows it for the new source."""
        token = self.folder.joinpath("admin.token").read_text()

        def add():
            status, document = ask(self.host_port, "POST", "/v1/sources", {"name": name, "preset": preset}, token)
            busy = status == 422 and "too busy" in document["detail"]  # to check its reader in time
            assert busy or status in (200, 201), (status, document)
            return None if busy else document
        added = until(f"the source {name} is stored", add)
        instructions = self.need("GET", f"/v1/presets/{preset}")["instructions"]
        url = f"http://127.0.0.1:{self.host_port}/v1/hooks/{name}"
        return {each["title"]: each["text"].replace("{{url}}", url).replace("{{token}}", added["token"])
                for each in instructions}

    def wait_for_host(self):
        def healthy():
            assert self.host.alive(), (self.folder / "psa-host.log").read_text()
            return ask(self.host_port, "GET", "/healthz")[0] == 200
        until("psa-host answers", healthy)

    def restart_host(self):
        self.host.kill()
        self.host.start()
        self.wait_for_host()

    def tickets(self):
        """What the simulated PSA really has."""
        return ask(self.psa["controlPort"], "GET", "/truth")[1]["tickets"]

    def events(self, kind, source=None):
        """The events of this kind that psa-host has read, newest first."""
        query = f"/v1/events?kind={kind}&limit=200" + (f"&source={source}" if source else "")
        return (self.api("GET", query) or {"events": []})["events"]

    def ended(self, source=None):
        """Tickets whose problem is over."""
        return {event["ticket"] for event in self.events("recovery", source) if event.get("ticket")}


class Check:
    """What a plugin of Nagios or Icinga finds: its state can be changed."""

    def __init__(self, house, name):
        self.output, self.code = house.folder / f"{name}.out", house.folder / f"{name}.code"
        self.set(0, "OK")
        self.script = house.write(f"{name}.sh", f"#!/bin/sh\ncat {self.output}\nexit $(cat {self.code})\n", executable=True)

    def set(self, code, output):
        self.output.write_text(output + "\n")
        self.code.write_text(str(code))


class SenderTest(unittest.TestCase):
    programs = []

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="psa-senders-")
        self.addCleanup(folder.cleanup)
        self.house = House(folder.name, *self.programs)
        self.addCleanup(self.house.close)

    def _callTestMethod(self, method):
        try:
            return super()._callTestMethod(method)
        except Exception:
            print(json.dumps(self.house.api("GET", "/v1/events?limit=100"), indent=1), *self.house.logs(), sep="\n")
            raise


def main(document, program):
    """Runs the tests of the calling script with the programs that its command line names; exit code 77 without `program`."""
    if len(sys.argv) != 4:
        sys.exit(document)
    if shutil.which(program) is None:
        print(f"SKIPPED: there is no {program}; install the Debian package that has it")
        sys.exit(77)
    SenderTest.programs, sys.argv = sys.argv[1:], sys.argv[:1]
    unittest.main(module="__main__")
