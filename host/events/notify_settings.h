#pragma once

#include "host/notify/notifier.h"
#include "host/secrets/crypto.h"
#include "host/secrets/key_ring.h"
#include "host/store/store.h"

#include <functional>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace psa::events {

/// A setting of notifications that cannot be changed so. what(): a sentence.
class NotifyRefused : public std::runtime_error
{
public:
    enum class Why
    {
        invalid,
        setInFile
    };

    NotifyRefused(Why kind, const std::string &what) : std::runtime_error(what), why(kind) {}
    Why why;
};

/// How humans are notified: by what [notify] of the configuration file sets, and otherwise by what was set at run time.
/// Thread-safe.
class NotifySettings
{
public:
    struct Parts
    {
        store::Store &store;
        const secrets::KeyRing *keys; ///< nullptr = none given: the URL of a webhook cannot be stored.
        secrets::RandomSource random;
        notify::NotifyConfig fromFile;                         ///< Until useFile().
        std::function<void(const notify::NotifyConfig &)> use; ///< Called with what applies; null = nobody is notified.
        /// Notifies at once; returns the failures, and the number of receivers. Null = nobody is notified.
        std::function<std::vector<std::string>(const notify::Notice &, std::size_t &receivers)> tryOut;
    };

    explicit NotifySettings(Parts parts) : parts_(std::move(parts)), file_(std::move(parts_.fromFile)) {}

    /// Puts the stored settings into effect. Throws StoreError. Settings that cannot be opened are shown as trouble.
    void load();
    /// [notify] of the configuration file was changed. As load().
    void useFile(const notify::NotifyConfig &file);

    struct View
    {
        std::string webhook; ///< Without its path, which is often a password; "" = none.
        std::vector<std::string> command;
        bool webhookFromFile = false;
        std::string trouble; ///< Why what is stored does not apply; "" = it does.
    };
    View view() const;

    /// Sets the URL of the webhook; "" = none. What view() shows leaves it unchanged. `who`: for the audit log. Throws
    /// NotifyRefused, SealError and StoreError.
    void setWebhook(const std::string &url, const std::string &who);

    struct Trial
    {
        std::size_t receivers = 0; ///< 0 = nobody is notified.
        std::vector<std::string> problems;
    };
    /// Sends a notice of kind "notify.test" to everyone who would get one.
    Trial tryOut();

    /// Seals the URL under the active master key. True = it was under another one. Throws SealError, StoreError.
    bool rewrap();
    /// Id of the master key that the URL is sealed under; "" = none.
    static std::string keyIdOf(const store::StoreReader &reader);

private:
    void apply(const std::string &webhook, const std::string &trouble);
    notify::NotifyConfig file() const;

    Parts parts_;
    std::mutex changing_;      ///< Held during a whole change.
    mutable std::mutex mutex_; ///< Guards what follows.
    notify::NotifyConfig file_;
    std::string webhook_; ///< That was set at run time.
    std::string trouble_;
};

} // namespace psa::events
