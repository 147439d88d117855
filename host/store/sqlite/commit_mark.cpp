#include "host/store/sqlite/commit_mark.h"

#include <Poco/Checksum.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <sstream>
#include <system_error>

namespace psa::store {
namespace {

constexpr const char *magicWord = "psa-host-mark";
constexpr int slotCount = 2;
constexpr std::size_t slotBytes = 4096; ///< A block of the disk: a torn write of one slot leaves the other whole.
constexpr std::size_t lineBytes = 256;

[[noreturn]] void throwFailed(const std::filesystem::path &file)
{
    throw std::system_error(errno, std::generic_category(), file.string());
}

std::string problemText(const std::filesystem::path &file)
{
    return file.string() + " cannot be written: " + std::generic_category().message(errno) +
           ". Tickets are safe, but damage to the store would go undetected. Check the disk of the state folder";
}

std::string checksumOf(const std::string &text)
{
    Poco::Checksum sum(Poco::Checksum::TYPE_CRC32);
    sum.update(text);
    return std::to_string(sum.checksum());
}

std::string lineOf(const Acknowledged &what)
{
    const std::string text = std::string(magicWord) + ' ' + what.storeId + ' ' + std::to_string(what.commits) + ' ' +
                             std::to_string(what.lastTicket);
    return text + ' ' + checksumOf(text) + '\n';
}

std::optional<Acknowledged> acknowledgedOf(const std::string &slot)
{
    std::istringstream words(slot);
    std::string word;
    Acknowledged found;
    if (!(words >> word >> found.storeId >> found.commits >> found.lastTicket))
        return std::nullopt;
    return slot.starts_with(lineOf(found)) ? std::optional(found) : std::nullopt;
}

std::string readSlot(int fd, int slot, const std::filesystem::path &path)
{
    std::string text(lineBytes, '\0');
    const ssize_t got = pread(fd, text.data(), text.size(), static_cast<off_t>(slot) * static_cast<off_t>(slotBytes));
    if (got < 0)
        throwFailed(path);
    text.resize(static_cast<std::size_t>(got));
    return text;
}

} // namespace

CommitMark::CommitMark(const StateFolder &folder, const clock::Clock &clock)
    : path_(folder.mark()), clock_(clock), file_(open(path_.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW)),
      syncDue_(clock.now())
{
    if (!file_.isOpen() && errno == ENOENT)
        return;
    if (!file_.isOpen())
        throwFailed(path_);
    found_ = State::damaged;
    for (int slot = 0; slot < slotCount; ++slot)
        if (const auto read = acknowledgedOf(readSlot(file_.get(), slot, path_));
            read && read->commits >= before_.commits)
        {
            found_ = State::good;
            before_ = *read;
        }
}

void CommitMark::begin(const Acknowledged &now)
{
    std::string content(slotCount * slotBytes, '\n');
    content.replace(0, lineOf(now).size(), lineOf(now));
    replaceFile(path_, content);
    file_.reset(open(path_.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!file_.isOpen())
        throwFailed(path_);
    slot_ = 1;
    dirty_ = false;
}

void CommitMark::advance(const Acknowledged &now)
{
    const std::string line = lineOf(now);
    const auto offset = static_cast<off_t>(slot_) * static_cast<off_t>(slotBytes);
    dirty_ = true;
    const ssize_t written = pwrite(file_.get(), line.data(), line.size(), offset);
    writeProblem_ = written == static_cast<ssize_t>(line.size()) ? "" : problemText(path_);
}

void CommitMark::sync()
{
    if (!dirty_)
        return;
    const clock::Clock::Steady began = clock_.now();
    const bool good = fdatasync(file_.get()) == 0;
    syncProblem_ = good ? "" : problemText(path_);
    if (good)
    {
        dirty_ = false;
        slot_ = (slot_ + 1) % slotCount;
    }
    const clock::Clock::Steady ended = clock_.now();
    syncDue_ = ended + std::max<clock::Clock::Steady::duration>(syncEvery, 50 * (ended - began));
}

void CommitMark::syncIfDue()
{
    if (clock_.now() >= syncDue_)
        sync();
}

std::string lossReason(const Acknowledged &store, const CommitMark &mark)
{
    if (store.commits == 0) // new, or written by 0.1, which had no mark
        return "";
    switch (mark.found())
    {
    case CommitMark::State::missing:
        return "its mark file is missing";
    case CommitMark::State::damaged:
        return "its mark file is damaged";
    case CommitMark::State::good:
        break;
    }
    if (mark.before().storeId != store.storeId)
        return "its mark file belongs to another store";
    if (mark.before().commits <= store.commits)
        return "";
    return "the last " + std::to_string(mark.before().commits - store.commits) +
           " changes that it had acknowledged are missing";
}

} // namespace psa::store
