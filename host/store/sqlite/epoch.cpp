#include "host/store/sqlite/epoch.h"

#include "host/store/store_error.h"

#include <sys/stat.h>

#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>

namespace psa::store {
namespace {

constexpr const char *firstWord = "psa-host-store";

} // namespace

std::optional<Epoch> readEpoch(const StateFolder &folder)
{
    std::ifstream file(folder.epoch());
    if (!file)
        return std::nullopt;
    std::string word;
    Epoch epoch;
    if (!(file >> word >> epoch.storeId >> epoch.number >> epoch.inode) || word != firstWord)
        throw StoreRefused(folder.epoch().string() + " is damaged. Check that the store beside it is the newest one, "
                                                     "then remove the file; the store then counts as restored");
    return epoch;
}

void writeEpoch(const StateFolder &folder, const Epoch &epoch)
{
    std::ostringstream text;
    text << firstWord << ' ' << epoch.storeId << ' ' << epoch.number << ' ' << epoch.inode << '\n';
    replaceFile(folder.epoch(), text.str());
}

std::uint64_t storeInode(const StateFolder &folder)
{
    struct stat status
    {
    };
    if (stat(folder.store().c_str(), &status) != 0)
        throw std::system_error(errno, std::generic_category(), folder.store().string());
    return status.st_ino;
}

std::string restoreReason(const Epoch &store, const std::optional<Epoch> &file)
{
    if (store.number == 0)
        return "";
    if (store.number == backupEpoch)
        return "it is a backup";
    if (!file)
        return "it was last opened in another folder";
    if (file->storeId != store.storeId)
        return "this folder previously contained another store";
    if (store.number < file->number)
        return "it is older than the store that was previously in this folder";
    if (store.inode != file->inode)
        return "it is a copy of the store that was previously in this folder";
    return "";
}

} // namespace psa::store
