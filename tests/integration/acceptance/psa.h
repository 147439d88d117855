#pragma once

#include "tests/integration/common/rig.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace psa::test {

/// One kind of request to a PSA.
struct Route
{
    std::string match;   ///< Members of the match of a fault.
    std::string counted; ///< As the simulator counts it.
};

/// A rejection as the operator sees it.
struct Refused
{
    std::string field;
    std::string message; ///< The whole of it.
    std::string hint;    ///< A part of it.
    unsigned httpStatus = 0;
};

/// How one PSA does what every PSA does.
struct PsaFacts
{
    std::string name;      ///< "Autotask", as in texts.
    std::string host;      ///< Of the PSA's API.
    std::string connected; ///< What a passed test says.
    std::string createUrl; ///< Of the request that creates.
    std::string ticketUrl; ///< Where a person opens a ticket, with "{id}" for its id.
    Route create;
    Route search;                     ///< The lookup by reference.
    Route firstRead;                  ///< A request that a ticket needs before its first create, and none after it.
    std::size_t readsPerInstance = 0; ///< How many of these a ticket() costs an instance that has nothing in the cache.

    std::string ticket; ///< The smallest valid one.
    std::string byIds;  ///< The same values in every field, once by ids and once by names.
    std::string byLabels;
    Values stored;          ///< The result of both, with the names of stored().
    std::string titleField; ///< A field of stored(), like those for description and reference.
    std::string textField;
    std::string referenceField;
    std::size_t titleLimit = 0; ///< In UTF-16 units.

    std::string goodDefaults;                       ///< Ticket defaults that result in a valid ticket.
    Values storedDefaults;                          ///< Their result.
    std::vector<std::string> neededDefaults;        ///< Names of those that the PSA requires.
    std::string companyDefault = "Default company"; ///< What the form calls the default for the company.

    std::string wrongValue; ///< Changes to values that the PSA's own lists do not have.
    Refused wrong;
    Values badCredentials; ///< Values of the configuration.
    Refused bad;
    plugin::MutationSeen badCreate{}; ///< How far a create gets with them: nowhere, if something must be read first.
    std::string newSecret;            ///< A change of the tenant that invalidates the credentials.
    std::string noRight;              ///< A change of the tenant that takes away the permission to create tickets.
    Refused forbidden;
    unsigned shortestWaitMs = 0; ///< After a rejection for limits that names no time.

    std::vector<std::string> secretHeaders;
    std::vector<std::string> lists; ///< Lists of psa.choices/1, companies among them.
    std::string unknownCompany;     ///< Changes to a company id that does not exist.
    /// A fault: a rejection of a create in the PSA's own format with this message.
    std::function<std::string(const std::string &)> refusal;
    /// Bodies that mean the same for any HTTP status, and their meaning; wrong credentials, after which nothing is
    /// sent, come last.
    std::vector<std::pair<std::string, psa_status>> knownRefusals;
    /// Bodies with a successful status that do not tell whether the ticket exists.
    std::vector<std::string> uselessSearches;
};

/// One PSA for the acceptance suite. A new PSA is a new class and a line in psas.h.
class Psa : public Rig
{
public:
    Psa(std::shared_ptr<sandbox::Simulator> simulator, RigParts parts, PsaFacts facts)
        : Rig(std::move(simulator), std::move(parts)), facts_(std::move(facts))
    {
    }

    const PsaFacts &facts() const { return facts_; }
    const std::string &ticket() const { return facts_.ticket; }
    std::string ticket(const std::string &changes) const { return changed(facts_.ticket, changes); }

    /// The ticket as the PSA has it: the fields of facts().stored, title, description and reference.
    virtual Values stored(const std::string &id) const = 0;
    /// How many tickets have this reference, and how many creates with it were received.
    virtual std::size_t ticketsWith(const std::string &reference) const = 0;
    virtual std::size_t createsOf(const std::string &reference) const = 0;
    virtual std::size_t failedLogins() const = 0;
    virtual std::string lastTicket() const = 0; ///< Id of the newest.

    std::size_t creates() const { return simulator().requests(facts_.create.counted); }
    /// Creates a ticket, so that nothing has to be looked up any more.
    void warmUp();
    /// Every create from now on, or the next `count`, gets `fault`.
    void faultCreate(const std::string &fault, int count = 0) { faultMatching(facts_.create.match, fault, count); }

private:
    const PsaFacts facts_;
};

} // namespace psa::test
