#!/usr/bin/env python3
"""Debian's Zabbix sends to psa-host with the media type of the preset, which its API imports. Exit code 77 where there is
none.

zabbix_test.py PSA_HOST PSA_SANDBOX PLUGIN
"""
import sys
import time

sys.dont_write_bytecode = True
from house import SenderTest, main, until  # noqa: E402
from zabbix import Zabbix, missing  # noqa: E402


class ZabbixServer(SenderTest):
    def arrived(self, kind, count=1, measured=None):
        """The newest event of this kind, as soon as there are `count`. `measured`: Zabbix is told this value again and again,
        since it may know the item already and not yet its trigger. It looks at escalations every three seconds, and at a
        canceled one when its next step is due, after a minute."""
        def look():
            if measured is not None:
                self.zabbix.send(measured)
                time.sleep(0.5)
            events = self.house.events(kind)
            return events[:1] if len(events) >= count else None
        return until(f"Zabbix reports {count} of kind {kind}", look, patience=150)[0]

    def testAProblemItsUpdateItsEndAndATriggerThatIsDisabled(self):
        house = self.house
        zabbix = self.zabbix = Zabbix(house)
        text = house.add_source("zabbix", "zabbix")
        zabbix.set_up(text["Media type, to import under Alerts > Media types"])

        problem = self.arrived("problem", measured=1)
        self.assertEqual((problem["title"], problem["severity"], problem["customer"]["name"], problem["device"]),
                         ("fl-fw-01 is down", "high", "Fjordline Ltd",
                          {"id": problem["device"]["id"], "name": "fl-fw-01", "address": "10.30.0.254"}))
        self.assertEqual(problem["labels"], {"site": 'Bergen "Nord"'})
        self.assertIn("Host: Firewall Fjordline\nSeverity: High\n", problem["text"])
        self.assertTrue(problem["links"][0]["url"].startswith("https://zabbix.example.com/tr_events.php?triggerid="))
        until("the PSA has a ticket", house.tickets)

        # Acknowledged, while psa-host is down: Zabbix tries again.
        house.host.kill()
        zabbix.api("event.acknowledge", eventids=[problem["key"]], action=6, message='on it: "DB-7" \u00e6')
        until("Zabbix has tried", lambda: "failed" in str(zabbix.api("alert.get", output=["error", "status", "retries"])) or any(
            int(alert["retries"]) > 0 for alert in zabbix.api("alert.get", output=["retries"])))
        house.host.start()
        update = self.arrived("update")
        self.assertEqual(update["key"], problem["key"])
        self.assertIn('on it: "DB-7" \u00e6', update["text"])

        self.assertEqual(self.arrived("recovery", measured=0)["key"], problem["key"])
        self.assertEqual(len(house.tickets()), 1)

        # Nobody watches a problem whose trigger is disabled: it is over, as far as anybody will ever know.
        second = self.arrived("problem", 2, measured=1)
        self.assertNotEqual(second["key"], problem["key"])
        zabbix.api("trigger.update", triggerid=zabbix.trigger, status=1)
        canceled = self.arrived("recovery", 2)
        self.assertEqual(canceled["key"], second["key"])
        self.assertTrue(canceled["text"].startswith("NOTE: Escalation canceled: trigger"), canceled["text"])
        self.assertEqual(len(house.tickets()), 2)


if __name__ == "__main__":
    if missing():
        print(f"SKIPPED: there is no {missing()}; install the Debian packages zabbix-server-pgsql, zabbix-frontend-php, php-cli, "
              "php-pgsql, php-gd, php-bcmath, php-mbstring, php-xml and postgresql-15")
        sys.exit(77)
    main(__doc__, "zabbix_server")
