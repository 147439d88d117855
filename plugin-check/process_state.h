#pragma once

#include <map>
#include <string>
#include <vector>

namespace psa::check {

/// What a process shares with everybody in it, by name: what a plugin must leave alone.
using ProcessState = std::map<std::string, std::string>;

/// Signal handlers, locale, environment, working folder, umask, limits, the files behind 0 to 2, handlers of the C++
/// library, and what Poco keeps for the whole process.
ProcessState globalState();

/// The same of the calling thread alone: floating point, blocked signals, its own locale.
ProcessState threadState();

/// Open descriptors but 0 to 2, threads, keys of thread-specific data, and processes that were started.
ProcessState thingsLeft();

/// Makes Poco's process-wide TLS context, a strict one, so that a change of it shows. Once, before globalState().
void preparePoco();

/// What is different, in words: "locale: was C, is de_DE.UTF-8".
std::vector<std::string> differences(const ProcessState &before, const ProcessState &after);

} // namespace psa::check
