#pragma once

#include <Poco/NumberParser.h>

#include <cstdlib>

namespace psa::test {

/// How long a run is: the number in the environment variable `name`, or `otherwise`. Throws where it holds no number.
inline int setting(const char *name, int otherwise)
{
    const char *text = std::getenv(name); // NOLINT(concurrency-mt-unsafe): before any thread
    return text == nullptr ? otherwise : Poco::NumberParser::parse(text);
}

} // namespace psa::test
