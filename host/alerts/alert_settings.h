#pragma once

#include "host/alerts/alert_group.h"

#include <Poco/JSON/Object.h>

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace psa::alerts {

/// Where one field of a ticket comes from.
struct AlertField
{
    /// "label:NAME" or "annotation:NAME", tried in this order.
    std::vector<std::string> from;
    std::map<std::string, std::string> values; ///< Translations of the value that was found; empty = none.
    std::string fallback; ///< Used if nothing was found, or if it is not in `values`; "" = no value.
};

/// How the alerts for one connection become tickets.
struct AlertSettings
{
    /// By the names of ticket requests; others are fields that only this PSA has.
    std::map<std::string, AlertField> fields;
    /// If the source sends no "resolved": a group that is not notified for this long is treated as resolved. 0 = it
    /// does send it.
    std::chrono::minutes resolvedAfter{0};
};

/// Throws AlertsRefused.
AlertSettings alertSettingsFrom(const Poco::JSON::Object &written);

/// The settings stored as `json`; if they cannot be read there are none, and `damage` says why; otherwise `damage` is
/// "".
AlertSettings storedAlertSettings(const std::string &json, std::string &damage);

/// The ticket request for a group that has started firing. Without settings the title is the summary, the alert's name
/// or the group, and the description lists every alert with its labels and annotations.
Poco::JSON::Object::Ptr ticketRequestFor(const AlertGroup &group, const AlertSettings &settings);

} // namespace psa::alerts
