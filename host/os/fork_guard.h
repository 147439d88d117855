#pragma once

namespace psa::os {

/// Closes a descriptor in each child that is forked while this lives. Nobody but a plugin forks without an exec: its child
/// may outlive us, and must not keep what only one process can have, such as a listening socket.
class ForkGuard
{
public:
    /// `fd`: open for as long as this lives. Throws std::length_error if there are 16 already.
    explicit ForkGuard(int fd);
    ~ForkGuard();
    ForkGuard(const ForkGuard &) = delete;
    ForkGuard &operator=(const ForkGuard &) = delete;

private:
    int fd_;
};

} // namespace psa::os
