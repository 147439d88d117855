#include "plugin-check/check.h"
#include "plugin-check/check_result.h"
#include "plugin-check/run_report.h"

#include <Poco/JSON/Array.h>

#include <ostream>

namespace psa::check {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

Object::Ptr resultJson(const CheckResult &result)
{
    Object::Ptr object = toJson(result);
    if (const Check *check = findCheck(result.id))
    {
        object->set("title", check->title);
        object->set("level", check->level);
        object->set("group", check->group);
    }
    return object;
}

Object::Ptr summaryJson(const RunReport &report)
{
    Object::Ptr summary = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    for (const auto &[name, verdict] :
         {std::pair("ok", Verdict::ok), std::pair("warnings", Verdict::warning), std::pair("failed", Verdict::failed),
          std::pair("skipped", Verdict::skipped), std::pair("timedOut", Verdict::timedOut),
          std::pair("crashed", Verdict::crashed)})
        summary->set(name, static_cast<Poco::UInt64>(report.count(verdict)));
    summary->set("waived", static_cast<Poco::UInt64>(report.waivedCount()));
    return summary;
}

} // namespace

void writeJson(const RunReport &report, std::ostream &out)
{
    Object object(Poco::JSON_PRESERVE_KEY_ORDER);
    object.set("version", 1);
    object.set("plugin", report.plugin.string());
    object.set("pluginId", report.id);
    object.set("pluginVersion", report.version);
    object.set("level", report.level);
    object.set("seed", report.seed);
    Array::Ptr results = new Array;
    for (const CheckResult &result : report.results)
        results->add(resultJson(result));
    object.set("results", results);
    object.set("summary", summaryJson(report));
    object.set("exitCode", report.exitCode());
    object.stringify(out, 2);
    out << '\n';
}

} // namespace psa::check
