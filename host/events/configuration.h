#pragma once

#include "host/connection/connections.h"
#include "host/events/definitions.h"
#include "host/events/sources.h"
#include "host/json/json_values.h"
#include "host/store/store.h"

#include <Poco/JSON/Object.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace psa::events {

/// A configuration that cannot be applied.
class ConfigurationRefused : public std::runtime_error
{
public:
    struct Wrong
    {
        std::string pointer; ///< JSON pointer into the configuration, such as "/rules/2/ticket/connection".
        std::string problem;
    };

    explicit ConfigurationRefused(std::vector<Wrong> wrong);
    const std::vector<Wrong> &wrong() const { return wrong_; }

private:
    std::vector<Wrong> wrong_;
};

/// One difference between what is stored and a configuration. Free of secrets.
struct ConfigurationChange
{
    enum class What
    {
        add,
        change,
        remove,
        order ///< Of the rules.
    };

    std::string kind; ///< "source", "rule", "window", "customer" or "connection".
    std::string name; ///< "" for the order.
    What what = What::change;
    /// Of a change: what differs. A secret has a path and no values. Of the order: the names before and after.
    std::vector<json::JsonDifference> fields;
};

const char *toText(ConfigurationChange::What what);

struct ConfigurationResult
{
    std::vector<ConfigurationChange> changes;
    std::vector<std::string> warnings; ///< What could not be checked, and values that may be wrong.
    bool applied = false;
};

/// Everything that operators configure for the way from sources to tickets, as one document:
/// `{"connections": […], "sources": […], "rules": […], "windows": […], "customers": […]}`, the rules in their order. Lists
/// that are missing are left alone. Thread-safe.
class Configuration
{
public:
    struct Parts
    {
        store::Store &store;
        connection::Connections &connections;
        Sources &sources;
        Definitions &definitions;
    };

    explicit Configuration(Parts parts) : parts_(parts) {}

    /// What is stored. In the place of each secret it has `{"stored": true}`, which apply() understands as unchanged.
    Poco::JSON::Object::Ptr current() const;

    /// Makes what is stored equal to `document`, whose secrets are given in plain text; with its member `"prune": true`,
    /// what its lists do not have is removed. `dryRun`: changes nothing. Sources, rules, windows and customers are changed in
    /// one transaction. Connections are changed one by one, before it, and removed after it. `who`: for the audit log.
    /// Throws ConfigurationRefused, SealError and StoreError; after the last two, connections may have been changed.
    ConfigurationResult apply(const Poco::JSON::Object &document, bool dryRun, const std::string &who);

private:
    class Plan;

    Parts parts_;
};

} // namespace psa::events
