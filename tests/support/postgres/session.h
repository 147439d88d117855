#pragma once

#include <memory>
#include <string>
#include <vector>

struct pg_conn;

namespace psa::test::postgres {

/// A connection of a test to PostgreSQL, beside those of the code under test.
class Session
{
public:
    using Rows = std::vector<std::vector<std::string>>; ///< NULL is "".

    /// Throws std::runtime_error if it cannot connect.
    explicit Session(const std::string &uri);
    ~Session();
    Session(Session &&) noexcept;
    Session &operator=(Session &&) noexcept;

    /// Runs one statement, or several that return nothing. Throws std::runtime_error with the server's message.
    Rows run(const std::string &sql);
    /// The only value of the only row; throws if there is not exactly one.
    std::string value(const std::string &sql);
    /// Waits until `sql` returns "t". Throws after 30 seconds.
    void await(const std::string &sql);
    /// Begins a transaction that has a snapshot and is held open, idle, until the session ends: what a forgotten report
    /// does. From then on VACUUM removes no row that was deleted later.
    void holdSnapshot();
    /// The process of its back end.
    int backend() const;

private:
    std::unique_ptr<pg_conn, void (*)(pg_conn *)> connection_;
};

} // namespace psa::test::postgres
