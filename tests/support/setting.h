#pragma once

#include <Poco/NumberParser.h>

#include <cstdlib>

namespace psa::test {

/// Length of a run: the number in the environment variable `name`, or `otherwise`. Throws if its value is not a number.
inline int setting(const char *name, int otherwise)
{
    const char *text = std::getenv(name); // NOLINT(concurrency-mt-unsafe): before any thread
    return text == nullptr ? otherwise : Poco::NumberParser::parse(text);
}

} // namespace psa::test
