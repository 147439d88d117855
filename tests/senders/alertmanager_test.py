#!/usr/bin/env python3
"""Debian's Alertmanager sends to psa-host: one that is killed while psa-host is killed too, two of a cluster, and two that
know nothing of each other. Exit code 77 where there is none.

alertmanager_test.py PSA_HOST PSA_SANDBOX PLUGIN
"""
import collections
import datetime
import re
import shutil
import subprocess
import sys
import threading

sys.dont_write_bytecode = True
from house import SenderTest, ask, free_port, main, until  # noqa: E402

TROUBLES = [f"Trouble{number}" for number in range(12)]


class Alertmanager:
    """Set up with the text of the preset, except that it is fast. `cluster`: arguments of its cluster."""

    def __init__(self, house, name, instructions, cluster=("--cluster.listen-address=",)):
        # Notifications every second instead of every five minutes, and repeats every two seconds instead of four hours.
        group_by = "  group_by: [alertname, customer]\n"
        text = instructions["In alertmanager.yml"]
        assert group_by in text, text
        house.write(f"{name}.yml", text.replace(
            group_by, group_by + "  group_wait: 100ms\n  group_interval: 1s\n  repeat_interval: 2s\n"))
        self.port = free_port()
        self.program = house.run(
            ["prometheus-alertmanager", f"--config.file={house.folder}/{name}.yml", f"--storage.path={house.folder}/{name}",
             "--data.maintenance-interval=1s", f"--web.listen-address=127.0.0.1:{self.port}", *cluster], f"{name}.log")
        self.wait()

    def wait(self):
        until("Alertmanager answers", lambda: ask(self.port, "GET", "/-/ready")[0] == 200)

    def restart(self):
        self.program.kill()
        self.program.start()
        self.wait()

    def notifications(self):
        """How many it has delivered since it was started."""
        metrics = ask(self.port, "GET", "/metrics")[1]
        numbers = {name: float(re.search(rf'^alertmanager_{name}{{integration="webhook"}} (\S+)$', metrics, re.MULTILINE).group(1))
                   for name in ("notifications_total", "notifications_failed_total")}
        return numbers["notifications_total"] - numbers["notifications_failed_total"]


class Prometheus(threading.Thread):
    """What Prometheus does: tells Alertmanagers of every alert again and again whether it fires, resolved ones too."""

    def __init__(self, test, *alertmanagers):
        super().__init__(daemon=True)
        self.alertmanagers, self.alerts, self.lock, self.over = alertmanagers, {}, threading.Lock(), threading.Event()
        self.start()
        test.addCleanup(self.join)
        test.addCleanup(self.over.set)

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
            for each in self.alertmanagers:
                ask(each.port, "POST", "/api/v2/alerts", body)  # while it is down, the next round repeats it


class Alertmanagers(SenderTest):
    def perTrouble(self):
        return collections.Counter(ticket["title"].split(" ")[0] for ticket in self.house.tickets())

    def waitForTickets(self, expected):
        until(f"the PSA has {expected} tickets", lambda: sum(self.perTrouble().values()) >= expected)

    def waitForEnds(self, expected, source=None):
        until(f"{expected} problems are over", lambda: len(self.house.ended(source)) >= expected)

    def testOneTicketAnEpisodeThoughBothAreKilled(self):
        house = self.house
        alertmanager = Alertmanager(house, "am", house.add_source("am", "alertmanager"))
        prometheus = Prometheus(self, alertmanager)
        for number, trouble in enumerate(TROUBLES):
            prometheus.fire(trouble)
            if number == 3:
                house.restart_host()
            if number == 6:
                alertmanager.restart()
            if number == 9:
                house.host.kill()  # Alertmanager gets connection refused
        house.host.start()
        self.waitForTickets(len(TROUBLES))

        # More alerts of the same groups, and Alertmanager forgets what it has sent: only repeats.
        for trouble in TROUBLES[:6]:
            prometheus.fire(trouble, "srv2")
        alertmanager.restart()
        house.restart_host()
        until("each group is repeated three times", lambda: alertmanager.notifications() >= 3 * len(TROUBLES))
        self.assertEqual(self.perTrouble(), {trouble: 1 for trouble in TROUBLES})

        # Resolved, while the host is down when Alertmanager reports it.
        house.host.kill()
        for trouble, instance in list(prometheus.alerts):
            if trouble in TROUBLES[:4]:
                prometheus.resolve(trouble, instance)
        until("Alertmanager has seen the ends", lambda: not any(
            alert["labels"]["alertname"] in TROUBLES[:4]
            for alert in ask(alertmanager.port, "GET", "/api/v2/alerts")[1]))
        house.host.start()
        self.waitForEnds(4)

        # The same trouble again is another episode.
        for trouble in TROUBLES[:2]:
            prometheus.fire(trouble)
        self.waitForTickets(len(TROUBLES) + 2)
        house.restart_host()
        self.assertEqual(self.perTrouble(), {**{trouble: 1 for trouble in TROUBLES}, TROUBLES[0]: 2, TROUBLES[1]: 2})
        self.assertEqual(len(house.ended()), 4)
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

    def testTwoOfAClusterThatBothSendGiveOneTicketAProblem(self):
        house, first = self.house, free_port()
        instructions = house.add_source("cluster", "alertmanager")
        # The second waits for the first for a moment only, so that both notify of most groups.
        patience = "--cluster.peer-timeout=50ms"
        one = Alertmanager(house, "one", instructions, [f"--cluster.listen-address=127.0.0.1:{first}", patience])
        two = Alertmanager(house, "two", instructions, [f"--cluster.listen-address=127.0.0.1:{free_port()}",
                                                        f"--cluster.peer=127.0.0.1:{first}", patience])
        prometheus = Prometheus(self, one, two)
        for trouble in TROUBLES[:4]:
            prometheus.fire(trouble)
        self.waitForTickets(4)
        until("both have notified", lambda: one.notifications() >= 1 and two.notifications() >= 1)

        # The one that is left goes on, and reports the ends.
        one.program.kill()
        for trouble in TROUBLES[4:6]:
            prometheus.fire(trouble)
        self.waitForTickets(6)
        for trouble in TROUBLES[:2]:
            prometheus.resolve(trouble)
        self.waitForEnds(2)
        one.program.start()
        one.wait()
        before = two.notifications()
        until("repeats have come", lambda: two.notifications() >= before + 6)
        self.assertEqual(self.perTrouble(), {trouble: 1 for trouble in TROUBLES[:6]})
        self.assertEqual(len(house.ended()), 2)

    def testTwoIndependentOnesWithEqualRoutesDoNotShareAProblem(self):
        house = self.house
        one = Alertmanager(house, "north", house.add_source("north", "alertmanager"))
        two = Alertmanager(house, "south", house.add_source("south", "alertmanager"))
        north, south = Prometheus(self, one), Prometheus(self, two)
        for prometheus in (north, south):
            prometheus.fire(TROUBLES[0])
        self.waitForTickets(2)
        keys = {event["key"] for source in ("north", "south") for event in house.events("problem", source)}
        self.assertEqual(len(keys), 1, "both have the same group key")

        north.resolve(TROUBLES[0])
        self.waitForEnds(1, "north")
        before = two.notifications()
        until("the other repeats its problem", lambda: two.notifications() >= before + 2)
        self.assertEqual(self.perTrouble(), {TROUBLES[0]: 2})
        self.assertEqual(house.ended("south"), set())
        south.resolve(TROUBLES[0])
        self.waitForEnds(1, "south")
        self.assertEqual(len(house.ended()), 2)


if __name__ == "__main__":
    main(__doc__, "prometheus-alertmanager")
