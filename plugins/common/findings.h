#pragma once

#include "common/json.h"
#include "common/warnings.h"

#include <string>

namespace plugins {

/// What a test of the connection found out.
class Findings
{
public:
    /// Nothing is told of an empty value.
    void detail(const std::string &label, const std::string &value);
    Warnings &warnings() { return warnings_; }
    /// The document that test returns.
    std::string json(const std::string &summary) const;

private:
    Array::Ptr details_ = new Array;
    Warnings warnings_;
};

} // namespace plugins
