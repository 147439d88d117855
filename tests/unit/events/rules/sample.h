#pragma once

#include "host/events/instants.h"
#include "host/events/rules/facts.h"
#include "host/json/strict_json.h"

#include <Poco/JSON/Object.h>

#include <string>

namespace psa::tests {

/// A whole event, and the facts about it.
struct Sample
{
    events::Event event;
    events::rules::Facts facts;

    Sample()
    {
        event.kind = events::EventKind::problem;
        event.key = "disk|bw-fs-01";
        event.severity = events::Severity::critical;
        event.severityText = "page";
        event.customer = {"27", "Brightwater Clinic"};
        event.device = {"d1", "bw-fs-01", "10.0.0.5"};
        event.title = "Disk C: of bw-fs-01 is full";
        event.text = "Free space fell below 5 %.\nOldest scans can be moved.";
        event.labels = {{"team", "msp"}, {"app.kubernetes.io/name", "scanner"}};
        event.links = {{"source", "https://prom.example/graph"}, {"runbook", "https://wiki.example/disk"}};
        facts.event = &event;
        facts.source = "prod-alerts";
    }
    Sample(const Sample &) = delete;
    Sample &operator=(const Sample &) = delete;
};

inline Poco::JSON::Object::Ptr jsonObject(const std::string &text)
{
    return json::parseStrict(text).extract<Poco::JSON::Object::Ptr>();
}

/// "2026-03-29T01:00:00Z" and the like.
inline events::Instant instantAt(const std::string &text)
{
    return events::instantFromRfc3339(text).value();
}

} // namespace psa::tests
