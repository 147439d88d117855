"""What the tests of Nagios and Icinga have in common: a service that fails while psa-host is down, and recovers."""
from house import Check, SenderTest, until


class ServiceTest(SenderTest):
    """`start(service, host)` of a subclass starts the sender, which runs these two checks every second."""

    def checkOneService(self, title, recovered):
        house = self.house
        host, service = Check(house, "host"), Check(house, "service")
        self.start(service, host)
        # The output has what a shell would take for something else.
        hostile = f"CRITICAL - refused $(touch {house.folder}/made) `touch {house.folder}/made` & %41 + 100%"
        service.set(2, hostile)
        until("the PSA has a ticket", house.tickets)
        self.assertEqual([ticket["title"] for ticket in house.tickets()], [title])
        event = house.events("problem")[0]
        self.assertEqual((event["severity"], event["customer"]["name"], event["device"]["name"]),
                         ("critical", "Fjordline Ltd", "fl-fw-01"))
        self.assertIn("& %41 + 100%" if self.keepsOutput else "%41 + 100%", event["text"])
        self.assertFalse(house.folder.joinpath("made").exists())

        # The sender reports the end once; its command tries again until psa-host is back.
        house.host.kill()
        service.set(0, "OK - answers")
        until("the sender has noticed", lambda: self.recovered() is True)
        house.host.start()
        until("the problem is over", house.ended)
        self.assertEqual(house.events("recovery")[0]["title"], recovered)
        self.assertEqual(len(house.tickets()), 1)
