#pragma once

#include "host/net/http_types.h"
#include "host/net/redactor.h"

#include <Poco/Dynamic/Var.h>

#include <list>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace psa::net {

/// The secrets of one connection: those of its configuration, and those that its plugin gets at run time: header values that
/// it marks as secret, what it learns or keeps through psa.secrets/1, tokens in responses. Every text that leaves the host passes redact(). Thread-safe.
class SecretRegistry
{
public:
    SecretRegistry();
    ~SecretRegistry();
    SecretRegistry(const SecretRegistry &) = delete;
    SecretRegistry &operator=(const SecretRegistry &) = delete;

    /// Redacts `secret` from now on. The long words of a value such as "Basic dXNlcjpwYXNz" are secrets too.
    void learn(std::string_view secret);

    /// Like learn(), but keeps only the newest maxPassing: a token that is renewed every hour, or a plugin that marks
    /// all its values as secret, must not use more and more memory.
    void learnPassing(std::string_view secret);
    static constexpr std::size_t maxPassing = 64;
    void learnPassing(const std::vector<std::string> &secrets);

    /// Redacts these until they are released, each as often as it was held; then they count as learnPassing().
    void hold(const std::vector<std::string> &secrets);
    void release(const std::vector<std::string> &secrets);

    /// `text` with every known secret replaced.
    std::string redact(std::string_view text) const;

private:
    std::shared_ptr<const Redactor> current() const;
    bool pass(std::string_view secret);
    void makeRedactor();

    mutable std::mutex mutex_; ///< Guards the members below.
    std::set<std::string, std::less<>> known_;
    std::list<std::string> passing_; ///< The most recently used comes last.
    std::multiset<std::string, std::less<>> held_;
    std::shared_ptr<const Redactor> redactor_;
};

class SecretRegistry;

/// A request or its response in a form that may be shown and stored: known secrets are replaced in URL, headers and body,
/// and the values of headers marked as secret are replaced completely, as are cookies and texts in a response that contains
/// secrets.
HttpRequest redacted(HttpRequest request, const SecretRegistry &secrets);
HttpResponse redacted(HttpResponse response, const HttpRequest &request, const SecretRegistry &secrets);

/// A JSON document with known secrets replaced in all its strings, including member names.
Poco::Dynamic::Var redacted(const Poco::Dynamic::Var &document, const SecretRegistry &secrets);

} // namespace psa::net
