#pragma once

#include "client.h"

#include "common/pick_list.h"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace psa::plugins::connectwise {

/// What of a board's types a sub-type or an item can go with: ids, empty = any.
struct TypeChoice
{
    std::string type;
    std::string subType;
};

/// The lists of values that the company has, read from ConnectWise and kept for an hour.
class PickLists
{
public:
    /// `client` must outlive it.
    explicit PickLists(Client &client) : client_(client) {}

    /// The values of a field. `board`: id of the board that they belong to, for those that do.
    std::vector<PickValue> values(const TicketName &name, const std::string &board);
    /// Those of the sub-types or items `values` that ConnectWise lets go with a type; all if the board does not say.
    std::vector<PickValue> allowed(const TicketName &name, std::vector<PickValue> values, const std::string &board,
                                   const TypeChoice &choice);
    /// The id of `given`, an id or a label. A value that is not in what is kept is looked for once more in what
    /// ConnectWise has now. Throws psa::Error(PSA_INVALID_TICKET) that lists the candidates.
    std::int64_t resolve(const TicketName &name, const std::string &given, const std::string &board,
                         const TypeChoice &choice = {});

    /// values() and allowed() in one. Throws psa::Error(PSA_INVALID_TICKET) if nothing goes with the type.
    std::vector<PickValue> candidatesOf(const TicketName &name, const std::string &board, const TypeChoice &choice);

private:
    Array::Ptr rows(const std::string &key, const std::string &path, const Search &search);

    Client &client_;
    std::set<std::string> fresh_; ///< Keys of what was read in this call.
};

} // namespace psa::plugins::connectwise
