#pragma once

#include "configuration.h"

#include "common/kept_values.h"

#include <psa/call.hpp>
#include <psa/secrets.hpp>

#include <string>

namespace psa::plugins::halopsa {

/// Where a tenant signs applications in.
struct AuthServer
{
    std::string url;    ///< "https://acme.halopsa.com/auth"
    std::string tenant; ///< What it calls the tenant; empty = it needs no name.
};

/// The token of a connection (OAuth 2, client credentials). It is requested at first use, kept by the host in memory for
/// all instances of the connection, and renewed a minute before it expires.
class SignIn
{
public:
    /// All must outlive it.
    SignIn(psa::Host host, psa::Call &call, const Configuration &configuration, KeptValues &kept)
        : host_(host), call_(call), configuration_(configuration), kept_(kept), secrets_(host)
    {
    }

    /// Throws psa::Error.
    const std::string &token();
    /// HaloPSA has rejected the token: gets another one, once in a call. False = this one was the second. Throws
    /// psa::Error.
    bool renew();
    /// True if token() was requested in this call, so that it has the current permissions.
    bool isFresh() const { return fresh_; }
    /// Removes the token, so that the next call gets one with the current permissions.
    void forget();
    /// Forgets everything, so that the configuration is checked as it is now.
    void startAgain();

    const AuthServer &server();

private:
    void request();
    std::string tokenUrl();

    psa::Host host_;
    psa::Call &call_;
    const Configuration &configuration_;
    KeptValues &kept_;
    psa::Secrets secrets_;
    AuthServer server_;
    std::string token_;
    bool fresh_ = false;
    bool renewed_ = false;
};

} // namespace psa::plugins::halopsa
