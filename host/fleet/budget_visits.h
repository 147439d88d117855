#pragma once

#include "host/net/budget.h"
#include "host/store/store.h"

#include <set>
#include <string>

namespace psa::fleet {

// Counts of requests at the PSAs, while several hosts share a store. Each budget group is counted by the host that has its
// lease, and by that of a connection if only this connection counts.

/// The lease of the host that counts the group.
store::LeaseName leaseOf(const std::string &budgetGroup);

/// Counts requests of hosts that do not have the lease, in the store and by its clock.
net::BudgetVisitor visitorThrough(store::Store &store);

} // namespace psa::fleet
