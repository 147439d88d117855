#include "host/store/sqlite/key_table.h"

#include "host/secrets/crypto.h"

#include <stdexcept>
#include <string>
#include <utility>

namespace psa::store {

std::int64_t hashOfKey(std::int64_t scopeId, std::string_view key)
{
    const auto digest = secrets::sha256(std::to_string(scopeId) + ":" + std::string(key));
    std::uint64_t hash = 0;
    for (std::size_t i = 0; i < sizeof hash; ++i)
        hash = hash << 8U | digest[i];
    return static_cast<std::int64_t>(hash);
}

void KeyTable::add(std::int64_t hash, std::int64_t id)
{
    if (id <= 0 || static_cast<std::uint64_t>(id) > idMask)
        throw std::out_of_range("ticket id " + std::to_string(id) + " does not fit the table of keys");
    if ((used_ + 1) * 4 > slots_.size() * 3)
        grow();
    put(shortHash(hash) << idBits | static_cast<std::uint64_t>(id));
}

void KeyTable::put(std::uint64_t slot)
{
    std::size_t place = placeOf(slot >> idBits);
    while (slots_[place] != 0)
        place = next(place);
    slots_[place] = slot;
    ++used_;
}

void KeyTable::grow()
{
    const std::vector<std::uint64_t> old =
        std::exchange(slots_, std::vector<std::uint64_t>(slots_.empty() ? 1024 : slots_.size() * 2));
    used_ = 0;
    for (const std::uint64_t slot : old)
        if (slot != 0)
            put(slot);
}

} // namespace psa::store
