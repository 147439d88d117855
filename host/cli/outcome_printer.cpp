#include "host/cli/outcome_printer.h"

#include "host/json/utf8.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Stringifier.h>

#include <algorithm>
#include <iomanip>
#include <ostream>
#include <sstream>

namespace psa::cli {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

} // namespace

std::string lineIn(const Object &object, const char *member)
{
    return json::printableLine(object.optValue<std::string>(member, ""));
}

void printFailure(const Object &error, std::ostream &out)
{
    const auto line = [&](const char *label, const char *member) {
        if (error.has(member))
            out << label << json::printableLine(error.getValue<std::string>(member)) << '\n';
    };
    line("", "message");
    line("Field: ", "field");
    line("What to do: ", "hint");
    if (error.has("retryAfterMs"))
        out << "Wait: " << (error.getValue<std::int64_t>("retryAfterMs") + 999) / 1000 << " s\n";
    line("Background: ", "explanation");
    line("Detail: ", "detail");
}

void printWarnings(const Object &document, std::ostream &out)
{
    const Array::Ptr warnings = document.has("warnings") ? document.getArray("warnings") : nullptr;
    for (unsigned i = 0; !warnings.isNull() && i < warnings->size(); ++i)
    {
        const Object::Ptr warning = warnings->getObject(i);
        out << "Warning: " << json::printableLine(warning->getValue<std::string>("message")) << '\n';
        if (warning->has("hint"))
            out << "         " << json::printableLine(warning->getValue<std::string>("hint")) << '\n';
    }
}

void printDocument(const Poco::Dynamic::Var &json, std::ostream &out)
{
    std::ostringstream text;
    Poco::JSON::Stringifier::stringify(json, text, 2);
    out << json::printableJson(text.str()) << '\n';
}

void printTest(const Object &result, std::ostream &out)
{
    out << json::printableLine(result.getValue<std::string>("summary")) << '\n';
    const Array::Ptr details = result.has("details") ? result.getArray("details") : nullptr;
    std::size_t width = 0;
    for (unsigned i = 0; !details.isNull() && i < details->size(); ++i)
        width = std::max(width, details->getObject(i)->getValue<std::string>("label").size());
    for (unsigned i = 0; !details.isNull() && i < details->size(); ++i)
    {
        const Object::Ptr detail = details->getObject(i);
        out << "  " << std::left << std::setw(static_cast<int>(width))
            << json::printableLine(detail->getValue<std::string>("label")) << ' '
            << json::printableLine(detail->getValue<std::string>("value")) << '\n';
    }
    printWarnings(result, out);
}

void printItems(const Array &items, std::ostream &out)
{
    for (unsigned i = 0; i < items.size(); ++i)
    {
        const Object::Ptr item = items.getObject(i);
        const auto code = item->optValue<std::string>("code", "");
        out << std::left << std::setw(12) << json::printableLine(item->getValue<std::string>("id")) << ' '
            << json::printableLine(item->getValue<std::string>("label") + (code.empty() ? "" : "   [" + code + "]"))
            << (item->optValue("active", true) ? "" : "   (not active)") << '\n';
    }
}

} // namespace psa::cli
