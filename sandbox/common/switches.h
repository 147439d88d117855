#pragma once

#include "sandbox/common/json_tools.h"

#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace psa::sandbox {

/// A behaviour that a real service shows now one way, now another, or that nobody has measured.
struct SwitchInfo
{
    const char *name;
    const char *standard;
    const char *allowed; ///< "a|b|c", or "number" for any that is not negative.
    const char *meaning;
};

/// Of the web server, so of every simulator: http.idleMs.
SwitchInfo idleSwitch();

/// The switches of one simulator. Every function may be called from any thread.
class Switches
{
public:
    explicit Switches(std::vector<SwitchInfo> known);

    const std::vector<SwitchInfo> &known() const { return known_; }
    /// Throws std::invalid_argument, with what is allowed, for a name or value that is not known.
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
