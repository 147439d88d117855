#include "tests/postgres/shared_store.h"

#include <algorithm>
#include <thread>

namespace psa::test::postgres {

using namespace std::chrono_literals;

std::unique_ptr<store::Store> openStore(const std::string &uri, const std::shared_ptr<Log> &log,
                                        const std::string &passwordFile)
{
    store::PostgresStoreSettings settings;
    settings.uri = uri;
    if (!passwordFile.empty())
        settings.passwordFile = passwordFile;
    settings.log = [log](const std::string &line) {
        if (log != nullptr)
            log->add(line);
    };
    return store::openPostgresStore(settings);
}

std::string refusalOf(const std::string &uri, const std::string &passwordFile)
try
{
    openStore(uri, nullptr, passwordFile);
    return "";
}
catch (const store::StoreRefused &refused)
{
    return refused.what();
}

Changes::Changes(store::Store &store) : store_(store)
{
    store_.onChange([this](const store::StoreChange &change) {
        {
            const std::lock_guard lock(mutex_);
            tickets_.insert(tickets_.end(), change.tickets.begin(), change.tickets.end());
        }
        changed_.notify_all();
    });
}

bool Changes::await(std::int64_t ticket, std::chrono::milliseconds limit) const
{
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, limit,
                             [&] { return std::find(tickets_.begin(), tickets_.end(), ticket) != tickets_.end(); });
}

std::int64_t addTicket(store::Store &store, const std::string &reference, const std::string &connection)
{
    std::int64_t id = 0;
    untilAvailable([&] { id = insert(store, sampleTicket(connection, reference, reference)).ticket.id; });
    return id;
}

void untilAvailable(const std::function<void()> &work)
{
    const auto until = std::chrono::steady_clock::now() + 30s;
    for (;;)
    {
        try
        {
            work();
            return;
        }
        catch (const store::StoreError &error)
        {
            const bool passes =
                error.kind == store::StoreError::Kind::unavailable || error.kind == store::StoreError::Kind::busy;
            if (!passes || std::chrono::steady_clock::now() > until)
                throw;
        }
        std::this_thread::sleep_for(20ms);
    }
}

} // namespace psa::test::postgres
