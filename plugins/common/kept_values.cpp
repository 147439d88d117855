#include "common/kept_values.h"

#include "common/text.h"

namespace psa::plugins {
namespace {

constexpr std::size_t maxKey = 200;

} // namespace

std::optional<std::string> KeptValues::get(const std::string &key)
{
    auto value = getLasting(key);
    if (value)
        used_.push_back(key);
    return value;
}

std::optional<std::string> KeptValues::getLasting(const std::string &key) const
{
    return key.size() <= maxKey ? cache_.get(call_, key) : std::nullopt;
}

void KeptValues::put(const std::string &key, const std::string &value, std::uint32_t ttlMs)
{
    if (key.size() > maxKey || !cache_.put(call_, key, value, ttlMs))
        call_.debug("The host did not cache \"" + key + "\"; it is read again for the next ticket.");
}

std::int64_t KeptValues::id(const std::string &key, const std::function<std::int64_t()> &find)
{
    if (const auto kept = get(key); kept && isInteger(*kept))
        return std::stoll(*kept);
    const std::int64_t found = find();
    put(key, std::to_string(found));
    return found;
}

Array::Ptr KeptValues::rows(const std::string &key, const std::function<Array::Ptr()> &read)
{
    if (const auto kept = get(key))
        if (Array::Ptr rows = parseArray(*kept))
            return rows;
    Array::Ptr rows = read();
    put(key, toJson(*rows));
    return rows;
}

void KeptValues::forgetUsed()
{
    for (const std::string &key : used_)
        forget(key);
    used_.clear();
}

} // namespace psa::plugins
