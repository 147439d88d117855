#include "host/run/remote_changes.h"

namespace psa::run {

void RemoteChanges::note(const store::StoreChange &change)
{
    if (!change.remote)
        return;
    if (change.connections)
        connections_ = true;
    if (change.definitions)
        definitions_ = true;
    if (change.settings)
        settings_ = true;
}

/// A change that is noted while it reads is read by the next step.
void RemoteChanges::follow(std::atomic<bool> &isStale, const std::function<void()> &read)
try
{
    if (isStale.exchange(false))
        read();
}
catch (...)
{
    isStale = true;
    throw;
}

std::optional<std::chrono::milliseconds> RemoteChanges::step()
{
    follow(settings_, parts_.settings);
    follow(connections_, parts_.connections);
    follow(definitions_, parts_.definitions);
    return std::nullopt;
}

} // namespace psa::run
