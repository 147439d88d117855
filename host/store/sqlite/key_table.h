#pragma once

#include <cstdint>
#include <vector>

namespace psa::store {

/// Finds tickets by the hash of their keys, in memory, with 8 bytes per slot. It may return tickets with another key
/// and deleted ones, so callers check the ticket itself; but it never misses one. Therefore entries can be added before
/// their transaction is durable, and left there if it fails.
class KeyTable
{
public:
    /// `id`: 1 to 2^36 - 1; throws std::out_of_range otherwise.
    void add(std::int64_t hash, std::int64_t id);

    /// Calls `look`(id) for each ticket whose key may have this hash, until it returns true.
    template <class Look>
    void find(std::int64_t hash, Look &&look) const
    {
        if (slots_.empty())
            return;
        const std::uint64_t wanted = shortHash(hash);
        for (std::size_t place = placeOf(wanted); slots_[place] != 0; place = next(place))
            if (slots_[place] >> idBits == wanted && look(static_cast<std::int64_t>(slots_[place] & idMask)))
                return;
    }

    std::size_t size() const { return used_; }

private:
    static constexpr unsigned idBits = 36;
    static constexpr std::uint64_t idMask = (std::uint64_t{1} << idBits) - 1;

    /// The part that fits beside an id: 28 bits. Of 10 million keys one in 27 shares it with another, which costs one
    /// more check.
    static std::uint64_t shortHash(std::int64_t hash) { return static_cast<std::uint64_t>(hash) >> idBits; }
    std::size_t placeOf(std::uint64_t shortHash) const { return shortHash & (slots_.size() - 1); }
    std::size_t next(std::size_t place) const { return (place + 1) & (slots_.size() - 1); }
    void put(std::uint64_t slot);
    void grow();

    std::vector<std::uint64_t> slots_; ///< Short hash and id; 0 = free. Their number is a power of two.
    std::size_t used_ = 0;
};

} // namespace psa::store
