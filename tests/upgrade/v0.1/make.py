#!/usr/bin/env python3
"""Makes the fixture of release 0.1 in this folder with the programs of that release: a store that has been worked with, as
a crash left it. README.md says what is in it.

Usage: make.py BUILD_0_1 (the folder that scripts/build-0.1.sh prints)
"""
import contextlib
import ctypes
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
PSAS = ("autotask", "connectwise")


def await_true(what, condition, seconds=60):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return
        time.sleep(0.05)
    raise SystemExit(f"this did not come true: {what}")


class World:
    """Simulators, and a psa-host that is started and ended on one state folder."""

    def __init__(self, build, work):
        self.work = work
        self.program = build / "root/usr/bin/psa-host"
        self.host = None
        (work / "plugins").mkdir()
        for psa in PSAS:
            shutil.copy(build / f"root/usr/lib/psa-host/plugins/psa-{psa}.so", work / "plugins")
        self.simulators = [subprocess.Popen(
            [build / "psa-sandbox", psa, "--port", "0", "--state-dir", work / psa, "--ready-file", work / f"{psa}.json"],
            stdout=subprocess.DEVNULL) for psa in PSAS]
        await_true("the simulators are ready", lambda: all((work / f"{psa}.json").exists() for psa in PSAS))
        self.ready = {psa: json.loads((work / f"{psa}.json").read_text()) for psa in PSAS}
        self.configure()
        subprocess.run([self.program, "keys", "generate", work / "old.key"], check=True, stdout=subprocess.DEVNULL)
        subprocess.run([self.program, "keys", "generate", work / "master.key"], check=True, stdout=subprocess.DEVNULL)

    def configure(self):
        self.ca = self.work / "ca.pem"
        self.ca.write_text("".join(pathlib.Path(self.ready[psa]["ca"]).read_text() for psa in PSAS))
        autotask, connectwise = (self.ready[psa] for psa in PSAS)
        hosts = {"webservices.autotask.net": autotask, f"webservices{autotask['zone']}.autotask.net": autotask,
                 connectwise["site"]: connectwise, connectwise["site"].removeprefix("api-"): connectwise}
        lines = "".join(f'"{host}:443" = "127.0.0.1:{of["port"]}"\n' for host, of in hosts.items())
        (self.work / "psa-host.toml").write_text(f"""
[plugins]
folders = ["{self.work}/plugins"]
[store]
folder = "{self.work}/state"
[secrets]
master_key_file = "{self.work}/active.key"
old_key_files = ["{self.work}/old.key"]
[serve]
listen = "127.0.0.1:0"
[delivery]
retry_seconds = 3600
quiet_seconds = 86400
[egress]
ca_file = "{self.ca}"
[egress.connect_to]
{lines}""")

    def start(self, key="master.key"):
        shutil.copy(self.work / key, self.work / "active.key")
        config = (self.work / "psa-host.toml").read_text()
        if key == "old.key":
            config = "".join(line for line in config.splitlines(True) if not line.startswith("old_key_files"))
        (self.work / "now.toml").write_text(config)
        out, log = self.work / "out", self.work / "log"
        with out.open("a") as said, log.open("w") as logged:
            self.host = subprocess.Popen([self.program, "--config", self.work / "now.toml", "serve"], stdout=said,
                                         stderr=logged)
        await_true("psa-host serves", lambda: "the admin page, at" in log.read_text())
        self.page = re.search(r"the admin page, at (http\S+)", log.read_text())[1]
        self.token = re.search(r"^  (psa_\S+)$", out.read_text(), re.M)[1]

    def end(self, how=signal.SIGTERM):
        self.host.send_signal(how)
        self.host.wait()

    def ask(self, method, path, body=None, headers=None, token=None):
        request = urllib.request.Request(self.page + path, method=method,
                                         data=None if body is None else json.dumps(body).encode(),
                                         headers={"Authorization": f"Bearer {token or self.token}",
                                                  "Content-Type": "application/json", **(headers or {})})
        try:
            with urllib.request.urlopen(request) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{method} {path}: {error.code} {error.read().decode()}") from error
        return json.loads(text) if text else None

    def control(self, psa, method, path, body=None):
        request = urllib.request.Request(f"http://127.0.0.1:{self.ready[psa]['controlPort']}{path}", method=method,
                                         data=None if body is None else json.dumps(body).encode(),
                                         headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            return answer.read()

    def fault(self, psa, fault, count=1):
        self.control(psa, "POST", "/faults", {"match": {"method": "POST", "entity": "Tickets", "count": count, "nth": 1},
                                              "fault": fault})

    def submit(self, connection, title, key=None, token=None, **more):
        headers = {"Idempotency-Key": key} if key else {}
        return self.ask("POST", "/v1/tickets", {"connection": connection, "title": title, **more}, headers, token)["id"]

    def secrets(self):
        """What the plugins call secret, by plugin."""
        return {"autotask": {"secret": pathlib.Path(self.ready["autotask"]["secretFile"]).read_text().strip(),
                             "integrationCode": self.ready["autotask"]["integrationCode"]},
                "connectwise": {"privateKey": pathlib.Path(self.ready["connectwise"]["secretFile"]).read_text().strip(),
                                "clientId": self.ready["connectwise"]["clientId"]}}

    def await_state(self, ids, state):
        now = lambda: [self.ask("GET", f"/v1/tickets/{each}") for each in ids]
        try:
            await_true(f"tickets {ids} are {state}", lambda: all(each["state"] == state for each in now()))
        except SystemExit as problem:
            raise SystemExit(f"{problem}: {json.dumps(now(), indent=1)}") from problem


def connect(world):
    autotask, connectwise = (world.ready[psa] for psa in PSAS)
    for name in ("acme", "slow", "denied", "gone"):
        world.ask("PUT", f"/v1/connections/{name}", {
            "plugin": "autotask",
            "configuration": {"userName": autotask["user"], "integrationCode": autotask["integrationCode"],
                              "secret": pathlib.Path(autotask["secretFile"]).read_text().strip()},
            "ticketDefaults": {"queue": "Monitoring Alert", "category": "Standard", "status": "New",
                               "priority": "Medium", "company": "Acme Dental"}})
    for name in ("corp", "stuck"):
        world.ask("PUT", f"/v1/connections/{name}", {
            "plugin": "connectwise",
            "configuration": {"siteUrl": "https://" + connectwise["site"].removeprefix("api-"),
                              "companyId": connectwise["company"], "publicKey": connectwise["publicKey"],
                              "privateKey": pathlib.Path(connectwise["secretFile"]).read_text().strip(),
                              "clientId": connectwise["clientId"]},
            "ticketDefaults": {"queue": "Alerts", "status": "New Alert", "priority": "Priority 3 - Normal Response",
                               "company": "Acme Dental"}})


def two(world, connection, what, state, **more):
    """A ticket with a key and one without, in this state."""
    ids = [world.submit(connection, f"{what}, without a key", **more),
           world.submit(connection, f"{what}, with a key", key=f"key of {what}", **more)]
    world.await_state(ids, state)
    return ids


def tickets(world):
    done = two(world, "acme", "Backup failed on SRV01", "done", description="Zeile eins: Müller & Söhne\nline two")
    two(world, "corp", "Disk full on SRV02", "done")
    two(world, "acme", "A company of two", "needs_review", company="Globex")
    for each in two(world, "acme", "To be dropped", "needs_review", company="Globex"):
        world.ask("POST", f"/v1/tickets/{each}/drop", {"reason": "was made by hand"})
    for each, other in zip(two(world, "acme", "To be linked", "needs_review", company="Globex"), done):
        number = world.ask("GET", f"/v1/tickets/{other}")["psaTicket"]["id"]
        world.ask("POST", f"/v1/tickets/{each}/link", {"psaTicketId": number})
    world.fault("autotask", {"kind": "errors-500", "text": "Something is wrong with the ticket."}, 2)
    two(world, "acme", "Refused", "dead")
    world.fault("autotask", {"kind": "commit-then-drop"})
    world.await_state([world.submit("acme", "Found again", key="key of Found again")], "done")
    world.fault("autotask", {"kind": "commit-then-drop", "hideMs": 10 ** 9}, 2)
    two(world, "acme", "Whereabouts unknown", "unknown")
    world.control("autotask", "POST", "/faults", {"match": {"method": "GET"}, "fault": {
        "kind": "status", "status": 503, "body": "<html>busy</html>", "contentType": "text/html", "when": "before"}})
    two(world, "slow", "Busy", "retry_at")
    world.control("autotask", "DELETE", "/faults")
    world.control("autotask", "POST", "/tenant", {"revoke": "Tickets create"})
    world.control("autotask", "PUT", "/switches", {"access.refusal": "403"})
    two(world, "denied", "Not allowed", "held")
    world.control("autotask", "POST", "/tenant", {"grant": "Tickets create"})


def rate_limit(world):
    world.control("autotask", "POST", "/faults", {
        "match": {"method": "POST", "entity": "Tickets", "nth": 1},
        "fault": {"kind": "status", "status": 429, "headers": {"Retry-After": "36000"}, "when": "before"}})
    ticket = world.submit("acme", "Over the limit", key="key of Over the limit")
    await_true("it waits", lambda: world.ask("GET", f"/v1/tickets/{ticket}").get("code") == "rate_limited")
    for _ in range(20):  # requests that count have the pause saved with them
        world.ask("POST", "/v1/connections/slow/test", {})


def alerts(world):
    world.ask("PUT", "/v1/connections/corp/alerts", {
        "fields": {"priority": {"from": ["label:severity"], "values": {"critical": "Priority 1 - Emergency Response"},
                                "otherwise": "Priority 3 - Normal Response"}}})
    for name, states in (("DiskFull", ["firing"]), ("HostDown", ["firing", "resolved"])):
        for state in states:
            world.ask("POST", "/v1/hooks/alertmanager/corp", {
                "version": "4", "groupKey": "{}:{alertname=\"%s\"}" % name, "status": state,
                "groupLabels": {"alertname": name}, "commonLabels": {"alertname": name, "severity": "critical"},
                "commonAnnotations": {}, "alerts": [
                    {"status": state, "labels": {"alertname": name, "instance": f"srv{number}"}, "annotations": {},
                     "startsAt": "2026-11-26T08:00:00Z", "fingerprint": f"{name}{number}"} for number in (1, 2)]})
    await_true("the alerts are done", lambda: world.ask("GET", "/v1/status")["connections"][1]["tickets"]["done"] == 4)


def crash_in_plugin(world):
    """Ends the process by a signal in a thread that is inside the plugin: the one that reads an answer."""
    world.fault("connectwise", {"kind": "hang"}, 0)
    ticket = world.submit("corp", "The plugin ended the process", key="key of The plugin ended the process")
    world.await_state([ticket], "sending")
    tasks = pathlib.Path(f"/proc/{world.host.pid}/task")
    reading = []

    def is_reading():
        reading[:] = [task for task in tasks.iterdir() if (task / "syscall").read_text().startswith("0 ")]
        return len(reading) == 1

    await_true("a thread reads an answer", is_reading)
    tgkill = 234
    ctypes.CDLL(None).syscall(tgkill, world.host.pid, int(reading[0].name), int(signal.SIGSEGV))
    world.host.wait()
    world.control("connectwise", "DELETE", "/faults")


def crash_while_sending(world):
    """More tickets than are sent at once, to a PSA that does not answer; then the process is killed."""
    world.fault("connectwise", {"kind": "hang"}, 0)
    ids = [world.submit("stuck", f"Under way {number}", key=f"key of Under way {number}" if number % 2 else None)
           for number in range(8)]
    await_true("some are sent and some wait", lambda: {"sending", "ready"} == {
        world.ask("GET", f"/v1/tickets/{each}")["state"] for each in ids})
    time.sleep(1)
    world.end(signal.SIGKILL)


def save(world, tokens):
    state = HERE / "state"
    shutil.rmtree(state, ignore_errors=True)
    state.mkdir()
    for name in ("store.db", "store.db-wal", "epoch"):
        shutil.copy(world.work / "state" / name, state / name)
    shutil.copy(world.work / "master.key", HERE / "master.key")
    (HERE / "expected.json").write_text(json.dumps({"tokens": tokens, "secrets": world.secrets()}, indent=2) + "\n")
    copy = world.work / "copy"
    shutil.copytree(state, copy)
    for state in range(9):
        for key in ("IS NULL", "IS NOT NULL"):
            count = subprocess.run(["sqlite3", copy / "store.db", f"SELECT count(*) FROM ticket WHERE state = {state}"
                                    f" AND key {key}"], check=True, capture_output=True, text=True).stdout
            print(f"state {state}, key {key}: {count.strip()}")
            assert int(count) > 0
    dump = subprocess.run(["sqlite3", copy / "store.db", ".dump"], check=True, capture_output=True, text=True).stdout
    numbers = {name: subprocess.run(["sqlite3", copy / "store.db", f"PRAGMA {name}"], check=True, capture_output=True,
                                    text=True).stdout.strip() for name in ("application_id", "user_version")}
    (HERE / "store.sql").write_text(dump + "".join(f"PRAGMA {name} = {value};\n" for name, value in numbers.items()))


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory(prefix="psa-0.1-") as work, contextlib.ExitStack() as at_end:
        world = World(build, pathlib.Path(work))
        at_end.callback(lambda: [each.kill() for each in world.simulators])
        at_end.callback(lambda: world.host.kill())
        world.start("old.key")
        connect(world)
        world.end()
        world.start()
        world.ask("POST", "/v1/keys/rotation")
        tokens = {name: world.ask("POST", "/v1/tokens", {"name": name, "scopes": scopes, **more})["token"]
                  for name, scopes, more in (("monitoring", ["submit"], {}), ("dashboard", ["read"], {}),
                                             ("until 2099", ["submit", "read"], {"expires": "2099-12-31T00:00:00Z"}))}
        tokens["administrator"] = world.token
        world.submit("acme", "Handed in with a token", key="key of Handed in with a token", token=tokens["monitoring"])
        tickets(world)
        alerts(world)
        world.await_state([world.submit("gone", "Of a connection that was removed", key="key of Of gone")], "done")
        world.ask("DELETE", "/v1/connections/gone")
        rate_limit(world)
        crash_in_plugin(world)
        world.start()
        time.sleep(1)
        world.end()
        world.start()
        crash_while_sending(world)
        save(world, tokens)


main()
