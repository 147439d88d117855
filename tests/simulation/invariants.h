#pragma once

#include "tests/simulation/plan.h"
#include "tests/simulation/psa_model.h"
#include "tests/simulation/sim_store.h"
#include "tests/simulation/truth.h"

#include <map>
#include <string>
#include <vector>

namespace psa::simulation {

/// What must hold whatever happens. Some of it is checked at each commit and at each request to the PSA, the rest when
/// everything has come to rest.
class Invariants
{
public:
    struct Parts
    {
        const Plan &plan;
        const Truth &truth;
        Scheduler &time;
        SimDatabase &database;
        PsaModel &psa;
    };
    explicit Invariants(const Parts &parts) : parts_(parts) {}

    /// `owner`: of the host's leases, fresh for each of its starts.
    void onCommit(const std::string &owner, const test::MemoryContents &before);
    void onLeaving(const std::string &owner, const std::string &connection, const net::HttpRequest &request);
    /// For each request that left: when it was admitted.
    void onAdmission(SimTime admitted);
    /// Whether something still makes progress by itself; "" = everything rests.
    std::string whatMoves() const;
    void atTheEnd();

    /// The first that was broken, with its name and ": " at the beginning; "" = all hold.
    const std::string &broken() const { return broken_; }
    void fail(const std::string &name, const std::string &what);

private:
    struct Claim
    {
        std::string owner;
        std::int64_t fence = 0;
    };
    const test::MemoryContents &now() const { return parts_.database.contents; }
    clock::Clock::Wall date() const;
    void checkClaim(const std::string &owner, const std::string &connection, const ticket::Progress *before,
                    const ticket::Progress &after);
    const store::LeaseRow *leaseOf(const std::string &connection) const;
    void checkHuman(const PsaTicket &ticket);
    bool waitsForHuman(const ticket::StoredOperation &operation) const;
    std::string describe(const ticket::StoredOperation &operation) const;
    void checkEnd(const ticket::Progress &progress, const std::string &what);
    void checkTickets();
    void checkTicket(const ticket::StoredTicket &ticket);
    void checkSubmitted();
    void checkOperations();
    void checkNote(const ticket::StoredOperation &note);
    void checkPriority(const ticket::StoredTicket &ticket);
    void checkOrder();
    void checkEvents();
    void checkOutages();
    bool lasts(int source, const std::string &key) const;
    void checkEpisode(const store::StoredEpisode &episode);
    bool isSuperseded(const store::StoredEpisode &episode) const;
    bool hasOpenEpisode(std::int64_t ticket) const;
    void checkCompanies();

    const Parts parts_;
    std::string broken_;
    std::map<std::pair<bool, std::int64_t>, Claim> claims_; ///< Of tickets and of operations, which count separately.
    std::vector<SimTime> left_;                             ///< Requests to the PSA, those of the last window.
};

} // namespace psa::simulation
