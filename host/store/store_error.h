#pragma once

#include <stdexcept>
#include <string>

namespace psa::store {

/// An operation that the store did not do; of a transaction that ends with one, nothing stays. what() says what was
/// wrong and what to do next.
class StoreError : public std::runtime_error
{
public:
    enum class Kind
    {
        notFound,    ///< There is no such row.
        conflict,    ///< The name or reference is taken, or somebody has changed the row meanwhile.
        notAllowed,  ///< Not in the state in which the row is.
        invalid,     ///< A value that the store does not keep, such as an empty reference.
        busy,        ///< Too many callers wait already: try again soon.
        unavailable, ///< The disk is full or fails. Nothing was promised; it may work again later.
        unusable     ///< The store file is damaged, or the store is closed: nothing works until a restart.
    };

    StoreError(Kind why, const std::string &what) : std::runtime_error(what), kind(why) {}

    Kind kind;
    /// The disk failed in the very step that makes a transaction durable: it was not done, and a restart may find it done
    /// all the same.
    bool perhapsDone = false;
};

/// The store cannot be opened: its folder or file is not as it must be, or it was written by a newer psa-host.
class StoreRefused : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// Another process has the store open.
class StoreLocked : public StoreRefused
{
public:
    /// `socket`: where the holder serves the API; `pid`: 0 if it has not said yet.
    StoreLocked(const std::string &folder, long pid, std::string socket);

    long pid;
    std::string socket;
};

} // namespace psa::store
