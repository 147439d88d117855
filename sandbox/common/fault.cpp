#include "sandbox/common/fault.h"

#include <algorithm>
#include <stdexcept>

namespace psa::sandbox {
namespace {

struct Kind
{
    const char *name;
    FaultAction action;
    bool afterCommit;
};

constexpr Kind kinds[] = {
    {"commit-then-drop", FaultAction::drop, true},
    {"commit-then-reset", FaultAction::reset, true},
    {"commit-then-cut", FaultAction::cut, true},
    {"drop-before", FaultAction::drop, false},
    {"reset-before", FaultAction::reset, false},
    {"delay", FaultAction::delay, false},
    {"hang", FaultAction::hang, false},
    {"status", FaultAction::status, false},
    {"truncated-body", FaultAction::cut, true},
    {"garbage-body", FaultAction::garbage, true},
    {"empty-500", FaultAction::status, false},
    {"errors-500", FaultAction::failure, false},
    {"slow-headers", FaultAction::slowHeaders, true},
    {"late-visible", FaultAction::lateVisible, false},
    {"wrong-content-type", FaultAction::contentType, true},
};

const Kind &kindOf(const std::string &name)
{
    const auto *found = std::find_if(std::begin(kinds), std::end(kinds), [&](const Kind &k) { return k.name == name; });
    if (found != std::end(kinds))
        return *found;
    std::string known;
    for (const Kind &kind : kinds)
        known += (known.empty() ? "" : ", ") + std::string(kind.name);
    throw std::invalid_argument("there is no fault \"" + name + "\"; known are " + known);
}

void refuseUnknown(const Object &object, const std::string &what, const std::vector<std::string> &known)
{
    for (const auto &[name, value] : object)
        if (std::find(known.begin(), known.end(), name) == known.end())
            throw std::invalid_argument("unknown member \"" + name + "\" in " + what);
}

std::size_t count(const Object &object, const std::string &name, std::size_t standard)
{
    const Var value = object.get(name);
    if (value.isEmpty())
        return standard;
    if (!value.isInteger() || value.convert<std::int64_t>() < 0)
        throw std::invalid_argument("\"" + name + "\" must be a whole number from 0");
    return value.convert<std::size_t>();
}

std::vector<std::string> errorTexts(const Object &object)
{
    std::vector<std::string> texts;
    if (const Array::Ptr errors = object.getArray("errors"))
        for (const Var &error : *errors)
            texts.push_back(error.toString());
    else
        texts.push_back(object.optValue<std::string>("text", "Something went wrong in the sandbox."));
    return texts;
}

Fault readFault(const Object &object)
{
    refuseUnknown(
        object, "\"fault\"",
        {"kind", "when", "ms", "hideMs", "bytes", "status", "body", "contentType", "headers", "errors", "text"});
    Fault fault;
    fault.kind = object.optValue<std::string>("kind", "");
    const Kind &kind = kindOf(fault.kind);
    fault.action = kind.action;
    const auto when = object.optValue<std::string>("when", kind.afterCommit ? "after" : "before");
    if (when != "before" && when != "after")
        throw std::invalid_argument("\"when\" is before or after (the commit), not \"" + when + "\"");
    fault.afterCommit = when == "after";
    fault.time = std::chrono::milliseconds(count(object, "ms", 1000));
    const bool late = fault.action == FaultAction::lateVisible;
    fault.hideFor = std::chrono::milliseconds(count(object, "hideMs", late ? count(object, "ms", 1000) : 0));
    fault.bytes = count(object, "bytes", 20);
    fault.status = static_cast<int>(count(object, "status", 500));
    fault.body = object.optValue<std::string>("body", "");
    fault.errors = errorTexts(object);
    const bool html = fault.body.rfind('<', 0) == 0 || fault.action == FaultAction::contentType;
    fault.contentType = object.optValue<std::string>("contentType", html ? "text/html" : "application/json");
    if (Object::Ptr headers = object.getObject("headers"))
        for (const auto &[name, value] : *headers)
            fault.headers.emplace_back(name, value.toString());
    return fault;
}

} // namespace

std::vector<std::string> faultKinds()
{
    std::vector<std::string> names;
    for (const Kind &kind : kinds)
        names.emplace_back(kind.name);
    return names;
}

FaultSet::Rule FaultSet::read(const Object &object)
{
    refuseUnknown(object, "a fault rule", {"match", "fault"});
    Object::Ptr fault = object.getObject("fault");
    if (!fault)
        throw std::invalid_argument("a fault rule must contain \"fault\": {\"kind\": ...}");
    Rule rule;
    rule.fault = readFault(*fault);
    Object::Ptr match = object.getObject("match");
    if (!match)
        return rule;
    refuseUnknown(*match, "\"match\"", {"method", "route", "entity", "nth", "count", "probability", "seed"});
    rule.method = match->optValue<std::string>("method", "");
    rule.entity = match->optValue<std::string>("entity", "");
    if (match->has("route"))
        rule.route = std::make_shared<Poco::RegularExpression>(match->getValue<std::string>("route"),
                                                               Poco::RegularExpression::RE_CASELESS);
    rule.nth = count(*match, "nth", 0);
    rule.count = count(*match, "count", rule.nth == 0 ? 0 : 1);
    rule.probability = match->optValue<double>("probability", 1.0);
    rule.random.seed(count(*match, "seed", 1));
    return rule;
}

int FaultSet::add(const Object &object)
try
{
    Rule rule = read(object);
    const std::lock_guard lock(mutex_);
    rule.number = ++last_;
    rules_.push_back(std::move(rule));
    return last_;
}
catch (const Poco::Exception &error)
{
    throw std::invalid_argument("fault rule: " + error.displayText());
}

void FaultSet::clear()
{
    const std::lock_guard lock(mutex_);
    rules_.clear();
}

bool FaultSet::isDue(Rule &rule)
{
    ++rule.matched;
    if (rule.matched < rule.nth || (rule.count != 0 && rule.fired >= rule.count))
        return false;
    if (rule.probability < 1 && std::uniform_real_distribution<double>(0, 1)(rule.random) >= rule.probability)
        return false;
    ++rule.fired;
    return true;
}

std::optional<Fault> FaultSet::take(const std::string &method, const std::string &path, const std::string &entity)
{
    const std::lock_guard lock(mutex_);
    std::optional<Fault> taken;
    for (Rule &rule : rules_)
    {
        if (taken || (!rule.method.empty() && !equalNoCase(rule.method, method)) ||
            (!rule.entity.empty() && !equalNoCase(rule.entity, entity)))
            continue;
        Poco::RegularExpression::Match where;
        if (rule.route && rule.route->match(path, where) == 0)
            continue;
        if (isDue(rule))
            taken = rule.fault;
    }
    return taken;
}

Array::Ptr FaultSet::toJson() const
{
    const std::lock_guard lock(mutex_);
    Array::Ptr array = new Array;
    for (const Rule &rule : rules_)
    {
        Object::Ptr object = newObject();
        object->set("id", rule.number);
        object->set("kind", rule.fault.kind);
        object->set("matched", rule.matched);
        object->set("fired", rule.fired);
        array->add(object);
    }
    return array;
}

} // namespace psa::sandbox
