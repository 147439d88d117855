#pragma once

#include <filesystem>

namespace psa::bench {

/// What one start of psa-host took.
struct Start
{
    double milliseconds; ///< Until it answered a request on its socket.
    double megabytes;    ///< The most that it had in memory, a second of work later.
};

/// A state folder with queued tickets for a PSA that nobody reaches, and a configuration for `psa-host run`.
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
