"""Debian's Zabbix: the server, PostgreSQL, and the frontend, whose API sets it up."""
import http.client
import json
import os
import re
import shutil
import socket
import struct
import subprocess
from pathlib import Path

from house import ask, free_port, until

FRONTEND, SCHEMA = Path("/usr/share/zabbix"), Path("/usr/share/zabbix-server-pgsql")
POSTGRES = Path("/usr/lib/postgresql/15/bin")


def missing():
    """What is not installed; "" = nothing."""
    wanted = {"zabbix-server-pgsql": SCHEMA / "schema.sql.gz", "zabbix-frontend-php": FRONTEND / "api_jsonrpc.php",
              "postgresql-15": POSTGRES / "postgres", "php-cli": Path("/usr/bin/php")}
    return ", ".join(package for package, file in wanted.items() if not file.exists())


def as_user(command):
    """PostgreSQL refuses to run as root."""
    return ["runuser", "-u", "postgres", "--", *map(str, command)] if os.geteuid() == 0 else [str(word) for word in command]


class Zabbix:
    def __init__(self, house):
        self.house, self.folder = house, house.folder / "zabbix"
        self.folder.mkdir()
        self.trapper, self.web = free_port(range(20000, 32768)), free_port()  # it takes none above 32767
        self._start_database()
        self._start_server()
        self._start_frontend()
        self.session = None
        self.session = self.api("user.login", username="Admin", password="zabbix")

    def _start_database(self):
        data, sockets = self.folder / "data", self.folder / "sockets"
        for folder in (self.house.folder, self.folder):
            folder.chmod(0o755)
        sockets.mkdir()
        data.mkdir(mode=0o700)
        if os.geteuid() == 0:
            for folder in (data, sockets):
                shutil.chown(folder, "postgres", "postgres")
        quiet = {"stdout": subprocess.DEVNULL, "check": True, "cwd": self.folder}
        subprocess.run(as_user([POSTGRES / "initdb", "-D", data, "-U", "zabbix", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"]), **quiet)
        self.database = self.house.run(
            as_user([POSTGRES / "postgres", "-D", data, "-k", sockets, "-c", "listen_addresses=", "-c", "fsync=off",
                     "-c", "shared_buffers=32MB"]), "postgres.log")
        until("PostgreSQL answers", lambda: subprocess.run(
            [POSTGRES / "pg_isready", "-q", "-h", sockets], check=False).returncode == 0)
        psql = [POSTGRES / "psql", "-q", "-h", sockets, "-U", "zabbix", "-v", "ON_ERROR_STOP=1"]
        subprocess.run([*psql, "-d", "postgres", "-c", "CREATE DATABASE zabbix"], **quiet)
        for name in ("schema", "data"):  # without the images, which maps refer to
            sql = b"SET session_replication_role = replica;\n" + subprocess.run(["gzip", "-dc", SCHEMA / f"{name}.sql.gz"], stdout=subprocess.PIPE, check=True).stdout
            subprocess.run([*psql, "-d", "zabbix"], input=sql, **quiet)
        self.sockets = sockets

    def _start_server(self):
        config = self.house.write("zabbix/server.conf", f"""
LogType=console
ListenIP=127.0.0.1
ListenPort={self.trapper}
SocketDir={self.folder}
PidFile={self.folder}/server.pid
AllowRoot=1
DBHost={self.sockets}
DBName=zabbix
DBUser=zabbix
CacheUpdateFrequency=1
StartPollers=0
StartPollersUnreachable=0
StartPingers=0
StartDiscoverers=0
StartHTTPPollers=0
StartPreprocessors=1
StartTrappers=1
StartDBSyncers=1
StartAlerters=1
StartLLDProcessors=1
""")
        self.server = self.house.run(["zabbix_server", "-f", "-c", config], "zabbix.log")

    def _start_frontend(self):
        web = self.folder / "web"
        shutil.copytree(FRONTEND, web, symlinks=False, ignore_dangling_symlinks=True)
        config = self.house.write("zabbix/zabbix.conf.php", f"""<?php
$DB['TYPE'] = 'POSTGRESQL'; $DB['SERVER'] = '{self.sockets}'; $DB['PORT'] = '5432';
$DB['DATABASE'] = 'zabbix'; $DB['USER'] = 'zabbix'; $DB['PASSWORD'] = ''; $DB['SCHEMA'] = ''; $DB['ENCRYPTION'] = false;
$DB['VERIFY_HOST'] = false; $DB['VAULT_URL'] = ''; $DB['DOUBLE_IEEE754'] = true;
$ZBX_SERVER = '127.0.0.1'; $ZBX_SERVER_PORT = '{self.trapper}';
""")
        # Its place is a constant of the frontend.
        constant = web / "include/classes/core/CConfigFile.php"
        constant.write_text(re.sub(r"(CONFIG_FILE_PATH = )'[^']*'", rf"\1'{config}'", constant.read_text()))
        self.frontend = self.house.run(["php", "-S", f"127.0.0.1:{self.web}", "-t", web], "frontend.log")
        until("the frontend answers", lambda: ask(self.web, "GET", "/api_jsonrpc.php")[0] != 0)

    def api(self, method, **parameters):
        return self.call(method, parameters)

    def call(self, method, parameters):
        """What Zabbix's API answers."""
        request = {"jsonrpc": "2.0", "method": method, "params": parameters, "id": 1, "auth": self.session}
        connection = http.client.HTTPConnection("127.0.0.1", self.web, timeout=60)
        connection.request("POST", "/api_jsonrpc.php", json.dumps(request), {"Content-Type": "application/json-rpc"})
        answer = connection.getresponse().read()
        try:
            document = json.loads(answer)
        except json.JSONDecodeError as error:
            raise AssertionError(f"{method}: {answer[:2000]}") from error
        assert "result" in document, (method, document)
        return document["result"]

    def set_up(self, media_type):
        """Imports the media type, and adds a host with an item that is told its values and a trigger on 1."""
        self.api("configuration.import", format="yaml", source=media_type,
                 rules={"mediaTypes": {"createMissing": True, "updateExisting": True}})
        self.api("usermacro.createglobal", macro="{$ZABBIX.URL}", value="https://zabbix.example.com")
        media = self.api("mediatype.get", filter={"name": "psa-host"})[0]["mediatypeid"]
        user = self.api("user.create", username="psa-host", passwd="Fjordline-4711", roleid="3",
                        usrgrps=[{"usrgrpid": self.api("usergroup.get", filter={"name": "Zabbix administrators"})[0]["usrgrpid"]}],
                        medias=[{"mediatypeid": media, "sendto": "psa-host", "active": 0, "severity": 63,
                                 "period": "1-7,00:00-24:00"}])["userids"][0]
        group = self.api("hostgroup.create", name="Customers/Fjordline Ltd")["groupids"][0]
        host = self.api("host.create", host="fl-fw-01", name="Firewall Fjordline", groups=[{"groupid": group}],
                        interfaces=[{"type": 1, "main": 1, "useip": 1, "ip": "10.30.0.254", "dns": "", "port": "10050"}])["hostids"][0]
        self.api("item.create", hostid=host, name="Down", key_="down", type=2, value_type=3)
        self.trigger = self.api("trigger.create", description="{HOST.HOST} is down", expression="last(/fl-fw-01/down)=1",
                                priority=4, tags=[{"tag": "site", "value": "Bergen \"Nord\""}])["triggerids"][0]
        message = {"opmessage": {"default_msg": 1, "mediatypeid": media}, "opmessage_usr": [{"userid": user}]}
        # A second step, so that an escalation is still active when the trigger is disabled.
        steps = {"operationtype": 0, "esc_step_from": 1, "esc_step_to": 1, **message}
        later = {"operationtype": 0, "esc_step_from": 100, "esc_step_to": 100, **message}
        # Not for the server itself, which reports its own load.
        only = {"evaltype": 0, "conditions": [{"conditiontype": 1, "operator": 0, "value": host}]}
        self.api("action.create", name="psa-host", eventsource=0, status=0, esc_period="1m", filter=only, operations=[steps, later],
                 recovery_operations=[{"operationtype": 0, **message}], update_operations=[{"operationtype": 0, **message}])

    def send(self, value):
        """Tells the item a value, as zabbix_sender does."""
        body = json.dumps({"request": "sender data", "data": [{"host": "fl-fw-01", "key": "down", "value": str(value)}]}).encode()
        try:
            with socket.create_connection(("127.0.0.1", self.trapper), timeout=10) as connection:
                connection.sendall(b"ZBXD\x01" + struct.pack("<Q", len(body)) + body)
                return b"processed: 1" in connection.makefile("rb").read()
        except OSError:
            return False  # it is starting
