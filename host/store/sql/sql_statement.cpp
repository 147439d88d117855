#include "host/store/sql/sql_statement.h"

namespace psa::store {

std::vector<std::int64_t> SqlStatement::integers()
{
    std::vector<std::int64_t> all;
    while (next())
        all.push_back(integer(0));
    return all;
}

std::optional<clock::Clock::Wall> SqlStatement::optionalTime(int column) const
{
    return isNull(column) ? std::nullopt : std::optional(time(column));
}

std::int64_t toStoredTime(clock::Clock::Wall time)
{
    return std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

clock::Clock::Wall fromStoredTime(std::int64_t ms)
{
    return clock::wallFromUnixMs(ms);
}

} // namespace psa::store
