#!/usr/bin/env python3
"""Time from the start of `psa-host serve` until /readyz answers 200, and memory afterwards, for several builds in turn.

Arguments: SANDBOX FOLDER CONNECTIONS ROUNDS and for each build NAME PSA_HOST AUTOTASK_PLUGIN; the first one is compared
with the others. Each connection creates a ticket at the sandbox before memory is read. Memory is PSS: pages that
processes share count in equal parts.
"""
import http.client
import json
import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import time

DEADLINE = 60  # seconds for anything that is waited for

TICKET = {"title": "Backup failed on SRV01", "company": 174, "queue": "Monitoring Alert", "category": "Standard"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what, done):
    until = time.monotonic() + DEADLINE
    while not (result := done()):
        if time.monotonic() > until:
            raise SystemExit(f"{what}: not within {DEADLINE} s")
        time.sleep(0.001)
    return result


def request(port, method, path, token=None, body=None):
    """Status and text; None while nobody listens."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
    headers = {"Content-Type": "application/json"} if body else {}
    if token:
        headers["Authorization"] = "Bearer " + token
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except ConnectionRefusedError:
        return None
    finally:
        connection.close()


def pss(process):
    for line in pathlib.Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise SystemExit(f"process {process} has no Pss")


def children(process):
    return [int(each) for task in pathlib.Path(f"/proc/{process}/task").iterdir()
            for each in (task / "children").read_text().split()]


class Build:
    """One build with its state folder, its connections and what was measured."""

    def __init__(self, name, program, plugin, folder, sandbox, connections):
        self.name, self.program, self.folder = name, program, folder
        self.port, self.times, self.host, self.child = free_port(), [], [], []
        folder.mkdir(parents=True)
        self.config, key = folder / "psa-host.toml", folder / "master.key"
        address = f'"127.0.0.1:{sandbox["port"]}"'
        zone = f'webservices{sandbox["zone"]}.autotask.net'
        self.config.write_text(
            f'[plugins]\nfiles = ["{plugin}"]\ntrusted_paths = ["/"]\n[store]\nfolder = "{folder}/state"\n'
            f'[serve]\nlisten = "127.0.0.1:{self.port}"\n[log]\nlevel = "error"\n'
            f'[secrets]\nmaster_key_file = "{key}"\n[egress]\nca_file = "{sandbox["ca"]}"\n'
            f'connect_to = {{ "webservices.autotask.net:443" = {address}, "{zone}:443" = {address} }}\n')
        self.run(["keys", "generate", key])
        secrets = sandbox["integrationCode"] + "\n" + pathlib.Path(sandbox["secretFile"]).read_text()
        self.names = [f"c{number}" for number in range(connections)]
        for each in self.names:
            self.run(["connection", "add", each, "--plugin", "autotask", "--set", "userName=" + sandbox["user"],
                      "--secret", "integrationCode=-", "--secret", "secret=-"], secrets)
        self.token = self.run(["token", "add", "bench", "--scope", "submit", "--scope", "read"]).strip()

    def run(self, arguments, text=""):
        done = subprocess.run([self.program, "--config", self.config, *arguments], input=text, text=True,
                              capture_output=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"{self.program} {arguments[0]}: {done.stderr}")
        return done.stdout

    def measure(self, first):
        with open(self.folder / "log", "a", encoding="utf-8") as log:
            begin = time.monotonic()
            process = subprocess.Popen([self.program, "--config", self.config, "serve"], stdout=log, stderr=log)
        try:
            wait_for(f"{self.name} is ready", lambda: (request(self.port, "GET", "/readyz") or [0])[0] == 200)
            self.times.append((time.monotonic() - begin) * 1000)
            if first:
                self.measure_memory(process.pid)
        finally:
            process.terminate()
            process.wait()

    def measure_memory(self, process):
        for each in self.names:
            self.create_ticket(each)
        self.host.append(pss(process))
        self.child += [pss(child) for child in children(process)]

    def create_ticket(self, connection):
        body = json.dumps({"connection": connection, **TICKET})
        status, text = request(self.port, "POST", "/v1/tickets", self.token, body)
        if status not in (201, 202):
            raise SystemExit(f"{self.name} answers {status} to a ticket: {text}")
        path = "/v1/tickets/" + str(json.loads(text)["id"])

        def created():
            state = json.loads(request(self.port, "GET", path, self.token)[1])["state"]
            if state in ("needs_review", "dead", "held"):
                raise SystemExit(f"{self.name}: the ticket is {state}")
            return state == "done"
        wait_for("the ticket is created", created)


def start_sandbox(program, folder):
    ready = folder / "ready.json"
    process = subprocess.Popen([program, "autotask", "--port", "0", "--state-dir", folder / "sandbox", "--ready-file",
                                ready], stdout=subprocess.DEVNULL)
    wait_for("the sandbox listens", ready.exists)
    return process, json.loads(ready.read_text())


def report(builds):
    ours = builds[0]
    print(f'{"build":<14} {"ready, ms":>10} {"best":>8} {"ours to it":>11} {"host, MB":>9} {"child, MB":>10} {"most":>6}')
    for each in builds:
        ratio = statistics.median(a / b for a, b in zip(ours.times, each.times))
        child = f"{statistics.median(each.child):10.2f} {max(each.child):6.2f}" if each.child else f'{"-":>10} {"-":>6}'
        print(f"{each.name:<14} {statistics.median(each.times):10.0f} {min(each.times):8.0f} {ratio:11.2f} "
              f"{statistics.median(each.host):9.1f} {child}")


def main(sandbox_program, folder, connections, rounds, *rest):
    folder = pathlib.Path(folder) / f"psa-bench-start-{os.getpid()}"
    folder.mkdir(parents=True)
    sandbox, about = start_sandbox(sandbox_program, folder)
    try:
        builds = [Build(rest[i], rest[i + 1], rest[i + 2], folder / rest[i], about, int(connections))
                  for i in range(0, len(rest), 3)]
        for number in range(int(rounds)):
            for build in builds:
                build.measure(number == 0)
        report(builds)
    finally:
        sandbox.terminate()
        sandbox.wait()
        shutil.rmtree(folder)


main(*sys.argv[1:])
