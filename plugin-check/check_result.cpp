#include "plugin-check/check_result.h"

#include "host/json/strict_json.h"
#include "host/json/utf8.h"

#include <Poco/JSON/Array.h>

#include <stdexcept>

namespace psa::check {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

template <class Kind>
Kind fromText(const std::string &text, std::initializer_list<Kind> kinds)
{
    for (const Kind kind : kinds)
        if (text == toText(kind))
            return kind;
    throw std::runtime_error("\"" + text + "\" is not a known result");
}

Array::Ptr findingsOf(const CheckResult &result)
{
    Array::Ptr findings = new Array;
    for (const Finding &finding : result.findings)
    {
        Object::Ptr item = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
        item->set("severity", std::string(toText(finding.severity)));
        item->set("text", finding.text);
        findings->add(item);
    }
    return findings;
}

} // namespace

const char *toText(Verdict verdict)
{
    switch (verdict)
    {
    case Verdict::ok:
        return "ok";
    case Verdict::warning:
        return "warning";
    case Verdict::skipped:
        return "skipped";
    case Verdict::failed:
        return "failed";
    case Verdict::timedOut:
        return "timed out";
    case Verdict::crashed:
        break;
    }
    return "crashed";
}

const char *toText(Severity severity)
{
    switch (severity)
    {
    case Severity::note:
        return "note";
    case Severity::warning:
        return "warning";
    case Severity::failure:
        break;
    }
    return "failure";
}

Object::Ptr toJson(const CheckResult &result)
{
    Object::Ptr object = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    object->set("id", result.id);
    object->set("verdict", std::string(toText(result.verdict)));
    object->set("findings", findingsOf(result));
    if (!result.because.empty())
        object->set("because", result.because);
    if (!result.output.empty())
        object->set("output", result.output);
    object->set("seed", result.seed);
    object->set("milliseconds", static_cast<std::int64_t>(result.took.count()));
    Array::Ptr waived = new Array;
    for (const AppliedWaiver &waiver : result.waived)
    {
        Object::Ptr item = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
        item->set("reason", waiver.reason);
        item->set("expires", waiver.expires);
        waived->add(item);
    }
    if (waived->size() > 0)
        object->set("waived", waived);
    return object;
}

CheckResult resultFromJson(const std::string &text)
{
    const auto object = json::parseStrict(text).extract<Object::Ptr>();
    CheckResult result;
    result.id = object->getValue<std::string>("id");
    result.verdict = fromText(object->getValue<std::string>("verdict"),
                              {Verdict::ok, Verdict::warning, Verdict::skipped, Verdict::failed});
    if (object->has("because"))
        result.because = json::printable(object->getValue<std::string>("because"));
    result.seed = object->getValue<std::uint64_t>("seed");
    for (const auto &item : *object->getArray("findings"))
    {
        const auto &finding = item.extract<Object::Ptr>();
        result.findings.push_back({fromText(finding->getValue<std::string>("severity"),
                                            {Severity::note, Severity::warning, Severity::failure}),
                                   json::printable(finding->getValue<std::string>("text"))});
    }
    return result;
}

} // namespace psa::check
