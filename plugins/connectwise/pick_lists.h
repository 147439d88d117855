#pragma once

#include "client.h"

#include "common/pick_list.h"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace psa::plugins::connectwise {

/// The types of a board that a sub-type or an item may be combined with: ids, empty = any.
struct TypeChoice
{
    std::string type;
    std::string subType;
};

/// The company's lists of values, read from ConnectWise and cached for an hour.
class PickLists
{
public:
    /// `client` must outlive it.
    explicit PickLists(Client &client) : client_(client) {}

    /// The values of a field. `board`: id of the board, for values that belong to one.
    std::vector<PickValue> values(const TicketName &name, const std::string &board);
    /// The sub-types or items among `values` that ConnectWise allows with a type; all if the board does not say.
    std::vector<PickValue> allowed(const TicketName &name, std::vector<PickValue> values, const std::string &board,
                                   const TypeChoice &choice);
    /// The id of `given`, an id or a label. A value that is not in the cached list is looked up again in ConnectWise.
    /// Throws psa::Error(PSA_INVALID_TICKET) that lists the candidates.
    std::int64_t resolve(const TicketName &name, const std::string &given, const std::string &board,
                         const TypeChoice &choice = {});

    /// Whether the status of the board closes tickets.
    bool closesTicket(const std::string &board, std::int64_t status);

    /// values() and allowed() combined. Throws psa::Error(PSA_INVALID_TICKET) if nothing is allowed with the type.
    std::vector<PickValue> candidatesOf(const TicketName &name, const std::string &board, const TypeChoice &choice);

private:
    Array::Ptr rows(const std::string &key, const std::string &path, const Search &search);

    Client &client_;
    std::set<std::string> fresh_; ///< Keys of the lists that were read in this call.
};

} // namespace psa::plugins::connectwise
