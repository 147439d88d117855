#pragma once

#include <cstdint>

namespace psa::simulation {

/// Numbers from a seed, the same on every machine (xorshift64*). Not thread-safe.
class Random
{
public:
    explicit Random(std::uint64_t seed) : state_(mix(seed)) {}

    std::uint64_t next()
    {
        state_ ^= state_ >> 12U;
        state_ ^= state_ << 25U;
        state_ ^= state_ >> 27U;
        return state_ * 0x2545F4914F6CDD1DULL;
    }
    /// Below `limit`, which is at least 1.
    std::uint64_t below(std::uint64_t limit) { return (next() >> 16U) % limit; }
    /// From `least` to `most`, both included.
    std::int64_t between(std::int64_t least, std::int64_t most)
    {
        return least + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(most - least) + 1));
    }
    /// True in `perMille` of 1000 cases.
    bool chance(int perMille) { return below(1000) < static_cast<std::uint64_t>(perMille); }

    /// splitmix64; never 0.
    static std::uint64_t mix(std::uint64_t value)
    {
        value += 0x9E3779B97F4A7C15ULL;
        value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9ULL;
        value = (value ^ (value >> 27U)) * 0x94D049BB133111EBULL;
        return (value ^ (value >> 31U)) | 1U;
    }

private:
    std::uint64_t state_;
};

} // namespace psa::simulation
