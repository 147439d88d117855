#pragma once

#include <psa/error.hpp>
#include <psa/results.hpp>

#include <string>
#include <vector>

namespace psa::plugins {

/// The results of a connection test.
struct Findings
{
    std::vector<psa::Detail> details;
    std::vector<psa::Warning> warnings;

    /// Empty values are omitted.
    void detail(const std::string &label, const std::string &value)
    {
        if (!value.empty())
            details.push_back({label, value});
    }
    void warn(const std::string &message, const std::string &field, const std::string &hint)
    {
        warnings.push_back({message, field, hint});
    }
    /// The document that test returns.
    std::string json(const std::string &summary) const { return psa::testResult(summary, details, warnings); }
};

/// True if `read` is permitted. Other errors are thrown.
template <class Read>
bool mayRead(Read &&read)
{
    try
    {
        read();
        return true;
    }
    catch (const psa::Error &error)
    {
        if (error.status() != PSA_PERMISSION)
            throw;
        return false;
    }
}

} // namespace psa::plugins
