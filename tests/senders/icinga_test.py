#!/usr/bin/env python3
"""Debian's Icinga 2 sends to psa-host with the script and configuration of the preset. Exit code 77 where there is none.

icinga_test.py PSA_HOST PSA_SANDBOX PLUGIN
"""
import getpass
import grp
import os
import sys

sys.dont_write_bytecode = True
from checks_of_host import ServiceTest  # noqa: E402
from house import main  # noqa: E402


class Icinga(ServiceTest):
    keepsOutput = True

    def start(self, service, host):
        house = self.house
        text = house.add_source("icinga", "icinga")
        script = text["Icinga 2: /etc/icinga2/scripts/psa-host.sh, executable"]
        # The script says which line the file has.
        line = next(each for each in script.splitlines() if "Authorization: Bearer" in each)
        header = house.write("psa-host.header", line[line.index("Authorization"):] + "\n")
        house.write("etc/scripts/psa-host.sh", script.replace("/etc/icinga2/psa-host.header", str(header)), executable=True)
        often = "max_check_attempts = 1\n  check_interval = 1s\n  retry_interval = 1s"
        house.write("etc/icinga2.conf", f"""
include <itl>
{text["Icinga 2: configuration"]}
object CheckCommand "check-host" {{ command = [ "{host.script}" ] }}
object CheckCommand "check-service" {{ command = [ "{service.script}" ] }}
object Host "fl-fw-01" {{
  display_name = "Firewall Fjordline"
  address = "127.0.0.1"
  check_command = "check-host"
  vars.customer = "Fjordline Ltd"
  {often}
}}
object Service "SMTP" {{
  host_name = "fl-fw-01"
  check_command = "check-service"
  {often}
}}
object CheckerComponent "checker" {{ }}
object NotificationComponent "notification" {{ }}
""")
        user, group = getpass.getuser(), grp.getgrgid(os.getgid()).gr_name
        folders = {"ConfigDir": "etc", "DataDir": "data", "LogDir": "log", "CacheDir": "cache", "InitRunDir": "run", "SpoolDir": "spool"}
        for folder in folders.values():
            house.folder.joinpath(folder).mkdir(exist_ok=True)
        house.run(["icinga2", "daemon", "-c", house.folder / "etc/icinga2.conf", f"-DRunAsUser={user}", f"-DRunAsGroup={group}",
                   *(f"-D{name}={house.folder / folder}" for name, folder in folders.items())], "icinga.log",
                  {"ICINGA2_USER": user, "ICINGA2_GROUP": group})

    def recovered(self):
        log = self.house.folder.joinpath("icinga.log").read_text()
        return "Sending 'Recovery' notification" in log or "Completed sending 'Recovery' notification" in log

    def testAServiceThatFailsAndRecoversWhilePsaHostIsDown(self):
        self.checkOneService("Firewall Fjordline / SMTP is CRITICAL", "Firewall Fjordline / SMTP is OK")


if __name__ == "__main__":
    main(__doc__, "icinga2")
