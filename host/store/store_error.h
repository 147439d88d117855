#pragma once

#include <stdexcept>
#include <string>

namespace psa::store {

/// An operation that the store did not do; a transaction that ends with one is rolled back. what() says what was wrong
/// and what to do next.
class StoreError : public std::runtime_error
{
public:
    enum class Kind
    {
        notFound,    ///< There is no such row.
        conflict,    ///< The name or reference is taken, or the row was changed meanwhile.
        notAllowed,  ///< Not allowed in the current state of the row.
        leaseLost,   ///< Another host handles this now, or nobody does.
        invalid,     ///< A value that the store does not accept, such as an empty reference.
        busy,        ///< Too many callers are waiting: retry soon.
        unavailable, ///< The disk is full or failing. Nothing was acknowledged; it may work again later.
        unusable     ///< The store file is damaged, or the store is closed: nothing works until a restart.
    };

    StoreError(Kind why, const std::string &what) : std::runtime_error(what), kind(why) {}

    Kind kind;
    /// The disk failed in the very step that makes a transaction durable: it counts as not done, but may turn out to be
    /// committed after a restart.
    bool perhapsDone = false;
};

/// The store cannot be opened: its folder or file is not as required, or it was written by a newer psa-host.
class StoreRefused : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// Another process has the store open.
class StoreLocked : public StoreRefused
{
public:
    /// `socket`: where the holder serves the API; `pid`: 0 if it is not known yet.
    StoreLocked(const std::string &folder, long pid, std::string socket);

    long pid;
    std::string socket;
};

} // namespace psa::store
