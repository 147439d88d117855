#pragma once

#include "host/plugin/descriptor_diff.h"
#include "host/plugin/form.h"

namespace psa::plugin {

/// Appends the differences between two versions of the form `name` to `changes`.
void diffForms(const std::string &name, const Form &before, const Form &after, std::vector<DescriptorChange> &changes);

} // namespace psa::plugin
