#pragma once

namespace psa::os {

/// Closes a descriptor in each child that is forked while this exists. Only plugins fork without an exec: their child
/// may outlive us, and must not keep what only one process can have, such as a listening socket.
class ForkGuard
{
public:
    /// `fd`: must stay open as long as this exists. Throws std::length_error if there are already 16.
    explicit ForkGuard(int fd);
    ~ForkGuard();
    ForkGuard(const ForkGuard &) = delete;
    ForkGuard &operator=(const ForkGuard &) = delete;

private:
    int fd_;
};

} // namespace psa::os
