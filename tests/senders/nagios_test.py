#!/usr/bin/env python3
"""Debian's Nagios sends to psa-host with the commands of the preset. Exit code 77 where there is none.

nagios_test.py PSA_HOST PSA_SANDBOX PLUGIN
"""
import getpass
import grp
import os
import sys

sys.dont_write_bytecode = True
from checks_of_host import ServiceTest  # noqa: E402
from house import main  # noqa: E402


class Nagios(ServiceTest):
    keepsOutput = False  # illegal_macro_output_chars

    def start(self, service, host):
        house = self.house
        text = house.add_source("nagios", "nagios")
        header = house.write("psa-host.header", text["/etc/nagios4/psa-host.header, readable by nagios only"])
        days = "\n".join(f"    {day} 00:00-24:00" for day in
                         ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"))
        checks = "\n".join(f"""
define command {{
    command_name check-{name}
    command_line {check.script}
}}""" for name, check in (("host", host), ("service", service)))
        often = """
    max_check_attempts 1
    check_interval 1
    retry_interval 1
    check_period 24x7
    notification_interval 0
    notification_period 24x7
    contacts psa-host
}"""
        commands = (text["Commands"] + text["Contact"]).replace("/etc/nagios4/psa-host.header", str(header))
        house.write("objects.cfg", f"""{commands}
define timeperiod {{
    timeperiod_name 24x7
    alias always
{days}
}}
{checks}
define host {{
    host_name fl-fw-01
    address 127.0.0.1
    _CUSTOMER Fjordline Ltd
    check_command check-host{often}
define service {{
    host_name fl-fw-01
    service_description SMTP
    check_command check-service{often}
""")
        folder = house.folder
        folder.joinpath("results").mkdir()
        house.write("nagios.cfg", f"""
cfg_file={folder}/objects.cfg
log_file={folder}/nagios.events
object_cache_file={folder}/nagios.cache
precached_object_file={folder}/nagios.precache
status_file={folder}/nagios.status
temp_file={folder}/nagios.tmp
temp_path={folder}
check_result_path={folder}/results
state_retention_file={folder}/nagios.retention
lock_file={folder}/nagios.lock
command_file={folder}/nagios.cmd
query_socket={folder}/nagios.qh
nagios_user={getpass.getuser()}
nagios_group={grp.getgrgid(os.getgid()).gr_name}
interval_length=1
check_external_commands=0
use_syslog=0
illegal_macro_output_chars=`~$&|'"<>
service_inter_check_delay_method=n
host_inter_check_delay_method=n
""")
        house.run(["nagios4", folder / "nagios.cfg"], "nagios.log")

    def recovered(self):
        return "SERVICE NOTIFICATION: psa-host;fl-fw-01;SMTP;OK" in self.house.folder.joinpath("nagios.events").read_text()

    def testAServiceThatFailsAndRecoversWhilePsaHostIsDown(self):
        self.checkOneService("fl-fw-01 / SMTP is CRITICAL", "fl-fw-01 / SMTP is OK")


if __name__ == "__main__":
    main(__doc__, "nagios4")
