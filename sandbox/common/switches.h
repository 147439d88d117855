#pragma once

#include "sandbox/common/json_tools.h"

#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace psa::sandbox {

/// A behavior that differs between instances of the real service, or that has not been measured.
struct SwitchInfo
{
    const char *name;
    const char *standard;
    const char *allowed; ///< "a|b|c", or "number" for any non-negative one.
    const char *meaning;
};

/// A switch of the web server, and so of every simulator: http.idleMs.
SwitchInfo idleSwitch();

/// The switches of one simulator. Thread-safe.
class Switches
{
public:
    explicit Switches(std::vector<SwitchInfo> known);

    const std::vector<SwitchInfo> &known() const { return known_; }
    /// Throws std::invalid_argument, which lists the allowed ones, for an unknown name or value.
    void set(const std::string &name, const std::string &value);
    void reset();
    std::string text(const std::string &name) const;
    bool is(const std::string &name, const std::string &value) const { return text(name) == value; }
    bool on(const std::string &name) const { return is(name, "true"); }
    std::int64_t number(const std::string &name) const;
    Object::Ptr toJson() const;

private:
    const std::vector<SwitchInfo> known_;
    mutable std::mutex mutex_;
    std::map<std::string, std::string> values_;
};

} // namespace psa::sandbox
