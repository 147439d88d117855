#pragma once

#include "host/os/file_descriptor.h"

#include <cstddef>
#include <span>

namespace psa::plugin::runner {

struct SharedPage;

/// An anonymous file with an immutable copy of `bytes`, so that a plugin is loaded from exactly the bytes that were checked,
/// even if its file changes. Throws std::system_error. Thread-safe.
os::FileDescriptor sealedCopy(std::span<const unsigned char> bytes);

/// The shared page of one runner, mapped into the host. Its size is sealed: if the child could shrink it, the host's next
/// access would raise SIGBUS.
class PageMapping
{
public:
    /// Throws std::system_error.
    PageMapping();
    ~PageMapping();
    PageMapping(const PageMapping &) = delete;
    PageMapping &operator=(const PageMapping &) = delete;

    SharedPage *operator->() const { return page_; }
    int fd() const { return file_.get(); }

private:
    os::FileDescriptor file_;
    SharedPage *page_ = nullptr;
};

} // namespace psa::plugin::runner
