#pragma once

#include "host/store/open_report.h"
#include "host/store/store_error.h"
#include "host/store/store_writer.h"

#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace psa::store {

struct StoreHealth
{
    bool writable = true;
    std::string problem; ///< Why not, and what to do.
};

/// What a commit has changed.
struct StoreChange
{
    std::vector<std::int64_t> tickets; ///< Their ids, possibly repeated; also of those with a changed note or change.
    bool connections = false;
    bool audit = false;
    bool events = false;      ///< Deliveries, events, episodes or unknown customers.
    bool definitions = false; ///< Sources, rules, windows or customers.
    bool settings = false;    ///< Small values or sessions.
    bool remote = false;      ///< Another host has committed it.
    std::set<std::string> of; ///< The connections that any of this belongs to.

    bool isEmpty() const { return tickets.empty() && !connections && !audit && !events && !definitions && !settings; }
};

/// Persistent storage of tickets, connections and everything else that must survive the process. Thread-safe; every
/// function blocks until it is done, unless its comment says otherwise.
///
///     const StoredTicket added = store.write([&](StoreWriter &writer) {
///         writer.appendAudit(entry);
///         return writer.addTicket(ticket);
///     });
///
/// The work of read() and write() runs on a thread of the store, possibly more than once, and blocks all others: it
/// must call only the reader or writer, must not keep references to them, and must not use a store. Its exceptions are
/// thrown by read() or write().
class Store
{
public:
    virtual ~Store() = default;

    virtual const OpenReport &openReport() const = 0;

    /// Other hosts may have the same store open, and change it.
    virtual bool isShared() const { return false; }

    /// Returns what `work`, a function of const StoreReader &, returns. It sees only durable data.
    template <class Work>
    auto read(Work &&work)
    {
        return run<const StoreReader &>(std::forward<Work>(work), [this](const auto &step) { doRead(step); });
    }

    /// One transaction: returns what `work`, a function of StoreWriter &, returns as soon as all of it is durable. If
    /// it throws, everything is rolled back; only after StoreError::perhapsDone may the transaction turn out to be
    /// committed after a restart.
    template <class Work>
    auto write(Work &&work)
    {
        return run<StoreWriter &>(std::forward<Work>(work), [this](const auto &step) { doWrite(step); });
    }

    /// Like write(). `ask` asks a StoreWriter what `work` is going to ask, and changes nothing. A store to which each
    /// question takes a round trip runs it before, several times: at first the answers are empty; once they have come, it
    /// gets them, and can ask what follows. So the questions of many callers travel together.
    template <class Work>
    auto write(Work &&work, const std::function<void(StoreWriter &)> &ask)
    {
        return run<StoreWriter &>(std::forward<Work>(work),
                                  [this, &ask](const auto &step) { doWriteAsking(step, ask); });
    }

    /// Like read() and write(), but without blocking: `done` is called once, on a thread of the store, with a function
    /// that returns what `work` returned or throws its exception. `done` must be quick, must not throw, and may use the
    /// store only through these two. It may be called before these return, if the queue is full.
    template <class Work, class Done>
    void readLater(Work work, Done done)
    {
        later<const StoreReader &>(std::move(work), std::move(done),
                                   [this](auto step, const Then &then) { doReadLater(std::move(step), then); });
    }
    template <class Work, class Done>
    void writeLater(Work work, Done done)
    {
        later<StoreWriter &>(std::move(work), std::move(done),
                             [this](auto step, const Then &then) { doWriteLater(std::move(step), then); });
    }
    template <class Work, class Done>
    void writeLater(Work work, const std::function<void(StoreWriter &)> &ask, Done done)
    {
        later<StoreWriter &>(std::move(work), std::move(done), [this, &ask](auto step, const Then &then) {
            doWriteLaterAsking(std::move(step), ask, then);
        });
    }

    /// Called for every commit that changed something, on a thread of the store, after it is durable and before its
    /// callers are notified. Must be as quick as `done` of writeLater().
    using ChangeListener = std::function<void(const StoreChange &)>;
    /// Replaces the current listener; nullptr = none. After it returns, the previous one is not called any more, and
    /// the `done` of every earlier readLater() and writeLater() has been called.
    virtual void onChange(ChangeListener listener) = 0;

    /// Calls `done` once the listener was told of everything that other hosts had committed before this call: with true,
    /// or with false if the database cannot be asked now. `done` must be as quick as that of writeLater(). Concurrent
    /// calls share what they cost, which is bounded.
    using CaughtUp = std::function<void(bool known)>;
    virtual void catchUp(CaughtUp done) { std::exchange(done, nullptr)(true); }

    /// Copies the current store to `file`, which must not exist, with mode 0600. Other callers wait meanwhile. Throws
    /// StoreError.
    virtual void backup(const std::filesystem::path &file) = 0;

    /// Whether writes succeed, judged by the last significant one. After a failure it tries another write of the same
    /// size, and at least of a ticket's, so it may block.
    virtual StoreHealth health() = 0;

protected:
    using ReadWork = std::function<void(const StoreReader &)>;
    using WriteWork = std::function<void(StoreWriter &)>;
    using Then = std::function<void(const std::exception_ptr &failure)>;
    virtual void doRead(const ReadWork &work) = 0;
    virtual void doWrite(const WriteWork &work) = 0;
    /// Default for stores without a thread of their own: does the work and blocks until it is done.
    virtual void doReadLater(ReadWork work, const Then &then)
    {
        then(failureOf([&] { doRead(work); }));
    }
    virtual void doWriteLater(WriteWork work, const Then &then)
    {
        then(failureOf([&] { doWrite(work); }));
    }
    // Defaults for stores that answer at once.
    virtual void doWriteAsking(const WriteWork &work, const WriteWork &) { doWrite(work); }
    virtual void doWriteLaterAsking(WriteWork work, const WriteWork &, const Then &then)
    {
        doWriteLater(std::move(work), then);
    }

private:
    template <class Act>
    static std::exception_ptr failureOf(const Act &act)
    try
    {
        act();
        return nullptr;
    }
    catch (...)
    {
        return std::current_exception();
    }

    template <class Side, class Work, class Done, class Runner>
    static void later(Work work, Done done, const Runner &runner)
    {
        using Result = std::invoke_result_t<Work, Side>;
        const auto result = std::make_shared<std::optional<Result>>();
        runner([work = std::move(work), result](Side side) mutable { result->emplace(work(side)); },
               [done = std::move(done), result](const std::exception_ptr &failure) mutable {
                   done([result, failure]() -> Result {
                       if (failure)
                           std::rethrow_exception(failure);
                       return std::move(**result);
                   });
               });
    }

    template <class Side, class Work, class Runner>
    static auto run(Work &&work, const Runner &runner)
    {
        using Result = std::invoke_result_t<Work, Side>;
        if constexpr (std::is_void_v<Result>)
            runner([&](Side side) { work(side); });
        else
        {
            std::optional<Result> result;
            runner([&](Side side) { result.emplace(work(side)); });
            return std::move(*result);
        }
    }
};

} // namespace psa::store
