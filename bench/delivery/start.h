#pragma once

#include <filesystem>

namespace psa::bench {

/// Cost of one start of psa-host.
struct Start
{
    double milliseconds; ///< Until it responded to a request on its socket.
    double megabytes;    ///< Its peak memory, a second of work later.
};

/// A state folder with queued tickets for an unreachable PSA, and a configuration for `psa-host run`.
class StateFolder
{
public:
    StateFolder(std::filesystem::path folder, int queued);
    ~StateFolder();
    StateFolder(const StateFolder &) = delete;
    StateFolder &operator=(const StateFolder &) = delete;

    Start start() const;

private:
    std::filesystem::path folder_;
};

} // namespace psa::bench
