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

/// What goes wrong; docs/sandbox.md lists the names.
enum class FaultAction
{
    drop,
    reset,
    cut,         ///< Send `bytes` bytes of the answer, then end the connection.
    delay,       ///< Wait `ms`, then go on.
    hang,        ///< Never answer.
    status,      ///< Answer `status` with `body` and `headers` instead.
    failure,     ///< Answer `status` with the service's own error document of `errors` instead.
    garbage,     ///< Answer with broken JSON.
    slowHeaders, ///< Let the head of the answer drip over `ms`.
    lateVisible, ///< Nothing but `hideFor`.
    contentType, ///< Answer with another content type.
};

struct Fault
{
    std::string kind;
    FaultAction action = FaultAction::drop;
    bool afterCommit = false; ///< The service has done its work before it goes wrong.
    std::chrono::milliseconds time{0};
    std::chrono::milliseconds hideFor{0}; ///< What is committed is found by queries only after this.
    std::size_t bytes = 0;
    int status = 500;
    std::string body;
    std::string contentType;
    std::vector<std::string> errors;
    std::vector<std::pair<std::string, std::string>> headers;
};

/// Every kind that a rule can name.
std::vector<std::string> faultKinds();

/// The rules that a test set. Every function may be called from any thread.
class FaultSet
{
public:
    /// Adds {"match": {...}, "fault": {"kind": ...}} and gives its number. Throws std::invalid_argument or BadJson.
    int add(const Object &rule);
    void clear();
    /// The fault of the first rule that fits the request and is due.
    std::optional<Fault> take(const std::string &method, const std::string &path, const std::string &entity);
    /// Every rule with how often it matched and fired.
    Array::Ptr toJson() const;

private:
    struct Rule
    {
        int number = 0;
        std::string method;
        std::string entity;
        std::shared_ptr<Poco::RegularExpression> route;
        std::size_t nth = 0;   ///< Fires first at this match; 0: at the first.
        std::size_t count = 0; ///< Fires so often; 0: without end.
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
