#pragma once

#include "sandbox/autotask/entities.h"
#include "sandbox/autotask/tenant.h"
#include "sandbox/common/human.h"
#include "sandbox/common/rows.h"
#include "sandbox/common/switches.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace psa::sandbox::autotask {

struct Core;

/// Work that a workflow rule still has to do.
struct PendingRule
{
    SandboxClock::Time due;
    std::function<void(const Core &)> run;
};

/// The tenant's rows. The user-defined fields of a row are one object in "userDefinedFields", name to value.
class Database : public Rows
{
public:
    explicit Database(const Tenant &tenant);

    /// "T20260131.0001", counting from 1 each day.
    std::string nextTicketNumber(const std::string &day);

    /// Of all tickets, oldest first.
    const std::vector<ChangeTruth> &changes() const { return changes_; }
    void record(ChangeTruth change) { changes_.push_back(std::move(change)); }

    void schedule(PendingRule rule) { rules_.push_back(std::move(rule)); }
    /// Removes and returns the rules whose time has come.
    std::vector<PendingRule> takeDueRules(SandboxClock::Time now);

private:
    std::vector<ChangeTruth> changes_;
    std::vector<PendingRule> rules_;
    std::map<std::string, int> ticketsOfDay_;
};

/// The values of a row as sent by the service: id first, the others in alphabetical order, user-defined ones last. `only`: the fields
/// to send, null for all.
Object::Ptr toWire(const Entity &entity, const Object &values, const Tenant &tenant, const Switches &switches,
                   const Array::Ptr &only = {});

} // namespace psa::sandbox::autotask
