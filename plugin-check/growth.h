#pragma once

#include <psa/plugin.h>

#include <functional>

namespace psa::check {

class CheckContext;

/// Runs `body` `warmUp` times and then `times` more; memory, descriptors and threads that grow meanwhile are failures.
/// `body` gets a call that keeps nothing.
void mustNotGrow(CheckContext &context, unsigned times, const std::function<void(const psa_call *)> &body,
                 unsigned warmUp = 100);

} // namespace psa::check
