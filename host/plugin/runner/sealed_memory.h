#pragma once

#include "host/os/file_descriptor.h"

#include <cstddef>
#include <span>

namespace psa::plugin::runner {

struct SharedPage;

/// An anonymous file with a copy of `bytes` that nobody can change any more: a plugin is loaded from exactly the bytes
/// that were checked, whatever happens to its file. Throws std::system_error.
os::FileDescriptor sealedCopy(std::span<const unsigned char> bytes);

/// The shared page of one runner, mapped into this process. Its size is sealed: a child that could shrink it would make
/// our next access fatal.
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
