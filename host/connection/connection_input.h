#pragma once

#include "host/plugin/form.h"

#include <Poco/JSON/Object.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace psa::connection {

/// Values entered for a connection. On a change, everything not given stays the same.
struct ConnectionInput
{
    std::string plugin;                    ///< Id, id@version or path; "" = unchanged.
    Poco::JSON::Object::Ptr configuration; ///< Fields to set, including secrets; null or blank = remove the value.
    Poco::JSON::Object::Ptr defaults;      ///< All ticket defaults; nullptr = unchanged.
};

/// The values entered for a connection are invalid.
class ConnectionRefused : public std::runtime_error
{
public:
    struct Wrong
    {
        std::string section; ///< "configuration", "defaults", "plugin" or "name".
        plugin::FieldError error;
    };

    explicit ConnectionRefused(std::vector<Wrong> wrong);
    const std::vector<Wrong> &wrong() const { return wrong_; }

private:
    std::vector<Wrong> wrong_;
};

} // namespace psa::connection
