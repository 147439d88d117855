// A process that writes under load is killed repeatedly: everything that it acknowledged exists.
#include "host/store/sqlite_store.h"
#include "tests/support/test_folder.h"

#include <catch2/catch.hpp>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <random>
#include <thread>

using namespace psa::clock;
using namespace psa::store;
using psa::test::TestFolder;

namespace {

/// A running store-writer and its output.
class Writer
{
public:
    Writer(const std::filesystem::path &folder, const std::string &name)
    {
        std::array<int, 2> ends{};
        REQUIRE(pipe(ends.data()) == 0);
        pid_ = fork();
        REQUIRE(pid_ >= 0);
        if (pid_ == 0)
        {
            dup2(ends[1], STDOUT_FILENO);
            close(ends[0]);
            close(ends[1]);
            execl(STORE_WRITER, STORE_WRITER, folder.c_str(), name.c_str(), "8", nullptr);
            _exit(127);
        }
        close(ends[1]);
        output_ = ends[0];
    }
    ~Writer()
    {
        kill();
        close(output_);
    }
    Writer(const Writer &) = delete;
    Writer &operator=(const Writer &) = delete;

    pid_t pid() const { return pid_; }
    /// Reads until it has printed this much, or has ended.
    void listen(std::size_t bytes)
    {
        while (said_.size() < bytes && readMore())
        {
        }
    }
    /// Kills it. Returns all of its output, including what was not read yet.
    std::string kill()
    {
        if (pid_ > 0)
        {
            ::kill(pid_, SIGKILL);
            while (readMore())
            {
            }
            waitpid(pid_, nullptr, 0);
            pid_ = 0;
        }
        return said_;
    }

private:
    bool readMore()
    {
        std::array<char, 4096> buffer{};
        const ssize_t got = read(output_, buffer.data(), buffer.size());
        if (got > 0)
            said_.append(buffer.data(), static_cast<std::size_t>(got));
        return got > 0;
    }

    pid_t pid_ = 0;
    int output_ = -1;
    std::string said_;
};

std::unique_ptr<Store> open(const std::filesystem::path &folder)
{
    return openSqliteStore({folder, ""}, std::make_shared<SystemClock>());
}

/// True if the store agrees with all of the output.
bool holds(const TestFolder &folder, const std::string &said)
{
    const TestFolder scratch;
    std::ofstream(scratch.path() / "said") << said;
    const std::string command = std::string(STORE_WRITER) + " '" + folder.path().string() + "' check <'" +
                                (scratch.path() / "said").string() + "'";
    return std::system(command.c_str()) == 0; // NOLINT(cert-env33-c): our own program, our own names
}

} // namespace

TEST_CASE("everything acknowledged before a kill -9 still exists after it, round after round", "[store]")
{
    const TestFolder folder(TestFolder::inMemory());
    std::mt19937 random(1);
    std::string said;
    for (int round = 0; round < 12; ++round)
    {
        CAPTURE(round);
        Writer writer(folder.path(), "r" + std::to_string(round));
        writer.listen(200 + random() % 20000);
        const std::string now = writer.kill();
        REQUIRE(!now.empty()); // it was writing
        said += now;
        CHECK(open(folder.path())->openReport().restored == "");
        REQUIRE(holds(folder, said));
    }
}

TEST_CASE("a kill -9 while the store is opened, for the first time or again, raises no alarm", "[store]")
{
    std::mt19937 random(2);
    for (int store = 0; store < 8; ++store)
    {
        const TestFolder folder(TestFolder::inMemory());
        for (int round = 0; round < 5; ++round)
        {
            CAPTURE(store, round);
            Writer writer(folder.path(), "r" + std::to_string(round));
            std::this_thread::sleep_for(std::chrono::microseconds(random() % 12000)); // at an arbitrary point
            writer.kill();
            CHECK(open(folder.path())->openReport().restored == "");
        }
    }
}

TEST_CASE("opening a store that another process has open fails with that process's pid and socket", "[store]")
{
    const TestFolder folder(TestFolder::inMemory());
    Writer writer(folder.path(), "r");
    writer.listen(1);
    try
    {
        open(folder.path());
        FAIL("it was opened twice");
    }
    catch (const StoreLocked &locked)
    {
        CHECK(locked.pid == writer.pid());
        CHECK(locked.socket == "/run/writer.sock");
    }
    writer.kill();
    open(folder.path()); // the lock ended with its holder
}
