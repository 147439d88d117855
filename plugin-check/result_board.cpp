#include "plugin-check/result_board.h"

#include "host/json/utf8.h"
#include "plugin-check/check_result.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace psa::check {

struct ResultBoard::Layout
{
    static constexpr std::uint32_t done = 0x50534121;

    plugin::runner::SharedPage denied;
    std::uint32_t state;
    std::uint32_t stepSize;
    std::uint32_t resultSize;
    char step[500];
    char result[1 << 20];
};

ResultBoard::ResultBoard() : file_(memfd_create("psa-plugin-check", MFD_CLOEXEC))
{
    if (!file_.isOpen() || ftruncate(file_.get(), sizeof(Layout)) != 0)
        throw std::system_error(errno, std::generic_category(), "no memory can be shared with the checks");
    shared_ = map(file_.get());
}

ResultBoard::ResultBoard(int descriptor) : file_(descriptor), shared_(map(descriptor))
{
    file_.reset();
}

ResultBoard::~ResultBoard()
{
    munmap(shared_, sizeof(Layout));
}

ResultBoard::Layout *ResultBoard::map(int descriptor)
{
    void *memory = mmap(nullptr, sizeof(Layout), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (memory == MAP_FAILED)
        throw std::system_error(errno, std::generic_category(), "the memory shared with a check cannot be mapped");
    return static_cast<Layout *>(memory);
}

plugin::runner::SharedPage &ResultBoard::denied() const
{
    return shared_->denied;
}

void ResultBoard::writeStep(const std::string &step)
{
    const std::size_t size = std::min(step.size(), sizeof shared_->step);
    std::memcpy(shared_->step, step.data(), size);
    shared_->stepSize = static_cast<std::uint32_t>(size);
}

void ResultBoard::writeResult(const CheckResult &result)
{
    std::ostringstream text;
    toJson(result)->stringify(text);
    if (text.str().size() > sizeof shared_->result)
        throw std::length_error("the result of check " + result.id + " is too long");
    std::memcpy(shared_->result, text.str().data(), text.str().size());
    shared_->resultSize = static_cast<std::uint32_t>(text.str().size());
    shared_->state = Layout::done;
}

std::string ResultBoard::step() const
{
    return json::printable({shared_->step, std::min<std::size_t>(shared_->stepSize, sizeof shared_->step)});
}

std::optional<CheckResult> ResultBoard::result() const
{
    if (shared_->state != Layout::done || shared_->resultSize > sizeof shared_->result)
        return std::nullopt;
    try
    {
        return resultFromJson(std::string(shared_->result, shared_->resultSize));
    }
    catch (const std::exception &) // overwritten by the plugin
    {
        return std::nullopt;
    }
}

} // namespace psa::check
