#pragma once

#include "host/clock/clock.h"
#include "host/events/source_secrets.h"
#include "host/events/source_settings.h"
#include "host/events/source_state.h"
#include "host/store/store.h"

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace psa::events {

/// What happened to the requests of a source since the process started. Thread-safe.
struct SourceTally
{
    std::atomic<std::uint64_t> done{0};
    std::atomic<std::uint64_t> duplicates{0};
    std::atomic<std::uint64_t> notUnderstood{0};
    std::atomic<std::uint64_t> kept{0};
    std::atomic<std::uint64_t> killed{0};  ///< Its reader was ended by force.
    std::atomic<std::uint64_t> refused{0}; ///< Answered with an error.
};

/// A configured source as it is in use.
struct LiveSource
{
    store::StoredDefinition stored;
    SourceSettings settings; ///< Only its name, id and uid if there is a trouble.
    SourceSecrets secrets;
    SourceState state;
    std::shared_ptr<const std::string> signatureKey;     ///< nullptr = it has none.
    std::shared_ptr<const secrets::SecretBytes> bodyKey; ///< nullptr: bodies cannot be kept.
    std::string trouble;                                 ///< Why it can take no deliveries; "" = it can.
    std::shared_ptr<SourceTally> tally;
};

/// There is no source with this name.
class UnknownSource : public std::runtime_error
{
public:
    explicit UnknownSource(const std::string &name);
};

/// All sources of the host, stored and in use. Thread-safe; changes are serialized.
class Sources
{
public:
    using Live = std::shared_ptr<const LiveSource>;

    struct Parts
    {
        store::Store &store;
        const secrets::KeyRing *keys; ///< nullptr = none given: secrets and bodies cannot be stored.
        secrets::RandomSource random;
        /// "" if the program can be used as a reader, otherwise why not.
        std::function<std::string(const std::string &program)> checkReader;
        std::function<void(const std::string &)> log;
        std::function<void()> wake; ///< Deliveries of a source are to be read again; must not throw.
    };

    explicit Sources(Parts parts) : parts_(std::move(parts)) {}

    /// Reads the stored sources; one that cannot work is listed with its trouble. Throws StoreError.
    void load();

    /// nullptr = there is none.
    Live find(const std::string &name) const;
    Live find(std::int64_t id) const;
    /// Throws UnknownSource.
    Live get(const std::string &name) const;
    /// By name.
    std::vector<Live> all() const;

    /// The settings in `document` of a source that is not stored, if its reader can be used. Throws SourceInvalid.
    SourceSettings checked(const Poco::JSON::Object &document) const;

    /// A source to be stored.
    struct Prepared
    {
        store::StoredDefinition definition;     ///< Its id is 0 if it is new.
        std::optional<std::string> secretsJson; ///< Its new secrets; nullopt = they stay.
        bool readsAgain = false;                ///< Deliveries that were not understood are to be read again.
    };
    /// `document`: of a source, see sourceSettingsFrom(); `before`: nullptr = it is new. `signature`: the key of its
    /// signatures; nullopt = the one that it has. Throws SourceInvalid and SealError.
    Prepared prepare(const Poco::JSON::Object &document, const Live &before,
                     const std::optional<std::string> &signature) const;
    /// Stores it in a larger transaction, with its audit entry; call load() once that is durable. `who`: for the audit
    /// log. conflict if it was changed or added in between.
    static store::StoredDefinition save(store::StoreWriter &writer, const Prepared &prepared, const std::string &who);
    /// Removes it in a larger transaction, likewise. notFound.
    static void remove(store::StoreWriter &writer, const std::string &name, const std::string &who);

    // Each of these is a transaction of its own. They throw UnknownSource, SourceInvalid, SealError and StoreError; then
    // nothing was changed.

    struct Added
    {
        Live source;
        std::string token; ///< Shown only once.
    };
    Added add(const Poco::JSON::Object &document, const std::optional<std::string> &signature, const std::string &who);
    /// `version`: conflict unless it is the current one; nullopt = any.
    Live change(const std::string &name, const Poco::JSON::Object &document,
                const std::optional<std::string> &signature, std::optional<std::int64_t> version,
                const std::string &who);
    void remove(const std::string &name, const std::string &who);

    /// Replaces its token; returns the new one, which is shown only once.
    std::string renewToken(const std::string &name, const std::string &who);
    void revokeToken(const std::string &name, const std::string &who);
    /// The same for the secret in its URL.
    std::string renewUrlSecret(const std::string &name, const std::string &who);
    void revokeUrlSecret(const std::string &name, const std::string &who);
    /// From then on its requests need no signature.
    void removeSignatureKey(const std::string &name, const std::string &who);
    /// Ends its parking; what it kept is read again.
    Live resume(const std::string &name, const std::string &who);

    /// Seals the data key of every source under the active master key; returns how many were under another key. May be
    /// interrupted anywhere and called again.
    std::size_t rotateKeys(const std::string &who);

    /// Changes the state of a source inside a transaction; call load() or follow() once it is durable. Does nothing if it
    /// was removed.
    static void changeState(store::StoreWriter &writer, std::int64_t id,
                            const std::function<void(SourceState &)> &change);
    /// Reads the stored state of the source again.
    void follow(std::int64_t id);

private:
    using Map = std::map<std::string, Live>;
    void refresh();
    Live liveOf(const store::StoredDefinition &stored, const Live &before) const;
    void openSecrets(LiveSource &live) const;
    void addBodyKeys();
    bool rewrap(const store::StoredDefinition &source, const std::string &who);
    secrets::SecretBytes newBodyKey() const;
    std::string newSecret(const char *prefix) const;
    std::string sealedFor(const store::StoredDefinition &source, SourceSecrets stored,
                          const std::optional<std::string> &signature) const;
    void changeSecrets(const std::string &name, const char *action, const std::string &who,
                       const std::function<void(SourceSecrets &)> &change);

    Parts parts_;
    std::mutex changing_;      ///< Held during a whole change.
    std::mutex loading_;       ///< Held while sources are read and put into use.
    mutable std::mutex mutex_; ///< Guards what follows.
    Map live_;
};

/// Ids of the master keys that seal secrets of `sources`.
std::set<std::string> keyIdsOf(const std::vector<store::StoredDefinition> &sources);

} // namespace psa::events
