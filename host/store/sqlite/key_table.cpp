#include "host/store/sqlite/key_table.h"

#include <stdexcept>
#include <string>
#include <utility>

namespace psa::store {

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
