#include "host/check/output_capture.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <stdexcept>

namespace psa::check {
namespace {

void flushAll()
{
    std::cout.flush();
    std::cerr.flush();
    std::fflush(nullptr);
}

} // namespace

OutputCapture::OutputCapture()
    : file_(memfd_create("psa-plugin-check-capture", MFD_CLOEXEC)), out_(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)),
      error_(fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3))
{
    if (file_ < 0)
        throw std::runtime_error("no file to take standard output");
    flushAll();
    dup2(file_, STDOUT_FILENO);
    dup2(file_, STDERR_FILENO);
}

OutputCapture::~OutputCapture()
{
    flushAll();
    dup2(out_, STDOUT_FILENO);
    dup2(error_, STDERR_FILENO);
    for (const int descriptor : {file_, out_, error_})
        close(descriptor);
}

std::string OutputCapture::text() const
{
    flushAll();
    std::string text(1000, '\0');
    const ssize_t size = pread(file_, text.data(), text.size(), 0);
    text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return text;
}

} // namespace psa::check
