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

/// SQLite's own VFS with an observer: it can make any change of a file fail, and knows what would be left of the files
/// after a power failure. Registered under its name for as long as it exists. Its files are not thread-safe.
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

    /// Called with the name of the file without its folder, and the offset at which the step ends; returns SQLITE_OK,
    /// or the error to return instead of executing the step. After a failed write half of it is in the file, after a
    /// failed sync the state is undefined.
    using Question = std::function<int(Step, const std::string &file, std::size_t end)>;

    /// Sets the question that is called before each step from now on, on the thread of the step; null = none.
    /// Thread-safe.
    void ask(Question question);

    /// Name without folder and content of each file, as the disk may have them after a power failure now: everything
    /// that was synced, and a random selection, by `random`, of the other sectors of 512 bytes.
    std::map<std::string, std::string> afterPowerLoss(std::mt19937 &random) const;

    const std::string &name() const { return name_; }

    /// Written or truncated, but not synced.
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
    struct Calls; ///< The functions called by SQLite.

    std::string name_;
    std::mutex mutex_;
    Question question_;                 ///< Guarded by mutex_.
    std::map<std::string, File> files_; ///< Keyed by path.
    std::unique_ptr<sqlite3_vfs> vfs_;
};

} // namespace psa::test
