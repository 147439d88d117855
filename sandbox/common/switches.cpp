#include "sandbox/common/switches.h"

#include <Poco/StringTokenizer.h>

#include <algorithm>

namespace psa::sandbox {
namespace {

void refuse(const SwitchInfo &info, const std::string &value)
{
    const std::string allowed = info.allowed;
    std::int64_t number = 0;
    if (allowed == "number" && toInteger(value, number) && number >= 0)
        return;
    if (allowed != "number" && Poco::StringTokenizer(allowed, "|").has(value))
        return;
    throw std::invalid_argument("switch \"" + std::string(info.name) + "\" cannot be \"" + value + "\"; allowed is " +
                                (allowed == "number" ? "a number from 0" : allowed));
}

} // namespace

SwitchInfo idleSwitch()
{
    return {"http.idleMs", "60000", "number",
            "how long a connection may be idle between two requests; 0: one request per connection"};
}

Switches::Switches(std::vector<SwitchInfo> known) : known_(std::move(known))
{
    reset();
}

void Switches::set(const std::string &name, const std::string &value)
{
    const auto info = std::find_if(known_.begin(), known_.end(), [&](const SwitchInfo &i) { return i.name == name; });
    if (info == known_.end())
    {
        std::string names;
        for (const SwitchInfo &i : known_)
            names += (names.empty() ? "" : ", ") + std::string(i.name);
        throw std::invalid_argument("there is no switch \"" + name + "\"; known are " + names);
    }
    refuse(*info, value);
    const std::lock_guard lock(mutex_);
    values_[name] = value;
}

void Switches::reset()
{
    const std::lock_guard lock(mutex_);
    for (const SwitchInfo &info : known_)
        values_[info.name] = info.standard;
}

std::string Switches::text(const std::string &name) const
{
    const std::lock_guard lock(mutex_);
    return values_.at(name);
}

std::int64_t Switches::number(const std::string &name) const
{
    std::int64_t number = 0;
    if (!toInteger(text(name), number))
        throw std::logic_error("switch \"" + name + "\" is not a number");
    return number;
}

Object::Ptr Switches::toJson() const
{
    Object::Ptr object = newObject();
    const std::lock_guard lock(mutex_);
    for (const SwitchInfo &info : known_)
        object->set(info.name, values_.at(info.name));
    return object;
}

} // namespace psa::sandbox
