#pragma once

#include <psa/plugin.hpp>

#include <psa/cache.h>
#include <psa/clock.h>
#include <psa/http.h>
#include <psa/secrets.h>

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace psa::plugins::test {

/// What the fake network answers.
struct Answer
{
    std::uint32_t status = 200;
    std::string body;
    psa_http_delivery delivery = PSA_HTTP_ANSWERED;
    psa_http_reason reason = PSA_HTTP_REASON_NONE;
    std::uint32_t retryAfterMs = 0;
};

Answer ok(std::string body);
Answer notSent(psa_http_reason reason, std::uint32_t retryAfterMs = 0);
Answer noAnswer(psa_http_reason reason);

/// What the plugin sent.
struct Sent
{
    std::string method;
    std::string url;
    std::string body;
    std::string limitKey;
    std::map<std::string, std::string> headers;
    std::map<std::string, bool> secret; ///< Header name → marked as secret.
    bool mutates = false;
    std::uint32_t flags = 0; ///< Of psa_http_request.
};

/// A host in memory: a scripted network, a cache, secrets, a stopped clock, and everything that the plugin reported.
/// Single-threaded.
class FakeHost
{
public:
    FakeHost();
    ~FakeHost() = default;
    FakeHost(const FakeHost &) = delete;
    FakeHost &operator=(const FakeHost &) = delete;

    /// Requests of `method` whose URL ends in `url`, with or without its query, get `answer`; several answers for the
    /// same request are given in turn, the last one for all further requests.
    FakeHost &on(const std::string &method, const std::string &url, Answer answer);

    /// The same, instead of every answer so far for this request.
    FakeHost &replace(const std::string &method, const std::string &url, Answer answer);

    /// The answer to the request with this number, counted from 0, instead of the scripted one.
    std::map<std::size_t, Answer> instead;

    /// Runs after each request: what another instance does meanwhile.
    std::function<void()> afterRequest;

    const psa_host *raw() const { return &host_; }

    std::vector<Sent> sent;
    std::vector<std::string> log;
    std::map<std::string, std::string> cache;
    std::map<std::string, std::uint32_t> ttlMs;
    std::map<std::string, std::string> secrets; ///< Those of psa.secrets/1, which never expire here.
    std::map<std::string, std::uint32_t> secretTtlMs;
    std::vector<std::string> learned;   ///< Texts that the plugin has made known as secrets.
    std::int64_t nowMs = 1795534200000; ///< 2026-11-24T15:30:00Z
    bool withHttp = true;
    bool cacheKeepsNothing = false;
    int stopAfterRequests = -1;          ///< The call is cancelled after this many requests; -1 = never.
    std::vector<std::string> unscripted; ///< Requests without a scripted answer.

private:
    friend struct Hooks;

    psa_host host_{};
    psa_http http_{};
    psa_cache cacheTable_{};
    psa_clock clock_{};
    psa_secrets secretsTable_{};
    std::map<std::string, std::deque<Answer>> script_;
};

/// How a call ended.
struct Outcome
{
    psa_status status = PSA_INTERNAL;
    std::string result;
    std::string message;
    std::string hint;
    std::string detail;
    std::string vendorCode;
    std::string field;
    std::uint32_t httpStatus = 0;
    std::uint32_t retryAfterMs = 0;

    bool ok() const { return status == PSA_OK; }
};

/// Requests that may change something.
std::size_t mutating(const FakeHost &host);

/// The plugin behind its C table, one instance. Every call checks that no secret was disclosed.
class PluginUnderTest
{
public:
    PluginUnderTest(FakeHost &host, std::vector<std::string> secrets);
    ~PluginUnderTest();
    PluginUnderTest(const PluginUnderTest &) = delete;
    PluginUnderTest &operator=(const PluginUnderTest &) = delete;

    Outcome describe();
    Outcome configure(const std::string &json);
    Outcome test();
    Outcome create(const std::string &ticketJson, const std::string &reference = "ref-1");
    Outcome find(const std::string &reference = "ref-1");
    Outcome list(const std::string &name, const std::string &query = {}, const std::string &cursor = {},
                 const std::string &dependsOn = "{}", std::uint32_t limit = 100);
    Outcome read(const std::string &id);

    // psa.update-ticket/1
    Outcome describeUpdates();
    Outcome addNote(const std::string &noteJson, const std::string &ticketId = "7",
                    const std::string &reference = "REF1");
    Outcome findNote(const std::string &reference = "REF1", const std::string &ticketId = "7");
    Outcome change(const std::string &changeJson, const std::string &ticketId = "7");
    Outcome activity(const std::string &watermark = {}, const std::string &ticketId = "7");
    Outcome removeNote(const std::string &noteId, const std::string &ticketId = "7");

private:
    const psa_update_ticket &updates() const;
    template <class Body>
    Outcome run(Body &&body);

    FakeHost &host_;
    std::vector<std::string> secrets_;
    const psa_plugin_api *api_;
    psa_instance *instance_ = nullptr;
};

} // namespace psa::plugins::test
