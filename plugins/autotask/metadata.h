#pragma once

#include "client.h"

#include "common/pick_list.h"

#include <string>
#include <vector>

namespace psa::plugins::autotask {

/// One field of the tenant.
struct FieldInfo
{
    std::string name;
    std::string label;      ///< Only user-defined fields may have one.
    std::string type;       ///< "string", "datetime", "double" ...; empty = not specified.
    std::size_t length = 0; ///< 0 = not specified.
    bool required = false;
    bool readOnly = false;
    bool queryable = true;
    std::vector<PickValue> values; ///< In the tenant's order.
};

/// Fields of tickets or notes, read from Autotask and cached for an hour: picklists and lengths depend on the tenant.
class Metadata
{
public:
    /// The standard fields that the plugin uses.
    static Metadata ticketFields(Client &client);
    /// Those of a ticket's notes.
    static Metadata noteFields(Client &client);
    /// The user-defined fields.
    static Metadata userDefinedFields(Client &client);
    /// The standard fields if they are in the cache; makes no request.
    static std::optional<Metadata> keptTicketFields(Client &client);
    /// Removes them from the cache, so that they are read again next time.
    static void forget(Client &client);

    /// The field with this name, ignoring case; nullptr if there is none.
    const FieldInfo *find(const std::string &name) const;
    /// Its picklist; empty if it has none.
    const std::vector<PickValue> &values(const std::string &name) const;
    /// The tenant's maximum length of a text field, or Autotask's usual one.
    std::size_t length(const std::string &name, std::size_t usual) const;
    const std::vector<FieldInfo> &fields() const { return fields_; }
    bool fromCache() const { return fromCache_; }

    /// Label of a value of a picklist; empty if it is not known.
    std::string label(const std::string &field, const std::string &id) const;

private:
    struct Source;
    static Metadata read(Client &client, const Source &source);
    static std::optional<Metadata> parse(const Object &answer, bool fromCache);

    std::vector<FieldInfo> fields_;
    bool fromCache_ = false;
};

} // namespace psa::plugins::autotask
