#pragma once

#include "host/alerts/alert_group.h"

#include <Poco/JSON/Object.h>

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace psa::host {

/// Where one field of a ticket comes from.
struct AlertField
{
    /// "label:NAME" or "annotation:NAME", tried in this order.
    std::vector<std::string> from;
    std::map<std::string, std::string> values; ///< What is put in the place of what was found; empty = itself.
    std::string otherwise;                     ///< Where nothing was found, or has no place in `values`; "" = no value.
};

/// How the alerts for one connection become tickets.
struct AlertSettings
{
    /// By the names of ticket requests; others are fields that only this PSA has.
    std::map<std::string, AlertField> fields;
    /// Where the source sends no "resolved": after so long without a word of the same alerts the trouble is over. 0 = it
    /// does send it.
    std::chrono::minutes resolvedAfter{0};
};

/// Throws AlertsRefused.
AlertSettings alertSettingsFrom(const Poco::JSON::Object &document);

/// Those that were kept as `json`; what cannot be read counts as none, and `damage` says why; else that is "".
AlertSettings keptAlertSettings(const std::string &json, std::string &damage);

/// The ticket request for a group that has begun to fire. What no setting names: the title is the summary, the alert's
/// name or the group; the description has every alert with its labels and annotations.
Poco::JSON::Object::Ptr ticketRequestFor(const AlertGroup &group, const AlertSettings &settings);

} // namespace psa::host
