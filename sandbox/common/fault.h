#pragma once

#include "sandbox/common/json_tools.h"

#include <Poco/RegularExpression.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace psa::sandbox {

/// The kind of failure; docs/sandbox.md lists the names.
enum class FaultAction
{
    drop,
    reset,
    cut,         ///< Sends `bytes` bytes of the response, then closes the connection.
    delay,       ///< Waits `ms`, then continues.
    hang,        ///< Never responds.
    status,      ///< Responds with `status`, `body` and `headers` instead.
    failure,     ///< Responds with `status` and the service's own error document of `errors` instead.
    garbage,     ///< Responds with broken JSON.
    slowHeaders, ///< Sends the head of the response slowly, over `ms`.
    lateVisible, ///< Only `hideFor`.
    contentType, ///< Responds with another content type.
};

struct Fault
{
    std::string kind;
    FaultAction action = FaultAction::drop;
    bool afterCommit = false; ///< The service has already carried out the request when it fails.
    std::chrono::milliseconds time{0};
    std::chrono::milliseconds hideFor{0}; ///< Queries find what was committed only after this time.
    std::size_t bytes = 0;
    int status = 500;
    std::string body;
    std::string contentType;
    std::vector<std::string> errors;
    std::vector<std::pair<std::string, std::string>> headers;
};

/// All kinds that a rule can name.
std::vector<std::string> faultKinds();

/// The rules set by a test. Thread-safe.
class FaultSet
{
public:
    /// Adds {"match": {...}, "fault": {"kind": ...}} and returns its number. Throws std::invalid_argument or BadJson.
    int add(const Object &rule);
    void clear();
    /// The fault of the first rule that matches the request and is due.
    std::optional<Fault> take(const std::string &method, const std::string &path, const std::string &entity);
    /// All rules, with how often each matched and fired.
    Array::Ptr toJson() const;

private:
    struct Rule
    {
        int number = 0;
        std::string method;
        std::string entity;
        std::shared_ptr<Poco::RegularExpression> route;
        std::size_t nth = 0;   ///< First match at which it fires; 0: the first one.
        std::size_t count = 0; ///< How often it fires; 0: without limit.
        double probability = 1;
        std::mt19937_64 random;
        Fault fault;
        std::size_t matched = 0;
        std::size_t fired = 0;
    };
    static Rule read(const Object &rule);
    static bool isDue(Rule &rule);

    mutable std::mutex mutex_;
    std::vector<Rule> rules_;
    int last_ = 0;
};

} // namespace psa::sandbox
