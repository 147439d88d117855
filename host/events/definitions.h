#pragma once

#include "host/events/ruleset.h"
#include "host/secrets/crypto.h"
#include "host/store/store.h"

#include <Poco/JSON/Object.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace psa::events {

/// A rule, window or customer that cannot be stored.
class DefinitionRefused : public std::runtime_error
{
public:
    struct Wrong
    {
        std::string pointer; ///< Into the document, such as "/ticket/fields/queue".
        std::string problem; ///< "there is no active \"Alrets\". Similar: \"Alerts\"."
    };

    DefinitionRefused(store::DefinitionKind kind, std::vector<Wrong> wrong);

    store::DefinitionKind kind() const { return kind_; }
    const std::vector<Wrong> &wrong() const { return wrong_; }

private:
    store::DefinitionKind kind_;
    std::vector<Wrong> wrong_;
};

/// There is no rule, window or customer with this name.
class UnknownDefinition : public std::runtime_error
{
public:
    UnknownDefinition(store::DefinitionKind kind, const std::string &name);

    store::DefinitionKind kind() const { return kind_; }

private:
    store::DefinitionKind kind_;
};

/// Position at which a new rule belongs among `all`: last, but before those at the end that take every event, unless it
/// does so too.
std::size_t placeOfNew(const std::vector<LiveRule> &all, const rules::Rule &added);

/// A document that was checked: what is written to the store for it.
struct PreparedDefinition
{
    store::DefinitionKind kind = store::DefinitionKind::rule;
    std::string name;
    std::string documentJson; ///< Normalized: equal definitions have equal texts.
    std::string stateJson;
    std::vector<std::string> warnings; ///< What could not be checked, and values that may be wrong.
};

/// A stored definition after a change.
struct SavedDefinition
{
    store::StoredDefinition stored;
    std::vector<std::string> warnings;
};

/// The rules, windows and customers of the host: stored, and in effect. Thread-safe; changes are serialized.
///
/// `who`: for the audit log, whose entries list what has changed. All changes also throw StoreError: conflict if the name
/// is taken, or if the given version is not the current one.
class Definitions
{
public:
    struct Parts
    {
        store::Store &store;
        const connection::Connections &connections;
        secrets::RandomSource random;
    };

    explicit Definitions(Parts parts) : parts_(std::move(parts)), current_(std::make_shared<const Ruleset>()) {}

    /// Puts everything stored into effect; the changes below do so themselves. Throws StoreError.
    void load();
    /// What is in effect; never nullptr.
    std::shared_ptr<const Ruleset> current() const;

    /// Checks a document; values of tickets also against the PSA's lists, for which it may call plugins. Throws
    /// DefinitionRefused. Stores nothing. `before`: the definition that it replaces, nullptr = it is new; what does not
    /// differ from it is not looked up in the PSA. `coming`: connections that are going to exist.
    PreparedDefinition prepare(store::DefinitionKind kind, const Poco::JSON::Object &document,
                               const store::StoredDefinition *before = nullptr,
                               const std::set<std::string> &coming = {}) const;

    /// See placeOfNew() for rules.
    SavedDefinition add(store::DefinitionKind kind, const Poco::JSON::Object &document, const std::string &who);
    /// `document` replaces all of it, and may have another name. `version`: must be the current one; nullopt = any.
    SavedDefinition change(store::DefinitionKind kind, const std::string &name, const Poco::JSON::Object &document,
                           std::optional<std::int64_t> version, const std::string &who);
    void remove(store::DefinitionKind kind, const std::string &name, const std::string &who);
    /// `names`: all rules, each once. Throws DefinitionRefused.
    void order(const std::vector<std::string> &names, const std::string &who);

    // For changes that are part of a larger transaction: call load() once that is durable.

    /// Inserts the result of prepare(). A rule becomes the last one.
    static store::StoredDefinition insert(store::StoreWriter &writer, const PreparedDefinition &prepared,
                                          const std::string &uid, const std::string &who);
    /// Returns `before` itself if nothing differs.
    static store::StoredDefinition update(store::StoreWriter &writer, const store::StoredDefinition &before,
                                          const PreparedDefinition &prepared, const std::string &who);
    static void erase(store::StoreWriter &writer, store::DefinitionKind kind, const std::string &name,
                      const std::string &who);
    static void reorder(store::StoreWriter &writer, const std::vector<std::string> &names, const std::string &who);
    /// Must be called once customers were inserted or updated: throws DefinitionRefused if two have the same alias, and
    /// forgets the unknown customers that are known now. `changed`: name of one of them, to which the error refers.
    static void settleCustomers(store::StoreWriter &writer, const std::string &changed);
    /// A new uid for insert().
    std::string newUid() const;

    /// Held during a change of several definitions, so that nothing changes between reading and writing them.
    std::unique_lock<std::mutex> lockChanges() { return std::unique_lock(changing_); }

private:
    void prepareRule(const Poco::JSON::Object &document, const store::StoredDefinition *before,
                     const std::set<std::string> &coming, PreparedDefinition &prepared) const;
    void prepareCustomer(const Poco::JSON::Object &document, const store::StoredDefinition *before,
                         const std::set<std::string> &coming, PreparedDefinition &prepared) const;

    Parts parts_;
    std::mutex changing_;      ///< Held during a whole change.
    mutable std::mutex mutex_; ///< Guards current_.
    std::shared_ptr<const Ruleset> current_;
};

} // namespace psa::events
