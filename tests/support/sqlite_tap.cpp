#include "tests/support/sqlite_tap.h"

#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <new>

namespace psa::test {
namespace {

constexpr std::size_t sectorBytes = 512;

std::string contentOf(const std::string &path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void apply(const SqliteTap::Change &change, std::string &content)
{
    if (change.cut)
        return content.resize(change.offset);
    content.resize(std::max(content.size(), change.offset + change.bytes.size()));
    content.replace(change.offset, change.bytes.size(), change.bytes);
}

/// Applies a random selection of the change's sectors.
void applySome(const SqliteTap::Change &change, std::string &content, std::mt19937 &random)
{
    if (change.cut)
    {
        if (random() % 2 == 0)
            apply(change, content);
        return;
    }
    for (std::size_t at = 0; at < change.bytes.size();)
    {
        const std::size_t length = std::min(sectorBytes - (change.offset + at) % sectorBytes, change.bytes.size() - at);
        if (random() % 2 == 0)
            apply({change.offset + at, change.bytes.substr(at, length)}, content);
        at += length;
    }
}

/// The file as seen by SQLite; the real one follows in the same memory.
struct TapFile
{
    sqlite3_file base;
    SqliteTap *tap;
    SqliteTap::File *file; ///< Null for temporary files.
    std::string *name;     ///< Without the folder.
    sqlite3_file *real() { return reinterpret_cast<sqlite3_file *>(this + 1); }
};

TapFile &tapOf(sqlite3_file *file)
{
    return *reinterpret_cast<TapFile *>(file);
}

sqlite3_vfs *realVfs()
{
    return sqlite3_vfs_find("unix");
}

} // namespace

/// Each asks the tap, executes the real function, and records it.
struct SqliteTap::Calls
{
    static int ask(const TapFile &file, Step step, sqlite3_int64 end = 0)
    {
        if (file.file == nullptr)
            return SQLITE_OK;
        Question question;
        {
            const std::lock_guard lock(file.tap->mutex_);
            question = file.tap->question_;
        }
        return question ? question(step, *file.name, static_cast<std::size_t>(end)) : SQLITE_OK;
    }

    static int close(sqlite3_file *file)
    {
        TapFile &tapped = tapOf(file);
        delete tapped.name;
        return tapped.real()->pMethods != nullptr ? tapped.real()->pMethods->xClose(tapped.real()) : SQLITE_OK;
    }

    static int read(sqlite3_file *file, void *to, int size, sqlite3_int64 offset)
    {
        sqlite3_file *real = tapOf(file).real();
        return real->pMethods->xRead(real, to, size, offset);
    }

    static int write(sqlite3_file *file, const void *from, int size, sqlite3_int64 offset)
    {
        TapFile &tapped = tapOf(file);
        const int refused = ask(tapped, Step::write, offset + size);
        const int count = refused == SQLITE_OK ? size : size / 2;
        const int code = tapped.real()->pMethods->xWrite(tapped.real(), from, count, offset);
        if (code == SQLITE_OK && tapped.file != nullptr)
            tapped.file->pending.push_back(
                {static_cast<std::size_t>(offset),
                 std::string(static_cast<const char *>(from), static_cast<std::size_t>(count))});
        return refused == SQLITE_OK ? code : refused;
    }

    static int truncate(sqlite3_file *file, sqlite3_int64 size)
    {
        TapFile &tapped = tapOf(file);
        if (const int refused = ask(tapped, Step::truncate, size); refused != SQLITE_OK)
            return refused;
        if (tapped.file != nullptr)
            tapped.file->pending.push_back({static_cast<std::size_t>(size), "", true});
        return tapped.real()->pMethods->xTruncate(tapped.real(), size);
    }

    static int sync(sqlite3_file *file, int flags)
    {
        TapFile &tapped = tapOf(file);
        if (const int refused = ask(tapped, Step::sync); refused != SQLITE_OK)
            return refused;
        if (tapped.file != nullptr)
        {
            for (const Change &change : tapped.file->pending)
                apply(change, tapped.file->durable);
            tapped.file->pending.clear();
        }
        return tapped.real()->pMethods->xSync(tapped.real(), flags);
    }

