#include "sandbox/common/control.h"

#include <algorithm>

namespace psa::sandbox {
namespace {

using Handler = Var (*)(const Request &, const Controlled &);

Var done()
{
    Object::Ptr object = newObject();
    object->set("ok", true);
    return object;
}

Var getTruth(const Request &, const Controlled &c)
{
    return wholeTruth(c);
}

Var getFaults(const Request &, const Controlled &c)
{
    return c.faults.toJson();
}

Var postFault(const Request &request, const Controlled &c)
{
    Object::Ptr object = newObject();
    object->set("id", c.faults.add(*parseObject(request.body)));
    return object;
}

Var deleteFaults(const Request &, const Controlled &c)
{
    c.faults.clear();
    return done();
}

Var getSwitches(const Request &, const Controlled &c)
{
    return c.switches.toJson();
}

Var putSwitches(const Request &request, const Controlled &c)
{
    Object::Ptr wanted = parseObject(request.body);
    for (const auto &[name, value] : *wanted)
        c.switches.set(name, value.isEmpty() ? "null" : value.toString());
    return c.switches.toJson();
}

Var postReset(const Request &, const Controlled &c)
{
    resetAll(c);
    return done();
}

Var postTenant(const Request &request, const Controlled &c)
{
    c.service.change(*parseObject(request.body));
    return done();
}

Var postHuman(const Request &request, const Controlled &c)
{
    Object::Ptr object = newObject();
    object->set("id", c.service.act(readHumanAct(*parseObject(request.body))));
    return object;
}

Var getRequests(const Request &request, const Controlled &c)
{
    std::int64_t count = 100;
    const std::string asked = request.parameter("last");
    if (!asked.empty() && (!toInteger(asked, count) || count < 0))
        throw std::invalid_argument("\"last\" must be a number, not \"" + asked + "\"");
    Array::Ptr array = new Array;
    for (const auto &entry : c.log.last(static_cast<std::size_t>(count)))
        array->add(toJson(entry));
    return array;
}

Var postClock(const Request &request, const Controlled &c)
{
    Object::Ptr body = parseObject(request.body);
    const Var by = body->get("advanceMs");
    if (!by.isInteger() || by.convert<std::int64_t>() < 0)
        throw std::invalid_argument("\"advanceMs\" must be a whole number from 0");
    c.clock.advance(std::chrono::milliseconds(by.convert<std::int64_t>()));
    body->set("now", isoTime(c.clock.now()));
    return body;
}

struct Route
{
    const char *method;
    const char *path;
    Handler handler;
};

constexpr Route routes[] = {
    {"GET", "/truth", getTruth},         {"GET", "/faults", getFaults},     {"POST", "/faults", postFault},
    {"DELETE", "/faults", deleteFaults}, {"GET", "/switches", getSwitches}, {"PUT", "/switches", putSwitches},
    {"POST", "/reset", postReset},       {"POST", "/tenant", postTenant},   {"GET", "/requests", getRequests},
    {"POST", "/human", postHuman},       {"POST", "/clock", postClock},
};

Answer refusal(int status, const std::string &why)
{
    Object::Ptr object = newObject();
    object->set("error", why);
    return {status, toText(object), "application/json", {}};
}

bool fromOutside(const Request &request)
{
    const std::string host = request.header("Host");
    const std::string name = host.substr(0, host.rfind(':'));
    return !request.header("Origin").empty() || (name != "127.0.0.1" && name != "localhost");
}

} // namespace

Answer answerControl(const Request &request, const Controlled &controlled)
try
{
    if (fromOutside(request))
        return refusal(
            403, "the control endpoint accepts only requests for 127.0.0.1 and localhost, and none from web pages");
    for (const Route &route : routes)
        if (request.method == route.method && request.path == route.path)
            return {200, toText(route.handler(request, controlled)), "application/json", {}};
    std::string known;
    for (const Route &route : routes)
        known += std::string(known.empty() ? "" : ", ") + route.method + " " + route.path;
    return refusal(404, "there is only " + known);
}
catch (const std::exception &error) // BadJson, std::invalid_argument, Poco's exception for a member of a wrong type
{
    return refusal(400, error.what());
}

Object::Ptr wholeTruth(const Controlled &controlled)
{
    Object::Ptr truth = controlled.service.truthJson();
    truth->set("requests", toJson(controlled.log.counts()));
    return truth;
}

void resetAll(const Controlled &controlled)
{
    controlled.faults.clear();
    controlled.switches.reset();
    controlled.service.reset();
    controlled.log.clear();
}

} // namespace psa::sandbox
