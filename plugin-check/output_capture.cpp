#include "plugin-check/output_capture.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>

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
    : out_(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)), error_(fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3))
{
    flushAll();
    dup2(file_.fd(), STDOUT_FILENO);
    dup2(file_.fd(), STDERR_FILENO);
}

OutputCapture::~OutputCapture()
{
    flushAll();
    dup2(out_.get(), STDOUT_FILENO);
    dup2(error_.get(), STDERR_FILENO);
}

std::string OutputCapture::text() const
{
    flushAll();
    return file_.tail(1000);
}

} // namespace psa::check
