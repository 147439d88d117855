#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <vector>

struct sqlite3_vfs;

namespace psa::test {

/// SQLite's own VFS with somebody listening: it can fail whatever changes a file, and knows what would be left of the
/// files if the power failed. Registered under its name for as long as it lives. Its files are for
/// one thread at a time.
class SqliteTap
{
public:
    enum class Step
    {
        write,
        sync,
        truncate
    };

    explicit SqliteTap(std::string name);
    ~SqliteTap();
    SqliteTap(const SqliteTap &) = delete;
    SqliteTap &operator=(const SqliteTap &) = delete;

    /// Asked with the name of the file without its folder, and where in it the step ends; gives SQLITE_OK, or the error
    /// in place of the step. After a failed write half of it is in the file, after a failed sync nobody knows.
    using Question = std::function<int(Step, const std::string &file, std::size_t end)>;

    /// Asks this before each step from now on, on the thread of the step; null = nobody. Thread-safe.
    void ask(Question question);

    /// Name without folder and content of each file, as the disk may have them after a loss of power now: all that was
    /// synced, and of the rest whichever sectors of 512 bytes `random` allows.
    std::map<std::string, std::string> afterPowerLoss(std::mt19937 &random) const;

    const std::string &name() const { return name_; }

    /// Written or cut, and not synced.
    struct Change
    {
        std::size_t offset;
        std::string bytes;
        bool cut = false; ///< The file ends at `offset`.
    };
    struct File
    {
        std::string durable;
        std::vector<Change> pending;
    };

private:
    struct Calls; ///< The functions that SQLite calls.

    std::string name_;
    std::mutex mutex_;
    Question question_;                 ///< Guarded by mutex_.
    std::map<std::string, File> files_; ///< By path.
    std::unique_ptr<sqlite3_vfs> vfs_;
};

} // namespace psa::test
