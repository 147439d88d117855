#include "sandbox/common/dates.h"

#include <Poco/DateTime.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/DateTimeParser.h>
#include <Poco/Exception.h>
#include <Poco/RegularExpression.h>
#include <Poco/Timestamp.h>

namespace psa::sandbox {
namespace {

std::string format(std::int64_t millis, const char *form)
{
    return Poco::DateTimeFormatter::format(Poco::Timestamp(millis * 1000), form);
}

} // namespace

std::int64_t toMillis(std::chrono::system_clock::time_point time)
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

bool parseDate(const std::string &text, std::int64_t &millis)
{
    // Poco's parser accepts nearly anything as a date.
    const Poco::RegularExpression shape(R"(^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,7})?)?(Z|[+-]\d\d:?\d\d)?)?$)");
    if (!shape.match(text))
        return false;
    int zone = 0;
    Poco::DateTime date;
    try
    {
        if (text.size() == 10)
            Poco::DateTimeParser::parse("%Y-%m-%d", text, date, zone);
        else
            Poco::DateTimeParser::parse("%Y-%m-%dT%H:%M:%s%z", text, date, zone);
    }
    catch (const Poco::Exception &)
    {
        return false; // a day or an hour that does not exist
    }
    date.makeUTC(zone);
    millis = date.timestamp().epochMicroseconds() / 1000;
    return true;
}

std::string formatDate(std::int64_t millis, bool zulu)
{
    std::string text = format(millis, "%Y-%m-%dT%H:%M:%S");
    if (millis % 1000 != 0)
    {
        std::string fraction = format(millis, "%i");
        while (fraction.back() == '0')
            fraction.pop_back();
        text += "." + fraction;
    }
    return text + (zulu ? "Z" : "");
}

std::string dayOf(std::int64_t millis)
{
    return format(millis, "%Y%m%d");
}

} // namespace psa::sandbox
