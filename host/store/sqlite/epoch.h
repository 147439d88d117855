#pragma once

#include "host/store/state_folder.h"

#include <cstdint>
#include <optional>
#include <string>

namespace psa::store {

/// Distinguishes a store that was used continuously from one that was restored. Each open and each orderly close of a
/// store increments its number, in the store and in a file beside it, which reveals an older store. A copy of the whole
/// folder is revealed by the inode of the store file, which differs in every copy.
struct Epoch
{
    std::string storeId;
    std::int64_t number = 0; ///< 0 = the store was never opened.
    std::uint64_t inode = 0; ///< Of the store file.
};

/// The number of a backup until it is opened as a store.
constexpr std::int64_t backupEpoch = -1;

/// The content of the file; nullopt if it does not exist. Throws StoreRefused if it is not an epoch file.
std::optional<Epoch> readEpoch(const StateFolder &folder);

/// Throws std::system_error.
void writeEpoch(const StateFolder &folder, const Epoch &epoch);

/// The inode of the store file. Throws std::system_error.
std::uint64_t storeInode(const StateFolder &folder);

/// Why the store with this epoch counts as restored; "" = it does not. `file`: the epoch file of the folder.
std::string restoreReason(const Epoch &store, const std::optional<Epoch> &file);

} // namespace psa::store
