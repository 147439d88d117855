#pragma once

#include "host/store/sqlite/epoch.h"
#include "host/store/sqlite_store.h"
#include "tests/support/manual_clock.h"
#include "tests/support/test_folder.h"

#include <fstream>
#include <iterator>
#include <memory>
#include <string>

namespace psa::test {

// State folders of SQLite stores, and their contents.

inline std::unique_ptr<store::Store> openStore(const std::filesystem::path &folder, const std::string &vfs = "",
                                               int checkpointPages = 2000)
{
    store::SqliteStoreSettings settings;
    settings.folder = folder;
    settings.socketPath = "/run/test.sock";
    settings.vfs = vfs;
    settings.checkpointPages = checkpointPages;
    return store::openSqliteStore(settings, std::make_shared<ManualClock>());
}

inline std::string contentOf(const std::filesystem::path &file)
{
    std::ifstream content(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(content), {}};
}

inline void writeContent(const std::filesystem::path &file, const std::string &content)
{
    std::ofstream(file, std::ios::binary | std::ios::trunc) << content;
}

/// Copies as an operator would: the same names, but new inodes.
inline void copyFolder(const std::filesystem::path &from, const std::filesystem::path &to)
{
    for (const auto &each : std::filesystem::directory_iterator(from))
        std::filesystem::copy_file(each.path(), to / each.path().filename(),
                                   std::filesystem::copy_options::overwrite_existing);
}

/// Makes a copied store count as the original file.
inline void makeSameFile(const std::filesystem::path &folder)
{
    const store::StateFolder state(folder);
    auto epoch = store::readEpoch(state).value();
    epoch.inode = store::storeInode(state);
    store::writeEpoch(state, epoch);
}

/// Leaves in `to` what would remain if the process with the store open in `from` ended now.
inline void crashInto(const std::filesystem::path &from, const std::filesystem::path &to)
{
    copyFolder(from, to);
    makeSameFile(to);
}

/// The message of StoreRefused when the store in this folder is opened; throws std::logic_error if it opens.
inline std::string refusalOf(const std::filesystem::path &folder)
{
    try
    {
        openStore(folder);
    }
    catch (const store::StoreRefused &refused)
    {
        return refused.what();
    }
    throw std::logic_error("the store was opened");
}

} // namespace psa::test
