#pragma once

#include "client.h"

#include "common/pick_list.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace psa::plugins::halopsa {

/// The tenant's lists of values, read from HaloPSA and cached for an hour. `type`: id of the ticket type, for values that
/// belong to one; empty = of all types.
class PickLists
{
public:
    /// `client` must outlive it.
    explicit PickLists(Client &client) : client_(client) {}

    std::vector<PickValue> values(const TicketName &name, const std::string &type = {});
    /// The value that `given`, an id or a label, refers to. One that is not in the cached list is looked up again in
    /// HaloPSA. nullopt if HaloPSA lists no values at all, such as to an agent without rights. Throws
    /// psa::Error(PSA_INVALID_TICKET) that lists the candidates.
    std::optional<PickValue> choose(const TicketName &name, const std::string &given, const std::string &type = {});

    /// The SLA of a ticket type, which has its priorities; 0 = none. Throws psa::Error(PSA_INVALID_TICKET) if there is no
    /// such type.
    std::int64_t slaOf(const std::string &type);
    /// The priorities of an SLA.
    std::vector<PickValue> priorities(std::int64_t sla);
    /// The same as choose(), for a priority of this SLA.
    std::optional<PickValue> choosePriority(const std::string &given, std::int64_t sla);

    /// Whether the status closes tickets of that type: HaloPSA marks no status, but lists those that do not. nullopt if the
    /// lists do not tell.
    std::optional<bool> isClosed(const std::string &type, const std::string &status);
    /// The label of a status; empty if the list is not cached.
    std::string knownStatusLabel(const std::string &type, const std::string &status);

    /// The rows of `path`, reduced to what the plugin uses; `name` as for Client::list().
    Array::Ptr rows(const std::string &path, const std::string &name);

private:
    template <class Values>
    std::optional<PickValue> chosen(const TicketName &name, const std::string &given, const std::string &path,
                                    Values &&values);

    Client &client_;
    std::set<std::string> fresh_; ///< Paths of the lists that were read in this call.
};

} // namespace psa::plugins::halopsa
