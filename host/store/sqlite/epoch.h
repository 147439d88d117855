#pragma once

#include "host/store/sqlite/state_folder.h"

#include <cstdint>
#include <optional>
#include <string>

namespace psa::host {

/// Tells a store that went on from one that was put back. Each opening and each orderly closing of a store counts its
/// number up, in the store and in a file beside it; so an older store than the last one here shows. A copy of the whole
/// folder shows by the inode of the store file, which no copy has again.
struct Epoch
{
    std::string storeId;
    std::int64_t number = 0; ///< 0 = the store was never opened.
    std::uint64_t inode = 0; ///< Of the store file.
};

/// The number that a backup says until it is opened as a store.
constexpr std::int64_t backupEpoch = -1;

/// What the file says; nothing if there is none. Throws StoreRefused if it is not an epoch file.
std::optional<Epoch> readEpoch(const StateFolder &folder);

/// Throws std::system_error.
void writeEpoch(const StateFolder &folder, const Epoch &epoch);

/// The inode of the store file. Throws std::system_error.
std::uint64_t storeInode(const StateFolder &folder);

/// Why the store with this epoch was put back here; "" = it was not. `file`: what the folder says.
std::string whyRestored(const Epoch &store, const std::optional<Epoch> &file);

} // namespace psa::host
