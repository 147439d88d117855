#pragma once

#include <sys/types.h>

#include <set>

namespace psa::check {

/// The processes that have `parent` as their parent now.
std::set<pid_t> childrenOf(pid_t parent);

/// Kills and reaps every child of this process but `spared`, and what comes to it as their orphans, until there is
/// none; at most for five seconds. This process must be their reaper (PR_SET_CHILD_SUBREAPER).
void killDescendants(const std::set<pid_t> &spared);

} // namespace psa::check
