#pragma once

#include <psa/plugin.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace psa::check {

class CheckContext;

/// Process-wide state by name, which a plugin must not change.
using ProcessState = std::map<std::string, std::string>;

/// Signal handlers, locale, environment, working folder, umask, limits, the files behind 0 to 2, handlers of the C++
/// library, and Poco's process-wide state.
ProcessState globalState();

/// The state of the calling thread: floating point, blocked signals, its own locale.
ProcessState threadState();

/// Open descriptors except 0 to 2, threads, keys of thread-specific data, and started processes.
ProcessState thingsLeft();

/// Creates Poco's process-wide TLS context, a strict one, so that changes to it are detected. Once, before
/// globalState().
void preparePoco();

/// The differences in words: "locale: was C, is de_DE.UTF-8".
std::vector<std::string> differences(const ProcessState &before, const ProcessState &after);

/// Has `repeat` do its work `warmUp` times and then `times` more; memory, descriptors and threads that grow meanwhile are
/// failures.
void mustNotGrow(CheckContext &context, unsigned times, const std::function<void(unsigned times)> &repeat,
                 unsigned warmUp = 100);
/// A call for such work.
const psa_call *callThatKeepsNothing();

} // namespace psa::check
