#pragma once

#include <Poco/Net/IPAddress.h>

#include <string>
#include <string_view>
#include <vector>

namespace psa::net {

/// A range of addresses, such as 10.20.0.0/16.
class Network
{
public:
    /// Throws std::invalid_argument that says what is wrong; bits beyond the prefix must be 0.
    explicit Network(std::string_view text);

    bool contains(const Poco::Net::IPAddress &address) const;
    /// "10.20.0.0/16".
    std::string toString() const;

private:
    Poco::Net::IPAddress base_;
    unsigned prefix_ = 0;
};

/// Which addresses the host connects to: public ones, and those that the operator allows in the configuration file. A
/// name that resolves to anything else is an attack or a mistake (DNS rebinding, split-horizon DNS).
class AddressPolicy
{
public:
    AddressPolicy() = default;
    explicit AddressPolicy(std::vector<Network> opened) : opened_(std::move(opened)) {}

    /// Thread-safe.
    bool allows(const Poco::Net::IPAddress &address) const;

private:
    std::vector<Network> opened_;
};

} // namespace psa::net
