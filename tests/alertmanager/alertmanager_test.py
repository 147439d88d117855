#!/usr/bin/env python3
"""Debian's Alertmanager sends to psa-host while both are killed: one ticket an episode. Exit code 77 where there is none.

alertmanager_test.py PSA_HOST PSA_SANDBOX PLUGIN
"""
import collections
import datetime
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest

sys.dont_write_bytecode = True
from house import House, ask, until  # noqa: E402

PROGRAMS = []
TROUBLES = [f"Trouble{number}" for number in range(12)]


class Source(threading.Thread):
    """What Prometheus does: says of every alert again and again whether it fires, resolved ones too."""

    def __init__(self, house):
        super().__init__(daemon=True)
        self.house, self.alerts, self.lock, self.over = house, {}, threading.Lock(), threading.Event()

    @staticmethod
    def now():
        return datetime.datetime.now(datetime.timezone.utc)

    def fire(self, trouble, instance="srv1"):
        with self.lock:
            self.alerts[trouble, instance] = {"startsAt": self.now().isoformat()}

    def resolve(self, trouble, instance="srv1"):
        with self.lock:
            self.alerts[trouble, instance]["endsAt"] = self.now().isoformat()

    def run(self):
        while not self.over.wait(0.3):
            later = (self.now() + datetime.timedelta(minutes=4)).isoformat()
            with self.lock:
                body = [{"labels": {"alertname": trouble, "instance": instance, "severity": "critical"},
                         "annotations": {"summary": f"{trouble} on {instance}"}, "endsAt": later, **times}
                        for (trouble, instance), times in self.alerts.items()]
            ask(self.house.alerts_port, "POST", "/api/v2/alerts", body) # while it is down, the next round repeats it


class Episodes(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="psa-alertmanager-")
        self.addCleanup(folder.cleanup)
        self.house = House(folder.name, *PROGRAMS)
        self.addCleanup(self.house.close)
        self.source = Source(self.house)
        self.source.start()
        self.addCleanup(self.source.join)
        self.addCleanup(self.source.over.set)

    def perTrouble(self):
        return collections.Counter(ticket["title"].split(" ")[0] for ticket in self.house.tickets())

    def waitForTickets(self, expected):
        try:
            until(f"the PSA has {expected} tickets", lambda: sum(self.perTrouble().values()) >= expected)
        except AssertionError:
            print(self.perTrouble(), self.house.api("GET", "/v1/tickets?limit=100"), *self.house.logs(), sep="\n")
            raise

    def notifications(self):
        """How many Alertmanager has delivered since it was started."""
        metrics = ask(self.house.alerts_port, "GET", "/metrics")[1]
        numbers = {name: float(re.search(rf'^alertmanager_{name}{{integration="webhook"}} (\S+)$', metrics, re.MULTILINE).group(1))
                   for name in ("notifications_total", "notifications_failed_total")}
        return numbers["notifications_total"] - numbers["notifications_failed_total"]

    def resolved(self):
        """Tickets of episodes that are over, as the audit has them."""
        entries = self.house.api("GET", "/v1/audit?limit=500") or {"entries": []}
        return {entry["ticket"] for entry in entries["entries"] if entry["action"] == "alert.resolved"}

    def testOneTicketAnEpisodeThoughBothAreKilled(self):
        for number, trouble in enumerate(TROUBLES):
            self.source.fire(trouble)
            if number == 3:
                self.house.restart_host()
            if number == 6:
                self.house.restart_alertmanager()
            if number == 9:
                self.house.host.kill()  # Alertmanager gets connection refused
        self.house.host.start()
        self.waitForTickets(len(TROUBLES))

        # More alerts of the same groups, and Alertmanager forgets what it has sent: only repeats.
        for trouble in TROUBLES[:6]:
            self.source.fire(trouble, "srv2")
        self.house.restart_alertmanager()
        self.house.restart_host()
        until("each group is repeated three times", lambda: self.notifications() >= 3 * len(TROUBLES))
        self.assertEqual(self.perTrouble(), {trouble: 1 for trouble in TROUBLES})

        # Resolved, while the host is down when Alertmanager reports it.
        self.house.host.kill()
        for trouble, instance in list(self.source.alerts):
            if trouble in TROUBLES[:4]:
                self.source.resolve(trouble, instance)
        until("Alertmanager has seen the ends", lambda: not any(
            alert["labels"]["alertname"] in TROUBLES[:4]
            for alert in ask(self.house.alerts_port, "GET", "/api/v2/alerts")[1]))
        self.house.host.start()
        until("the ends are in the audit", lambda: len(self.resolved()) == 4)

        # The same trouble again is another episode.
        for trouble in TROUBLES[:2]:
            self.source.fire(trouble)
        self.waitForTickets(len(TROUBLES) + 2)
        self.house.restart_host()
        self.assertEqual(self.perTrouble(), {**{trouble: 1 for trouble in TROUBLES}, TROUBLES[0]: 2, TROUBLES[1]: 2})
        self.assertEqual(len(self.resolved()), 4)
        self.checkMetrics()

    def checkMetrics(self):
        """As Prometheus would read them."""
        metrics = self.house.api("GET", "/metrics")
        self.assertIn('psa_host_tickets{connection="acme",state="done"} 14', metrics)
        if shutil.which("promtool") is None:
            print("promtool is not there; the Debian package prometheus has it")
            return
        checked = subprocess.run(["promtool", "check", "metrics"], input=metrics, text=True, capture_output=True)
        self.assertEqual((checked.returncode, checked.stdout + checked.stderr), (0, ""))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    if shutil.which("prometheus-alertmanager") is None:
        print("SKIPPED: there is no prometheus-alertmanager; install the Debian package of that name")
        sys.exit(77)
    PROGRAMS, sys.argv = sys.argv[1:], sys.argv[:1]
    unittest.main()