    static int fileSize(sqlite3_file *file, sqlite3_int64 *size)
    {
        sqlite3_file *real = tapOf(file).real();
        return real->pMethods->xFileSize(real, size);
    }

    static int lock(sqlite3_file *file, int level)
    {
        sqlite3_file *real = tapOf(file).real();
        return real->pMethods->xLock(real, level);
    }

    static int unlock(sqlite3_file *file, int level)
    {
        sqlite3_file *real = tapOf(file).real();
        return real->pMethods->xUnlock(real, level);
    }

    static int checkReservedLock(sqlite3_file *file, int *result)
    {
        sqlite3_file *real = tapOf(file).real();
        return real->pMethods->xCheckReservedLock(real, result);
    }

    static int fileControl(sqlite3_file *file, int what, void *argument)
    {
        sqlite3_file *real = tapOf(file).real();
        return real->pMethods->xFileControl(real, what, argument);
    }

    static int sectorSize(sqlite3_file *) { return sectorBytes; }
    /// None: SQLite must sync everything that is to be durable.
    static int characteristics(sqlite3_file *) { return 0; }

    static const sqlite3_io_methods &methods()
    {
        static const sqlite3_io_methods table = [] {
            sqlite3_io_methods made{}; // version 1: no shared memory, which a store with one connection does not need
            made.iVersion = 1;
            made.xClose = close;
            made.xRead = read;
            made.xWrite = write;
            made.xTruncate = truncate;
            made.xSync = sync;
            made.xFileSize = fileSize;
            made.xLock = lock;
            made.xUnlock = unlock;
            made.xCheckReservedLock = checkReservedLock;
            made.xFileControl = fileControl;
            made.xSectorSize = sectorSize;
            made.xDeviceCharacteristics = characteristics;
            return made;
        }();
        return table;
    }

    static int open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *outFlags)
    {
        auto &tap = *static_cast<SqliteTap *>(vfs->pAppData);
        auto &tapped = *new (file) TapFile{{nullptr}, &tap, nullptr, nullptr};
        const bool known = path != nullptr && tap.files_.count(path) != 0;
        const std::string before = path != nullptr && !known ? contentOf(path) : "";
        const int code = realVfs()->xOpen(realVfs(), path, tapped.real(), flags, outFlags);
        if (code != SQLITE_OK)
            return code;
        tapped.name = new std::string(path != nullptr ? std::filesystem::path(path).filename().string() : "");
        if (path != nullptr)
            tapped.file = &tap.files_.try_emplace(path, File{before, {}}).first->second;
        tapped.base.pMethods = &methods();
        return SQLITE_OK;
    }

    static int remove(sqlite3_vfs *vfs, const char *path, int syncFolder)
    {
        static_cast<SqliteTap *>(vfs->pAppData)->files_.erase(path);
        return realVfs()->xDelete(realVfs(), path, syncFolder);
    }
};

SqliteTap::SqliteTap(std::string name) : name_(std::move(name)), vfs_(std::make_unique<sqlite3_vfs>(*realVfs()))
{
    vfs_->zName = name_.c_str();
    vfs_->pAppData = this;
    vfs_->szOsFile = static_cast<int>(sizeof(TapFile)) + realVfs()->szOsFile;
    vfs_->pNext = nullptr;
    vfs_->xOpen = Calls::open;
    vfs_->xDelete = Calls::remove;
    sqlite3_vfs_register(vfs_.get(), 0);
}

SqliteTap::~SqliteTap()
{
    sqlite3_vfs_unregister(vfs_.get());
}

void SqliteTap::ask(Question question)
{
    const std::lock_guard lock(mutex_);
    question_ = std::move(question);
}

std::map<std::string, std::string> SqliteTap::afterPowerLoss(std::mt19937 &random) const
{
    std::map<std::string, std::string> left;
    for (const auto &[path, file] : files_)
    {
        std::string content = file.durable;
        for (const Change &change : file.pending)
            applySome(change, content, random);
        left[std::filesystem::path(path).filename()] = content;
    }
    return left;
}

} // namespace psa::test
