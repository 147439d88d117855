#pragma once

#include "host/store/open_report.h"
#include "host/store/store_error.h"
#include "host/store/store_writer.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace psa::host {

struct StoreHealth
{
    bool writable = true;
    std::string problem; ///< Why not, and what to do.
};

/// Where tickets, connections and all that must outlive the process are kept. Every function may be called from any
/// thread, and blocks until it is done.
///
///     const StoredTicket ticket = store.write([&](StoreWriter &writer) {
///         writer.appendAudit(entry);
///         return writer.insertTicket(request).ticket;
///     });
///
/// The work of read() and write() runs on a thread of the store, perhaps more than once, and holds up all others: it
/// calls nothing but the reader or writer, keeps no reference to them, and uses no store. What it throws comes out of
/// read() or write().
class Store
{
public:
    virtual ~Store() = default;

    virtual const OpenReport &openReport() const = 0;

    /// Returns what `work`, a function of const StoreReader &, returns. It sees only what is durable.
    template <class Work>
    auto read(Work &&work)
    {
        return run<const StoreReader &>(std::forward<Work>(work), [this](const auto &step) { doRead(step); });
    }

    /// One transaction: returns what `work`, a function of StoreWriter &, returns as soon as all of it is durable. If it
    /// throws, nothing of it stays; only after StoreError::perhapsDone it may turn out to have been done, after a restart.
    template <class Work>
    auto write(Work &&work)
    {
        return run<StoreWriter &>(std::forward<Work>(work), [this](const auto &step) { doWrite(step); });
    }

    /// Copies the store as it is now to `file`, which must not exist, with mode 0600. Others wait meanwhile. Throws
    /// StoreError.
    virtual void backup(const std::filesystem::path &file) = 0;

    /// Whether writes succeed, as the last one that mattered did. After one that failed it tries another of its size, and
    /// at least of a ticket's, so it may block.
    virtual StoreHealth health() = 0;

protected:
    using ReadWork = std::function<void(const StoreReader &)>;
    using WriteWork = std::function<void(StoreWriter &)>;
    virtual void doRead(const ReadWork &work) = 0;
    virtual void doWrite(const WriteWork &work) = 0;

private:
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

} // namespace psa::host
