"""A psa-host with a simulated PSA behind it and a real Alertmanager before it. Each can be killed and started again."""
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

PATIENCE = 60  # seconds to wait for an expected event


def until(what, condition):
    """Waits for `condition`, looking again and again; fails with `what` if it does not come."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"it never came to this: {what}")


def free_port():
    """For a program that must have the same port after it was killed."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ask(port, method, path, body=None, token=None):
    """(status, document); status 0 if there is no answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
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
    """All of it below `folder`. `connection` is the name of the one connection."""

    connection = "acme"

    def __init__(self, folder, psa_host, sandbox, plugin):
        self.folder, self.psa_host = Path(folder), psa_host
        self.host_port, self.alerts_port = free_port(), free_port()
        self.programs = []
        self.psa = self._start_sandbox(sandbox)
        self._configure(plugin)
        self.host = self._run([psa_host, "--config", self.folder / "psa-host.toml", "serve"], "psa-host.log")
        self._wait_for_host()
        self.alertmanager = self._run(
            ["prometheus-alertmanager", f"--config.file={self.folder}/alertmanager.yml", f"--storage.path={self.folder}/am",
             "--data.maintenance-interval=1s", f"--web.listen-address=127.0.0.1:{self.alerts_port}", "--cluster.listen-address="],
            "alertmanager.log")

    def _run(self, command, log):
        self.programs.append(Program(command, self.folder / log))
        return self.programs[-1]

    def close(self):
        for program in reversed(self.programs):
            if program.alive():
                program.end(signal.SIGTERM)

    def _start_sandbox(self, sandbox):
        ready = self.folder / "psa.json"
        program = self._run([sandbox, "autotask", "--port", 0, "--state-dir", self.folder / "psa", "--ready-file", ready], "psa.log")

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
        self.folder.joinpath("psa-host.toml").write_text(f"""
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
        code = self.folder / "code"
        code.write_text(self.psa["integrationCode"])
        code.chmod(0o600)
        self.folder.joinpath("acme.toml").write_text(f"""
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
        for scope in ("submit", "admin"):
            token = json.loads(self.command("token", "add", scope, "--scope", scope, "--json"))["token"]
            self.folder.joinpath(f"{scope}.token").write_text(token)
        # Notifications every second instead of every five minutes, and repeats every two seconds instead of four hours.
        self.folder.joinpath("alertmanager.yml").write_text(f"""
route:
  receiver: psa
  group_by: [alertname]
  group_wait: 100ms
  group_interval: 1s
  repeat_interval: 2s
receivers:
  - name: psa
    webhook_configs:
      - url: http://127.0.0.1:{self.host_port}/v1/hooks/alertmanager/{self.connection}
        send_resolved: true
        http_config:
          authorization:
            credentials_file: {self.folder}/submit.token
""")

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
        status, document = ask(self.host_port, method, path, body, self.folder.joinpath("admin.token").read_text())
        return document if status == 200 else None

    def _wait_for_host(self):
        def healthy():
            assert self.host.alive(), (self.folder / "psa-host.log").read_text()
            return ask(self.host_port, "GET", "/healthz")[0] == 200
        until("psa-host answers", healthy)

    def restart_host(self):
        self.host.kill()
        self.host.start()
        self._wait_for_host()

    def restart_alertmanager(self):
        self.alertmanager.kill()
        self.alertmanager.start()
        until("Alertmanager answers", lambda: ask(self.alerts_port, "GET", "/-/ready")[0] == 200)

    def tickets(self):
        """What the simulated PSA really has."""
        return ask(self.psa["controlPort"], "GET", "/truth")[1]["tickets"]
