#pragma once

#include <sys/types.h>

#include <set>

namespace psa::check {

/// The current children of `parent`.
std::set<pid_t> childrenOf(pid_t parent);

/// Kills and reaps every child of this process except `spared`, and orphans that it inherits from them, until there are
/// none; at most for five seconds. This process must be their reaper (PR_SET_CHILD_SUBREAPER).
void killDescendants(const std::set<pid_t> &spared);

} // namespace psa::check
