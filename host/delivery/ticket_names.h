#pragma once

#include "host/connection/connection.h"
#include "host/store/store.h"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace psa::delivery {

/// Reads names of finished tickets from the PSA: the number, if the create response had none, and the label of the
/// company. Nobody waits for them, so it uses only spare quota and a limited number of tries: see
/// StoreWriter::nameTries.
class TicketNames
{
public:
    TicketNames(store::Store &store, std::shared_ptr<const clock::Clock> clock, std::string connection)
        : store_(store), clock_(std::move(clock)), name_(std::move(connection))
    {
    }

    /// Makes one call, if there is something to read now, and returns its outcome. For one thread at a time. Throws
    /// StoreError.
    std::optional<plugin::CallOutcome> learn(connection::Connection &connection);
    /// When to continue after a failed call; nullopt = as soon as there is something to read. Thread-safe.
    std::optional<clock::Clock::Steady> restUntil() const;

private:
    /// Result of one call made to read a name.
    struct Asked
    {
        plugin::CallOutcome outcome;
        bool counts = true; ///< It was answered, or the plugin failed: retrying forever would not help.
    };
    /// A search through the pages of the PSA's list of companies.
    struct Search
    {
        std::vector<std::string> wanted; ///< Empty = no search is in progress.
        std::string cursor;
        int pages = 0;
    };
    template <class Call>
    Asked ask(const Call &call) const;
    std::optional<plugin::CallOutcome> readNumber(connection::Connection &connection);
    std::optional<plugin::CallOutcome> labelCompanies(connection::Connection &connection);
    void takeLabels(const std::string &result);
    void rest(const plugin::CallOutcome &outcome);

    store::Store &store_;
    std::shared_ptr<const clock::Clock> clock_;
    std::string name_;
    Search search_;
    unsigned failures_ = 0;    ///< Consecutive.
    mutable std::mutex mutex_; ///< Guards what follows.
    std::optional<clock::Clock::Steady> restUntil_;
};

/// Takes id, number and URL from what a plugin has read of one ticket. Without a number, the id is used as the number.
void takeTicket(const plugin::CallOutcome &read, ticket::TicketOutcome &outcome);

} // namespace psa::delivery
